"""Word files made for tests, part by part, so that a test says in XML what it is about."""

# ruff: noqa: E501 (XML is easier to read on one line)

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

NS = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def run(text: str, properties: str = "") -> str:
    """A run with a text."""
    inside = f"<w:rPr>{properties}</w:rPr>" if properties else ""
    return f'<w:r>{inside}<w:t xml:space="preserve">{text}</w:t></w:r>'


def paragraph(*content: str, properties: str = "") -> str:
    """A paragraph of runs; a string that is not XML becomes a run."""
    inside = f"<w:pPr>{properties}</w:pPr>" if properties else ""
    return f"<w:p>{inside}{''.join(item if item.startswith('<') else run(item) for item in content)}</w:p>"


def numbered(text: str, level: int = 0, identity: int = 1) -> str:
    """A paragraph of a list."""
    place = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{identity}"/></w:numPr>'
    return paragraph(text, properties=place)


def changed(kind: str, content: str, author: str = "Ann") -> str:
    """Content that is inserted, deleted or moved."""
    return f'<w:{kind} w:id="1" w:author="{author}">{content}</w:{kind}>'


def deleted(text: str, author: str = "Ann") -> str:
    """A deleted run."""
    return changed("del", f'<w:r><w:delText xml:space="preserve">{text}</w:delText></w:r>', author)


def row(*cells: str) -> str:
    """A row of a table; each cell is paragraphs, or a text."""
    inside = (cell if cell.startswith("<") else paragraph(cell) for cell in cells)
    return f"<w:tr>{''.join(f'<w:tc>{cell}</w:tc>' for cell in inside)}</w:tr>"


def table(*rows: str) -> str:
    """A table of rows."""
    return f"<w:tbl>{''.join(rows)}</w:tbl>"


def box(content: str) -> str:
    """A text box in both of the forms in which Word writes it."""
    inside = f"<w:txbxContent>{content}</w:txbxContent>"
    return (
        f'<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{inside}</wps:txbx>'
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{inside}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r>"
    )


def field(code: str, result: str) -> str:
    """A field with its cached result."""
    char = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
    return (
        char.format("begin") + f"<w:r><w:instrText>{code}</w:instrText></w:r>" + char.format("separate")
        + run(result) + char.format("end")
    )  # fmt: skip


def reference(kind: str, identity: int) -> str:
    """The reference of a footnote or endnote."""
    return f'<w:r><w:{kind}Reference w:id="{identity}"/></w:r>'


def notes(kind: str, *contents: str) -> str:
    """The part of footnotes or endnotes, numbered from 1, behind the separators that Word writes."""
    rest = f'<w:{kind} w:type="separator" w:id="0">{paragraph("separator")}</w:{kind}>'
    made = (
        f'<w:{kind} w:id="{place}">{paragraph(f"<w:r><w:{kind}Ref/></w:r>", content)}</w:{kind}>'
        for place, content in enumerate(contents, 1)
    )
    return f"<w:{kind}s {NS}>{rest}{''.join(made)}</w:{kind}s>"


def levels(*texts: str, form: str = "decimal", more: str = "") -> str:
    """A numbering part with list 1, whose levels have these texts."""
    made = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{form}"/>{more}'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for depth, text in enumerate(texts)
    )
    return (
        f'<w:numbering {NS}><w:abstractNum w:abstractNumId="7">{made}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="7"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="7"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/>'
        "</w:lvlOverride></w:num></w:numbering>"
    )


def make_word(path: Path, body: str, parts: Mapping[str, str] | None = None, *, strict: bool = False) -> Path:
    """Write a Word file.

    Args:
        path: Where.
        body: The inside of the body, as XML.
        parts: More parts by their kind, such as "footnotes" or "numbering", as XML.
        strict: Write the strict form of the standard.
    """
    parts = dict(parts or {})
    main = f'<?xml version="1.0" encoding="UTF-8"?><w:document {NS}><w:body>{body}</w:body></w:document>'
    overrides = "".join(
        f'<Override PartName="/word/{kind}.xml" ContentType="{_TYPE}.{kind.rstrip("0123456789")}+xml"/>'
        for kind in parts
    )
    related = "".join(
        f'<Relationship Id="r{kind}" Type="{_RELATED}/{kind.rstrip("0123456789")}" Target="{kind}.xml"/>'
        for kind in parts
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPE}.document.main+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
        f'Type="{_RELATED}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": main,
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{related}</Relationships>',
        **{f"word/{kind}.xml": content for kind, content in parts.items()},
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in files.items():
            if strict:
                content = content.replace(
                    "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                    "http://purl.oclc.org/ooxml/wordprocessingml/main",
                )
            file.writestr(name, content)
    return path
