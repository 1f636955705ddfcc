"""Text in several directions, in two columns on one row, and from the right to the left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, lines, make_pdf, text_of_glyphs

from docanalyst.pdf import locate, read_document
from docanalyst.pdf.writing.bidirectional import read_from_right, with_brackets_turned

WritePdf = Callable[..., Path]


def text_of(path: Path) -> str:
    return read_document(path).pages[0].text


def turned(text: str, x: float, y: float, matrix: str = "0 1 -1 0") -> bytes:
    return f"BT /F1 11 Tf {matrix} {x:g} {y:g} Tm ({text}) Tj ET\n".encode()


class TestTwoColumnsOnOneRow:
    left = (
        "2. Payment is due within the month",
        "that follows the delivery of the goods",
        "and bears interest from then on.",
        "3. The buyer may inspect the goods",
        "at the place of delivery before he",
        "accepts them as being in order.",
    )
    right = (
        "2. Le paiement est dû dans le mois",
        "qui suit la livraison des biens et",
        "porte intérêt à partir de ce jour.",
        "3. L'acheteur peut examiner les biens",
        "au lieu de la livraison avant de les",
        "accepter comme étant conformes.",
    )

    def page(self, gap: float = 300) -> bytes:
        rows = zip(self.left, self.right, strict=True)
        return b"".join(
            line(one, 60, 700 - 14 * row) + line(other, gap, 700 - 14 * row)
            for row, (one, other) in enumerate(rows)
        )

    def test_articles_of_two_languages_are_read_one_by_one(self, write_pdf: WritePdf) -> None:
        rows = text_of(write_pdf([self.page()])).split("\n")
        assert rows == [*self.left[:3], *self.right[:3], *self.left[3:], *self.right[3:]]

    def test_a_text_beside_another_is_read_to_its_end(self, write_pdf: WritePdf) -> None:
        words = [f"the text of row {chr(97 + n)} goes on in the next one and" for n in range(12)]
        notes = [f"a comment that takes its row {chr(97 + n)} too" for n in range(12)]
        page = b"".join(
            line(one, 60, 700 - 14 * row) + line(other, 360, 700 - 14 * row)
            for row, (one, other) in enumerate(zip(words, notes, strict=True))
        )
        assert text_of(write_pdf([page])).split("\n") == [*words, *notes]

    @pytest.mark.parametrize("count", [3, 4])
    def test_several_columns_are_read_one_by_one(self, write_pdf: WritePdf, count: int) -> None:
        texts = [
            (
                "Alder pays for the",
                "goods when they come",
                "to the port, and he",
                "may hold back taxes.",
                "It is so.",
            ),
            (
                "Birch brings them to",
                "the port of Hamburg",
                "before winter, and",
                "bears the risk then.",
                "It is on.",
            ),
            (
                "Cedar insures them",
                "at its own cost and",
                "for the full value,",
                "or tells the others.",
                "It is up.",
            ),
            (
                "Dogwood keeps them in",
                "its house until the",
                "buyer asks, and for",
                "no more than a year.",
                "It is in.",
            ),
        ][:count]
        page = b"".join(
            line(texts[column][row], 50 + 130 * column, 700 - 14 * row, 10)
            for row in range(5)
            for column in range(count)
        )
        assert text_of(write_pdf([page])).split("\n") == [row for text in texts for row in text]

    def test_a_quote_in_a_column_is_found_on_the_page(self, write_pdf: WritePdf) -> None:
        path = write_pdf([self.page()])
        text = text_of(path)
        start = text.index("qui suit")
        (box,) = locate(path, 1, start, start + len("qui suit la livraison"))
        assert box.left == pytest.approx(300, abs=2) and 680 < box.bottom < 690

    def test_short_entries_are_cells(self, write_pdf: WritePdf) -> None:
        entries = [
            ("Chairs with arms", "Room 5, second floor"),
            ("Tables of oak", "Room 7, ground floor"),
        ] * 6
        page = b"".join(
            line(one, 60, 700 - 14 * row) + line(other, 300, 700 - 14 * row)
            for row, (one, other) in enumerate(entries)
        )
        assert text_of(write_pdf([page])).split("\n") == [f"{one} | {other}" for one, other in entries]

    def test_columns_written_one_after_the_other_stay_so(self, write_pdf: WritePdf) -> None:
        page = lines(self.left, 60, 700) + lines(self.right, 300, 700)
        assert text_of(write_pdf([page])).split("\n") == [*self.left, *self.right]


class TestDirections:
    cells = tuple(
        (f"Suite {n}", f"Ms {name}", f"${n}50")
        for n, name in enumerate(("Abe", "Bly", "Cox", "Day", "Eck"), 1)
    )

    @pytest.mark.parametrize("clockwise", [False, True])
    def test_a_table_turned_on_an_upright_page_has_rows(self, write_pdf: WritePdf, clockwise: bool) -> None:
        page = line("SCHEDULE 2: SUITES", 72, 760) + line("Page 3 of the lease", 72, 40)
        for row, cells in enumerate(self.cells):
            for column, cell in enumerate(cells):
                if clockwise:
                    page += turned(cell, 500 - 20 * row, 700 - 120 * column, "0 -1 1 0")
                else:
                    page += turned(cell, 100 + 20 * row, 120 + 120 * column)
        rows = text_of(write_pdf([page])).split("\n\n")
        assert rows[0] == "SCHEDULE 2: SUITES" and rows[2] == "Page 3 of the lease"
        assert rows[1].split("\n") == [" | ".join(cells) for cells in self.cells]

    def test_text_upside_down_is_read_from_its_own_top(self, write_pdf: WritePdf) -> None:
        words = [f"the upside-down row number {n}" for n in range(1, 5)]
        page = lines(["the upright heading of the page", "and its second row"], y=740)
        page += b"".join(turned(text, 400, 200 + 14 * row, "-1 0 0 -1") for row, text in enumerate(words))
        assert text_of(write_pdf([page])).split("\n\n")[1].split("\n") == words

    def test_a_stamp_on_the_margin_parts_no_text(self, write_pdf: WritePdf) -> None:
        words = [f"row {n} of the paper that has a stamp beside it" for n in range(20)]
        page = turned("arXiv:2101.00001v1 [cs.CL] 1 Jan 2021", 30, 250) + lines(words, y=700)
        text = text_of(write_pdf([page]))
        assert "\n".join(words) in text and "arXiv:2101.00001v1 [cs.CL] 1 Jan 2021" in text

    def test_a_watermark_aslant_is_one_line(self, write_pdf: WritePdf) -> None:
        page = lines([f"row {n} of the text" for n in range(9)], y=700)
        page += turned("DRAFT COPY", 200, 300, "0.7 0.7 -0.7 0.7")
        assert "DRAFT COPY" in text_of(write_pdf([page]))


class TestRightToLeft:
    def read(self, shown: str) -> str:
        """The reading of a line by what stands on the page, from the left to the right, a letter a point
        wide."""
        boxes = [edge for place in range(len(shown)) for edge in (10 * place, 0, 10 * place + 10, 10)]
        return "".join(shown[place] for place in read_from_right(shown, boxes))

    @pytest.mark.parametrize(
        ("shown", "read"),
        [
            ("בא .1", "1. אב"),
            ("בא Beta LLC דג", "גד Beta LLC אב"),
            (".28.2.2026 בא", "אב 28.2.2026."),
            ("בא 30% דג", "גד 30% אב"),
            ("בא $1,000 דג", "גד $1,000 אב"),
            ("בא (3)", ")3( אב"),
            ("בא Form 10-K דג", "גד Form 10-K אב"),
            ("בא 12:30 דג", "גד 12:30 אב"),
        ],
    )
    def test_names_numbers_and_marks_keep_their_order(self, shown: str, read: str) -> None:
        assert self.read(shown) == read

    def test_brackets_open_before_they_close(self) -> None:
        assert with_brackets_turned(")3( אב") == "(3) אב"
        assert with_brackets_turned("(3) אב") == "(3) אב"

    def test_a_line_keeps_its_letters(self) -> None:
        for shown in ("", "א", "a  א b", "  ", "א\u05bd ב"):
            assert sorted(self.read(shown)) == sorted(shown)

    def test_a_pdf(self, write_pdf: WritePdf) -> None:
        letters = {ord("a"): "05D0", ord("b"): "05D1", ord("c"): "05D2", ord("d"): "05D3"}
        letters |= {ord(letter): f"{ord(letter):04X}" for letter in "LXPC. 15"}
        page, resources, extra = text_of_glyphs("dcba LX PC dcba .15 dcba .1", letters)
        text = text_of(write_pdf([page], resources=resources, extra=extra))
        assert text == "1. אבגד 15. אבגד LX PC אבגד"


def test_a_page_of_everything_is_read(tmp_path: Path) -> None:
    page = line("upright", 72, 700) + turned("up", 20, 100) + turned("down", 580, 500, "0 -1 1 0")
    page += turned("over", 300, 20, "-1 0 0 -1") + turned("nothing", 300, 300, "0 0 0 0")
    path = tmp_path / "all.pdf"
    path.write_bytes(make_pdf([page]))
    assert {"upright", "up", "down", "over"} <= set(text_of(path).split())


@pytest.mark.parametrize("quarter", [1, 2, 3])
def test_pieces_of_a_turned_row_keep_their_order(write_pdf: WritePdf, quarter: int) -> None:
    turn = {1: b"0 -1 1 0 -300 800", 2: b"-1 0 0 -1 612 1100", 3: b"0 1 -1 0 1000 -20"}[quarter]
    pieces = line("Beta shall pay", 72) + line("Alpha", 160) + line("and no other", 196)
    path = write_pdf(
        [b"q %s cm %s%sQ " % (turn, pieces, lines(["It ends in May.", "It is renewed."], y=680))]
    )
    assert text_of(path).replace(" | ", " ").startswith("Beta shall pay Alpha and no other\nIt ends in May.")
