"""Line numbers of pleadings, transcripts and manuscripts are no text; the numbers of a schedule are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import line, lines

from docanalyst.domain.answers.pincite import pin_cite
from docanalyst.domain.citations import Quote
from docanalyst.domain.verification.verify import verify
from docanalyst.pdf import inspect_document, read_document

WritePdf = Callable[..., Path]

PROSE = (
    "the witness said that she had been in the",
    "house when the call came and that she knew of",
    "no other person who could have taken it from",
    "her. The court asked whether the door was open",
    "and she answered that it was not. Then she left",
)


def numbered(
    texts: list[str], *, first: int = 1, own_row: bool = True, pitch: float = 24, x: float = 90
) -> bytes:
    """Rows with their numbers beside them, drawn as one row or as a column of its own."""
    rows = [
        (line(str(first + row), 66 - 6 * len(str(first + row)), 740 - pitch * row), text, 740 - pitch * row)
        for row, text in enumerate(texts)
    ]
    if own_row:
        return b"".join(number + (line(text, x, y) if text else b"") for number, text, y in rows)
    return b"".join(number for number, _, _ in rows) + b"".join(
        line(text, x, y) for _, text, y in rows if text
    )


def prose(count: int, start: int = 0) -> list[str]:
    return [PROSE[(start + row) % len(PROSE)] for row in range(count)]


def rows_of(path: Path, page: int = 0) -> list[str]:
    return [row for row in read_document(path).pages[page].text.split("\n") if row]


@pytest.mark.parametrize("own_row", [True, False])
def test_ruled_paper(write_pdf: WritePdf, own_row: bool) -> None:
    texts = [*prose(25), "", "", ""]
    page = numbered(texts, own_row=own_row) + line("3", 300, 40) + line("MOTION TO DISMISS", 250, 28)
    assert rows_of(write_pdf([page]))[:25] == prose(25)


@pytest.mark.parametrize("own_row", [True, False])
def test_numbers_that_run_on_over_pages(write_pdf: WritePdf, own_row: bool) -> None:
    pages = [numbered(prose(36, 36 * n), first=1 + 36 * n, own_row=own_row, pitch=18) for n in range(3)]
    reading = inspect_document(write_pdf(pages))
    for n, page in enumerate(reading.document.pages):
        assert page.text.split("\n") == prose(36, 36 * n)
        assert f"line numbers {1 + 36 * n}-{36 + 36 * n}" in reading.pages[n].dropped


def test_questions_and_answers(write_pdf: WritePdf) -> None:
    spoken = [
        "Q. Did you sign the deed?",
        "A. Yes, I did.",
        "MR. COHEN: Objection.",
        "THE COURT: Overruled.",
        "Q. When was that?",
    ]
    texts = [spoken[row % 5] for row in range(25)]
    path = write_pdf([numbered(texts) + line("45", 500, 770)] * 2)
    assert [row for row in rows_of(path) if row != "45"] == texts


def test_a_pin_cite_names_page_and_line(write_pdf: WritePdf) -> None:
    pages = [
        numbered([f"{PROSE[row % 5]} {chr(97 + row)}" for row in range(25)]) + line(str(n), 500, 770)
        for n in (45, 46, 47)
    ]
    document = read_document(write_pdf(pages))
    assert [page.label for page in document.pages] == ["45", "46", "47"]
    quote = "could have taken it from h her. The court asked whether the door was open i"
    (citation,) = verify([Quote(quote, "D1", 1)], [document])
    assert pin_cite(citation, document).endswith("45:8-9")
    over = "no other person who could have taken it from x and she answered that it was not. Then she left y"
    page = document.pages[0]
    assert page.line_at(page.text.index("a\n")) == 1 and page.line_at(len(page.text)) == 25
    assert over


@pytest.mark.parametrize("own_row", [True, False])
@pytest.mark.parametrize(
    "items",
    [
        [f"Claim of {name}, filed in May" for name in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"],
        [f"office chairs with armrests, lot {letter}" for letter in "abcdefghijklmnopqrstuvwxyz"],
        [f"{letter}eighbour's parcel, north" for letter in "abcdefghijklmnopqrstuvwxyz"],
        ["$4,000 per month"] * 26,
    ],
)
def test_the_numbers_of_a_schedule_stay(write_pdf: WritePdf, items: list[str], own_row: bool) -> None:
    text = read_document(write_pdf([line("Schedule 4", 250, 768) + numbered(items, own_row=own_row)]))
    assert set(map(str, range(1, 27))) <= set(text.pages[0].text.split())


def test_the_numbers_of_a_table_stay(write_pdf: WritePdf) -> None:
    page = numbered(["under the lease and the"] * 25) + b"".join(
        line(f"{n},400", 400, 740 - 24 * n) for n in range(25)
    )
    text = read_document(write_pdf([page])).pages[0].text
    assert {"1", "25"} <= set(text.split())


def test_a_list_within_a_text_stays(write_pdf: WritePdf) -> None:
    page = numbered(prose(8)) + b"".join(line(text, 90, 548 - 24 * n) for n, text in enumerate(prose(9)))
    assert {"1", "8"} <= set(read_document(write_pdf([page])).pages[0].text.split())


@pytest.mark.parametrize("gap", [12, 40])
def test_every_fifth_number_may_share_its_line_with_the_text(write_pdf: WritePdf, gap: int) -> None:
    rows = [f"Whoever keeps a mill of size {chr(97 + n)} in the county must pay for it" for n in range(25)]
    page = b"".join(
        line(row, 100 + gap, 740 - 24 * n) + (line(str(n + 1), 90, 740 - 24 * n) if n % 5 == 4 else b"")
        for n, row in enumerate(rows)
    )
    reading = inspect_document(write_pdf([page]))
    assert reading.document.pages[0].text.split("\n") == rows


def test_a_list_by_fives_keeps_its_numbers(write_pdf: WritePdf) -> None:
    rows = [f"{5 * n} years of service give {n} weeks of leave" for n in range(1, 7)]
    page = lines(["The leave of those employed is as follows.", *rows, "It is paid."], y=700)
    text = inspect_document(write_pdf([page])).document.pages[0].text
    assert all(row in text for row in rows)
