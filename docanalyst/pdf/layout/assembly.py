"""From raw pages to final text: furniture left out, line-end hyphens settled, lines put together.

What was decided is kept with each page (`Decisions`), so that the way back from a character of the text to
its place on the page can be gone at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from docanalyst.pdf.layout.hyphens import Dictionary
from docanalyst.pdf.layout.joins import CELL, CELL_MARK, GLUED, HARD_HYPHEN, HYPHEN, LINE, PARAGRAPH, SPACE
from docanalyst.pdf.layout.running_heads import Furniture
from docanalyst.pdf.rawpages import RawPage

_GAPS = {LINE: "\n", PARAGRAPH: "\n\n", SPACE: " ", GLUED: "", CELL: CELL_MARK}


class Decisions(NamedTuple):
    """dropped: numbers of the lines left out. hyphens: for each line-end hyphen in order, "j" joined without
    it, "k" kept."""

    dropped: tuple[int, ...] = ()
    hyphens: str = ""


def decide(pages: Sequence[RawPage], furniture: Furniture) -> list[Decisions]:
    """What to leave out of each page, and which hyphens to take out, with the whole document in view."""
    dictionary: Dictionary | None = None
    decided = []
    for page, dropped in zip(pages, furniture.dropped, strict=True):
        hyphens = ""
        if HYPHEN in page.joins or HARD_HYPHEN in page.joins:
            if dictionary is None:
                dictionary = Dictionary(pages)
            hyphens = _hyphens(page, dictionary)
        decided.append(Decisions(tuple(sorted(dropped)), hyphens))
    return decided


def _hyphens(page: RawPage, dictionary: Dictionary) -> str:
    marks = []
    texts = page.texts
    for line, join in enumerate(page.joins):
        if join in (HYPHEN, HARD_HYPHEN):
            soft = join == HYPHEN
            before = texts[line - 1]
            joined = dictionary.joins(before if soft else before[:-1], texts[line], soft=soft)
            marks.append("j" if joined else "k")
    return "".join(marks)


def assemble(page: RawPage, decisions: Decisions) -> str:
    """The page's text."""
    if not decisions.dropped and not decisions.hyphens and page.joins.count(LINE) == len(page.joins):
        return page.lines
    return "".join(text for text, _, _ in pieces(page, decisions))


def pieces(page: RawPage, decisions: Decisions) -> Iterator[tuple[str, int, int]]:
    """The page's text piece by piece: text, the line it is of, and where in the line it begins.

    What stands between lines belongs to line -1.
    """
    dropped = frozenset(decisions.dropped)
    marks = iter(decisions.hyphens)
    before = -1
    for line, (text, join) in enumerate(zip(page.texts, page.joins, strict=True)):
        mark = next(marks, "k") if join in (HYPHEN, HARD_HYPHEN) else ""
        if line in dropped:
            if join == HYPHEN and before == line - 1:
                yield "-", -1, 0
            continue
        if before >= 0:
            if not mark:
                yield _GAPS[join] if before == line - 1 else _wider(page, before, line), -1, 0
            elif before != line - 1:
                yield "\n", -1, 0
            else:
                # The rest of a broken word goes up to its beginning, and the line ends after it.
                if mark == "k" and join == HYPHEN:
                    yield "-", -1, 0
                end = _word_end(text)
                yield text[:end], line, 0
                if end < len(text):
                    rest = end + (text[end] == " ")
                    yield "\n", -1, 0
                    yield text[rest:], line, rest
                before = line
                continue
        following = page.joins[line + 1] if line + 1 < len(page.joins) else ""
        if (
            following == HARD_HYPHEN
            and line + 1 not in dropped
            and _mark_after(page, decisions, line + 1) == "j"
        ):
            text = text[:-1]
        yield text, line, 0
        before = line


def _mark_after(page: RawPage, decisions: Decisions, line: int) -> str:
    """What was decided of the hyphen before a line."""
    number = sum(join in (HYPHEN, HARD_HYPHEN) for join in page.joins[:line])
    return decisions.hyphens[number : number + 1]


def _wider(page: RawPage, before: int, line: int) -> str:
    """The separator of two lines when lines between them were left out."""
    joins: Iterable[str] = page.joins[before + 1 : line + 1]
    return "\n\n" if PARAGRAPH in joins else "\n"


def _word_end(text: str) -> int:
    end = text.find(" ")
    return len(text) if end < 0 else end
