"""What screens and panels know of the application: its state, and work, messages and windows through it.

Screens import this class and never the application, which knows them all.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar, cast

from textual.app import App
from textual.dom import DOMNode
from textual.screen import Screen

from docanalyst.domain.errors import DocanalystError
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.desk.surroundings import Standing
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.text.plain import plain
from docanalyst.tui.themes import full_name

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.documents import Document
    from docanalyst.settings import Settings
    from docanalyst.tui.panels.answers_panel import AnswersPanel
    from docanalyst.tui.panels.prompt_box import PromptBox

Result = TypeVar("Result")

LONGEST_NOTE = 600
"""Characters of a message that comes and goes; an error of a turn stands there in full."""


class MainWindow(Protocol):
    """The main screen, as far as other screens need it."""

    @property
    def answers(self) -> AnswersPanel:
        """Questions and answers."""

    @property
    def prompt(self) -> PromptBox:
        """Where questions are written."""

    def open_session(self, session_id: str) -> None:
        """Open a session in place of the one that is open."""

    def refresh_header(self) -> None:
        """Bring the top line up to date."""

    def key_nodes(self) -> Iterable[DOMNode]:
        """The screen and its panels, in the order in which help lists their keys."""


class BackgroundWork(Protocol):
    """Work that goes on while other screens are in front: a batch."""

    @property
    def under_way(self) -> bool:
        """Whether it has begun and not ended."""

    def pause(self) -> None:
        """Begin nothing new; what is under way ends."""

    def cancel(self) -> None:
        """End at once."""

    def join(self, timeout: float | None = None) -> bool:
        """Wait for its end, seconds at most; whether it has come."""


class Host(App[int]):
    """The application's side that screens use.

    kept_documents: documents of opened sessions, by SHA-256. deleted: sessions whose deletion can still be
    undone, with their titles. batch: the batch of this window, under way or ended.
    """

    def __init__(self) -> None:
        super().__init__()
        self.desk = Desk()
        self.kept_documents: dict[str, Document] = {}
        self.standing = Standing()
        self.deleted: dict[str, str] = {}
        self.batch: BackgroundWork | None = None
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
        """Whether models think first, as the settings have it."""
        return bool(self._analyst is not None and self._analyst.settings.think)

    @property
    def keymap(self) -> dict[str, str]:
        """The user's own keys, by the id of what they do."""
        return dict(self._analyst.settings.keymap) if self._analyst is not None else {}

    async def ready(self) -> Analyst:
        """The application service, as soon as it is there."""
        await self._is_ready.wait()
        assert self._analyst is not None
        return self._analyst

    def apply(self, settings: Settings) -> None:
        """Let the looks and keys of these settings hold."""
        self.theme = self.theme_of(settings.theme)
        self.set_keymap(settings.keymap)

    def theme_of(self, name: str | None) -> str:
        """The full name of the theme that a setting names; the usual one where there is none of that name."""
        chosen = full_name(name, no_colour=self.no_color)
        return chosen if chosen in self.available_themes else full_name(None, no_colour=self.no_color)

    def renamed(self, session_id: str, title: str) -> None:
        """The open session may have another title now."""
        session = self.desk.session
        if session is not None and session.id == session_id:
            self.desk.session = replace(session, title=title)
            self.main.refresh_header()

    def go(self, work: Coroutine[Any, Any, None], node: DOMNode, *, group: str = "work") -> None:
        """Run work beside the screen; what goes wrong in it is a message, never the end."""

        async def guarded() -> None:
            try:
                await work
            except DocanalystError as error:
                self.tell(error.message, error.hint, severity="error")
            except Exception as error:
                self.tell(
                    f"Something is wrong in docanalyst itself ({type(error).__name__}).",
                    "What was kept is safe; you can go on.",
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
        """A message for the user; one that still stands there is not shown again. Both texts may come from
        anywhere."""
        more = len(message) - LONGEST_NOTE
        if more > 0:
            message = f"{message[:LONGEST_NOTE]} … and {more:,} characters more"
        text = plain(f"{message}\n{hint[:LONGEST_NOTE]}" if hint else message)
        now = monotonic()
        lasts = 10 if severity == "error" else 5
        if self._told[0] == text and now < self._told[1]:
            return
        self._told = (text, now + lasts)
        self.notify(text, severity=severity, timeout=lasts, markup=False)

    async def wait_for(self, screen: Screen[Result]) -> Result | None:
        """Show a screen and wait for what it brings back; None where it was left. In a worker only."""
        return await self.push_screen_wait(screen)

    def open_outside(self, path: str, page: int) -> None:
        """Open a file in the system's viewer."""

        async def work() -> None:
            from docanalyst.tui.viewer import open_outside

            self.tell(await in_thread(open_outside, path, page))

        self.go(work(), self)
