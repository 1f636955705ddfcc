"""The request for a batch, saved with its run so that the terminal UI can resume what a command began."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.batch.jobs import DEFAULT_CONCURRENCY, Job, JobOptions, make_job

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.settings import Settings
    from docanalyst.storage.batches import BatchRun


@dataclass(frozen=True, slots=True)
class BatchRequest:
    """Documents, questions and limits of a batch.

    Attributes:
        paths: PATHs as given.
        provider, model: None to use the settings.
        max_cost_usd: Cost cap in dollars.
        overwrite: Whether the table may replace a file that docanalyst did not write.
    """

    paths: tuple[str, ...]
    output: Path
    prompt: str | None = None
    questions: tuple[str, ...] = ()
    by: str = "file"
    thinking: bool | None = None
    max_output: int | None = None
    concurrency: int = DEFAULT_CONCURRENCY
    max_cost_usd: float | None = None
    provider: str | None = None
    model: str | None = None
    overwrite: bool = False

    @property
    def asked(self) -> dict[str, Any]:
        """The arguments for `make_job` besides output and limits."""
        return {
            "prompt": self.prompt,
            "questions": list(self.questions),
            "by": self.by,
            "thinking": self.thinking,
            "max_output": self.max_output,
        }

    def details(self) -> dict[str, Any]:
        """Return what to save with the run, for `request_of`."""
        return {
            "job": self.asked,
            "paths": list(self.paths),
            "folder": str(Path.cwd()),
            "limits": {"concurrency": self.concurrency, "max_cost_usd": self.max_cost_usd},
        }

    def settings(self, settings: Settings) -> Settings:
        """Return these settings with the provider and model of the request, if any."""
        if self.provider is None:
            return settings
        return replace(settings, provider=self.provider, model=self.model, fallback=())

    def job(self, analyst: Analyst, *, repair: bool = True) -> Job:
        """Return the job of this request. Raises UsageError."""
        return make_job(
            analyst,
            self.output,
            JobOptions(
                **self.asked,
                concurrency=self.concurrency,
                max_cost_usd=self.max_cost_usd,
                repair=repair,
                overwrite=self.overwrite,
            ),
        )


def request_of(run: BatchRun, units: Sequence[str]) -> BatchRequest:
    """Return the request of a saved run.

    Args:
        units: Names of its units, for runs saved without PATHs.
    """
    options: Mapping[str, Any] = run.options
    asked: Mapping[str, Any] = options.get("job") or {}
    limits: Mapping[str, Any] = options.get("limits") or {}
    paths = options.get("paths") or list(units)
    if options.get("paths") and options.get("folder") not in (None, str(Path.cwd())):
        folder = Path(str(options["folder"]))
        paths = [str(folder / Path(str(path)).expanduser()) for path in paths]
    prompt = asked.get("prompt", options.get("prompt"))
    headings = [str(heading) for heading in options.get("grid") or ()]
    questions = asked.get("questions")
    if questions is None:
        questions = [heading for heading in headings if " " in heading] if prompt else headings
    by_folder = any(Path(unit).is_dir() for unit in units)
    return BatchRequest(
        paths=tuple(str(path) for path in paths),
        output=Path(run.output),
        prompt=prompt,
        questions=tuple(str(question) for question in questions),
        by=str(asked.get("by") or ("folder" if by_folder else "file")),
        thinking=asked.get("thinking"),
        max_output=asked.get("max_output"),
        concurrency=int(limits.get("concurrency") or DEFAULT_CONCURRENCY),
        max_cost_usd=limits.get("max_cost_usd"),
        provider=run.provider,
        model=run.model,
    )
