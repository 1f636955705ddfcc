"""Names of places that are not printed page numbers: the paragraphs of Word files, and what is apart in them.

A page's label holds its printed number or, in a Word file, the paragraphs that are on it: "¶¶ 41-62" where
the file has no pages, "as last saved, ¶¶ 41-62" where it has those of Word's last layout. Paragraphs are
divided by blank lines, so the one at an offset follows from the label and the text, also of a stored page.
"""

from __future__ import annotations

import re

SAVED = "as last saved"
APART = ("headers and footers", "comments")
"""Labels of the pages at the end of a Word file that hold what is not part of its running text."""

_PARAGRAPHS = re.compile(rf"(?P<saved>{SAVED}, )?¶¶? (?P<first>\d+)(?:-(?P<last>\d+))?")


def paragraphs_label(first: int, last: int, *, saved: bool) -> str:
    """The label of a page with these paragraphs. saved: the page is one of Word's last layout."""
    numbers = f"¶ {first}" if first == last else f"¶¶ {first}-{last}"
    return f"{SAVED}, {numbers}" if saved else numbers


def paragraphs_of(label: str | None) -> tuple[int, int] | None:
    """The first and the last paragraph that a label names; None where it is another kind of label."""
    match = _PARAGRAPHS.fullmatch(label or "")
    if match is None:
        return None
    return int(match["first"]), int(match["last"] or match["first"])


def label_at(label: str | None, text: str, offset: int) -> str | None:
    """The label of one character of a page: its paragraph where the page has paragraphs, else the label."""
    found = paragraphs_of(label)
    if found is None or label is None:
        return label
    number = min(found[0] + text.count("\n\n", 0, offset), found[1])
    return paragraphs_label(number, number, saved=label.startswith(SAVED))


def names_paragraph(label: str | None, claimed: str) -> bool:
    """Whether the paragraphs of a page include one that is claimed for a quotation ("¶ 12")."""
    on_page, wanted = paragraphs_of(label), paragraphs_of(claimed)
    return bool(on_page and wanted and on_page[0] <= wanted[1] and wanted[0] <= on_page[1])


def page_words(pages: str, first: str | None, end: str | None) -> str:
    """The words of a place: pages as "p. 9", and the labels of the first and the last of them.

    A page without a number of its own is named by its paragraphs, or by what is on it.
    """
    begin, close = paragraphs_of(first), paragraphs_of(end)
    if first in APART:
        return first or ""
    if first is None or begin is None:
        return f"{pages} (printed {first}{f'-{end}' if end else ''})"
    numbers = paragraphs_label(begin[0], max(begin[1], close[1] if close else 0), saved=False)
    return f"{pages} ({SAVED}, {numbers})" if first.startswith(SAVED) else numbers


def marker_label(label: str) -> str:
    """A label as the marker above a page gives it: "printed 6", "¶¶ 41-62", "comments"."""
    if label in APART or paragraphs_of(label):
        return label.removeprefix(f"{SAVED}, ")
    return f"printed {label}"
