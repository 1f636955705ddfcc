"""The screens that the main screen opens, and what it does with their results."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from textual.binding import Binding, BindingType

from docanalyst.tui.desk.desk import Desk, Entry, State
from docanalyst.tui.desk.reading import Reading
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.main.actions import SessionActions
from docanalyst.tui.panels.documents import DocumentsPanel
from docanalyst.tui.text.plain import fit, one_line


class Openings(SessionActions):
    """Keys that open a screen, imported when its key is pressed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+o", "files", "Add", id="add"),
        Binding("ctrl+s", "sessions", "Sessions", id="session.list"),
        Binding("ctrl+l", "models", "Model", id="models"),
        Binding("f5", "prompts", "Prompts", show=False, id="prompts"),
        Binding("f8", "batch", "Batch", id="batch"),
        Binding("f9", "settings", "Settings", show=False, id="settings"),
    ]

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.removed: list[tuple[Entry, int]] = []
        self.reading = Reading(
            desk,
            self.documents_changed,
            lambda note: self.app.tell(note),
            lambda error: self.app.tell(error.message, error.hint, severity="error"),
        )

    def add_paths(self, paths: list[str]) -> None:
        """Read PATHs in the background."""
        raise NotImplementedError

    def action_files(self) -> None:
        """Add documents."""

        async def choose() -> None:
            from docanalyst.tui.screens.files import FilesScreen

            last = next((entry.folder for entry in reversed(self.desk.entries) if entry.folder), "")
            folder = Path(last).expanduser().absolute() if last else Path.cwd()
            paths = await self.app.wait_for(FilesScreen(folder if folder.is_dir() else Path.cwd()))
            if paths:
                self.add_paths(paths)

        self.app.go(choose(), self, group="screen")

    def action_sessions(self) -> None:
        """Show saved sessions."""

        async def choose() -> None:
            from docanalyst.tui.screens.sessions import SessionsScreen

            analyst = await self.app.ready()
            if not analyst.keep:
                self.app.tell("This window does not save anything, so there are no sessions.")
                return
            wish = await self.app.wait_for(SessionsScreen())
            if wish is None:
                return
            if self.answers.is_asking:
                self.app.tell("An answer is coming in.", "Esc stops it and keeps what has come.")
            elif wish.action == "export":
                self.export(wish.session_id)
            else:
                self.open_session(wish.session_id, fork=wish.action == "fork")

        self.app.go(choose(), self, group="screen")

    def action_models(self) -> None:
        """Choose the model."""

        async def choose() -> None:
            from docanalyst.tui.screens.models import ModelsScreen

            choice = self.desk.choice
            chosen = (choice.provider, choice.model) if choice.provider and choice.model else None
            thinking = choice.thinking if choice.thinking is not None else self.app.thinks
            budget = self.plan.budget if self.plan else None
            needed = budget.used + budget.reserved_output if budget else 0
            made = await self.app.wait_for(ModelsScreen(chosen, thinking, needed))
            if made is None:
                return
            choice.provider, choice.model = made.provider, made.model
            if made.thinking != thinking:
                choice.thinking = made.thinking
            self.plan = None
            self.refresh_header()
            self.count()

        self.app.go(choose(), self, group="screen")

    def action_prompts(self) -> None:
        """Show the prompts."""

        async def choose() -> None:
            from docanalyst.tui.screens.prompts import PromptsScreen

            name = await self.app.wait_for(PromptsScreen())
            if name:
                self.desk.choice.prompt = name
                self.prompt.show_prompt()
                self.prompt.input.focus()
                self.count()

        self.app.go(choose(), self, group="screen")

    def action_batch(self) -> None:
        """Open the batch window."""
        from docanalyst.tui.batch.flow import walk

        self.app.go(walk(self.app), self, group="screen")

    def action_settings(self) -> None:
        """Settings."""
        from docanalyst.tui.screens.settings import SettingsScreen

        self.app.push_screen(SettingsScreen())

    def action_receipt(self) -> None:
        """Show the receipt of the selected turn."""
        from docanalyst.tui.screens.receipt import ReceiptScreen

        turn = self.answers.current_turn
        if turn is not None and turn.id:
            self.app.push_screen(ReceiptScreen(turn))

    def action_export(self) -> None:
        """Export the open session to a file."""
        if self.desk.session is not None:
            self.export(self.desk.session.id)

    def export(self, session_id: str) -> None:
        """Ask for a file name and export the session."""

        async def write() -> None:
            from docanalyst.tui.desk.export import file_name_for, formats, write_session
            from docanalyst.tui.screens.line import LineScreen

            analyst = await self.app.ready()
            session = await in_thread(analyst.store.sessions.get, session_id)
            known = formats()
            lines = [f"File name, in {Path.cwd()}. Its suffix sets the format:"]
            lines += [f"{ending:>6}  {fit(words, 64)}" for ending, words in known]
            given = await self.app.wait_for(
                LineScreen("Export the session", "\n".join(lines), value=file_name_for(session, known[0][0]))
            )
            if given and given.strip():
                paths, notes = await in_thread(write_session, analyst, session_id, given.strip())
                for note in notes:
                    self.app.tell(note, severity="warning")
                self.app.tell("Wrote " + ", ".join(str(path) for path in paths))

        self.app.go(write(), self, group="screen")

    # Documents

    def on_documents_panel_pages_wanted(self, event: DocumentsPanel.PagesWanted) -> None:
        """Choose the pages of a document to send."""
        entry = event.entry

        async def choose() -> None:
            from docanalyst.analyst.documents.listing import take_pages
            from docanalyst.tui.screens.line import LineScreen

            if entry.whole is None or entry.document is None:
                return
            now = entry.document.pages_sent if entry.document.is_selection else ""
            given = await self.app.wait_for(
                LineScreen(
                    f"Pages of {entry.name}",
                    f"PDF pages to send (1-{entry.whole.page_count:,}), such as 3-40,55. Empty: all pages.",
                    value=now,
                )
            )
            if given is not None:
                entry.document = take_pages(entry.whole, given)
                entry.tokens = None
                self.documents_changed()

        self.app.go(choose(), self, group="screen")

    def on_documents_panel_open_wanted(self, event: DocumentsPanel.OpenWanted) -> None:
        """Open a document in its own program."""
        event.stop()
        pages = event.entry.document.pages if event.entry.document else ()
        self.app.open_outside(event.entry.path, pages[0].number if pages else 1)

    def on_documents_panel_unlock_wanted(self, event: DocumentsPanel.UnlockWanted) -> None:
        """Read a document again, with its password if it needs one."""
        event.stop()
        entry = event.entry

        async def read() -> None:
            from docanalyst.tui.screens.line import LineScreen

            password = None
            if entry.state is State.LOCKED:
                password = await self.app.wait_for(
                    LineScreen(f"Password of {entry.name}", "It is used once and not saved.", secret=True)
                )
                if password is None:
                    return
            await self.reading.read(await self.app.ready(), entry, password)
            if entry.state is not State.READY:
                self.app.tell(entry.message, entry.hint, severity="error")

        if entry.state in (State.LOCKED, State.FAILED):
            self.app.go(read(), self, group="screen")

    def on_documents_panel_removed(self, event: DocumentsPanel.Removed) -> None:
        """Notify the user that a document was removed, and how to undo it."""
        self.removed.append((event.entry, event.place))
        self.app.tell(f"{one_line(event.entry.name, 60)} was removed.", "Press Z in the list to undo.")

    def on_documents_panel_undo_wanted(self, event: DocumentsPanel.UndoWanted) -> None:
        """Undo the last removal."""
        if not self.removed:
            self.app.bell()
            return
        entry, place = self.removed.pop()
        self.desk.entries.insert(min(place, len(self.desk.entries)), entry)
        self.documents_changed()

    def documents_changed(self) -> None:
        """Refresh and count the documents."""
        raise NotImplementedError
