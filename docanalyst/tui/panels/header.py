"""The top line: the session or the panels, the model and the cost of the session."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.message import Message
from textual.style import Style
from textual.widget import Widget

from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.figures import model_name
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, one_line

if TYPE_CHECKING:
    from docanalyst.domain.models import ModelSpec
    from docanalyst.tui.host import Host

PANELS = (("documents", "Documents"), ("answers", "Answers"), ("evidence", "Evidence"))


class HeaderLine(Widget):
    """Shows the session's title on a wide screen, and tabs for the panels on a narrow one."""

    ALLOW_SELECT: ClassVar[bool] = False

    if TYPE_CHECKING:
        app: Host

    class PanelWanted(Message):
        """A panel was clicked."""

        def __init__(self, panel: str) -> None:
            super().__init__()
            self.panel = panel

    class ModelsWanted(Message):
        """The model was clicked."""

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.title = ""
        self.model = ""
        self.details: list[str] = []
        self.tabs = False
        self.panel = "answers"
        self.counts: dict[str, str] = {}

    def show(self, desk: Desk, spec: ModelSpec | None, standing: str, thinks: bool, quotes: int) -> None:
        """Show the current state.

        Args:
            spec: The model of the next question; None if unknown.
        """
        choice = desk.choice
        self.title = desk.session.title if desk.session else ""
        if spec is not None:
            self.model = model_name(spec.provider, spec.model_id)
        elif choice.provider or choice.model:
            self.model = " at ".join(part for part in (choice.model, choice.provider) if part)
        else:
            self.model = standing
        self.details = ["reasoning"] if thinks else []
        if desk.spent_micros:
            self.details.append(figures.amount(desk.spent_micros))
        documents = f"{len(desk.sent) or ''}{' !' if desk.missing else ''}".strip()
        self.counts = {"documents": documents, "evidence": str(quotes or "")}
        self.refresh()

    def render(self) -> Content:
        """Return the line, cut to the width."""
        width = self.size.width
        left = self._tabs() if self.tabs else self._brand()
        room = width - left.cell_length - 2
        model = fit(self.model, max(0, min(room, 44)))
        right = Content.styled(model, Style.from_meta({"go": "models"}))
        for detail in self.details:
            if right.cell_length + cell_len(detail) + 3 > room:
                break
            right += Content.styled(f" · {detail}", look("quiet"))
        if not self.tabs and self.title:
            space = room - right.cell_length - 3
            if space > 8:
                left += Content(fit("  " + one_line(self.title), space))
        gap = max(1, width - left.cell_length - right.cell_length - 1)
        return left + Content(" " * gap) + right

    def _brand(self) -> Content:
        return Content.styled(" docanalyst ", look("brand"))

    def _tabs(self) -> Content:
        line = Content("")
        for panel, name in PANELS:
            key = self.app.key(f"panel.{panel}")
            count = self.counts.get(panel, "")
            text = f" {key} {name}{' ' + count if count else ''} "
            style = look("brand") if panel == self.panel else look("quiet")
            line += Content.styled(text, style).stylize(Style.from_meta({"go": panel}))
        return line

    def on_click(self, event: events.Click) -> None:
        """Do what the clicked word offers."""
        target = event.style.meta.get("go")
        if target == "models":
            self.post_message(self.ModelsWanted())
        elif target:
            self.post_message(self.PanelWanted(str(target)))
