"""Accepts the tracked changes that a part already has."""

from __future__ import annotations

from typing import Any

from docanalyst.formats.word.names import NAMES, VAL, W

_GONE = ("del", "moveFrom")
_STAYS = ("ins", "moveTo")
_RANGES = tuple(
    f"{W}{name}Range{end}"
    for name in ("moveFrom", "moveTo", "customXmlInsRange", "customXmlDelRange")
    for end in ("Start", "End")
)
_CHANGES = tuple(
    f"{W}{name}Change"
    for name in ("rPr", "pPr", "sectPr", "tblPr", "trPr", "tcPr", "tblGrid", "tblPrEx", "numbering")
)
_PROPERTIES = ("rPr", "trPr", "tcPr", "numPr")


def accept(root: Any) -> bool:
    """Accept the tracked changes of a part, in place. Returns whether it has had any."""
    marked = [
        item
        for item in root.iter(
            *(f"{W}{name}" for name in (*_GONE, *_STAYS, "cellIns", "cellDel", "cellMerge")),
            *_RANGES,
            *_CHANGES,
        )
        if isinstance(item.tag, str)
    ]
    if not marked:
        return False
    ended: list[Any] = []
    for item in marked:
        name = NAMES[item.tag]
        parent = item.getparent()
        if parent is None:
            continue
        if item.tag in _RANGES or item.tag in _CHANGES:
            parent.remove(item)
        elif NAMES[parent.tag] in _PROPERTIES:
            parent.remove(item)
            _property(parent, name, item, ended)
        elif name in _STAYS:
            _unwrap(item)
        else:
            parent.remove(item)
    for paragraph in ended:
        _join(paragraph)
    for table in list(root.iter(f"{W}tbl")):
        if table.getparent() is not None and table.find(f".//{W}tr") is None:
            table.getparent().remove(table)
    return True


def _property(parent: Any, name: str, item: Any, ended: list[Any]) -> None:
    """Carry out a change of a paragraph's mark, a row or a cell, whose note has been removed."""
    owner = parent.getparent()
    if NAMES[parent.tag] == "rPr" and name in _GONE and NAMES[owner.tag] == "pPr":
        ended.append(owner.getparent())
    elif (NAMES[parent.tag] == "trPr" and name == "del") or name == "cellDel":
        if owner.getparent() is not None:
            owner.getparent().remove(owner)
    elif name == "cellMerge":
        merge = parent.makeelement(f"{W}vMerge", {})
        if item.get(f"{W}vMerge") != "cont":
            merge.set(VAL, "restart")
        parent.append(merge)


def _unwrap(item: Any) -> None:
    parent = item.getparent()
    place = parent.index(item)
    for child in list(item):
        parent.insert(place, child)
        place += 1
    parent.remove(item)


def _join(paragraph: Any) -> None:
    """Join a paragraph whose mark is gone to the next one; without one, it goes if it is empty."""
    parent = paragraph.getparent()
    if parent is None:
        return
    content = [item for item in paragraph if NAMES[item.tag] != "pPr"]
    after = paragraph.getnext()
    while after is not None and NAMES[after.tag] in ("bookmarkStart", "bookmarkEnd", "proofErr"):
        after = after.getnext()
    if after is not None and NAMES[after.tag] == "p":
        place = 1 if len(after) and NAMES[after[0].tag] == "pPr" else 0
        for item in content:
            after.insert(place, item)
            place += 1
        parent.remove(paragraph)
    elif not any(NAMES[item.tag] == "r" or len(item) for item in content) and (
        NAMES[parent.tag] != "tc" or len(parent.findall(f"{W}p")) > 1
    ):
        parent.remove(paragraph)
