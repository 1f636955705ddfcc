"""Exports a Word document, through python-docx (extra `office`)."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING, Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.turns import Turn
from docanalyst.domain.verification.side_by_side import excerpts
from docanalyst.exporters import answers
from docanalyst.exporters.footnotes import Footnotes
from docanalyst.exporters.presentation.authorities import COLUMNS, TITLE, authority_rows
from docanalyst.exporters.presentation.marks import Mark, mark_of, marks_by_number, status_sentence
from docanalyst.exporters.presentation.places import differences
from docanalyst.exporters.report import Made, Picture, Report
from docanalyst.exporters.wording import (
    CHECKED,
    clean,
    comparison,
    documents_of,
    line,
    notes,
    origin,
    place,
    receipt_lines,
    source_text,
    summary,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from docx.document import Document as WordDocument
    from docx.text.paragraph import Paragraph
    from markdown_it.token import Token

_COLOURS = {"good": (0x17, 0x69, 0x3A), "doubt": (0x8A, 0x5A, 0x00), "bad": (0xA4, 0x16, 0x1A)}
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_WIDTH_CM = 15.0
NO_CITATION = Mark("✗", "no such citation", "bad")


def export(report: Report, name: str) -> list[Made]:
    """Return the .docx file. Raises ModuleNotFoundError without python-docx."""
    import docx
    from docx.shared import Pt

    document = docx.Document()
    document.core_properties.title = _text(line(report.session.title))[:255]
    document.core_properties.author = "docanalyst"
    document.core_properties.comments = ""
    document.styles["Normal"].font.size = Pt(10.5)
    document.add_heading(_text(line(report.session.title)) or "docanalyst", 0)
    for identity, words in documents_of(report):
        document.add_paragraph(f"{identity}: {_text(words)}", style="List Bullet")
    footnotes = Footnotes(document)
    for turn in report.session.turns:
        _turn(document, report, turn, footnotes)
    footnotes.finish()
    _authorities(document, report)
    document.add_paragraph()
    for words in (origin(report), CHECKED):
        document.add_paragraph().add_run(_text(words)).italic = True
    buffer = io.BytesIO()
    document.save(buffer)
    return [Made(buffer.getvalue())]


def _authorities(document: WordDocument, report: Report) -> None:
    rows = list(authority_rows(report))
    if not rows:
        return
    document.add_heading(TITLE, 1)
    table = document.add_table(rows=0, cols=len(COLUMNS), style="Table Grid")
    for row in (COLUMNS, *rows):
        for cell, words in zip(table.add_row().cells, row, strict=True):
            cell.text = _text(line(words))


def _text(text: str) -> str:
    return _NOT_IN_XML.sub("", clean(text))


def _turn(document: WordDocument, report: Report, turn: Turn, footnotes: Footnotes) -> None:
    document.add_heading(_text(line(turn.question)), 1)
    if status := status_sentence(turn):
        words = f"{status} {line(turn.error)}" if turn.error else status
        document.add_paragraph().add_run(_text(words)).bold = True
    _answer(document, turn, _Cites(report, turn, footnotes))
    document.add_paragraph().add_run(_text(summary(turn))).italic = True
    for remark in turn.remarks:
        document.add_paragraph(_text(line(remark.text)), style="List Bullet")
    if turn.citations:
        document.add_heading("Evidence", 2)
    for index, citation in enumerate(turn.citations):
        _citation(document, report, citation, report.pictures.get((turn.id, index), ()))
    document.add_heading("Receipt", 2)
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    for name, value in receipt_lines(turn):
        cells = table.add_row().cells
        cells[0].text, cells[1].text = name, _text(value)


def _citation(
    document: WordDocument, report: Report, citation: Citation, pictures: Sequence[Picture]
) -> None:
    mark = mark_of(citation)
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.add_run(f"{citation.number}  ").bold = True
    _coloured(paragraph, str(mark), mark.role).bold = True
    details = [place(report, citation), *notes(citation)]
    paragraph.add_run("  " + " · ".join(_text(detail) for detail in details if detail))
    if citation.quote:
        document.add_paragraph(_text(line(citation.quote)), style="Quote")
    if pieces := comparison(report, citation):
        compared = document.add_paragraph("Word by word: ")
        for piece in pieces:
            if piece.kind == "same":
                compared.add_run(_text(piece.text) + " ")
                continue
            run = _coloured(compared, _text(piece.text), "bad" if piece.kind == "quoted" else "good")
            run.font.strike, run.font.underline = piece.kind == "quoted", piece.kind == "source"
            compared.add_run(" ")
    for words in differences(citation):
        document.add_paragraph(_text(words), style="List Bullet")
    for picture in pictures:
        _picture(document, picture)
    _context(document, report, citation)


def _context(document: WordDocument, report: Report, citation: Citation) -> None:
    from docx.enum.text import WD_COLOR_INDEX

    source = report.source_of(citation)
    found = excerpts(source, citation.spans) if source and citation.spans else ()
    for excerpt in found:
        paragraph = document.add_paragraph(f"p. {excerpt.page}: …{_text(line(excerpt.before))} ")
        paragraph.add_run(_text(line(excerpt.text))).font.highlight_color = WD_COLOR_INDEX.YELLOW
        paragraph.add_run(f" {_text(line(excerpt.after))}…")
    if not found and not citation.verified and (closest := source_text(report, citation)):
        document.add_paragraph(f"Closest passage: {_text(line(closest))}")


def _picture(document: WordDocument, picture: Picture) -> None:
    """Add the part of a page around the quote, cropped by Word, so that the whole page stays in the file."""
    from docx.oxml import OxmlElement
    from docx.shared import Cm, Emu

    width, height = picture.size
    if not width or not height:
        return
    shown = Cm(min(_WIDTH_CM, picture.width * 2.54 / 72) if picture.width > 0 else _WIDTH_CM)
    try:
        shape = document.add_picture(io.BytesIO(picture.png), width=shown)
    except Exception:  # python-docx raises its own and struct's errors on a damaged picture
        document.add_paragraph(f"(the picture of page {picture.page} could not be shown)")
        return
    top, bottom = picture.band
    if (top, bottom) != (0.0, 1.0):
        fill: Any = shape._inline.graphic.graphicData.pic.blipFill
        cut = OxmlElement("a:srcRect")
        cut.set("t", str(round(100_000 * top)))
        cut.set("b", str(round(100_000 * (1 - bottom))))
        fill.insert(1, cut)
        shape.height = Emu(round(shown * height / width * (bottom - top)))


def _coloured(paragraph: Paragraph, text: str, tone: str) -> Any:
    from docx.shared import RGBColor

    run = paragraph.add_run(text)
    run.font.color.rgb = RGBColor(*_COLOURS[tone])
    return run


class _Cites:
    """The citations of an answer by number: the mark in its text, and a footnote with place and quote."""

    def __init__(self, report: Report, turn: Turn, footnotes: Footnotes) -> None:
        self._footnotes = footnotes
        self._marks = marks_by_number(turn)
        self._notes: dict[int, list[str]] = {}
        for citation in turn.citations:
            quote = f": “{line(citation.quote)}”" if citation.quote else ""
            words = f"{place(report, citation)}{quote} ({mark_of(citation)})"
            self._notes.setdefault(citation.number, []).append(words)

    def add(self, paragraph: Paragraph, number: int) -> None:
        """Add the mark of a citation to a paragraph, with its footnote."""
        mark = self._marks.get(number, NO_CITATION)
        _coloured(paragraph, f"[{number}{mark.sign}]", mark.role).font.superscript = True
        if number in self._notes:
            self._footnotes.add(paragraph, _text("; ".join(self._notes[number])))


def _answer(document: WordDocument, turn: Turn, cites: _Cites) -> None:
    """Add the paragraphs, lists and tables of the answer."""
    lists: list[str] = []
    rows: list[list[Token]] = []
    style: str | None = None
    in_table = False
    for token in answers.tokens(turn):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append("List Bullet" if token.type.startswith("bullet") else "List Number")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
        elif token.type == "heading_open":
            style = f"Heading {min(9, int(token.tag[1]) + 2)}"
        elif token.type == "heading_close":
            style = None
        elif token.type == "blockquote_open":
            style = "Quote"
        elif token.type == "blockquote_close":
            style = None
        elif token.type == "table_open":
            in_table, rows = True, []
        elif token.type == "tr_open":
            rows.append([])
        elif token.type == "table_close":
            in_table = False
            _table(document, rows, cites)
        elif token.type in ("fence", "code_block"):
            document.add_paragraph().add_run(_text(token.content)).font.name = "Courier New"
        elif token.type == "inline" and in_table:
            rows[-1].append(token)
        elif token.type == "inline":
            level = f" {min(3, len(lists))}" if len(lists) > 1 else ""
            paragraph = document.add_paragraph(style=style or (lists[-1] + level if lists else None))
            _inline(paragraph, token, cites)


def _table(document: WordDocument, rows: list[list[Token]], cites: _Cites) -> None:
    columns = max((len(row) for row in rows), default=0)
    if not columns:
        return
    table = document.add_table(rows=0, cols=min(columns, 60), style="Table Grid")
    for row in rows:
        cells = table.add_row().cells
        for cell, token in zip(cells, row, strict=False):
            _inline(cell.paragraphs[0], token, cites)
    document.add_paragraph()


def _inline(paragraph: Paragraph, token: Token, cites: _Cites) -> None:
    bold = italic = 0
    for child in token.children or []:
        bold += {"strong_open": 1, "strong_close": -1}.get(child.type, 0)
        italic += {"em_open": 1, "em_close": -1}.get(child.type, 0)
        if child.type in ("softbreak", "hardbreak"):
            paragraph.add_run(" " if child.type == "softbreak" else "\n")
            continue
        end = 0
        for match in answers.MARKER.finditer(child.content):
            _run(paragraph, child.content[end : match.start()], bold, italic)
            end = match.end()
            if match.group() == answers.UNCITED:
                _coloured(paragraph, " ○", "doubt")
                continue
            cites.add(paragraph, int(match.group(1)))
        _run(paragraph, child.content[end:], bold, italic)


def _run(paragraph: Paragraph, text: str, bold: int, italic: int) -> None:
    if text:
        run = paragraph.add_run(_text(text))
        run.bold, run.italic = bold > 0 or None, italic > 0 or None
