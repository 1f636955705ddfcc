"""Agreements as amended: what is stated word for word is carried out, and nothing else."""

from __future__ import annotations

import pytest

from docanalyst.domain.analysis.conforming import Conformed, conform
from docanalyst.domain.documents import Document, Page

AGREEMENT = """1. Term
1.1 The term is three years from the Start Date. It renews for one year.
1.2 Either party may end it on 30 days notice and the Supplier on 30 days notice too.
2. Payment
2.1 The Customer shall pay within 30 days after invoice. Interest runs at 4%.
2.2 Invoices go to the Customer:
(a) by post; and
(b) by e-mail.
3. Law
3.1 English law applies.
Schedule 1: Fees
1 Fees
1.1 The fee is £500.
2 Other
Table 1: Rates
Grade | Rate
A-1 | £10
A-2 | £20"""


def document(text: str, name: str) -> Document:
    """A document of one page."""
    return Document(sha256=name[0] * 64, title=name, pages=(Page(1, None, text),), path=f"{name}.txt")


def conformed(*instructions: str) -> Conformed:
    """The agreement as amended by an amendment for each instruction."""
    amendments = [
        document(f"Amendment\n1. Changes\n1.1 {text}\n2. Rest\n2.1 All else stays.", f"b{count}")
        for count, text in enumerate(instructions)
    ]
    return conform(document(AGREEMENT, "a"), amendments)


@pytest.mark.parametrize(
    ("instruction", "changed"),
    [
        (
            "In clause 2.1, “30 days” is replaced by “45 days”.",
            ["2.1 The Customer shall pay within 45 days after invoice. Interest runs at 4%."],
        ),
        (
            "With effect from 1 May 2026, in clause 2.1 the words “after invoice” are deleted.",
            ["2.1 The Customer shall pay within 30 days. Interest runs at 4%."],
        ),
        (
            "Section 2.1 of the Agreement is hereby amended by replacing “4%” with “5%”.",
            ["2.1 The Customer shall pay within 30 days after invoice. Interest runs at 5%."],
        ),
        (
            "Clause 2.1 is amended by inserting “a year” after “4%”.",
            ["2.1 The Customer shall pay within 30 days after invoice. Interest runs at 4% a year."],
        ),
        (
            "In clause 1.2, in each place, “30 days” is replaced by “60 days”.",
            ["1.2 Either party may end it on 60 days notice and the Supplier on 60 days notice too."],
        ),
        ("Clause 1.2 is deleted.", ["1.2 [Deleted]"]),
        ("Clause 2.2(b) is deleted and replaced by: “(b) by fax.”", ["(b) by fax."]),
        (
            "Clause 2.1 is deleted and replaced in its entirety with the following: “2.1 Pay at once.”",
            ["2.1 Pay at once."],
        ),
        ("A new clause 2.3 is inserted after clause 2.2: “2.3 No set-off.”", ["2.3 No set-off."]),
        ("In Table 1 in Schedule 1, row A-2 is replaced by:\nGrade | Rate\nA-2 | £25", ["A-2 | £25"]),
        ("In Table 1 in Schedule 1, the rate in row A-1 is changed from £10 to £12.", ["A-1 | £12"]),
        (
            "In Table 1 in Schedule 1 a row is added at the end:\nGrade | Rate\nA-3 | £30",
            ["A-3 | £30"],
        ),
    ],
)
def test_what_is_stated_is_carried_out(instruction: str, changed: list[str]) -> None:
    made = conformed(instruction)
    assert not made.left
    assert [line.text for line in made.lines if line.changes] == changed
    (item,) = made.applied
    assert item.source == "b0, clause 1.1, p. 1"
    assert instruction.split("\n")[0] in item.text
    untouched = [line.text for line in made.lines if not line.changes]
    assert set(untouched) <= set(AGREEMENT.split("\n"))


@pytest.mark.parametrize(
    ("instruction", "reason"),
    [
        ("The first sentence of clause 1.1 is deleted.", "no number"),
        ("In clause 1.1, the second sentence is replaced by “It ends.”", "does not quote"),
        ("In clause 1.2, “30 days” is replaced by “60 days”.", "2 times"),
        ("In clause 2.1, “31 days” is replaced by “60 days”.", "is not in the words"),
        ("In clause 2.1, “0 days” is replaced by “60 days”.", "is not in the words"),
        ("Paragraph 1.1 of Schedule 1 is deleted.", "no number"),
        ("In paragraph 1.1 of Schedule 1, “£500” is replaced by “£600”.", "not named right before"),
        ("In clauses 1.2 and 2.1, “30 days” is replaced by “5 days”.", "not named right before"),
        ("Clause 1.2 and clause 2.1 are deleted.", "no number"),
        ("Clause 9.9 is deleted.", "was not found"),
        ("The definition of “Term” in clause 1.1 is deleted and replaced by: “Term means x”.", "no number"),
        (
            "In Table 1 in Schedule 1, row A-9 is replaced by:\nGrade | Rate\nA-9 | £25",
            "row A-9 was not found",
        ),
        ("The notice period in clause 1.2 is replaced by a period of 90 days.", "does not quote"),
        (
            "In clause 2.1, “30 days” is replaced by “45 days”, and the rate of interest is changed.",
            "changes could be read",
        ),
    ],
)
def test_what_needs_a_guess_is_listed(instruction: str, reason: str) -> None:
    made = conformed(instruction)
    assert not made.applied
    assert [line.text for line in made.lines] == AGREEMENT.split("\n")
    assert [reason in item.reason for item in made.left] == [True], made.left


def test_amendments_are_carried_out_in_their_order() -> None:
    first = "In clause 2.1, “30 days” is replaced by “45 days”."
    second = "In clause 2.1, “45 days” is replaced by “60 days”."
    made = conformed(first, second)
    (line,) = [line for line in made.lines if line.changes]
    assert "60 days" in line.text
    assert line.changes == [0, 1]
    made = conformed(second, first)
    assert len(made.left) == 1


@pytest.mark.parametrize(
    "said",
    [
        "Unless the Customer agrees otherwise, clause 1.2 is deleted.",
        "2.1 Clause 1.2 may be deleted by notice of the Customer.",
        "If the Customer so requests, clause 1.1 shall be replaced by “1.1 The fee is $6.”",
        "2.4 Where a change of law so requires, Schedule 2 shall be amended by the parties.",
    ],
)
def test_a_change_that_is_not_read_as_an_instruction_is_listed(said: str) -> None:
    agreement = Document(
        "a" * 64, "Agreement", (Page(1, None, "1.1 The fee is $5.\n1.2 Payment in 30 days.\n"),)
    )
    amendment = Document(
        "b" * 64, "First Amendment", (Page(1, None, f"1. Terms are as defined.\n\n{said}\n"),)
    )
    conformed = conform(agreement, [amendment])
    assert not conformed.applied
    assert any(said.removeprefix("2.1 ").removeprefix("2.4 ") in item.text for item in conformed.left)
    assert all(item.reason for item in conformed.left)


@pytest.mark.parametrize(
    "said",
    [
        "Except as amended by this Amendment, clause 1.1 remains in full force.",
        "3. The Supplier shall comply with clause 1.2.",
        "3. The Agreement is amended as set out in this Amendment.",
    ],
)
def test_what_changes_nothing_is_not_listed(said: str) -> None:
    agreement = Document(
        "a" * 64, "Agreement", (Page(1, None, "1.1 The fee is $5.\n1.2 Payment in 30 days.\n"),)
    )
    amendment = Document("b" * 64, "First Amendment", (Page(1, None, f"{said}\n"),))
    assert conform(agreement, [amendment]).left == ()
