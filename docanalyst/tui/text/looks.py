"""How each role of text looks: one table, in the theme's own variables."""

from __future__ import annotations

from functools import lru_cache

from rich.style import Style
from textual.color import Color
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


LEGIBLE = 4.5
"""Least contrast of text, as WCAG 2.1 asks of level AA."""


def contrast(one: Color, other: Color) -> float:
    """Return the contrast ratio of two colours, 1 to 21, by WCAG 2.1."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def legible(colour: Color, base: Color, background: Color) -> Color:
    """Return a colour that can be read on a background: itself, else the base colour, else black or white."""
    for tried in (colour, base):
        if contrast(background + tried, background) >= LEGIBLE:
            return tried
    return max((Color(0, 0, 0), Color(255, 255, 255)), key=lambda pure: contrast(pure, background))


@lru_cache(maxsize=1024)
def _luminance(colour: Color) -> float:
    parts = [value / 255 for value in colour.rgb]
    red, green, blue = (v / 12.92 if v <= 0.03928 else ((v + 0.055) / 1.055) ** 2.4 for v in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=512)
def with_target(target: str) -> Style:
    """A style that carries what a click on the text asks for."""
    return Style(meta={"target": target})
