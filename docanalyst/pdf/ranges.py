"""Page ranges such as "3-40,55" as page numbers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from docanalyst.domain.documents import format_ranges
from docanalyst.domain.errors import DocumentError

_RANGE = re.compile(r"^\s*([0-9]{1,9})\s*(-\s*([0-9]{1,9})?\s*)?$")


def page_numbers(pages: str | Sequence[int], page_count: int, path: str = "") -> list[int]:
    """The pages of a selection, sorted, each once: "3-5,9" → [3, 4, 5, 9]; "7-" runs to the end.

    Raises DocumentError, with the number of pages there are, for a page outside the document.
    """
    numbers: set[int] = set()
    if isinstance(pages, str):
        for piece in pages.split(","):
            match = _RANGE.match(piece)
            if match is None:
                raise DocumentError(f'"{pages}" is not a page range.', "Write it as 3-40,55.", path=path)
            first = int(match.group(1))
            last = page_count if match.group(2) and not match.group(3) else int(match.group(3) or first)
            if last < first:
                raise DocumentError(
                    f'"{piece.strip()}" runs backwards.', "Write the lower page first: 3-40,55.", path=path
                )
            _check_page(last if last > page_count else first, page_count, path)
            numbers.update(range(first, last + 1))
    else:
        for number in pages:
            _check_page(number, page_count, path)
            numbers.add(number)
    if not numbers:
        raise DocumentError("No pages given.", "Write pages as 3-40,55.", path=path)
    return sorted(numbers)


def _check_page(number: int, page_count: int, path: str) -> None:
    if 1 <= number <= page_count:
        return
    name = Path(path).name or "The document"
    has = "1 page" if page_count == 1 else f"{page_count} pages"
    raise DocumentError(
        f"{name} has {has}; there is no page {number}.",
        f"Pages are PDF numbers, {format_ranges(list(range(1, page_count + 1)))}.",
        path=path,
    )
