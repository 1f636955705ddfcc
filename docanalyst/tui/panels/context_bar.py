"""The context bar: how the next question uses the context window, and what is free."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.cells import cell_len
from textual.content import Content
from textual.widget import Widget

from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.zones import zone_at, zones_of
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import fit, plain

if TYPE_CHECKING:
    from docanalyst.analyst import Plan
    from docanalyst.domain.errors import DocanalystError
    from docanalyst.tui.host import Host

BOUNDLESS = 100_000_000
"""A window of this size is treated as unlimited."""

Part = tuple[str, str, int]
"""A name, a role and tokens."""

SIGNS = {"bar-documents": "█", "bar-history": "▓", "bar-question": "▚", "bar-reserve": "▒"}
"""The characters of each part, so that colour is not the only difference."""


class ContextBar(Widget):
    """Two lines: the bar with the model's recall zones, and the numbers."""

    if TYPE_CHECKING:
        app: Host

    def __init__(self, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.plan: Plan | None = None
        self.error: DocanalystError | None = None
        self.counting = False
        self.advice = ""

    def show(self, plan: Plan | None, error: DocanalystError | None = None, advice: str = "") -> None:
        """Show the count of the next question.

        Args:
            advice: What to leave out if it does not fit.
        """
        self.plan, self.error, self.advice = plan, error, advice
        self.counting = False
        self.set_class(plan is not None and not plan.budget.fits, "-over")
        self.refresh()

    def set_counting(self) -> None:
        """Show that tokens are being counted."""
        self.counting = True
        self.refresh()

    def render(self) -> Content:
        """Return both lines."""
        width = self.size.width
        if self.error is not None:
            told = self.app.worded(f"{self.error.message} {self.error.hint}".strip())
            words = plain(f"✗ {told}").replace("\n", " ")
            return Content.styled(words, look("bad"))
        if self.plan is None:
            words = "counting tokens …" if self.counting else "no documents yet"
            return Content("\n").join(
                [Content.styled("·" * width, look("rule")), Content.styled(words, look("quiet"))]
            )
        return Content("\n").join([self._bar(self.plan, width), self._figures(self.plan, width)])

    def _parts(self, plan: Plan) -> list[Part]:
        budget = plan.budget
        return [
            ("documents", "bar-documents", budget.documents),
            ("history", "bar-history", budget.history),
            ("question", "bar-question", budget.question + budget.instructions),
            ("reserved for answer", "bar-reserve", budget.reserved_output + budget.margin),
        ]

    def _bar(self, plan: Plan, width: int) -> Content:
        budget = plan.budget
        if budget.window >= BOUNDLESS:
            return Content.styled("─" * width, look("rule"))
        whole = max(budget.window, budget.window - budget.free)
        cells: list[tuple[str, str]] = []
        reached = 0
        for _, role, count in self._parts(plan):
            start = round(width * reached / whole)
            reached += count
            end = round(width * reached / whole)
            cells += [(SIGNS[role], look(role))] * max(end - start, 1 if count else 0)
        cells = cells[:width] + [("░", look("bar-free"))] * (width - len(cells))
        edge = min(width - 1, round(width * budget.window / whole))
        for zone in zones_of(plan.spec.model_id):
            place = round(width * zone.tokens / whole)
            if 0 < place < edge:
                cells[place] = ("┊", cells[place][1] if cells[place][0] != "░" else look("quiet"))
        if not budget.fits:
            cells[edge:] = [("▓", look("bad"))] * (width - edge)
        return Content.assemble(*cells)

    def _figures(self, plan: Plan, width: int) -> Content:
        budget = plan.budget
        about = "" if plan.counter.exact else "≈ "
        used = f"{about}{figures.tokens(budget.used)}"
        pieces: list[tuple[str, str]] = []
        if not budget.fits:
            much = f"✗ {figures.tokens(budget.overflow)} tokens too many"
            pieces.append((much, look("bad")))
            if self.advice:
                pieces.append((fit(plain(self.advice), width - cell_len(much) - 3), look("bad")))
            pieces.append((f"{used} + {figures.tokens(budget.reserved_output)} for the answer", ""))
            pieces.append((f"window {figures.tokens(budget.window)}", look("quiet")))
        elif budget.window >= BOUNDLESS:
            pieces.append((f"{used} tokens", ""))
            pieces.append(
                ("read offline: no window limit, nothing leaves this machine, no cost", look("quiet"))
            )
        else:
            pieces.append((f"{used} of {figures.tokens(budget.window)} tokens", ""))
            pieces.append((f"{figures.tokens(budget.free)} free", look("good")))
            to_ask = " to ask" if plan.cost is not None and plan.cost.micros else ""
            pieces.append((figures.money(plan.cost) + to_ask, ""))
            zone = zone_at(plan.spec.model_id, budget.used)
            if zone is not None:
                pieces.append((f"recall {zone.percent:.0f} % at this length (RULER)", look("quiet")))
            for name, role, count in self._parts(plan):
                if count:
                    pieces.append((f"{SIGNS[role]} {name} {figures.short(count)}", look(role)))
        if self.counting:
            pieces.append(("counting …", look("quiet")))
        return joined(pieces, width)


def joined(pieces: list[tuple[str, str]], width: int, separator: str = "   ") -> Content:
    """Return as many of the pieces, from the first, as fit the width."""
    line = Content("")
    used = 0
    for text, style in pieces:
        size = cell_len(text) + (len(separator) if used else 0)
        if used and used + size > width:
            break
        line += Content(separator if used else "") + Content.styled(text, style)
        used += size
    return line
