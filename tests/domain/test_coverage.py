"""Statements of an answer, and which of them stand on a verified citation."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.answers.body import NOTICE
from docanalyst.domain.answers.coverage import coverage, misquoted, statements, unsupported
from docanalyst.domain.citations import Citation, Verdict, Where
from docanalyst.domain.receipt import Coverage


def _citation(number: int, verdict: Verdict = Verdict.VERBATIM) -> Citation:
    return Citation(number, "D1", "words", verdict)


def _texts(answer: str) -> list[str]:
    return [statement.text for statement in statements(answer)]


def test_sentences_of_a_paragraph_with_their_marks() -> None:
    answer = 'The rent is $5,000.[^1] It is due monthly.\n\n[^1]: D1 p.1 "rent"\n'
    assert [(s.text, s.markers) for s in statements(answer)] == [
        ("The rent is $5,000.[^1]", (1,)),
        ("It is due monthly.", ()),
    ]


def test_only_a_verified_citation_supports() -> None:
    answer = "The rent is due.[^1] The term is long.[^2] The law is Texan.[^3] No mark here at all."
    citations = [_citation(1), _citation(2, Verdict.ALTERED)]
    assert coverage(answer, citations) == Coverage(4, 1)
    assert [s.text for s in unsupported(answer, citations)][-1] == "No mark here at all."


def test_one_verified_citation_among_several_is_enough() -> None:
    assert coverage("The rent is due.[^1][^2]", [_citation(1, Verdict.NOT_FOUND), _citation(2)]) == Coverage(
        1, 1
    )
    assert coverage("The rent is due.[^1, 2]", [_citation(2)]) == Coverage(1, 1)


def test_headings_code_rules_questions_and_definitions_state_nothing() -> None:
    answer = (
        "# The rent of the flat\n\n**What the lease says:**\n\nWho has to pay it?\n\n---\n\n"
        '```\ncode is not a statement\n```\n\nEvidence:\n\n[^1]: D1 p.1 "the words of the quote"\n'
    )
    assert statements(answer) == []


def test_list_items_and_the_mark_of_their_lead_in() -> None:
    answer = (
        "The tenant must do this:[^1]\n- pay rent\n- insure the flat[^2]\n\nThe landlord repairs the roof."
    )
    assert [s.markers for s in statements(answer)] == [(1,), (2,), ()]


def test_table_rows_without_their_head() -> None:
    answer = "| Field | Value |\n|---|---|\n| Rent | $5,000 [^1] |\n| Term | 5 years |\n"
    assert [(s.text, s.markers) for s in statements(answer)] == [
        ("| Rent | $5,000 [^1] |", (1,)),
        ("| Term | 5 years |", ()),
    ]


def test_abbreviations_do_not_end_a_sentence() -> None:
    assert (
        len(
            _texts("See Sec. 4.2 of the lease, e.g. the U.S. rules in Smith v. Jones, No. 12. It ends there.")
        )
        == 2
    )


def test_quotes_cited_in_the_text_support_their_sentence() -> None:
    answer = 'The lease says "the tenant shall pay rent" (D1, p. 3). It says no more.'
    said = Citation(1, "D1", "the tenant shall pay rent", Verdict.VERBATIM, where=Where.BODY)
    assert coverage(answer, [said]) == Coverage(2, 1)
    assert coverage(answer, [replace(said, verdict=Verdict.ALTERED)]) == Coverage(2, 0)


def test_scripts_without_spaces() -> None:
    assert len(_texts("租金为每月五千元。[^1]合同期限为五年。")) == 2


@given(st.text(max_size=300))
def test_any_answer_has_statements_within_it(answer: str) -> None:
    for statement in statements(answer):
        assert statement.text in answer[statement.start : statement.end]


def test_empty_and_large_answers() -> None:
    assert coverage("", []) == Coverage(0, 0)
    assert coverage("The rent is due.[^1] " * 20_000, [_citation(1)]) == Coverage(20_000, 20_000)


def test_a_block_quotation_takes_the_mark_of_the_line_above_it() -> None:
    answer = f"{NOTICE}\n\n**1.** D1 p. 2 [^1]\n\n> First words. Then more.\n> And more.\n"
    assert [statement.markers for statement in statements(answer)] == [(1,), (1,)]
    bare = statements("> Words that nobody cited. And more of them.\n")
    assert [statement.markers for statement in bare] == [()]


def _body(number: int, quote: str, verdict: Verdict) -> Citation:
    return Citation(number, "D1", quote, verdict, where=Where.BODY)


def test_a_false_quotation_is_not_supported_by_the_true_definition_beside_it() -> None:
    answer = 'It says “rent is due in ten days”.[^1] So pay.[^1]\n\n[^1]: D1 p.1 "rent is due in five days"'
    citations = [_citation(1), _body(2, "rent is due in ten days", Verdict.ALTERED)]
    assert coverage(answer, citations) == Coverage(2, 1)
    assert [s.text for s in misquoted(answer, citations)] == ["It says “rent is due in ten days”.[^1]"]
    assert misquoted(answer, [_citation(1), _body(2, "rent is due in ten days", Verdict.VERBATIM)]) == []


def test_two_definitions_with_one_number_support_nothing() -> None:
    twice = 'The rent is due.[^1]\n\n[^1]: D1 p.1 "rent is due"\n[^1]: D1 p.2 "rent is owed"'
    assert coverage(twice, [_citation(1), _citation(1)]) == Coverage(1, 0)
    same = 'The rent is due.[^1]\n\n[^1]: D1 p.1 "rent is due"\n[^1]: D1 p.1 "rent is due"'
    assert coverage(same, [_citation(1), _citation(1)]) == Coverage(1, 1)


def test_one_failed_quotation_of_a_definition_spoils_its_number() -> None:
    answer = 'The rent is due.[^1]\n\n[^1]: D1 p.1 "rent is due"; "rent is owed"'
    assert coverage(answer, [_citation(1), _citation(1, Verdict.NOT_FOUND)]) == Coverage(1, 0)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("## The licence is exclusive\n", 1),
        ("## Grant of licence\n", 0),
        ("# 4.2 Term and termination\n", 0),
        ("## Rent: $5,000 per month\n", 1),
        ("## Die Miete beträgt 900 Euro\n", 1),
        ("## 租金为每月五千元\n", 1),
        ("**The licence cannot be assigned.**\n", 1),
        ("**Key points:**\n", 0),
        ("**Who pays the rent?**\n", 0),
        ("The Tenant must do two things:\n- pay the rent\n- insure the flat\n", 3),
        ("The lease says:\n\n> Rent is due in ten days.\n", 1),
        ("_The Tenant owes nothing at all._\n", 1),
        ("Topic | Value\n--- | ---\nRent | 900 euros\n", 1),
        ("| Rent | 900 euros |\n", 1),
        ('{"claim": "x", "quote": "rent is due", "page": 2}', 1),
    ],
)
def test_what_counts_as_a_statement(answer: str, expected: int) -> None:
    assert len(statements(answer)) == expected
    assert coverage(answer, []).supported == 0


def test_a_lead_in_is_held_up_by_its_mark_or_by_all_of_its_items() -> None:
    answer = "The Tenant must do two things:\n- pay the rent[^1]\n- insure the flat[^2]\n"
    assert coverage(answer, [_citation(1), _citation(2)]) == Coverage(3, 3)
    assert coverage(answer, [_citation(1)]) == Coverage(3, 1)


def test_table_rows_stand_on_what_they_quote_themselves() -> None:
    answer = "| Topic | Quote | Page |\n|---|---|---|\n| Rent | “rent is due in ten days” | D1 p.1 |\n"
    assert coverage(answer, [_body(1, "rent is due in ten days", Verdict.VERBATIM)]) == Coverage(1, 1)
    assert coverage(answer, [_body(1, "rent is due in ten days", Verdict.WRONG_PAGE)]) == Coverage(1, 0)


def test_a_block_quotation_stands_on_its_own_check() -> None:
    answer = 'It says:[^1]\n\n> Rent is due in ten days.\n\n[^1]: D1 p.1 "Rent is due in five days."'
    failed = [_citation(1), _body(2, "Rent is due in ten days.", Verdict.ALTERED)]
    assert coverage(answer, failed).supported == 0
