"""Styles: what a paragraph or a run takes from its style and the styles that it is based on."""

from __future__ import annotations

from typing import Any, NamedTuple

from docanalyst.formats.word.names import NAMES, VAL, W, is_on, number_of

SWITCHES = frozenset(("vanish", "caps", "strike", "dstrike"))
"""Properties of runs that change what a reader sees of their words."""

_DEEPEST = 32
"""Styles in a chain of `basedOn`; a longer one runs in a circle."""

_QUOTATION_NAMES = ("quote", "quotation", "block text", "blocktext", "extract")
QUOTATION_INDENT = 500
"""Twentieths of a point on both sides (0.35 inch) from which a paragraph is set as a block quotation."""


class Style(NamedTuple):
    """A style as the file defines it. numbering: id of its list or None. level: of the list or None.
    heading: 1 to 9, 0 for none. indents: left and right, in twentieths of a point, None where not given."""

    id: str
    name: str
    parent: str
    numbering: str | None
    level: int | None
    switches: dict[str, bool]
    heading: int
    indents: tuple[int | None, int | None]
    font: str


class Styles:
    """The styles of a document."""

    def __init__(self, root: Any | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default_paragraph = ""
        self._switches: dict[str, dict[str, bool]] = {}
        self._chains: dict[str, tuple[Style, ...]] = {}
        self._quotations: dict[str, bool] = {}
        self.base: dict[str, bool] = {}
        if root is None:
            return
        for item in root.iter(f"{W}style"):
            style = _read(item)
            self._styles[style.id] = style
            if item.get(f"{W}type") == "paragraph" and item.get(f"{W}default") in ("1", "true", "on"):
                self.default_paragraph = style.id
        defaults = root.find(f"{W}docDefaults/{W}rPrDefault/{W}rPr")
        if defaults is not None:
            self.base = switches_of(defaults)

    def chain(self, style: str) -> tuple[Style, ...]:
        """The style and those that it is based on, nearest first."""
        known = self._chains.get(style)
        if known is None:
            found: list[Style] = []
            name = style
            while name in self._styles and len(found) < _DEEPEST:
                found.append(self._styles[name])
                name = found[-1].parent
            known = self._chains[style] = tuple(found)
        return known

    def switches(self, style: str) -> dict[str, bool]:
        """The switches of a style, those of its parents included."""
        known = self._switches.get(style)
        if known is None:
            known = {}
            for item in reversed(self.chain(style)):
                known.update(item.switches)
            self._switches[style] = known
        return known

    def heading(self, style: str) -> int:
        """The level of the heading that a style is for, 1 to 9; 0 for other styles."""
        return next((item.heading for item in self.chain(style) if item.heading), 0)

    def is_quotation(self, style: str) -> bool:
        """Whether the name of the style, or of one that it is based on, says that it is for quotations."""
        known = self._quotations.get(style)
        if known is None:
            known = any(word in item.name for item in self.chain(style) for word in _QUOTATION_NAMES)
            self._quotations[style] = known
        return known

    def indents(self, style: str) -> tuple[int, int]:
        """Left and right indent of a style, in twentieths of a point."""
        sides = []
        for side in (0, 1):
            sides.append(next((v for item in self.chain(style) if (v := item.indents[side]) is not None), 0))
        return sides[0], sides[1]

    def list_of(self, style: str) -> str | None:
        """The list that a numbering style names."""
        return next((item.numbering for item in self.chain(style) if item.numbering), None)

    def font(self, style: str) -> str:
        """The font of a style; "" where it names none."""
        return next((item.font for item in self.chain(style) if item.font), "")


def switches_of(properties: Any) -> dict[str, bool]:
    """The switches that are set in the properties of a run."""
    found = {}
    for item in properties:
        name = NAMES[item.tag]
        if name in SWITCHES:
            found[name] = is_on(item)
    return found


def indents_of(properties: Any) -> tuple[int | None, int | None]:
    """Left and right indent in the properties of a paragraph, None where they are not given."""
    item = properties.find(f"{W}ind")
    if item is None:
        return None, None
    left = item.get(f"{W}left") or item.get(f"{W}start")
    right = item.get(f"{W}right") or item.get(f"{W}end")
    return (None if left is None else number_of(left)), (None if right is None else number_of(right))


def _read(item: Any) -> Style:
    name = item.find(f"{W}name")
    parent = item.find(f"{W}basedOn")
    paragraph = item.find(f"{W}pPr")
    run = item.find(f"{W}rPr")
    numbering: str | None = None
    level: int | None = None
    heading = 0
    indents: tuple[int | None, int | None] = (None, None)
    if paragraph is not None:
        number = paragraph.find(f"{W}numPr/{W}numId")
        numbering = number.get(VAL) if number is not None else None
        depth = paragraph.find(f"{W}numPr/{W}ilvl")
        level = number_of(depth.get(VAL)) if depth is not None else None
        outline = paragraph.find(f"{W}outlineLvl")
        if outline is not None and 0 <= number_of(outline.get(VAL), 9) < 9:
            heading = number_of(outline.get(VAL)) + 1
        indents = indents_of(paragraph)
    fonts = run.find(f"{W}rFonts") if run is not None else None
    return Style(
        item.get(f"{W}styleId") or "",
        ((name.get(VAL) if name is not None else "") or "").lower(),
        (parent.get(VAL) if parent is not None else "") or "",
        numbering,
        level,
        switches_of(run) if run is not None else {},
        heading,
        indents,
        (fonts.get(f"{W}ascii") or "") if fonts is not None else "",
    )
