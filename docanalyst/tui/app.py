"""The terminal UI: one main screen, the screens above it, themes, keys and the palette."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import SystemCommand
from textual.binding import Binding, BindingType
from textual.screen import Screen

from docanalyst.domain.errors import DocanalystError
from docanalyst.tui.desk.surroundings import list_prompts, look_around
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.host import Host
from docanalyst.tui.keys import key_name
from docanalyst.tui.main.commands import COMMANDS, Command
from docanalyst.tui.main.screen import MainScreen
from docanalyst.tui.themes import FALLBACKS, THEMES

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst


class DocanalystApp(Host):
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
        """Our variables for themes that lack them."""
        return dict(FALLBACKS)

    # The application service

    def on_mount(self) -> None:
        """Load what is heavy once the first paint is done."""
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
        for turn in await in_thread(analyst.store.turns.recover):
            came = f"{len(turn.answer):,} characters were kept" if turn.answer else "nothing had come in"
            self.tell(
                f"An earlier run ended in the middle of “{turn.question[:60]}”: {came}.", "Ctrl+S shows it."
            )
        main.answers.start.standing.sessions = len(await in_thread(analyst.store.sessions.recent, 1000))
        main.answers.start.refresh()

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
        if not self._is_ready.is_set() or analyst is None or new == self.theme_of(analyst.settings.theme):
            return

        async def keep() -> None:
            from docanalyst.analyst.setup.preferences import change_preference

            await in_thread(change_preference, analyst, "theme", new.removeprefix("docanalyst-"))

        self.go(keep(), self)

    async def action_quit(self) -> None:
        """Quit; in the middle of an answer or a batch, ask first and keep what has come."""
        from docanalyst.tui.main.leaving import wish_to_quit

        wish_to_quit(self)

    def leave(self) -> None:
        """Keep what is still coming in when the program ends in any other way."""
        from docanalyst.tui.main.leaving import leave

        leave(self, self._analyst)


def _collect_garbage_again() -> None:
    """Let garbage be looked for once everything is loaded. What is loaded stays, so not walking through it
    again keeps typing free of pauses."""
    if not gc.isenabled():
        gc.freeze()
        gc.enable()
