"""The application as screens and panels see it: its state, background work, notifications and windows.

Screens import this class and never the application, which imports all screens.
"""

from __future__ import annotations

import asyncio
import difflib
from collections.abc import Coroutine, Sequence
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, cast

from textual import events
from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen
from textual.worker import get_current_worker

from docanalyst.domain.errors import DocanalystError, UsageError
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.desk.surroundings import Standing
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import check_keymap, shown_keys, teach_new_lines
from docanalyst.tui.text.hints import in_app
from docanalyst.tui.text.plain import plain
from docanalyst.tui.themes import NAMES, full_name

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.documents import Document
    from docanalyst.domain.prompts import Prompt
    from docanalyst.settings import Settings
    from docanalyst.tui.desk.asking import Asking

Result = TypeVar("Result")

LONGEST_NOTE = 600
"""Maximum characters of a notification; the error of a turn is shown in full in its answer."""


TYPED_AHEAD = 0.5
"""Seconds after a question opened in which keys are ignored: they were typed for something else."""


class Answers(Protocol):
    """The part of the panel of answers that other screens need."""

    asking: Asking | None

    @property
    def is_asking(self) -> bool:
        """Whether an answer is streaming."""

    def stop(self) -> bool:
        """Stop the streaming answer; return False if there is none."""


class Questions(Protocol):
    """The part of the question box that other screens need."""

    prompts: Sequence[Prompt]


class MainWindow(Protocol):
    """The part of the main screen that other screens need."""

    @property
    def answers(self) -> Answers:
        """The panel of questions and answers."""

    @property
    def prompt(self) -> Questions:
        """The box where questions are written."""

    def open_session(self, session_id: str) -> None:
        """Open a session in place of the current one."""

    def refresh_header(self) -> None:
        """Update the top line."""


class BackgroundWork(Protocol):
    """Work that continues while other screens are shown: a batch."""

    @property
    def under_way(self) -> bool:
        """Whether the work is running."""

    def pause(self) -> None:
        """Start nothing new and let running requests finish."""

    def cancel(self) -> None:
        """Stop at once."""

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end, at most that many seconds; return whether it has ended."""


class Host(App[int]):
    """The base class of the application, used by screens.

    Attributes:
        kept_documents: Documents of opened sessions, by SHA-256.
        deleted: Sessions whose deletion can still be undone, with their titles.
        batch: The running or ended batch of this window.
    """

    def __init__(self) -> None:
        super().__init__()
        teach_new_lines()
        self.desk = Desk()
        self.kept_documents: dict[str, Document] = {}
        self.standing = Standing()
        self.deleted: dict[str, str] = {}
        self.batch: BackgroundWork | None = None
        self.typed_ahead = TYPED_AHEAD
        self.batch_draft: object = None
        self.is_leaving = False
        self._told = ("", 0.0)
        self._analyst: Analyst | None = None
        self._is_ready = asyncio.Event()

    @property
    def main(self) -> MainWindow:
        """The main screen."""
        return cast(MainWindow, self.screen_stack[0])

    @property
    def thinks(self) -> bool:
        """Whether the settings turn reasoning on."""
        return bool(self._analyst is not None and self._analyst.settings.think)

    @property
    def keymap(self) -> dict[str, str]:
        """The user's own keys, by ID of their action."""
        return dict(self._analyst.settings.keymap) if self._analyst is not None else {}

    def key(self, name: str) -> str:
        """Return the first key of an action as printed on a keyboard, with the user's keymap."""
        shown = shown_keys(name, self.keymap)[0]
        return shown.upper() if len(shown) == 1 else shown

    def worded(self, words: str) -> str:
        """Return an error or hint with the keys of this window in place of options and commands."""
        return in_app(words, self.key)

    async def on_event(self, event: events.Event) -> None:
        """Ignore keys and pastes that were typed before the question on the screen could be read.

        Keys come here twice: before the focused widget has them and, if it has no use for them, after; by
        then a question may have opened.
        """
        if isinstance(event, events.Key | events.Paste):
            opened = getattr(self.screen, "opened_at", 0.0) if self.typed_ahead else 0.0
            if event.time < opened + self.typed_ahead:
                return
        await super().on_event(event)

    def _fatal_error(self) -> None:
        """End after a defect without Textual's traceback, whose local variables may hold a key or a page."""
        error = self._exception
        place = error.__traceback__ if error is not None else None
        while place is not None and place.tb_next is not None:
            place = place.tb_next
        where = f" in {place.tb_frame.f_code.co_name}, line {place.tb_lineno}" if place is not None else ""
        self.bell()
        self.panic(
            f"Internal error ({type(error).__name__}{where}). This is a bug in docanalyst.\n"
            "Saved data is intact."
        )

    async def look_again(self, analyst: Analyst) -> None:
        """Find out which model would answer now."""

    async def ready(self) -> Analyst:
        """Return the application service, waiting until it is created."""
        await self._is_ready.wait()
        assert self._analyst is not None
        return self._analyst

    def apply(self, settings: Settings) -> None:
        """Apply the theme and keys of these settings.

        Raises:
            UsageError: An unknown theme, action or key.
        """
        check_keymap(settings.keymap)
        self.check_theme(settings.theme)
        self.theme = self.theme_of(settings.theme)
        self.set_keymap(settings.keymap)

    def theme_of(self, name: str | None) -> str:
        """Return the full name of a theme; the default theme if there is none of that name."""
        chosen = full_name(name, no_colour=self.no_color)
        return chosen if chosen in self.available_themes else full_name(None, no_colour=self.no_color)

    def check_theme(self, name: str | None) -> None:
        """Raise UsageError if there is no theme of this name, with the nearest known one."""
        known = [*NAMES, *self.available_themes]
        if name and name not in known:
            near = difflib.get_close_matches(name, known, n=1, cutoff=0.5)
            hint = f"Did you mean {near[0]!r}?" if near else f"Themes: {', '.join(NAMES)}."
            raise UsageError(f"There is no theme named {name!r}.", hint)

    def renamed(self, session_id: str, title: str) -> None:
        """Update the title if the open session was renamed."""
        session = self.desk.session
        if session is not None and session.id == session_id:
            self.desk.session = replace(session, title=title)
            self.main.refresh_header()

    def go(self, work: Coroutine[Any, Any, None], node: DOMNode, *, group: str = "work") -> None:
        """Run work in the background; its errors become notifications."""

        async def guarded() -> None:
            try:
                await work
            except DocanalystError as error:
                self.tell(error.message, error.hint, severity="error")
            except Exception as error:
                self.tell(
                    f"Internal error ({type(error).__name__}). This is a bug in docanalyst.",
                    "Saved data is intact; you can continue.",
                    severity="error",
                )
                self.log.error(repr(error))

        node.run_worker(guarded(), group=group, exit_on_error=False)

    def tell(
        self,
        message: str,
        hint: str = "",
        *,
        severity: Literal["information", "warning", "error"] = "information",
    ) -> None:
        """Notify the user, unless the same notification is still shown. Both texts may be untrusted."""
        message, hint = self.worded(message), self.worded(hint)
        more = len(message) - LONGEST_NOTE
        if more > 0:
            message = f"{message[:LONGEST_NOTE]} … and {more:,} more characters"
        text = plain(f"{message}\n{hint[:LONGEST_NOTE]}" if hint else message)
        now = monotonic()
        lasts = 10 if severity == "error" else 5
        if self._told[0] == text and now < self._told[1]:
            return
        self._told = (text, now + lasts)
        self.notify(text, severity=severity, timeout=lasts, markup=False)

    def tell_streaming(self) -> None:
        """Say that an answer is streaming, and how to stop it."""
        self.tell(
            "An answer is streaming.", f"Press {self.key('stop')} to stop it; the partial answer is saved."
        )

    async def wait_for(self, screen: Screen[Result]) -> Result | None:
        """Show a screen and return its result; None if it was closed without one. For workers only.

        A window opens only over the one that asked for it, so that a key pressed twice opens it once.
        """
        asking = get_current_worker().node
        if asking is not self and asking.screen is not self.screen:
            return None
        return await self.push_screen_wait(screen)

    def open_outside(self, path: str, page: int) -> None:
        """Open a file in the system's viewer."""

        async def work() -> None:
            from docanalyst.tui.viewer import open_outside

            self.tell(await in_thread(open_outside, path, page))

        self.go(work(), self)
