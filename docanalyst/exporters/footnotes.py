"""Footnotes of a Word document: python-docx, which writes the rest of an export, has none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
_SEPARATORS = "".join(
    f'<w:footnote w:type="{kind}" w:id="{identity}"><w:p><w:r><w:{kind}/></w:r></w:p></w:footnote>'
    for identity, kind in ((-1, "separator"), (0, "continuationSeparator"))
)


class Footnotes:
    """The footnotes of a document, numbered by Word in the order of their references."""

    def __init__(self, document: Document) -> None:
        from docx.enum.style import WD_STYLE_TYPE
        from docx.shared import Pt

        self._document = document
        text: Any = document.styles.add_style("footnote text", WD_STYLE_TYPE.PARAGRAPH)
        text.base_style = document.styles["Normal"]
        text.font.size = Pt(9)
        text.paragraph_format.space_after = Pt(0)
        mark: Any = document.styles.add_style("footnote reference", WD_STYLE_TYPE.CHARACTER)
        mark.font.superscript = True
        self._text, self._mark = text, mark
        self._notes: list[str] = []

    def add(self, paragraph: Paragraph, text: str) -> None:
        """Add a footnote at the end of a paragraph.

        Args:
            paragraph: What it belongs to.
            text: Clean text, that is, of characters that XML may have.
        """
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        identity = str(len(self._notes) + 1)
        reference: Any = OxmlElement("w:footnoteReference")
        reference.set(qn("w:id"), identity)
        paragraph.add_run(style=self._mark)._r.append(reference)
        self._notes.append(
            f'<w:footnote w:id="{identity}"><w:p><w:pPr><w:pStyle w:val="{self._text.style_id}"/></w:pPr>'
            f'<w:r><w:rPr><w:rStyle w:val="{self._mark.style_id}"/></w:rPr><w:footnoteRef/></w:r>'
            f'<w:r><w:t xml:space="preserve"> {escape(text)}</w:t></w:r></w:p></w:footnote>'
        )

    def finish(self) -> None:
        """Put the footnotes into the file. Nothing is added to a document without any."""
        from docx.opc.packuri import PackURI
        from docx.opc.part import Part

        if not self._notes:
            return
        content = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<w:footnotes xmlns:w="{_MAIN}">{_SEPARATORS}{"".join(self._notes)}</w:footnotes>'
        )
        own = self._document.part
        part = Part(PackURI("/word/footnotes.xml"), _TYPE, content.encode("utf-8"), own.package)
        own.relate_to(part, _RELATION)
