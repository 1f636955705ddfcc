"""Running heads and feet are left out of the text, and nothing else is."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from makepdf import line, lines

from docanalyst.pdf import inspect_document
from docanalyst.pdf.layout.assembly import decide
from docanalyst.pdf.layout.labels import find_labels
from docanalyst.pdf.layout.running_heads import find_furniture
from docanalyst.pdf.rawpages import RawPage

WritePdf = Callable[..., Path]

WORDS = (
    "alpha",
    "beta",
    "gamma",
    "delta",
    "epsilon",
    "zeta",
    "eta",
    "theta",
    "iota",
    "kappa",
    "mu",
    "nu",
    "xi",
)


def body(page: int, count: int = 30) -> bytes:
    """Lines that differ on every page."""
    texts = [
        " ".join(WORDS[(page * 7 + row * 3 + word * (row + 1)) % len(WORDS)] for word in range(8))
        + f" {chr(97 + row % 26)}"
        for row in range(count)
    ]
    return lines(texts, y=700)


def test_heads_feet_and_page_numbers_are_dropped(write_pdf: WritePdf) -> None:
    pages = [
        line("Acme Master Agreement", 200, 760) + body(n) + line(f"Page {n + 1} of 6", 280, 40)
        for n in range(6)
    ]
    reading = inspect_document(write_pdf(pages))
    texts = [page.text for page in reading.document.pages]
    assert "Acme Master Agreement" in texts[0], "the first occurrence may be the title"
    assert all("Acme" not in text for text in texts[1:])
    assert all("Page" not in text for text in texts)
    assert reading.pages[3].dropped == ("Acme Master Agreement", "Page 4 of 6")


def test_odd_and_even_heads_are_both_seen(write_pdf: WritePdf) -> None:
    pages = [
        (line("THE SHORT TITLE", 72, 760) if n % 2 else line("The Author", 400, 760)) + body(n)
        for n in range(9)
    ]
    texts = [page.text for page in inspect_document(write_pdf(pages)).document.pages]
    assert sum("SHORT TITLE" in text for text in texts) == 1
    assert sum("The Author" in text for text in texts) == 1


def test_a_heading_that_recurs_within_the_text_stays(write_pdf: WritePdf) -> None:
    head = ["ADDENDUM TO THE AGREEMENT", "FOR THE STATE NAMED BELOW"]
    pages = [lines([*head, f"State of {WORDS[n]}"], y=728) + body(n, 20) for n in range(6)]
    texts = [page.text for page in inspect_document(write_pdf(pages)).document.pages]
    assert all("ADDENDUM" in text and "NAMED BELOW" in text for text in texts)


def test_signatures_that_recur_stay(write_pdf: WritePdf) -> None:
    block = lines(["By: ______________", "Name: Jane Roe", "Title: Secretary"], y=90)
    pages = [body(n, 20) + block for n in range(6)]
    texts = [page.text for page in inspect_document(write_pdf(pages)).document.pages]
    assert all("Name: Jane Roe" in text and "Title: Secretary" in text and "By:" in text for text in texts)


def test_figures_of_a_table_at_the_edge_stay(write_pdf: WritePdf) -> None:
    amounts = [17, 4, 88, 23, 5, 61]
    pages = [line(str(amount), 72, 760) + body(n) for n, amount in enumerate(amounts)]
    texts = [page.text for page in inspect_document(write_pdf(pages)).document.pages]
    assert [text.split("\n")[0] for text in texts] == [str(amount) for amount in amounts]


def test_marks_of_redaction_stay(write_pdf: WritePdf) -> None:
    pages = [line("[* * *]", 72, 760) + body(n) for n in range(6)]
    assert all("[* * *]" in page.text for page in inspect_document(write_pdf(pages)).document.pages)


def test_two_pages_are_too_few_to_recur(write_pdf: WritePdf) -> None:
    pages = [line("Acme", 200, 760) + body(n) for n in range(2)]
    assert all("Acme" in page.text for page in inspect_document(write_pdf(pages)).document.pages)


@pytest.mark.parametrize(
    "form",
    [
        "EXHIBIT {}",
        "Schedule {}",
        "INVOICE NO. 20{:02}",
        "Unit {}B",
        "Rechnung Nr. {}",
        "Rent: $5,000 per month",
        "Tenant: Maria Lopez",
        "Timesheet of J. Smith, week {}",
        "Fiscal year 20{:02}",
        "Exhibit B",
        "(in thousands)",
        "Amounts in thousands of dollars",
        "Deposit: two months' rent, not refundable.",
        "Parcel # {}",
        "3/{}/2021",
        "Warehouse {}",
        "Page width {} mm",
    ],
)
def test_what_says_what_the_page_is_about_stays(write_pdf: WritePdf, form: str) -> None:
    pages = [line(form.format(n + 1), 200, 760) + body(n, 24) + line(str(n + 40), 300, 40) for n in range(6)]
    reading = inspect_document(write_pdf(pages))
    for number, page in enumerate(reading.document.pages):
        assert page.text.startswith(form.format(number + 1))
        assert page.label == str(number + 40) and reading.pages[number].dropped == (str(number + 40),)


@pytest.mark.parametrize(
    "form",
    [
        "{} THE SHORT TITLE",
        "Acme Master Agreement | {}",
        "Case 1:20-cv-00123 Document 12 Filed 03/04/20 Page {} of 6",
        "ACME-{:06}",
        "Confidential Treatment Requested",
        "Printed on 4 March 2021",
        "Downloaded from www.example.com on 4 March 2021",
        "Master Lease Agreement, page {}",
        "- {} -",
        "Seite {} von 6",
    ],
)
def test_page_numbers_stamps_and_titles_are_dropped(write_pdf: WritePdf, form: str) -> None:
    pages = [line(form.format(n + 1), 200, 760) + body(n, 24) for n in range(6)]
    reading = inspect_document(write_pdf(pages))
    assert all(form.format(n + 1) in reading.pages[n].dropped for n in range(1, 6))


def test_a_number_sign_in_a_head_is_no_number(write_pdf: WritePdf) -> None:
    heads = ["Lot #", "Lot 2", "Lot #3", "Lot 4", "Lot # #"]
    pages = [line(head, 200, 760) + body(n) for n, head in enumerate(heads)]
    texts = [page.text for page in inspect_document(write_pdf(pages)).document.pages]
    assert [text.split("\n")[0] for text in texts] == heads


def test_what_is_left_out_is_told_with_the_document(write_pdf: WritePdf) -> None:
    pages = [line("Acme Agreement", 200, 760) + body(n) + line(str(n + 1), 300, 40) for n in range(5)]
    document = inspect_document(write_pdf(pages)).document
    assert dict(document.left_out) == {"#": "1-5", "Acme Agreement": "2-5"}


LETTERS = "ab 1#|.,()ivxlcIVXLC$%:-–é\u05d0\u200b"


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.lists(
            st.tuples(
                st.text(LETTERS, min_size=1, max_size=12), st.integers(-50, 700), st.integers(-50, 900)
            ),
            max_size=8,
        ),
        max_size=9,
    )
)
def test_no_layout_ends_the_reading(pages: list[list[tuple[str, int, int]]]) -> None:
    raw = []
    for number, rows in enumerate(pages, 1):
        boxes = [
            edge for text, x, y in rows for edge in (10 * x, 10 * y, 10 * x + 60 * len(text), 10 * y + 120)
        ]
        raw.append(RawPage(number, "\n".join(text for text, _, _ in rows), boxes, "n" * len(rows)))
    furniture = find_furniture(raw)
    labels = find_labels(raw, furniture)
    decided = decide(raw, furniture)
    assert len(labels) == len(decided) == len(raw)
    for page, dropped in zip(raw, furniture.dropped, strict=True):
        assert dropped <= set(range(len(page.texts)))


class TestLabels:
    def labels(self, path: Path) -> list[tuple[str | None, str]]:
        return [(page.label, page.label_source) for page in inspect_document(path).pages]

    def test_the_files_own_labels_come_first(self, write_pdf: WritePdf) -> None:
        pages = [body(n) + line(str(n + 40), 300, 40) for n in range(4)]
        catalog = "/PageLabels<</Nums[0<</S/r>>2<</S/D/P(A-)>>]>>"
        assert self.labels(write_pdf(pages, catalog=catalog)) == [
            ("i", "file"),
            ("ii", "file"),
            ("A-1", "file"),
            ("A-2", "file"),
        ]

    def test_printed_numbers_come_next(self, write_pdf: WritePdf) -> None:
        numbers = ["i", "ii", "iii", "1", "2", "3", "4", ""]
        pages = [body(n) + line(number, 300, 40) for n, number in enumerate(numbers)]
        assert self.labels(write_pdf(pages)) == [(n, "printed") for n in numbers[:-1]] + [(None, "")]

    @pytest.mark.parametrize("form", ["- {} -", "Page {} of 9", "p. {}", "{}/9", "Acme v. Roe {}", "{} ACME"])
    def test_many_forms_are_understood(self, write_pdf: WritePdf, form: str) -> None:
        pages = [body(n) + line(form.format(n + 3), 250, 40) for n in range(7)]
        assert [label for label, _ in self.labels(write_pdf(pages))] == [str(n + 3) for n in range(7)]

    def test_bates_numbers_come_last(self, write_pdf: WritePdf) -> None:
        pages = [body(n) + line(f"ACME-{n + 118:06}", 480, 30) for n in range(5)]
        assert self.labels(write_pdf(pages)) == [(f"ACME-{n + 118:06}", "bates") for n in range(5)]

    def test_nothing_is_guessed(self, write_pdf: WritePdf) -> None:
        pages = [body(n) + (line(str(n + 1), 300, 40) if n != 3 else b"") for n in range(8)]
        assert self.labels(write_pdf(pages))[3] == (None, "")

    @pytest.mark.slow
    def test_labels_of_real_documents(self, shared: Path) -> None:
        legal = shared / "corpus/legal"
        opinion = inspect_document(legal / "scotus_slip_opinion.pdf", ocr="off").pages
        assert [page.label for page in opinion[:7]] == ["1", "2", "3", "4", "1", "2", "3"]
        report = inspect_document(legal / "mueller_vol1.pdf").pages
        assert [page.label for page in report[:8]] == ["1", "i", "ii", "iii", "iv", "v", "1", "2"]


@pytest.mark.parametrize("subject", ["Tax year", "Suite", "Invoice"])
def test_the_number_of_what_a_page_is_about_stays_beside_a_stamp(write_pdf: WritePdf, subject: str) -> None:
    pages = [
        line("Draft of 4 June 2023 - Confidential", 60, 760)
        + line(f"{subject} {2011 + n}", 460, 760)
        + body(n)
        + line(f"Page {n + 1} of 5", 280, 40)
        for n in range(5)
    ]
    document = inspect_document(write_pdf(pages)).document
    assert all(f"{subject} {2011 + page.number - 1}" in page.text for page in document.pages)
    assert [page.label for page in document.pages] == ["1", "2", "3", "4", "5"]


def test_a_list_that_goes_on_over_a_page_gives_no_page_numbers(write_pdf: WritePdf) -> None:
    items = ("Deed of the mill", "Letter of the bank", "Plan of the wood", "Lease of the barn")
    pages = [
        lines([f"{1 + n + 20 * page} {items[n % 4]}" for n in range(20)], y=740, step=30) for page in (0, 1)
    ]
    document = inspect_document(write_pdf(pages)).document
    assert [page.label for page in document.pages] == [None, None]
    numbered = [body(page) + line(str(14 + page), 300, 40) for page in (0, 1)]
    assert [page.label for page in inspect_document(write_pdf(numbered)).document.pages] == ["14", "15"]


@pytest.mark.parametrize("written", ["{}'", '{}"', "${}", "{} %", "{}°", "§ {}"])
def test_measures_and_prices_that_count_are_no_page_numbers(write_pdf: WritePdf, written: str) -> None:
    pages = [body(n) + line(written.format(n + 3), 300, 40) for n in range(6)]
    document = inspect_document(write_pdf(pages)).document
    assert all(written.format(page.number + 2) in page.text for page in document.pages)
    assert not any(page.label for page in document.pages)


@pytest.mark.parametrize("written", ["{}", "- {} -", "[{}]", "Page {} of 9", "* {} *", "— {} —", "{}."])
def test_page_numbers_may_be_decorated(write_pdf: WritePdf, written: str) -> None:
    pages = [body(n) + line(written.format(n + 3), 300, 40) for n in range(6)]
    document = inspect_document(write_pdf(pages)).document
    assert [page.label for page in document.pages] == [str(n + 3) for n in range(6)]
    assert not any(page.text.endswith(written.format(page.number + 2)) for page in document.pages)
