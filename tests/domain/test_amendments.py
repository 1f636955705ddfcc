"""What an amendment does to the clauses of an agreement."""

from __future__ import annotations

import pytest

from docanalyst.domain.analysis.amendments import LONGEST, find_amendments
from docanalyst.domain.documents import Document, Page


def document(*texts: str) -> Document:
    return Document("s", "t", tuple(Page(n, None, text) for n, text in enumerate(texts, 1)))


LEASE = document(
    "LEASE\n1. Rent\n1.1 The rent is 900 euros.\n1.2 It is paid monthly.\n2. Pets\n2.1 One cat may be kept.",
    "3. End\n3.1 Ninety days' notice ends the lease.\nSchedule 1\nThe keys are two.",
)
AMENDMENT = document(
    "AMENDMENT\n1. Changes\n1.1 In clause 1.1 of the Lease, “900 euros” is replaced by “950 euros”.\n"
    "1.2 Clause 2 of the Lease is deleted.\n1.3 In Schedule 1 to the Lease a third key is added.\n"
    "1.4 Clause 3.1 of the Lease is deleted and replaced by: “3.1 Sixty days' notice ends the lease.”\n",
    "1.5 Section 9 shall be amended to read “no bees”.\n2. Rest\n2.1 Except as amended by clause 1, no.",
)


def test_each_instruction_beside_the_clause_as_it_stands() -> None:
    found = find_amendments(LEASE, AMENDMENT)
    assert [(item.action, item.clause, item.standing) for item in found] == [
        ("replaced", "clause 1.1", "1.1 The rent is 900 euros."),
        ("deleted", "clause 2", "2. Pets 2.1 One cat may be kept."),
        ("added", "schedule 1", "Schedule 1 The keys are two."),
        ("replaced", "clause 3.1", "3.1 Ninety days' notice ends the lease."),
        ("amended", "section 9", ""),
    ]
    assert [item.span.page_number for item in found] == [1, 1, 1, 1, 2]
    assert found[0].standing_span and found[0].standing_span.page_number == 1
    assert found[-1].standing_span is None
    assert found[3].instruction.endswith("“3.1 Sixty days' notice ends the lease.”")


@pytest.mark.parametrize("texts", [(), ("",), ("no clauses",), ("1. “", "2. ")])
def test_nothing(texts: tuple[str, ...]) -> None:
    assert find_amendments(LEASE, document(*texts)) == ()
    find_amendments(document(*texts), AMENDMENT)


def test_a_long_clause_is_whole_and_an_endless_one_says_that_it_goes_on() -> None:
    amendment = document("1. In Schedule 1 a third key is added.")
    keys = "Here lies one key. " * 100
    for times, is_whole in ((1, True), (20, False)):
        (found,) = find_amendments(document(f"Schedule 1\n{keys * times}"), amendment)
        assert (found.standing == f"Schedule 1 {keys * times}".strip()) is is_whole
        assert found.standing.endswith(" …") is not is_whole
        assert is_whole or len(found.standing) == LONGEST + 2
