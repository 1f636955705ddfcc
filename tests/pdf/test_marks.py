"""What is blacked out, hidden or struck through leaves a mark where it stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, lines

from docanalyst.domain.citations import Quote
from docanalyst.domain.verification.verify import verify
from docanalyst.pdf import inspect_document, locate, read_document

WritePdf = Callable[..., Path]

WIDTHS = dict(
    zip("abcdefghijklmnopqrstuvwxyz", (556, 556, 500, 556, 556, 278, 556, 556, 222, 222), strict=False)
)


def text_of(path: Path) -> str:
    return read_document(path, ocr="off").pages[0].text


def flow(*pieces: bytes, x: float = 72, y: float = 700) -> bytes:
    """Pieces of one line, one after the other."""
    return b"BT /F1 11 Tf 1 0 0 1 %g %g Tm " % (x, y) + b" ".join(pieces) + b" ET\n"


def shown(text: str) -> bytes:
    return b"(%s) Tj" % text.encode().replace(b"(", rb"\(").replace(b")", rb"\)")


# "The parties " is 59.9 points wide in Helvetica of 11 points, "do not " 34.9.
SENTENCE = flow(shown("The parties do not admit that Acme paid."))
BLACK_BOX = b"0 g 131 697 33 12 re f "


@pytest.mark.parametrize(
    "cover",
    [
        BLACK_BOX,
        b"0.3 g 131 697 33 12 re f 0 g ",
        b"1 g 131 697 33 12 re f 0 g ",
        b"0 G 12 w 131 703 m 164 703 l S ",
        b"q 33 0 0 12 131 697 cm /Im Do Q ",
    ],
)
def test_words_under_a_box_leave_a_mark(write_pdf: WritePdf, cover: bytes) -> None:
    image = (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Length 1>>stream\n\0\nendstream"
    )
    path = write_pdf([SENTENCE + cover], resources="/XObject<</Im 7 0 R>>", extra=[image])
    reading = inspect_document(path)
    assert reading.document.pages[0].text == "The parties [redacted] admit that Acme paid."
    assert reading.pages[0].hidden == (("covered", "do not"),)
    (citation,) = verify([Quote("The parties admit that Acme paid.", "D1", 1)], [reading.document])
    assert not citation.verified


def test_a_box_over_part_of_a_number_marks_that_part(write_pdf: WritePdf) -> None:
    page = flow(shown("The cap is $1,250,000 in all.")) + b"0 g 147 697 29 12 re f "
    text = text_of(write_pdf([page]))
    assert "[redacted]" in text and "250" not in text and text.endswith("in all.")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (
            line("The parties", 72) + BLACK_BOX + line("admit that Acme paid.", 168),
            "The parties [redacted] admit that Acme paid.",
        ),
        (flow(shown("The parties"), b"30 0 Td") + BLACK_BOX, "The parties [redacted]"),
        (BLACK_BOX + line("admit that Acme paid.", 168), "[redacted] admit that Acme paid."),
        (
            lines(["The parties"])[:-1]
            + b"\n0 g 131 717 400 12 re f 72 703 459 12 re f 72 689 200 12 re f "
            + line("admit it all.", 276, 692),
            "The parties [redacted]\n[redacted]\n[redacted] admit it all.",
        ),
    ],
)
def test_a_box_without_words_beneath_leaves_a_mark(write_pdf: WritePdf, page: bytes, expected: str) -> None:
    reading = inspect_document(write_pdf([page]))
    assert reading.document.pages[0].text == expected
    assert any("blacked out" in warning for warning in reading.document.warnings)


@pytest.mark.parametrize(
    "page",
    [
        b"0 g 72 698 400 12 re f 1 g " + line("Fee schedule", 80) + b"0 g ",
        b"0 g 60 702 5 5 re f " + line("A bullet before a line of words."),
        b"0 g 72 690 400 1.5 re f " + line("Words over a rule of the page."),
        b"0 g 72 720 468 14 re f " + line("Words under a bar that parts the page.", y=690),
        line("North", 72) + b"0 g 110 697 90 11 re f " + line("East", 72, 680) + b"110 677 40 11 re f ",
        b"0.9 g 72 697 200 12 re f 0 g " + line("Words in a shaded cell."),
        # A logo beside a name, whatever its size.
        b"0 g 72 720 60 20 re f " + line("ACME HOLDINGS LLC", 140, 724, 14) + line("A letter.", y=600),
        b"0 g 72 722 24 12 re f " + line("Northwind Traders Limited", 104, 724) + line("A letter.", y=600),
        # Bullets of two columns that share a row, and squares of a legend.
        b"0 g 72 701 7 7 re f 300 701 7 7 re f " + line("First of them", 86) + line("Second point", 314),
        b"0 g 72 700 10 10 re f 0.3 g 142 700 10 10 re f 0 g " + line("Revenue", 86) + line("Costs", 156),
        b"0 g 72 700 20 9 re f 0.5 g 144 700 20 9 re f 0 g " + line("Revenue", 96) + line("Costs", 168),
        # Cells of a table's head, of which one has no words.
        b"0 g 72 696 100 16 re f 272 696 100 16 re f 172 696 100 16 re f 1 g "
        + line("Item of work", 76)
        + line("Total", 276)
        + b"0 g "
        + line("Steel beams", 76, 680)
        + line("$4,800", 276, 680),
        b"0.85 g 170 697 100 13 re f 0 g " + line("Name of the buyer") + line("as registered", 276),
    ],
)
def test_dark_surfaces_that_hide_nothing_leave_none(write_pdf: WritePdf, page: bytes) -> None:
    reading = inspect_document(write_pdf([page]), ocr="off")
    assert "[" not in reading.document.pages[0].text and not reading.pages[0].hidden


@pytest.mark.parametrize("values", [True, False])
def test_bars_of_a_chart_are_told_and_leave_no_mark(write_pdf: WritePdf, values: bool) -> None:
    page = b"".join(
        line(f"{name} region", 72, 700 - 24 * row)
        + b"0 g 160 %d %d 12 re f " % (698 - 24 * row, wide)
        + (line("42", 166 + wide, 700 - 24 * row) if values else b"")
        for row, (name, wide) in enumerate((("Northern", 200), ("Southern", 120), ("Western", 160)))
    )
    reading = inspect_document(write_pdf([page]), ocr="off")
    assert "redacted" not in reading.document.pages[0].text
    assert any("bars of a chart" in warning for warning in reading.document.warnings)


@pytest.mark.parametrize("colour", [b"1 0 0", b"0 0 1", b"0 0.5 0", b"1 0.5 0", b"0.6 0.6 0.6"])
def test_a_box_of_any_colour_between_words_leaves_a_mark(write_pdf: WritePdf, colour: bytes) -> None:
    page = line("The parties") + colour + b" rg 131 697 33 12 re f 0 g " + line("admit it.", 168)
    assert text_of(write_pdf([page])) == "The parties [redacted] admit it."


def test_boxes_over_a_figure_a_letter_and_several_words_leave_marks(write_pdf: WritePdf) -> None:
    page = line("pay within") + b"0 g 125 698 13 11 re f " + line("days of the invoice date.", 141)
    page += line("Mr. J", y=680) + b"97 678 7 11 re f " + line("Smith signed the deed.", 108, 680)
    page += line("Mr.", y=660) + b"91 657 40 12 re f " + line("and Ms.", 135, 660)
    page += b"176 657 50 12 re f " + line("paid", 230, 660)
    assert text_of(write_pdf([page])) == (
        "pay within [redacted] days of the invoice date.\n"
        "Mr. J [redacted] Smith signed the deed.\n"
        "Mr. [redacted] and Ms. [redacted] paid"
    )


def test_values_of_forms_and_cells_of_tables_leave_marks(write_pdf: WritePdf) -> None:
    page = b"0 g "
    for row, (label, wide) in enumerate((("Name:", 90), ("Address:", 180), ("Account no.:", 90))):
        page += line(label, y=740 - 20 * row) + b"160 %d %d 12 re f " % (737 - 20 * row, wide)
    for row, (name, year) in enumerate((("Adams, Clerk", "2021"), ("Clark, Engineer", "2020"))):
        page += line(name, y=640 - 18 * row) + b"170 %d 80 12 re f " % (637 - 18 * row)
        page += line(year, 300, 640 - 18 * row)
    text = text_of(write_pdf([page]))
    assert "Name: [redacted]\nAddress: [redacted]\nAccount no.: [redacted]" in text
    assert "Adams, Clerk [redacted] 2021\nClark, Engineer [redacted] 2020" in text


def test_a_paragraph_blacked_out_leaves_a_mark_for_each_line(write_pdf: WritePdf) -> None:
    boxes = b"0 g 72 697 420 12 re f 72 683 430 12 re f 72 669 200 12 re f "
    page = line("He said as follows:", y=714) + boxes + line("The board then adjourned.", y=655)
    assert text_of(write_pdf([page])) == (
        "He said as follows:\n[redacted]\n[redacted]\n[redacted]\nThe board then adjourned."
    )


def test_a_black_annotation_between_words_leaves_a_mark(write_pdf: WritePdf) -> None:
    look = b"<</Type/XObject/Subtype/Form/BBox[0 0 33 12]/Length 18>>stream\n0 g 0 0 33 12 re f\nendstream"
    square = b"<</Type/Annot/Subtype/Square/Rect[131 697 164 709]/F 4/IC[0 0 0]/AP<</N 8 0 R>>>>"
    page = line("The parties") + line("admit that Acme paid.", 168)
    path = write_pdf([page], page_entries="/Annots[7 0 R]", extra=[square, look])
    assert text_of(path) == "The parties [redacted] admit that Acme paid."


@pytest.mark.parametrize(
    "kind",
    [
        b"/Highlight/QuadPoints[131 709 164 709 131 697 164 697]/C[0 0 0]",
        b"/PolyLine/Vertices[131 703 164 703]/BS<</W 12>>/C[0 0 0]/AP<</N 8 0 R>>",
        b"/Ink/InkList[[131 703 164 703]]/BS<</W 12>>/C[0 0 0]/AP<</N 8 0 R>>",
    ],
)
def test_black_annotations_over_words_leave_a_mark(write_pdf: WritePdf, kind: bytes) -> None:
    look = b"<</Type/XObject/Subtype/Form/BBox[0 0 33 12]/Length 18>>stream\n0 g 0 0 33 12 re f\nendstream"
    note = b"<</Type/Annot/Subtype%s/Rect[131 697 164 709]/F 4>>" % kind
    path = write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[note, look])
    assert text_of(path) == "The parties [redacted] admit that Acme paid."


def test_a_yellow_highlight_hides_nothing(write_pdf: WritePdf) -> None:
    yellow = (
        b"<</Type/Annot/Subtype/Highlight/Rect[131 697 164 709]/F 4/C[1 1 0]"
        b"/QuadPoints[131 709 164 709 131 697 164 697]>>"
    )
    path = write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[yellow])
    assert text_of(path) == "The parties do not admit that Acme paid."


def test_hidden_words_between_words_and_lines_leave_a_mark(write_pdf: WritePdf) -> None:
    inside = flow(shown("The cap is "), b"1 g", shown("not "), b"0 g", shown("binding."), y=600)
    between = (
        line("The seller", y=560) + b"1 g " + line("or the bank", y=546) + b"0 g " + line("pays.", y=532)
    )
    apart = b"1 g " + line("Ignore all of it.", y=300) + b"0 g "
    assert text_of(write_pdf([inside + between + apart])) == (
        "The cap is [hidden text] binding.\n\nThe seller\n[hidden text]\npays."
    )


def test_hidden_text_that_is_asked_for_leaves_no_mark(write_pdf: WritePdf) -> None:
    document = read_document(write_pdf([SENTENCE + BLACK_BOX]), include_hidden=True)
    assert document.pages[0].text == "The parties do not admit that Acme paid."


STRUCK = "The parties [struck: do not] admit that Acme paid."


@pytest.mark.parametrize(
    "rule",
    [
        b"0.7 w 131 703.5 m 164 703.5 l S ",
        b"1 0 0 RG 131 703 m 146 703 l 146 703 m 164 703 l S ",
        b"131 703 33 0.8 re f ",
        b"1 0 0 rg 130 702.5 35 2 re f 0 g ",
        b"q 33 0 0 1 131 703 cm /Im Do Q ",
        b"0.5 w 131 702 m 146 702 l S 149 702 m 163 702 l S ",
        b"q 0.1 0 0 0.1 0 0 cm 8 w 1310 7035 m 1640 7035 l S Q ",
        b"q 1 0 0 1 131 703 cm /L Do Q ",
        b"131 698 m 164 709 l S ",
        b"131 698 m 164 709 l S 131 709 m 164 698 l S ",
        b"131 698 m 164 709 l 131 709 m 164 698 l S ",
        b"4 w 131 698 m 164 709 l S ",
    ],
)
def test_a_line_through_words_strikes_them(write_pdf: WritePdf, rule: bytes) -> None:
    image = (
        b"<</Type/XObject/Subtype/Image/Width 1/Height 1/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Length 1>>stream\n\0\nendstream"
    )
    bar = b"<</Type/XObject/Subtype/Form/BBox[0 -5 100 5]/Length 19>>stream\n0 0 m 33 0 l 1 w S \nendstream"
    path = write_pdf([SENTENCE + rule], resources="/XObject<</Im 7 0 R/L 8 0 R>>", extra=[image, bar])
    reading = inspect_document(path)
    assert reading.document.pages[0].text == STRUCK and reading.pages[0].struck == ("do not",)
    assert any("Struck-through" in warning and "do not" in warning for warning in reading.document.warnings)


def test_part_of_a_word_may_be_struck(write_pdf: WritePdf) -> None:
    # The "s" of "pays" begins 73.4 points from the left of the line.
    page = line("The tenant pays the rents.") + b"145.6 703.5 m 150.7 703.5 l S "
    assert text_of(write_pdf([page])) == "The tenant pay[struck: s] the rents."


def test_an_annotation_strikes_what_it_covers(write_pdf: WritePdf) -> None:
    strike = (
        b"<</Type/Annot/Subtype/StrikeOut/Rect[131 697 164 709]/F 4/C[1 0 0]"
        b"/QuadPoints[131 709 164 709 131 697 164 697]>>"
    )
    path = write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[strike])
    assert text_of(path) == STRUCK
    off = strike.replace(b"/F 4", b"/F 2")
    path = write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[off])
    assert text_of(path) == "The parties do not admit that Acme paid."


def test_a_struck_passage_over_lines_is_one_mark(write_pdf: WritePdf) -> None:
    page = lines(["The buyer may assign", "this deed to the bank", "with consent."])
    page += b"125 723.5 m 180 723.5 l S 72 709.5 m 121 709.5 l S "
    assert text_of(write_pdf([page])) == (
        "The buyer [struck: may assign\nthis deed] to the bank\nwith consent."
    )


PASSAGE = ["7. The buyer may assign this deed to any bank", "without the consent of the seller."]


@pytest.mark.parametrize(
    "rule",
    [
        b"72 584 m 300 612 l S 72 612 m 300 584 l S ",
        b"1 0 0 RG 5 w 66 580 m 306 616 l S 66 616 m 306 580 l S ",
        b"72 585 m 300 611 l S ",
    ],
)
def test_a_cross_or_a_line_from_corner_to_corner_strikes_a_passage(write_pdf: WritePdf, rule: bytes) -> None:
    page = SENTENCE + lines(PASSAGE, y=600) + rule + line("8. Other words stand.", y=540)
    assert text_of(write_pdf([page])).split("\n") == [
        "The parties do not admit that Acme paid.",
        "",
        f"[struck: {PASSAGE[0]}",
        f"{PASSAGE[1]}]",
        "8. Other words stand.",
    ]


def test_lines_of_a_parted_cell_and_of_a_chart_strike_nothing(write_pdf: WritePdf) -> None:
    cell = line("Region", 76, 640) + line("Year", 120, 652) + b"72 662 m 150 636 l S "
    chart = line("S", 200, 560) + line("D", 200, 520) + b"100 500 m 300 580 l S 100 580 m 300 500 l S "
    assert "struck" not in text_of(write_pdf([cell + chart]))


def test_line_annotations_strike_and_ink_is_told(write_pdf: WritePdf) -> None:
    strike = b"<</Type/Annot/Subtype/Line/Rect[131 697 164 709]/L[131 703 164 704]/F 4/C[1 0 0]>>"
    path = write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[strike])
    assert text_of(path) == STRUCK
    ink = (
        b"<</Type/Annot/Subtype/Ink/Rect[131 697 164 709]/F 4/C[0 0 1]"
        b"/InkList[[131 701 140 705 150 702 164 706]]>>"
    )
    document = read_document(write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[ink]))
    assert document.pages[0].text == "The parties do not admit that Acme paid."
    assert any("Ink drawn over" in warning and "“do not”" in warning for warning in document.warnings)
    beside = ink.replace(b"[[131 701 140 705 150 702 164 706]]", b"[[400 601 440 705 450 602]]")
    assert not read_document(write_pdf([SENTENCE], page_entries="/Annots[7 0 R]", extra=[beside])).warnings


@pytest.mark.parametrize(
    "rule",
    [
        b"131 698.5 m 164 698.5 l S ",
        b"131 711 m 164 711 l S ",
        b"1 G 131 703.5 m 164 703.5 l S ",
        b"20 703.5 m 592 703.5 l S ",
        b"131 690 m 164 720 l S ",
        b"120 703.5 m 150 703.5 l S ",
        b"1 G 131 698 m 164 709 l S ",
        b"100 660 m 300 740 l S 100 740 m 320 700 l S ",
        b"140 690 m 140 720 l S ",
        b"72 695 m 300 695 l S 72 711 m 300 711 l S ",
    ],
)
def test_other_lines_strike_nothing(write_pdf: WritePdf, rule: bytes) -> None:
    reading = inspect_document(write_pdf([SENTENCE + rule]))
    assert reading.document.pages[0].text == "The parties do not admit that Acme paid."
    assert not reading.document.warnings


def test_underlined_words_beside_struck_ones_are_told(write_pdf: WritePdf) -> None:
    page = SENTENCE + b"131 703.5 m 164 703.5 l S 164 698.5 m 194 698.5 l S "
    warnings = inspect_document(write_pdf([page])).document.warnings
    assert any("Underlined" in warning and "“admit”" in warning for warning in warnings)


def test_a_quotation_after_a_mark_is_found_on_its_page(write_pdf: WritePdf) -> None:
    path = write_pdf([SENTENCE + BLACK_BOX])
    text = text_of(path)
    start = text.index("Acme")
    (box,) = locate(path, 1, start, start + 4)
    assert 210 < box.left < 235 and box.right - box.left < 40


def test_turned_pages_have_marks_too(write_pdf: WritePdf) -> None:
    turned = b"q 0 1 -1 0 800 0 cm " + SENTENCE + BLACK_BOX + b"Q "
    path = write_pdf([turned], page_entries="/Rotate 90", box="0 0 612 792")
    assert "The parties [redacted] admit" in text_of(path)


SPAN = b"/Span <</ActualText (%s)>> BDC %s EMC "


@pytest.mark.parametrize(
    ("given", "drawn", "read"),
    [
        (b"Pay within 60 days", "Pay within 30 days", "Pay within 30 days"),
        (b"8", "3", "3"),
        (b"", "not", "not"),
        (b"office", "office", "office"),
        (b"OFFICE", "office", "OFFICE"),
        (b"first", "\x01\x02", "first"),
    ],
)
def test_words_given_for_others_are_not_read(
    write_pdf: WritePdf, given: bytes, drawn: str, read: str
) -> None:
    page = line("Before it.", y=720) + SPAN % (given, line(drawn) if drawn.isprintable() else line("-"))
    reading = inspect_document(write_pdf([page]))
    assert reading.document.pages[0].text.split("\n")[-1] == read
    assert bool(reading.document.warnings) == (read.encode() not in (given, b"not"))


def box(x: float, y: float, *, tick: bytes = b"") -> bytes:
    """A box to tick, drawn as a path, with what ticks it."""
    return b"0.6 w %g %g 10 10 re S q 1 0 0 1 %g %g cm %s Q " % (x, y, x, y, tick)


CHECK, CROSS = b"2 5 m 4 2 l 9 9 l S", b"2 2 m 8 8 l S 2 8 m 8 2 l S"


@pytest.mark.parametrize("tick", [CHECK, CROSS, b"3 3 4 4 re f", b"1 1 8 8 re f"])
def test_boxes_drawn_as_paths_stand_before_their_option(write_pdf: WritePdf, tick: bytes) -> None:
    page = box(72, 698, tick=tick) + line("Arbitration in Geneva", 90, 700)
    page += box(72, 680) + line("Courts of England", 90, 682)
    page += box(72, 660) + line("Yes", 86, 662) + box(130, 660, tick=tick) + line("No", 144, 662)
    page += line("Signed by the seller", 72, 640) + box(172, 638, tick=tick)
    assert text_of(write_pdf([page])).split("\n") == [
        "☑ Arbitration in Geneva",
        "☐ Courts of England",
        "☐ Yes ☑ No",
        "Signed by the seller ☑",
    ]


def test_circles_framed_boxes_and_written_crosses_are_ticks(write_pdf: WritePdf) -> None:
    def circle(x: float, y: float, r: float, paint: bytes) -> bytes:
        k = 0.5523 * r
        points = (
            *(x + r, y, x + r, y + k, x + k, y + r, x, y + r, x - k, y + r, x - r, y + k, x - r, y),
            *(x - r, y - k, x - k, y - r, x, y - r, x + k, y - r, x + r, y - k, x + r, y),
        )
        return (
            b"%g %g m %g %g %g %g %g %g c %g %g %g %g %g %g c %g %g %g %g %g %g c %g %g %g %g %g %g c "
            % (points)
            + paint
            + b" "
        )

    page = circle(77, 703, 5, b"S") + circle(77, 703, 2.5, b"f") + line("Arbitration", 90, 700)
    page += circle(77, 685, 5, b"S") + line("Courts", 90, 682)
    page += b"0 g 72 660 10 10 re f 1 g 73 661 8 8 re f 0 g " + line("Mediation", 90, 662)
    page += box(72, 640) + line("X", 74, 642, 10) + line("Renewal", 90, 642)
    assert text_of(write_pdf([page])) == "☑ Arbitration\n☐ Courts\n☐ Mediation\n☑ Renewal"


def test_other_squares_are_no_boxes_to_tick(write_pdf: WritePdf) -> None:
    comb = line("Tax no.") + b"".join(b"%d 697 12 12 re S " % (120 + 12 * cell) for cell in range(9))
    key = line("Press the", y=660) + b"122 657 12 12 re S " + line("A", 124, 660) + line("key.", 140, 660)
    plot = b"".join(b"%d %d 6 6 re S " % (200 + 20 * point, 500 + 11 * point) for point in range(8))
    bullets = b"0 g 72 641 6 6 re f 72 621 6 6 re f " + line("First", 90, 640) + line("Second", 90, 620)
    text = text_of(write_pdf([comb + key + plot + line("0.5", 190, 500) + bullets]))
    assert "☐" not in text and "☑" not in text


# The places of the marks on an upright line that begins at 72, 700; the page is turned about it.
ONTO_ITS_SIDE = {1: b"0 -1 1 0 -300 800", 2: b"-1 0 0 -1 612 1100", 3: b"0 1 -1 0 1000 -20"}
ROWS = [f"{number}. The tenant of unit {number} pays rent on the first day." for number in range(1, 9)]


@pytest.mark.parametrize("quarter", [1, 2, 3])
@pytest.mark.parametrize("heading", [b"", lines(["SCHEDULE OF RENTS", "of the building"], y=760)])
@pytest.mark.parametrize(
    ("marked", "expected"),
    [
        (SENTENCE + BLACK_BOX, "The parties [redacted] admit that Acme paid."),
        (
            flow(shown("The parties")) + BLACK_BOX + flow(shown("admit that Acme paid."), x=167),
            "The parties [redacted] admit that Acme paid.",
        ),
        (SENTENCE + b"0 G 0.7 w 131 703.5 m 164 703.5 l S ", "The parties [struck: do not] admit that Acme"),
        (
            b"0 G 0.7 w 72.5 699.5 9 9 re S 72.5 699.5 m 81.5 708.5 l 81.5 699.5 m 72.5 708.5 l S "
            + line("The lease is renewed.", x=88),
            "☑ The lease is renewed.",
        ),
    ],
)
def test_what_runs_sideways_or_upside_down_has_marks(
    write_pdf: WritePdf, quarter: int, heading: bytes, marked: bytes, expected: str
) -> None:
    turned = b"q %s cm %s%sQ " % (ONTO_ITS_SIDE[quarter], marked, lines(ROWS, y=670))
    # Pieces of a row that runs upside down are cells where a gap parts them.
    text = text_of(write_pdf([heading + turned])).replace(" | ", " ")
    assert expected in text
    assert all(row in text for row in ROWS)


@pytest.mark.parametrize(
    "wave",
    [
        b"131 703 m "
        + b"".join(b"%g %g l " % (131 + 3 * n, 703 + 2 * (n % 2)) for n in range(1, 12))
        + b"S ",
        b"131 703 m "
        + b"".join(b"%g 705 %g 701 %g 703 c " % (133 + 4 * n, 133 + 4 * n, 135 + 4 * n) for n in range(8))
        + b"S ",
    ],
)
def test_a_wave_through_words_strikes_them(write_pdf: WritePdf, wave: bytes) -> None:
    assert text_of(write_pdf([SENTENCE + b"0.6 w " + wave])) == STRUCK
    under = b"q 1 0 0 1 0 -6 cm 0.6 w " + wave + b"Q "
    assert "[" not in text_of(write_pdf([SENTENCE + under]))


def test_a_correction_over_words_leaves_no_mark_and_is_told(write_pdf: WritePdf) -> None:
    page = SENTENCE + b"1 g 131 697 33 12 re f 0 g " + flow(shown("might"), x=132)
    reading = inspect_document(write_pdf([page]))
    assert reading.document.pages[0].text == "The parties might admit that Acme paid."
    assert reading.pages[0].hidden == (("covered by other words", "do not"),)


@pytest.mark.parametrize("sign", ["-", "x", "/", "="])
def test_signs_typed_over_words_strike_them(write_pdf: WritePdf, sign: str) -> None:
    courier = b"<</Type/Font/Subtype/Type1/BaseFont/Courier/Encoding/WinAnsiEncoding>>"
    page = b"BT /F1 11 Tf 0 g /C 10 Tf 1 0 0 1 72 700 Tm (The cap of $750,000 is $25,000.) Tj "
    page += b"1 0 0 1 138 700 Tm (%s) Tj ET\n" % (sign * 8).encode()
    path = write_pdf(
        [page + lines(["It binds both."], y=680)], resources="/Font<</F1 3 0 R/C 7 0 R>>", extra=[courier]
    )
    reading = inspect_document(path)
    assert reading.document.pages[0].text.split("\n")[0] == "The cap of [struck: $750,000] is $25,000."
    assert reading.pages[0].struck == ("$750,000",)


def test_rules_and_rows_of_signs_strike_nothing(write_pdf: WritePdf) -> None:
    page = lines(
        ["Total of the year", "-----------------", "xxxx is the code of the mill -- and ///"], step=12
    )
    assert "struck" not in text_of(write_pdf([page]))


def test_marks_at_the_head_and_at_the_foot_of_one_page_are_all_found(write_pdf: WritePdf) -> None:
    """Only the rows that a check looks at are drawn, and each check looks at others."""
    page = (
        b"1 g\n" + line("white words that nobody sees", y=740) + b"0 g\n"
        + line("The tenant shall pay the rent on the first day of each month.", y=660)
        + b"140 418 70 12 re f\n"
        + line("The price is                              for each of the units sold.", y=420)
        + b"0 G 1 w 72 30 10 10 re S 74 32 m 80 38 l S 74 38 m 80 32 l S\n"
        + line("Renew the lease", x=90, y=31)
        + b"72 10 10 10 re S\n" + line("End the lease", x=90, y=11)
    )  # fmt: skip
    reading = inspect_document(write_pdf([page]))
    assert reading.document.pages[0].text == (
        "The tenant shall pay the rent on the first day of each month.\n"
        "The price is [redacted] for each of the units sold.\n\n☑ Renew the lease\n☐ End the lease"
    )
    assert [words for _, words in reading.pages[0].hidden] == ["white words that nobody sees"]
