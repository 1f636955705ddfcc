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
        ("amended", "schedule 1", "Schedule 1 The keys are two."),
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


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Sections 10.1 and 10.2 are deleted.", ["deleted section 10.1", "deleted section 10.2"]),
        (
            "Clauses 3, 4.1(a) and 7 to 9 are hereby amended.",
            [f"amended clause {number}" for number in ("3", "4.1(a)", "7", "8", "9")],
        ),
        ("Sections 10.1 through 10.3 are deleted.", [f"deleted section 10.{number}" for number in (1, 2, 3)]),
        ("Exhibits A and B are replaced.", ["replaced exhibit A", "replaced exhibit B"]),
        ("Section 6 is of no further force or effect.", ["deleted section 6"]),
        ("Section 6 shall have no further force and effect.", ["deleted section 6"]),
        ("Section 12 shall no longer apply.", ["deleted section 12"]),
        ("The term set out in Section 4.1 is extended to May 2027.", ["amended section 4.1"]),
        ("The Initial Term is hereby extended to December 31, 2027.", ["amended Initial Term"]),
        ("The parties hereby amend Section 5.2 by adding a sentence.", ["amended section 5.2"]),
        (
            "Section 5 is deleted. Section 6 is not amended; Section 7 is replaced by “x”.",
            ["deleted section 5", "replaced section 7"],
        ),
    ],
)
def test_what_a_sentence_instructs(sentence: str, expected: list[str]) -> None:
    found = find_amendments(LEASE, document(f"AMENDMENT\n1. Changes\n1.1 {sentence}\n2. Rest\nNone."))
    assert [f"{item.action} {item.clause}" for item in found] == expected


@pytest.mark.parametrize(
    "sentence",
    [
        "Section 5.1 is not amended.",
        "Section 5.1 shall not be amended hereby.",
        "Section 5.1 must not be amended.",
        "Section 8 cannot be amended.",
        "Section 8 is never to be varied.",
        "Section 9 may be amended only in writing.",
        "Section 8 remains unchanged and is not modified.",
        "Neither Section 3 nor Section 4 is amended.",
        "Nothing in this document shall be read as a change of Section 3.",
        "No part of Section 3 is amended.",
        "If Section 4 is amended, the parties meet.",
        "Unless Section 4 is replaced, it stands.",
        "The rent is paid under Section 2.",
    ],
)
def test_what_a_sentence_does_not_instruct(sentence: str) -> None:
    assert find_amendments(LEASE, document(f"AMENDMENT\n1. Changes\n1.1 {sentence}\n2. Rest\nNone.")) == ()
