"""How each role of text looks: one table, in the theme's own variables."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.widget import Widget

ROLES = {
    "strong": "bold",
    "emphasis": "italic",
    "struck": "strike",
    "link": "underline $primary",
    "code": "$secondary",
    "heading": "bold $primary",
    "subheading": "bold",
    "quotation": "$quotation",
    "prefix": "$quiet",
    "rule": "$border-blurred",
    "question": "bold $primary",
    "quiet": "$quiet",
    "good": "$success",
    "doubt": "$warning",
    "bad": "$error",
    "mark-good": "bold $success",
    "mark-doubt": "bold $warning",
    "mark-bad": "bold $error",
    "mark-pending": "$quiet",
    "mark-chosen": "bold reverse",
    "thinking": "italic $quiet",
    "quote": "bold $quote-foreground on $quote-background",
    "key": "bold $accent",
    "brand": "bold $primary",
    "bar": "$accent",
    "bar-idle": "$border-blurred",
    "bar-documents": "$primary",
    "bar-history": "$secondary",
    "bar-question": "$foreground",
    "bar-reserve": "$accent",
    "bar-free": "$border-blurred",
}
"""A role and its style, as Textual writes styles."""


def look(role: str) -> str:
    """The style of a role; "" for none."""
    return ROLES.get(role, "")


def palette(widget: Widget) -> dict[str, Style]:
    """The roles as styles of the terminal, on this widget's background, under the theme that holds now."""
    background = widget.background_colors[1]
    styles: dict[str, Style] = {}
    for role, text in ROLES.items():
        style = widget.app.stylesheet.parse_style(text)
        color, bgcolor = style.foreground, style.background
        styles[role] = Style(
            color=None if color is None else (background + color).rich_color,
            bgcolor=None if bgcolor is None or not bgcolor.a else (background + bgcolor).rich_color,
            bold=style.bold,
            italic=style.italic,
            underline=style.underline,
            reverse=style.reverse,
            strike=style.strike,
        )
    return styles


@lru_cache(maxsize=512)
def with_target(target: str) -> Style:
    """A style that carries what a click on the text asks for."""
    return Style(meta={"target": target})
