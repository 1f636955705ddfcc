"""The draft of a batch: the contents of the form, and the request made from it."""

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
    """The contents of the form.

    Attributes:
        desk: PATHs of the open documents.
        at_most, at_once: As typed.
    """

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
        """The documents in words, and details to show dimmed."""
        if not self.paths:
            return "none yet", "press Enter to choose files or a folder"
        names = [Path(path).name or path for path in self.paths]
        if self.paths == self.desk:
            return f"{figures.count(len(names), 'open document')}", ", ".join(names)
        folders = [path for path in self.paths if Path(path).is_dir()]
        if folders and len(self.paths) == 1:
            return f"the folder {names[0]}/", "with its subfolders"
        return figures.count(len(names), "path"), ", ".join(names)

    def request(self) -> BatchRequest:
        """Return the request. Raises UsageError that names the field to fill in."""
        from docanalyst.batch.jobs import check_output
        from docanalyst.batch.requests import BatchRequest

        if not self.paths:
            raise UsageError("No documents given.", "Choose files or a folder in the first field.")
        questions = tuple(line.strip() for line in self.questions.splitlines() if line.strip())
        if not questions and not self.prompt:
            raise UsageError(
                "No question given.", "Write one question on each line, or choose a prompt with fields."
            )
        if self.by == "folder" and not any(Path(path).expanduser().is_dir() for path in self.paths):
            raise UsageError(
                "A row for each folder needs a folder.",
                "Choose a folder in the first field.",
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
    """Return a draft for the open documents, with the current prompt and model."""
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
    """Return a file name for a table that does not exist in this folder yet."""
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
        raise UsageError(
            f"“At once” must be a number from 1 to {MOST_AT_ONCE}.", f"You entered {text.strip()!r}."
        )
    return number


def dollars(text: str) -> float | None:
    """Return a cost cap as typed, in dollars; None for no cap. Raises UsageError."""
    given = text.strip().removeprefix("$").removeprefix("USD").strip()
    if not given:
        return None
    try:
        value = float(given)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise UsageError(
            "The cost cap must be an amount in dollars, such as 5 or 2.50.", f"You entered {text.strip()!r}."
        )
    return value
