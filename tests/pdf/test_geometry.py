"""The way back from a page's text to the page."""

from __future__ import annotations

import random
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pypdfium2
import pytest
from makepdf import line, lines

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import Box, draw_page, locate, read_document, render_page

WritePdf = Callable[..., Path]


def fold(text: str) -> str:
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text).casefold())


def read_back(path: Path, page_number: int, boxes: list[Box]) -> str:
    """The text under boxes, as another user of pdfium sees it."""
    with pypdfium2.PdfDocument(path) as pdf:
        page = pdf[page_number - 1].get_textpage()
        texts = []
        for box in boxes:
            inset = 0.3 * (box.top - box.bottom)
            texts.append(
                page.get_text_bounded(box.left - 0.3, box.bottom + inset, box.right + 0.3, box.top - inset)
            )
        return "".join(texts)


def found(path: Path, words: str, **options: object) -> list[Box]:
    text = read_document(path, **options).pages[0].text
    start = text.index(words)
    return locate(path, 1, start, start + len(words), **options)


def test_one_box_for_each_line(write_pdf: WritePdf) -> None:
    path = write_pdf(
        [lines(["The first line of a clause", "and its second line, which", "ends here."], x=100, y=500)]
    )
    boxes = found(path, "a clause\nand its second line, which\nends")
    assert len(boxes) == 3
    assert boxes[1].left == pytest.approx(100, abs=1) and boxes[1].bottom < 486 < boxes[1].top
    assert fold(read_back(path, 1, boxes)) == fold("a clause and its second line, which ends")


def test_hyphens_heads_and_cells_do_not_shift_the_place(write_pdf: WritePdf) -> None:
    pages = [
        line("The Running Head", 200, 770)
        + lines(
            ["All the infor-", f"mation of page {'abcd'[n]} is", "given below: information", "of the party."],
            y=700,
        )
        + b"".join(
            line(cell, 72 + 200 * column, 560 - 16 * row)
            for row, cells in enumerate((("Fees", "100"), ("Costs", "2,000")))
            for column, cell in enumerate(cells)
        )
        for n in range(4)
    ]
    path = write_pdf(pages)
    text = read_document(path).pages[2].text
    for words in ("information\nof page c", "Fees | 100", "Costs | 2,000", "of the party."):
        start = text.index(words)
        boxes = locate(path, 3, start, start + len(words))
        assert fold(read_back(path, 3, boxes)) == fold(words), words


@pytest.mark.parametrize("quarters", [0, 90, 180, 270])
def test_boxes_are_in_the_pages_own_space(write_pdf: WritePdf, quarters: int) -> None:
    path = write_pdf([lines(["first line", "second line", "third line"])], page_entries=f"/Rotate {quarters}")
    (box,) = found(path, "second line")
    assert (box.left, box.bottom) == pytest.approx((72, 706 - 2.5), abs=2)


def test_an_odd_page_box_is_allowed_for(write_pdf: WritePdf) -> None:
    path = write_pdf([line("Some words", 300, 400)], page_entries="/CropBox[200 300 500 500]")
    (box,) = found(path, "Some words")
    assert box.left == pytest.approx(300, abs=1) and box.bottom < 400 < box.top


def test_places_outside_the_text_give_nothing(write_pdf: WritePdf, tmp_path: Path) -> None:
    path = write_pdf([line("Some words")])
    assert locate(path, 1, 5, 5) == [] and locate(path, 1, 900, 950) == []
    with pytest.raises(DocumentError, match="there is no page 9"):
        locate(path, 9, 0, 1)
    text = tmp_path / "notes.txt"
    text.write_text("Some words")
    assert locate(text, 1, 0, 4) == []


def test_a_page_becomes_a_picture_with_its_marks(write_pdf: WritePdf) -> None:
    path = write_pdf([line("Some words", 100, 400)])
    plain, marked = render_page(path, 1, 1.0), render_page(path, 1, 1.0, marks=found(path, "Some words"))
    assert plain.startswith(b"\x89PNG") and marked.startswith(b"\x89PNG") and plain != marked
    picture = draw_page(path, 1, 2.0)
    assert (picture.width, picture.height, picture.scale) == (1224, 1584, 2.0)


def test_a_huge_page_is_drawn_smaller(write_pdf: WritePdf) -> None:
    picture = draw_page(write_pdf([line("x")], box="0 0 14400 14400"), 1, 3.0)
    assert picture.width * picture.height <= 24_100_000 and picture.scale < 1


def test_a_page_that_is_not_there_says_so(write_pdf: WritePdf) -> None:
    with pytest.raises(DocumentError, match=r"Page 7 of made\.pdf cannot be shown"):
        render_page(write_pdf([line("x")]), 7)


def test_a_password_is_needed_for_the_place_too(shared: Path) -> None:
    path = shared / "corpus/odd/aes256_both_passwords.pdf"
    with pytest.raises(DocumentError):
        render_page(path, 1)
    assert render_page(path, 1, password="foo").startswith(b"\x89PNG")
    assert found(path, read_document(path, password="foo").pages[0].text[:5], password="foo")


MARK = re.compile(r"\[redacted\]|\[struck: |\[hidden text\]")


@pytest.mark.slow
def test_stretches_of_real_pages_read_back(shared: Path, tmp_path: Path) -> None:
    chance = random.Random(20)
    tried = good = 0
    names = (
        "legal/gooseheadinsurance_inc_04_02_2018_ex_10_6_franch",
        "legal/mueller_vol1",
        "legal/scotus_slip_opinion",
        "papers/acl_N18-3011_2col",
        "papers/plos_one_0196757",
        "odd/korean_insurance_brief_2col",
    )
    for name in names:
        path = shared / f"corpus/{name}.pdf"
        pages = [
            page
            for page in read_document(path, cache_dir=tmp_path / "kept", ocr="off").pages
            if len(page.text) > 400
        ]
        for _ in range(12):
            page = chance.choice(pages)
            start = chance.randrange(len(page.text) - 200)
            end = start + chance.randrange(40, 200)
            boxes = locate(path, page.number, start, end, cache_dir=tmp_path / "kept", ocr="off")
            # Marks of redactions stand on no letters of the page.
            if MARK.search(page.text[start - 12 : end + 12]):
                continue
            wanted = fold(page.text[start:end])
            tried += 1
            good += wanted[2:-2] in fold(read_back(path, page.number, boxes))
    assert tried > 50 and good >= 0.97 * tried
