"""The finding of one quote, in one line and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from docanalyst.exporters.presentation.marks import mark_of, review_words
from docanalyst.exporters.presentation.places import (
    claimed_place,
    differences,
    found_words,
    occurrences,
    place,
    shown_place,
)
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import one_line, plain
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation

REVIEWED = {"accept": "+", "reject": "-", "flag": "!"}
"""The sign of a person's review, before the sign of the verdict."""

_DIFFERENCE_SHOWN = 80
"""Characters shown of either side of a difference."""


def line_of(citation: Citation) -> Spread:
    """Return the line of a quote: sign, number, verdict and words; its page at the right."""
    mark = mark_of(citation)
    document, page, _ = shown_place(citation)
    left = [
        (f"{REVIEWED[citation.review.mark] if citation.review else ' '} ", "quiet"),
        (f"{mark.sign} {citation.number:>2} {mark.word}  ", mark.role),
        (one_line(citation.quote, 200), ""),
    ]
    # The printed page stands above the page itself: here the line is short.
    where = place(document, page) if page is not None else document
    return Spread((left, [(plain(where), "quiet")]))


def finding_of(citation: Citation) -> Content:
    """Return the finding of a quote in full."""
    mark = mark_of(citation)
    lines = [Content.styled(str(mark), look(mark.role))]
    if not citation.verified:
        lines[0] += Content(f": cited as {plain(claimed_place(citation))}")
        lines.append(Content(f"“{one_line(citation.quote) or '(no words quoted)'}”"))
    lines += [Content.styled(plain(words), look("quiet")) for words in filter(None, [found_words(citation)])]
    lines += [
        Content.styled(f"≠ {plain(words)}", look("bad")) for words in differences(citation, _DIFFERENCE_SHOWN)
    ]
    notes = filter(None, (citation.note, occurrences(citation), review_words(citation)))
    lines += [Content.styled(plain(words), look("quiet")) for words in notes]
    return Content("\n").join(lines)
