"""A line with text at both ends; the left part is shortened if it does not fit."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style as RichStyle
from textual.css.styles import RulesMap
from textual.strip import Strip
from textual.style import Style
from textual.visual import RenderOptions, Visual

from docanalyst.tui.text.looks import legible, look
from docanalyst.tui.text.plain import fit, plain

Piece = tuple[str, str]
"""A text and its role ("good", "quiet" …, "" for none)."""


class Spread(Visual):
    """Lines of plain text, each with a left part that is cut where it must be, and a right part."""

    def __init__(self, *lines: tuple[Sequence[Piece], Sequence[Piece]]) -> None:
        self._lines = [
            ([(plain(text), role) for text, role in left], [(plain(text), role) for text, role in right])
            for left, right in lines
        ]

    def render_strips(
        self, width: int, height: int | None, style: Style, options: RenderOptions
    ) -> list[Strip]:
        """One strip a line."""
        return [self._strip(left, right, width, style, options) for left, right in self._lines]

    def get_optimal_width(self, rules: RulesMap, container_width: int) -> int:
        """As much as there is."""
        return container_width

    def get_height(self, rules: RulesMap, width: int) -> int:
        """The number of lines."""
        return len(self._lines)

    @property
    def text(self) -> str:
        """The words of all lines, for tests and screen readers."""
        return "\n".join("".join(text for text, _ in (*left, *right)) for left, right in self._lines)

    def _strip(
        self, left: Sequence[Piece], right: Sequence[Piece], width: int, style: Style, options: RenderOptions
    ) -> Strip:
        taken = sum(cell_len(text) for text, _ in right)
        room = max(0, width - taken - (1 if taken else 0))
        segments: list[Segment] = []
        used = 0
        for text, role in left:
            shown = fit(text.replace("\n", " "), room - used)
            used += cell_len(shown)
            segments.append(Segment(shown, _look(role, style, options)))
            if used >= room:
                break
        base = style.rich_style
        segments.append(Segment(" " * max(0, width - taken - used), base))
        segments += [Segment(text.replace("\n", " "), _look(role, style, options)) for text, role in right]
        return Strip(segments).adjust_cell_length(width, base)


def _look(role: str, style: Style, options: RenderOptions) -> RichStyle:
    if not role:
        return style.rich_style
    shown = style + options.get_style(look(role))
    if shown.foreground is None or style.foreground is None or not style.background:
        return shown.rich_style
    # On the selected row, or under another theme, a role's colour may be close to the background.
    colour = legible(shown.foreground, style.foreground, shown.background or style.background)
    return (shown + Style(foreground=colour)).rich_style
