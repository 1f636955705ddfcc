"""The window of API keys: enter, replace and remove the key of a provider. A key is never shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Button, Input, OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog, GuardedDialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.editing import LineInput
from docanalyst.tui.text.plain import one_line, plain
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.analyst.setup.keys import ProviderKey
    from docanalyst.domain.errors import UsageError
    from docanalyst.tui.host import Host

PLACES = {
    "this session": "for this session only",
    "keyring": "in the keyring",
    "environment": "in the environment",
    "": "no key",
}
"""Where a key is, in words."""


class KeysScreen(Dialog[None]):
    """A list of the providers that take a key.

    Args:
        provider: The provider to select first.
    """

    HELP = (
        "A provider gives you a key when you open an account with it. The key is used to send your questions "
        "and documents to that provider, once you agree. It is never shown, exported or saved with sessions."
    )
    BINDINGS: ClassVar[list[BindingType]] = [bound("keys.remove", "remove", show=False)]

    def __init__(self, provider: str = "") -> None:
        super().__init__()
        self.keys: list[ProviderKey] = []
        self._provider = provider

    def compose(self) -> ComposeResult:
        """Show the list."""
        with Vertical(classes="window") as window:
            window.border_title = "API keys"
            yield Static(id="keys-note", markup=False, classes="lead")
            yield OptionList(id="provider-keys")
            yield KeyLine(
                ("enter", "enters or replaces a key"),
                ("keys.remove", "removes it"),
                ("f1", "help"),
                ("escape", "closes"),
            )

    def on_mount(self) -> None:
        """Look for keys."""
        self.listed.focus()
        self.fetch()

    @property
    def listed(self) -> OptionList:
        """The list of providers."""
        return self.query_one("#provider-keys", OptionList)

    @property
    def current(self) -> ProviderKey | None:
        """The selected provider."""
        place = self.listed.highlighted
        return self.keys[place] if place is not None and place < len(self.keys) else None

    def fetch(self) -> None:
        """Refresh the list."""

        async def find() -> None:
            from docanalyst.analyst.setup.keys import list_keys

            analyst = await self.app.ready()
            found, problem = await in_thread(list_keys, analyst.catalog)
            self.keys = sorted(found, key=lambda key: not key.place)
            self.listed.clear_options()
            self.listed.add_options(Option(_line(key)) for key in self.keys)
            names = [key.provider for key in self.keys]
            wanted = self._provider
            self.listed.highlighted = names.index(wanted) if wanted in names else 0 if names else None
            note = "A key lets a provider's model answer. The offline passages need none."
            if problem is not None:
                note += f" {problem.message} A key can still be used for this session."
            self.query_one("#keys-note", Static).update(Content(plain(note)))

        self.app.go(find(), self)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter a key."""
        event.stop()
        key = self.current
        if key is None:
            return
        self._provider = key.provider

        async def enter() -> None:
            if await enter_key(self.app, key.provider):
                self.fetch()

        self.app.go(enter(), self)

    def action_remove(self) -> None:
        """Remove the key of this provider."""
        key = self.current
        if key is None or not key.place:
            self.app.tell("There is no key to remove.")
            return
        if key.place == "environment":
            self.app.tell(
                f"The key of {key.title} is in the environment, as {key.variable}.",
                "Unset that variable and start docanalyst again.",
            )
            return
        self._provider = key.provider

        async def remove() -> None:
            from docanalyst.analyst.setup.keys import remove_key
            from docanalyst.tui.screens.question import QuestionScreen

            where = "keyring" if key.place == "keyring" else "session"
            agreed = await self.app.wait_for(
                QuestionScreen(
                    f"Remove the key of {key.title}?",
                    f"It is removed from this {where}; the key itself stays valid at the provider.",
                    yes="Remove",
                    no="Keep",
                )
            )
            if agreed:
                analyst = await self.app.ready()
                await in_thread(remove_key, analyst.catalog.provider(key.provider))
                self.app.tell(f"The key of {key.title} was removed.")
                await self.app.look_again(analyst)
                self.fetch()

        self.app.go(remove(), self)


class KeyEntryScreen(GuardedDialog[tuple[str, bool]]):
    """Asks for a key without showing it; returns it and whether to save it in the keyring.

    Args:
        title: The provider.
        problem: Why the keyring cannot be used, if so.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Before", show=False),
        Binding("down", "app.focus_next", "Next", show=False),
    ]

    def __init__(self, title: str, problem: UsageError | None) -> None:
        super().__init__()
        self._title = one_line(title, 60)
        self._problem = problem

    def compose(self) -> ComposeResult:
        """Show the field and what to do with the key."""
        with Vertical(classes="window small") as window:
            window.border_title = Content(f"API key of {self._title}")
            words = "Paste the key that the provider gave you. It is not shown."
            if self._problem is not None:
                words += f"\n\n{self._problem.message}"
            yield Static(Content(plain(words)), markup=False)
            yield LineInput(password=True, select_on_focus=False, id="key")
            with Horizontal(classes="buttons"):
                yield Button("Use for this session", id="session")
                yield Button("Save in the keyring", id="keyring", disabled=self._problem is not None)
            yield KeyLine(("enter", "next"), ("tab", "the other button"), ("escape", "cancels"))

    def on_mount(self) -> None:
        """Focus the field."""
        self.query_one("#key").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the buttons."""
        event.stop()
        if event.value.strip():
            self.query_one("#session").focus()

    def on_button_pressed(self, event: Button.Pressed) -> None:
        """Close with the key."""
        event.stop()
        typed = self.query_one("#key", Input).value
        if typed.strip():
            self.dismiss((typed, event.button.id == "keyring"))
        else:
            self.query_one("#key").focus()


async def enter_key(app: Host, provider: str) -> bool:
    """Ask for a provider's key and use it; return whether there is one. For workers only.

    Raises:
        UsageError: The text is no key, or the keyring cannot be used.
    """
    from docanalyst.analyst.setup.keys import Place, keyring_problem, save_key

    analyst = await app.ready()
    entry = analyst.catalog.provider(provider)
    given: Any = await app.wait_for(KeyEntryScreen(entry.title, await in_thread(keyring_problem)))
    if given is None:
        return False
    typed, save = given
    await in_thread(save_key, entry, typed, Place.KEYRING if save else Place.SESSION)
    where = "saved in the keyring" if save else "used until docanalyst closes"
    app.tell(f"The key of {one_line(entry.title, 60)} is {where}.")
    await app.look_again(analyst)
    return True


def _line(key: ProviderKey) -> Spread:
    sign, role = ("✓", "good") if key.place else ("○", "quiet")
    words = PLACES[key.place.value]
    return Spread(
        (
            [(f"  {sign} ", role), (f"{one_line(key.provider):<18} ", "strong"), (one_line(key.title), "")],
            [(f"{words} · {key.variable}" if key.place == "environment" else words, role)],
        )
    )
