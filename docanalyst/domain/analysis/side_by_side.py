"""Two versions side by side: the paragraphs of both in rows, with the words that differ. No model needed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docanalyst.domain.analysis.revisions import Piece
from docanalyst.domain.documents import Document
from docanalyst.domain.language.block_diff import groups, moved
from docanalyst.domain.language.paragraphs import Paragraph, paragraphs
from docanalyst.domain.language.word_diff import edits

_TOKEN = re.compile(r"\w+(?:[.,’']\w+)*|\s+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class Row:
    """Paragraphs that belong together. kind: same, changed, added, removed, moved away or moved here.

    old, new: the words of each version in pieces ("same", "old", "new"). old_paragraph, new_paragraph: the
    first of each, for its page; None where a version has none.
    """

    kind: str
    old: tuple[Piece, ...]
    new: tuple[Piece, ...]
    old_paragraph: Paragraph | None
    new_paragraph: Paragraph | None


def side_by_side(old: Document, new: Document) -> list[Row]:
    """Return both versions in rows, in the order of the new one. Every word of both is in one row."""
    before, after = paragraphs(old), paragraphs(new)
    first, second = [item.text for item in before], [item.text for item in after]
    found = groups(first, second, (["p"] * len(first), ["p"] * len(second)))
    moves = moved(first, second, found)
    arrived = set(moves.values())
    rows: list[Row] = []
    for group in found:
        if group.j1 == group.j2:
            for place in range(group.i1, group.i2):
                kind = "moved away" if place in moves else "removed"
                rows.append(Row(kind, (Piece("old", first[place]),), (), before[place], None))
        elif group.i1 == group.i2:
            for place in range(group.j1, group.j2):
                kind = "moved here" if place in arrived else "added"
                rows.append(Row(kind, (), (Piece("new", second[place]),), None, after[place]))
        else:
            mine, theirs = "\n".join(first[group.i1 : group.i2]), "\n".join(second[group.j1 : group.j2])
            left, right = _compared(mine, theirs)
            kind = "same" if mine == theirs else "changed"
            rows.append(Row(kind, left, right, before[group.i1], after[group.j1]))
    return rows


def _compared(old: str, new: str) -> tuple[tuple[Piece, ...], tuple[Piece, ...]]:
    if old == new:
        return (Piece("same", old),), (Piece("same", new),)
    first, second = _TOKEN.findall(old), _TOKEN.findall(new)
    found = edits(first, second)
    return (
        tuple(_pieces(first, [(edit.i1, edit.i2) for edit in found], "old")),
        tuple(_pieces(second, [(edit.j1, edit.j2) for edit in found], "new")),
    )


def _pieces(words: Sequence[str], stretches: Sequence[tuple[int, int]], kind: str) -> Iterator[Piece]:
    at = 0
    for first, last in [*stretches, (len(words), len(words))]:
        if at < first:
            yield Piece("same", "".join(words[at:first]))
        if first < last:
            yield Piece(kind, "".join(words[first:last]))
        at = last
