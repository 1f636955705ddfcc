"""Places that a question names: pages, sections, roles, and what amends a clause."""

from __future__ import annotations

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.retrieval.headers import Field
from docanalyst.domain.retrieval.places import (
    Named,
    Told,
    amends,
    asked_role,
    clause_number,
    told_by,
)
from docanalyst.domain.retrieval.ranking import Band, Ranking, RetrievalIndex

TEXTS = (
    "TABLE OF CONTENTS\n14.7 Death and Disability ........ 39\n14.8 Consent ........ 40",
    'SUPPLY AGREEMENT\nThis Agreement is made on 3 May 2021 between Ostra Ltd. (the "Supplier") and Brin '
    'S.A. (the "Buyer").\n1. The Supplier shall not use forced labour. It trains its staff.',
    "14.7 Death and Disability. On the death of an owner the interest passes to the heirs in six months.\n"
    "14.8 Consent. Consent is not waived by silence.",
    "It was argued that § 5.05(b)(1)’s silence is ambiguous. Section 5.05(b)(1) provides:\n"
    "“The States shall have equal rights to the runoff.” So much for § 5.05(b)(1).",
    "",
)


def index(*texts: str) -> RetrievalIndex:
    pages = tuple(Page(number, None, text) for number, text in enumerate(texts or TEXTS, 1))
    return RetrievalIndex([Document("sha", "supply", pages)])


def text_of(ranking: Ranking) -> str:
    return " ".join(ranking.passages[0].text.split())


@pytest.mark.parametrize(
    ("question", "told"),
    [
        ("What is on page 9?", Named("page", "9")),
        ("Summarise p. 12", Named("page", "12")),
        ("What does § 5.05(b)(1) provide?", Named("section", "5.05(b)(1)")),
        ("What does clause 7.3 say?", Named("section", "7.3")),
        ("Who is the supplier?", Named("role", "supplier")),
        ("Which company is the licensor?", Named("role", "licensor")),
        ("When did the agreement start?", Field.EFFECTIVE),
        ("Who are the parties?", Field.PARTIES),
        ("Who pays the supplier's taxes?", None),
        ("Does the buyer inspect pages?", None),
        ("", None),
    ],
)
def test_what_a_question_names(question: str, told: Told | None) -> None:
    assert told_by(question) == told


def test_a_page_is_found_by_its_number() -> None:
    ranking = index().rank("What is on page 3?")
    assert ranking.passages[0].page_number == 3
    assert index().rank("What is on page 999?").band is not Band.STRONG


def test_a_section_is_found_where_it_begins_and_not_in_the_contents() -> None:
    assert text_of(index().rank("What does section 14.7 say?")).startswith("14.7 Death and Disability. On")


def test_a_section_of_another_text_is_found_where_that_is_quoted() -> None:
    assert text_of(index().rank("What does § 5.05(b)(1) provide?")).startswith("Section 5.05(b)(1) provides:")


def test_who_has_a_role_is_told_where_it_is_given() -> None:
    ranking = index().rank("Who is the supplier?")
    assert "Ostra Ltd." in text_of(ranking) and ranking.band is Band.STRONG


def test_a_role_that_nobody_is_given_is_answered_by_the_parties_unsurely() -> None:
    ranking = index().rank("Who is the lender?")
    assert "Ostra Ltd." in text_of(ranking) and ranking.band is not Band.STRONG


@pytest.mark.parametrize("question", ["Who is the supplier of the truth?", "who is", "Who is the captain?"])
def test_other_questions_name_no_role(question: str) -> None:
    assert asked_role(question) in (None, "supplier")


def test_a_clause_of_another_document_that_changes_the_best_one_comes_second() -> None:
    agreement = Document(
        "a",
        "agreement",
        (Page(1, None, "7.3 The Customer shall pay each invoice within 30 days of receipt."),),
    )
    amendment = Document(
        "b",
        "amendment",
        (
            Page(1, None, "2. In clause 7.3 of the Principal Agreement, “30 days” is replaced by “45 days”."),
            Page(2, None, "The invoice address of the Customer, who shall pay the post, is as before."),
        ),
    )
    passages = RetrievalIndex([agreement, amendment]).rank("When is an invoice paid?").passages
    assert passages[0].document == "D1"
    best = passages[1].best[0]
    assert "45 days" in amendment.pages[0].text[best.start : best.end]


@pytest.mark.parametrize(
    ("sentence", "clause", "changes"),
    [
        ("Section 4.2 is deleted in its entirety.", "4.2", True),
        ("Clause 4.2.1 is deleted.", "4.2", False),
        ("Clause 14.2 is deleted.", "4.2", False),
        ("Clause 4.2 applies to the deletion of files.", "4.2", False),
    ],
)
def test_what_amends_a_clause(sentence: str, clause: str, changes: bool) -> None:
    assert amends(sentence, clause) is changes


@pytest.mark.parametrize(
    ("sentence", "number"),
    [("7.3 The Customer", "7.3"), ("Section 12. Term", "12"), ("The Customer", None), ("", None)],
)
def test_the_number_of_a_clause(sentence: str, number: str | None) -> None:
    assert clause_number(sentence) == number
