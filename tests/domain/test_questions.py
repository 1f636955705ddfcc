"""What a question asks for."""

from __future__ import annotations

import pytest

from docanalyst.domain.retrieval.questions import lexicon, read_question


def names(question: str) -> list[str]:
    return [concept.name for concept, _ in read_question(question).concepts]


@pytest.mark.parametrize(
    ("question", "concept"),
    [
        ("Which state's law governs the interpretation of the contract?", "governing law"),
        ("Governing Law", "governing law"),
        ("Can a party terminate without cause?", "termination for convenience"),
        ("Is there a cap on liability?", "cap on liability"),
        ("non-compete", "non-competition"),
        ("How many participants were enrolled?", "sample size"),
        ("What are the limitations of the study?", "limitations"),
    ],
)
def test_concepts_are_recognised(question: str, concept: str) -> None:
    assert concept in names(question)


def test_words_far_apart_call_no_concept() -> None:
    question = "Does the law that the senator wrote about fishing quotas govern trade?"
    assert "governing law" not in names(question)


def test_a_part_of_a_longer_match_is_left_out() -> None:
    assert names("Notice period to terminate renewal") == ["renewal notice"]


def test_scaffolding_is_dropped() -> None:
    plain = read_question("escrow of source code")
    dressed = read_question(
        'Highlight the parts (if any) of this contract related to "escrow of source code" that should be '
        "reviewed by a lawyer."
    )
    assert dressed.own == plain.own


def test_scaffolding_alone_is_still_asked() -> None:
    assert read_question("Does this agreement say?").weights


@pytest.mark.parametrize("question", ["", "   ", "???", "\x00", "the of and"])
def test_empty_questions(question: str) -> None:
    assert not read_question(question).concepts


def test_research_words_weigh_little_in_a_contract() -> None:
    law = read_question("What are the limitations?", research=0.02)
    paper = read_question("What are the limitations?", research=0.98)
    assert law.weights.get("confound", 0.0) < paper.weights["confound"]


def test_history_counts_less_than_the_question() -> None:
    query = read_question("and for the amendment?", ["What is the notice period for termination?"])
    assert 0 < query.weights["notic"] < query.weights["amend"]
    assert "indemnif" not in query.weights


def test_later_history_counts_more() -> None:
    query = read_question("And the deposit amount in euros?", ["Who pays insurance?", "Is smoking allowed?"])
    assert query.weights["smoke"] > query.weights["insur"]


def test_the_lexicon_is_whole() -> None:
    names = [concept.name for concept in lexicon()]
    assert len(names) == len(set(names)) > 80
    for concept in lexicon():
        assert concept.asked and concept.words and all(concept.asked) and all(concept.phrases), concept.name
