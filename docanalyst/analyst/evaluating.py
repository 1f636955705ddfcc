"""Scores models on questions with known passages in the user's own documents."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import aclosing
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.analyst.options import AskOptions
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError, UsageError
from docanalyst.domain.evaluation.questions import EvaluationQuestion, Outcome, read_evaluation
from docanalyst.domain.evaluation.scoring import score
from docanalyst.domain.events import Finished
from docanalyst.domain.verification.verify import VerificationIndex

if TYPE_CHECKING:
    from docanalyst.analyst.privacy import Consent
    from docanalyst.analyst.service import Analyst


def find_questions(folder: Path) -> list[EvaluationQuestion]:
    """Return the questions in a folder: questions.jsonl, else the only .jsonl file. Raises UsageError."""
    sheet = folder / "questions.jsonl"
    if not sheet.is_file():
        found = sorted(folder.glob("*.jsonl")) if folder.is_dir() else []
        if len(found) != 1:
            raise UsageError(
                f"No questions found in {folder}.",
                "Add a questions.jsonl with one question on each line, as in samples/.",
            )
        sheet = found[0]
    try:
        text = sheet.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"Cannot read {sheet}: {error}.", "Name a folder with a questions.jsonl, such as samples/."
        ) from error
    return read_evaluation(text, str(sheet))


async def evaluate(
    analyst: Analyst,
    folder: Path,
    questions: list[EvaluationQuestion],
    options: AskOptions,
    *,
    consent: Consent | None = None,
    progress: Callable[[Outcome, int, int], None] | None = None,
) -> list[Outcome]:
    """Ask each question about its own documents and score the answers; a failure is an outcome too.

    Args:
        progress: Called with each outcome, its number and the number of questions.
    """
    read: dict[tuple[str, ...], tuple[list[Document], VerificationIndex]] = {}
    outcomes = []
    for number, question in enumerate(questions, 1):
        if question.documents not in read:
            documents, _ = analyst.read([str(folder / name) for name in question.documents])
            read = {question.documents: (documents, VerificationIndex(documents))}
        documents, index = read[question.documents]
        outcome = await _outcome(analyst, question, documents, index, options, consent)
        outcomes.append(outcome)
        if progress is not None:
            progress(outcome, number, len(questions))
    return outcomes


async def _outcome(
    analyst: Analyst,
    question: EvaluationQuestion,
    documents: list[Document],
    index: VerificationIndex,
    options: AskOptions,
    consent: Consent | None,
) -> Outcome:
    asked = analyst.ask(documents, question.question, options=options, consent=consent)
    try:
        async with aclosing(asked) as events:
            async for event in events:
                if isinstance(event, Finished):
                    return score(question, event.turn, index)
    except UsageError:
        raise
    except DocanalystError as error:
        return Outcome(question.id, question.answerable, "failed", error=error.message)
    return Outcome(question.id, question.answerable, "failed", error="No answer was received.")
