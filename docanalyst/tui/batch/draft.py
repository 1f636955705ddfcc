"""A batch in the making: what the form holds, and the request that comes of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.desk import Desk, State

if TYPE_CHECKING:
    from docanalyst.batch.requests import BatchRequest

AT_ONCE = 8
MOST_AT_ONCE = 64


@dataclass(slots=True)
class BatchDraft:
    """The form as it is filled in. desk: the PATHs of the desk. at_most, at_once: as typed."""

    desk: list[str] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    by: str = "file"
    prompt: str | None = None
    questions: str = ""
    output: str = ""
    at_most: str = ""
    at_once: str = str(AT_ONCE)
    provider: str | None = None
    model: str | None = None
    thinking: bool | None = None
    max_output: int | None = None

    @property
    def documents(self) -> tuple[str, str]:
        """The documents in words, and quieter ones."""
        if not self.paths:
            return "none yet", "Enter chooses files or a folder"
        names = [Path(path).name or path for path in self.paths]
        if self.paths == self.desk:
            return f"{figures.count(len(names), 'document')} of the desk", ", ".join(names)
        folders = [path for path in self.paths if Path(path).is_dir()]
        if folders and len(self.paths) == 1:
            return f"the folder {names[0]}/", "with the folders in it"
        return figures.count(len(names), "path"), ", ".join(names)

    def request(self) -> BatchRequest:
        """What is asked for. Raises UsageError that names the field to fill in."""
        from docanalyst.batch.jobs import check_output
        from docanalyst.batch.requests import BatchRequest

        if not self.paths:
            raise UsageError("There are no documents.", "Choose files or a folder in the first field.")
        questions = tuple(line.strip() for line in self.questions.splitlines() if line.strip())
        if not questions and not self.prompt:
            raise UsageError("There is no question.", "Write one a line, or choose a prompt with fields.")
        if self.by == "folder" and not any(Path(path).expanduser().is_dir() for path in self.paths):
            raise UsageError(
                "A row for each folder needs a folder.",
                "Choose one in the first field: A in the list of files takes the whole folder.",
            )
        output = Path(self.output.strip() or "batch.xlsx").expanduser()
        check_output(output)
        return BatchRequest(
            paths=tuple(self.paths),
            output=output,
            prompt=self.prompt,
            questions=questions,
            by=self.by,
            thinking=self.thinking,
            max_output=self.max_output,
            concurrency=_number(self.at_once),
            max_cost_usd=dollars(self.at_most),
            provider=self.provider,
            model=self.model,
        )


def draft_of(desk: Desk) -> BatchDraft:
    """A draft over what is on the desk, with the desk's choices."""
    paths = []
    for entry in desk.entries:
        document = entry.document
        if not entry.enabled or entry.state is State.FAILED:
            continue
        place = document.path if document is not None and document.path else entry.path
        is_selection = document is not None and document.is_selection
        paths.append(f"{place}:{document.pages_sent}" if document and is_selection else place)
    choice = desk.choice
    return BatchDraft(
        desk=paths,
        paths=list(paths),
        prompt=choice.prompt,
        output=free_name(Path.cwd()),
        provider=choice.provider,
        model=choice.model,
        thinking=choice.thinking,
        max_output=choice.max_output,
    )


def free_name(folder: Path) -> str:
    """A name for a table that is not taken in this folder."""
    number = 1
    while (folder / (name := f"batch-{number}.xlsx" if number > 1 else "batch.xlsx")).exists():
        number += 1
    return name


def _number(text: str) -> int:
    try:
        number = int(text.strip() or AT_ONCE)
    except ValueError:
        number = 0
    if not 1 <= number <= MOST_AT_ONCE:
        raise UsageError(f"“At once” is a number from 1 to {MOST_AT_ONCE}.", f"It says {text.strip()!r}.")
    return number


def dollars(text: str) -> float | None:
    """A cap as typed; None for none. Raises UsageError."""
    given = text.strip().removeprefix("$").removeprefix("USD").strip()
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise UsageError("The cap is an amount in dollars, such as 5 or 2.50.", f"It says {text.strip()!r}.")
    return value
