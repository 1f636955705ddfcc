"""Styles of an OpenDocument text, as far as they decide what is seen of its words."""

from __future__ import annotations

from typing import Any, NamedTuple

from docanalyst.formats.opendocument.names import FO, LOEXT, STYLE, TEXT

_DEEPEST = 30
"""Styles that are based on each other."""


class Appearance(NamedTuple):
    """How words of a style are shown; None where the style does not say."""

    hidden: bool | None = None
    struck: bool | None = None
    capitals: bool | None = None
    shift: str | None = None
    white: bool | None = None
    shaded: bool | None = None
    tiny: bool | None = None

    def over(self, outer: Appearance) -> Appearance:
        """This appearance inside another one."""
        return outer._replace(**{name: new for name, new in self._asdict().items() if new is not None})

    @property
    def reason(self) -> str:
        """Why the words are not seen; "" where they are."""
        if self.hidden:
            return "set as hidden"
        if self.tiny:
            return "too small to be seen"
        return "white on white" if self.white and not self.shaded else ""


PLAIN = Appearance()


class Styles:
    """The styles of all parts of a text. Later parts win."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str], Any] = {}
        self._known: dict[tuple[str, str], Appearance] = {}
        self.lists: dict[str, Any] = {}
        self.outline: Any | None = None
        self.masters: list[Any] = []

    def add(self, root: Any) -> None:
        """Take in the styles of a part."""
        for item in root.iter(
            f"{STYLE}style", f"{TEXT}list-style", f"{TEXT}outline-style", f"{STYLE}master-page"
        ):
            name = item.get(f"{STYLE}name") or ""
            if item.tag == f"{STYLE}style":
                self._found[item.get(f"{STYLE}family") or "", name] = item
            elif item.tag == f"{TEXT}list-style":
                self.lists[name] = item
            elif item.tag == f"{STYLE}master-page":
                self.masters.append(item)
            else:
                self.outline = item

    def appearance(self, family: str, name: str | None) -> Appearance:
        """How words of a style are shown, with what it is based on."""
        if not name:
            return PLAIN
        key = (family, name)
        if key not in self._known:
            found = PLAIN
            for style in reversed(self._chain(family, name)):
                found = _own(style).over(found)
            self._known[key] = found
        return self._known[key]

    def names(self, name: str | None) -> list[str]:
        """The names of a paragraph's style and of those it is based on."""
        return [(item.get(f"{STYLE}name") or "") for item in self._chain("paragraph", name)]

    def list_of(self, name: str | None) -> str:
        """The style of the list that a paragraph's style sets; "" for none."""
        for item in self._chain("paragraph", name):
            found = item.get(f"{STYLE}list-style-name")
            if found is not None:
                return str(found)
        return ""

    def breaks_before(self, name: str | None) -> bool:
        """Whether a paragraph of this style begins a page."""
        for item in self._chain("paragraph", name):
            if item.get(f"{STYLE}master-page-name"):
                return True
            for properties in item.iterchildren(f"{STYLE}paragraph-properties"):
                if properties.get(f"{FO}break-before") is not None:
                    return bool(properties.get(f"{FO}break-before") == "page")
        return False

    def breaks_after(self, name: str | None) -> bool:
        """Whether a page ends behind a paragraph of this style."""
        for item in self._chain("paragraph", name):
            for properties in item.iterchildren(f"{STYLE}paragraph-properties"):
                if properties.get(f"{FO}break-after") is not None:
                    return bool(properties.get(f"{FO}break-after") == "page")
        return False

    def _chain(self, family: str, name: str | None) -> list[Any]:
        found: list[Any] = []
        while name and len(found) < _DEEPEST:
            style = self._found.get((family, name))
            if style is None:
                break
            found.append(style)
            name = style.get(f"{STYLE}parent-style-name")
        return found


def _own(style: Any) -> Appearance:
    """What a style itself says."""
    hidden = struck = capitals = white = shaded = tiny = None
    shift: str | None = None
    for paragraph in style.iterchildren(f"{STYLE}paragraph-properties"):
        if behind := paragraph.get(f"{FO}background-color"):
            shaded = _is_dark(behind)
    for item in style.iterchildren(f"{STYLE}text-properties"):
        if (display := item.get(f"{TEXT}display")) is not None:
            hidden = display == "none"
        if (line := item.get(f"{STYLE}text-line-through-style")) is not None:
            struck = line != "none"
        elif (kind := item.get(f"{STYLE}text-line-through-type")) is not None:
            struck = kind != "none"
        if (transform := item.get(f"{FO}text-transform")) is not None:
            capitals = transform == "uppercase"
        if (position := item.get(f"{STYLE}text-position")) is not None:
            shift = _shift(position)
        if (colour := item.get(f"{FO}color")) is not None:
            white = _is_white(colour)
        if behind := item.get(f"{FO}background-color") or item.get(f"{LOEXT}char-shading-value"):
            shaded = _is_dark(behind) or shaded
        if (size := item.get(f"{FO}font-size")) is not None:
            tiny = size.endswith("pt") and _float(size[:-2]) <= 1.0
    return Appearance(hidden, struck, capitals, shift, white, shaded, tiny)


def _shift(position: str) -> str:
    first = position.split()[0] if position.split() else ""
    if first.startswith("super") or (_float(first.rstrip("%")) > 0 and "%" in first):
        return "super"
    return "sub" if first.startswith(("sub", "-")) else ""


def _is_white(colour: str) -> bool:
    try:
        return len(colour) == 7 and min(int(colour[at : at + 2], 16) for at in (1, 3, 5)) >= 240
    except ValueError:
        return False


def _is_dark(colour: str) -> bool:
    return colour.startswith("#") and not _is_white(colour)


def _float(value: str) -> float:
    try:
        return float(value)
    except ValueError:
        return 2.0
