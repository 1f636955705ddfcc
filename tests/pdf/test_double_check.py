"""The text of a page held against its picture, scans with a text layer, and fonts that give other letters."""

from __future__ import annotations

import shutil
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, lines, text_of_glyphs

from docanalyst.pdf import inspect_document
from docanalyst.pdf.ocr.contradictions import Closer, compare, differences
from docanalyst.pdf.ocr.words import GreyMap, Word
from docanalyst.pdf.writing.plausibility import is_gibberish, shifted_back

pytestmark = pytest.mark.slow

WritePdf = Callable[..., Path]
needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")

CLAUSE = "The buyer pays the price within 30 days of the order, and the seller shall not assign this deed."


def said(mine: str, theirs: str, raised: int = 0) -> list[tuple[str, str, str]]:
    return differences(mine.split(), theirs.split(), raised)


@pytest.mark.parametrize(
    ("mine", "theirs", "kind"),
    [
        ("within 60 days", "within 30 days", "number"),
        ("pay $8,000 to", "pay $3,000 to", "number"),
        ("shall not assign", "shall assign", "negation"),
        ("shall assign", "shall not assign", "negation"),
        ("on 1 March 2024", "on 1 April 2024", "date"),
        ("Alpha pays the rent", "Omega pays the rent", "name"),
        ("of 1.5 percent", "of 15 percent", "number"),
    ],
)
def test_what_matters_is_told(mine: str, theirs: str, kind: str) -> None:
    assert [found for found, _, _ in said(mine, theirs)] == [kind]


@pytest.mark.parametrize(
    ("mine", "theirs", "raised"),
    [
        ("the buyer pays", "the buyer pavs", 0),
        ("within 30 days.", "within 30 days", 0),
        ("Roe and Doe", "Rce and Doe", 0),
        ("a word", "aword", 0),
        ("the court held.", "the court held.7", 1),
        ("l of the list", "1 of the list", 0),
        ("", "", 0),
    ],
)
def test_slips_of_recognition_are_not(mine: str, theirs: str, raised: int) -> None:
    assert said(mine, theirs, raised) == []


def test_a_difference_counts_when_the_second_look_agrees() -> None:
    words = [
        Word(text, (60 * n, 0, 60 * n + 50, 100), 0, 90) for n, text in enumerate(("within", "30", "days"))
    ]
    box = [0, 0, 300, 100]
    right = [Word(text, (0, 0, 1, 1), 0, 90) for text in ("within", "60", "days")]
    assert [item.shown for item in compare(["within 60 days"], box, words, lambda _: words)] == ["30"]
    assert compare(["within 60 days"], box, words, lambda _: right) == []
    assert compare([], [], words, lambda _: words) == []


def test_a_point_that_a_look_at_the_number_alone_finds_is_no_contradiction() -> None:
    words = [Word(text, (60 * n, 0, 60 * n + 50, 100), 0, 90) for n, text in enumerate(("40", "Operations"))]
    box = [0, 0, 300, 100]

    def look(place: tuple[int, int, int, int]) -> list[Word]:
        return [Word("4.0", (0, 0, 1, 1), 0, 90)] if place[2] < 100 else words

    assert compare(["4.0 Operations"], box, words, look) == []
    assert [item.shown for item in compare(["9.0 Operations"], box, words, look)] == ["40"]


def test_points_are_looked_for_themselves() -> None:
    # Two figures, a point at their foot between them, and a low mark that hangs on the second.
    rows = ["##....##", "##....##", "##....##", "##....##", "##.#..##"]
    pixels = b"".join(bytes(0 if mark == "#" else 255 for mark in row) for row in rows)
    picture = GreyMap(8, 5, pixels, 720)
    closer = Closer(Silent(), lambda: picture, 0)
    assert closer.points((0, 0, 8, 5)) == 1
    for row in ("##....##", "##...###"):
        plain = GreyMap(8, 5, pixels[:32] + bytes(0 if mark == "#" else 255 for mark in row), 720)
        assert Closer(Silent(), lambda plain=plain: plain, 0).points((0, 0, 8, 5)) == 0
    words = [Word("40", (0, 0, 80, 50), 0, 90)]
    for drawn, told in ((1, []), (0, ["40"])):
        found = compare(["4.0 x"], [0, 0, 300, 50], words, lambda _: words, lambda _, drawn=drawn: drawn)
        assert [item.shown for item in found] == told


class Silent:
    """A recognizer that finds nothing."""

    name = "none"

    def words(self, picture: GreyMap) -> list[Word]:
        return []

    def line(self, picture: GreyMap) -> list[Word]:
        return []

    def turns(self, picture: GreyMap) -> int:
        return 0


@needs_tesseract
def test_a_font_that_names_other_figures_is_told(write_pdf: WritePdf) -> None:
    shown = "The price is due in 30 days of the order."
    letters = {ord(letter): f"{ord(letter):04X}" for letter in set(shown)} | {ord("3"): "0036"}
    page, resources, extra = text_of_glyphs(shown, letters, y=600)
    page += lines([CLAUSE, "Both parties have signed it in the presence of the witness."], y=700)
    reading = inspect_document(write_pdf([page], resources=resources, extra=extra), double_check=True)
    (found,) = reading.pages[0].contradictions
    assert (found.kind, found.text, found.shown) == ("number", "60", "30")
    assert any(
        "Page 1: the text layer has “60” where the page shows “30”" in told
        for told in reading.document.warnings
    )


@needs_tesseract
def test_an_honest_page_has_no_contradiction(write_pdf: WritePdf) -> None:
    page = lines([CLAUSE, "The rent is $4,250 for each month of 2024.", "Ms Roe may not sublet."], y=700)
    reading = inspect_document(write_pdf([page]), double_check=True)
    assert reading.pages[0].contradictions == () and reading.document.warnings == ()


def scan(layer: list[str]) -> tuple[bytes, str, list[bytes]]:
    """A page that is one picture, with invisible text over it."""
    pixels = zlib.compress(bytes([255] * 100 * 100))
    image = (
        b"<</Type/XObject/Subtype/Image/Width 100/Height 100/ColorSpace/DeviceGray/BitsPerComponent 8"
        b"/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (len(pixels), pixels)
    )
    # Ink in the place of the text, as a scan has it.
    ink = b"".join(b"72 %d 400 6 re f\n" % (700 - 14 * n) for n in range(len(layer)))
    return (
        b"q 612 0 0 792 0 0 cm /I Do Q\n" + ink + b"3 Tr\n" + lines(layer, y=700),
        "/XObject<</I 7 0 R>>",
        [image],
    )


def test_a_scan_with_a_text_layer_is_told(write_pdf: WritePdf) -> None:
    page, resources, extra = scan([f"{CLAUSE[:60]} row {n}" for n in range(12)])
    reading = inspect_document(write_pdf([page], resources=resources, extra=extra), ocr="off")
    assert reading.pages[0].layer and reading.document.pages[0].ocr
    assert any("text layer of unknown OCR" in told for told in reading.document.warnings)


class TestGibberish:
    shifted = "".join(chr(ord(letter) - 29) if letter.isalpha() else letter for letter in CLAUSE * 3)

    def test_shifted_letters_are_no_language_and_come_back(self) -> None:
        assert is_gibberish(self.shifted)
        text, shift = shifted_back(self.shifted)
        assert shift == 29 and "buyer pays the price within 30 days" in text

    @pytest.mark.parametrize(
        "text",
        [
            CLAUSE * 3,
            "Der Käufer zahlt den Preis innerhalb von dreißig Tagen, und der Verkäufer liefert. " * 3,
            "L'acheteur paie le prix dans les trente jours de la commande et le vendeur livre les biens. "
            * 3,
            "Müller Schmidt Schneider Fischer Weber Meyer Wagner Becker Schulz Hoffmann Koch Richter " * 4,
            "12 450 $3,000 17% 2024-03-01 " * 30,
            "",
            "Покупатель оплачивает цену в течение тридцати дней после заказа " * 5,
            "買主は注文から三十日以内に代金を支払う" * 10,
        ],
    )
    def test_languages_lists_and_figures_are_none(self, text: str) -> None:
        assert not is_gibberish(text)

    def test_a_page_of_it_is_told(self, write_pdf: WritePdf) -> None:
        rows = [self.shifted[start : start + 70] for start in range(0, 280, 70)]
        reading = inspect_document(
            write_pdf([b"".join(line(row, 40, 700 - 14 * n) for n, row in enumerate(rows))]), ocr="off"
        )
        assert any("stored letters differ from those shown" in told for told in reading.document.warnings)
