"""The style of an element of a web page, as far as it decides whether its words are seen and how."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

MAX_RULES = 5_000
"""Rules of style sheets that are looked at. Only those count that can hide words."""

_MAX_SHEET = 2 << 20
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_SIMPLE = re.compile(r"([.#]?)(-?[A-Za-z_][\w-]*)|(\*)")
_COMPOUND = re.compile(r"^(?:\*|[A-Za-z][\w-]*)?(?:[.#]-?[A-Za-z_][\w-]*)*$")
_LENGTH = re.compile(r"^(-?\d*\.?\d+)(px|pt|em|rem|%|in|cm|mm)?$")
_FAR = re.compile(r"^-\d{3,}(?:\.\d+)?(?:px|pt|em)?$|^-\d{2,}em$")
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*([\d.]+%?))?\s*\)")
_NAMES = {
    "white": (255, 255, 255),
    "snow": (255, 250, 250),
    "black": (0, 0, 0),
    "red": (255, 0, 0),
    "green": (0, 128, 0),
    "blue": (0, 0, 255),
    "yellow": (255, 255, 0),
    "gray": (128, 128, 128),
    "grey": (128, 128, 128),
    "silver": (192, 192, 192),
    "navy": (0, 0, 128),
}
_READ = {
    "display",
    "visibility",
    "opacity",
    "font-size",
    "color",
    "background",
    "background-color",
    "background-image",
    "text-indent",
    "left",
    "top",
    "max-height",
    "height",
    "width",
    "overflow",
    "text-decoration",
    "text-decoration-line",
    "list-style",
    "list-style-type",
    "white-space",
    "mso-hide",
}
_NEAR = 16
"""Steps of 255 in each colour by which words may differ from what is behind them and still not be seen."""

Colour = tuple[int, int, int]
WHITE: Colour = (255, 255, 255)


class State(NamedTuple):
    """The style that an element passes on.

    hidden: why nothing in it is seen. invisible: its words are not drawn, but those inside could be. behind:
    the colour behind the words; None if it is not known.
    """

    hidden: str = ""
    invisible: bool = False
    colour: Colour | None = (0, 0, 0)
    behind: Colour | None = WHITE
    struck: bool = False
    lines: bool = False
    tiny: bool = False

    @property
    def reason(self) -> str:
        """Why words with this style are not seen; "" where they are."""
        if self.hidden:
            return self.hidden
        if self.invisible:
            return "set as invisible"
        if self.tiny:
            return "too small to be seen"
        if self.colour is not None and self.behind is not None and _is_near(self.colour, self.behind):
            white = _is_near(self.behind, WHITE)
            return "white on white" if white else "in the colour of its background"
        return ""


class Rule(NamedTuple):
    """A rule of a style sheet: the elements that it is for, from the outermost, and what it says."""

    chain: tuple[tuple[str, str, frozenset[str]], ...]
    weight: tuple[int, int, int, int]
    says: dict[str, str]


class Styles:
    """The style sheets of a page."""

    def __init__(self) -> None:
        self._rules: dict[str, list[Rule]] = {}
        self._count = 0

    def add(self, sheet: str) -> None:
        """Take in a style sheet that the page contains."""
        sheet = _COMMENT.sub(" ", sheet[:_MAX_SHEET]).replace("<!--", " ").replace("-->", " ")
        self._add(sheet, 0)

    def _add(self, sheet: str, depth: int) -> None:
        at = 0
        while self._count < MAX_RULES:
            opened = sheet.find("{", at)
            if opened < 0:
                return
            head = sheet[at:opened].rsplit(";", 1)[-1].strip()
            closed = _closing(sheet, opened)
            body = sheet[opened + 1 : closed]
            at = closed + 1
            if head.startswith("@"):
                media = head.lower().removeprefix("@media").strip()
                if (
                    head.lower().startswith("@media")
                    and media in ("screen", "all", "only screen")
                    and not depth
                ):
                    self._add(body, 1)
                continue
            says = declarations(body)
            if says:
                for selector in head.split(","):
                    self._put(selector.strip(), says)

    def _put(self, selector: str, says: dict[str, str]) -> None:
        parts = selector.replace(">", " ").split()
        if not parts or len(parts) > 8 or not all(_COMPOUND.match(part) for part in parts):
            return
        chain = tuple(_compound(part) for part in parts)
        ids = sum(bool(item[1]) for item in chain)
        classes = sum(len(item[2]) for item in chain)
        tags = sum(item[0] not in ("", "*") for item in chain)
        self._count += 1
        rule = Rule(chain, (ids, classes, tags, self._count), says)
        tag, identity, names = chain[-1]
        key = f"#{identity}" if identity else f".{min(names)}" if names else tag or "*"
        self._rules.setdefault(key, []).append(rule)

    def __bool__(self) -> bool:
        return bool(self._rules)

    def of(self, element: Any, tag: str) -> dict[str, str]:
        """What style sheets and its own style say of an element."""
        found: list[Rule] = []
        if self._rules:
            keys = [tag, "*"]
            if identity := element.get("id"):
                keys.append(f"#{identity}")
            if names := element.get("class"):
                keys += [f".{name}" for name in dict.fromkeys(names.split()[:20])]
            for key in keys:
                for rule in self._rules.get(key, ()):
                    if _matches(rule.chain, element):
                        found.append(rule)
        own = element.get("style")
        if not found:
            return declarations(own) if own else {}
        says: dict[str, str] = {}
        for rule in sorted(found, key=lambda rule: rule.weight):
            says |= rule.says
        return says | declarations(own) if own else says


def declarations(body: str) -> dict[str, str]:
    """The declarations of a rule that decide whether words are seen."""
    found: dict[str, str] = {}
    for piece in body.split(";"):
        name, colon, value = piece.partition(":")
        name = name.strip().lower()
        if colon and name in _READ:
            found[name] = value.split("!")[0].strip().lower()
    return found


def changed(state: State, says: dict[str, str]) -> State:
    """The style inside an element, from the style around it and what is said of it."""
    hidden, invisible = state.hidden, state.invisible
    if says.get("display") == "none" or says.get("mso-hide") == "all":
        hidden = "not displayed"
    elif _number(says.get("opacity")) == 0.0:
        hidden = "transparent"
    elif any(_FAR.match(says.get(side, "")) for side in ("text-indent", "left", "top")):
        hidden = "placed outside the page"
    elif says.get("overflow") in ("hidden", "clip") and any(
        _number(says.get(side)) in (0.0, 1.0) for side in ("max-height", "height", "width")
    ):
        hidden = "cut off by its frame"
    if (visibility := says.get("visibility")) is not None:
        invisible = visibility in ("hidden", "collapse")
    tiny = state.tiny
    if (size := says.get("font-size")) is not None:
        tiny = _is_tiny(size, state.tiny)
    colour, behind = state.colour, state.behind
    if (value := says.get("color")) is not None and value not in ("inherit", "initial"):
        if value == "transparent" or _is_clear(value):
            hidden = hidden or "transparent"
        colour = colour_of(value)
    for name in ("background", "background-image", "background-color"):
        if (value := says.get(name)) and value not in ("inherit", "initial", "none", "transparent"):
            behind = behind if _is_clear(value) else colour_of(value)
    lined = says.get("text-decoration", "") + says.get("text-decoration-line", "")
    struck = state.struck or "line-through" in lined
    lines = state.lines
    if (white := says.get("white-space")) is not None:
        lines = white in ("pre", "pre-wrap", "pre-line", "break-spaces")
    return State(hidden or state.hidden, invisible, colour, behind, struck, lines, tiny)


def colour_of(value: str) -> Colour | None:
    """A colour as red, green and blue of 255; None for one that is not known."""
    value = value.strip().lower()
    if value.startswith("#"):
        figures = value[1:].split()[0] if value[1:].split() else ""
        if len(figures) in (3, 4):
            figures = "".join(letter * 2 for letter in figures[:3])
        try:
            return int(figures[0:2], 16), int(figures[2:4], 16), int(figures[4:6], 16)
        except ValueError:
            return None
    if found := _RGB.match(value):
        return int(found[1]), int(found[2]), int(found[3])
    return _NAMES.get(value.split()[0] if value else "")


def _is_clear(value: str) -> bool:
    found = _RGB.match(value)
    return bool(found and found[4] and _number(found[4]) == 0.0)


def _is_near(one: Colour, other: Colour) -> bool:
    return all(abs(first - second) <= _NEAR for first, second in zip(one, other, strict=True))


def _is_tiny(size: str, before: bool) -> bool:
    found = _LENGTH.match(size)
    if not found:
        return False
    value = float(found[1])
    if found[2] in ("em", "rem", "%", "in", "cm", "mm"):
        return value == 0.0 or (before and found[2] in ("em", "%"))
    return value <= 1.0


def _number(value: str | None) -> float | None:
    found = _LENGTH.match(value) if value else None
    return float(found[1]) if found else None


def _closing(sheet: str, opened: int) -> int:
    """Where the bracket that is opened here is closed; the end where it is not."""
    depth = 0
    for found in re.compile("[{}]").finditer(sheet, opened):
        depth += 1 if found[0] == "{" else -1
        if not depth:
            return found.start()
    return len(sheet)


def _compound(part: str) -> tuple[str, str, frozenset[str]]:
    tag = identity = ""
    names = set()
    for kind, name, star in _SIMPLE.findall(part):
        if kind == "#":
            identity = name
        elif kind == ".":
            names.add(name)
        else:
            tag = star or name.lower()
    return tag, identity, frozenset(names)


def _matches(chain: tuple[tuple[str, str, frozenset[str]], ...], element: Any) -> bool:
    if not _is(chain[-1], element):
        return False
    steps = 0
    place = len(chain) - 2
    while place >= 0:
        element = element.getparent()
        steps += 1
        if element is None or steps > 100:
            return False
        if _is(chain[place], element):
            place -= 1
    return True


def _is(wanted: tuple[str, str, frozenset[str]], element: Any) -> bool:
    tag, identity, names = wanted
    if tag not in ("", "*") and element.tag != tag:
        return False
    if identity and element.get("id") != identity:
        return False
    return not names or names <= set((element.get("class") or "").split())
