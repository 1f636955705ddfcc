"""The job of a run: its questions, their wording, the model and the limits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.budget import DEFAULT_RESERVE, THINKING_RESERVE
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.extractive import QUESTIONS
from docanalyst.domain.grid.grids import Column, Grid
from docanalyst.domain.grid.json_replies import json_rules
from docanalyst.domain.grid.replies import plain_rules, repair_rules
from docanalyst.domain.models import ModelSpec
from docanalyst.domain.prompts import Field, Prompt, describe_fields

if TYPE_CHECKING:
    from collections.abc import Mapping

    from docanalyst.analyst import Analyst, AskOptions

GRID_VERSION = 1
"""Part of every unit's key: increase it when the meaning of an answer changes, to ask all units again."""

OFFLINE_VERSION = 2
"""The same for passages of the offline analyst: increase it when it finds other ones."""

TOKENS_PER_FIELD = 140
"""Output tokens to reserve for each field: its name, its value and a quote of up to 60 words."""

LIKELY_TOKENS_PER_FIELD = 70
"""Average output tokens of a field; for cost estimates only."""

DEFAULT_CONCURRENCY = 8
FORMATS = ("csv", "xlsx", "jsonl", "md")


@dataclass(frozen=True, slots=True)
class Job:
    """One batch, as the user asked for it.

    Attributes:
        options: Provider and model pinned, so that every unit goes to the same one.
        max_cost_micros: The cap.
        repair: Whether an answer that cannot be used is asked for once more.
        overwrite: Whether the table may replace a file that docanalyst did not write.
        csv_bom: Whether a CSV begins with a byte order mark.
        writes_table: Whether a table is written; if not, `output` is only the name of the run.
    """

    grid: Grid
    options: AskOptions
    spec: ModelSpec
    output: Path
    reason: str = ""
    warnings: tuple[str, ...] = ()
    concurrency: int = DEFAULT_CONCURRENCY
    max_cost_micros: int | None = None
    password: str | None = field(default=None, repr=False)
    repair: bool = True
    overwrite: bool = False
    csv_bom: bool = False
    writes_table: bool = True

    @property
    def offline(self) -> bool:
        """Whether the offline analyst answers and no model is asked."""
        return self.spec.provider == "extractive"

    @property
    def asked(self) -> list[object]:
        """Everything that an answer depends on besides the unit's files."""
        options = self.options
        return [
            OFFLINE_VERSION if self.offline else GRID_VERSION,
            self.grid.digest,
            self.spec.provider,
            self.spec.model_id,
            bool(options.thinking),
            options.max_output,
        ]

    def question(self, fields: Sequence[Field] | None = None) -> str:
        """Return the question to put after the prompt.

        Args:
            fields: Only these, when asking again.
        """
        return self.grid.question if fields is None else self._rules(fields)

    def repair_question(self, problems: Mapping[str, str]) -> str:
        """Return the question that asks again for the unusable fields.

        Args:
            problems: By field name.
        """
        again = [item for item in self.grid.fields if item.name in problems]
        return repair_rules(problems, self._rules(again))

    def _rules(self, fields: Sequence[Field]) -> str:
        return json_rules(fields) if self.options.structured else plain_rules(fields)

    def plain(self) -> Job:
        """Return the same job in plain text, for a provider that rejects the JSON schema."""
        options = replace(self.options, structured=False)
        grid = replace(
            self.grid, question=grid_question(self.grid.prompt, self.grid.fields, structured=False)
        )
        return replace(self, options=options, grid=grid)


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What a batch asks and within which limits. None: the setting, else the default.

    prompt: one with fields. by: what a row is, "file" or "folder". concurrency: requests at once.
    max_cost_usd: the cap. repair: unverified quotes are sent back once. overwrite: the table may replace a
    file that docanalyst did not write.
    """

    prompt: str | None = None
    questions: Sequence[str] = ()
    by: str = "file"
    thinking: bool | None = None
    max_output: int | None = None
    concurrency: int = DEFAULT_CONCURRENCY
    max_cost_usd: float | None = None
    password: str | None = None
    repair: bool = True
    overwrite: bool = False


def make_job(analyst: Analyst, output: Path, wanted: JobOptions) -> Job:
    """Return the job for these questions, for this prompt's fields, or for both. Raises UsageError."""
    from docanalyst.analyst import AskOptions

    check_output(output)
    found = analyst.wording(wanted.prompt).prompt if wanted.prompt else None
    if found is None and not any(question.strip() for question in wanted.questions):
        raise UsageError("No question given.", "Put the question after -q, or choose a prompt with -p NAME.")
    route = analyst.choose(AskOptions(thinking=wanted.thinking))
    spec = route.spec
    structured = bool(getattr(analyst.catalog.entry(spec), "structured", ""))
    grid = make_grid(found, wanted.questions, by=wanted.by, structured=structured)
    settings = analyst.settings
    thinks = wanted.thinking if wanted.thinking is not None else bool(settings.think)
    options = AskOptions(
        provider=spec.provider,
        model=spec.model_id,
        prompt=wanted.prompt,
        thinking=thinks,
        max_output=wanted.max_output or settings.max_output or reserve_for_fields(len(grid.fields), thinks),
        fields=grid.fields,
        structured=structured,
    )
    if wanted.max_cost_usd is not None and spec.price is None:
        raise UsageError(
            f"A cost cap needs a price, but the price of {spec.model_id} at {spec.provider} is unknown.",
            'Set it in the configuration: [providers.NAME.models."ID"] price = { input = …, output = … }.',
        )
    return Job(
        grid=grid,
        options=options,
        spec=spec,
        output=Path(output).expanduser().absolute(),
        reason=route.reason,
        warnings=route.warnings,
        concurrency=wanted.concurrency,
        max_cost_micros=None if wanted.max_cost_usd is None else round(wanted.max_cost_usd * 1_000_000),
        password=wanted.password,
        repair=wanted.repair and spec.provider != "extractive",
        overwrite=wanted.overwrite,
        csv_bom=settings.csv_bom,
    )


def make_grid(
    prompt: Prompt | None, questions: Sequence[str] = (), *, by: str = "file", structured: bool = False
) -> Grid:
    """Return one column for each field of the prompt and each question; without fields, `answer`."""
    columns = [Column(item, item.name) for item in (prompt.fields if prompt else ())]
    if prompt is not None and not columns:
        definition = "The answer to the task, in one paragraph."
        columns.append(Column(Field("answer", "text", definition, group=QUESTIONS), "answer"))
    asked = list(dict.fromkeys(" ".join(question.split()) for question in questions if question.strip()))
    columns += [
        Column(Field(f"q{number}", "text", question, group=QUESTIONS), question)
        for number, question in enumerate(asked, 1)
    ]
    fields = tuple(column.field for column in columns)
    parts = [
        prompt.sha256 if prompt else "",
        [[item.name, item.type, item.definition, item.options] for item in fields],
    ]
    return Grid(
        columns=tuple(columns),
        prompt=prompt.name if prompt else None,
        question=grid_question(prompt.name if prompt else None, fields, structured=structured),
        digest=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        by=by,
    )


def grid_question(prompt: str | None, fields: Sequence[Field], *, structured: bool) -> str:
    """Return the fields that the prompt does not list itself and the format of the answer."""
    own = tuple(item for item in fields if item.group == QUESTIONS or prompt is None)
    rules = json_rules(fields) if structured else plain_rules(fields)
    return f"{describe_fields(own)}\n\n{rules}" if own else rules


def reserve_for_fields(count: int, thinking: bool) -> int:
    """Return the output tokens to reserve for that many fields."""
    needed = 400 + TOKENS_PER_FIELD * count
    if thinking:
        return max(THINKING_RESERVE, THINKING_RESERVE - DEFAULT_RESERVE + needed)
    return max(DEFAULT_RESERVE, needed)


def check_output(output: Path) -> str:
    """Return the format for the suffix of an output file. Raises UsageError that lists the formats."""
    suffix = output.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        names = ", ".join(f".{name}" for name in FORMATS)
        raise UsageError(
            f"A batch cannot be written to {output.name}.", f"Use one of these formats: {names}."
        )
    return suffix
