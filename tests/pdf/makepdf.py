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
