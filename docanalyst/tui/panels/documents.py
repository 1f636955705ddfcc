"""The open documents: which are sent, their tokens, and the reader's notes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from docanalyst.domain.documents import format_ranges
from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.desk import Desk, Entry, State
from docanalyst.tui.keys import bound
from docanalyst.tui.messages import DocumentsChanged, PageWanted
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit_path, one_line
from docanalyst.tui.text.spread import Piece, Spread

if TYPE_CHECKING:
    from docanalyst.tui.host import Host


class DocumentsPanel(Vertical):
    """The list of open documents by folder."""

    if TYPE_CHECKING:
        app: Host

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("documents.toggle", "switch"),
        bound("documents.look", "look"),
        bound("documents.pages", "pages"),
        bound("documents.remove", "remove"),
        bound("documents.fit", "fit", show=False),
        bound("documents.all", "all", show=False),
        bound("documents.folder", "folder", show=False),
        bound("documents.invert", "invert", show=False),
        bound("documents.up", "move(-1)", show=False),
        bound("documents.down", "move(1)", show=False),
        bound("documents.open", "open", show=False),
        bound("documents.undo", "undo", show=False),
    ]

    class Removed(Message):
        """A document was removed."""

        def __init__(self, entry: Entry, place: int) -> None:
            super().__init__()
            self.entry = entry
            self.place = place

    class PagesWanted(Message):
        """The user wants to choose the pages of this document."""

        def __init__(self, entry: Entry) -> None:
            super().__init__()
            self.entry = entry

    class OpenWanted(PagesWanted):
        """The user wants to open this document in its own program."""

    class UnlockWanted(PagesWanted):
        """This document needs a password, or must be read again."""

    class FitWanted(Message):
        """The user wants the documents to fit the context window."""

    class UndoWanted(Message):
        """The user wants to undo the last removal."""

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self._shown: list[Entry | None] = []
        self._list = OptionList(id="document-list")

    def render(self) -> Content:
        """Return the text shown while there is no list."""
        empty = f" No documents yet.\n {self.app.key('add')} adds some."
        return Content.styled("" if self._shown else empty, look("quiet"))

    def on_mount(self) -> None:
        """Name the panel."""
        self._title()

    def on_resize(self) -> None:
        """Cut folder paths to the new width."""
        self.refresh_list()

    @property
    def listed(self) -> OptionList:
        """The list; created with the first document, so that the first paint is faster."""
        if not self._list.is_attached:
            self.mount(self._list)
        return self._list

    @property
    def current(self) -> Entry | None:
        """The selected document."""
        place = self._list.highlighted
        return self._shown[place] if place is not None and place < len(self._shown) else None

    def refresh_list(self, stand_on: Entry | None = None) -> None:
        """Refresh the list."""
        entries = self.desk.entries
        if not entries and not self._shown:
            self._title()
            return
        current = stand_on or self.current
        ids = self.desk.ids()
        folders = {entry.folder for entry in entries}
        shown: list[Entry | None] = []
        options: list[Option] = []
        folder: str | None = None
        for entry in entries:
            if len(folders) > 1 and entry.folder != folder:
                folder = entry.folder
                shown.append(None)
                label = fit_path(folder or ".", max(8, self.size.width - 8)) + "/"
                options.append(Option(Spread(([(f"▾ {label}", "quiet")], [])), disabled=True))
            shown.append(entry)
            options.append(Option(line_of(entry, ids.get(id(entry), ""))))
        listed = self.listed
        if len(options) == len(self._shown) and shown == self._shown:
            for place, option in enumerate(options):
                listed.replace_option_prompt_at_index(place, option.prompt)
        else:
            self._shown = shown
            listed.clear_options()
            listed.add_options(options)
        if current is not None and current in shown:
            listed.highlighted = shown.index(current)
        elif options and self.current is None:
            listed.highlighted = next(place for place, entry in enumerate(shown) if entry is not None)
        self._title()

    def _title(self) -> None:
        sent = self.desk.sent
        self.border_title = "Documents"
        if not self.desk.entries:
            self.border_subtitle = ""
            return
        known = [entry.tokens for entry in sent if entry.tokens is not None]
        words = f"{len(sent)} of {len(self.desk.entries)} on"
        if known and len(known) == len(sent):
            words += f" · {figures.short(sum(known))} tokens"
        self.border_subtitle = words

    def action_switch(self) -> None:
        """Switch a document on or off for the next question."""
        entry = self.current
        if entry is not None:
            entry.enabled = not entry.enabled
            self.refresh_list()
            self.post_message(DocumentsChanged())

    def action_all(self) -> None:
        """Switch all documents off, or all on if none is on."""
        self._switch(self.desk.entries)

    def action_folder(self) -> None:
        """Switch the documents in this document's folder off, or on if none of them is on."""
        entry = self.current
        if entry is not None:
            self._switch([one for one in self.desk.entries if one.folder == entry.folder])

    def action_invert(self) -> None:
        """Switch the documents off that are on, and the others on."""
        for entry in self.desk.entries:
            entry.enabled = not entry.enabled
        self.refresh_list()
        self.post_message(DocumentsChanged())

    def _switch(self, entries: Sequence[Entry]) -> None:
        enabled = not any(entry.enabled for entry in entries)
        for entry in entries:
            entry.enabled = enabled
        self.refresh_list()
        self.post_message(DocumentsChanged())

    def action_fit(self) -> None:
        """Propose which documents to switch off."""
        self.post_message(self.FitWanted())

    def action_look(self) -> None:
        """Show the document's text, or ask for its password."""
        entry = self.current
        if entry is None:
            return
        if entry.document is not None:
            self.post_message(PageWanted(entry))
        else:
            self.post_message(self.UnlockWanted(entry))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Show the document."""
        event.stop()
        self.action_look()

    def action_pages(self) -> None:
        """Choose which pages to send."""
        if self.current is not None and self.current.whole is not None:
            self.post_message(self.PagesWanted(self.current))

    def action_open(self) -> None:
        """Open the file in its own program."""
        if self.current is not None:
            self.post_message(self.OpenWanted(self.current))

    def action_remove(self) -> None:
        """Remove this document."""
        entry = self.current
        if entry is None:
            return
        place = self.desk.entries.index(entry)
        self.desk.entries.remove(entry)
        self.refresh_list()
        self.post_message(self.Removed(entry, place))
        self.post_message(DocumentsChanged())

    def action_undo(self) -> None:
        """Undo the last removal."""
        self.post_message(self.UndoWanted())

    def action_move(self, step: int) -> None:
        """Change the order of the documents."""
        entry = self.current
        if entry is None:
            return
        entries = self.desk.entries
        place = entries.index(entry)
        other = place + step
        if 0 <= other < len(entries):
            entries[place], entries[other] = entries[other], entries[place]
            self.refresh_list(entry)
            self.post_message(DocumentsChanged())


def line_of(entry: Entry, name: str) -> Spread:
    """Return the two lines of a document: its name, and its state."""
    title: list[Piece] = [(f"{sign_of(entry)} ", "" if entry.enabled else "quiet")]
    title.append((f"{name} " if name else "", "strong"))
    title.append((one_line(entry.name), "" if entry.is_sent else "quiet"))
    words, role = note_of(entry)
    return Spread((title, _amount(entry)), ([(f"  {words}", role)], notes_of(entry)))


def sign_of(entry: Entry) -> str:
    """Return the sign of a document's state: sent, not sent, being read or failed."""
    if entry.state is State.FAILED:
        return "✗"
    if entry.state is State.LOCKED:
        return "?"
    if entry.state in (State.WAITING, State.READING):
        return "◌"
    return "●" if entry.enabled else "○"


def _amount(entry: Entry) -> list[Piece]:
    if entry.state is State.READING and entry.total:
        return [(f"{100 * entry.done // entry.total} %", "quiet")]
    if entry.document is None:
        return []
    if not entry.enabled:
        return [("off", "quiet")]
    return [(figures.short(entry.tokens), "") if entry.tokens is not None else ("…", "quiet")]


def note_of(entry: Entry) -> tuple[str, str]:
    """Return the state of a document in words, and their style role."""
    if entry.state is State.WAITING:
        return "waiting to be read", "quiet"
    if entry.state is State.READING:
        if not entry.total:
            return f"reading page {entry.done:,}" if entry.done else "reading …", "quiet"
        return f"reading page {max(entry.done, 1):,} of {entry.total:,}", "quiet"
    if entry.state is State.LOCKED:
        return "needs a password: press Enter", "doubt"
    if entry.state is State.FAILED:
        return one_line(entry.message, 200), "bad"
    document = entry.document
    if document is None:
        return "", "quiet"
    if document.is_selection:
        words = f"pages {_listed(document.pages_sent)} of {document.page_count:,}"
    else:
        words = figures.count(document.page_count, "page")
    without = document.pages_without_text
    recognised = sum(page.ocr for page in document.pages)
    if recognised:
        words += f" · {recognised} by OCR"
    if without:
        return f"{words} · ! no text on {_listed(format_ranges(list(without)))}", "doubt"
    return words, "quiet"


def _listed(pages: str) -> str:
    """Return page ranges with spaces: "1,255" would read as one number."""
    return pages.replace(",", ", ")


def notes_of(entry: Entry) -> list[Piece]:
    """Return the number of the reader's notes for a document whose pages all have text."""
    document = entry.document
    if document is None or not document.warnings or document.pages_without_text:
        return []
    return [(f"! {figures.count(len(document.warnings), 'note')}", "doubt")]
