"""Text can be read on every background, in every theme."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from docanalyst.tui.text.looks import LEGIBLE, contrast, legible
from docanalyst.tui.themes import THEMES

ROLES = ("quiet", "quotation")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast(Color(0, 0, 0), Color(255, 255, 255)) == pytest.approx(21.0)
    assert contrast(Color.parse("#777777"), Color(255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", THEMES, ids=lambda theme: theme.name)
def test_every_role_can_be_read_on_every_panel(theme: Theme) -> None:
    colours = [theme.foreground, theme.success, theme.warning, theme.error, theme.accent, theme.primary]
    colours += [theme.variables[role] for role in ROLES]
    for background in (theme.surface, theme.background, theme.panel):
        for colour in colours:
            assert colour and background
            assert contrast(Color.parse(colour), Color.parse(background)) >= LEGIBLE, (colour, background)
    for pair in ("block-cursor", "block-cursor-blurred", "quote"):
        front, back = (
            Color.parse(theme.variables[f"{pair}-{part}"]) for part in ("foreground", "background")
        )
        assert contrast(front, back) >= LEGIBLE, pair


@pytest.mark.parametrize("theme", [*THEMES, *BUILTIN_THEMES.values()], ids=lambda theme: theme.name)
def test_every_colour_on_a_selected_row_can_be_read(theme: Theme) -> None:
    generated = theme.to_color_system().generate()
    back = Color.parse(generated["block-cursor-background"])
    base = Color.parse(generated["text"]) if generated["text"].startswith("#") else Color(255, 255, 255)
    for name in ("success", "warning", "error", "accent", "primary", "foreground", "surface", "panel"):
        shown = legible(Color.parse(generated[name]), base, back)
        assert contrast(back + shown, back) >= LEGIBLE, name
