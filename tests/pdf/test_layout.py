"""Lines of a page: their order, rows, hyphens and cells."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from makepdf import line, lines, text_of_glyphs

from docanalyst.pdf import inspect_document, locate, read_document
from docanalyst.pdf.layout.cells import find_cells, split_at
from docanalyst.pdf.layout.lines import lay_out, plain, split_lines
from docanalyst.pdf.layout.ordering import reading_order, vertical_order

WritePdf = Callable[..., Path]


def text_of(path: Path) -> str:
    return read_document(path).pages[0].text


class TestPlain:
    @pytest.mark.parametrize(
        ("raw", "expected"),
        [
            ("a\u00a0b\u2003c", "a b c"),
            ("a    b", "a b"),
            ("\ufb01ne \ufb02ow \ufb03", "fine flow ffi"),
            ("e\u21b5ect", "effect"),
            ("enter \u21b5 key", "enter \u21b5 key"),
            ("1. Definitions . . . . . . . 12", "1. Definitions … 12"),
            ("Definitions..........12", "Definitions … 12"),
            ("and so on ...", "and so on ..."),
            ("Name: ________ Date: ____", "Name: ________ Date: ____"),
            ("\ufefb\ufe8d", "لاا"),
        ],
    )
    def test_a_line_gets_ordinary_characters(self, raw: str, expected: str) -> None:
        assert plain(raw) == expected


def test_lines_end_at_breaks_and_at_hyphens_taken_out() -> None:
    raw = "one \r\n\r\n  infor\ufffemation of\r\nlast"
    assert [(raw[start:end], hyphen) for start, end, hyphen in split_lines(raw)] == [
        ("one", False),
        ("infor", True),
        ("mation of", False),
        ("last", False),
    ]


class TestOrder:
    def test_columns_stay_as_they_were_written(self, write_pdf: WritePdf) -> None:
        left, right = (
            lines([f"{side} {n}" for n in range(6)], x) for side, x in (("left", 72), ("right", 330))
        )
        text = text_of(write_pdf([left + right]))
        assert text.split() == [
            word for side in ("left", "right") for n in range(6) for word in (side, str(n))
        ]

    def test_a_title_drawn_last_comes_first(self, write_pdf: WritePdf) -> None:
        head = lines(["THE TITLE OF IT", "by Somebody", "of Somewhere", "in the year"], 72, 780)
        path = write_pdf([lines([f"body line {n} of the text" for n in range(8)], 72, 690) + head])
        assert text_of(path).startswith("THE TITLE OF IT")
        assert inspect_document(path).pages[0].reordered

    def test_a_list_drawn_from_the_bottom_up_is_turned_round(self, write_pdf: WritePdf) -> None:
        page = b"".join(line(f"{n}. item number {n} of the list", 72, 700 - 14 * n) for n in range(9, 0, -1))
        numbers = [int(row.split(".")[0]) for row in text_of(write_pdf([page])).split("\n")]
        assert numbers == sorted(numbers)

    def test_a_foot_drawn_first_is_left_alone(self, write_pdf: WritePdf) -> None:
        page = line("Foot of it", 72, 40) + lines([f"body line {n}" for n in range(8)])
        assert not inspect_document(write_pdf([page])).pages[0].reordered

    @pytest.mark.parametrize("first", [True, False])
    def test_what_stands_in_a_gap_of_the_text_is_read_there(self, write_pdf: WritePdf, first: bool) -> None:
        above, below = [f"line {n} above it" for n in range(5)], [f"line {n} below it" for n in range(5)]
        table = ["Fees of the year", "Costs of the year"]
        text, inset = lines(above, y=720) + lines(below, y=580), lines(table, y=640)
        path = write_pdf([inset + text if first else text + inset])
        assert [row for row in text_of(path).split("\n") if row] == above + table + below

    def test_columns_side_by_side_stay_as_they_were_written(self, write_pdf: WritePdf) -> None:
        left = [f"left line {n} of the text" for n in range(12)]
        right = [f"right line {n} of the text" for n in range(12)]
        page = lines(left[:6], 72, 720) + lines(left[6:], 72, 560) + lines(right, 320, 720)
        assert [row for row in text_of(write_pdf([page])).split("\n") if row] == left + right

    def test_a_drawing_of_many_pieces_is_left_alone(self) -> None:
        boxes = [edge for n in range(200) for edge in (0, 2000 - 10 * n, 50, 2008 - 10 * n)]
        assert reading_order(boxes) is None

    def test_vertical_writing_runs_from_right_to_left(self) -> None:
        assert vertical_order([10, 0, 20, 90, 30, 0, 40, 80, 50, 5, 60, 70]) == [2, 1, 0]
        assert vertical_order([50, 5, 60, 70, 30, 0, 40, 80, 10, 0, 20, 90]) is None


class TestRows:
    def test_cells_of_a_table_are_kept_apart(self, write_pdf: WritePdf) -> None:
        rows = [("Fees", "100", "200"), ("Costs and charges", "1,500", "20"), ("Rent", "3", "4,000")]
        page = b"".join(
            line(cell, 72 + 160 * column, 700 - 16 * number)
            for number, row in enumerate(rows)
            for column, cell in enumerate(row)
        )
        assert text_of(write_pdf([page])).split("\n") == [" | ".join(row) for row in rows]

    def test_numbers_without_a_blank_between_them_are_kept_apart(self) -> None:
        rows = ["Maine 12 34", "Maryland 90", "Ohio 56 78"]
        starts = {0: [0, 60, 120], 1: [0, 60, 120], 2: [0, 60, 120]}
        raw = "\r\n".join(rows)
        lefts: dict[int, int] = {}
        for number, row in enumerate(rows):
            cell = -1
            for place, letter in enumerate(row):
                cell += place == 0 or row[place - 1] == " " or (row, letter) == ("Maryland 90", "0")
                at = raw.index(row) + place
                fresh = place == 0 or row[place - 1] == " " or (row, letter) == ("Maryland 90", "0")
                lefts[at] = 10 * starts[number][cell] if fresh else lefts[at - 1] + 50
        lines = split_lines(raw)
        boxes = [
            edge
            for number, (start, end, _) in enumerate(lines)
            for edge in (0, 100 * number, lefts[end - 1] + 50, 100 * number + 80)
        ]

        def edges(places: Sequence[int]) -> list[int]:
            return [edge for place in places for edge in (lefts[place], 0, lefts[place] + 50, 80)]

        found = find_cells(raw, lines, boxes, [True] * 3, edges)
        texts = [" | ".join(split_at(raw, *lines[n][:2], found[n])) for n in range(3)]
        assert texts == ["Maine | 12 | 34", "Maryland | 9 | 0", "Ohio | 56 | 78"]

    def test_a_row_with_a_narrow_gap_is_a_row_like_those_around_it(self, write_pdf: WritePdf) -> None:
        rows = [("Papers", "28"), ("Books", "7"), ("Papers with an abstract", "73"), ("Maps", "4")]
        page = b"".join(
            line(cell, 72 + 123 * column, 700 - 16 * number)
            for number, row in enumerate(rows)
            for column, cell in enumerate(row)
        )
        assert text_of(write_pdf([page])).split("\n") == [" | ".join(row) for row in rows]

    def test_a_row_of_headings_has_the_cells_of_its_table(self, write_pdf: WritePdf) -> None:
        rows = [("Loops", "Trees", "Traces", "Aborts", "Speedup")]
        rows += [(f"{n}", f"{n * 3}", f"{n * 7}", f"{n + 4}", f"{n}.20x") for n in range(11, 15)]
        page = b"".join(
            line(cell, 72 + 38 * column, 700 - 14 * number, 10)
            for number, row in enumerate(rows)
            for column, cell in enumerate(row)
        )
        assert text_of(write_pdf([page])).split("\n") == [" | ".join(row) for row in rows]

    def test_wide_blanks_of_justified_prose_are_no_cells(self, write_pdf: WritePdf) -> None:
        prose = b"".join(
            b"BT /F1 11 Tf 14 Tw 72 %d Td (the words of a line that was stretched to the margin) Tj ET\n" % y
            for y in (700, 686, 672)
        )
        assert " | " not in text_of(write_pdf([prose]))

    def test_numbers_of_a_list_are_no_cells(self, write_pdf: WritePdf) -> None:
        page = b"".join(
            line(f"({n})", 72, 700 - 14 * i) + line("the first of all the points", 110, 700 - 14 * i)
            for i, n in enumerate("abcd")
        )
        text = text_of(write_pdf([page]))
        assert "(a)" in text and text.count(" | ") in (0, 4)

    def test_a_raised_mark_stays_on_its_row(self, write_pdf: WritePdf) -> None:
        page = line("as held before", 72, 700) + line("12", 143, 704, 6) + line("by the court", 155, 700)
        assert text_of(write_pdf([page])).count("\n") == 0

    def test_a_wide_distance_opens_a_paragraph(self, write_pdf: WritePdf) -> None:
        page = lines(["one one", "two two", "three three"]) + lines(["four four", "five five"], y=640)
        assert "three three\n\nfour four\nfive five" in text_of(write_pdf([page]))


class TestLineNumbers:
    numbers = b"".join(line(str(n), 60 - 6 * (n > 9), 740 - 24 * n) for n in range(1, 29))
    text = b"".join(
        line(f"pleaded line number {chr(96 + n)} of the complaint", 90, 740 - 24 * n) for n in range(1, 20)
    )

    @pytest.mark.parametrize("first", [True, False])
    def test_the_numbers_of_a_pleading_are_left_out(self, write_pdf: WritePdf, first: bool) -> None:
        page = self.numbers + self.text if first else self.text + self.numbers
        reading = inspect_document(write_pdf([page]))
        rows = reading.document.pages[0].text.replace("\n\n", "\n").split("\n")
        assert rows == [f"pleaded line number {chr(96 + n)} of the complaint" for n in range(1, 20)]
        assert reading.pages[0].dropped == ("line numbers 1-28",)

    def test_a_column_of_figures_stays(self, write_pdf: WritePdf) -> None:
        figures = b"".join(line(str(n), 300, 740 - 24 * n) for n in range(1, 29))
        assert "28" in text_of(write_pdf([self.text + figures])).split()

    def test_a_short_list_stays(self, write_pdf: WritePdf) -> None:
        few = b"".join(line(str(n), 60, 740 - 24 * n) for n in range(1, 9))
        assert "8" in text_of(write_pdf([few + self.text])).split()


def test_text_that_runs_up_the_page_is_read_as_lines(write_pdf: WritePdf) -> None:
    page = b"".join(
        b"BT /F1 11 Tf 0 1 -1 0 %d 100 Tm (line %d of the turned table) Tj ET\n" % (100 + 14 * n, n)
        for n in range(5)
    )
    assert text_of(write_pdf([page])).split("\n") == [f"line {n} of the turned table" for n in range(5)]


@pytest.mark.parametrize("quarters", [90, 180, 270])
def test_turned_pages_read_the_same(write_pdf: WritePdf, quarters: int) -> None:
    page = lines(["first line here", "second line here", "third line here"])
    straight = write_pdf([page], name="a.pdf")
    turned = write_pdf([page], name="b.pdf", page_entries=f"/Rotate {quarters}")
    assert text_of(turned) == text_of(straight)


def test_right_to_left_letters_of_one_glyph_stand_in_order(shared: Path) -> None:
    text = text_of(shared / "corpus/odd/arabic_rtl.pdf")
    assert "الإنتاجية" in text and "المشكلات" in text


def test_numbers_of_every_fifth_line_are_no_text(write_pdf: WritePdf) -> None:
    words = [
        f"({number}) subsection of an Act of {number + 1900} that binds the Crown" for number in range(25)
    ]
    body = b"".join(line(text, 90, 720 - 14 * row, 11) for row, text in enumerate(words))
    numbers = b"".join(line(str(5 * n), 540, 720 - 14 * (5 * n - 1), 8) for n in range(1, 6))
    inside = b"".join(line(str(5 * n), 200, 300 - 14 * n) for n in range(1, 6))
    reading = inspect_document(write_pdf([numbers + body]))
    assert reading.document.pages[0].text.split("\n") == words
    assert reading.pages[0].dropped == ("line numbers 5-25",)
    kept = inspect_document(write_pdf([body + inside], name="kept.pdf"))
    assert kept.pages[0].dropped == ()
    assert kept.document.pages[0].text.split() == [*" ".join(words).split(), "5", "10", "15", "20", "25"]


@pytest.mark.parametrize("code", ["FEFB", "06440627", "06270644"])
def test_a_lam_alef_of_one_glyph_is_read_as_such_however_the_font_names_it(
    write_pdf: WritePdf, code: str
) -> None:
    glyphs = {"l": code, "t": "062A", "k": "0643", "m": "0645", "n": "0646"}
    letters = {ord(glyph): letter for glyph, letter in glyphs.items()}
    page, resources, extra = text_of_glyphs("nltkn mtl", letters)
    text = text_of(write_pdf([page], resources=resources, extra=extra))
    assert text == "\u0644\u0627\u062a\u0645 \u0646\u0643\u062a\u0644\u0627\u0646"


def test_letters_of_formulas_are_read_and_what_follows_keeps_its_place(write_pdf: WritePdf) -> None:
    body = ["Where the angle is small the sum can", "be taken as one, and no line of the text", "is moved."]
    formula, resources, extra = text_of_glyphs("a = b", {0x62: "D835DC34"}, y=740)
    extra[1] = extra[1].replace(b"/WinAnsiEncoding", b"<</Type/Encoding/Differences[97/u1D703]>>")
    path = write_pdf([formula + lines(body, y=700)], resources=resources, extra=extra)
    text = text_of(path)
    assert text == "\U0001d703 = \U0001d434\n\n" + "\n".join(body)

    start = text.index("be taken")
    (box,) = locate(path, 1, start, start + len("be taken as one"))
    assert box.left == pytest.approx(72, abs=1)


def _has_japanese_font() -> bool:
    """Whether a font of the system has Japanese letters: without one pdfium drops lines of such a file."""
    listing = shutil.which("fc-list")
    return bool(listing and subprocess.run([listing, ":lang=ja"], capture_output=True, check=False).stdout)


@pytest.mark.skipif(not _has_japanese_font(), reason="no font of this system has Japanese letters")
def test_japanese_columns_run_from_the_right(shared: Path) -> None:
    text = text_of(shared / "corpus/odd/japanese_cid_font.pdf")
    assert text.startswith("序") and text.index("わたくしといふ現象は") < text.index("みんなのおのおの")


def test_ticks_stand_before_their_options(write_pdf: WritePdf) -> None:
    options = lines(["Option A: courts", "Option B: arbitration", "Neither of them"], x=110, y=700, step=20)
    ticks = b"BT /ZA 12 Tf 72 700 Td (o) Tj 0 -20 Td (4) Tj ET "
    font = b"<</Type/Font/Subtype/Type1/BaseFont/ZapfDingbats>>"
    path = write_pdf([options + ticks], resources="/Font<</F1 3 0 R/ZA 7 0 R>>", extra=[font])
    assert text_of(path).replace("\n\n", "\n").split("\n") == [
        "❏ Option A: courts",
        "✔ Option B: arbitration",
        "Neither of them",
    ]


def in_columns(columns: Sequence[tuple[float, Sequence[str]]], y: float = 700, step: float = 16) -> bytes:
    """Texts column by column: all of the first, then all of the next."""
    return b"".join(lines(texts, x=x, y=y, step=step) for x, texts in columns)


NAMES = ["Ames v. Bolt, settled", "Cole v. Dunn, open", "Ede v. Fox, on appeal", "Gill v. Hart, open"]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        (
            [(72, ["1", "2", "3", "4"]), (100, NAMES), (300, ["$400", "$1,250", "—", "$75.50"])],
            "1 | Ames v. Bolt, settled | $400",
        ),
        ([(72, NAMES), (300, ["4 %", "12.5 %", "(3)", "n/a"])], "Ames v. Bolt, settled | 4 %"),
        (
            [(72, ["Tenant:", "Unit:", "Floor:", "Use:"]), (200, ["R. Okafor", "12 B", "Second", "Office"])],
            "Tenant: | R. Okafor",
        ),
        (
            [
                (72, ["Role", "Chair", "Clerk", "Agent"]),
                (200, ["Name", "A. Adams", "B. Boyle", "C. Clark"]),
                (330, ["Seat", "Leeds", "Bath", "York"]),
            ],
            "Role | Name | Seat",
        ),
    ],
)
def test_a_table_written_column_by_column_is_read_row_by_row(
    write_pdf: WritePdf, columns: list[tuple[float, list[str]]], expected: str
) -> None:
    text = read_document(write_pdf([line("Schedule 2", y=720) + in_columns(columns)])).pages[0].text
    assert text.split("\n")[-4] == expected and len(text.split("\n")) in (5, 6)


@pytest.mark.parametrize(
    "columns",
    [
        # Prose in two columns, whose lines stand on the same rows.
        [
            (
                72,
                [
                    "The seller delivers the goods",
                    "on the day agreed, at the seat",
                    "of the buyer, at all cost.",
                ],
            ),
            (
                310,
                [
                    "Der Verkäufer liefert am Tag,",
                    "der vereinbart ist, am Sitz des",
                    "Käufers und auf Kosten.",
                ],
            ),
        ],
        # Two signatures side by side.
        [
            (72, ["By: ____", "Name: J. Roe", "Title: Director"]),
            (310, ["By: ____", "Name: A. Poe", "Title: Manager"]),
        ],
        # Cells of several lines.
        [
            (72, ["Sample leaf", "material taken", "from one plant"]),
            (200, ["Genetic study", "using several", "known markers"]),
            (330, ["One plant only", "was received and", "may be a clone"]),
        ],
    ],
)
def test_columns_that_are_no_table_are_read_one_after_the_other(
    write_pdf: WritePdf, columns: list[tuple[float, list[str]]]
) -> None:
    text = read_document(write_pdf([in_columns(columns)])).pages[0].text
    assert " ".join(text.split()) == " ".join(word for _, column in columns for word in column)


def test_signs_set_one_under_the_other_are_one_line() -> None:
    def laid(signs: str, pitch: int) -> str:
        boxes = [edge for at in range(len(signs)) for edge in (500, pitch * at, 620, pitch * at + 130)]
        spans = [(at, at + 1, False) for at in range(len(signs))]
        return "".join(lay_out(signs, spans, boxes, lambda places: []).joins)

    assert laid("賃貸借契約書", 150) == "nggggg"
    assert laid("有無有", 240) == "nnn" and laid("有無", 150) == "nn"
    assert laid("ABAC", 150) == "nnnn"


class TestWordsInGaps:
    before, gap, after = line("1. The seller sells.", y=714), line("The price is"), line("It binds.", y=686)

    def read(self, write_pdf: WritePdf, page: bytes) -> list[str]:
        return [row for row in text_of(write_pdf([page])).split("\n") if row]

    def test_a_form_filled_in_afterwards_is_read_in_its_gaps(self, write_pdf: WritePdf) -> None:
        page = self.before + self.gap + line("dollars in all.", 180) + self.after + line("$500", 140)
        expected = ["1. The seller sells.", "The price is $500 dollars in all.", "It binds."]
        assert self.read(write_pdf, page) == expected

    def test_underscores_that_are_filled_in_are_no_text(self, write_pdf: WritePdf) -> None:
        blank = line("The price is ____________ dollars, due on ________.")
        page = self.before + blank + self.after + line("$500", 145, 701) + line("5 May", 295, 701)
        assert self.read(write_pdf, page)[1] == "The price is $500 dollars, due on 5 May."
        page = self.before + blank + self.after + line("$500", 145, 701)
        assert self.read(write_pdf, page)[1] == "The price is $500 dollars, due on ________."

    def test_words_that_a_parser_puts_at_the_end_of_their_line_are_read_in_their_gap(
        self, write_pdf: WritePdf
    ) -> None:
        row = line("The parties") + line("admit that Acme paid all of it in May.", 168)
        page = self.before + self.after + row + line("might", 134)
        assert "The parties might admit that Acme paid all of it in May." in self.read(write_pdf, page)

    def test_cells_drawn_afterwards_stay_cells(self, write_pdf: WritePdf) -> None:
        page = b"".join(
            line(f"Lot {n}", 72, 700 - 16 * n) + line(f"${n}50", 400, 700 - 16 * n) for n in range(6)
        )
        page += b"".join(line(f"Mill {chr(65 + n)}", 220, 700 - 16 * n) for n in range(6))
        assert self.read(write_pdf, page) == [f"Lot {n} | Mill {chr(65 + n)} | ${n}50" for n in range(6)]
