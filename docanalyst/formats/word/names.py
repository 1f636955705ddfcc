"""The names of elements and attributes that the reading of Word files goes by."""

from __future__ import annotations

from typing import Any

MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
W = f"{{{MAIN}}}"
VAL = f"{W}val"
ID = f"{W}id"
AUTHOR = f"{W}author"
RELATION = f"{{{RELATIONS}}}id"
XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"

_PREFIXES = {
    MAIN: "",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://schemas.openxmlformats.org/drawingml/2006/main": "a:",
    "http://schemas.openxmlformats.org/drawingml/2006/picture": "pic:",
    "urn:schemas-microsoft-com:vml": "v:",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
}


class _Names(dict[Any, str]):
    """Short names of tags: "p" for a paragraph, "mc:Choice", "?:name" for a namespace that is not read."""

    def __missing__(self, tag: Any) -> str:
        if not isinstance(tag, str):
            return "#"
        space, _, local = tag.rpartition("}")
        name = _PREFIXES.get(space[1:], "?:") + local
        if len(self) < 10_000:
            self[tag] = name
        return name


NAMES = _Names()


def is_on(element: Any) -> bool:
    """Whether a switch such as `w:vanish` is on: it is where it has no value."""
    return element.get(VAL) not in ("0", "false", "off", "none")


def number_of(value: str | None, fallback: int = 0) -> int:
    """A whole number of an attribute; the fallback where there is none."""
    try:
        return int(value or "")
    except ValueError:
        return fallback
