"""Defined terms: definitions, uses, and what is amiss."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docanalyst.domain.analysis.definitions import definitions_in, singular
from docanalyst.domain.analysis.terms import Term, Terms, find_terms
from docanalyst.domain.documents import Document, Page


def terms(*texts: str) -> Terms:
    return find_terms(Document("s", "t", tuple(Page(n, f"p{n}", text) for n, text in enumerate(texts, 1))))


def named(found: Terms, name: str) -> Term:
    return next(term for term in found.defined if term.name == name)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Business Day” means a day other than Sunday.", ["Business Day"]),
        ('"Losses" shall mean all losses.', ["Losses"]),
        ("“Market” or “Marketing” shall have the meaning given in Section 4.", ["Market", "Marketing"]),
        ("Otter Ltd. (the “Tenant”) and Mast Inc. (“Landlord”) agree.", ["Landlord", "Tenant"]),
        ("(each a “Party”, and together the “Parties”)", ["Party"]),
        (
            "each forecast (each one given (a copy), a “Rolling Forecast”).",
            ["Rolling Forecast"],
        ),
        ("hereinafter referred to as the “Goods”.", ["Goods"]),
        ("(hereinafter ‘IMPCO’, which means it)", ["IMPCO"]),
        ("a unit (hereafter Mesh Controller or Gateway) works", ["Gateway", "Mesh Controller"]),
        ("Each is a “Party”, and one that gives is the “Donor”.", ["Donor", "Party"]),
        ("Commencement Date means the date of this deed.", ["Commencement Date"]),
        ("licensed places (“Clinic(s)”).", ["Clinic"]),
        ("the Affordable Care Act (ACA) and others", ["ACA"]),
        ("recurrent neural networks (RNNs) are used", ["RNN"]),
        ("He said “Time is money” and left (see “Annex”).", []),
        ("the word (including “Fees”) stays", []),
        ("“Losses” do not include taxes.", []),
        ("He (Bob) left in (2019).", []),
    ],
)
def test_forms(text: str, expected: list[str]) -> None:
    assert [term.name for term in terms(text).defined] == expected


LEASE = terms(
    "LEASE\nThis lease (the “Lease”) is made between Otter Ltd. (the “Tenant”) and Mast (the “Landlord”).\n"
    "1. Terms\n1.1 “Premises” means the house. “Term” has the meaning given in Section 3.\n"
    "1.2 “Deposit” means two months' rent. “Keys” means the keys.",
    "2. Use\n2.1 The Tenant shall use the Premises, and the Tenants' guests shall obey the House Customs.\n"
    "2.2 The Landlord shall enforce the House Customs and return the Deposit. THE TENANT SHALL PAY.\n"
    "2.3 “Deposit” means the sum of 900 euros, kept by the Landlord.",
)


def test_definitions_have_places() -> None:
    premises = named(LEASE, "Premises")
    assert [(d.span.page_number, d.section, d.page_label) for d in premises.definitions] == [
        (1, "§ 1.1", "p1")
    ]
    assert premises.definitions[0].text == "“Premises” means the house."


def test_uses_are_found_in_plural_possessive_and_capitals() -> None:
    assert len(named(LEASE, "Tenant").uses) == 3
    assert named(LEASE, "Tenant").pages == (2,)


def test_what_is_amiss() -> None:
    assert [term.name for term in LEASE.defined_twice] == ["Deposit"]
    assert {term.name for term in LEASE.unused} == {"Keys", "Lease", "Term"}
    assert [(term.name, len(term.uses)) for term in LEASE.undefined] == [("House Customs", 2)]


def test_a_reference_beside_a_definition_is_not_a_second_one() -> None:
    found = terms(
        "“Fee” has the meaning set forth in Section 9.\n" + "x " * 100, "9. The price (the “Fee”) is due."
    )
    assert len(named(found, "Fee").definitions) == 2 and not found.defined_twice


def test_the_longest_term_wins() -> None:
    found = terms("“Fee” means money. “Late Fee” means more money. The Late Fee is due. The Fee is due.")
    assert [len(named(found, name).uses) for name in ("Fee", "Late Fee")] == [1, 1]


def test_a_single_use_is_seen_where_the_word_is_also_written_small() -> None:
    found = terms(
        "The Recipient shall confine it to Qualified Personnel. Its personnel shall obey Rowan Tindall."
    )
    assert [term.name for term in found.undefined] == ["Qualified Personnel"]


def test_terms_of_another_document() -> None:
    found = terms("Capitalized terms not otherwise defined have the meanings ascribed to them in the Lease.")
    assert len(found.elsewhere) == 1


def test_names_in_a_story_are_not_terms_without_definition() -> None:
    assert terms("The Otter met the Otter and the Heron. " * 50).undefined == ()


@pytest.mark.parametrize("texts", [(), ("",), ("“”",), ("(“",), ("“ ” means ",), ("means means means",)])
def test_nothing(texts: tuple[str, ...]) -> None:
    assert terms(*texts).defined == ()


@pytest.mark.parametrize(
    ("word", "expected"),
    [("Parties", "Party"), ("Taxes", "Tax"), ("Losses", "Loss"), ("Tenants’", "Tenant"), ("Bus", "Bus")],
)
def test_singular(word: str, expected: str) -> None:
    assert singular(word) == expected


@given(st.text(alphabet="“”\"'() ABab,.\n1means", max_size=200))
@settings(max_examples=200, deadline=None)
def test_any_text(text: str) -> None:
    for term in terms(text).defined:
        for span in term.uses:
            assert 0 <= span.start < span.end <= len(text)


@pytest.mark.slow
@pytest.mark.parametrize(
    "text", ["(“" * 30_000, "“A” or " * 20_000, "(" * 100_000, "“X” " * 30_000, "Aa " * 60_000]
)
def test_hostile(text: str) -> None:
    began = time.process_time()
    list(definitions_in(text))
    find_terms(Document("s", "t", (Page(1, None, text),)))
    assert time.process_time() - began < 30


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            '"FDA" means "the U.S. Food and Drug Administration." It acts.',
            'U.S. Food and Drug Administration."',
        ),
        ("“FDA” means the U.S. Food and Drug Administration. It acts.", "Drug Administration."),
        ("“Maker” means Acme Inc. or its Affiliates. It acts.", "or its Affiliates."),
        ("“Fee” means “the fee of Dr. Li. No other.” It acts.", "No other.”"),
        ("“Day” means a business day. It acts.", "a business day."),
    ],
)
def test_a_definition_is_not_cut_at_an_inner_full_stop(text: str, expected: str) -> None:
    document = Document("s", "t", (Page(1, None, text),))
    (term,) = find_terms(document).defined
    assert term.definitions[0].text.endswith(expected)
