"""Evaluations: read strictly, scored by what is cited, summed up without invention."""

from __future__ import annotations

import pytest

from docanalyst.domain.answers.coverage import coverage
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import UsageError
from docanalyst.domain.evaluation.questions import (
    EvaluationQuestion,
    Gold,
    Outcome,
    read_evaluation,
    summarise,
)
from docanalyst.domain.evaluation.scoring import is_refusal, score
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.turns import Timings, Turn, TurnStatus
from docanalyst.domain.verification.verify import VerificationIndex

LEASE = Document(
    "sha",
    "lease",
    (
        Page(1, "i", "The rent is 900 euros a month. It is due on the first business day of every month."),
        Page(2, "1", "This lease is governed by the laws of Ireland. One cat may be kept in the house."),
    ),
    path="lease.pdf",
)
INDEX = VerificationIndex([LEASE])
RENT = Gold("lease.pdf", (1,), "It is due on the first business day of every month.")
LAW = Gold("lease.pdf", (2,), "governed by the laws of Ireland")


def question(*gold: Gold, answerable: bool = True) -> EvaluationQuestion:
    return EvaluationQuestion("q", ("lease.pdf",), "When is the rent due?", answerable, gold)


def turn(answer: str, status: TurnStatus = TurnStatus.COMPLETE) -> Turn:
    citations = tuple(INDEX.verify(read_quotes(answer)))
    return Turn(
        "t",
        "s",
        "q",
        "p",
        "m",
        status,
        answer,
        citations=citations,
        coverage=coverage(answer, citations),
        usage=Usage(100, 0, 20),
        cost=Cost(50),
        timings=Timings(total_s=2.0),
    )


def test_rank_counts_groups_of_marks() -> None:
    answer = (
        "Irish law applies [^1]. The rent is due on the first day [^2][^3].\n\n"
        '[^1]: D1 p.2 "governed by the laws of Ireland"\n'
        '[^2]: D1 p.1 "It is due on the"\n[^3]: D1 p.1 "first business day of every month."'
    )
    outcome = score(question(RENT), turn(answer), INDEX)
    assert (outcome.rank, outcome.page_rank, outcome.known, outcome.covered) == (2, 2, 1, 1)
    assert sum(outcome.verdicts.values()) == 3
    assert score(question(RENT, LAW), turn(answer), INDEX).rank == 1
    assert (outcome.cost_micros, outcome.input_tokens, outcome.seconds) == (50, 100, 2.0)


@pytest.mark.parametrize(
    ("quote", "rank"),
    [
        ("It is due on the first business day of every month.", 1),
        ("It is due on the first business", 1),
        ("It is due", None),
        ("It is due on the second business day of every month.", None),
        ("The rent is 900 euros a month.", None),
    ],
)
def test_half_of_a_passage_by_verified_words_is_a_hit(quote: str, rank: int | None) -> None:
    assert score(question(RENT), turn(f'Soon [^1].\n\n[^1]: D1 p.1 "{quote}"'), INDEX).rank == rank


def test_pages_alone_can_be_the_gold() -> None:
    answer = 'One cat [^1].\n\n[^1]: D1 p.2 "One cat may be kept"'
    assert score(question(Gold("lease.pdf", (2, 3))), turn(answer), INDEX).rank == 1
    assert score(question(Gold("lease.pdf", (1,))), turn(answer), INDEX).rank is None


def test_a_failed_turn_is_a_miss_and_no_refusal() -> None:
    outcome = score(question(RENT), turn("It is not addressed.", TurnStatus.FAILED), INDEX)
    assert (outcome.rank, outcome.refused, outcome.status) == (None, False, "failed")


@pytest.mark.parametrize(
    ("answer", "refused"),
    [
        ("Not addressed. Pages 1-2 were searched.", True),
        ("The documents do not mention dogs.", True),
        ("_A note._\n\n**No close passage found.** That does not show that …", True),
        ("No such clause is in the lease.", True),
        ("The rent is 900 euros [^1].", False),
        (
            "The rent is due monthly.\n\n\nIt is so.\n\nIt is fixed.\n\nThe lease does not mention dogs.",
            False,
        ),
        ('It is [^1].\n\n[^1]: D1 p.1 "the lease does not mention dogs"', False),
        ("", False),
    ],
)
def test_refusals(answer: str, refused: bool) -> None:
    assert is_refusal(answer) is refused


def test_a_run_is_summed_up() -> None:
    done = TurnStatus.COMPLETE.value
    outcomes = [
        Outcome("a", True, done, 1, 1, 2, 2, False, {"verbatim": 3}, 4, 3, 10, 100, 10, 1.0),
        Outcome("b", True, done, 4, 2, 1, 1, False, {"altered": 1}, 1, 0, None, 100, 10, 3.0),
        Outcome("c", True, "failed", error="cut"),
        Outcome("d", False, done, refused=True, seconds=2.0),
        Outcome("e", False, done, refused=False, seconds=9.0),
    ]
    figures = summarise(outcomes)
    assert figures.hits == {1: 1 / 3, 3: 1 / 3, 5: 2 / 3, 10: 2 / 3}
    assert figures.page_hits[3] == 2 / 3
    assert (figures.recall, figures.refused_rightly, figures.refused_wrongly) == (1.0, 0.5, 0.0)
    assert (figures.verified, figures.supported) == (0.75, 0.6)
    assert (figures.cost_micros, figures.unpriced, figures.failed) == (10, 4, 1)
    assert figures.median_seconds == 2.5


def test_nothing_counted_is_none_not_zero() -> None:
    figures = summarise([])
    assert figures.recall is None and figures.hits[1] is None and figures.median_seconds is None


def test_questions_are_read() -> None:
    lines = [
        '{"id": "a", "documents": ["x.pdf"], "question": "Why?", "answerable": true, '
        '"gold": [{"document": "x.pdf", "pages": [3], "text": "because"}]}',
        "",
        '{"doc": "x.pdf", "question": "Who?", "gold": []}',
    ]
    first, second = read_evaluation("\n".join(lines), "q.jsonl")
    assert first.gold == (Gold("x.pdf", (3,), "because"),)
    assert (second.id, second.answerable, second.documents) == ("3", False, ("x.pdf",))


@pytest.mark.parametrize(
    "line",
    [
        "not json",
        "[]",
        "3",
        '{"question": "no document"}',
        '{"documents": "x.pdf", "question": "a text, not a list"}',
        '{"documents": ["x.pdf"]}',
        '{"documents": ["x.pdf"], "question": " "}',
        '{"documents": ["x.pdf"], "question": "q", "gold": [{"document": "y.pdf"}]}',
        '{"documents": ["x.pdf"], "question": "q", "gold": [{"pages": ["three"]}]}',
    ],
)
def test_a_bad_line_is_named(line: str) -> None:
    good = '{"documents": ["x.pdf"], "question": "q"}'
    with pytest.raises(UsageError, match=r"q\.jsonl, line 2"):
        read_evaluation(f"{good}\n{line}", "q.jsonl")


def test_no_questions_and_equal_ids_are_refused() -> None:
    with pytest.raises(UsageError, match="no questions"):
        read_evaluation("\n\n", "q.jsonl")
    line = '{"id": "a", "documents": ["x.pdf"], "question": "q"}'
    with pytest.raises(UsageError, match="already used"):
        read_evaluation(f"{line}\n{line}", "q.jsonl")
