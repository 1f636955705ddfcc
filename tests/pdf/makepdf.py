"""PDFs written by hand, so that a test says exactly what is on a page."""

from __future__ import annotations

import zlib
from collections.abc import Sequence


def escape(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def line(text: str, x: float = 72, y: float = 700, size: float = 11, font: str = "F1") -> bytes:
    """One line of text at a place, in points from the bottom left."""
    return b"BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET\n" % (font.encode(), size, x, y, escape(text))


def lines(texts: Sequence[str], x: float = 72, y: float = 720, size: float = 11, step: float = 14) -> bytes:
    """Lines of text one under the other."""
    return b"".join(line(text, x, y - step * i, size) for i, text in enumerate(texts))


def make_pdf(
    pages: Sequence[bytes],
    *,
    info: str = "",
    page_entries: str = "",
    catalog: str = "",
    extra: Sequence[bytes] = (),
    resources: str = "",
    box: str = "0 0 612 792",
    compress: bool = False,
) -> bytes:
    """A PDF of these page contents. extra: further objects, the first being number 5 + 2 × pages."""
    font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
    kids = " ".join(f"{5 + 2 * i} 0 R" for i in range(len(pages)))
    objects: list[bytes] = [
        f"<</Type/Catalog/Pages 2 0 R {catalog}>>".encode(),
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        font,
        f"<<{info}>>".encode(),
    ]
    for i, content in enumerate(pages):
        objects.append(
            f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents {6 + 2 * i} 0 R"
            f"/Resources<</Font<</F1 3 0 R>>{resources}>>{page_entries}>>".encode()
        )
        body = zlib.compress(content) if compress else content
        coding = b"/Filter/FlateDecode" if compress else b""
        objects.append(b"<</Length %d%s>>stream\n%s\nendstream" % (len(body), coding, body))
    objects += extra
    out = bytearray(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<</Size %d/Root 1 0 R/Info 4 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (
        len(objects) + 1,
        start,
    )
    return bytes(out)


def text_of_glyphs(
    shown: str, letters: dict[int, str], x: float = 72, y: float = 700
) -> tuple[bytes, str, list[bytes]]:
    """A piece of text in a font that says which letters its glyphs stand for: content, resources and extra
    objects for a PDF of one page.

    shown: the glyphs, one character each. letters: of a glyph, in UTF-16 as hexadecimal figures.
    """
    pairs = "\n".join(f"<{glyph:02X}> <{code}>" for glyph, code in letters.items())
    table = (
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def\n"
        "1 begincodespacerange <00> <FF> endcodespacerange\n"
        f"{len(letters)} beginbfchar\n{pairs}\nendbfchar\nendcmap end end"
    ).encode()
    form = b"BT /F2 11 Tf 1 0 0 1 %g %g Tm (%s) Tj ET" % (x, y, escape(shown))
    extra = [
        b"<</Type/XObject/Subtype/Form/BBox[0 0 612 792]/Resources<</Font<</F2 8 0 R>>>>/Length %d>>stream\n"
        b"%s\nendstream" % (len(form), form),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding/ToUnicode 9 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(table), table),
    ]
    return b"/X Do\n", "/XObject<</X 7 0 R>>", extra
