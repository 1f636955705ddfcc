"""The window of settings: shows and changes them in the configuration file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.screens.line import LineScreen
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import one_line, plain
from docanalyst.tui.text.spread import Spread
from docanalyst.tui.themes import NAMES

if TYPE_CHECKING:
    from docanalyst.analyst.setup.preferences import Preference


class SettingsScreen(Dialog[None]):
    """A list of settings; Enter changes one."""

    HELP = "Settings are saved in the configuration file; your comments in it are kept."
    BINDINGS: ClassVar[list[Any]] = []

    def __init__(self) -> None:
        super().__init__()
        self.preferences: list[Preference] = []

    def compose(self) -> ComposeResult:
        """Show the settings and the meaning of the selected one."""
        with Vertical(classes="window") as window:
            window.border_title = "Settings"
            yield OptionList(id="settings")
            yield Static(id="setting-meaning", markup=False)
            yield KeyLine(("enter", "changes"), ("escape", "closes"))

    def on_mount(self) -> None:
        """Read the settings."""
        self.query_one("#settings").focus()
        self.fetch()

    @property
    def current(self) -> Preference | None:
        """The selected setting."""
        place = self.query_one("#settings", OptionList).highlighted
        return self.preferences[place] if place is not None and place < len(self.preferences) else None

    def fetch(self) -> None:
        """Show the current settings."""

        async def look() -> None:
            from docanalyst.analyst.setup.preferences import list_preferences

            analyst = await self.app.ready()
            self.preferences = await in_thread(list_preferences, analyst.settings)
            listed = self.query_one("#settings", OptionList)
            place = listed.highlighted or 0
            listed.clear_options()
            listed.add_options(
                Option(
                    Spread(
                        (
                            [
                                (f"  {item.name:<20}", "strong"),
                                (value_of(item), "quiet" if item.value in (None, (), {}) else ""),
                            ],
                            [],
                        )
                    )
                )
                for item in self.preferences
            )
            listed.highlighted = place

        self.app.go(look(), self)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the meaning of the setting."""
        event.stop()
        item = self.current
        if item is not None:
            words = item.meaning
            if item.name == "theme":
                words += f" One of {', '.join(NAMES)}, or a theme of Textual."
            self.query_one("#setting-meaning", Static).update(Content.styled(plain(words), look("quiet")))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Change a setting."""
        event.stop()
        item = self.current
        if item is None:
            return

        async def change() -> None:
            from docanalyst.analyst.setup.preferences import change_preference

            value = "" if item.value is None else written(item.value)
            text = await self.app.wait_for(
                LineScreen(item.name, f"{item.meaning} Leave empty for the default.", value=value)
            )
            if text is None or text == value:
                return
            analyst = await self.app.ready()
            settings = await in_thread(change_preference, analyst, item.name, text)
            self.app.apply(settings)
            self.app.tell(f"{item.name} was saved in the configuration file.")
            self.fetch()

        self.app.go(change(), self)


def value_of(item: Preference) -> str:
    """Return a value as shown in the list."""
    if item.value in (None, (), {}):
        return f"default: {item.unset}" if item.unset else "default"
    return one_line(written(item.value), 120)


def written(value: Any) -> str:
    """Return a value as a user would type it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, dict):
        return ", ".join(f"{key}: {part}" for key, part in value.items())
    return str(value)
