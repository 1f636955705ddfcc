"""Quotes against documents: what is verified, what never is, and what is said about it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.citations import Caution, Citation, Quote, Verdict
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.verification.verify import VerificationIndex, verify

LEASE = Document(
    "a" * 64,
    "Lease",
    (
        Page(
            1,
            "i",
            'This Lease is made on 3 March 2021 between Acme Holdings Ltd ("Landlord") and Bolt Inc. '
            '("Tenant").',
        ),
        Page(
            2,
            "ii",
            "4.2 The Tenant shall pay rent of $5,000.00 per month within thirty (30) days after receipt\n"
            "of an invoice, unless the Landlord agrees otherwise in writing. The Tenant shall not assign "
            "this non-\nexclusive right. Interest accrues at 1.5 % per year (p < 0.05; change −5 ± 2).",
        ),
        Page(
            3,
            "1",
            "The Landlord may terminate this Lease if the Tenant fails to pay rent for sixty days and the",
        ),
        Page(
            4,
            "2",
            "Landlord has given written notice of the default. In no event shall the Landlord be liable.",
        ),
    ),
    path="lease.pdf",
)
OTHER = Document(
    "b" * 64, "Amendment", (Page(1, None, "The Tenant may assign this right to any of its affiliates."),)
)


def check(text: str, page: int | None = None, document: str | None = "D1") -> Citation:
    return verify([Quote(text, document, page)], [LEASE, OTHER])[0]


def differences(text: str) -> list[tuple[str, str, str]]:
    return [(d.quoted, d.source, d.kind) for d in check(text, 2).differences]


def test_word_for_word() -> None:
    citation = check("The Tenant shall pay rent of $5,000.00 per month", 2)
    assert citation.verdict is Verdict.VERBATIM
    assert (citation.found_document, citation.found_page, citation.found_page_label) == ("D1", 2, "ii")
    assert citation.sha256 == citation.found_sha256 == LEASE.sha256
    assert (citation.path, citation.similarity, citation.occurrences) == ("lease.pdf", 1.0, 1)
    span = citation.span
    assert span is not None
    assert LEASE.pages[1].text[span.start : span.end] == "The Tenant shall pay rent of $5,000.00 per month"


@pytest.mark.parametrize(
    "quote",
    [
        "within thirty (30) days after receipt of an invoice, unless the Landlord agrees",
        "“The Tenant shall not assign this non-exclusive right.”",
        "The Tenant shall not assign this nonexclusive right.",
        "**The Tenant** shall _not_ assign this non-\nexclusive right.",
        "the Tenant shall not assign this non‑exclusive right",
        "[t]he Tenant shall not assign [sic] this non-exclusive right",
        "Tenant shall not assign this non-exclusive right (emphasis added)",
        "Interest accrues at 1.5% per year (p &lt; 0.05; change -5 ± 2).",
        "> The Tenant shall not\n> assign this non-exclusive right",
        "<b>The Tenant</b> shall not assign this non-exclusive right",
        "THE TENANT SHALL NOT ASSIGN THIS NON-EXCLUSIVE RIGHT",
        "...The Tenant shall not assign this non-exclusive right...",
        "The Tenant shallnot assign this non-exclusive ri ght",
    ],
)
def test_what_typesetting_and_copying_change_is_normalized(quote: str) -> None:
    citation = check(quote, 2)
    assert citation.verdict is Verdict.NORMALIZED
    assert citation.found_page == 2
    assert citation.span is not None


@pytest.mark.parametrize(
    ("quote", "expected"),
    [
        ("The Tenant shall pay rent of $6,000.00 per month", ("$6,000.00", "$5,000.00", "money")),
        ("pay rent of 5,000.00 per month within thirty", ("5,000.00", "$5,000.00", "sign")),
        ("within fifteen (30) days after receipt of an invoice", ("fifteen", "thirty", "number")),
        ("within thirty (60) days after receipt of an invoice", ("60", "30", "number")),
        ("within thirty (30) weeks after receipt of an invoice", ("weeks", "days", "unit")),
        ("The Tenant shall assign this non-exclusive right", ("", "not", "negation")),
        ("The Tenant may not assign this non-exclusive right", ("may", "shall", "modal")),
        ("The Landlord shall not assign this non-exclusive right", ("Landlord", "Tenant", "party")),
        ("The Tenant shall not assign this exclusive right", ("", "non", "negation")),
        ("The Tenant shall never not assign this non-exclusive right", ("never", "", "negation")),
        ("Interest accrues at 15 % per year", ("15", "1.5", "number")),
        ("Interest accrues at 1.5 per year", ("1.5 per", "1.5 % per", "sign")),
        ("per year (p > 0.05; change −5 ± 2)", ("p > 0.05", "p < 0.05", "sign")),
        ("per year (p < 0.05; change 5 ± 2)", ("change 5", "change −5", "sign")),
        ("per year (p < 0.05; change −5 + 2)", ("−5 + 2", "−5 ± 2", "sign")),
        (
            "unless the Landlord agrees otherwise in wirting. The Tenant shall not",
            ("wirting", "writing", "slip"),
        ),
        ("after receipt of an order, unless the Landlord agrees", ("order", "invoice", "word")),
        ("after prompt receipt of an invoice, unless the Landlord agrees", ("prompt", "", "word")),
        ("after receipt of invoice, unless the Landlord agrees otherwise", ("", "an", "slip")),
        ("receipt of an invoice, the Landlord agrees otherwise in writing", ("", "unless", "negation")),
    ],
)
def test_every_changed_word_is_named(quote: str, expected: tuple[str, str, str]) -> None:
    citation = check(quote, 2)
    assert citation.verdict is Verdict.ALTERED
    assert not citation.verified
    found = differences(quote)
    assert any(
        kind == expected[2] and expected[0] in quoted and expected[1] in source
        for quoted, source, kind in found
    ), found
    assert citation.found_page == 2
    assert citation.span is not None


def test_a_number_cut_at_the_end_of_a_quote_is_altered() -> None:
    assert check("The Tenant shall pay rent of $5", 2).verdict is Verdict.ALTERED
    assert check("000.00 per month within thirty (30) days", 2).verdict is Verdict.ALTERED
    assert check("Interest accrues at 1", 2).verdict is Verdict.ALTERED
    assert check("Interest accrues at 1.5 % per year (p < )", 2).verdict is Verdict.ALTERED
    assert check("Interest accrues at 1.5 % per year (p <", 2).verdict is Verdict.VERBATIM


@pytest.mark.parametrize(
    ("quote", "is_copy"),
    [
        ("Sums already paid under this form: [ ]", True),
        ("Sums already paid under this form: [ ] [ ]", False),
        ("Sums already paid under this form: ( )", True),
    ],
)
def test_brackets_that_are_empty_on_the_page_held_no_number(quote: str, is_copy: bool) -> None:
    brackets = "( )" if "(" in quote else "[ ]"
    form = Page(1, None, f"Sums already paid under this form: {brackets} [12] euros of the whole.")
    citation = verify([Quote(quote, "D1", 1)], [Document("d" * 64, "Form", (form,))])[0]
    assert (citation.verdict is Verdict.VERBATIM) is is_copy


def test_a_number_at_the_start_of_a_line_is_not_cut_by_the_line_before() -> None:
    document = Document(
        "c" * 64,
        "T",
        (Page(1, None, "as said in clause 23.3.\n13.3 The Supplier shall pay for 4,\n5 or 6."),),
    )
    assert verify(["13.3 The Supplier shall pay"], [document])[0].verdict is Verdict.VERBATIM
    assert verify(["The Supplier shall pay for 4"], [document])[0].verdict is Verdict.VERBATIM
    assert (
        verify(["“13.3 The Supplier shall pay for 4, 5 or 6”"], [document])[0].verdict is Verdict.NORMALIZED
    )


def test_a_prefix_cut_from_the_first_word_is_altered() -> None:
    document = Document(
        "c" * 64, "T", (Page(1, None, "It is unlawful to export goods of a non-exclusive kind at all."),)
    )
    assert verify(["lawful to export goods of"], [document])[0].verdict is Verdict.ALTERED
    assert verify(["exclusive kind at all"], [document])[0].verdict is Verdict.ALTERED
    assert verify(["unlawful to export goods of"], [document])[0].verdict is Verdict.VERBATIM


def test_no_word_is_cut_at_an_end() -> None:
    text = (
        "He pays for elderly subjects at the currency board under this Agreement with 1.5 % or 0.5 % of it."
    )
    document = Document("c" * 64, "T", (Page(1, None, text),))
    for quote in ("He pays for elderlys", "pays for elderly subject", "for elderly subjects at the curr"):
        assert verify([quote], [document])[0].verdict is Verdict.ALTERED, quote
    assert not verify([".5 % or 0.5 % of it"], [document])[0].verified
    assert verify([".5 % of it"], [document])[0].verified


def test_blanks_that_make_another_word() -> None:
    document = Document(
        "c" * 64, "T", (Page(1, None, "He is liable in direct proportion to his indirect share of it."),)
    )
    assert verify(["liable indirect proportion to his"], [document])[0].verdict is Verdict.ALTERED


def test_page_claims() -> None:
    assert check("The Landlord may terminate this Lease", 3).verdict is Verdict.VERBATIM
    wrong = check("The Landlord may terminate this Lease", 2)
    assert (wrong.verdict, wrong.page, wrong.found_page) == (Verdict.WRONG_PAGE, 2, 3)
    assert check("The Landlord may terminate this Lease", None).verdict is Verdict.VERBATIM
    assert check("The Landlord may terminate this Lease", 99).verdict is Verdict.WRONG_PAGE


def test_a_printed_number_taken_for_the_pdf_number_is_said() -> None:
    citation = check("The Landlord may terminate this Lease", 1)
    assert citation.verdict is Verdict.WRONG_PAGE
    assert "printed as 1 is PDF page 3" in citation.note


def test_a_page_range() -> None:
    quote = Quote("The Landlord may terminate this Lease", "D1", 2, last_page=3)
    assert verify([quote], [LEASE])[0].verdict is Verdict.VERBATIM


def test_a_printed_label_alone() -> None:
    assert verify([Quote("The Landlord may terminate", "D1", page_label="1")], [LEASE])[0].verified
    assert (
        verify([Quote("The Landlord may terminate", "D1", page_label="ii")], [LEASE])[0].verdict
        is Verdict.WRONG_PAGE
    )


def test_across_a_page_break() -> None:
    quote = "fails to pay rent for sixty days and the Landlord has given written notice"
    for page in (3, 4):
        citation = check(quote, page)
        assert citation.verdict is Verdict.NORMALIZED
        assert citation.found_page == page
        assert [span.page_number for span in citation.spans] == [3, 4]
    texts = [LEASE.pages[s.page_number - 1].text[s.start : s.end] for s in citation.spans]
    assert texts == ["fails to pay rent for sixty days and the", "Landlord has given written notice"]


def test_running_heads_between_pages() -> None:
    pages = tuple(
        Page(
            n,
            None,
            f"CONFIDENTIAL — Master Agreement\nstart {word} of page. "
            f"The clause number {word} goes on and\nPage {n} of 4",
        )
        for n, word in enumerate(["alpha", "beta", "gamma", "delta"], 1)
    )
    document = Document("c" * 64, "T", pages)
    citation = verify([Quote("The clause number beta goes on and start gamma of page", "D1", 2)], [document])[
        0
    ]
    assert citation.verdict is Verdict.NORMALIZED
    assert verify([Quote("Master Agreement start gamma of page", "D1", 3)], [document])[0].verified


def _paged(*texts: str) -> Document:
    return Document("c" * 64, "T", tuple(Page(n, None, text) for n, text in enumerate(texts, 1)))


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("We use majority voting to select\n\n12The format is at https://example.org", "canonical values."),
        ("We use majority voting to select", "SMITH v. JONES\n\nSyllabus\n\ncanonical values."),
        ("We use majority voting to select", "Figure 3: Results by year.\n\ncanonical values."),
        ("We use majority voting to select", "(c) in no case the first of the\n\ncanonical values."),
        ("We use majority voting to select", "Copyright in the\n\ncanonical values."),
    ],
)
def test_no_line_is_taken_for_an_interruption_by_its_looks(first: str, second: str) -> None:
    document = _paged(f"Some opening words stand here. {first}", f"{second} More words follow after that.")
    citation = verify([Quote("We use majority voting to select canonical values.", "D1", 1)], [document])[0]
    assert citation.verdict is Verdict.ALTERED


def test_a_running_head_between_two_halves_of_a_sentence_is_named() -> None:
    words = ("alpha", "beta", "gamma", "delta")
    pages = [
        f"MASTER AGREEMENT\nThe start is {word}. The clause {word} goes on and\n{n}"
        for n, word in enumerate(words, 1)
    ]
    pages[2] = pages[2].replace("The start", "ends here. The start")
    citation = verify([Quote("The clause beta goes on and ends here.", "D1", 2)], [_paged(*pages)])[0]
    assert citation.verdict is Verdict.NORMALIZED
    assert "“MASTER AGREEMENT” in between" in citation.note


@pytest.mark.parametrize(
    ("head", "pages"),
    [
        ("except as set out in Section {n}", 3),
        ("except as set out in Section {n}", 2),
        ("EXHIBIT {n}", 5),
        ("Rent: $5,000 per month", 2),
        ("The Tenant shall not sublet,", 6),
    ],
)
def test_a_line_that_recurs_is_not_always_a_running_head(head: str, pages: int) -> None:
    texts = [
        f"{head.format(n=n)}\nthe clause number {n} begins here and goes on for the"
        for n in range(1, pages + 1)
    ]
    quote = "the clause number 1 begins here and goes on for the the clause number 2 begins"
    assert not verify([Quote(quote, "D1", 1)], [_paged(*texts)])[0].verified


@pytest.mark.parametrize(
    ("first", "second", "quote"),
    [
        (
            "The fee is due within\n30 Days",
            "after receipt of it.",
            "The fee is due within after receipt of it.",
        ),
        (
            "The fee is due within\n30 Days\nafter receipt of it.",
            "",
            "The fee is due within after receipt of it.",
        ),
        ("The Tenant shall\nnot", "assign the lease at all.", "The Tenant shall assign the lease at all."),
        ("The Tenant shall\n\nnot\n\nassign the lease.", "", "The Tenant shall assign the lease."),
        (
            "The Tenant may sublet the flat\n\nexcept in March",
            "to his own family.",
            "The Tenant may sublet the flat to his own family.",
        ),
        (
            "He shall pay the rent.\n4 Landlord may sue for it.",
            "He keeps the keys.",
            "He shall pay the rent. He keeps the keys.",
        ),
        (
            "He shall pay on\n(a) Monday, and",
            "in each month the rent.",
            "He shall pay on in each month the rent.",
        ),
        (
            "He shall pay the rent with\ninterest of 5 % a year,",
            "on demand of the Landlord.",
            "He shall pay the rent with on demand of the Landlord.",
        ),
    ],
)
def test_words_of_the_sentence_itself_are_never_taken_for_an_interruption(
    first: str, second: str, quote: str
) -> None:
    document = _paged(f"Some opening words stand here. {first}", f"{second} More words follow after that.")
    citation = verify([Quote(quote, "D1", 1)], [document])[0]
    assert citation.verdict is Verdict.ALTERED


def test_reference_marks_left_out_do_not_excuse_a_wrong_page() -> None:
    document = _paged("Rates fell [1]. They rose [2]. Many [3] agree [4] on it [5].", "Nothing stands here.")
    quote = "Rates fell. They rose. Many agree on it."
    assert verify([Quote(quote, "D1", 1)], [document])[0].verdict is Verdict.NORMALIZED
    assert verify([Quote(quote, "D1", 2)], [document])[0].verdict is Verdict.WRONG_PAGE
    other = Document("d" * 64, "O", (Page(1, None, "Quite another text."),))
    assert verify([Quote(quote, "D1", 1)], [other, document])[0].verdict is Verdict.WRONG_DOCUMENT
    assert verify([quote], [other, document])[0].verdict is Verdict.NORMALIZED


def test_documents() -> None:
    assert check("The Tenant may assign this right to any", 1, "D2").verdict is Verdict.VERBATIM
    elsewhere = check("The Tenant may assign this right to any", 1, "D1")
    assert (elsewhere.verdict, elsewhere.found_document, elsewhere.found_page) == (
        Verdict.WRONG_DOCUMENT,
        "D2",
        1,
    )
    unknown = check("The Tenant may assign this right to any", 1, "D7")
    assert (unknown.verdict, unknown.found_document) == (Verdict.UNKNOWN_DOCUMENT, "D2")
    assert "D7" in unknown.note
    assert check("The Landlord may terminate this Lease", 3, "lease.pdf").verified
    assert check("The Tenant may assign this right to any", 1, "amendment").verified


def test_without_a_document_all_are_searched() -> None:
    citation = verify(["The Tenant may assign this right to any"], [LEASE, OTHER])[0]
    assert (citation.verdict, citation.document, citation.number) == (Verdict.VERBATIM, "D2", 1)


def test_not_found_shows_the_closest_passage() -> None:
    citation = check("The Landlord may sell the flat if the Tenant agrees to buy it at market price", 3)
    assert citation.verdict is Verdict.NOT_FOUND
    assert citation.found_page is None
    assert citation.span is None
    assert check("Quarks and leptons interact weakly", 1).verdict is Verdict.NOT_FOUND


def test_marked_omissions() -> None:
    citation = check("This Lease is made on … between Acme Holdings Ltd", 1)
    assert citation.verdict is Verdict.ALTERED  # it hides a date
    citation = check('between Acme Holdings Ltd … and Bolt Inc. ("Tenant")', 1)
    assert citation.verdict is Verdict.NORMALIZED
    assert [d.kind for d in citation.differences] == ["omission"]
    assert "Landlord" in citation.differences[0].source
    assert citation.cautions == (Caution.OMISSION,)
    assert "left out: “(" in citation.note


def test_an_omission_may_not_hide_an_exception() -> None:
    citation = check("The Tenant shall pay rent ... in writing. The Tenant shall", 2)
    assert citation.verdict is Verdict.ALTERED
    assert any(d.kind == "omission" and "unless" in d.source for d in citation.differences)


def test_pieces_out_of_order_are_altered() -> None:
    citation = check("The Landlord may terminate this Lease ... The Tenant shall pay rent of", 3)
    assert citation.verdict is Verdict.ALTERED
    assert "stitched together" in citation.note


def test_silently_joined_pieces_are_altered() -> None:
    filler = " ".join(f"filler{n} words stand here" for n in range(500))
    document = Document(
        "c" * 64,
        "T",
        (
            Page(
                1,
                None,
                f"The seller shall deliver the goods promptly. {filler} The buyer bears all the cost.",
            ),
        ),
    )
    citation = verify(["The seller shall deliver the buyer bears all the cost"], [document])[0]
    assert citation.verdict is Verdict.ALTERED
    assert "stitched together" in citation.note


def test_raised_digits_and_fractions() -> None:
    document = Document(
        "c" * 64, "T", (Page(1, None, "A count of 10² cells and 1½ litres of it were used here."),)
    )
    assert not verify(["A count of 102 cells and"], [document])[0].verified
    assert not verify(["cells and 11/2 litres of it"], [document])[0].verified
    assert verify(["cells and 1 1/2 litres of it"], [document])[0].verified


def test_reference_marks_may_be_left_out_but_terms_in_brackets_may_not() -> None:
    text = (
        "Rates fell [1]. They rose in the north [2, 3]. Many agree [4], some do not [5]. Others vary [6–8].\n"
        "The Tenant shall pay within [30] days of notice."
    )
    document = Document("c" * 64, "T", (Page(1, None, text),))
    assert (
        verify(["They rose in the north. Many agree, some do not."], [document])[0].verdict
        is Verdict.NORMALIZED
    )
    assert verify(["shall pay within days of notice"], [document])[0].verdict is Verdict.ALTERED
    assert verify(["They rose in the north [2, 9]. Many agree"], [document])[0].verdict is Verdict.ALTERED


def test_occurrences() -> None:
    document = Document(
        "c" * 64, "T", tuple(Page(n, None, "All notices shall be in writing.") for n in (1, 2, 3))
    )
    citation = verify([Quote("All notices shall be in writing.", "D1", 3)], [document])[0]
    assert (citation.verdict, citation.found_page, citation.occurrences) == (Verdict.VERBATIM, 3, 3)


def test_short_and_empty_quotes() -> None:
    assert "too short" in check("the Tenant", 2).note
    for text in ("", "  ", "…", '""', "***", "\u200b"):
        assert check(text, 2).verdict is Verdict.NOT_FOUND


def test_page_selection_and_empty_documents() -> None:
    selection = LEASE.select([3, 4])
    assert verify([Quote("The Landlord may terminate", "D1", 3)], [selection])[0].verified
    assert (
        verify([Quote("Interest accrues at 1.5 % per year", "D1", 2)], [selection])[0].verdict
        is Verdict.NOT_FOUND
    )
    empty = Document("d" * 64, "E", ())
    assert verify([Quote("any words at all here", "D1", 1)], [empty])[0].verdict is Verdict.NOT_FOUND
    assert verify(["any words at all here"], [])[0].verdict is Verdict.NOT_FOUND
    blank = Document("e" * 64, "B", (Page(1, None, ""), Page(2, None, " \n ")))
    assert verify(["any words at all here"], [blank])[0].verdict is Verdict.NOT_FOUND


def test_recognised_pages_are_named_as_such() -> None:
    document = Document("c" * 64, "T", (Page(1, None, "The tenant shall pay the rent.", ocr=True),))
    assert "read by OCR" in verify(["The tenant shall pay the rent."], [document])[0].note


@pytest.mark.parametrize(
    ("text", "quote", "verified"),
    [
        ("本合同自双方签字之日起生效,有效期为五年。", "自双方签字之日起生效", True),
        ("本合同自双方签字之日起生效,有效期为五年。", "自双方签字之日起失效", False),
        (
            "Der Mieter hat die Miete pünktlich zu zahlen und darf nicht kündigen.",
            "die Miete pünktlich zu zahlen",
            True,
        ),
        (
            "Der Mieter hat die Miete pünktlich zu zahlen und darf nicht kündigen.",
            "die Miete punktlich zu zahlen",
            False,
        ),
        ("किरायेदार की ओर से मासिक किराया", "किरायेदार का ओर से मासिक", False),
        ("يدفع المستأجر الإيجار في اليوم الأول", "المستأجر الإيجار في اليوم", True),
    ],
)
def test_other_scripts(text: str, quote: str, verified: bool) -> None:
    document = Document("c" * 64, "T", (Page(1, None, text),))
    assert verify([quote], [document])[0].verified is verified


def test_text_that_looks_like_markup_is_data() -> None:
    document = Document(
        "c" * 64, "T", (Page(1, None, "[b]<script>alert(1)</script>[/b] and =1+1 stand in this text."),)
    )
    assert verify(["<script>alert(1)</script>[/b] and =1+1 stand"], [document])[0].verdict is Verdict.VERBATIM


@pytest.mark.slow
@pytest.mark.timeout(60)
def test_enormous_quotes() -> None:
    index = VerificationIndex([LEASE])
    for text in (
        "word " * 200_000,
        "... " * 100_000,
        "the ... " * 5_000,
        "1 " * 100_000,
        LEASE.pages[1].text * 3_000,
    ):
        assert not index.verify([Quote(text, "D1", 2)])[0].verified


_words = st.lists(
    # A ticked or crossed box belongs to the words behind it: a quotation without it is altered.
    st.text(
        alphabet=st.characters(categories=("L", "Nd", "P", "S"), exclude_characters="☐☑☒✓✔✗✘□"),
        min_size=1,
        max_size=8,
    ),
    min_size=6,
    max_size=60,
)


@given(st.lists(_words, min_size=1, max_size=4), st.data())
def test_every_verbatim_run_of_words_verifies_on_its_page(
    pages: list[list[str]], data: st.DataObject
) -> None:
    texts = [" ".join(words) for words in pages]
    document = Document("f" * 64, "T", tuple(Page(n, None, text) for n, text in enumerate(texts, 1)))
    number = data.draw(st.integers(0, len(pages) - 1))
    words = pages[number]
    first = data.draw(st.integers(0, len(words) - 4))
    last = data.draw(st.integers(first + 4, len(words)))
    # A number may not be cut from what stands beside it, so that the ends are plain words.
    words[first : first + 1] = ["Begin"]
    words[last - 1 : last] = ["end"]
    texts[number] = " ".join(words)
    document = Document("f" * 64, "T", tuple(Page(n, None, text) for n, text in enumerate(texts, 1)))
    text = " ".join(words[first:last])
    citation = verify([Quote(text, "D1", number + 1)], [document])[0]
    assert citation.verified, citation
    assert citation.found_page == number + 1
    assert all(0 <= s.start < s.end <= len(texts[s.page_number - 1]) for s in citation.spans)
