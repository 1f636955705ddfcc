"""The elements of tracked changes."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from docanalyst.formats.word.names import AUTHOR, ID, NAMES, XML_SPACE, W, number_of
from docanalyst.formats.word.redline.tokens import Leaf

NAME = "docanalyst"
_BEHIND_RUN_PROPERTIES = ("sectPr", "pPrChange")
_FIRST_IN_ROW = ("tblPrEx",)


class Marks:
    """Makes the elements of tracked changes, each with an id of its own.

    Args:
        root: The main part, whose ids are not used again.
        date: ISO 8601, UTC.
    """

    def __init__(self, root: Any, date: str) -> None:
        self._root = root
        self._date = date
        self._next = 1 + max((number_of(item.get(ID)) for item in root.iter() if item.get(ID)), default=0)

    def new(self, name: str) -> Any:
        """Return an element without a change of its own, such as a run."""
        return self._root.makeelement(f"{W}{name}", {})

    def change(self, kind: str) -> Any:
        """Return the element of a tracked change: ins, del, moveFrom, moveTo, pPrChange."""
        item = self.new(kind)
        item.set(ID, str(self._next))
        self._next += 1
        item.set(AUTHOR, NAME)
        item.set(f"{W}date", self._date)
        return item

    def mark_paragraph(self, paragraph: Any, kind: str) -> None:
        """Mark the end of a paragraph as inserted, deleted or moved."""
        properties = self.properties(paragraph)
        own = properties.find(f"{W}rPr")
        if own is None:
            own = self.new("rPr")
            behind = next((item for item in properties if NAMES[item.tag] in _BEHIND_RUN_PROPERTIES), None)
            if behind is None:
                properties.append(own)
            else:
                behind.addprevious(own)
        own.insert(0, self.change(kind))

    def properties(self, paragraph: Any) -> Any:
        """Return the properties of a paragraph, which are added if it has none."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            properties = self.new("pPr")
            paragraph.insert(0, properties)
        return properties

    def mark_row(self, row: Any, kind: str) -> None:
        """Mark a row of a table as inserted or deleted."""
        properties = row.find(f"{W}trPr")
        if properties is None:
            properties = self.new("trPr")
            place = 1 if len(row) and NAMES[row[0].tag] in _FIRST_IN_ROW else 0
            row.insert(place, properties)
        properties.append(self.change(kind))

    def wrap(self, runs: list[Any], kind: str) -> list[Any]:
        """Put runs into changes, neighbours into one. Returns the changes."""
        made: list[Any] = []
        for run in runs:
            before = run.getprevious()
            if made and before is made[-1]:
                made[-1].append(run)
                continue
            change = self.change(kind)
            run.addprevious(change)
            change.append(run)
            made.append(change)
        return made

    def move_range(self, paragraph: Any, kind: str, name: str) -> None:
        """Put the marks of a move around the content of a paragraph. kind: moveFrom or moveTo."""
        start, end = self.new(f"{kind}RangeStart"), self.new(f"{kind}RangeEnd")
        identity = self.change(kind).get(ID)
        for item in (start, end):
            item.set(ID, identity)
        start.set(AUTHOR, NAME)
        start.set(f"{W}date", self._date)
        start.set(f"{W}name", name)
        place = 1 if len(paragraph) and NAMES[paragraph[0].tag] == "pPr" else 0
        paragraph.insert(place, start)
        paragraph.append(end)


def cut_before(leaf: Leaf, others: list[Leaf], marks: Marks) -> None:
    """Divide the run of a leaf so that the leaf begins a run.

    Args:
        leaf: The place.
        others: Leaves behind it that may be in the same element.
        marks: Makes the new run.
    """
    if leaf.kind.startswith("m:"):
        return
    if leaf.kind == "t" and leaf.start > 0:
        item, at = leaf.item, leaf.start
        second = _divide_text(item, at, marks)
        for other in (leaf, *(other for other in others if other is not leaf)):
            if other.item is item and other.start >= at:
                other.item, other.start, other.end = second, other.start - at, other.end - at
    before = [item for item in leaf.item.itersiblings(preceding=True) if NAMES[item.tag] != "rPr"]
    if before:
        _divide_run(leaf.item, marks)


def cut_after(leaf: Leaf, marks: Marks) -> None:
    """Divide the run of a leaf so that the leaf ends a run."""
    if leaf.kind.startswith("m:"):
        return
    if leaf.kind == "t" and leaf.end < len(leaf.item.text):
        _divide_text(leaf.item, leaf.end, marks)
    after = leaf.item.getnext()
    if after is not None:
        _divide_run(after, marks)


def _divide_text(item: Any, at: int, marks: Marks) -> Any:
    second = marks.new("t")
    second.text = item.text[at:]
    item.text = item.text[:at]
    for text in (item, second):
        text.set(XML_SPACE, "preserve")
    item.addnext(second)
    return second


def _divide_run(item: Any, marks: Marks) -> None:
    """Move an element and what follows it into a run of their own."""
    run = item.getparent()
    second = marks.new("r")
    for name, value in run.attrib.items():
        second.set(name, value)
    properties = run.find(f"{W}rPr")
    if properties is not None:
        second.append(deepcopy(properties))
    for moving in [item, *item.itersiblings()]:
        second.append(moving)
    run.addnext(second)
