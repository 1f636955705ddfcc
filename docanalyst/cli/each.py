"""`docanalyst ask --each`: each document whole in a request of its own, then one answer over the evidence."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docanalyst.cli import output
from docanalyst.cli.answering import Answering
from docanalyst.cli.batch.progress import show_failures
from docanalyst.cli.batch.run import BatchRun, bad_end
from docanalyst.domain.errors import BatchIncomplete, CostCapReached, UsageError
from docanalyst.domain.turns import TurnStatus
from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.events import RunEnded
    from docanalyst.batch.jobs import Job, JobOptions
    from docanalyst.batch.limits.sharing import SharedModels
    from docanalyst.batch.parts.evidence import Evidence
    from docanalyst.batch.planning import RunPlan
    from docanalyst.batch.workers import Workers
    from docanalyst.cli.options import Globals
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Turn


@dataclass(frozen=True, slots=True)
class Each:
    """One such command.

    Attributes:
        wanted: Thinking, output, concurrency, cap, and what a part is ("file" or "folder").
        prompt: A prompt that the question completes, or that is the question.
    """

    shared: Globals
    paths: tuple[str, ...]
    wanted: JobOptions
    prompt: str | None = None
    stream: bool = True
    yes: bool = False
    passages: int | None = None

    async def ask(self, questions: Sequence[str]) -> list[Turn]:
        """Ask each question and print its answer.

        Raises:
            BatchIncomplete: The answer to one is partial, since a document could not be asked about.
            CostCapReached: The documents cost as much as the cap allows before all were asked about.
        """
        from docanalyst.analyst import Analyst, AskOptions
        from docanalyst.batch.limits.sharing import SharedModels
        from docanalyst.batch.workers import LocalWorkers
        from docanalyst.cli.opening import announce_recovered, read_documents

        settings = self.shared.settings()
        models = SharedModels(settings)
        analyst = Analyst(settings, open_model=models.open)
        announce_recovered(analyst, self.shared)
        await analyst.refresh(AskOptions())
        documents = await asyncio.to_thread(
            lambda: read_documents(analyst, self.paths, self.shared, password=self.wanted.password)
        )
        workers = LocalWorkers(
            analyst.settings.cache_dir,
            reread_scans=settings.reread_scans,
            double_check=settings.double_check,
            view=settings.view,
        )
        run = _Run(self, analyst, models, workers, documents)
        turns = []
        try:
            async with workers:
                for question in questions:
                    turns.append(await run.answer(question))
        finally:
            await models.aclose()
        for turn in turns:
            if turn.status is TurnStatus.PARTIAL:
                raise BatchIncomplete(
                    f"The answer is partial. {turn.error}",
                    "Run the same command again: no document that was answered is asked, or paid for, again.",
                )
        return turns


@dataclass(slots=True)
class _Run:
    """The documents of one command, and what is open for them."""

    each: Each
    analyst: Analyst
    models: SharedModels
    workers: Workers
    documents: list[Document]
    agreed: bool = False

    async def answer(self, question: str) -> Turn:
        """Ask each document, then over their evidence; print that answer."""
        from docanalyst.analyst import AskOptions
        from docanalyst.batch.limits.pace import CostCap
        from docanalyst.batch.parts.merging import Merger
        from docanalyst.batch.parts.reading import reading_job
        from docanalyst.cli.opening import agree, ask_for_consent

        each, analyst = self.each, self.analyst
        whole = analyst.wording(each.prompt).prompt.ask(question) if each.prompt else question
        job = reading_job(analyst, whole, each.wanted)
        evidence, spent = await self._read(job, whole)
        merger = Merger(
            analyst,
            whole,
            AskOptions(
                provider=job.spec.provider,
                model=job.spec.model_id,
                thinking=job.options.thinking,
                max_output=each.wanted.max_output,
                passages=each.passages,
            ),
            CostCap(job.max_cost_micros, spent),
            agree if each.yes or self.agreed else ask_for_consent,
            say=lambda text: output.note(text, quiet=each.shared.quiet),
        )
        screen = Answering(analyst, each.shared, stream=each.stream)
        return await screen.show(merger.answer(evidence), job.spec)

    async def _read(self, job: Job, question: str) -> tuple[Evidence, int]:
        """Return the evidence of all documents, and the most that it has cost, in millionths of a dollar."""
        from docanalyst.batch.outputs import rows_of
        from docanalyst.batch.parts.evidence import gather
        from docanalyst.batch.parts.reading import require_all, run_details
        from docanalyst.batch.unit.resuming import money_of
        from docanalyst.batch.units import collect_units

        each = self.each
        shared, store = each.shared, self.analyst.store
        run = BatchRun(
            shared,
            self.analyst,
            self.models,
            job,
            self.workers,
            yes=each.yes,
            details=run_details(question),
            agreed=self.agreed,
        )
        units = await asyncio.to_thread(collect_units, each.paths, job.grid.by)
        left_out = set(self.documents[0].beside) if shared.skip_unreadable else set()
        units = [unit for unit in units if not left_out.intersection(file.path for file in unit.files)]
        plan = await run.cleared(units, lambda plan: require_all(self.analyst, plan, self.documents))
        self.agreed = run.agreed
        ended, run_id = await run.asked(plan, lambda *state: None)
        if ended is None:
            raise KeyboardInterrupt
        rows = [row for row, planned in zip(rows_of(store, run_id, plan), plan.units, strict=True)
                if not planned.twin_of]  # fmt: skip
        failures = [row for row in rows if not row.status.answered]
        show_failures(failures, [row.unit for row in rows], "")
        _require_whole_run(ended, plan)
        evidence = gather(self.documents, rows)
        with_some = sum(bool(part.passages) for part in evidence.parts)
        output.note(
            f"{count(evidence.passages, 'verified passage')} in {with_some} of "
            f"{count(len(rows), 'part')}; asking over them",
            quiet=shared.quiet,
        )
        return evidence, (await asyncio.to_thread(money_of, store, run_id)).most


def _require_whole_run(ended: RunEnded, plan: RunPlan) -> None:
    """Check that the run was not stopped. Raises KeyboardInterrupt, CostCapReached, UsageError."""
    bad = bad_end(ended, 0)
    if bad is None:
        return
    _, words, hint, code = bad
    if code == CostCapReached.exit_code:
        done = ended.tally.complete + ended.tally.partial
        raise CostCapReached(f"{words} {done} of {len(plan.units)} documents were asked about.", hint)
    if code == output.INTERRUPTED:
        raise KeyboardInterrupt
    raise UsageError(words, hint)
