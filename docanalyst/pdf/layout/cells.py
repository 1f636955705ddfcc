"""The cells of a table's rows: gaps in a line that are wider than the blanks between words."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Edges = Callable[[Sequence[int]], list[int]]
    """Left, top, right, bottom, upright and flat, of characters of the raw text."""

Gap = tuple[int, int, int, int]
"""A wide gap of a line: start and end in the raw text, left and right on the page."""

_SPACES = re.compile("[ \t\u00a0]+")
_NUMBER = re.compile(r"[-+–−(]?[$€£]?[0-9][0-9.,]*[%x×]?\)?(?:\s|$)|[-–—](?:\s|$)")
_BETWEEN_FIGURES = re.compile("(?<=[0-9%)])(?=[0-9($€£])")
_LIST_MARK = re.compile(
    r"[(\[]?(?:[0-9]{1,3}(?:\.[0-9]{1,3}){0,4}|[A-Za-z]|[ivxlcIVXLC]{1,6})[.):\]]{0,2}|[^\w\s]{1,2}|"
    r"(?:section|article|exhibit|schedule|item|§) ?[0-9IVX.]{1,8}[.:]?",
    re.IGNORECASE,
)


def find_cells(
    raw: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    begins: Sequence[bool],
    edges: Edges,
    *,
    all_lines: bool = False,
) -> dict[int, list[tuple[int, int]]]:
    """The wide gaps of lines that are rows of a table: start and end in the raw text, by line.

    all_lines: look at every line, not only at those that are wide for their letters: most of the page is a
    table. A gap counts when it is wider than the line is high, less before a number, and a line nearby has
    one too
    that begins or ends at the same place; so justified prose gets none.
    """
    gaps: dict[int, list[Gap]] = {}
    wide = [line for line, (start, end, _) in enumerate(lines) if end - start > 2] if all_lines else []
    wide = wide or _wide_lines(lines, boxes)
    for line in wide:
        start, end, _ = lines[line]
        width, height = boxes[4 * line + 2] - boxes[4 * line], boxes[4 * line + 3] - boxes[4 * line + 1]
        found = _wide_gaps(raw, start, end, height, width / (end - start), edges)
        if begins[line]:
            found = _without_list_mark(raw, start, found)
        if found:
            gaps[line] = found
    rows = {
        line: found
        for line, found in gaps.items()
        if any(
            _aligned(found, gaps.get(other, []), boxes, line, other)
            for other in range(line - 3, line + 4)
            if other != line
        )
    }
    if rows:
        rows |= _narrow_gaps(raw, lines, boxes, begins, rows, edges)
    return {
        line: sorted(
            [(start, end) for start, end, _, _ in found] + _run_together(raw, line, lines, boxes, edges)
        )
        for line, found in rows.items()
    }


def _narrow_gaps(
    raw: str,
    lines: Sequence[tuple[int, int, bool]],
    boxes: Sequence[int],
    begins: Sequence[bool],
    rows: dict[int, list[Gap]],
    edges: Edges,
) -> dict[int, list[Gap]]:
    """Rows with those gaps too that are narrow, but stand where two rows nearby have theirs; a row of
    headings is told by most of its gaps doing so."""
    found: dict[int, list[Gap]] = {}
    for line in sorted({near for row in rows for near in range(row - 2, row + 3) if 0 <= near < len(lines)}):
        start, end, _ = lines[line]
        height = boxes[4 * line + 3] - boxes[4 * line + 1]
        own = rows.get(line, [])
        others = [gap for near in range(line - 4, line + 5) if near != line for gap in rows.get(near, [])]
        gaps, usual = _blanks(raw, start, end, height, edges)
        gaps = [gap for gap in gaps if gap not in own]
        standing = [
            gap
            for gap in gaps
            if gap[3] - gap[2] > 0.35 * height
            and raw[gap[0] - 1] not in ".,;"
            and any(sum(4 * abs(gap[edge] - other[edge]) < height for other in others) > 1 for edge in (2, 3))
        ]
        if len(gaps) > 1:
            # Letters of one width have wide blanks everywhere.
            usual = max(usual, min(gap[3] - gap[2] for gap in gaps))
        if len(own) + len(standing) < max(3, 0.6 * (len(own) + len(gaps))):
            standing = [gap for gap in standing if gap[3] - gap[2] > 1.6 * usual]
        if begins[line] and not own:
            standing = _without_list_mark(raw, start, standing)
        if standing:
            found[line] = [*own, *standing]
    return found


def _run_together(
    raw: str, line: int, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int], edges: Edges
) -> list[tuple[int, int]]:
    """Places in a row where two numbers stand apart without a blank between them."""
    start, end, _ = lines[line]
    height = boxes[4 * line + 3] - boxes[4 * line + 1]
    places = [match.start() for match in _BETWEEN_FIGURES.finditer(raw, start + 1, end)]
    flat = edges([place for after in places for place in (after - 1, after)])
    return [
        (after, after)
        for number, after in enumerate(places)
        if flat[8 * number + 4] - flat[8 * number + 2] > height
    ]


def _wide_lines(lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int]) -> list[int]:
    """Lines wide enough for their letters to have a gap: wider by an eighth than is usual on the page."""
    ratios = []
    for line, (start, end, _) in enumerate(lines):
        height = boxes[4 * line + 3] - boxes[4 * line + 1]
        ratios.append(
            (boxes[4 * line + 2] - boxes[4 * line]) / ((end - start) * height) if height > 0 else 0.0
        )
    usual = sorted(ratio for ratio, (start, end, _) in zip(ratios, lines, strict=True) if end - start > 19)
    bound = min(0.6, max(0.42, 1.12 * usual[len(usual) // 2])) if usual else 0.42
    return [
        line for line, ratio in enumerate(ratios) if ratio > bound and lines[line][1] - lines[line][0] > 2
    ]


def _blanks(raw: str, start: int, end: int, height: int, edges: Edges) -> tuple[list[Gap], float]:
    """All blanks of a line, and how wide one between words usually is."""
    blanks = [match.span() for match in _SPACES.finditer(raw, start, end)]
    flat = edges([place for before, after in blanks for place in (before - 1, after)])
    gaps = []
    words: list[float] = []
    for number, (before, after) in enumerate(blanks):
        left, right = flat[8 * number + 2], flat[8 * number + 4]
        gaps.append((before, after, left, right))
        if raw[before - 1].isalpha() and raw[after].isalpha():
            words.append(right - left)
    words.sort()
    return gaps, words[len(words) // 2] if words else 0.2 * height


def _wide_gaps(raw: str, start: int, end: int, height: int, character: float, edges: Edges) -> list[Gap]:
    """Gaps of a line that are wider than the blanks between its words: in the raw text, and on the page."""
    gaps, usual = _blanks(raw, start, end, height, edges)
    found = []
    for before, after, left, right in gaps:
        gap = right - left
        if (gap > height and gap > 2.6 * character and (gap > 2 * usual or usual > 1.2 * height)) or (
            gap > 0.45 * height
            and gap > 1.5 * usual
            and (raw[before - 1].isdigit() or (gap > 0.6 * height and gap > 2 * usual))
            and _NUMBER.match(raw, after, end)
        ):
            found.append((before, after, left, right))
    return found


def _without_list_mark(raw: str, start: int, gaps: list[Gap]) -> list[Gap]:
    """The gaps but the one after the number or dot that a point of a list begins with."""
    if gaps and _LIST_MARK.fullmatch(raw, start, gaps[0][0]):
        lone = len(gaps) == 1 or not raw[gaps[0][0] - 1].isalnum()
        return gaps[1:] if lone else gaps
    return gaps


def _aligned(
    gaps: list[Gap],
    others: list[Gap],
    boxes: Sequence[int],
    line: int,
    other: int,
) -> bool:
    """Whether two lines are rows of one table: a cell of one begins or ends where one of the other does."""
    if not others:
        return False
    height = boxes[4 * line + 3] - boxes[4 * line + 1]
    rights, lefts = [gap[3] for gap in others], [gap[2] for gap in others] + [boxes[4 * other + 2]]
    own_lefts = [gap[2] for gap in gaps] + [boxes[4 * line + 2]]
    return any(abs(gap[3] - right) < height // 2 for gap in gaps for right in rights) or any(
        abs(mine - theirs) < height // 3 for mine in own_lefts for theirs in lefts
    )


def split_at(raw: str, start: int, end: int, gaps: Sequence[tuple[int, int]]) -> list[str]:
    """The parts of a line between these places, in order."""
    pieces = []
    for before, after in gaps:
        pieces.append(raw[start:before])
        start = after
    return [*pieces, raw[start:end]]
