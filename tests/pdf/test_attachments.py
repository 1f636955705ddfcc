"""What a file carries beside its pages is named, and read when asked for."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, make_pdf

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import inspect_document, read_attached

WritePdf = Callable[..., Path]

COVER = line("For the best experience, open this portfolio in a viewer for portfolios.")


def carrying(write_pdf: WritePdf, *files: tuple[str, bytes], **options: object) -> Path:
    """A file with others attached to it. files: name and content of each."""
    extra: list[bytes] = []
    names = []
    for number, (name, data) in enumerate(files):
        at = 7 + 2 * number
        names.append(f"({name}) {at} 0 R")
        extra.append(f"<</Type/Filespec/F({name})/UF({name})/EF<</F {at + 1} 0 R>>>>".encode())
        extra.append(b"<</Type/EmbeddedFile/Length %d>>stream\n%s\nendstream" % (len(data), data))
    catalog = f"/Names<</EmbeddedFiles<</Names[{' '.join(names)}]>>>>/Collection<</View/D>>"
    return write_pdf([COVER], catalog=catalog, extra=extra, **options)


def test_attached_files_are_named_and_read_when_asked_for(write_pdf: WritePdf, tmp_path: Path) -> None:
    letter = make_pdf([line("The side letter caps the fee at 5 %.")])
    path = carrying(
        write_pdf, ("Side letter.pdf", letter), ("notes.txt", b"none"), ("broken.pdf", b"%PDF-1.7")
    )
    reading = inspect_document(path)
    assert reading.attachments == ("Side letter.pdf", "notes.txt", "broken.pdf")
    (warning,) = [text for text in reading.document.warnings if "attached" in text]
    assert "3 attached files" in warning and "“Side letter.pdf”" in warning and "--attachments" in warning
    found = dict(read_attached(path, reading.attachments, cache_dir=tmp_path / "cache"))
    good = found["Side letter.pdf"]
    assert not isinstance(good, DocumentError)
    assert good.document.pages[0].text == "The side letter caps the fee at 5 %."
    for name, reason in (("notes.txt", "it is not a PDF"), ("broken.pdf", "damaged or incomplete")):
        error = found[name]
        assert isinstance(error, DocumentError) and reason in error.message


@pytest.mark.parametrize(
    "name", ["../../escape.pdf", "/etc/passwd.pdf", "a\\\\b.pdf", "..", "x" * 300 + ".pdf"]
)
def test_the_name_of_an_attached_file_leads_nowhere(write_pdf: WritePdf, tmp_path: Path, name: str) -> None:
    path = carrying(write_pdf, (name, make_pdf([line("Words of it.")])))
    before = set(tmp_path.rglob("*"))
    for _, found in read_attached(path, inspect_document(path).attachments):
        assert isinstance(found, DocumentError) or found.document.pages[0].text == "Words of it."
    assert set(tmp_path.rglob("*")) == before


def test_the_command_reads_attached_pdfs(
    write_pdf: WritePdf, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from docanalyst.cli.app import run

    path = carrying(write_pdf, ("Side letter.pdf", make_pdf([line("The side letter caps the fee.")])))
    command = ["--data-dir", str(tmp_path / "data"), "read", str(path), "--attachments"]
    assert run(command) == 0
    assert "The side letter caps the fee." in capsys.readouterr().out
    assert run(["--json", *command]) == 0
    record = json.loads(capsys.readouterr().out)
    assert record["attached"] == ["Side letter.pdf"]
    assert record["attachments"][0]["pages"][0]["text"] == "The side letter caps the fee."


def test_files_attached_to_a_place_of_a_page_are_named(write_pdf: WritePdf) -> None:
    note = b"<</Type/Annot/Subtype/FileAttachment/Rect[72 600 90 620]/F 4/FS 8 0 R>>"
    data = [b"<</Type/Filespec/F(plan.dwg)/EF<</F 9 0 R>>>>", b"<</Length 1>>stream\nx\nendstream"]
    path = write_pdf([COVER], page_entries="/Annots[7 0 R]", extra=[note, *data])
    assert any("plan.dwg" in warning for warning in inspect_document(path).document.warnings)


def xfa(data: bytes) -> dict[str, object]:
    return {
        "catalog": "/AcroForm<</Fields[]/XFA[(datasets) 7 0 R]>>",
        "extra": [b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)],
    }


def test_form_data_that_no_page_shows_is_told(write_pdf: WritePdf) -> None:
    data = (
        b"<xfa:datasets><form><rent>5,000 &amp; tax</rent>"
        b"<shown>open this portfolio</shown></form></xfa:datasets>"
    )
    warnings = inspect_document(write_pdf([COVER], **xfa(data))).document.warnings
    (warning,) = [text for text in warnings if "XFA" in text]
    assert "1 value is not on its pages" in warning and "rent = 5,000 & tax" in warning


def test_form_data_that_is_broken_or_shown_is_passed_over(write_pdf: WritePdf) -> None:
    for data in (b"", b"<<<>>&&", b"<a><b></b></a>", b"<a>For the best experience</a>"):
        assert inspect_document(write_pdf([COVER], **xfa(data))).document.warnings == ()
