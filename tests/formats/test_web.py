"""Web pages and EPUB books: what a browser shows, with what it hides told."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import inspect_document, read_document


def read(tmp_path: Path, page: str | bytes, name: str = "a.html", **options: str) -> tuple[str, str]:
    """The text of a page and the warnings about it."""
    path = tmp_path / name
    path.write_bytes(page if isinstance(page, bytes) else page.encode())
    document = read_document(path, **options)  # type: ignore[arg-type]
    return "\n\n".join(page.text for page in document.pages), "\n".join(document.warnings)


def test_headings_lists_tables_and_notes_are_read_in_order(tmp_path: Path) -> None:
    text, _ = read(
        tmp_path,
        """<!doctype html><title>T</title><h1>Lease</h1><p>Rent is due.<sup><a href="#n">1</a></sup>
        <ol start=3><li>Third<ol type=a><li>inner</ol><li value=7>Seventh</ol><ul><li>dot</ul>
        <table><tr><th>Year<th>Rent<tr><td>1<td>10<sup>6</sup></table><p>Last <q>word</q>
        <p id=n><a href="#r">1</a> The note.""",
    )
    assert text.split("\n\n") == [
        "Lease",
        "Rent is due.¹\n¹ The note.",
        "3. Third",
        "a. inner",
        "7. Seventh",
        "• dot",
        "Year | Rent",
        "1 | 10⁶",
        "Last “word”",
    ]


@pytest.mark.parametrize(
    ("hiding", "reason"),
    [
        ('<p style="display:none">SECRET</p>', "not displayed"),
        ("<p hidden>SECRET</p>", "not displayed"),
        ('<style>.x p{display:none}</style><div class="a x"><p>SECRET</p></div>', "not displayed"),
        ('<p style="visibility: hidden">SECRET</p>', "set as invisible"),
        ('<p style="color:#fff">SECRET</p>', "white on white"),
        ('<p><font color="white">SECRET</font></p>', "white on white"),
        (
            '<div style="background:#222"><p style="color:#232323">SECRET</p></div>',
            "colour of its background",
        ),
        ('<p style="font-size:0">SECRET</p>', "too small"),
        ('<p style="opacity:0">SECRET</p>', "transparent"),
        ('<p style="position:absolute;left:-9999px">SECRET</p>', "outside the page"),
        ('<div style="max-height:0;overflow:hidden">SECRET</div>', "cut off"),
        ("<!-- SECRET -->", "comment in the source"),
        ("<noscript>SECRET</noscript>", "scripts do not run"),
        ('<input type=hidden value="SECRET">', "hidden field"),
    ],
)
def test_what_nobody_sees_is_left_out_and_told(tmp_path: Path, hiding: str, reason: str) -> None:
    text, told = read(tmp_path, f"<html><body><p>Seen.</p>{hiding}<p>End.</p></body></html>")
    assert "SECRET" not in text
    assert reason in told and "SECRET" in told


@pytest.mark.parametrize(
    "page",
    [
        '<table bgcolor="#000000"><tr><td style="color:#fff">SHOWN</td></tr></table>',
        '<div style="background-image:url(x.png)"><p style="color:white">SHOWN</p></div>',
        "<style>@media print{p{display:none}}</style><p>SHOWN</p>",
        "<style>p:hover{display:none} a[b]{display:none}</style><p>SHOWN</p>",
        '<div style="visibility:hidden"><p style="visibility:visible">SHOWN</p></div>',
        '<link rel=stylesheet href="dark.css"><p style="color:#fff">SHOWN</p>',
    ],
)
def test_what_is_seen_stays(tmp_path: Path, page: str) -> None:
    assert "SHOWN" in read(tmp_path, f"<html><body>{page}</body></html>")[0]


def test_deletions_insertions_and_struck_words(tmp_path: Path) -> None:
    page = "<html><body><p>Within <del>ten</del><ins>sixty</ins> days, <s>not</s> later.</p></body></html>"
    final, told = read(tmp_path, page)
    assert final == "Within sixty days, [struck: not] later."
    assert "[deleted by unknown: ten]" in told and "[inserted by unknown: sixty]" in told
    assert read(tmp_path, page, view="original")[0].startswith("Within ten days")
    marked = read(tmp_path, page, view="marked")[0]
    assert "[deleted by unknown: ten][inserted by unknown: sixty]" in marked


def test_pictures_scripts_and_alternative_texts_are_no_text(tmp_path: Path) -> None:
    page = '<html><body><p>Words<img src="x.png" alt="ALT"><script>SCRIPT</script><svg><text>SVG</text></svg>'
    text, told = read(tmp_path, page)
    assert text == "Words"
    assert "1 picture was not read" in told and "1 script was not read" in told


@pytest.mark.parametrize(
    ("data", "word", "told"),
    [
        ('<html><meta charset="iso-8859-1"><body>café €'.encode("cp1252"), "café €", ""),
        ('<html><meta charset="iso-8859-1"><body>café'.encode(), "café", "but it is UTF-8"),
        ('<html><meta charset="koi8-r"><body>Договор'.encode("koi8-r"), "Договор", ""),
        ('<html><meta charset="nonsense"><body>café'.encode("cp1252"), "café", "Windows-1252"),
        (
            '<html><meta charset="utf-8"><body>naïve café naïve'.encode() + b" \xe9",
            "café",
            "could not be decoded",
        ),
        ("\ufeff<html><body>café".encode("utf-16-le"), "café", ""),
        (b"<html><body>a\0b\x01c", "c", "could not be decoded"),
    ],
)
def test_encodings_are_those_declared_if_the_bytes_agree(
    tmp_path: Path, data: bytes, word: str, told: str
) -> None:
    text, warnings = read(tmp_path, data)
    assert word in text
    assert told in warnings


def test_nothing_outside_the_page_is_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("OUTSIDE")
    page = (
        f'<!DOCTYPE html [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]><html><body><p>In &x; it'
    )
    assert "OUTSIDE" not in read(tmp_path, page)[0]


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<html>" + "<div>" * 100_000 + "deep", "nested too deeply"),
        ("<html>" + "<p>x" * 1_600_000, "over the limit of 1,500,000"),
        ("<html><body></body></html>", "has no words"),
    ],
)
def test_pages_over_a_limit_are_refused(tmp_path: Path, page: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read(tmp_path, page)


def test_places_are_paragraphs_and_the_receipt_names_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text("<html><body>" + f"<p>{'word ' * 200}</p>" * 12)
    reading = inspect_document(path)
    assert [page.label for page in reading.document.pages] == ["¶¶ 1-4", "¶¶ 5-8", "¶¶ 9-12"]
    assert reading.reader.startswith("web pages")


def test_layout_tables_are_paragraphs(tmp_path: Path) -> None:
    page = "<html><body><table><tr><td><table><tr><td>a<td>b</table><td>c</table>"
    assert read(tmp_path, page)[0].split("\n\n") == ["a | b", "c"]


def book(path: Path, **parts: str) -> Path:
    """An EPUB whose chapters are these parts, in order."""
    items = "".join(
        f'<item id="{name}" href="{name}.xhtml" media-type="application/xhtml+xml"/>' for name in parts
    )
    order = "".join(f'<itemref idref="{name}"/>' for name in (*parts, "gone"))
    items += '<item id="gone" href="gone.xhtml" media-type="application/xhtml+xml"/>'
    with zipfile.ZipFile(path, "w") as file:
        file.writestr("mimetype", "application/epub+zip")
        file.writestr(
            "META-INF/container.xml",
            '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
            '<rootfile full-path="O/p.opf"/></rootfiles></container>',
        )
        file.writestr(
            "O/p.opf",
            '<package xmlns="http://www.idpf.org/2007/opf"><metadata><title xmlns="http://purl.org/dc/elements/1.1/">'
            f"A Book</title></metadata><manifest>{items}</manifest><spine>{order}</spine></package>",
        )
        for name, text in parts.items():
            file.writestr(f"O/{name}.xhtml", f"<html><body>{text}</body></html>")
    return path


def test_chapters_are_read_in_the_order_of_the_spine(tmp_path: Path) -> None:
    path = book(tmp_path / "b.epub", z="<h1>First</h1><p>one</p>", a="<h1>Second</h1><p>two</p>")
    document = read_document(path)
    assert [page.text for page in document.pages] == ["First\n\none", "Second\n\ntwo"]
    assert any("gone.xhtml" in line for line in document.warnings)


def test_a_book_with_drm_is_refused(tmp_path: Path) -> None:
    path = book(tmp_path / "b.epub", a="<p>x</p>")
    with zipfile.ZipFile(path, "a") as file:
        file.writestr("META-INF/rights.xml", "<rights/>")
    with pytest.raises(DocumentError, match="locked by its publisher"):
        read_document(path)
