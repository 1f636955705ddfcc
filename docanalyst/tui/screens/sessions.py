"""The window of saved sessions: search, preview and open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.domain.answers.body import answer_body
from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import status_mark, verdict_summary
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.screens.line import LineScreen
from docanalyst.tui.text.editing import LineInput
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.markdown import read_markdown
from docanalyst.tui.text.plain import one_line
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.turns import Session, SessionDocument

PAGE = 100
"""Sessions listed at a time; more are listed when the cursor comes near the end."""
HITS = 1_000
"""Hits of each kind that a search looks through; several may be in one session."""
NEAR = 20
"""Lines before the end from which more sessions are listed."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What to do with a session: open, fork or export it."""

    action: str
    session_id: str


@dataclass(frozen=True, slots=True)
class Found:
    """A session in the list.

    Attributes:
        snippet: The text around a search match.
    """

    session: Session
    snippet: str = ""


class SessionsScreen(Dialog[Wish]):
    """A list with a preview; returns what to do with the chosen session."""

    HELP = (
        "Every question and answer is saved with its documents. Type to search titles, questions, answers "
        "and pages. Deleted sessions can be restored until docanalyst closes."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("sessions.fork", "wish('fork')", show=False),
        bound("sessions.export", "wish('export')", show=False),
        bound("sessions.rename", "rename", show=False),
        bound("sessions.delete", "remove", show=False),
        bound("sessions.undo", "undo", show=False),
        bound("sessions.search", "search", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.found: list[Found] = []
        self._searched, self._shown_for = 0, ""
        self._is_whole, self._is_fetching = False, False

    def compose(self) -> ComposeResult:
        """Show the search field, the list and the preview."""
        with Vertical(classes="window") as window:
            window.border_title = "Sessions"
            yield LineInput(placeholder="Search questions, answers and pages", id="search")
            with Horizontal(id="session-columns"):
                yield OptionList(id="sessions")
                with VerticalScroll(id="preview"):
                    yield Static(id="preview-text", markup=False)
            yield KeyLine(
                ("down", "goes to the list"),
                ("enter", "opens"),
                ("sessions.fork", "forks"),
                ("sessions.rename", "renames"),
                ("sessions.export", "exports"),
                ("sessions.delete", "deletes"),
                ("sessions.undo", "restores"),
                ("sessions.search", "searches"),
                ("escape", "closes"),
            )

    def on_mount(self) -> None:
        """List the latest sessions."""
        self.query_one("#search").focus()
        self.fetch("")

    @property
    def listed(self) -> OptionList:
        """The list of sessions."""
        return self.query_one("#sessions", OptionList)

    @property
    def current(self) -> Session | None:
        """The selected session."""
        place = self.listed.highlighted
        return self.found[place].session if place is not None and place < len(self.found) else None

    def fetch(self, words: str) -> None:
        """List the sessions that contain these words; the latest ones without words."""
        self._searched += 1
        self._is_whole = bool(words)
        mine = self._searched

        async def look() -> None:
            analyst = await self.app.ready()
            found = await in_thread(find_sessions, analyst, words)
            if mine == self._searched and self.is_mounted:
                self._is_whole = bool(words) or len(found) < PAGE
                self.show([item for item in found if item.session.id not in self.app.deleted], words)

        self.app.go(look(), self, group="search")

    def _fetch_more(self) -> None:
        """List the next sessions, if there are any."""
        if self._is_whole or self._is_fetching:
            return
        self._is_fetching = True
        mine, known = self._searched, {item.session.id for item in self.found} | set(self.app.deleted)

        async def look() -> None:
            try:
                analyst = await self.app.ready()
                offset = len(known)
                found = await in_thread(
                    lambda: analyst.store.sessions.recent(PAGE, offset=offset, batch=False)
                )
                if mine == self._searched and self.is_mounted:
                    self._is_whole = len(found) < PAGE
                    more = [Found(session) for session in found if session.id not in known]
                    self.found += more
                    now = datetime.now().astimezone()
                    self.listed.add_options(Option(_line(item, now)) for item in more)
                    self._count()
            finally:
                self._is_fetching = False

        self.app.go(look(), self, group="more")

    def _count(self) -> None:
        """Show how many sessions are listed."""
        count = figures.count(len(self.found), "session")
        words = f"{count} found" if self._shown_for else count
        self.query_one(".window", Vertical).border_subtitle = (
            words if self._is_whole else f"{words}, more below"
        )

    def show(self, found: list[Found], words: str = "") -> None:
        """Show these sessions."""
        # With new words the best match is on top, and Enter opens it.
        stand_on = self.current if words == self._shown_for else None
        self.found, self._shown_for = found, words
        now = datetime.now().astimezone()
        self.listed.clear_options()
        self.listed.add_options(Option(_line(item, now)) for item in found)
        ids = [item.session.id for item in found]
        place = ids.index(stand_on.id) if stand_on is not None and stand_on.id in ids else 0
        self.listed.highlighted = place if found else None
        self._count()
        if not found:
            text = (
                f"No matches for “{one_line(words, 60)}”."
                if words
                else "No sessions yet. Ask a question to start one."
            )
            self.query_one("#preview-text", Static).update(Content.styled(text, look("quiet")))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search while the user types."""
        event.stop()
        self.fetch(event.value.strip())

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Open the first session."""
        event.stop()
        self.action_wish("open")

    def key_down(self, event: events.Key) -> None:
        """Go from the search field to the first session of the list."""
        if self.query_one("#search").has_focus:
            event.stop()
            self.listed.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the session."""
        event.stop()
        self.action_wish("open")

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the preview of the selected session."""
        event.stop()
        if event.option_index >= len(self.found) - NEAR:
            self._fetch_more()
        session = self.current
        if session is None:
            return

        async def look() -> None:
            analyst = await self.app.ready()
            whole = await in_thread(analyst.store.sessions.get, session.id)
            if self.is_mounted and self.current is not None and self.current.id == whole.id:
                self.query_one("#preview-text", Static).update(preview_of(whole))

        self.app.go(look(), self, group="preview")

    # Actions

    def action_search(self) -> None:
        """Go to the search field."""
        self.query_one("#search").focus()

    def action_wish(self, action: str) -> None:
        """Close and return what to do with this session."""
        session = self.current
        if session is not None:
            self.dismiss(Wish(action, session.id))

    def action_rename(self) -> None:
        """Rename this session."""
        session = self.current
        if session is None:
            return

        async def rename() -> None:
            title = await self.app.wait_for(
                LineScreen("Rename the session", "New title:", value=session.title)
            )
            if title and title.strip():
                analyst = await self.app.ready()
                await in_thread(analyst.store.sessions.rename, session.id, title.strip())
                self.app.renamed(session.id, title.strip())
                self.fetch(self.query_one("#search", Input).value.strip())

        self.app.go(rename(), self)

    def action_remove(self) -> None:
        """Ask, and delete this session; it can be restored until docanalyst closes."""
        session = self.current
        if session is None:
            return
        if self.app.desk.session is not None and self.app.desk.session.id == session.id:
            self.app.tell(
                "An open session cannot be deleted.",
                f"Start another one first: {self.app.key('session.new')}.",
            )
            return

        async def remove() -> None:
            from docanalyst.tui.screens.question import QuestionScreen

            undo = self.app.key("sessions.undo")
            agreed = await self.app.wait_for(
                QuestionScreen(
                    f"Delete the session “{one_line(session.title, 60)}”?",
                    f"It is deleted when docanalyst closes; until then {undo} restores it.",
                    yes="Delete",
                    no="Keep",
                )
            )
            if agreed:
                self.app.deleted[session.id] = session.title
                self.show([item for item in self.found if item.session.id != session.id])

        self.app.go(remove(), self)

    def action_undo(self) -> None:
        """Restore the session deleted last."""
        if not self.app.deleted:
            self.app.bell()
            return
        _, title = self.app.deleted.popitem()
        self.app.tell(f"“{one_line(title, 50)}” was restored.")
        self.fetch(self.query_one("#search", Input).value.strip())


def find_sessions(analyst: Analyst, words: str) -> list[Found]:
    """Return the sessions that contain these words, best match first; the latest ones without words."""
    store = analyst.store
    if not words:
        return [Found(session) for session in store.sessions.recent(PAGE, batch=False)]
    try:
        hits = store.reports.search(words, limit=HITS)
    except UsageError:
        return []
    known = {session.id: session for session in store.sessions.recent(-1)}
    by_document: dict[str, list[str]] = {}
    for session in known.values():
        for document in session.documents:
            by_document.setdefault(document.sha256, []).append(session.id)
    found: dict[str, Found] = {}
    for hit in hits:
        ids = [hit.session_id] if hit.session_id else by_document.get(hit.document_sha256 or "", [])
        for session_id in ids:
            if session_id in known and session_id not in found:
                place = f"page {hit.page}: " if hit.kind == "page" else f"{hit.field}: "
                found[session_id] = Found(known[session_id], place + one_line(hit.snippet, 200))
    for session in known.values():
        if words.casefold() in session.title.casefold() and session.id not in found:
            found[session.id] = Found(session)
    return list(found.values())


def _line(item: Found, now: datetime) -> Spread:
    session = item.session
    names = ", ".join(_file_name(document.path) for document in session.documents)
    if len(session.documents) > 1:
        names = f"{figures.count(len(session.documents), 'document')}: {names}"
    detail = item.snippet or f"{figures.count(session.turn_count, 'question')} · {names}"
    return Spread(
        ([(one_line(session.title, 200), "strong")], [(figures.when(session.updated_at, now), "quiet")]),
        ([(detail, "quiet")], []),
    )


def _file_name(path: str) -> str:
    return one_line(path).replace("\\", "/").rsplit("/", 1)[-1]


def _pages(document: SessionDocument) -> str:
    whole = f"1-{document.page_count}" if document.page_count > 1 else "1"
    if document.pages == whole:
        return figures.count(document.page_count, "page")
    return f"pages {document.pages} of {document.page_count:,}"


def preview_of(session: Session) -> Content:
    """Return the documents and questions of a session, with the beginning of each answer."""
    is_named_after = bool(session.turns) and one_line(session.turns[0].question) == one_line(session.title)
    lines = [] if is_named_after else [Content.styled(one_line(session.title), look("heading")), Content("")]
    for place, document in enumerate(session.documents, 1):
        lines.append(Content.styled(f"D{place}  {_pages(document)}", look("quiet")))
        lines.append(Content.styled(_file_name(document.path), look("quiet")))
    for turn in session.turns[-12:]:
        lines += [Content(""), Content.styled(one_line(turn.question, 300), look("heading"))]
        mark, words = verdict_summary(turn) if turn.answer else (status_mark(turn), status_mark(turn).word)
        lines.append(Content.styled(f"{mark.sign} {words}", look(mark.role)))
        words = " ".join(block.text for block in read_markdown(answer_body(turn.answer)))
        lines.append(Content(one_line(words, 400)))
    return Content("\n").join(lines)
