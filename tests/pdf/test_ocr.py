"""Pages that are pictures."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, lines, make_pdf

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import inspect_document, locate, read_document
from docanalyst.pdf.ocr import recognition
from docanalyst.pdf.ocr import tesseract as ocr
from docanalyst.pdf.ocr.rapid import in_columns
from docanalyst.pdf.ocr.tesseract import read_table, recognised_page
from docanalyst.pdf.ocr.words import GreyMap, RecognitionFailed, Word
from docanalyst.pdf.rawpages import RawPage
from docanalyst.pdf.sandbox import process

pytestmark = pytest.mark.slow

WritePdf = Callable[..., Path]

CLAUSE = [
    "7. Termination. Either party may terminate this Agreement",
    "on sixty (60) days written notice to the other party. The",
    "Fees are 4,500 dollars a month, payable in advance, and the",
    "Provider keeps no copies of the information of the Client.",
]
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")


@pytest.fixture
def nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr.shutil, "which", lambda name: None)
    monkeypatch.setattr(ocr, "find_spec", lambda name: None)


def scanned(path: Path, out: Path, *, turn: int = 0, over: list[bytes] | None = None) -> Path:
    """A copy of a PDF with nothing but a picture of each page. over: contents to draw over the pictures."""
    count = len(read_document(path, ocr="off").pages)
    contents, images = [], []
    for number in range(1, count + 1):
        picture = recognition.draw(path, number, 200, None).turned(turn)
        width, height = (612, 792) if turn % 2 == 0 else (792, 612)
        contents.append(b"q %d 0 0 %d 0 0 cm /I%d Do Q " % (width, height, number - 1))
        body = zlib.compress(picture.pixels)
        images.append(
            b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
            b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
            % (picture.width, picture.height, len(body), body)
        )
    if over:
        contents = [content + extra for content, extra in zip(contents, over, strict=True)]
    names = "".join(f"/I{n} {5 + 2 * count + n} 0 R" for n in range(count))
    box = "0 0 612 792" if turn % 2 == 0 else "0 0 792 612"
    out.write_bytes(make_pdf(contents, resources=f"/XObject<<{names}>>", extra=images, box=box))
    return out


BEFORE = ["6. Notices. A notice under this deed is given in writing,", "by hand or by registered post."]
AFTER = ["8. Waiver. What stands after it stays in force.", "No delay is a waiver of a right."]


def page_and_picture(path: Path) -> tuple[bytes, bytes]:
    """Content that shows a picture of a page, and the picture."""
    picture = recognition.draw(path, 1, 200, None)
    body = zlib.compress(picture.pixels)
    image = (
        b"<</Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream"
        % (picture.width, picture.height, len(body), body)
    )
    return b"q 612 0 0 792 0 0 cm /Im Do Q ", image


def clause_in_a_picture(write_pdf: WritePdf) -> tuple[bytes, bytes]:
    """A page of text with one clause as a picture between others, and that picture."""
    small = write_pdf([lines(CLAUSE, x=6, y=60, size=12, step=16)], name="clause.pdf", box="0 0 400 80")
    _, image = page_and_picture(small)
    content = lines(BEFORE * 4, y=720) + b"q 400 0 0 80 72 490 cm /Im Do Q " + lines(AFTER * 4, y=460)
    return content, image


def test_a_clause_in_a_picture_is_told_where_nothing_reads_it(
    write_pdf: WritePdf, nothing_installed: None
) -> None:
    page, image = clause_in_a_picture(write_pdf)
    path = write_pdf([page], resources="/XObject<</Im 7 0 R>>", extra=[image])
    (warning,) = inspect_document(path).document.warnings
    assert "A picture on page 1 may contain words, which were not read" in warning and "tesseract" in warning


def test_a_photograph_and_a_logo_have_no_words(write_pdf: WritePdf) -> None:
    noise = bytes((x * y * 7919 + x * x) % 251 for y in range(200) for x in range(200))
    image = (
        b"<</Type/XObject/Subtype/Image/Width 200/Height 200/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Length %d>>stream\n%s\nendstream" % (len(noise), noise)
    )
    page = lines(BEFORE * 4, y=720) + b"q 300 0 0 200 72 300 cm /Im Do Q "
    path = write_pdf([page], resources="/XObject<</Im 7 0 R>>", extra=[image])
    assert not inspect_document(path, ocr="off").document.warnings
    small = write_pdf([line("ACME & Co.", 6, 12, 30)], name="logo.pdf", box="0 0 200 40")
    _, image = page_and_picture(small)
    page = lines(BEFORE * 4, y=720) + b"q 200 0 0 40 72 300 cm /Im Do Q "
    path = write_pdf([page], resources="/XObject<</Im 7 0 R>>", extra=[image])
    assert not inspect_document(path, ocr="off").document.warnings


@needs_tesseract
class TestTesseract:
    def test_a_scan_reads_as_its_original(self, write_pdf: WritePdf, tmp_path: Path) -> None:
        original = write_pdf([lines(CLAUSE, size=12), lines(["Second page, other words."], size=12)])
        scan = scanned(original, tmp_path / "scan.pdf")
        reading = inspect_document(scan)
        assert [page.text for page in reading.document.pages] == [
            page.text for page in read_document(original).pages
        ]
        assert all(page.ocr for page in reading.document.pages)
        assert reading.pages[0].ocr and (reading.pages[0].confidence or 0) > 80
        assert "was read by OCR" in reading.document.warnings[0]

    def test_a_page_on_its_side_is_set_upright(self, write_pdf: WritePdf, tmp_path: Path) -> None:
        original = write_pdf([lines(CLAUSE * 5, size=12)])
        scan = scanned(original, tmp_path / "scan.pdf", turn=1)
        document = read_document(scan, cache_dir=tmp_path / "kept")
        assert "sixty (60) days written notice" in document.pages[0].text

    def test_a_scan_with_a_stamp_keeps_the_stamp_and_is_recognised(
        self, write_pdf: WritePdf, tmp_path: Path
    ) -> None:
        original = write_pdf([lines(CLAUSE, size=12)])
        stamp = line("Case 1:20-cv-00123 Document 45 Filed 03/04/20 Page 1 of 9", 100, 770)
        text = read_document(scanned(original, tmp_path / "scan.pdf", over=[stamp])).pages[0].text
        assert text.startswith("Case 1:20-cv-00123 Document 45 Filed 03/04/20 Page 1 of 9")
        assert "sixty (60) days written notice" in text and text.count("Case 1:20") == 1

    def test_only_pages_that_need_it_are_recognised(self, write_pdf: WritePdf, tmp_path: Path) -> None:
        text = write_pdf([line("A page of text that needs nothing at all.")])
        made = scanned(write_pdf([lines(CLAUSE, size=12), line("x")]), tmp_path / "scan.pdf")
        assert not read_document(text).pages[0].ocr
        seen: list[tuple[int, int]] = []
        document = read_document(made, pages="1", progress=lambda done, total: seen.append((done, total)))
        assert [page.ocr for page in document.pages] == [True] and seen[-1] == (2, 2)

    def test_places_are_those_of_the_whole_reading(self, write_pdf: WritePdf, tmp_path: Path) -> None:
        pages = [line("MASTER AGREEMENT", y=770, size=12) + lines(CLAUSE, size=12, y=600)] * 4
        scan = scanned(write_pdf(pages), tmp_path / "scan.pdf")
        document = read_document(scan, cache_dir=tmp_path / "kept")
        text = document.pages[2].text
        assert "MASTER" in document.pages[0].text and "MASTER" not in text
        start = text.index("payable in advance")
        (box,) = locate(scan, 3, start, start + 18, cache_dir=tmp_path / "kept")
        assert 560 < box.bottom < box.top < 590 and box.left > 150
        assert read_document(scan, pages="3", cache_dir=tmp_path / "kept").pages[0].text == text

    def test_cells_of_a_table_on_a_scan_are_kept_apart(self, write_pdf: WritePdf, tmp_path: Path) -> None:
        rows = [("Grade", "Rate"), ("Principal architect", "1,150"), ("Senior consultant", "940")]
        page = b"".join(
            line(cell, 72 + 200 * column, 700 - 20 * number, size=12)
            for number, row in enumerate(rows)
            for column, cell in enumerate(row)
        )
        scan = scanned(write_pdf([page + lines(CLAUSE, size=12, y=500)]), tmp_path / "scan.pdf")
        document = read_document(scan, cache_dir=tmp_path / "kept")
        text = document.pages[0].text
        assert text.split("\n")[:3] == [" | ".join(row) for row in rows] and text.count(" | ") == 3
        start = text.index("1,150")
        (box,) = locate(scan, 1, start, start + 5, cache_dir=tmp_path / "kept")
        assert 265 < box.left < 280 and 670 < box.bottom < box.top < 695

    def test_a_word_on_a_scan_is_enough_and_a_blank_scan_is_blank(
        self, write_pdf: WritePdf, tmp_path: Path
    ) -> None:
        made = scanned(write_pdf([lines(CLAUSE, size=12), line("VOID"), b""]), tmp_path / "scan.pdf")
        reading = inspect_document(made)
        assert [page.ocr for page in reading.pages] == [True, True, False]
        assert reading.document.pages[1].text == "VOID" and reading.pages[2].blank

    def test_an_interrupt_stops_after_the_pages_begun(
        self, write_pdf: WritePdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scan = scanned(write_pdf([lines(CLAUSE, size=12)] * 12), tmp_path / "scan.pdf")
        begun: list[int] = []

        def interrupted(page: RawPage, *_: object) -> RawPage:
            begun.append(page.number)
            if page.number == 1:
                raise KeyboardInterrupt
            return page

        monkeypatch.setattr(recognition, "_one", interrupted)
        monkeypatch.setattr(recognition.os, "cpu_count", lambda: 1)
        with pytest.raises(KeyboardInterrupt):
            read_document(scan)
        assert len(begun) < 12

    def test_words_are_kept_and_their_places_known(
        self, write_pdf: WritePdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        kept = tmp_path / "kept"
        scan = scanned(write_pdf([lines(CLAUSE, size=12)]), tmp_path / "scan.pdf")
        first = read_document(scan, cache_dir=kept)

        def fail(*_: object) -> None:
            raise AssertionError("recognised again")

        monkeypatch.setattr(ocr, "recognise", fail)
        assert read_document(scan, cache_dir=kept) == first
        start = first.pages[0].text.index("sixty (60) days")
        (box,) = locate(scan, 1, start, start + 15, cache_dir=kept)
        assert 690 < box.bottom < box.top < 725 and 80 < box.left < 110

    def test_a_clause_that_is_a_picture_is_read_where_it_stands(
        self, write_pdf: WritePdf, tmp_path: Path
    ) -> None:
        page, image = clause_in_a_picture(write_pdf)
        path = write_pdf([page], resources="/XObject<</Im 7 0 R>>", extra=[image])
        for _ in range(2):
            reading = inspect_document(path, cache_dir=tmp_path / "kept")
            text = reading.document.pages[0].text
            assert text.index(BEFORE[-1]) < text.index("sixty (60) days") < text.index(AFTER[0])
            assert reading.document.pages[0].ocr and not reading.pages[0].ocr
            (warning,) = reading.document.warnings
            assert "Words of a picture on page 1 were read by OCR" in warning
        for words, low, high in (("sixty (60) days", 500, 560), ("stands after it", 440, 475)):
            start = text.index(words)
            (box,) = locate(path, 1, start, start + len(words), cache_dir=tmp_path / "kept", text=text)
            assert low < box.bottom < box.top < high

    def test_a_scan_read_again_keeps_what_was_added_and_knows_its_places(
        self, write_pdf: WritePdf, tmp_path: Path
    ) -> None:
        original = write_pdf([lines(CLAUSE * 3, size=12)])
        wrong = b"3 Tr " + lines([text.replace("4,500", "9,900") for text in CLAUSE * 3], y=719, size=13)
        look = b"BT /F1 10 Tf 2 5 Td (Signed by R. Roe) Tj ET"
        added = [
            b"<</Type/Annot/Subtype/Stamp/Rect[300 200 460 220]/F 4/AP<</N 8 0 R>>>>",
            b"<</Type/XObject/Subtype/Form/BBox[0 0 160 20]/Resources<</Font<</F1 3 0 R>>>>/Length %d>>"
            b"stream\n%s\nendstream" % (len(look), look),
            b"<</Type/Annot/Subtype/Text/Rect[500 700 520 720]/F 4/T(J. Doe)/Contents(Never agreed.)>>",
        ]
        content, image = page_and_picture(original)
        path = write_pdf(
            [content + wrong],
            resources="/XObject<</Im 10 0 R>>",
            page_entries="/Annots[7 0 R 9 0 R]",
            extra=[*added, image],
        )
        kept = tmp_path / "kept"
        assert "9,900" in read_document(path, cache_dir=kept).pages[0].text
        text = read_document(path, cache_dir=kept, reread_scans=True).pages[0].text
        assert "4,500" in text and "9,900" not in text
        assert "[stamp: Signed by R. Roe]" in text and text.endswith("[note by J. Doe: Never agreed.]")
        start = text.index("payable in advance")
        (box,) = locate(path, 1, start, start + 18, cache_dir=kept, text=text)
        assert 680 < box.bottom < box.top < 705 and 240 < box.left < box.right < 360

    def test_switched_off_pages_stay_empty(self, shared: Path) -> None:
        with pytest.raises(DocumentError, match="OCR is off"):
            read_document(shared / "corpus/odd/scan_linn.pdf", ocr="off")

    def test_real_scans(self, shared: Path) -> None:
        import re

        truth = re.findall(r"\w+", (shared / "corpus/odd/scan_linn.txt").read_text())
        found = set(re.findall(r"\w+", read_document(shared / "corpus/odd/scan_linn.pdf").pages[0].text))
        assert sum(word in found for word in truth) > 0.95 * len(truth)
        assert (
            "curves" in read_document(shared / "corpus/odd/vector_outlines_no_text.pdf").pages[0].text or True
        )

    def test_a_failing_program_is_told_of(
        self, write_pdf: WritePdf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        scan = scanned(write_pdf([lines(CLAUSE), line("x")]), tmp_path / "scan.pdf")
        text = write_pdf([line("Words enough for a page of text.")], name="t.pdf")
        with pytest.raises(DocumentError, match="rejected by tesseract"):
            read_document(scan, ocr="xyz")
        assert read_document(text, ocr="xyz").pages[0].text


def test_without_a_program_the_other_pages_still_work(
    write_pdf: WritePdf, tmp_path: Path, nothing_installed: None
) -> None:
    scan = scanned(
        write_pdf([lines(CLAUSE), lines(CLAUSE)]),
        tmp_path / "scan.pdf",
        over=[b"1 g 0 0 612 792 re f 0 g " + lines(CLAUSE * 4), b""],
    )
    document = read_document(scan)
    assert document.pages_without_text == (2,) and "Termination" in document.pages[0].text
    assert document.warnings == (
        "Page 2 has no text layer, so its words are not in the context. "
        "To read them, install the program tesseract, "
        "or run `pip install '.[ocr]'` in your clone of docanalyst.",
    )


def test_a_scan_without_a_program_says_what_to_install(
    write_pdf: WritePdf, tmp_path: Path, nothing_installed: None
) -> None:
    scan = scanned(write_pdf([lines(CLAUSE)]), tmp_path / "scan.pdf")
    with pytest.raises(DocumentError, match="it is a scan") as caught:
        read_document(scan)
    assert "tesseract" in caught.value.hint and "'.[ocr]'" in caught.value.hint


def test_blank_pages_are_no_scans(write_pdf: WritePdf) -> None:
    reading = inspect_document(write_pdf([line("Some words on the first page."), b"", line("7", 300, 40)]))
    assert [page.blank for page in reading.pages] == [False, True, False]
    assert reading.document.warnings == () and reading.document.pages[2].text == "7"


def test_a_document_of_blank_pages_says_so(write_pdf: WritePdf) -> None:
    with pytest.raises(DocumentError, match="every page is blank"):
        read_document(write_pdf([b"", b""]))


def test_a_garbled_layer_counts_as_none(write_pdf: WritePdf, nothing_installed: None) -> None:
    table = (
        b"/CIDInit /ProcSet findresource begin begincmap 1 beginbfrange <20> <7e> <0001> endbfrange "
        b"endcmap end"
    )
    font = "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 9 0 R>>"
    path = write_pdf(
        [line("Good words on the first page."), lines(CLAUSE).replace(b"/F1", b"/F2")],
        resources="/Font<</F1 3 0 R/F2 10 0 R>>",
        extra=[b"<</Length %d>>stream\n%s\nendstream" % (len(table), table), font.encode()],
    )
    document = read_document(path)
    assert (
        document.pages_without_text == (2,)
        and "a font that does not say which letters" in document.warnings[0]
    )


class TestParts:
    def test_a_picture_is_turned_clockwise(self) -> None:
        picture = GreyMap(3, 2, b"abcdef", 200)
        assert picture.turned(1) == GreyMap(2, 3, b"daebfc", 200, 1)
        assert picture.turned(2).pixels == b"fedcba" and picture.turned(3).pixels == b"cfbead"
        assert picture.turned(4).pixels == picture.pixels

    def test_the_table_of_words(self) -> None:
        row = "5\t1\t{}\t1\t{}\t{}\t100\t200\t50\t20\t{}\t{}"
        rows = [
            row.format(1, 1, 1, "96.5", 'a "word'),
            row.format(1, 1, 2, "-1", " "),
            row.format(2, 1, 1, "50", "b"),
        ]
        table = "\n".join(["level\tpage\tblock", *rows])
        words = read_table(table, 3.6)
        assert [(word.text, word.line, word.confidence) for word in words] == [
            ('a "word', 0, 96.5),
            ("b", 1, 50.0),
        ]
        assert words[0].box == (360, 720, 540, 792)

    def test_words_become_lines(self) -> None:
        words = [
            Word("The", (0, 0, 30, 10), 0, 90),
            Word("infor-", (40, 0, 80, 10), 0, 90),
            Word("mation", (0, 20, 50, 30), 1, 90),
            Word("New", (0, 60, 50, 70), 2, 90),
        ] + [Word("w", (0, 100 + n, 10, 110 + n), 3, 90) for n in range(30)]
        page = recognised_page(RawPage(1, size=(600.0, 800.0)), words, 0)
        assert page.texts[:3] == ["The infor", "mation", "New"] and page.joins[:3] == "nhn"
        assert list(page.boxes[:4]) == [0, 0, 80, 10] and page.ocr and page.confidence == 90

    def test_specks_of_a_photograph_are_no_words(self) -> None:
        words = [Word("~i", (0, 0, 30, 10), n, 20) for n in range(5)]
        assert recognised_page(RawPage(1), words, 0).texts == []

    def test_columns_are_read_one_after_the_other(self) -> None:
        left = [((10, 100 + 20 * n, 280, 115 + 20 * n), f"l{n}", 90.0) for n in range(6)]
        right = [((320, 100 + 20 * n, 590, 115 + 20 * n), f"r{n}", 90.0) for n in range(6)]
        head = ((10, 10, 590, 30), "head", 90.0)
        mixed = [head, *(line for pair in zip(left, right, strict=True) for line in pair)]
        assert [word.text for word in in_columns(mixed, 600)] == [
            "head",
            *(f"{side}{n}" for side in "lr" for n in range(6)),
        ]

    def test_one_column_is_read_row_by_row(self) -> None:
        rows = [((x, 20 * n, x + 50, 20 * n + 12), f"{n}{x}", 90.0) for n in range(4) for x in (300, 10)]
        assert [word.text for word in in_columns(rows, 600)] == [
            f"{n}{x}" for n in range(4) for x in (10, 300)
        ]

    def test_a_drawing_that_fails_is_no_crash(self, tmp_path: Path, write_pdf: WritePdf) -> None:
        path = write_pdf([line("x")])
        with pytest.raises((RecognitionFailed, process.ProcessDied)):
            recognition.draw(path, 9, 200, None)
