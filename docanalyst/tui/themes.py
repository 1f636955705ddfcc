"""The themes: dark, light, high contrast, and one without colours."""

from __future__ import annotations

from textual.theme import Theme

DARK = Theme(
    name="docanalyst-dark",
    primary="#7aa2d8",
    secondary="#8f9fb3",
    accent="#e8b65a",
    foreground="#d7dde6",
    background="#12161c",
    surface="#171c24",
    panel="#1e2530",
    success="#86c98a",
    warning="#e8b65a",
    error="#ee8080",
    dark=True,
    variables={
        "border-blurred": "#303a49",
        "border": "#7aa2d8",
        "scrollbar": "#333e4e",
        "scrollbar-hover": "#48566b",
        "scrollbar-active": "#7aa2d8",
        "scrollbar-background": "#171c24",
        "scrollbar-background-hover": "#171c24",
        "scrollbar-background-active": "#171c24",
        "block-cursor-background": "#2d4261",
        "block-cursor-foreground": "#f2f5f9",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#232c39",
        "block-cursor-blurred-foreground": "#d7dde6",
        "input-selection-background": "#7aa2d8 35%",
        "quiet": "#8b97a8",
        "quotation": "#b4c0d0",
        "quote-background": "#5c4a1c",
        "quote-foreground": "#fff1cf",
    },
)
LIGHT = Theme(
    name="docanalyst-light",
    primary="#2a5c9c",
    secondary="#5a6675",
    accent="#855300",
    foreground="#22272e",
    background="#eceae4",
    surface="#fbfaf6",
    panel="#e2dfd6",
    success="#1f6f34",
    warning="#825400",
    error="#b3261e",
    dark=False,
    variables={
        "border-blurred": "#c9c5b9",
        "border": "#2a5c9c",
        "scrollbar": "#c4bfb1",
        "scrollbar-hover": "#a8a293",
        "scrollbar-active": "#2a5c9c",
        "scrollbar-background": "#f2f0ea",
        "scrollbar-background-hover": "#f2f0ea",
        "scrollbar-background-active": "#f2f0ea",
        "block-cursor-background": "#cfdcee",
        "block-cursor-foreground": "#14181d",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#e6e3da",
        "block-cursor-blurred-foreground": "#22272e",
        "input-selection-background": "#2a5c9c 30%",
        "quiet": "#565f6b",
        "quotation": "#454d58",
        "quote-background": "#ffe58a",
        "quote-foreground": "#221a00",
    },
)
CONTRAST = Theme(
    name="docanalyst-high-contrast",
    primary="#66ccff",
    secondary="#ffffff",
    accent="#ffd700",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#1a1a1a",
    success="#5dff5d",
    warning="#ffd700",
    error="#ff8080",
    dark=True,
    variables={
        "border-blurred": "#9a9a9a",
        "border": "#ffd700",
        "block-cursor-background": "#ffffff",
        "block-cursor-foreground": "#000000",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#404040",
        "block-cursor-blurred-foreground": "#ffffff",
        "quiet": "#d0d0d0",
        "quotation": "#ffffff",
        "quote-background": "#ffff00",
        "quote-foreground": "#000000",
    },
)
NO_COLOUR = Theme(
    name="docanalyst-no-colour",
    primary="#e6e6e6",
    secondary="#e6e6e6",
    accent="#ffffff",
    foreground="#e6e6e6",
    background="#101010",
    surface="#101010",
    panel="#242424",
    success="#e6e6e6",
    warning="#e6e6e6",
    error="#ffffff",
    dark=True,
    variables={
        "border-blurred": "#6a6a6a",
        "border": "#ffffff",
        "block-cursor-background": "#e6e6e6",
        "block-cursor-foreground": "#101010",
        "block-cursor-text-style": "bold",
        "block-cursor-blurred-background": "#3a3a3a",
        "block-cursor-blurred-foreground": "#ffffff",
        "quiet": "#b0b0b0",
        "quotation": "#d8d8d8",
        "quote-background": "#e6e6e6",
        "quote-foreground": "#101010",
    },
)
THEMES = (DARK, LIGHT, CONTRAST, NO_COLOUR)
NAMES = {theme.name.removeprefix("docanalyst-"): theme.name for theme in THEMES}
"""What a user may write as a theme's name: "dark", "light", "high-contrast", "no-colour"."""

FALLBACKS = {
    "quiet": "$text-muted",
    "quotation": "$text",
    "quote-background": "$accent 40%",
    "quote-foreground": "$text",
}
"""Variables of ours that Textual's own themes lack."""


def full_name(name: str | None, *, no_colour: bool) -> str:
    """The theme for a name from the settings; the dark one where none is given."""
    if no_colour:
        return NO_COLOUR.name
    return NAMES.get(name or "dark", name or DARK.name)
