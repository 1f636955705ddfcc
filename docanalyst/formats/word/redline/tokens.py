"""The content of a paragraph as tokens to compare, each with its place in the XML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from docanalyst.formats.word.content import branch
from docanalyst.formats.word.names import ID, NAMES, VAL, W
from docanalyst.formats.word.styles import switches_of

_WORDS = re.compile(r"\w+(?:[.,’']\w+)*|\s+|[^\w\s]")
_CHARACTERS = frozenset(("tab", "ptab", "br", "cr", "noBreakHyphen", "softHyphen", "sym"))
_NOTES = ("footnoteReference", "endnoteReference")
_DRAWN = frozenset(("drawing", "pict", "object", "mc:AlternateContent"))
_SKIPPED = frozenset(("pPr", "rPr", "sdtPr", "sdtEndPr", "del", "moveFrom", "#"))
_SEEN_FLAGS = ("vanish", "caps", "strike", "dstrike")


@dataclass(slots=True)
class Leaf:
    """Something in a run that a reader sees.

    item: the element, a child of a run, or an equation, which is its own run. kind: its name. start, end:
    characters of it, for text.
    """

    item: Any
    kind: str
    start: int = 0
    end: int = 0

    @property
    def run(self) -> Any:
        """The run that has the element."""
        return self.item if self.kind.startswith("m:") else self.item.getparent()


@dataclass(slots=True)
class Token:
    """A word, a blank, a sign, or something else that a reader sees. key: equal for equal tokens."""

    key: str
    leaves: list[Leaf] = field(default_factory=list)


def tokens(paragraph: Any, coded: set[Any]) -> list[Token]:
    """Return the tokens of a paragraph.

    Args:
        paragraph: Without tracked changes.
        coded: Elements in the codes of fields, which nobody sees (see `codes`).
    """
    found: list[Token] = []
    text: list[str] = []
    pieces: list[Leaf] = []
    flags = ""
    for leaf, own in _leaves(paragraph, coded):
        if leaf.kind == "t" and (own == flags or not text):
            flags = own
            text.append(leaf.item.text)
            pieces.append(leaf)
            continue
        found += _divided("".join(text), pieces, flags)
        text, pieces = [], []
        if leaf.kind == "t":
            flags = own
            text.append(leaf.item.text)
            pieces.append(leaf)
        else:
            found.append(Token(_key(leaf) + own, [leaf]))
    found += _divided("".join(text), pieces, flags)
    return found


def seen_text(paragraph: Any, coded: set[Any]) -> str:
    """Return the keys of a paragraph's tokens in one piece: equal for paragraphs that read alike."""
    return "".join(
        (leaf.item.text if leaf.kind == "t" else _key(leaf)) + own for leaf, own in _leaves(paragraph, coded)
    )


def codes(root: Any) -> set[Any]:
    """Return the text elements of a part that are in the code of a field."""
    found: set[Any] = set()
    if root.find(f".//{W}fldChar") is None:
        return found
    depth: list[bool] = []
    for item in root.iter(f"{W}fldChar", f"{W}t"):
        if item.tag == f"{W}t":
            if any(depth):
                found.add(item)
            continue
        step = item.get(f"{W}fldCharType")
        if step == "begin":
            depth.append(True)
        elif depth and step == "separate":
            depth[-1] = False
        elif depth and step == "end":
            depth.pop()
    return found


def boxes(drawing: Any) -> list[Any]:
    """Return the text boxes in a drawing, in all its alternatives."""
    return [item for item in drawing.iter(f"{W}txbxContent") if _is_outermost(item, drawing)]


def _is_outermost(box: Any, drawing: Any) -> bool:
    for item in box.iterancestors():
        if item is drawing:
            return True
        if NAMES[item.tag] == "txbxContent":
            return False
    return True


def _leaves(parent: Any, coded: set[Any]) -> Iterator[tuple[Leaf, str]]:
    for item in parent:
        name = NAMES[item.tag]
        if name == "r":
            yield from _run_leaves(item, coded)
        elif name in ("m:oMath", "m:oMathPara"):
            yield Leaf(item, name), ""
        elif name in _SKIPPED:
            continue
        elif name == "mc:AlternateContent":
            yield from _leaves(branch(item), coded)
        elif len(item):
            yield from _leaves(item, coded)


def _run_leaves(run: Any, coded: set[Any]) -> Iterator[tuple[Leaf, str]]:
    own = ""
    if len(run) and NAMES[run[0].tag] == "rPr" and len(run[0]):
        switches = switches_of(run[0])
        if switches:
            own = "".join(f"\x02{name}" for name in _SEEN_FLAGS if switches.get(name))
    for item in run:
        name = NAMES[item.tag]
        if name == "t":
            if item.text and item not in coded:
                yield Leaf(item, name, 0, len(item.text)), own
        elif name in _CHARACTERS or name in _NOTES or name in _DRAWN:
            yield Leaf(item, name), own


def _key(leaf: Leaf) -> str:
    item, kind = leaf.item, leaf.kind
    if kind == "sym":
        return f"\x01sym{item.get(f'{W}font')}{item.get(f'{W}char')}"
    if kind == "br":
        return f"\x01br{item.get(f'{W}type') or ''}"
    if kind in _NOTES:
        return f"\x01{kind}{item.get(f'{W}customMarkFollows') or ''}"
    if kind in _DRAWN:
        # What is in text boxes is compared as text of its own.
        return f"\x01drawn{len(boxes(item))}"
    if kind.startswith("m:"):
        return "\x01" + "|".join(
            f"{NAMES[part.tag]}{part.text or ''}" for part in item.iter(etree.Element) if len(part) == 0
        )
    return f"\x01{kind}"


def _divided(text: str, pieces: list[Leaf], flags: str) -> Iterator[Token]:
    """Yield the tokens of a text that lies in several elements."""
    place = used = 0
    for match in _WORDS.finditer(text):
        token = Token(match.group() + flags)
        left = match.end() - match.start()
        while left:
            leaf = pieces[place]
            taken = min(left, leaf.end - used)
            token.leaves.append(Leaf(leaf.item, "t", used, used + taken))
            left -= taken
            used += taken
            if used == leaf.end:
                place, used = place + 1, 0
        yield token


def note_identity(item: Any) -> str:
    """Return the id of the note that a reference names."""
    return item.get(ID) or ""


def style_of(properties: Any | None, name: str) -> str:
    """Return the style that properties of a paragraph or run name; "" for none."""
    found = properties.find(f"{W}{name}") if properties is not None else None
    return (found.get(VAL) or "") if found is not None else ""
