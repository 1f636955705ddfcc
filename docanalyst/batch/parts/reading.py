"""The first requests for one answer over many documents: each document whole, asked for its passages."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.batch.jobs import Job, JobOptions, grid_question, make_job
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.grid.extractive import QUESTIONS
from docanalyst.domain.grid.grids import Column, Grid
from docanalyst.domain.prompts import Field

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.planning import RunPlan
    from docanalyst.domain.documents import Document

_ASKED = (
    "The answer of this document to the question below, in one sentence. Give every passage of the document "
    "that bears on it a mark and a quote of its own: what answers it, what limits the answer or speaks "
    "against it, and what changes another document in this. Question: "
)


def reading_job(analyst: Analyst, question: str, wanted: JobOptions) -> Job:
    """Return the job that asks each unit for its passages on a question. It writes no table.

    Args:
        wanted: Its limits; the question replaces what it asks.

    Raises:
        UsageError: As `make_job`.
    """
    words = " ".join(question.split())
    job = make_job(analyst, Path("passages.csv"), replace(wanted, prompt=None, questions=(words,)))
    field = Field("passages", "text", _ASKED + words, group=QUESTIONS, question=words)
    digest = hashlib.sha256(f"{field.definition}\0{wanted.by}".encode()).hexdigest()
    grid = Grid(
        columns=(Column(field, words),),
        question=grid_question(None, (field,), structured=False),
        digest=digest,
        by=wanted.by,
    )
    options = replace(job.options, fields=(field,), structured=False)
    # The name of the run, by which the same command finds it again.
    name = Path(f"each-{digest[:16]}")
    return replace(job, grid=grid, options=options, output=name, writes_table=False)


def run_details(question: str) -> dict[str, Any]:
    """Return what is saved with such a run: it is resumed by asking again, and is no batch of the user's."""
    return {"each": " ".join(question.split())}


def require_all(analyst: Analyst, plan: RunPlan, documents: Sequence[Document]) -> None:
    """Check that every document can be asked about, before anything is sent.

    Args:
        documents: All of them, as they were read.

    Raises:
        ContextTooLarge: One does not fit the window alone.
        DocumentError: One cannot be read.
    """
    from docanalyst.analyst.planning import require_fit

    problems = [planned for planned in plan.units if planned.problem]
    if not problems:
        return
    first, count = problems[0], len(problems)
    if first.kind == "context_too_large":
        members = [document for document in documents if document.sha256 in first.unit.digests]
        require_fit(analyst.plan(members, plan.job.question(), plan.job.options))
    many = f"{count} of {len(plan.units)} cannot be asked about. The first, " if count > 1 else ""
    raise DocumentError(
        f"{many}{first.unit.name}: {first.problem}",
        "Leave it out, or name the pages to send (file.pdf:1-40).",
    )
