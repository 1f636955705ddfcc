"""The screens that the main screen opens, and what it does with their results."""

from __future__ import annotations

from pathlib import Path

from docanalyst.tui.desk.desk import Entry, State
from docanalyst.tui.desk.reading import Reading
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.main.actions import SessionActions
from docanalyst.tui.main.parts import DeskScreen
from docanalyst.tui.panels.documents import DocumentsPanel
from docanalyst.tui.text.plain import fit, one_line


class Openings:
    """Opens each screen, and takes up what it brings back. Imports wait until they are needed."""

    def __init__(self, screen: DeskScreen, session: SessionActions) -> None:
        self.screen = screen
        self.session = session
        self.taken_off: list[tuple[Entry, int]] = []
        self.reading = Reading(
            screen.desk,
            screen.documents_changed,
            lambda note: self.screen.app.tell(note),
            lambda error: self.screen.app.tell(error.message, error.hint, severity="error"),
        )

    def add_paths(self, paths: list[str]) -> None:
        """Read PATHs in the background."""

        async def read() -> None:
            await self.reading.add(await self.screen.app.ready(), paths)

        self.screen.app.go(read(), self.screen)

    def files(self) -> None:
        """Add documents."""

        async def choose() -> None:
            from docanalyst.tui.screens.files import FilesScreen

            last = next((entry.folder for entry in reversed(self.screen.desk.entries) if entry.folder), "")
            folder = Path(last).expanduser().absolute() if last else Path.cwd()
            paths = await self.screen.app.wait_for(FilesScreen(folder if folder.is_dir() else Path.cwd()))
            if paths:
                self.add_paths(paths)

        self.screen.app.go(choose(), self.screen, group="screen")

    def sessions(self) -> None:
        """Show saved sessions."""

        async def choose() -> None:
            from docanalyst.tui.screens.sessions import SessionsScreen

            analyst = await self.screen.app.ready()
            if not analyst.keep:
                self.screen.app.tell("This window does not save anything, so there are no sessions.")
                return
            wish = await self.screen.app.wait_for(SessionsScreen())
            if wish is None:
                return
            if self.screen.answers.is_asking:
                self.screen.app.tell_streaming()
            elif wish.action == "export":
                self.export(wish.session_id)
            else:
                self.session.open_session(wish.session_id, fork=wish.action == "fork")

        self.screen.app.go(choose(), self.screen, group="screen")

    def models(self) -> None:
        """Choose the model."""

        async def choose() -> None:
            from docanalyst.tui.screens.models import ModelsScreen

            choice = self.screen.desk.choice
            chosen = (choice.provider, choice.model) if choice.provider and choice.model else None
            thinking = choice.thinking if choice.thinking is not None else self.screen.app.thinks
            budget = self.screen.plan.budget if self.screen.plan else None
            needed = budget.used + budget.reserved_output if budget else 0
            made = await self.screen.app.wait_for(ModelsScreen(chosen, thinking, needed))
            if made is None:
                return
            choice.provider, choice.model = made.provider, made.model
            if made.thinking != thinking:
                choice.thinking = made.thinking
            self.screen.plan = None
            self.screen.refresh_header()
            self.screen.count()

        self.screen.app.go(choose(), self.screen, group="screen")

    def keys(self) -> None:
        """Show the API keys."""
        from docanalyst.tui.screens.keys import KeysScreen

        self.screen.app.push_screen(KeysScreen())

    def prompts(self) -> None:
        """Show the prompts."""

        async def choose() -> None:
            from docanalyst.tui.screens.prompts import PromptsScreen

            name = await self.screen.app.wait_for(PromptsScreen())
            if name:
                self.screen.desk.choice.prompt = name
                self.screen.prompt.show_prompt()
                self.screen.prompt.input.focus()
                self.screen.count()

        self.screen.app.go(choose(), self.screen, group="screen")

    def batch(self) -> None:
        """Open the batch window."""
        from docanalyst.tui.batch.flow import walk

        self.screen.app.go(walk(self.screen.app), self.screen, group="screen")

    def settings(self) -> None:
        """Settings."""
        from docanalyst.tui.screens.settings import SettingsScreen

        self.screen.app.push_screen(SettingsScreen())

    def receipt(self) -> None:
        """Show the receipt of the selected turn."""
        from docanalyst.tui.screens.receipt import ReceiptScreen

        turn = self.screen.answers.current_turn
        if turn is not None and turn.id:
            self.screen.app.push_screen(ReceiptScreen(turn))

    def export_open(self) -> None:
        """Export the open session to a file."""
        if self.screen.desk.session is not None:
            self.export(self.screen.desk.session.id)

    def export(self, session_id: str) -> None:
        """Ask for a file name and export the session."""

        async def write() -> None:
            from docanalyst.tui.desk.export import file_name_for, formats, replaced_file, write_session
            from docanalyst.tui.screens.line import LineScreen
            from docanalyst.tui.screens.question import QuestionScreen

            analyst = await self.screen.app.ready()
            session = await in_thread(analyst.store.sessions.get, session_id)
            known = formats()
            lines = [f"File name, in {Path.cwd()}. Its suffix sets the format:"]
            lines += [f"{ending:>6}  {fit(words, 64)}" for ending, words in known]
            given = await self.screen.app.wait_for(
                LineScreen("Export the session", "\n".join(lines), value=file_name_for(session, known[0][0]))
            )
            if given and given.strip():
                name = given.strip()
                problem = await in_thread(replaced_file, analyst, name)
                agreed = False
                if problem:
                    words = "The export would replace it."
                    question = QuestionScreen(problem, words, yes="Replace it", no="Keep the file")
                    agreed = await self.screen.app.wait_for(question) or False
                if problem and not agreed:
                    return
                paths, notes = await in_thread(
                    lambda: write_session(analyst, session_id, name, overwrite=agreed)
                )
                for note in notes:
                    self.screen.app.tell(note, severity="warning")
                self.screen.app.tell(f"Wrote {', '.join(str(path) for path in paths)}.")

        self.screen.app.go(write(), self.screen, group="screen")

    # Documents

    def pages_wanted(self, event: DocumentsPanel.PagesWanted) -> None:
        """Choose the pages of a document to send."""
        entry = event.entry

        async def choose() -> None:
            from docanalyst.analyst.documents.listing import take_pages
            from docanalyst.tui.screens.line import LineScreen

            if entry.whole is None or entry.document is None:
                return
            now = entry.document.pages_sent if entry.document.is_selection else ""
            given = await self.screen.app.wait_for(
                LineScreen(
                    f"Pages of {entry.name}",
                    f"PDF pages to send (1-{entry.whole.page_count:,}), such as 3-40,55. Empty: all pages.",
                    value=now,
                )
            )
            if given is not None:
                entry.document = take_pages(entry.whole, given)
                entry.tokens = None
                self.screen.documents_changed()

        self.screen.app.go(choose(), self.screen, group="screen")

    def fit(self) -> None:
        """Propose which documents to switch off so that the rest fits, and switch them off."""
        screen = self.screen

        async def choose() -> None:
            from docanalyst.tui.desk.fitting import ways_to_fit
            from docanalyst.tui.screens.fit import FitScreen

            plan = screen.plan
            if plan is None or plan.budget.fits or not screen.desk.is_packed(plan.documents):
                screen.app.tell("The documents fit: nothing needs to be switched off.")
                return
            sent = list(screen.desk.sent)
            options, question = screen.desk.choice.options(), screen.prompt.text.strip()
            ways = await in_thread(ways_to_fit, await screen.app.ready(), plan, question, options)
            way = await screen.app.wait_for(FitScreen(ways))
            if way is None:
                return
            for place, entry in enumerate(sent):
                entry.enabled = place in way.kept
            screen.documents_changed()
            key = screen.app.key
            screen.app.tell(
                f"{len(way.kept):,} of {len(sent):,} documents are on.",
                f"For the others press {key('documents.all')} twice, then {key('documents.fit')} again.",
            )

        screen.app.go(choose(), screen, group="screen")

    def open_wanted(self, event: DocumentsPanel.OpenWanted) -> None:
        """Open a document in its own program."""
        event.stop()
        pages = event.entry.document.pages if event.entry.document else ()
        self.screen.app.open_outside(event.entry.path, pages[0].number if pages else 1)

    def unlock_wanted(self, event: DocumentsPanel.UnlockWanted) -> None:
        """Read a document again, with its password if it needs one."""
        event.stop()
        entry = event.entry

        async def read() -> None:
            from docanalyst.tui.screens.line import LineScreen

            if entry.state is State.LOCKED:
                words = "It is used once and not saved."
                while entry.state is State.LOCKED:
                    password = await self.screen.app.wait_for(
                        LineScreen(f"Password of {entry.name}", words, secret=True)
                    )
                    if password is None:
                        return
                    await self.reading.read(await self.screen.app.ready(), entry, password)
                    words = "This password does not open the file. Type it again."
            else:
                await self.reading.read(await self.screen.app.ready(), entry)
            if entry.state is not State.READY:
                self.screen.app.tell(entry.message, entry.hint, severity="error")

        if entry.state in (State.LOCKED, State.FAILED):
            self.screen.app.go(read(), self.screen, group="screen")

    def removed(self, event: DocumentsPanel.Removed) -> None:
        """Notify the user that a document was removed, and how to undo it."""
        self.taken_off.append((event.entry, event.place))
        self.screen.app.tell(
            f"{one_line(event.entry.name, 60)} was removed.",
            f"Press {self.screen.app.key('documents.undo')} in the list to undo.",
        )

    def undo_wanted(self, event: DocumentsPanel.UndoWanted) -> None:
        """Undo the last removal."""
        if not self.taken_off:
            self.screen.app.bell()
            return
        entry, place = self.taken_off.pop()
        self.screen.desk.entries.insert(min(place, len(self.screen.desk.entries)), entry)
        self.screen.documents_changed()
