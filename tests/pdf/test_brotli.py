"""Streams compressed by Brotli."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import lines, make_pdf

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import inspect_document, locate, read_document

WritePdf = Callable[..., Path]

CLAUSE = ["The buyer pays 4,500 dollars within 30 days.", "The seller keeps no copies."]
TAIL = b"/Filter/FlateDecode"


def coded(path: Path, compress: Callable[[bytes], bytes], coding: bytes = b"/Filter/BrotliDecode") -> Path:
    """A PDF of one page with its content coded."""
    plain = lines(CLAUSE)
    found = make_pdf([plain])
    body = compress(plain)
    old = b"<</Length %d>>stream\n%s\nendstream" % (len(plain), plain)
    new = b"<</Length %d%s>>stream\n%s\nendstream" % (len(body), coding, body)
    assert found.count(old) == 1
    # The table of places is wrong now, as in many files; both parsers find the objects all the same.
    path.write_bytes(found.replace(old, new))
    return path


def test_brotli_streams_are_read(tmp_path: Path) -> None:
    brotli = pytest.importorskip("brotli")
    path = coded(tmp_path / "brotli.pdf", brotli.compress)
    document = read_document(path)
    assert document.pages[0].text.split("\n") == CLAUSE and not document.warnings
    start = document.pages[0].text.index("30 days")
    (box,) = locate(path, 1, start, start + 7)
    assert 710 < box.bottom < box.top < 735
    twice = coded(
        tmp_path / "twice.pdf",
        lambda data: brotli.compress(zlib.compress(data)),
        b"/Filter[/BrotliDecode/FlateDecode]",
    )
    assert read_document(twice).pages[0].text.split("\n") == CLAUSE


def test_a_stream_that_is_not_read_is_told(tmp_path: Path, write_pdf: WritePdf) -> None:
    broken = coded(tmp_path / "broken.pdf", lambda data: b"no Brotli at all")
    with pytest.raises(DocumentError, match="Brotli streams"):
        read_document(broken, ocr="off")
    plain, other = lines(CLAUSE), b"no Brotli at all"
    path = write_pdf([plain, plain + b"% the second"])
    old = b"<</Length %d>>stream\n%s\nendstream" % (len(plain) + 12, plain + b"% the second")
    new = b"<</Length %d/Filter/BrotliDecode>>stream\n%s\nendstream" % (len(other), other)
    path.write_bytes(path.read_bytes().replace(old, new))
    kept = tmp_path / "kept"
    document = inspect_document(path, ocr="off", cache_dir=kept).document
    assert document.pages[0].text.split("\n") == CLAUSE
    assert any("compressed with Brotli" in warning for warning in document.warnings)
    # What a library installed later could read is not kept.
    assert not list(kept.rglob("*.json"))
