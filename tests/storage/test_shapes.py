"""One definition of which field stands in which column."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace

import pytest

from docanalyst.domain.citations import Citation, Review, Verdict
from docanalyst.domain.documents import Span
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage.schema.columns import citation_columns, turn_columns
from docanalyst.storage.schema.shapes import CITATION, TURN, Part, read, write
from docanalyst.storage.schema.tables import CitationRow, TurnRow

OWN_OF_QUALIFIERS = {"row_id", "owner", "question_words", "answer_words", "reasoning_words"}
OWN_OF_CITATIONS = {"turn_id", "position"}


@pytest.mark.parametrize(
    ("shape", "kind", "elsewhere"), [(TURN, Turn, {"citations"}), (CITATION, Citation, set())]
)
def test_every_field_has_a_column(shape: tuple[Part, ...], kind: type, elsewhere: set[str]) -> None:
    named = set(shape[0].columns) | {part.name for part in shape[1:]}
    assert named | elsewhere == {field.name for field in dataclasses.fields(kind)}
    for part in shape[1:]:
        assert set(part.columns) == {field.name for field in dataclasses.fields(part.kind)}


@pytest.mark.parametrize(
    ("shape", "table", "own"), [(TURN, TurnRow, OWN_OF_QUALIFIERS), (CITATION, CitationRow, OWN_OF_CITATIONS)]
)
def test_every_column_of_a_table_is_written_and_read(
    shape: tuple[Part, ...], table: type, own: set[str]
) -> None:
    columns = [column for part in shape for column in part.columns.values()]
    assert len(columns) == len(set(columns))
    assert set(columns) | own == set(table.model_fields)  # type: ignore[attr-defined]


BARE = Turn("t", "s", "Q?", "groq", "qwen3-32b")
SMALL = Citation(1, "D1", "words", Verdict.ALTERED)


def _through_a_row(shape: tuple[Part, ...], value: object, **others: object) -> object:
    return read(shape, SimpleNamespace(**write(shape, value)), **others)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"usage": Usage()},
        {"usage": Usage(estimated=True), "cost": Cost(0, "EUR", True)},
        {"status": TurnStatus.FAILED, "error": "", "finish_reason": ""},
        {"reasoning": "", "answer": "a\nb"},
    ],
)
def test_a_turn_goes_through_a_row(changes: dict[str, object]) -> None:
    turn = dataclasses.replace(BARE, **changes)  # type: ignore[arg-type]
    assert _through_a_row(TURN, turn, citations=()) == turn


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"span": Span("ab", 1, 0, 0)},
        {"review": Review("flag")},
        {"found_page": 0, "similarity": 1.0, "page_label": ""},
    ],
)
def test_a_citation_goes_through_a_row(changes: dict[str, object]) -> None:
    citation = dataclasses.replace(SMALL, **changes)  # type: ignore[arg-type]
    assert _through_a_row(CITATION, citation) == citation


def test_a_null_in_an_old_row_is_the_default() -> None:
    row = SimpleNamespace(**write(TURN, dataclasses.replace(BARE, usage=Usage(3), cost=Cost(5))))
    row.cached_tokens = row.currency = row.cost_estimated = row.supported = None
    turn = read(TURN, row, citations=())
    assert (turn.usage, turn.cost) == (Usage(3), Cost(5, "USD", False))


def test_text_that_sqlite_cannot_hold_is_written_as_it_can(asked: Callable[..., Turn]) -> None:
    columns = turn_columns(dataclasses.replace(BARE, answer="half \ud83d"))
    assert columns["answer"] == "half \ufffd"
    assert citation_columns("t", 0, dataclasses.replace(SMALL, quote="\udcff"))["quote"] == "\ufffd"
