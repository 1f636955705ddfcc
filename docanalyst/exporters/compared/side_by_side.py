"""Exports two versions side by side as one self-contained HTML page, with the pages of both.

`side_by_side.html.j2` is the page. It loads and runs nothing, and all text from the documents is cleaned and
escaped.
"""

from __future__ import annotations

from collections.abc import Sequence

from docanalyst.domain.analysis.side_by_side import Row
from docanalyst.domain.documents import Document, page_reference
from docanalyst.domain.language.paragraphs import Paragraph
from docanalyst.exporters.html import page_of, text_of
from docanalyst.exporters.presentation.figures import count


def export(old: Document, new: Document, rows: Sequence[Row]) -> bytes:
    """Return the page as UTF-8.

    Args:
        old: The earlier version.
        new: The later one.
        rows: Both, in rows.
    """
    from markupsafe import Markup

    shown = []
    changes = 0
    for row in rows:
        changes += row.kind != "same"
        shown.append(
            (row, changes if row.kind != "same" else 0, _place(row.old_paragraph), _place(row.new_paragraph))
        )
    page = page_of("compared/side_by_side.html.j2").render(
        title=f"{old.name} and {new.name}",
        old=old.name,
        new=new.name,
        style=Markup(text_of("report.css")),
        rows=shown,
        total=changes,
        summary=count(changes, "changed paragraph"),
    )
    return page.encode("utf-8")


def _place(paragraph: Paragraph | None) -> str:
    return page_reference(paragraph.page, paragraph.label) if paragraph else ""
