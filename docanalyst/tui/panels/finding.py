"""The finding of one quote, in one line and in full."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content

from docanalyst.tui.text.looks import look
from docanalyst.tui.text.marks import mark_of, place_of
from docanalyst.tui.text.plain import one_line, plain
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation

DIFFERENCES = 6
"""Maximum number of differences listed for one quote."""


def line_of(citation: Citation) -> Spread:
    """Return the line of a quote: sign, number, verdict and words; its page at the right."""
    mark = mark_of(citation)
    page = citation.found_page if citation.found_page is not None else citation.page
    label = citation.found_page_label if citation.found_page is not None else citation.page_label
    name = citation.found_document or citation.document
    where = f"{name} p. {label or page}" if page is not None else name
    left = [
        (f"{mark.sign} {citation.number:>2} {mark.word}  ", mark.role),
        (one_line(citation.quote, 200), ""),
    ]
    return Spread((left, [(where, "quiet")]))


def finding_of(citation: Citation) -> Content:
    """Return the finding of a quote in full."""
    mark = mark_of(citation)
    lines = [Content.styled(f"{mark.sign} {mark.word}", look(mark.role))]
    quote = one_line(citation.quote) or "(no words quoted)"
    if not citation.verified:
        claimed = place_of(citation.document, citation.path, citation.page, citation.page_label)
        lines[0] += Content(f": cited as {plain(claimed)}")
        lines.append(Content(f"“{quote}”"))
        if citation.found_page is not None:
            found = place_of(
                citation.found_document or "", "", citation.found_page, citation.found_page_label
            )
            words = "closest passage at" if citation.differences else "found at"
            lines.append(Content.styled(f"{words} {plain(found)}", look("quiet")))
    for difference in citation.differences[:DIFFERENCES]:
        quoted = f"“{one_line(difference.quoted, 80)}”" if difference.quoted else "nothing"
        source = f"“{one_line(difference.source, 80)}”" if difference.source else "nothing"
        lines.append(
            Content.styled(f"≠ {plain(difference.kind)}: ", look("bad"))
            + Content(f"quoted {quoted}, the page has {source}")
        )
    more = len(citation.differences) - DIFFERENCES
    if more > 0:
        lines.append(Content.styled(f"and {more} more difference{'' if more == 1 else 's'}", look("quiet")))
    if citation.note:
        lines.append(Content.styled(plain(citation.note), look("quiet")))
    if citation.verified and citation.occurrences > 1:
        lines.append(Content.styled(f"found there {citation.occurrences} times", look("quiet")))
    return Content("\n").join(lines)
