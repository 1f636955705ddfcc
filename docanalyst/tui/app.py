"""The terminal UI: one main screen, the screens above it, themes, keys and the palette."""

from __future__ import annotations

import asyncio
import gc
import signal
import threading
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from docanalyst.domain.errors import DocanalystError
from docanalyst.tui.desk.surroundings import list_prompts, look_around
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.host import Host
from docanalyst.tui.keys import bound, key_name
from docanalyst.tui.main.commands import COMMANDS, Command
from docanalyst.tui.main.screen import MainScreen
from docanalyst.tui.themes import FALLBACKS, THEMES

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst


INTERRUPTED = 130
"""The exit code after a signal; what was received is saved."""


class DocanalystApp(Host):
    """The application, opened with these PATHs.

    Args:
        analyst: The application service, or a function that creates it after the first paint.
    """

    CSS_PATH = "app.tcss"
    TITLE = "docanalyst"
    ENABLE_COMMAND_PALETTE = True
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("quit", "quit", priority=True),
        bound("help", "help", priority=True),
        bound("help.letters", "help", show=False),
        bound("commands", "command_palette", priority=True),
    ]

    def __init__(self, analyst: Analyst | Callable[[], Analyst], paths: Sequence[str] = ()) -> None:
        super().__init__()
        self.failure: DocanalystError | None = None
        self._given = analyst
        self._paths = list(paths)
        for theme in THEMES:
            self.register_theme(theme)
        settings = None if callable(analyst) else analyst.settings
        self.theme = self.theme_of(settings.theme if settings else None)

    def get_default_screen(self) -> Screen[None]:
        """The main screen."""
        return MainScreen(self.desk)

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Return docanalyst's variables, which other themes lack."""
        return dict(FALLBACKS)

    # The application service

    def on_mount(self) -> None:
        """Load slow modules once the first paint is done; end cleanly when the terminal or system says so."""
        if not self.is_headless and threading.current_thread() is threading.main_thread():
            loop = asyncio.get_running_loop()
            for name in ("SIGTERM", "SIGHUP"):
                with suppress(AttributeError, NotImplementedError):
                    loop.add_signal_handler(getattr(signal, name), self.exit, INTERRUPTED)
        self.call_after_refresh(lambda: self.go(self._prepare(), self, group="prepare"))
        if self._paths:
            self.main.openings.add_paths(self._paths)

    @property
    def main(self) -> MainScreen:
        """The main screen."""
        screen = self.screen_stack[0]
        assert isinstance(screen, MainScreen)
        return screen

    async def _prepare(self) -> None:
        def make() -> Analyst:
            from docanalyst.analyst import Analyst

            return self._given if isinstance(self._given, Analyst) else self._made()

        try:
            self._analyst = await in_thread(make)
            self.apply(self._analyst.settings)
        except DocanalystError as error:
            self.failure = error
            self.exit(error.exit_code)
            return
        self._is_ready.set()
        try:
            await self._look_around(self._analyst)
        finally:
            _collect_garbage_again()

    def _made(self) -> Analyst:
        return self._given() if callable(self._given) else self._given

    async def _look_around(self, analyst: Analyst) -> None:
        """Collect the data of the start page and pickers, and report unfinished answers of earlier runs."""
        main = self.main
        main.prompt.prompts = await in_thread(list_prompts, analyst)
        await self.look_again(analyst)
        if not analyst.keep:
            return
        for turn in await in_thread(analyst.store.turns.recover):
            came = "the partial answer was saved" if turn.answer else "no answer was received"
            self.tell(
                f"An earlier run was interrupted while answering “{turn.question[:60]}”: {came}.",
                f"{self.key('session.list')} shows it.",
            )
        main.answers.start.standing.sessions = len(await in_thread(analyst.store.sessions.recent, 1000))
        main.answers.start.refresh()

    async def look_again(self, analyst: Analyst) -> None:
        """Find out which model would answer now."""
        main = self.main
        standing = await in_thread(look_around, analyst)
        standing.sessions = self.standing.sessions
        self.standing = main.answers.start.standing = standing
        main.answers.start.refresh()
        main.documents.refresh()
        main.refresh_header()
        main.count()

    # Screens and the palette

    def get_key_display(self, binding: Binding) -> str:
        """Return a key as printed on a keyboard."""
        return binding.key_display or key_name(binding.key)

    def action_help(self) -> None:
        """Show all keys, those of the focused panel first."""
        from docanalyst.tui.screens.help import HelpScreen

        if isinstance(self.screen, HelpScreen):
            self.screen.dismiss()
        else:
            self.push_screen(HelpScreen(self.main.place, self.screen))

    def get_system_commands(self, screen: Screen[Any]) -> Iterable[SystemCommand]:
        """Yield every command of docanalyst, then those of Textual."""
        for command in COMMANDS if screen is self.main else ():
            yield SystemCommand(command.title, command.help, partial(self._command, command))
        for title, words, callback, *_ in super().get_system_commands(screen):
            if title in ("Theme", "Quit"):
                yield SystemCommand(title, words, callback)
        yield SystemCommand("Help", "Show all keys, those of the focused panel first", self.action_help)

    async def _command(self, command: Command) -> None:
        node = self.main.query_one(f"#{command.panel}") if command.panel else self.main
        await self.run_action(command.action, node)

    def watch_theme(self, old: str, new: str) -> None:
        """Save a theme chosen from the palette."""
        analyst = self._analyst
        if not self._is_ready.is_set() or analyst is None or new == self.theme_of(analyst.settings.theme):
            return

        async def keep() -> None:
            from docanalyst.analyst.setup.preferences import change_preference

            await in_thread(change_preference, analyst, "theme", new.removeprefix("docanalyst-"))

        self.go(keep(), self)

    def action_help_quit(self) -> None:
        """Say how to quit (Ctrl+C, while there is nothing to stop or copy)."""
        self.tell(f"Press {self.key('quit')} to quit.")

    async def action_quit(self) -> None:
        """Quit; during an answer or a batch, ask first and save the partial answer."""
        from docanalyst.tui.main.leaving import wish_to_quit

        wish_to_quit(self)

    def leave(self) -> None:
        """Save a partial answer if the program ends in any other way."""
        from docanalyst.tui.main.leaving import leave

        leave(self, self._analyst)


def _collect_garbage_again() -> None:
    """Turn garbage collection on once everything is loaded.

    Loaded modules are frozen: collecting them again would cause pauses while the user types.
    """
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
