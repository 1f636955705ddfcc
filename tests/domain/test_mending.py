"""What goes back to the model."""

from __future__ import annotations

from docanalyst.domain.answers.repair import repair_question
from docanalyst.domain.citations import Citation, Difference, Verdict
from docanalyst.domain.turns import Turn, TurnStatus

ANSWER = 'Rent is $5,400.[^1] It is due monthly.\n\n[^1]: D1 p.2 "rent of $5,400 per month"\n'


def turn(*citations: Citation, answer: str = ANSWER, status: TurnStatus = TurnStatus.COMPLETE) -> Turn:
    return Turn("t", "s", "Q?", "p", "m", status=status, answer=answer, citations=citations)


def test_failed_quotes_and_bare_statements_go_back_with_the_words_of_the_page() -> None:
    altered = Citation(
        1,
        "D1",
        "rent of $5,400 per month",
        Verdict.ALTERED,
        differences=(Difference("$5,400", "$4,500", "money"),),
    )
    question = repair_question(turn(altered))
    assert question is not None
    assert 'you wrote "$5,400", the page has "$4,500"' in question
    assert "- It is due monthly." in question


def test_a_misplaced_quote_goes_back_with_its_place() -> None:
    moved = Citation(1, "D1", "rent", Verdict.WRONG_PAGE, found_document="D1", found_page=4)
    question = repair_question(turn(moved))
    assert question is not None
    assert "D1 p.4" in question


def test_nothing_goes_back_when_all_is_well_or_nothing_was_said() -> None:
    good = Citation(1, "D1", "rent of $5,400 per month", Verdict.VERBATIM)
    assert repair_question(turn(good, answer=ANSWER.replace(" It is due monthly.", ""))) is None
    assert repair_question(turn(answer="")) is None
    assert repair_question(turn(status=TurnStatus.INTERRUPTED)) is None
