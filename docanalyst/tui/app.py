"""The terminal UI: one main screen, the screens above it, themes, keys and the palette."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import Callable, Coroutine, Iterable, Sequence
from dataclasses import replace
from functools import partial
from time import monotonic
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeVar

from textual.app import App, SystemCommand
from textual.binding import Binding, BindingType
from textual.dom import DOMNode
from textual.screen import Screen

from docanalyst.domain.errors import DocanalystError
from docanalyst.tui.commands import COMMANDS, Command
from docanalyst.tui.desk import Desk
from docanalyst.tui.keys import key_name
from docanalyst.tui.plain import plain
from docanalyst.tui.screens.main import MainScreen
from docanalyst.tui.surroundings import list_prompts, look_around
from docanalyst.tui.themes import FALLBACKS, THEMES, full_name
from docanalyst.tui.threads import in_thread
from docanalyst.tui.widgets.start import Standing

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.documents import Document
    from docanalyst.providers.preflight import Destination
    from docanalyst.settings import Settings
    from docanalyst.tui.batch_draft import BatchDraft
    from docanalyst.tui.batch_work import BatchWork

Result = TypeVar("Result")

LONGEST_NOTE = 600
"""Characters of a message that comes and goes; an error of a turn stands there in full."""


class DocanalystApp(App[int]):
    """Opens these PATHs. analyst: the application service, or what makes it: then the first paint need not
    wait for it."""

    CSS_PATH = "app.tcss"
    TITLE = "docanalyst"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+q", "quit", "Quit", id="quit", priority=True),
        Binding("f1", "help", "Help", id="help", priority=True),
    ]

    def __init__(self, analyst: Analyst | Callable[[], Analyst], paths: Sequence[str] = ()) -> None:
        super().__init__()
        self.desk = Desk()
        self.kept_documents: dict[str, Document] = {}
        self.standing = Standing()
        self.deleted: dict[str, str] = {}
        self.failure: DocanalystError | None = None
        self.batch: BatchWork | None = None
        self.batch_draft: BatchDraft | None = None
        self.is_leaving = False
        self._told = ("", 0.0)
        self._given = analyst
        self._paths = list(paths)
        self._analyst: Analyst | None = None
        self._is_ready = asyncio.Event()
        for theme in THEMES:
            self.register_theme(theme)
        settings = None if callable(analyst) else analyst.settings
        self.theme = self._theme_of(settings.theme if settings else None)

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return MainScreen(self.desk)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Our variables for themes that lack them."""
        return dict(FALLBACKS)

    def _theme_of(self, name: str | None) -> str:
        chosen = full_name(name, no_colour=self.no_color)
        return chosen if chosen in self.available_themes else full_name(None, no_colour=self.no_color)

    # The application service

    def on_mount(self) -> None:
        """Load what is heavy once the first paint is done."""
        self.call_after_refresh(lambda: self.go(self._prepare(), self, group="prepare"))
        if self._paths:
            self.main.add_paths(self._paths)

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

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

    async def _prepare(self) -> None:
        def make() -> Analyst:
            from docanalyst.analyst import Analyst

            return self._given if isinstance(self._given, Analyst) else self._made()

        try:
            self._analyst = await in_thread(make)
        except DocanalystError as error:
            self.failure = error
            self.exit(error.exit_code)
            return
        self.apply(self._analyst.settings)
        self._is_ready.set()
        try:
            await self._look_around(self._analyst)
        finally:
            _collect_garbage_again()

    def apply(self, settings: Settings) -> None:
        """Let the looks and keys of these settings hold."""
        self.theme = self._theme_of(settings.theme)
        self.set_keymap(settings.keymap)

    def renamed(self, session_id: str, title: str) -> None:
        """The open session may have another title now."""
        session = self.desk.session
        if session is not None and session.id == session_id:
            self.desk.session = replace(session, title=title)
            self.main.refresh_header()

    def _made(self) -> Analyst:
        return self._given() if callable(self._given) else self._given

    async def _look_around(self, analyst: Analyst) -> None:
        """What the start page and the pickers tell of, and what an earlier run left unfinished."""
        main = self.main
        main.prompt.prompts = await in_thread(list_prompts, analyst)
        self.standing = main.answers.start.standing = await in_thread(look_around, analyst)
        main.answers.start.refresh()
        main.refresh_header()
        if not analyst.keep:
            return
        for turn in await in_thread(analyst.store.recover):
            came = f"{len(turn.answer):,} characters were kept" if turn.answer else "nothing had come in"
            self.tell(
                f"An earlier run ended in the middle of “{turn.question[:60]}”: {came}.", "Ctrl+S shows it."
            )
        main.answers.start.standing.sessions = len(await in_thread(analyst.store.list_sessions, 1000))
        main.answers.start.refresh()

    # Work beside the screen

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

    async def ask_consent(self, destination: Destination) -> bool:
        """Ask whether documents may go to a provider. To be called from another thread's event loop."""
        from docanalyst.tui.screens.consent import ask_from_thread

        return await ask_from_thread(self, destination)

    def open_outside(self, path: str, page: int) -> None:
        """Open a file in the system's viewer."""

        async def work() -> None:
            from docanalyst.tui.viewer import open_outside

            self.tell(await in_thread(open_outside, path, page))

        self.go(work(), self)

    # Screens and the palette

    def get_key_display(self, binding: Binding) -> str:
        """Keys as they stand on a keyboard."""
        return binding.key_display or key_name(binding.key)

    def action_help(self) -> None:
        """All keys, those of this place first."""
        from docanalyst.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(self.main.place, self.screen))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Everything that a key does, by name, then what Textual itself offers."""
        for command in COMMANDS if screen is self.main else ():
            yield SystemCommand(command.title, command.help, partial(self._command, command))
        for title, words, callback, *_ in super().get_system_commands(screen):
            if title in ("Theme", "Quit"):
                yield SystemCommand(title, words, callback)
        yield SystemCommand("Keys", "All keys, those of this place first", self.action_help)

    async def _command(self, command: Command) -> None:
        node = self.main.query_one(f"#{command.panel}") if command.panel else self.main
        await self.run_action(command.action, node)

    def watch_theme(self, old: str, new: str) -> None:
        """Keep a theme that was chosen from the palette."""
        analyst = self._analyst
        if not self._is_ready.is_set() or analyst is None or new == self._theme_of(analyst.settings.theme):
            return

        async def keep() -> None:
            from docanalyst.analyst.preferences import change_preference

            await in_thread(change_preference, analyst, "theme", new.removeprefix("docanalyst-"))

        self.go(keep(), self)

    async def action_quit(self) -> None:
        """Quit; in the middle of an answer or a batch, ask first and keep what has come."""
        from docanalyst.tui.leaving import wish_to_quit

        wish_to_quit(self)

    def leave(self) -> None:
        """Keep what is still coming in when the program ends in any other way."""
        from docanalyst.tui.leaving import leave

        leave(self, self._analyst)


def _collect_garbage_again() -> None:
    """Let garbage be looked for once everything is loaded. What is loaded stays, so not walking through it
    again keeps typing free of pauses."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
