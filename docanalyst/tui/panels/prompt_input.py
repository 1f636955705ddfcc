"""The text field of the question: Enter asks, Shift+Enter adds a line, arrow keys browse the history."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.binding import BindingType
from textual.message import Message
from textual.widgets import TextArea

from docanalyst.tui.keys import bound, keys_of
from docanalyst.tui.text.editing import editing_keys
from docanalyst.tui.text.plain import plain

if TYPE_CHECKING:
    from docanalyst.tui.host import Host

MOST_PATHS = 10_000
"""Maximum characters of a paste that is checked for PATHs."""


_EDITING = editing_keys(TextArea.BINDINGS)


class PromptInput(TextArea):
    """The text of a question. While the picker is open, its keys go to the picker."""

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("prompt.ask", "submit"),
        bound("prompt.newline", "newline", show=False),
    ]

    if TYPE_CHECKING:
        app: Host

    class Submitted(Message):
        """The user asks this question, which has left the field."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class PickerKey(Message):
        """A key for the open picker: up, down, enter, escape."""

        def __init__(self, key: str) -> None:
            super().__init__()
            self.key = key

    class PathsPasted(Message):
        """PATHs were pasted or dropped."""

        def __init__(self, paths: list[str]) -> None:
            super().__init__()
            self.paths = paths

    class BackspaceOnEmpty(Message):
        """Backspace was pressed with nothing to delete."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(
            id=id,
            compact=True,
            highlight_cursor_line=False,
            placeholder="Ask about these documents  (/ prompts, @ a document)",
        )
        self.picker_open = False
        self.past: list[str] = []
        self._place: int | None = None
        self._draft = ""
        self._focused_at = 0.0

    def remember(self, question: str) -> None:
        """Add a question to the history."""
        if question.strip() and (not self.past or self.past[-1] != question):
            self.past.append(question)
        self._place = None

    async def _on_key(self, event: events.Key) -> None:
        if self.picker_open and event.key in ("up", "down", "enter", "tab", "escape"):
            event.stop()
            event.prevent_default()
            self.post_message(self.PickerKey("enter" if event.key == "tab" else event.key))
            return
        if event.key == "backspace" and not self.text:
            self.post_message(self.BackspaceOnEmpty())
        # Here and not by the bindings, which act after the characters that follow.
        for name, action in (("prompt.ask", self._submit), ("prompt.newline", self._newline)):
            if event.key.replace("\r", "enter") in keys_of(name, self.app.keymap):
                event.stop()
                event.prevent_default()
                if name == "prompt.ask" and event.time < self._focused_at + self.app.typed_ahead:
                    self.app.bell()
                else:
                    action()
                return
        if event.key in _EDITING:
            event.stop()
            event.prevent_default()
            await self.run_action(_EDITING[event.key])
            return
        await super()._on_key(event)

    def _on_focus(self, event: events.Focus) -> None:
        super()._on_focus(event)
        self.entered()

    def entered(self) -> None:
        """Note that the cursor came here now: an Enter typed until then was for something else."""
        self._focused_at = Message().time

    async def _on_paste(self, event: events.Paste) -> None:
        event.stop()
        event.prevent_default()
        paths = paths_in(event.text)
        if paths:
            self.post_message(self.PathsPasted(paths))
            return
        await super()._on_paste(events.Paste(plain(event.text.replace("\r\n", "\n").replace("\r", "\n"))))

    def action_submit(self) -> None:
        """Do nothing: `_on_key` asks. A key that another panel had no use for must not ask."""

    def action_newline(self) -> None:
        """Do nothing: `_on_key` adds the line."""

    def _submit(self) -> None:
        """Ask; after a backslash, add a line instead."""
        row, column = self.cursor_location
        if column and self.document.get_line(row)[column - 1] == "\\":
            self.action_delete_left()
            self._newline()
            return
        text = self.text
        if text.strip():
            # Taken now: what is typed next belongs to the next question.
            self.remember(text)
            self.text = ""
        self.post_message(self.Submitted(text))

    def _newline(self) -> None:
        """Add a line."""
        self.insert("\n")

    def action_cursor_up(self, select: bool = False) -> None:
        """Move one line up; on the first line, recall the previous question."""
        if select or self.cursor_at_first_line is False or not self.past:
            super().action_cursor_up(select)
            return
        if self._place is None:
            self._draft, self._place = self.text, len(self.past)
        if self._place > 0:
            self._place -= 1
            self._recall(self.past[self._place])

    def action_cursor_down(self, select: bool = False) -> None:
        """Move one line down; on the last line, recall the next question."""
        if select or self._place is None or not self.cursor_at_last_line:
            super().action_cursor_down(select)
            return
        self._place += 1
        if self._place >= len(self.past):
            self._place = None
            self._recall(self._draft)
        else:
            self._recall(self.past[self._place])

    def _recall(self, text: str) -> None:
        self.text = text
        self.move_cursor(self.document.end)


def paths_in(text: str) -> list[str]:
    """Return the PATHs in a paste if it contains only existing documents and folders, else an empty list."""
    import shlex
    from urllib.parse import unquote, urlparse

    given = text.strip()
    if not given or len(given) > MOST_PATHS or not any(mark in given for mark in ("/", "\\", ".")):
        return []
    try:
        pieces = [given] if _is_document(given) else shlex.split(given.replace("\n", " "))
    except ValueError:
        return []
    paths = [unquote(urlparse(piece).path) if piece.startswith("file://") else piece for piece in pieces]
    return paths if paths and all(_is_document(path) for path in paths) else []


def _is_document(path: str) -> bool:
    from docanalyst.formats.detection import SUFFIXES

    try:
        place = Path(path).expanduser()
        known = place.suffix.lower() in SUFFIXES
        return (known and place.is_file()) or ("/" in path and place.is_dir())
    except (OSError, ValueError, RuntimeError):
        return False
