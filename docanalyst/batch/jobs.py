"""What a run asks of every unit: the grid, its wording, the model, and the limits of the run."""

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
"""Part of every unit's key: a change of what an answer means makes new units."""

TOKENS_PER_FIELD = 140
"""Output tokens to reserve for a field: its line, its value and a quote of up to sixty words."""

LIKELY_TOKENS_PER_FIELD = 70
"""Output tokens that a field takes on average; for estimates only."""

DEFAULT_CONCURRENCY = 8
FORMATS = ("csv", "xlsx", "jsonl", "md")


@dataclass(frozen=True, slots=True)
class Job:
    """One batch as it was asked for.

    options: provider and model pinned, so that every unit goes to the same one. max_cost_micros: the cap.
    repair: whether an answer that cannot be used is asked for once more.
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

    @property
    def offline(self) -> bool:
        """Whether passages are ranked here and no model is asked."""
        return self.spec.provider == "extractive"

    @property
    def asked(self) -> list[object]:
        """All that an answer depends on beside the unit's files."""
        options = self.options
        return [
            GRID_VERSION,
            self.grid.digest,
            self.spec.provider,
            self.spec.model_id,
            bool(options.thinking),
            options.max_output,
        ]

    def question(self, fields: Sequence[Field] | None = None) -> str:
        """The words that go after the prompt's own; fields: only these, when asking again."""
        return self.grid.question if fields is None else self._rules(fields)

    def repair_question(self, problems: Mapping[str, str]) -> str:
        """The words that ask again for the fields that could not be used."""
        again = [item for item in self.grid.fields if item.name in problems]
        return repair_rules(problems, self._rules(again))

    def _rules(self, fields: Sequence[Field]) -> str:
        return json_rules(fields) if self.options.structured else plain_rules(fields)

    def plain(self) -> Job:
        """The same job in plain text, for a provider that refuses the schema."""
        options = replace(self.options, structured=False)
        grid = replace(self.grid, question=_question(self.grid.prompt, self.grid.fields, structured=False))
        return replace(self, options=options, grid=grid)


def make_job(
    analyst: Analyst,
    output: Path,
    *,
    prompt: str | None = None,
    questions: Sequence[str] = (),
    by: str = "file",
    thinking: bool | None = None,
    max_output: int | None = None,
    concurrency: int = DEFAULT_CONCURRENCY,
    max_cost_usd: float | None = None,
    password: str | None = None,
    repair: bool = True,
) -> Job:
    """The job for these questions, or this prompt's fields, or both. Raises UsageError."""
    from docanalyst.analyst import AskOptions

    check_output(output)
    found = analyst.wording(prompt).prompt if prompt else None
    if found is None and not any(question.strip() for question in questions):
        raise UsageError("There is no question.", "Ask with -q TEXT, or choose a prompt with -p NAME.")
    route = analyst.choose(AskOptions(thinking=thinking))
    spec = route.spec
    structured = bool(getattr(analyst.catalog.entry(spec), "structured", ""))
    grid = make_grid(found, questions, by=by, structured=structured)
    thinks = thinking if thinking is not None else bool(analyst.settings.think)
    options = AskOptions(
        provider=spec.provider,
        model=spec.model_id,
        prompt=prompt,
        thinking=thinks,
        max_output=max_output or analyst.settings.max_output or reserve_for_fields(len(grid.fields), thinks),
        fields=grid.fields,
        structured=structured,
    )
    if max_cost_usd is not None and spec.price is None:
        raise UsageError(
            f"--max-cost needs a price, and none is known for {spec.model_id} at {spec.provider}.",
            'Set one in the configuration: [providers.NAME.models."ID"] price = { input = …, output = … }.',
        )
    return Job(
        grid=grid,
        options=options,
        spec=spec,
        output=Path(output).expanduser().absolute(),
        reason=route.reason,
        warnings=route.warnings,
        concurrency=concurrency,
        max_cost_micros=None if max_cost_usd is None else round(max_cost_usd * 1_000_000),
        password=password,
        repair=repair and spec.provider != "extractive",
    )


def make_grid(
    prompt: Prompt | None, questions: Sequence[str] = (), *, by: str = "file", structured: bool = False
) -> Grid:
    """The columns of a prompt's fields, then of the questions. A prompt without fields has one, `answer`."""
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
        question=_question(prompt.name if prompt else None, fields, structured=structured),
        digest=hashlib.sha256(json.dumps(parts).encode()).hexdigest(),
        by=by,
    )


def _question(prompt: str | None, fields: Sequence[Field], *, structured: bool) -> str:
    """The fields that the prompt does not list itself, and the form of the answer."""
    own = tuple(item for item in fields if item.group == QUESTIONS or prompt is None)
    rules = json_rules(fields) if structured else plain_rules(fields)
    return f"{describe_fields(own)}\n\n{rules}" if own else rules


def reserve_for_fields(count: int, thinking: bool) -> int:
    """Output tokens to reserve for so many fields."""
    needed = 400 + TOKENS_PER_FIELD * count
    if thinking:
        return max(THINKING_RESERVE, THINKING_RESERVE - DEFAULT_RESERVE + needed)
    return max(DEFAULT_RESERVE, needed)


def check_output(output: Path) -> str:
    """The format that an output's suffix names. Raises UsageError that lists the formats."""
    suffix = output.suffix.lower().lstrip(".")
    if suffix not in FORMATS:
        names = ", ".join(f".{name}" for name in FORMATS)
        raise UsageError(f"{output.name} names no format that a batch is written in.", f"Formats: {names}.")
    return suffix
