"""Raised and lowered figures, and raised letters: marks of footnotes, powers, cents, fractions and formulas.

A parser gives "$100,000³" as "$100,0003", "10⁵" as "105", "H₂O" as "H2O" and "Section 5ᵇ" as "Section 5b".
A figure that is smaller than the text beside it and stands higher or lower becomes Unicode's raised or
lowered figure, and so does a raised letter that stands alone. Size and place decide, never the characters
before it; every character keeps its place.
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from docanalyst.pdf.layout.cells import Edges

SMALLER = 0.9
"""A raised or lowered figure is at most this high, as a share of the letters beside it."""

RAISED, LOWERED = 0.12, 0.06
"""How far its foot stands above or below theirs, at least, as a share of their height. Word raises by 0.3 and
lowers by 0.12; TeX by 0.3 and 0.13."""

_DESCENT = 0.19
"""Share of a character's box under its baseline: what a smaller figure on the same baseline stands higher."""

_RAISED = str.maketrans(
    "0123456789-\u2212\u2013abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁻⁻ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
_LOWERED = str.maketrans("0123456789-\u2212\u2013", "₀₁₂₃₄₅₆₇₈₉₋₋₋")
_NUMBER = re.compile("[0-9]+")
_LETTER = re.compile("[0-9.,;:%)\\]\u201d\u2019]([a-pr-z])(?!\\w)")
"""A letter alone after a figure or a sign, where the mark of a note may stand; Unicode has no raised q."""
_IN_BRACKETS = re.compile(r"\((?<=\w\()([a-pr-z])\)")
_DEGREE = re.compile(r"(o)(?<=[0-9]o)(?=[CF]\b)")
_FIRST_MARK = re.compile(r"([abc])(?!\w)(?<=[^\W\d_]{4})")
_ANY_MARK = re.compile(r"([a-pr-z])(?!\w)(?<=[^\W\d_]{4})")
"""A letter at the end of a word, where a page has marks a, b or c at all: few words end in these letters.
Patterns that begin with what is rare, and look back from there, take half the time."""
_SIGNS = "-\u2212\u2013"
_MARKS = frozenset('.,;:!?)]"\u201d\u2019')
"""Marks in the font of the text before a figure; signs like "≈" may come from a font of larger boxes."""

_PIECE = 12
"""Characters of a line that may be a piece of a row, parted from the rest at a change of size, at most."""

_REACH = 8
"""How many characters away the text beside a figure may begin: over a sign, a bracket, other figures."""

_FRACTION = re.compile("([⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})[/\u2044\u2215]([₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹]{1,2})")
_FRACTIONS = {
    "1/2": "½",
    "1/3": "⅓",
    "2/3": "⅔",
    "1/4": "¼",
    "3/4": "¾",
    "1/5": "⅕",
    "2/5": "⅖",
    "3/5": "⅗",
    "4/5": "⅘",
    "1/6": "⅙",
    "5/6": "⅚",
    "1/7": "⅐",
    "1/8": "⅛",
    "3/8": "⅜",
    "5/8": "⅝",
    "7/8": "⅞",
    "1/9": "⅑",
    "1/10": "⅒",
}

Box = tuple[int, int, int, int]


def with_raised(raw: str, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int], edges: Edges) -> str:
    """The raw text with its raised and lowered figures, and its raised letters, as such.

    Args:
        raw: The characters of a page.
        lines: Start, end and hyphen of each line of it.
        boxes: Left, top, right, bottom of each line, upright and flat.
        edges: Where characters stand, upright.
    """
    asked = _Asked(edges)
    letters = list[str]()
    for place, shown in (*_figures(raw, lines, boxes, asked), *_letters(raw, asked)):
        letters = letters or list(raw)
        letters[place] = shown
    return "".join(letters) if letters else raw


def _figures(
    raw: str, lines: Sequence[tuple[int, int, bool]], boxes: Sequence[int], asked: _Asked
) -> list[tuple[int, str]]:
    """The figures of a page that are raised or lowered: place, and the character to put there."""
    numbers, owners = _numbers(raw, lines)
    if not numbers:
        return []
    # The first and the last figure of each number tell whether any of it is small.
    flat = asked.edges([place for start, end in numbers for place in (start, end - 1)])
    found: list[tuple[int, str]] = []
    for number, (start, end) in enumerate(numbers):
        line = owners[number]
        usual = boxes[4 * line + 3] - boxes[4 * line + 1]
        if lines[line][1] - lines[line][0] < _PIECE:
            usual = max(usual, *(_height_beside(boxes, line, other) for other in (line - 1, line + 1)))
        first, last = flat[8 * number : 8 * number + 4], flat[8 * number + 4 : 8 * number + 8]
        smallest = min(first[3] - first[1], last[3] - last[1])
        alone = end - start == lines[line][1] - lines[line][0] < 5
        if not alone and smallest > SMALLER * usual:
            continue
        asked.know(start, first)
        asked.know(end - 1, last)
        found += _shifted(raw, lines, line, start, end, asked)
    return found


def _letters(raw: str, asked: _Asked) -> list[tuple[int, str]]:
    """The letters of a page that are raised: place, and the character to put there."""
    found = _raised_letters(raw, _LETTER, asked)
    for place, shown in _raised_letters(raw, _IN_BRACKETS, asked):
        found += [(place - 1, "⁽"), (place, shown), (place + 1, "⁾")]
    found += [(place, "°") for place, _ in _raised_letters(raw, _DEGREE, asked)]
    if _raised_letters(raw, _FIRST_MARK, asked):
        found += _raised_letters(raw, _ANY_MARK, asked)
    return found


def _raised_letters(raw: str, pattern: re.Pattern[str], asked: _Asked) -> list[tuple[int, str]]:
    """The raised ones of the letters that a pattern finds, with their raised form."""
    places = [match.start(1) for match in pattern.finditer(raw)]
    return [mark for place in places if (mark := _raised_letter(raw, place, asked))]


def _raised_letter(raw: str, place: int, asked: _Asked) -> tuple[int, str] | None:
    """A letter and its raised form, where it is raised beside the text before it."""
    beside = place - 1
    while beside > 1 and raw[beside] in ",(" and place - beside < _REACH:
        # Another mark and the comma after it, or a bracket.
        beside -= 2 if raw[beside] == "," and asked.height(beside) <= asked.height(place) else 1
    if not _is_near(asked[place], asked[beside]) or _shift(asked[place], asked[beside]) is not _RAISED:
        return None
    return place, raw[place].translate(_RAISED)


def _height_beside(boxes: Sequence[int], line: int, other: int) -> int:
    """The height of another line where it is a piece of the same row, else 0."""
    if not 0 <= other < len(boxes) // 4:
        return 0
    left, top, right, bottom = boxes[4 * line : 4 * line + 4]
    left_2, top_2, right_2, bottom_2 = boxes[4 * other : 4 * other + 4]
    high = bottom_2 - top_2
    shares = min(bottom, bottom_2) - max(top, top_2) > 0.3 * min(bottom - top, high)
    return high if shares and max(left_2 - right, left - right_2) < 2 * high else 0


def with_fractions(text: str) -> str:
    """A line with "¹/₂" as "½"; fractions without a character of their own stay."""
    if "/" not in text and "\u2044" not in text and "\u2215" not in text:
        return text
    return _FRACTION.sub(_fraction, text)


def _fraction(match: re.Match[str]) -> str:
    parts = "/".join(part.translate(_PLAIN) for part in match.groups())
    return _FRACTIONS.get(parts, match.group())


_PLAIN = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹₀₁₂₃₄₅₆₇₈₉", "01234567890123456789")


def _numbers(raw: str, lines: Sequence[tuple[int, int, bool]]) -> tuple[list[tuple[int, int]], list[int]]:
    """Start and end of each number, and the line it is of."""
    numbers, owners = list[tuple[int, int]](), list[int]()
    for line, (start, end, _) in enumerate(lines):
        for match in _NUMBER.finditer(raw, start, end):
            numbers.append(match.span())
            owners.append(line)
    return numbers, owners


class _Asked:
    """Boxes of characters, asked for once."""

    def __init__(self, edges: Edges) -> None:
        self.edges = edges
        self._known: dict[int, Box] = {}

    def __getitem__(self, place: int) -> Box:
        box = self._known.get(place)
        if box is None:
            left, top, right, bottom = self.edges([place])
            box = self._known[place] = left, top, right, bottom
        return box

    def know(self, place: int, box: Sequence[int]) -> None:
        """Take a box that was asked for already."""
        left, top, right, bottom = box
        self._known[place] = left, top, right, bottom

    def height(self, place: int) -> int:
        """Height of a character's box."""
        box = self[place]
        return box[3] - box[1]


def _shifted(
    raw: str, lines: Sequence[tuple[int, int, bool]], line: int, start: int, end: int, asked: _Asked
) -> list[tuple[int, str]]:
    """The figures of a number that are raised or lowered: place, and the character to put there."""
    found: list[tuple[int, str]] = []
    for first, last in _stretches(start, end, asked):
        beside = _beside(raw, lines, line, first, last, asked)
        if beside is None:
            continue
        table = _shift(asked[last - 1], asked[beside])
        if table is None:
            continue
        sign = first - 1
        if (
            first == start
            and beside < sign
            and raw[sign] in _SIGNS
            and asked.height(sign) <= SMALLER * asked.height(beside)
        ):
            first = sign
        found += [(place, raw[place].translate(table)) for place in range(first, last)]
    return found


def _stretches(start: int, end: int, asked: _Asked) -> list[tuple[int, int]]:
    """A number parted where the size of its figures changes, or their foot."""
    cuts = [start]
    for place in range(start + 1, end):
        before, box = asked[place - 1], asked[place]
        tall = max(before[3] - before[1], box[3] - box[1])
        low = min(before[3] - before[1], box[3] - box[1])
        if low <= SMALLER * tall or abs(before[3] - box[3]) > RAISED * tall:
            cuts.append(place)
    return list(zip(cuts, [*cuts[1:], end], strict=True))


def _beside(
    raw: str, lines: Sequence[tuple[int, int, bool]], line: int, first: int, last: int, asked: _Asked
) -> int | None:
    """The nearest larger letter or figure of the same row to hold small figures against."""
    start, end, _ = lines[line]
    most = asked.height(last - 1)
    for places in (
        range(first - 1, max(start, first - _REACH) - 1, -1),
        range(last, min(end, last + _REACH)),
    ):
        for place in places:
            if not raw[place].isalnum() and raw[place] not in _MARKS:
                continue
            if most <= SMALLER * asked.height(place):
                return place
            if raw[place].isalpha():
                break
    # A parser may part a row at a change of size: beside the piece before it, or the one after it.
    near: list[int] = []
    if first - start < _REACH:
        for before, after, _ in reversed(lines[max(0, line - 2) : line]):
            near += range(after - 1, max(before, after - _REACH) - 1, -1)
    if last == end:
        for before, after, _ in lines[line + 1 : line + 2]:
            near += range(before, min(after, before + 3))
    for place in near:
        if (
            raw[place].isalnum()
            and _is_near(asked[first], asked[place])
            and _shift(asked[first], asked[place])
        ):
            return place
    return None


def _is_near(figure: Box, other: Box) -> bool:
    """Whether a character stands within two heights of another, to its left or right."""
    return max(figure[0] - other[2], other[0] - figure[2]) < 2 * (other[3] - other[1])


def _shift(figure: Sequence[int], beside: Sequence[int]) -> dict[int, int] | None:
    """The table of raised or of lowered figures for a box that is smaller than the one beside it, and higher
    or lower on the row; None for neither."""
    height, usual = figure[3] - figure[1], beside[3] - beside[1]
    if not 0 < height <= SMALLER * usual:
        return None
    rise = beside[3] - figure[3] - _DESCENT * (usual - height)
    if rise >= RAISED * usual:
        return _RAISED if figure[1] < beside[1] + usual // 3 and figure[3] > beside[1] else None
    lowered = -rise >= LOWERED * usual and figure[1] < beside[3] - 0.2 * usual
    return _LOWERED if lowered else None
