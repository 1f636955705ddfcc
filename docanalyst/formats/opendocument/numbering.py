"""Numbers of lists and headings as an OpenDocument text shows them."""

from __future__ import annotations

from typing import Any

from docanalyst.formats.opendocument.names import LOEXT, STYLE, TEXT
from docanalyst.formats.word.numerals import written

_FORMS = {"1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_LEVELS = 10


class Counter:
    """The counting of one list, or of the headings, by level.

    Args:
        style: The list style or the outline style; None for a list without one.
    """

    def __init__(self, style: Any | None) -> None:
        self._levels: dict[int, Any] = {}
        self._counts: dict[int, int] = {}
        self.use(style)

    def use(self, style: Any | None) -> None:
        """Go on counting in another style."""
        self._levels = {}
        for item in style if style is not None else ():
            level = item.get(f"{TEXT}level")
            if level and level.isdecimal():
                self._levels[int(level)] = item

    def restart(self, level: int) -> None:
        """Begin again at a level, and at those below it."""
        for deeper in [found for found in self._counts if found >= level]:
            del self._counts[deeper]

    def next(self, level: int, start: str | None = None) -> str:
        """The number of the next item of a level, with a blank behind it; "" for none.

        Args:
            level: From 1.
            start: The number that this item begins with, if it says so.
        """
        level = min(level, _LEVELS)
        item = self._levels.get(level)
        first = int(start) if start and start.lstrip("-").isdecimal() else None
        if first is not None:
            self._counts[level] = first
        elif level in self._counts:
            self._counts[level] += 1
        else:
            self._counts[level] = self._start(item)
        for deeper in [found for found in self._counts if found > level]:
            del self._counts[deeper]
        if item is None:
            return ""
        if item.tag == f"{TEXT}list-level-style-bullet":
            return "• "
        return self._shown(item, level)

    @staticmethod
    def _start(item: Any | None) -> int:
        value = item.get(f"{TEXT}start-value") if item is not None else None
        return int(value) if value and value.isdecimal() else 1

    def _shown(self, item: Any, level: int) -> str:
        form = item.get(f"{STYLE}num-format")
        pattern = item.get(f"{LOEXT}num-list-format")
        if pattern is not None and "%" in pattern:
            for above in range(1, level + 1):
                pattern = pattern.replace(f"%{above}%", self._figure(above))
            return f"{pattern} " if pattern.strip() else ""
        if not form:
            fixed = f"{item.get(f'{STYLE}num-prefix') or ''}{item.get(f'{STYLE}num-suffix') or ''}"
            return f"{fixed} " if fixed.strip() else ""
        shown = item.get(f"{TEXT}display-levels")
        many = int(shown) if shown and shown.isdecimal() else 1
        figures = [self._figure(above) for above in range(max(1, level - many + 1), level + 1)]
        number = ".".join(filter(None, figures))
        return f"{item.get(f'{STYLE}num-prefix') or ''}{number}{item.get(f'{STYLE}num-suffix') or ''} "

    def _figure(self, level: int) -> str:
        item = self._levels.get(level)
        form = (item.get(f"{STYLE}num-format") or "") if item is not None else ""
        if not form:
            return ""
        return written(self._counts.get(level, self._start(item)), _form(form))


def _form(name: str) -> str:
    return _FORMS.get(name[:1], "decimal") if name else "decimal"
