"""The rows of a batch's tables, in columns of fixed width."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from rich.cells import cell_len

from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import Mark
from docanalyst.tui.batch.state import ANSWERED, ASKING, UnitLine, stated_of, verdicts_of
from docanalyst.tui.text.plain import fit, one_line

if TYPE_CHECKING:
    from docanalyst.domain.grid.grids import Row

Piece = tuple[str, str]
Painter = Callable[[UnitLine, int], list[Piece]]

STATES: dict[str, Mark] = {
    "waiting": Mark("○", "waiting", "quiet"),
    "asking": Mark("▸", "answering", "key"),
    "complete": Mark("✓", "complete", "good"),
    "partial": Mark("!", "partial", "doubt"),
    "failed": Mark("✗", "failed", "bad"),
    "skipped": Mark("–", "skipped", "doubt"),
}
"""The sign, word and role of each state of a unit."""

RUNS: dict[str, Mark] = {
    "running": Mark("▸", "running", "key"),
    "complete": Mark("✓", "complete", "good"),
    "incomplete": Mark("!", "incomplete", "doubt"),
    "capped": Mark("!", "stopped at the cap", "doubt"),
    "stopped": Mark("■", "paused", "doubt"),
    "interrupted": Mark("■", "interrupted", "doubt"),
    "submitted": Mark("…", "at the provider", "quiet"),
}
"""The sign, word and role of each status of a run."""

STATE, STATED, QUOTES, COST = 13, 9, 13, 10
WIDE_ENOUGH = 104
"""Width in cells from which the first value has its own column."""


CHECK = Mark("!", "to check", "doubt")
"""The mark of a unit with all its values but some unverified quote."""


def state_of(line: UnitLine) -> Mark:
    """Return the mark of a unit's state."""
    if line.state == "complete" and line.has_doubt:
        return CHECK
    return STATES.get(line.state, STATES["waiting"])


def pad(text: str, width: int) -> str:
    """Return a text cut or padded to that many cells."""
    shown = fit(text, width)
    return shown + " " * (width - cell_len(shown))


def money(micros: int | None) -> str:
    """Return a cost for a column: "$0.0041", "?" if the price is unknown, "–" for nothing."""
    return "–" if micros == 0 else figures.amount(micros)


def unit_width(width: int) -> tuple[int, int]:
    """Return the cells for a unit's name and for its first value."""
    room = max(12, width - 2 - STATE - STATED - QUOTES - COST)
    if width < WIDE_ENOUGH:
        return room, 0
    return room * 45 // 100, room - room * 45 // 100


def progress_titles(width: int) -> list[Piece]:
    """Return the column titles of the progress table."""
    names, value = unit_width(width)
    line = "  " + pad("unit", names) + pad("state", STATE) + pad("values", STATED) + pad("quotations", QUOTES)
    return [(line + pad("first value", value) + "cost".rjust(COST), "quiet")]


def progress_cells(line: UnitLine, width: int, worded: Callable[[str], str] = str) -> list[Piece]:
    """Return the cells of a running or ended unit.

    Args:
        worded: Puts keys in place of command line options in an error.
    """
    names, value = unit_width(width)
    mark = state_of(line)
    word = mark.word
    if line.state == ASKING:
        word = f"at work {figures.seconds(time.monotonic() - line.since, whole=True)}"
    elif line.reused and line.state in ANSWERED and mark is not CHECK:
        word = "reused"
    pieces = [(f"{mark.sign} ", mark.role), (pad(line.shown, names - 1) + " ", "")]
    pieces.append((pad(word, STATE), mark.role))
    row = line.row
    if row is None or line.state not in ANSWERED:
        words = worded(line.error) if line.state != ASKING else ""
        return [*pieces, (fit(one_line(words, 400), width - 2 - names - STATE), "quiet")]
    pieces.append((pad(stated_of(row), STATED), ""))
    used = 0
    for text, role in verdicts_of(row):
        shown = fit(f"{text} ", QUOTES - used)
        used += cell_len(shown)
        pieces.append((shown, role))
    pieces.append((" " * (QUOTES - used), ""))
    if value:
        pieces.append((pad(first_value(row), value - 1) + " ", "quiet"))
    return [*pieces, (money(line.micros).rjust(COST), "")]


def first_value(row: Row) -> str:
    """Return the first value of a unit on one line."""
    found = next((answer for answer in row.answers if answer.value is not None), None)
    return one_line(found.text, 200) if found is not None else ""


TOKENS = 12


def plan_titles(width: int) -> list[Piece]:
    """Return the column titles of the plan."""
    names = max(12, (width - 2 - TOKENS - COST) * 45 // 100)
    rest = width - 2 - names - TOKENS - COST
    line = "  " + pad("unit", names) + "tokens".rjust(TOKENS) + "at most".rjust(COST)
    return [(line + "  " + pad("what happens", rest - 2), "quiet")]


def plan_cells(line: UnitLine, width: int) -> list[Piece]:
    """Return the cells of a unit before anything is sent."""
    names = max(12, (width - 2 - TOKENS - COST) * 45 // 100)
    rest = width - 4 - names - TOKENS - COST
    sign, words, role = "○", "will be asked", "quiet"
    if line.problem:
        sign, words, role = "–", f"skipped: {line.problem}", "doubt"
    elif line.same_as:
        sign, words = "=", f"same content as {one_line(line.same_as, 60)}: asked once"
    elif line.reused:
        sign, words, role = "✓", "already answered", "good"
    elif line.changed:
        words = f"will be asked again: {line.changed} changed"
    tokens = figures.tokens(line.tokens) if line.tokens else "–"
    cost = money(line.most_micros) if line.tokens and not line.problem else "–"
    return [
        (f"{sign} ", role),
        (pad(line.shown, names), ""),
        (tokens.rjust(TOKENS), ""),
        (cost.rjust(COST), ""),
        ("  " + fit(one_line(words, 400), rest), role),
    ]


def shares_bar(parts: Sequence[tuple[int, str, str]], total: int, width: int) -> list[Piece]:
    """Return a bar of that many cells.

    Args:
        parts: Numbers with the character and role of their segment.
    """
    pieces: list[Piece] = []
    used, seen = 0, 0
    for number, character, role in parts:
        seen += number
        end = min(width, round(width * seen / total)) if total else 0
        if number and end == used and used < width:
            end += 1
        pieces.append((character * (end - used), role))
        used = max(used, end)
    return [*pieces, ("─" * (width - used), "bar-idle")]
