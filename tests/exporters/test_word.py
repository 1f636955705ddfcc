"""The Word document: opens, says what the page says, holds no control character and no live link."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from typing import Any

import pytest

from docanalyst.exporters import Picture, Report, exporter_for

docx = pytest.importorskip("docx")


def _open(report: Report) -> tuple[Any, bytes]:
    (made,) = exporter_for("x.docx").export(report)
    return docx.Document(io.BytesIO(made.content)), made.content


def test_it_says_what_was_found(report: Report) -> None:
    document, _ = _open(report)
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    for words in (
        "The rent is $5,000.[1✓]",
        "Nobody cites this. ○",
        "≠ altered  Lease, p. 2 (printed 1), § 4.2",
        "negation: the page has “not”; the quotation leaves it out",
        "1 of 5 quotations verified",
        "Cut off at the output limit.",
    ):
        assert words in text
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    assert "here [5✗]  ○" in cells
    assert "qwen/qwen3-32b at groq" in cells


def test_pictures_show_the_part_around_the_quote(report: Report) -> None:
    document, content = _open(report)
    assert len(document.inline_shapes) == 1
    shape = document.inline_shapes[0]
    assert shape.height < shape.width
    assert b'a:srcRect t="11000"' in zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml")


def test_damaged_pictures_do_not_stop_it(report: Report) -> None:
    damaged = Picture(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x05\0\0\0\x05junk", 1)
    document, _ = _open(replace(report, pictures={("t1", 0): (damaged, Picture(b"x", 1))}))
    assert len(document.inline_shapes) <= 1


def test_hostile_text_stays_text(hostile: Report) -> None:
    document, content = _open(hostile)
    archive = zipfile.ZipFile(io.BytesIO(content))
    xml = archive.read("word/document.xml").decode("utf-8")
    assert not any(c in xml for c in "\x1b\x9b\u202e")
    assert "<w:hyperlink" not in xml
    assert "w:instrText" not in xml
    relations = archive.read("word/_rels/document.xml.rels").decode("utf-8")
    assert 'TargetMode="External"' not in relations
    assert "<script>alert(1)</script>" in "\n".join(paragraph.text for paragraph in document.paragraphs)


def test_citations_are_footnotes(report: Report) -> None:
    document, content = _open(report)
    archive = zipfile.ZipFile(io.BytesIO(content))
    notes = archive.read("word/footnotes.xml").decode("utf-8")
    body = archive.read("word/document.xml").decode("utf-8")
    assert "verified" in notes
    assert body.count("w:footnoteReference ") == notes.count("<w:footnoteRef/>") > 0
    assert {table.style.name for table in document.tables} == {"Table Grid"}


def test_hostile_footnotes_are_text(hostile: Report) -> None:
    _, content = _open(hostile)
    archive = zipfile.ZipFile(io.BytesIO(content))
    if "word/footnotes.xml" in archive.namelist():
        notes = archive.read("word/footnotes.xml").decode("utf-8")
        assert "<script" not in notes
        assert not any(c in notes for c in "\x1b\x9b\u202e")
