"""Replies in every form that models choose are read; what cannot be used is named, and nothing is guessed."""

from __future__ import annotations

import json
from decimal import Decimal

import pytest
from doubles import LEASE
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.grid.checking import check_reply, distrust_absence, merge, problems_of, read_reply
from docanalyst.domain.grid.extractive import grid_reply
from docanalyst.domain.grid.grids import FieldAnswer, RowStatus, Stated, status_of
from docanalyst.domain.grid.json_replies import json_rules, reply_schema
from docanalyst.domain.grid.lenient_json import read_json
from docanalyst.domain.grid.replies import plain_rules, repair_rules
from docanalyst.domain.grid.values import Money
from docanalyst.domain.prompts import Field
from docanalyst.domain.retrieval.ranking import RetrievalIndex
from docanalyst.domain.verification.verify import VerificationIndex

FIELDS = (
    Field("rent", "money", "Rent."),
    Field("assignment", "text", "Assignment."),
    Field("parties", "list", "Parties."),
    Field("deposit", "money", "Deposit."),
    Field("mood", "enum", "Mood.", ("fair", "unfair")),
)
RENT = "The Tenant shall pay rent of $4,500 per month"
CONSENT = "shall not assign this Lease without the consent of the Landlord"
LINES = f"""- rent: $4,500 per month [^1]
- assignment: only with consent [^2]
- parties: Harbour Estates Limited; Mira Okafor [^3]
- deposit: not addressed (no clause on it)
- mood: fair

[^1]: D1 p.2 "{RENT}"
[^2]: D1 p.3 "{CONSENT}"
[^3]: D1 p.1 "between Harbour Estates Limited and Mira Okafor"
"""


def check(answer: str, fields: tuple[Field, ...] = FIELDS) -> dict[str, FieldAnswer]:
    answers = check_reply(read_reply(answer, fields), fields, VerificationIndex([LEASE]).verify)
    assert [item.name for item in answers] == [field.name for field in fields]
    return {item.name: item for item in answers}


def as_json(**members: object) -> str:
    return json.dumps(members, ensure_ascii=False)


def quoted(text: str, page: object = 2, document: str = "D1") -> list[dict[str, object]]:
    return [{"document": document, "page": page, "quote": text}]


def test_lines_with_citations() -> None:
    answers = check(LINES)
    assert answers["rent"].value == Money(Decimal(4500), "$", "per month")
    assert answers["rent"].verdict == "verbatim" and answers["rent"].verified
    assert answers["parties"].value == ("Harbour Estates Limited", "Mira Okafor")
    assert answers["deposit"].stated is Stated.NOT_ADDRESSED
    assert answers["deposit"].note == "no clause on it"
    assert answers["mood"].value == "fair" and "without a quote" in answers["mood"].note
    assert status_of(tuple(answers.values())) is RowStatus.COMPLETE


@pytest.mark.parametrize(
    "answer",
    [
        LINES.replace("- ", "* **", 3).replace(": ", "**: ", 3),
        LINES.replace("- ", ""),
        LINES.replace("rent:", "Rent :").replace("parties:", "PARTIES:"),
        "Here it is:\n\n" + LINES + "\n",
        "| Field | Value |\n|---|---|\n"
        + LINES.replace("- ", "| ").replace(": ", " | ", 1).replace("assignment: ", "assignment | "),
        as_json(
            rent={"answer": "stated", "value": "$4,500 per month", "quotes": quoted(RENT)},
            assignment={"status": "STATED", "value": "only with consent", "quote": CONSENT, "page": "p. 3"},
            parties={"value": ["A", "B"], "quotes": ["between Harbour Estates Limited and Mira Okafor"]},
            deposit=None,
            mood={"answer": "stated", "value": "FAIR", "quotes": []},
        ),
        "```json\n"
        + as_json(
            fields=[
                {"field": "rent", "answer": "stated", "value": {"amount": 4500, "currency": "$"},
                 "quotes": quoted(RENT)},
                {"name": "assignment", "value": "only with consent",
                 "evidence": {"text": CONSENT, "page": 3}},
                {"field": "parties", "answer": "stated", "value": "A; B", "quotes": quoted(RENT)},
                {"field": "deposit", "answer": "not_addressed", "value": None, "quotes": []},
                {"field": "mood", "answer": "stated", "value": "fair"},
            ]
        )
        + "\n```",
    ],
)  # fmt: skip
def test_the_same_answers_in_other_forms(answer: str) -> None:
    answers = check(answer)
    rent = answers["rent"].value
    assert isinstance(rent, Money) and (rent.amount, rent.currency) == (Decimal(4500), "$")
    assert answers["rent"].verified
    assert answers["assignment"].text == "only with consent"
    assert [citation.page for citation in answers["assignment"].citations] in ([3], [None])
    assert answers["assignment"].verified
    assert answers["deposit"].stated is Stated.NOT_ADDRESSED
    assert problems_of(tuple(answers.values())) == {}


def test_a_quote_with_unescaped_marks_inside_broken_json() -> None:
    answers = check('{"rent": {"answer": "stated", "value": "$4,500", "quotes": [{"document": "D1", '
                    '"page": 2, "quote": "The "Tenant" shall pay rent of $4,500 per month"}]},}')  # fmt: skip
    assert answers["rent"].citations[0].quote == 'The "Tenant" shall pay rent of $4,500 per month'


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("", "does not have it"),
        ("- rent: a lot of money [^1]", "not one amount"),
        ("- rent: $4,500", "without a quote"),
        ("- rent: $4,500 [^9]", "without a quote"),
        ("- rent: stated as none", "without a quote"),
        ("- rent:", "does not have it"),
    ],
)
def test_what_cannot_be_used_is_incomplete_and_says_why(line: str, problem: str) -> None:
    answer = check(f'{line}\n\n[^1]: D1 p.2 "{RENT}"')["rent"]
    assert answer.stated is Stated.INCOMPLETE
    assert problem in answer.problem
    assert answer.text == "INCOMPLETE"
    assert answer.value is None


def test_a_changed_number_never_looks_verified() -> None:
    answers = check(LINES.replace(f'"{RENT}"', f'"{RENT.replace("4,500", "5,400")}"'))
    assert answers["rent"].verdict == "altered" and not answers["rent"].verified
    answers = check(LINES.replace("rent: $4,500", "rent: $5,400"))
    assert answers["rent"].note == "not in the quoted words: 5400"


def test_a_wrong_page_is_the_verdict_of_the_field() -> None:
    assert check(LINES.replace("D1 p.2", "D1 p.3"))["rent"].verdict == "wrong_page"
    answers = check(LINES.replace("[^1]\n- assign", "[^1][^2]\n- assign").replace("D1 p.3", "D1 p.1"))
    assert answers["rent"].verdict == "wrong_page"
    assert [citation.verdict.value for citation in answers["rent"].citations] == ["verbatim", "wrong_page"]


def test_the_first_of_two_lines_holds() -> None:
    assert check(LINES + "\n- rent: $1 [^1]\n")["rent"].text == "$ 4,500 per month"


def test_a_repaired_answer_replaces_only_what_was_incomplete() -> None:
    first = check_reply(read_reply("- rent: lots\n- mood: fair", FIELDS), FIELDS, lambda quotes: [])
    second = check_reply(read_reply(LINES.replace("fair", "unfair"), FIELDS), FIELDS,
                         VerificationIndex([LEASE]).verify)  # fmt: skip
    merged = {item.name: item for item in merge(first, second)}
    assert merged["mood"].value == "fair"
    assert merged["rent"].verified


def test_silence_of_a_model_that_did_not_read_everything_proves_nothing() -> None:
    answers = {item.name: item for item in distrust_absence(tuple(check(LINES).values()), "half was read")}
    assert answers["deposit"].stated is Stated.INCOMPLETE
    assert answers["deposit"].problem == "half was read"
    assert answers["rent"].stated is Stated.STATED


def test_rules_name_every_field_and_every_kind() -> None:
    for rules in (plain_rules(FIELDS), json_rules(FIELDS)):
        assert all(field.name in rules for field in FIELDS)
    assert "USD 4500.00" in plain_rules(FIELDS) and "YYYY" not in plain_rules(FIELDS)
    assert "- rent: too vague" in repair_rules({"rent": "too vague"}, plain_rules(FIELDS[:1]))


def test_the_schema_is_strict_throughout() -> None:
    def strict(shape: object) -> None:
        if isinstance(shape, dict):
            if "properties" in shape:
                assert shape["additionalProperties"] is False
                assert sorted(shape["required"]) == sorted(shape["properties"])
            for inner in shape.values():
                strict(inner)

    schema = reply_schema(FIELDS)
    strict(schema)
    assert list(schema["properties"]) == [field.name for field in FIELDS]
    assert schema["properties"]["mood"]["properties"]["value"]["enum"] == ["fair", "unfair", None]


def test_the_offline_reply_reads_back_with_verified_quotes() -> None:
    reply = "".join(grid_reply(RetrievalIndex([LEASE]), FIELDS[:3]))
    asked = FIELDS[:3]
    answers = check_reply(read_reply(reply, asked), asked, VerificationIndex([LEASE]).verify, offline=True)
    found = [item for item in answers if item.stated is Stated.PASSAGE]
    assert found and all(item.verified and item.value is None and item.text == "passage" for item in found)
    assert {item.name: item.citations[0].page for item in found}["assignment"] == 3
    assert {item.stated for item in answers} <= {Stated.PASSAGE, Stated.NO_CLOSE_PASSAGE}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('{"a": {"q": "cut of', {"a": {"q": "cut of"}}),
        ('{"a": 1, "b": {"c": [1, 2', {"a": 1, "b": {"c": [1, 2]}}),
        ("Sure! {'a': 'x', b: True, 'c': None,}", {"a": "x", "b": True, "c": None}),
        ('{"a": "the "Agreement", as amended", "b": 2}', {"a": 'the "Agreement", as amended', "b": 2}),
        ('{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        ("[^1]: nothing here", None),
        ("{" * 5_000, None),
        ('{"a":' * 50_000 + "1" + "}" * 50_000, None),
        ('{"a": "' + "x" * 3_000_000, None),
        ('See {this}: {"a": 1}', {"a": 1}),
        ("", None),
    ],
)
def test_json_as_models_write_it(text: str, value: object) -> None:
    assert read_json(text) == value


@given(st.text(alphabet=st.sampled_from('{}[]":,\\ae1 \n|^-rent'), max_size=300))
def test_no_reply_makes_the_reader_fail(answer: str) -> None:
    read_json(answer)
    answers = check(answer)
    assert all(item.stated is not Stated.STATED or item.value is not None for item in answers.values())
