"""The window that proposes which documents to switch off so that the rest fits the context window."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.fitting import Way
from docanalyst.tui.screens.dialog import GuardedDialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import one_line
from docanalyst.tui.text.spread import Spread


class FitScreen(GuardedDialog[Way]):
    """Returns the way chosen; nothing is removed, only switched off, and nothing is sent."""

    HELP = (
        "Each line is a choice of whole documents that fits the context window. Documents are switched off, "
        "not removed. To ask about all of them, choose the requests one after the other, or ask each "
        "document separately in a batch."
    )

    def __init__(self, ways: Sequence[Way]) -> None:
        super().__init__()
        self.ways = list(ways)

    def compose(self) -> ComposeResult:
        """Show the ways."""
        with Vertical(classes="window") as window:
            window.border_title = "Make it fit"
            yield Static(
                Content.styled("Documents are only switched off. Nothing is sent.", look("quiet")),
                markup=False,
                classes="lead",
            )
            yield OptionList(*(Option(_line(way)) for way in self.ways), id="ways")
            yield KeyLine(("enter", "applies it"), ("f1", "help"), ("escape", "changes nothing"))

    def on_mount(self) -> None:
        """Select the first way, or say that there is none."""
        listed = self.query_one("#ways", OptionList)
        if not self.ways:
            keys = self.app.key("documents.pages"), self.app.key("models")
            words = f"No document fits alone: select pages ({keys[0]}) or a larger model ({keys[1]})."
            listed.add_option(Option(Content.styled(words, look("doubt")), disabled=True))
        else:
            listed.highlighted = 0
        listed.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Take this way."""
        event.stop()
        self.dismiss(self.ways[event.option_index])


def _line(way: Way) -> Spread:
    names = one_line(", ".join(way.names), 400)
    return Spread(
        ([(f"  {way.words}", "strong")], [(f"{figures.tokens(way.tokens)} tokens", "quiet")]),
        ([(f"    {names}", "quiet")], []),
    )
