"""The window to add documents: files or whole folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.suggester import Suggester
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.exporters.presentation import figures
from docanalyst.formats.detection import KINDS, SUFFIXES
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import Hint, KeyLine
from docanalyst.tui.text.editing import LineInput
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit_path, one_line
from docanalyst.tui.text.spread import Spread

MOST = 5_000
"""Maximum number of entries listed of a folder."""


HINTS: tuple[Hint, ...] = (
    ("files.mark", "marks"),
    ("files.open", "adds, or opens a folder"),
    ("files.folder", "adds all of this folder"),
    ("files.up", "parent folder"),
    ("files.path", "types a path"),
    ("escape", "closes"),
)


@dataclass(frozen=True, slots=True)
class Item:
    """A file or folder. size: bytes of a file."""

    path: Path
    is_folder: bool
    size: int = 0
    name: str = ""


class PathSuggester(Suggester):
    """Completes a typed path by the first folder or document that begins with it; → takes it."""

    def __init__(self, screen: FilesScreen) -> None:
        super().__init__(use_cache=False, case_sensitive=True)
        self._screen = screen

    async def get_suggestion(self, value: str) -> str | None:
        """Return the completed path; None if nothing begins with the typed one."""
        return await in_thread(complete_path, value, self._screen.folder)


class FilesScreen(Dialog[list[str]]):
    """Lets the user choose files; returns their PATHs."""

    HELP = (
        f"docanalyst reads {KINDS}. Mark several, or add a whole folder with its "
        "subfolders. A typed path may name pages: contract.pdf:3-40,55."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("files.mark", "mark"),
        bound("files.open", "open", show=False),
        bound("files.folder", "folder"),
        bound("files.up", "up"),
        bound("files.path", "path"),
    ]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.marked: dict[Path, None] = {}
        self.items: list[Item] = []

    def compose(self) -> ComposeResult:
        """Show the folder's name, its files and the keys."""
        with Vertical(classes="window") as window:
            window.border_title = "Add documents"
            yield Static(id="folder-name", markup=False)
            yield LineInput(
                placeholder="A file or folder; contract.pdf:3-40 adds only these pages",
                suggester=PathSuggester(self),
                id="path",
            )
            yield OptionList(id="files")
            yield KeyLine(*HINTS)

    def on_mount(self) -> None:
        """List the folder."""
        self.query_one("#path").display = False
        self.listed.focus()
        self.show_folder(self.folder)

    @property
    def listed(self) -> OptionList:
        """The list of files."""
        return self.query_one("#files", OptionList)

    @property
    def current(self) -> Item | None:
        """The selected file."""
        place = self.listed.highlighted
        return self.items[place] if place is not None and place < len(self.items) else None

    def show_folder(self, folder: Path, stand_on: Path | None = None) -> None:
        """List another folder."""

        async def look() -> None:
            items = await in_thread(list_folder, folder)
            self.folder, self.items = folder, items
            self.listed.clear_options()
            self.listed.add_options(Option(self._line(item)) for item in items)
            if not items:
                words = "  No documents here. Press Backspace for the parent folder, / to type a path."
                self.listed.add_option(Option(Spread(([(words, "quiet")], [])), disabled=True))
            place = next((n for n, item in enumerate(items) if item.path == stand_on), 0)
            self.listed.highlighted = place if items else None
            self._say()

        self.app.go(look(), self, group="folder")

    def _line(self, item: Item) -> Spread:
        if item.is_folder:
            return Spread(([("  ▸ ", "quiet"), (one_line(item.name) + "/", "strong")], []))
        sign = "● " if item.path in self.marked else "○ "
        size = size_of(item.size)
        return Spread(
            (
                [("  " + sign, "good" if item.path in self.marked else "quiet"), (item.name, "")],
                [(size, "quiet")],
            )
        )

    def _say(self) -> None:
        width = max(20, self.listed.size.width - 2)
        self.query_one("#folder-name", Static).update(
            Content.styled(fit_path(str(self.folder), width), look("heading"))
        )
        files = sum(not item.is_folder for item in self.items)
        marked = f"{figures.count(len(self.marked), 'file')} marked · " if self.marked else ""
        window = self.query_one(".window", Vertical)
        window.border_subtitle = f"{marked}{figures.count(files, 'document')} here"

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open or add the file."""
        event.stop()
        self.action_open()

    def action_mark(self) -> None:
        """Mark or unmark this file."""
        item = self.current
        if item is None or item.is_folder:
            return
        if item.path in self.marked:
            del self.marked[item.path]
        else:
            self.marked[item.path] = None
        place = self.items.index(item)
        self.listed.replace_option_prompt_at_index(place, self._line(item))
        self.listed.action_cursor_down()
        self._say()

    def action_open(self) -> None:
        """Open this folder, or add the marked files, or this file if none is marked."""
        item = self.current
        if item is not None and item.is_folder and item.path not in self.marked:
            self.show_folder(item.path)
        elif self.marked:
            self.dismiss([str(path) for path in self.marked])
        elif item is not None:
            self.dismiss([str(item.path)])

    def action_folder(self) -> None:
        """Add all documents in this folder and its subfolders."""
        self.dismiss([str(self.folder)])

    def action_up(self) -> None:
        """Go to the parent folder."""
        if self.folder.parent != self.folder:
            self.show_folder(self.folder.parent, stand_on=self.folder)

    def action_path(self) -> None:
        """Type a path."""
        field = self.query_one("#path", Input)
        field.display = True
        field.focus()
        self.query_one(KeyLine).show(
            ("right", "completes"), ("enter", "adds, or opens a folder"), ("escape", "closes the line")
        )

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the typed folder, or add the typed file."""
        event.stop()
        given = event.value.strip()
        if not given:
            return
        place = self.folder / _expanded(given)
        if place.is_dir():
            self._close_line()
            self.show_folder(place.absolute())
        else:
            self.dismiss([str(place)])

    def action_close(self) -> None:
        """Leave the path field, else close."""
        field = self.query_one("#path", Input)
        if field.display and field.has_focus:
            self._close_line()
        else:
            self.dismiss(None)

    def _close_line(self) -> None:
        self.query_one("#path", Input).display = False
        self.listed.focus()
        self.query_one(KeyLine).show(*HINTS)


def complete_path(typed: str, folder: Path) -> str | None:
    """Return a typed path completed by the first folder or document that begins with it.

    Args:
        folder: Where a relative path begins.
    """
    parent, slash, begun = typed.rpartition("/")
    start = folder / _expanded(parent + slash)
    for item in list_folder(start):
        if begun and item.path.name.casefold().startswith(begun.casefold()):
            return f"{parent}{slash}{item.path.name}{'/' if item.is_folder else ''}"
    return None


def _expanded(typed: str) -> Path:
    """Return a typed path with "~" as the home folder, unless there is no such home."""
    try:
        return Path(typed).expanduser()
    except RuntimeError:
        return Path(typed)


def size_of(count: int) -> str:
    """Return a file size, such as "229 kB"."""
    if not count:
        return "empty"
    for unit, name in ((1_000_000_000, "GB"), (1_000_000, "MB"), (1_000, "kB")):
        if count >= unit:
            return f"{count / unit:.1f} {name}" if count < 10 * unit else f"{count / unit:.0f} {name}"
    return f"{count} B"


def list_folder(folder: Path) -> list[Item]:
    """Return the folders and documents in a folder, folders first, in natural order, without hidden ones."""
    items: list[Item] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.startswith(".") or len(items) >= MOST:
                    continue
                try:
                    if entry.is_dir():
                        items.append(Item(folder / entry.name, True, name=one_line(entry.name)))
                    elif entry.name.lower().endswith(tuple(SUFFIXES)):
                        size = entry.stat().st_size
                        items.append(Item(folder / entry.name, False, size, one_line(entry.name)))
                except OSError:
                    continue
    except (OSError, ValueError):
        return []
    return sorted(items, key=lambda item: (not item.is_folder, _natural(item.name)))


def _natural(name: str) -> list[tuple[int, int, str]]:
    """Return a sort key that puts "exhibit 2" before "exhibit 10"."""
    key: list[tuple[int, int, str]] = []
    digits = ""
    for character in name.casefold() + "\0":
        if character.isdecimal():
            digits += character
            continue
        if digits:
            key.append((0, int(digits), ""))
            digits = ""
        key.append((1, 0, character))
    return key
