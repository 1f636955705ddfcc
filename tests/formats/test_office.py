"""OpenDocument and RTF files, kinds told by bytes, and office files as PDF."""

from __future__ import annotations

import os
import time
import zipfile
from pathlib import Path

import pytest

from docanalyst.analyst.review.briefs import check_brief, read_brief
from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import (
    EPUB,
    HTML,
    MAIL,
    OPENDOCUMENT,
    PDF,
    RTF,
    SUFFIXES,
    WORD,
    kind_of,
)  # fmt: skip
from docanalyst.pdf import inspect_document, read_document
from docanalyst.pdf.flow import libreoffice

NAMES = " ".join(
    f'xmlns:{short}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'
    for short, name in (
        ("office", "office"), ("text", "text"), ("table", "table"), ("style", "style"), ("draw", "drawing"),
        ("fo", "xsl-fo-compatible"),
    )
)  # fmt: skip


def odt(path: Path, body: str, styles: str = "", before: str = "") -> Path:
    """An OpenDocument text."""
    content = (
        f'{before}<office:document-content {NAMES} xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.text", zipfile.ZIP_STORED)
        file.writestr("content.xml", content)
    return path


def text_of(path: Path, **options: str) -> str:
    """The text of a document."""
    return "\n\n".join(page.text for page in read_document(path, **options).pages)  # type: ignore[arg-type]


LIST = (
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" '
    'style:num-suffix="."/><text:list-level-style-number text:level="2" style:num-format="a" '
    'style:num-prefix="(" style:num-suffix=")"/></text:list-style>'
    '<style:style style:name="H" style:family="text">'
    '<style:text-properties text:display="none"/></style:style>'
    '<style:style style:name="S" style:family="text">'
    '<style:text-properties style:text-line-through-style="solid"/></style:style>'
)


def test_numbers_notes_tables_and_marks_of_an_opendocument_text(tmp_path: Path) -> None:
    path = odt(
        tmp_path / "a.odt",
        '<text:h text:outline-level="1">Lease</text:h>'
        '<text:list text:style-name="L"><text:list-item><text:p>One<text:note text:note-class="footnote">'
        "<text:note-citation>1</text:note-citation>"
        "<text:note-body><text:p>The note.</text:p></text:note-body>"
        "</text:note> more.</text:p><text:list><text:list-item><text:p>Inner</text:p></text:list-item>"
        "</text:list></text:list-item></text:list>"
        '<text:p>Not <text:span text:style-name="H">SECRET</text:span><text:s text:c="2"/>'
        '<text:span text:style-name="S">gone</text:span>.</text:p>'
        '<text:list text:style-name="L" text:continue-numbering="true"><text:list-item><text:p>Two</text:p>'
        "</text:list-item></text:list>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>",
        LIST,
    )
    assert text_of(path).replace("  ", " ").split("\n\n") == [
        "Lease", "1. One¹ more.\n¹ The note.", "(a) Inner",
        "Not [hidden text] [struck: gone].", "2. Two", "a | b",
    ]  # fmt: skip
    assert any("SECRET" in line for line in read_document(path).warnings)


def test_tracked_changes_of_an_opendocument_text(tmp_path: Path) -> None:
    info = "<office:change-info><dc:creator>Ann</dc:creator></office:change-info>"
    path = odt(
        tmp_path / "a.odt",
        f'<text:tracked-changes><text:changed-region text:id="c1"><text:insertion>{info}</text:insertion>'
        f'</text:changed-region><text:changed-region text:id="c2"><text:deletion>{info}<text:p>ten</text:p>'
        "</text:deletion></text:changed-region></text:tracked-changes>"
        '<text:p>Within <text:change text:change-id="c2"/><text:change-start text:change-id="c1"/>sixty'
        '<text:change-end text:change-id="c1"/> days.</text:p>',
    )
    assert text_of(path) == "Within sixty days."
    assert text_of(path, view="original") == "Within ten days."
    assert text_of(path, view="marked") == "Within [deleted by Ann: ten][inserted by Ann: sixty] days."


@pytest.mark.parametrize(
    ("body", "before", "said"),
    [
        ("<text:p>&x;</text:p>", '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/hostname">]>', "document type"),
        ("<text:section>" * 300 + "<text:p>x</text:p>" + "</text:section>" * 300, "", "nested too deeply"),
        ("<text:p>x</text:p>" * 200_000, "", "only a ZIP bomb does"),
        ("<text:p>x", "", "not valid XML"),
    ],
)
def test_hostile_opendocument_texts_are_refused(tmp_path: Path, body: str, before: str, said: str) -> None:
    with pytest.raises(DocumentError, match=said):
        read_document(odt(tmp_path / "a.odt", body, before=before))


RICH = (
    r"{\rtf1\ansi\ansicpg1252\uc1{\fonttbl{\f0\fcharset0 A;}{\f1\fcharset204 B;}}"
    r"{\colortbl;\red255\green255\blue255;}"
    r"{\stylesheet{\s1 heading 1;}}{\*\revtbl{Unknown;}{Ann;}}{\info{\title SECRET}}"
    r"{\*\unknown SECRET}{\pard\s1 Lease\par}\pard Caf\'e9 \u8364? {\f1\'c4\'e0} {\v HID}{\cf1 WHITE}.\chftn"
    r"{\footnote\chftn  The note.}\par{\listtext 3.\tab}Third\par"
    r"\trowd\cellx1\cellx2\pard\intbl a\cell b\cell\row\pard "
    r"Within {\deleted\revauthdel1 ten}{\revised\revauth1 sixty} days {\strike not}.\par{\pict 89504e47}}"
)


def test_text_notes_tables_and_changes_of_rtf(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(RICH)
    document = read_document(path)
    assert text_of(path).split("\n\n") == [
        "Lease", "Café € Да [hidden text] .¹\n¹ The note.", "3. Third", "a | b",
        "Within sixty days [struck: not].",
    ]  # fmt: skip
    told = "\n".join(document.warnings)
    assert "HID" in told and "WHITE" in told and "1 picture was not read" in told
    assert "[deleted by Ann: ten]" in told
    assert "Within ten days" in text_of(path, view="original")


def test_an_rtf_file_that_breaks_off_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1 words {\b off")
    assert any("breaks off" in line for line in read_document(path).warnings)
    path.write_text(r"{\rtf1 " + "{" * 30_000)
    with pytest.raises(DocumentError, match="nested too deeply"):
        read_document(path)


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.pdf", b"<!DOCTYPE html><p>x", HTML),
        ("a.txt", b"%PDF-1.7 x", PDF),
        ("a.doc", b"<html xmlns:w='urn:x'><body>saved as a web page", HTML),
        ("a.doc", b"{\\rtf1 x}", RTF),
        ("a.docx", b"{\\rtf1 x}", RTF),
        ("a.txt", b"Received: by x\r\nFrom: a\r\nSubject: b\r\n\r\nbody", MAIL),
        ("a.bin", b"PK\3\4" + bytes(26) + b"mimetypeapplication/epub+zip", EPUB),
        ("a.zip", b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.text", OPENDOCUMENT),
        ("a.eml", b"From: a\nSubject: b\nX: see %PDF-1.4\nMIME-Version: 1.0\n\nbody", MAIL),
        ("a.odt", b"PK\3\4" + bytes(26) + b"word/document.xml", WORD),
        ("a.txt", b"Subject: a letter\nFrom: us\n\nThis is a plain text file.", "text"),
        ("a.md", b"# A <html> tag in the first line", "text"),
    ],
)
def test_bytes_decide_before_endings(tmp_path: Path, name: str, data: bytes, kind: str) -> None:
    (tmp_path / name).write_bytes(data)
    assert kind_of(tmp_path / name) == kind


@pytest.mark.parametrize(
    ("stream", "said", "hint"),
    [
        ("WordDocument", "old format", "save it as .docx"),
        ("Workbook", "Excel", "PDF"),
        ("PowerPoint Document", "PowerPoint", "PDF"),
    ],
)
@pytest.mark.parametrize("ending", [".doc", ".docx", ".msg", ".xls"])
def test_old_office_files_are_refused_by_what_they_are(
    tmp_path: Path, stream: str, said: str, hint: str, ending: str
) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500) + stream.encode("utf-16-le") + bytes(600)
    )
    with pytest.raises(DocumentError, match=said) as caught:
        kind_of(path)
    assert hint in caught.value.hint


@pytest.mark.parametrize("ending", sorted(SUFFIXES))
def test_every_ending_that_is_read_takes_no_other_bytes(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"a{ending}"
    path.write_bytes(bytes(range(256)) * 40)
    with pytest.raises(DocumentError):
        read_document(path)


@pytest.mark.parametrize("kind", ["odt", "rtf", "html"])
def test_quotations_of_briefs_in_other_kinds_are_checked(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"brief.{kind}"
    words = (
        "The lease says “the rent is due on the first day of each month” and “the tenant may never leave it”."
    )
    if kind == "odt":
        odt(path, f"<text:p>{words}</text:p>")
    elif kind == "html":
        path.write_text(f"<html><meta charset=utf-8><body><p>{words}</p>")
    else:
        path.write_text("{\\rtf1\\uc0 " + "".join(x if x.isascii() else f"\\u{ord(x)} " for x in words) + "}")
    source = tmp_path / "lease.txt"
    source.write_text("The rent is due on the first day of each month.")
    checked = check_brief(read_brief(str(path)), [read_document(source)])
    assert [item.verified for item in checked.citations] == [True, False]
    assert checked.place(0) == "¶ 1" and not checked.takes_comments


# ---------------------------------------------------------------------- as PDF


def fake_office(folder: Path, script: str) -> Path:
    """A program in place of LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    return program


def test_without_libreoffice_the_error_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1 words}")
    monkeypatch.setattr(libreoffice, "find_office", lambda: None)
    with pytest.raises(DocumentError, match="LibreOffice is not installed") as caught:
        read_document(path, view="pdf")
    assert "--as-pdf" in caught.value.hint
    (tmp_path / "b.html").write_text("<html><body>words")
    assert text_of(tmp_path / "b.html", view="pdf") == "words"


@pytest.mark.skipif(os.name == "nt", reason="the stand-in is a shell script")
def test_what_libreoffice_started_ends_with_its_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pid = tmp_path / "pid"
    office = fake_office(tmp_path, f"sleep 300 & echo $! > {pid}; wait")
    monkeypatch.setattr(libreoffice, "find_office", lambda: str(office))
    path = tmp_path / "a.rtf"
    path.write_text(r"{\rtf1 words}")
    with (
        pytest.raises(DocumentError, match="takes more than"),
        libreoffice.as_pdf(path, str(path), seconds=1.0),
    ):
        pass
    child = int(pid.read_text())
    for _ in range(100):
        if not Path(f"/proc/{child}").exists() or "Z" in Path(f"/proc/{child}/stat").read_text().split()[2]:
            break
        time.sleep(0.05)
    else:
        pytest.fail("the child of LibreOffice still runs")


@pytest.mark.slow
@pytest.mark.skipif(libreoffice.find_office() is None, reason="LibreOffice is not installed")
def test_office_files_have_the_pages_of_libreoffice(tmp_path: Path) -> None:
    path = tmp_path / "-odd name.rtf"
    path.write_text(r"{\rtf1 first\page second}")
    reading = inspect_document(path, view="pdf")
    assert [page.text for page in reading.document.pages] == ["first", "second"]
    assert reading.reader.startswith("LibreOffice to PDF")
    assert "LibreOffice" in reading.document.warnings[0]
    assert reading.document.path == str(path)
