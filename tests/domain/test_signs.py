"""What a sentence says when it deals with a concept: signs, and what they earn."""

from __future__ import annotations

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.grid.extractive import grid_reply
from docanalyst.domain.prompts import Field
from docanalyst.domain.retrieval.questions import lexicon
from docanalyst.domain.retrieval.ranking import Band, RetrievalIndex
from docanalyst.domain.retrieval.signs import form_of_answer, plain

CONCEPTS = {concept.name: concept for concept in lexicon()}


def contract(*texts: str) -> RetrievalIndex:
    pages = tuple(Page(number, None, text) for number, text in enumerate(texts, 1))
    return RetrievalIndex([Document("sha", "contract", pages)])


@pytest.mark.parametrize(
    ("concept", "sentence"),
    [
        ("assignment", "Neither party may assign this Agreement without the written consent of the other."),
        ("assignment", "This Contract may not be transferred by the Buyer except with Seller’s approval."),
        ("cap on liability", "In no event shall the Carrier’s liability exceed the fees paid in a year."),
        ("governing law", "This Deed is governed by, and shall be read under, the law of Ontario."),
        ("licence grant", "Owner hereby grants to Dealer a non-exclusive licence to use the Marks."),
        ("minimum commitment", "Buyer shall purchase at least 4,000 units in each calendar year."),
        ("non-competition", "The Agent shall not, for two years, engage in any business competing with it."),
        ("renewal", "The term shall automatically renew for successive periods of one year."),
        ("insurance", "The Tenant shall maintain public liability insurance of $2 million."),
        ("dissent", "KAGAN, J., delivered the opinion for a unanimous Court in this matter."),
        ("limitations", "Our study has several limitations that readers should bear in mind."),
    ],
)
def test_a_clause_has_the_sign_of_its_concept(concept: str, sentence: str) -> None:
    found = CONCEPTS[concept]
    assert found.signs is not None and found.signs.search(plain(sentence))
    assert found.against is None or not found.against.search(plain(sentence))


@pytest.mark.parametrize(
    ("concept", "sentence"),
    [
        ("third-party beneficiaries", "There are no intended third-party beneficiaries of this Agreement."),
        ("renewal", "Nothing in this Agreement obliges either party to renew or extend its term."),
        ("termination for convenience", "Upon termination for any reason the Dealer shall return the stock."),
        ("licence grant", "Nothing in this letter shall be construed as granting a license to the Marks."),
        ("minimum commitment", "There is no minimum amount of gas that the Customer must deliver."),
        ("assignment", "The Borrower makes an assignment for the benefit of creditors with consent."),
        ("governing law", "The governor signed a law on the fishing of herring in June."),
    ],
)
def test_words_of_a_concept_alone_are_no_sign(concept: str, sentence: str) -> None:
    found = CONCEPTS[concept]
    assert found.signs is not None
    held_against = found.against is not None and found.against.search(plain(sentence)) is not None
    assert held_against or found.signs.search(plain(sentence)) is None


def test_a_heading_has_no_sign() -> None:
    index = contract("14. NON-COMPETITION AND EXCLUSIVITY\nThe parties meet in Lyon twice a year to talk.")
    assert index.rank("non-compete").band is not Band.STRONG


def test_a_list_item_is_read_with_what_introduces_it() -> None:
    index = contract(
        "During the Term the Franchisee shall not, directly or indirectly:\n(a) paint the shop;\n"
        "(b) solicit for employment any employee of the Franchisor or of its other franchisees."
    )
    ranking = index.rank("No-Solicit Of Employees")
    assert ranking.band is Band.STRONG
    best = ranking.passages[0].best[0]
    assert "solicit" in index.documents[0].pages[0].text[best.start : best.end]


def test_british_and_american_spellings_are_one_word() -> None:
    index = contract(
        "The Owner grants a license that is non-transferable and may not be sublicensed to anybody."
    )
    assert index.rank("non transferable licence").band is Band.STRONG


def test_strong_is_earned_by_a_sign_or_by_nearly_all_words() -> None:
    index = contract(
        "The minutes of the assignment committee were read and approved on the first day.",
        "The harbour master inspects the cranes of the eastern quay every March.",
    )
    assert index.rank("May the contract be assigned?").band is not Band.STRONG
    assert index.rank("Who inspects the cranes of the quay?").band is Band.STRONG
    assert index.rank("Who inspects the lighthouse lamps of the quay?").band is not Band.STRONG


@pytest.mark.parametrize(
    ("question", "answer", "other"),
    [
        ("How long must books be kept?", "kept for five (5) years after", "kept in the office"),
        ("How much is the fee?", "a fee of $29,000 is due", "a fee is due on signing"),
        ("How many nodes does the graph have?", "more than 280M nodes", "the nodes of the graph"),
        ("When was it decided?", "decided June 13, 2013", "decided by the court"),
    ],
)
def test_the_form_of_an_answer(question: str, answer: str, other: str) -> None:
    form = form_of_answer(question)
    assert form is not None and form.search(plain(answer)) and not form.search(plain(other))


@pytest.mark.parametrize("question", ["", "Who?", "Why did the lender refuse?", "\x00", "how many"])
def test_a_question_may_have_any_form_of_answer(question: str) -> None:
    assert form_of_answer(question) is None


def test_a_judgement_has_no_passage() -> None:
    fields = [
        Field("recommendation", "enum", "sign, negotiate or escalate", ("sign", "escalate"), judgement=True),
        Field("governing_law"),
    ]
    index = contract("This Agreement is governed by the laws of Chile and no other. We recommend shade.")
    reply = "".join(grid_reply(index, fields))
    assert "- recommendation: no close passage (needs a model)" in reply
    assert "- governing_law: passage [^1]" in reply


def test_a_long_document_of_nothing_but_signs_is_read_in_time() -> None:
    text = "not " * 4_000 + "assign " * 4_000
    assert contract(text).rank("Anti-Assignment").band is not None
