"""Marks of footnotes and powers are no figures of the text around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from docanalyst.pdf import locate, read_document

WritePdf = Callable[..., Path]


def typeset(*pieces: str, y: int = 700) -> bytes:
    """A line of pieces; those that begin with "^" are raised and small, with "_" lowered and small."""
    shown = b""
    for piece in pieces:
        size, rise = {"^": (7, 4), "_": (7, -2)}.get(piece[0], (11, 0))
        text = piece.lstrip("^_").replace("(", r"\(").replace(")", r"\)").encode("cp1252")
        shown += b"/F1 %d Tf %d Ts (%s) Tj " % (size, rise, text)
    return b"BT 72 %d Td %sET\n" % (y, shown)


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        (["about $100,000.", "^56", " In May"], "about $100,000.⁵⁶ In May"),
        (["by the council", "^1,2", " and"], "by the council¹,² and"),
        (["of 3 × 10", "^5", " cells"], "of 3 × 10⁵ cells"),
        (["5 g per mL", "^-1", " a day"], "5 g per mL⁻¹ a day"),
        (["Exhibit A-1 of it"], "Exhibit A-1 of it"),
        (["see ibid. ", "^4", " In such"], "see ibid. ⁴ In such"),
        (["of it). ", "^10", "There is one"], "of it). ¹⁰There is one"),
        (["of 10", "^12", " cells"], "of 10¹² cells"),
        (["^58", "4/6/16 Advertisement"], "⁵⁸4/6/16 Advertisement"),
        (["^1", " Allen Institute"], "¹ Allen Institute"),
        (["H", "_2", "O is water"], "H₂O is water"),
        (["in 2006", "^3", " it"], "in 2006³ it"),
        (["of 88.85", "^7", " per"], "of 88.85⁷ per"),
        (["of ±2", "^31", " per"], "of ±2³¹ per"),
        (["at v0.5.5", "^10", " now"], "at v0.5.5¹⁰ now"),
        (["is $100,000", "^3", " and"], "is $100,000³ and"),
        (["is $19", "^99", " each"], "is $19⁹⁹ each"),
        (["is 4", "^1", "/", "_2", " percent"], "is 4½ percent"),
        (["a 3", "^1/4", "-inch pipe"], "a 3¼-inch pipe"),
        (["in 30", "^7", " days"], "in 30⁷ days"),
        (["revenue of 2,019", "^8", " million"], "revenue of 2,019⁸ million"),
        (["1", "^2", "3 cells"], "1²3 cells"),
        (["about ~54% or +11 of it"], "about ~54% or +11 of it"),
        (["Fees of $1,200.50 (Schedule 2), paid in 2019."], "Fees of $1,200.50 (Schedule 2), paid in 2019."),
        (["Clause 10", "5 of it"], "Clause 105 of it"),
        (["Under Section 5", "^b", " it"], "Under Section 5ᵇ it"),
        (["a cap of $5,000", "^a", ", and 12.5%", "^c"], "a cap of $5,000ᵃ, and 12.5%ᶜ"),
        (["paid in full.", "^d", " The rest"], "paid in full.ᵈ The rest"),
        (["Total revenue", "^a", " and net profit", "^e", "."], "Total revenueᵃ and net profitᵉ."),
        (["by Smith", "^a,b", " and Jones", "^b"], "by Smithᵃ,ᵇ and Jonesᵇ"),
        (["is 10", "^(a)", " and 5(a)"], "is 10⁽ᵃ⁾ and 5(a)"),
        (["at 20", "^o", "C in May"], "at 20°C in May"),
        (["Under Section 5b and the 2", "^nd", " data."], "Under Section 5b and the 2nd data."),
        (["a pool of area", "_c", " and 5", "_b"], "a pool of areac and 5b"),
    ],
)
def test_raised_figures_are_told_from_figures(write_pdf: WritePdf, pieces: list[str], expected: str) -> None:
    assert read_document(write_pdf([typeset(*pieces)])).pages[0].text == expected


def test_turned_pages_have_them_too(write_pdf: WritePdf) -> None:
    shown = b"".join(
        b"/F1 %d Tf %d Ts (%s) Tj " % (size, rise, text)
        for size, rise, text in ((11, 0, b"about $100,000."), (7, 4, b"56"), (11, 0, b" In May"))
    )
    path = write_pdf([b"BT 0 1 -1 0 300 100 Tm %sET" % shown], page_entries="/Rotate 90")
    assert read_document(path).pages[0].text == "about $100,000.⁵⁶ In May"


def test_a_quote_with_a_mark_is_found_on_its_page(write_pdf: WritePdf) -> None:
    path = write_pdf([typeset("about $100,000.", "^56", " In May")])
    text = read_document(path).pages[0].text
    whole, before = locate(path, 1, 0, len(text)), locate(path, 1, 0, text.index("⁵"))
    (mark,) = locate(path, 1, text.index("⁵"), text.index("⁵") + 2)
    assert before[0].right <= mark.left + 1 and mark.right < whole[0].right
    assert len(whole) == len(before) == 1 and whole[0].right > before[0].right + 10
