"""Kinds of differences, and texts side by side."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.language.alignment import align
from docanalyst.domain.verification.differences import kind_of
from docanalyst.domain.verification.omissions import hides_modal, hides_qualifier
from docanalyst.domain.verification.side_by_side import Piece, excerpts, passage, side_by_side
from docanalyst.domain.verification.surroundings import surroundings_note


@pytest.mark.parametrize(
    ("quoted", "source", "kind"),
    [
        ("60", "30", "number"),
        ("sixty", "thirty", "number"),
        ("$6,000", "$5,000", "money"),
        ("euros", "dollars", "money"),
        ("May 2020", "June 2020", "date"),
        ("2019", "2018", "date"),
        ("months", "days", "unit"),
        ("", "not", "negation"),
        ("unable", "able", "negation"),
        ("excluding", "including", "negation"),
        ("may", "shall", "modal"),
        ("some", "any", "quantifier"),
        ("Licensee", "Licensor", "party"),
        ("Smith", "Jones", "party"),
        ("product", "Licensed", "term"),
        ("recieve", "receive", "slip"),
        ("rnay", "may", "ocr"),
        ("fai1ure", "failure", "ocr"),
        ("Geschaftsfuhrer", "Geschäftsführer", "diacritic"),
        ("Geschaeftsfuehrer", "Geschäftsführer", "diacritic"),
        ("encyclopaedia", "encyclopædia", "diacritic"),
        ("Аgreement", "Agreement", "look-alike"),
        ("a", "the", "slip"),
        ("quickly", "", "word"),
        ("", "promptly", "word"),
        ("order", "invoice", "word"),
        ("form", "from", "word"),
    ],
)
def test_kinds(quoted: str, source: str, kind: str) -> None:
    assert kind_of(quoted, source, {"form", "from", "order"}, defined={"licensed"}) == kind


def test_a_term_is_written_as_one() -> None:
    assert kind_of("bad", "good", defined={"good"}) == "word"


@pytest.mark.parametrize(
    "words", ["unless he agrees", "they shan't", "provided, however, that", "except Sundays", "no"]
)
def test_omissions_that_matter(words: str) -> None:
    assert hides_qualifier(f"and so {words} on")


def test_omissions_that_do_not() -> None:
    assert not hides_qualifier("the notable and unlessened usual exceptional cannon")


@pytest.mark.parametrize(
    ("omitted", "after"),
    [
        ("in their own discretion may at any time", "cancel the lease"),
        ("in accordance with Section 9 may, at its own choice,", "pay the whole rent"),
        ("of the older patients in both arms might by chance", "be cured by the drug"),
        ("in its own discretion may assign the lease", "and sell the house"),
        ("aus allen drei Häusern können zum Ende des Jahres", "kündigen"),
        ("de toutes les maisons peuvent à la fin de chaque année", "résilier le bail"),
    ],
)
def test_omissions_that_hide_the_modal_verb_of_what_is_left(omitted: str, after: str) -> None:
    assert hides_modal(omitted, after)


@pytest.mark.parametrize(
    ("omitted", "after"),
    [
        ("the fees that may be due under the contract and", "deliver the goods"),
        ("the goods, such as the Buyer may from time to time choose,", "promptly"),
        ("the Agent of the Seller may in its discretion elect", "to reject the goods"),
        ("worsens the symptoms but also may alter the management", "of the disease"),
        ("in the first months of the year after the sale", "cancel the lease"),
        ("in their own discretion may at any time", ""),
        ("", "cancel the lease"),
    ],
)
def test_omissions_that_hide_the_modal_verb_of_another_clause(omitted: str, after: str) -> None:
    assert not hides_modal(omitted, after)


def test_what_stands_beside_a_quote() -> None:
    text = "In no event shall the Landlord be liable, except that he acts in bad faith."
    start = text.index("the Landlord")
    end = text.index("liable") + len("liable")
    note = surroundings_note(text, start, end)
    assert "In no event shall" in note
    assert "except" in note
    assert surroundings_note("The rent is due. It is paid.", 4, 15) == ""


def test_side_by_side() -> None:
    assert side_by_side("The Tenant shall pay sixty days", "The Tenant shall not pay thirty days") == (
        Piece("same", "The Tenant shall"),
        Piece("source", "not"),
        Piece("same", "pay"),
        Piece("quoted", "sixty"),
        Piece("source", "thirty"),
        Piece("same", "days"),
    )
    assert side_by_side("pay 5,000 – “now”", 'pay $5,000 - "NOW"')[1:3] == (
        Piece("quoted", "5,000"),
        Piece("source", "$5,000"),
    )


@given(st.text(max_size=120), st.text(max_size=120))
def test_nothing_is_lost_side_by_side(quote: str, source: str) -> None:
    pieces = side_by_side(quote, source)
    words = " ".join(piece.text for piece in pieces if piece.kind != "quoted").split()
    assert words == source.split()


@given(st.lists(st.sampled_from("abcde"), max_size=40), st.lists(st.sampled_from("abcde"), max_size=40))
def test_aligned_words_are_equal_and_in_order(quote: list[str], source: list[str]) -> None:
    mine = theirs = 0
    for start, other, size in align(quote, source):
        assert start >= mine
        assert other >= theirs
        assert size > 0
        assert quote[start : start + size] == source[other : other + size]
        mine, theirs = start + size, other + size
    if quote and quote == source:
        assert sum(size for _, _, size in align(quote, source)) == len(quote)


def test_excerpts_end_at_sentences_and_survive_bad_spans() -> None:
    text = "One sentence stands here. " * 30 + "The quote is this. " + "Another one follows it. " * 30
    document = Document("a" * 64, "T", (Page(1, None, text),))
    start = text.index("The quote")
    span = Span("a" * 64, 1, start, start + 18)
    (excerpt,) = excerpts(document, [span])
    assert excerpt.text == "The quote is this."
    assert excerpt.before.startswith("One sentence")
    assert excerpt.after.rstrip().endswith("it.")
    assert passage(document, [span]) == "The quote is this."
    assert excerpts(document, [Span("a" * 64, 9, 0, 4), Span("a" * 64, 1, 5, 999_999)]) == ()


@pytest.mark.parametrize(
    ("text", "quote", "told"),
    [
        (
            "No party may assign. Notwithstanding the foregoing, an affiliate takes all as assignee.",
            "No party may assign.",
            "the next sentence begins “Notwithstanding the foregoing, an affiliate takes all…”",
        ),
        (
            "The fee is due at once, unless the Buyer disputes it.",
            "The fee is due at once",
            "the sentence goes on “unless the Buyer disputes it.”",
        ),
    ],
)
def test_what_follows_is_told_in_whole_words(text: str, quote: str, told: str) -> None:
    start = text.index(quote)
    assert surroundings_note(text, start, start + len(quote)) == told
