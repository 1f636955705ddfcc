"""A Word file with a plain layout, for versions that are PDFs or text, and for conformed agreements."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Any

from lxml import etree

from docanalyst.formats.word.blocks import CELL_MARK
from docanalyst.formats.word.names import ID, MAIN, RELATIONS, VAL, XML_SPACE, W

_NOT_IN_XML = dict.fromkeys(
    [*(code for code in range(32) if code not in (9, 10, 13)), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_TYPES = (
    f'{_HEAD}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{_WORD}.document.main+xml"/>'
    f'<Override PartName="/word/styles.xml" ContentType="{_WORD}.styles+xml"/>'
    f'<Override PartName="/word/footnotes.xml" ContentType="{_WORD}.footnotes+xml"/></Types>'
)
_ROOT = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
)
_MAIN = (
    f'{_HEAD}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="rId2" Type="{RELATIONS}/footnotes" Target="footnotes.xml"/></Relationships>'
)


def _style(kind: str, identity: str, name: str, inside: str, based: str = "Normal") -> str:
    origin = f'<w:basedOn w:val="{based}"/>' if identity != based else ""
    default = ' w:default="1"' if identity in ("Normal", "TableNormal") else ""
    return (
        f'<w:style w:type="{kind}"{default} w:styleId="{identity}"><w:name w:val="{name}"/>{origin}'
        f"<w:qFormat/>{inside}</w:style>"
    )


_EDGES = "".join(
    f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
    for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
)
_STYLES = (
    f'{_HEAD}<w:styles xmlns:w="{MAIN}"><w:docDefaults><w:rPrDefault><w:rPr>'
    '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/><w:sz w:val="22"/>'
    "</w:rPr></w:rPrDefault></w:docDefaults>"
    + _style("paragraph", "Normal", "Normal", '<w:pPr><w:spacing w:after="120"/></w:pPr>')
    + _style(
        "paragraph",
        "Heading2",
        "heading 2",
        '<w:pPr><w:keepNext/><w:spacing w:before="240"/><w:outlineLvl w:val="1"/></w:pPr>'
        "<w:rPr><w:b/></w:rPr>",
    )
    + _style("paragraph", "FootnoteText", "footnote text", '<w:rPr><w:sz w:val="18"/></w:rPr>')
    + '<w:style w:type="character" w:styleId="FootnoteReference"><w:name w:val="footnote reference"/>'
    '<w:rPr><w:vertAlign w:val="superscript"/></w:rPr></w:style>'
    '<w:style w:type="table" w:default="1" w:styleId="TableNormal"><w:name w:val="Normal Table"/></w:style>'
    '<w:style w:type="table" w:styleId="TableGrid"><w:name w:val="Table Grid"/>'
    '<w:basedOn w:val="TableNormal"/>'
    f"<w:tblPr><w:tblBorders>{_EDGES}</w:tblBorders></w:tblPr></w:style></w:styles>"
)


def plain_file(
    paragraphs: Iterable[Sequence[Any]], *, tables: bool = False, notes: Sequence[str] = ()
) -> bytes:
    """Return a Word file of paragraphs.

    Args:
        paragraphs: The text of each, and whether it is a heading; then the numbers, from 0, of its footnotes.
        tables: Whether rows of cells with " | " between them become rows of a table; else they stay text.
        notes: The texts of the footnotes.
    """
    root = etree.Element(f"{W}document", nsmap={"w": MAIN})
    body = etree.SubElement(root, f"{W}body")
    table: Any = None
    for text, heading, *numbers in paragraphs:
        cells = str(text).split(CELL_MARK) if tables else []
        if len(cells) < 2:
            table = None
            body.append(_paragraph(str(text), "Heading2" if heading else "", numbers))
            continue
        if table is None or len(table.find(f"{W}tblGrid")) != len(cells):
            table = _table(body, len(cells))
        row = etree.SubElement(table, f"{W}tr")
        for place, cell in enumerate(cells, 1):
            etree.SubElement(row, f"{W}tc").append(
                _paragraph(cell, "", numbers if place == len(cells) else ())
            )
    section = etree.SubElement(body, f"{W}sectPr")
    size, margins = etree.SubElement(section, f"{W}pgSz"), etree.SubElement(section, f"{W}pgMar")
    size.set(f"{W}w", "11906")
    size.set(f"{W}h", "16838")
    for edge in ("top", "right", "bottom", "left"):
        margins.set(f"{W}{edge}", "1440")
    for edge in ("header", "footer", "gutter"):
        margins.set(f"{W}{edge}", "0" if edge == "gutter" else "708")
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", _TYPES)
        file.writestr("_rels/.rels", _ROOT)
        file.writestr("word/_rels/document.xml.rels", _MAIN)
        file.writestr("word/styles.xml", _STYLES)
        file.writestr("word/footnotes.xml", _footnotes(notes))
        file.writestr(
            "word/document.xml", etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
        )
    return made.getvalue()


def _table(body: Any, columns: int) -> Any:
    if len(body) and body[-1].tag == f"{W}tbl":
        # Two tables without a paragraph between them are one to Word.
        body.append(etree.Element(f"{W}p"))
    table = etree.SubElement(body, f"{W}tbl")
    properties = etree.SubElement(table, f"{W}tblPr")
    etree.SubElement(properties, f"{W}tblStyle").set(VAL, "TableGrid")
    width = etree.SubElement(properties, f"{W}tblW")
    width.set(f"{W}w", "0")
    width.set(f"{W}type", "auto")
    grid = etree.SubElement(table, f"{W}tblGrid")
    for _ in range(columns):
        etree.SubElement(grid, f"{W}gridCol").set(f"{W}w", str(9026 // columns))
    return table


def _paragraph(text: str, style: str, notes: Iterable[int]) -> Any:
    paragraph = etree.Element(f"{W}p")
    if style:
        etree.SubElement(etree.SubElement(paragraph, f"{W}pPr"), f"{W}pStyle").set(VAL, style)
    if text:
        _run(paragraph, text)
    for note in notes:
        run = etree.SubElement(paragraph, f"{W}r")
        etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}rStyle").set(VAL, "FootnoteReference")
        etree.SubElement(run, f"{W}footnoteReference").set(ID, str(note + 1))
    return paragraph


def _run(paragraph: Any, text: str) -> None:
    run = etree.SubElement(paragraph, f"{W}r")
    item = etree.SubElement(run, f"{W}t")
    item.set(XML_SPACE, "preserve")
    item.text = text.translate(_NOT_IN_XML)


def _footnotes(notes: Sequence[str]) -> bytes:
    root = etree.Element(f"{W}footnotes", nsmap={"w": MAIN})
    for identity, kind, mark in (
        ("-1", "separator", "separator"),
        ("0", "continuationSeparator", "continuationSeparator"),
    ):
        note = etree.SubElement(root, f"{W}footnote")
        note.set(f"{W}type", kind)
        note.set(ID, identity)
        run = etree.SubElement(etree.SubElement(note, f"{W}p"), f"{W}r")
        etree.SubElement(run, f"{W}{mark}")
    for count, text in enumerate(notes, 1):
        note = etree.SubElement(root, f"{W}footnote")
        note.set(ID, str(count))
        paragraph = etree.SubElement(note, f"{W}p")
        etree.SubElement(etree.SubElement(paragraph, f"{W}pPr"), f"{W}pStyle").set(VAL, "FootnoteText")
        run = etree.SubElement(paragraph, f"{W}r")
        etree.SubElement(etree.SubElement(run, f"{W}rPr"), f"{W}rStyle").set(VAL, "FootnoteReference")
        etree.SubElement(run, f"{W}footnoteRef")
        _run(paragraph, f"\u00a0{text}")
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
