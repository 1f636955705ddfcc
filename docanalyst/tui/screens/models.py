"""The window of models and providers: context windows, prices and what is missing to use them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.desk.zones import zones_of
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.editing import LineInput
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, one_line, plain
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.analyst.setup.overview import LiveRow, ModelRow


@dataclass(frozen=True, slots=True)
class ModelChoice:
    """The choice.

    Attributes:
        provider: None to let docanalyst choose.
    """

    provider: str | None
    model: str | None
    thinking: bool | None


class ModelsScreen(Dialog[ModelChoice]):
    """A table of models; typing filters it."""

    HELP = (
        "Context window and price depend on model and provider. A provider is ready when it has an API "
        "key; “extractive” needs none and finds passages offline. Type to filter the table."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("models.thinking", "thinking", show=False),
        bound("models.live", "live", show=False),
        bound("models.keys", "keys", show=False, priority=True),
        bound("models.all", "all", show=False),
        Binding("down", "list", "Go to the list", show=False),
    ]

    def __init__(self, chosen: tuple[str, str] | None, thinking: bool, needed: int) -> None:
        super().__init__()
        self.chosen = chosen
        self.thinking = thinking
        self.needed = needed
        self.rows: list[ModelRow] = []
        self.shown: list[ModelRow | None] = []
        self.live: dict[str, LiveRow] = {}
        self.retired = False

    def compose(self) -> ComposeResult:
        """Show the filter, the table and details of the selected row."""
        with Vertical(classes="window") as window:
            window.border_title = "Models"
            yield LineInput(placeholder="Filter by provider or model", id="narrow")
            yield Static(id="model-columns", markup=False)
            yield OptionList(id="models")
            yield Static(id="model-details", markup=False)
            yield KeyLine()

    def on_mount(self) -> None:
        """Read the catalog."""
        self.query_one("#narrow").focus()

        self.app.go(self._fetch(), self)

    async def _fetch(self) -> None:
        """Read the catalog."""
        from docanalyst.analyst.setup.overview import list_models

        analyst = await self.app.ready()
        row = self.current
        self.rows = await in_thread(list_models, analyst, datetime.now(UTC).date())
        self.show()
        places = [
            place
            for place, other in enumerate(self.shown)
            if row
            and other
            and (other.spec.provider, other.spec.model_id) == (row.spec.provider, row.spec.model_id)
        ]
        if places:
            self.listed.highlighted = places[0]

    @property
    def listed(self) -> OptionList:
        """The table."""
        return self.query_one("#models", OptionList)

    @property
    def current(self) -> ModelRow | None:
        """The selected row; None for the first row, which lets docanalyst choose."""
        place = self.listed.highlighted
        return self.shown[place] if place is not None and place < len(self.shown) else None

    def show(self) -> None:
        """Show the rows that match the filter."""
        words = self.query_one("#narrow", Input).value.lower().split()
        shown: list[ModelRow | None] = [] if words else [None]
        for row in self.rows:
            text = f"{row.spec.provider} {row.title} {row.spec.model_id}".lower()
            if all(word in text for word in words) and (self.retired or not row.retired):
                shown.append(row)
        self.shown = shown
        self.listed.clear_options()
        self.listed.add_options(Option(self._line(row)) for row in shown)
        keys = [(row.spec.provider, row.spec.model_id) if row else None for row in shown]
        self.listed.highlighted = keys.index(self.chosen) if self.chosen in keys else 0 if shown else None
        provider, name, number = self._widths
        names = f"{'provider':<{provider}}{'model':<{name}}"
        columns = f"    {names}{'window':>{number}}{'$ in':>{number}}{'$ out':>{number}}  state"
        self.query_one("#model-columns", Static).update(Content.styled(columns, look("quiet")))
        self._say()

    @property
    def _widths(self) -> tuple[int, int, int]:
        """Return the cells for the provider, the model and each number."""
        width = self.listed.size.width
        provider, number = (12, 7) if width < 90 else (16, 9)
        return provider, max(20, min(40, width - 4 - provider - 3 * number - 22)), number

    def _line(self, row: ModelRow | None) -> Spread:
        if row is None:
            sign = "●" if self.chosen is None else "○"
            return Spread(
                (
                    [
                        (f"  {sign} ", "good" if self.chosen is None else "quiet"),
                        ("let docanalyst choose", "strong"),
                    ],
                    [],
                )
            )
        spec = row.spec
        is_chosen = self.chosen == (spec.provider, spec.model_id)
        provider, room, number = self._widths
        model = "offline (no model)" if spec.provider == "extractive" else one_line(spec.model_id)
        name = f"{fit(one_line(spec.provider), provider - 1):<{provider}}{fit(model, room - 1):<{room}}"
        price = spec.price
        cells = f"{figures.short(self._window(row)):>{number}}"
        for dollars in (price.input, price.output) if price else ():
            cells += f"{dollars:>{number}.2f}"
        cells += "" if price else f"{'?':>{number}}" * 2
        state, role = self._state(row)
        return Spread(
            (
                [
                    ("  ● " if is_chosen else "  ○ ", "good" if is_chosen else "quiet"),
                    (name, "" if row.ready else "quiet"),
                    (cells, "" if row.ready else "quiet"),
                    (f"  {state}", role),
                ],
                [],
            )
        )

    def _window(self, row: ModelRow) -> int:
        live = self.live.get(row.spec.provider)
        return (live.windows.get(row.spec.model_id) if live else None) or row.spec.context_window

    def _state(self, row: ModelRow) -> tuple[str, str]:
        spec = row.spec
        live = self.live.get(spec.provider)
        if live is not None and live.error:
            return f"✗ {one_line(live.error, 60)}", "bad"
        if live is not None and spec.model_id in live.windows:
            return "✓ served now", "good"
        if row.retired:
            return f"✗ retired {spec.retired_on or ''}".rstrip(), "bad"
        if not row.ready:
            return ("needs an API key" if row.needs_key else f"needs {row.variable}"), "quiet"
        if self.needed and self._window(row) < self.needed:
            return "! window too small for these documents", "doubt"
        if spec.status == "preview":
            return "ready · preview", ""
        return ("ready · on this machine", "good") if row.stays_here else ("ready", "good")

    def _say(self) -> None:
        row = self.current
        lines: list[Content] = []
        if row is None:
            lines.append(
                Content("The first provider with an API key and a large enough context window, else offline.")
            )
            if not any(known.ready and known.spec.provider != "extractive" for known in self.rows):
                words = "No provider is set up yet. Select one and press Enter to enter its API key."
                lines.append(Content.styled(words, look("doubt")))
        else:
            spec = row.spec
            facts = [row.title, "counted exactly" if spec.counts_exactly else "counted as an estimate"]
            if spec.max_output_tokens:
                facts.append(f"output up to {figures.tokens(spec.max_output_tokens)} tokens")
            if spec.tokens_per_minute:
                facts.append(f"free plan {figures.tokens(spec.tokens_per_minute)} tokens per minute")
            facts.append(f"reasoning {row.thinks}" if row.thinks else "no reasoning")
            zones = zones_of(spec.model_id)
            if zones:
                facts.append(
                    "recall (RULER) "
                    + ", ".join(f"{z.percent:.0f} % to {figures.short(z.tokens)}" for z in zones)
                )
            if not row.ready:
                lines.append(Content.styled(f"To use it: {connect_words(row)}", look("doubt")))
            lines.append(Content(plain(" · ".join(facts))))
            notes = [f"Successor: {spec.successor}." if spec.successor else "", spec.notes]
            notes.append(f"Retention: {row.retention}." if row.retention else "")
            lines.append(Content.styled(plain(" ".join(note for note in notes if note)), look("quiet")))
        self.query_one("#model-details", Static).update(Content("\n").join(lines))
        thinking = "on" if self.thinking else "off"
        self.query_one(KeyLine).show(
            ("enter", "chooses"),
            ("models.thinking", f"reasoning is {thinking}"),
            ("models.keys", "API keys"),
            ("models.live", "asks the providers now"),
            ("models.all", "hides retired models" if self.retired else "shows retired models"),
            ("escape", "closes"),
        )

    # Events and actions

    def on_input_changed(self, event: Input.Changed) -> None:
        """Filter the table."""
        event.stop()
        self.show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Choose the selected row."""
        event.stop()
        self._choose()

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show details of the selected row."""
        event.stop()
        self._say()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the row."""
        event.stop()
        self._choose()

    def action_list(self) -> None:
        """Go from the filter to the table."""
        self.listed.focus()
        if not self.query_one("#narrow", Input).value:
            self.listed.action_cursor_down()

    def action_thinking(self) -> None:
        """Turn reasoning on or off."""
        self.thinking = not self.thinking
        self._say()

    def action_all(self) -> None:
        """Show or hide retired models."""
        self.retired = not self.retired
        self.show()

    def action_live(self) -> None:
        """Ask every configured provider which models it serves now. No document is sent."""
        self.app.tell("Asking the providers …")

        async def ask() -> None:
            from docanalyst.analyst.setup.overview import ask_providers

            found = await ask_providers(await self.app.ready())
            self.live = {row.provider: row for row in found}
            if self.is_mounted:
                self.show()
            if not found:
                self.app.tell(
                    "No provider is configured.", f"Press {self.app.key('models.keys')} to enter an API key."
                )

        self.app.go(ask(), self)

    def action_keys(self) -> None:
        """Show the API keys."""

        async def show() -> None:
            from docanalyst.tui.screens.keys import KeysScreen

            row = self.current
            await self.app.wait_for(KeysScreen(row.spec.provider if row else ""))
            await self._fetch()

        self.app.go(show(), self)

    def _enter_key(self, provider: str) -> None:
        async def enter() -> None:
            from docanalyst.tui.screens.keys import enter_key

            if await enter_key(self.app, provider):
                await self._fetch()

        self.app.go(enter(), self)

    def _choose(self) -> None:
        row = self.current
        if row is not None and not row.ready:
            if row.needs_key:
                self._enter_key(row.spec.provider)
            else:
                self.app.tell(
                    f"{row.title} is not set up: {row.variable} is missing.",
                    f"To use it: {connect_words(row)}",
                    severity="warning",
                )
            return
        self.dismiss(
            ModelChoice(row.spec.provider, row.spec.model_id, self.thinking)
            if row is not None
            else ModelChoice(None, None, self.thinking)
        )


def connect_words(row: ModelRow) -> str:
    """Return what to do to set up a provider."""
    if row.needs_key:
        return "press Enter to enter its API key."
    return f"set {row.variable} in the environment, then start docanalyst again."
