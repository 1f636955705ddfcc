"""Breaking text into rows of a terminal: offsets only, so that a long answer costs little memory."""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

_SINGLE_CELL = frozenset(
    chr(code)
    for start, end in (
        (0x20, 0x7E),
        (0xA0, 0xAC),
        (0xAE, 0x2FF),
        (0x370, 0x482),
        (0x2010, 0x2027),
        (0x2030, 0x205E),
        (0x20A0, 0x20BF),
    )
    for code in range(start, end + 1)
)


def wrap(text: str, width: int) -> list[tuple[int, int]]:
    """The rows of a text as (start, end) offsets, each at most so many cells wide.

    Breaks at line feeds and spaces, inside a word only where it alone is wider than a row. Every character
    but the spaces and line feeds at the breaks is in exactly one row; an empty line is an empty row.
    """
    width = max(1, width)
    rows: list[tuple[int, int]] = []
    start = 0
    while True:
        end = text.find("\n", start)
        stop = len(text) if end < 0 else end
        if stop - start <= width and text.isascii():
            rows.append((start, stop))
        elif _SINGLE_CELL.issuperset(text[start:stop]):
            _wrap_single(text, start, stop, width, rows)
        else:
            _wrap_wide(text, start, stop, width, rows)
        if end < 0:
            return rows
        start = end + 1


def _wrap_single(text: str, start: int, stop: int, width: int, rows: list[tuple[int, int]]) -> None:
    """Rows of a line in which every character takes one cell."""
    while stop - start > width:
        limit = start + width
        space = text.rfind(" ", start, limit + 1)
        end = space
        while end > start and text[end - 1] == " ":
            end -= 1
        if end <= start:
            end = limit
        rows.append((start, end))
        start = end
        while start < stop and text[start] == " ":
            start += 1
        if start >= stop:
            return
    rows.append((start, stop))


def _wrap_wide(text: str, start: int, stop: int, width: int, rows: list[tuple[int, int]]) -> None:
    """Rows of a line with wide or zero-width characters; wide ones may be parted anywhere."""
    used = 0
    break_at = resume_at = start
    place = start
    while place < stop:
        character = text[place]
        size = get_character_cell_size(character)
        if used + size > width and place > start:
            if character == " " or break_at <= start:
                end = following = place
            else:
                end, following = break_at, resume_at
            rows.append((start, end))
            start = following
            while start < stop and text[start] == " ":
                start += 1
            place = max(place, start)
            used = cell_len(text[start:place])
            break_at = resume_at = start
            continue
        used += size
        place += 1
        if character == " ":
            break_at, resume_at = place - 1, place
        elif size == 2:
            break_at = resume_at = place
    if start < stop or not rows or rows[-1][1] <= start:
        rows.append((start, stop))
