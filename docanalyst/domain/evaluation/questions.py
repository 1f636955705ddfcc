"""Evaluations: questions with known passages, what became of each, and the figures of a whole run."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Any

from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import TurnStatus

DEPTHS = (1, 3, 5, 10)


@dataclass(frozen=True, slots=True)
class Gold:
    """A known passage. document: file name. pages: physical numbers. text: "" where only pages are known."""

    document: str
    pages: tuple[int, ...]
    text: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationQuestion:
    """A question with its known passages. documents: file names, in pack order."""

    id: str
    documents: tuple[str, ...]
    question: str
    answerable: bool
    gold: tuple[Gold, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one question.

    rank: of the first citation group that covers a known passage, 1 the first; page_rank: of the first that
    is on one of their pages. covered: known passages covered, of `known`. refused: it says that the
    documents do not answer. verdicts: citations by verdict.
    """

    id: str
    answerable: bool
    status: str
    rank: int | None = None
    page_rank: int | None = None
    known: int = 0
    covered: int = 0
    refused: bool = False
    verdicts: Mapping[str, int] = field(default_factory=dict)
    statements: int = 0
    supported: int = 0
    cost_micros: int | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    seconds: float = 0.0
    error: str = ""


def read_evaluation(text: str, source: str) -> list[EvaluationQuestion]:
    """Questions from JSON lines. Raises UsageError that names `source` and the line."""
    questions: list[EvaluationQuestion] = []
    seen: set[str] = set()
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            question = _question(row, f"{number}")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise UsageError(
                f"{source}, line {number}: not a valid question ({_reason(error)}).",
                'A line reads {"id", "documents": [file], "question", "answerable": true, '
                '"gold": [{"document", "pages": [1], "text"}]}.',
            ) from error
        if question.id in seen:
            raise UsageError(f"{source}, line {number}: the id {question.id!r} is already used above.")
        seen.add(question.id)
        questions.append(question)
    if not questions:
        raise UsageError(
            f"{source} contains no questions.",
            "Write one JSON object on each line: id, documents, question, answerable.",
        )
    return questions


def _question(row: dict[str, Any], number: str) -> EvaluationQuestion:
    documents = row.get("documents") or [row["doc"]]
    if isinstance(documents, str) or not all(isinstance(name, str) for name in documents):
        raise TypeError("documents must be a list of file names")
    if not isinstance(row["question"], str) or not row["question"].strip():
        raise ValueError("the question is empty")
    gold = tuple(
        Gold(
            str(item.get("document", documents[0])),
            tuple(int(page) for page in item.get("pages", ())),
            str(item.get("text", "")),
        )
        for item in row.get("gold", ())
    )
    for passage in gold:
        if passage.document not in documents:
            raise ValueError(f"gold names {passage.document}, which is not among the documents")
    return EvaluationQuestion(
        str(row.get("id", number)),
        tuple(documents),
        row["question"],
        bool(row.get("answerable", bool(gold))),
        gold,
    )


def _reason(error: Exception) -> str:
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) and error.args else str(error)


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a whole run. Shares are 0..1, and None where nothing was counted.

    hits, page_hits: share of answerable questions hit at each depth. recall: share of known passages covered.
    refused_rightly: share of unanswerable questions that were refused; refused_wrongly: of answerable ones.
    verified: share of citations verified. supported: share of statements with a verified citation.
    """

    questions: int
    answerable: int
    failed: int
    hits: Mapping[int, float | None]
    page_hits: Mapping[int, float | None]
    recall: float | None
    refused_rightly: float | None
    refused_wrongly: float | None
    verdicts: Mapping[str, int]
    verified: float | None
    supported: float | None
    cost_micros: int
    unpriced: int
    input_tokens: int
    output_tokens: int
    median_seconds: float | None


def summarise(outcomes: Sequence[Outcome]) -> Evaluation:
    """The figures of some outcomes. A question that failed counts as a miss, not as a refusal."""
    yes = [outcome for outcome in outcomes if outcome.answerable]
    no = [outcome for outcome in outcomes if not outcome.answerable]
    verdicts: Counter[str] = Counter()
    for outcome in outcomes:
        verdicts.update(outcome.verdicts)
    done = [outcome.seconds for outcome in outcomes if outcome.status != TurnStatus.FAILED.value]
    return Evaluation(
        questions=len(outcomes),
        answerable=len(yes),
        failed=sum(outcome.status == TurnStatus.FAILED.value for outcome in outcomes),
        hits={depth: _share([_within(outcome.rank, depth) for outcome in yes]) for depth in DEPTHS},
        page_hits={depth: _share([_within(outcome.page_rank, depth) for outcome in yes]) for depth in DEPTHS},
        recall=_ratio(sum(outcome.covered for outcome in yes), sum(outcome.known for outcome in yes)),
        refused_rightly=_share([outcome.refused for outcome in no]),
        refused_wrongly=_share([outcome.refused for outcome in yes]),
        verdicts=dict(verdicts),
        verified=_ratio(verdicts["verbatim"] + verdicts["normalized"], verdicts.total()),
        supported=_ratio(sum(o.supported for o in outcomes), sum(o.statements for o in outcomes)),
        cost_micros=sum(outcome.cost_micros or 0 for outcome in outcomes),
        unpriced=sum(outcome.cost_micros is None for outcome in outcomes),
        input_tokens=sum(outcome.input_tokens for outcome in outcomes),
        output_tokens=sum(outcome.output_tokens for outcome in outcomes),
        median_seconds=median(done) if done else None,
    )


def _within(rank: int | None, depth: int) -> bool:
    return rank is not None and rank <= depth


def _share(found: Sequence[bool]) -> float | None:
    return sum(found) / len(found) if found else None


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
