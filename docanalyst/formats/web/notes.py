"""Which elements of a web page are footnotes, and which links refer to them."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

_SHORT = re.compile(r"^[\[(]?\s*([0-9]{1,4}|[a-z]|[*†‡§¶]{1,3}|[ivxl]{1,6})\s*[\])]?$")
_BACK = re.compile(r"^[\s↩︎↑^⏎\[\](){}0-9a-z*†‡§.]{0,6}$|^(?:back|return)\b", re.IGNORECASE)
_REFERS = frozenset(
    ("noteref", "doc-noteref", "footnote-ref", "footnote-reference", "sdfootnoteanc", "sdendnoteanc")
)
_RETURNS = frozenset(
    ("backlink", "doc-backlink", "footnote-back", "footnote-backref", "sdfootnotesym", "sdendnotesym")
)
_BLOCKS = ("li", "p", "div", "aside", "dd", "section")
_EPUB_TYPE = ("epub:type", "{http://www.idpf.org/2007/ops}type")


class Note(NamedTuple):
    """A footnote. root: its element. mark: what the link to it shows, without brackets."""

    root: Any
    mark: str


def find_notes(root: Any) -> tuple[dict[Any, Note], frozenset[Any]]:
    """The notes by the links to them, and the elements of all notes, which are not read where they are.

    A link is a reference where the page says so, or where it is a short raised mark that leads to a paragraph
    further down.
    """
    links = [item for item in root.iter("a") if (item.get("href") or "").startswith("#")]
    if not links:
        return {}, frozenset()
    order: dict[Any, int] = {}
    targets: dict[str, Any] = {}
    for place, item in enumerate(root.iter()):
        attributes = item.attrib
        if not attributes:
            continue
        order[item] = place
        for name in (attributes.get("id"), attributes.get("name")):
            if name:
                targets.setdefault(name, item)
    notes: dict[Any, Note] = {}
    roots: dict[Any, None] = {}
    for link in links:
        mark = _SHORT.match("".join(link.itertext()).strip()[:12])
        target = targets.get(link.get("href")[1:])
        if mark is None or target is None or order[target] <= order[link]:
            continue
        if not (_words_of(link) & _REFERS or _is_raised(link)):
            continue
        note = _block_of(target)
        if note is not None and not _is_inside(link, roots) and not _is_inside(link, {note: None}):
            roots[note] = None
            notes[link] = Note(note, mark[1])
    return notes, frozenset(roots)


def is_back_link(link: Any) -> bool:
    """Whether a link in a note leads back to the text."""
    if _words_of(link) & _RETURNS:
        return True
    return (link.get("href") or "").startswith("#") and bool(_BACK.match("".join(link.itertext()).strip()))


def _words_of(element: Any) -> set[str]:
    """What an element is said to be."""
    said = [element.get(name) or "" for name in ("class", "role", *_EPUB_TYPE)]
    return set(" ".join(said).lower().split())


def _is_raised(link: Any) -> bool:
    parent = link.getparent()
    return (parent is not None and parent.tag == "sup") or (len(link) == 1 and link[0].tag == "sup")


def _block_of(target: Any) -> Any | None:
    for _ in range(5):
        if target is None:
            return None
        if target.tag in _BLOCKS:
            return target
        target = target.getparent()
    return None


def _is_inside(element: Any, roots: dict[Any, None]) -> bool:
    for _ in range(50):
        if element is None:
            return False
        if element in roots:
            return True
        element = element.getparent()
    return False
