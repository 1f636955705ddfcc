"""Pages and files as the parser gives them, before anything is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Shown = tuple[str, int, int, int, int, str]
"""A line read from a picture: its text, its box as displayed, and how it hangs on the one before it."""


class RawPage(NamedTuple):
    """A page as the parser gives it: its lines in reading order.

    boxes: left, top, right, bottom of each line in tenths of a point from the top left, upright, flat.
    joins: how each line hangs on the one before it (see `layout`), a letter each. size: width and height in
    points, upright. label: the file's own, "" where it has none. kind: "blank", "picture" (no text layer),
    "stamped" (a scan with a little text on it), one of `kinds`, else "". hidden: reason and words of text
    that nobody sees.
    garbled: characters that a font gives no letters for. failed: why there is no text, the end of a sentence.
    overlong: characters of a page that has more than are read. margin: the first and the last of the line
    numbers left out. numbered: the line number of each line, 0 for none; empty on a page without them.
    unlaid: its layout could not be told, so hidden text and running heads may be among its lines.
    remarks: kind and words of what else is to be told (see `notes`). added: the lines that are of no text
    layer but of annotations, fields and marks. pictures: boxes of pictures of text that were not read, in
    tenths of a point as displayed. shown: lines read from such pictures (see `layout.lines.insert_shown`).
    """

    number: int
    lines: str = ""
    boxes: Sequence[int] = ()
    joins: str = ""
    size: tuple[float, float] = (0.0, 0.0)
    label: str = ""
    kind: str = ""
    hidden: tuple[tuple[str, str], ...] = ()
    garbled: int = 0
    reordered: bool = False
    ocr: bool = False
    confidence: float = 0.0
    failed: str = ""
    overlong: int = 0
    margin: tuple[int, ...] = ()
    numbered: Sequence[int] = ()
    unlaid: bool = False
    remarks: tuple[tuple[str, str], ...] = ()
    added: tuple[int, ...] = ()
    pictures: tuple[tuple[int, int, int, int], ...] = ()
    shown: tuple[Shown, ...] = ()

    @property
    def texts(self) -> list[str]:
        """The lines one by one. They are kept in one string, which takes half the memory."""
        return self.lines.split("\n") if self.lines else []


class RawFile:
    """A file as the parser gives it. fallback: read by the second parser, without positions. attachments:
    names of the files in it. form_data: of an XFA form, as names and values. unread: how parts of it are
    compressed that were not read, "" for none."""

    __slots__ = (
        "attachments",
        "encrypted",
        "fallback",
        "form_data",
        "metadata",
        "needed_password",
        "page_count",
        "pages",
        "unread",
    )

    def __init__(self, page_count: int = 0) -> None:
        self.page_count = page_count
        self.encrypted = self.needed_password = self.fallback = False
        self.metadata: dict[str, str] = {}
        self.unread = ""
        self.attachments: tuple[str, ...] = ()
        self.form_data: tuple[tuple[str, str], ...] = ()
        self.pages: dict[int, RawPage] = {}
