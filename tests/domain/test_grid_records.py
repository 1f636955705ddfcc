"""A row reads back as it was kept, and its flat form is the contract of the batch."""

from __future__ import annotations

from decimal import Decimal

import pytest

from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import Column, FieldAnswer, Grid, Row, RowDocument, RowStatus, Stated
from docanalyst.domain.grid.values import Day, Money, Quantity
from docanalyst.domain.prompts import Field
from docanalyst.domain.records.rows import flat_record, row_from_record, row_record

GRID = Grid(tuple(Column(Field(name), name) for name in ("rent", "term", "start", "pets", "parties", "law")))
CITATION = Citation(1, "D1", "rent of\n$4,500", Verdict.VERBATIM, path="x/lease.pdf", page=2, found_page=2)
ROW = Row(
    unit="x/lease.pdf",
    status=RowStatus.PARTIAL,
    answers=(
        FieldAnswer("rent", Stated.STATED, Money(Decimal("4500.5"), "USD", "per month"), (CITATION,)),
        FieldAnswer("term", Stated.STATED, Quantity(Decimal(3), "years"), (CITATION, CITATION)),
        FieldAnswer("start", Stated.STATED, Day(2020, 2), (CITATION,)),
        FieldAnswer("pets", Stated.STATED_AS_NONE, citations=(CITATION,)),
        FieldAnswer("parties", Stated.STATED, ("A", "B"), (CITATION,)),
        FieldAnswer("law", Stated.INCOMPLETE, problem="the answer does not have it"),
    ),
    documents=(RowDocument("x/lease.pdf", "a" * 64, "1-3", 3),),
    provider="p",
    model="m",
    turns=("t1",),
    input_tokens=100,
    output_tokens=20,
    cost_micros=123,
    seconds=1.25,
    attempts=1,
    answered_at="2026-11-22T10:00:00+00:00",
    notes=("a note",),
)  # fmt: skip


def test_a_row_reads_back() -> None:
    assert row_from_record(row_record(ROW)) == ROW


def test_a_price_that_is_not_known_stays_unknown() -> None:
    record = row_record(ROW) | {"cost_micros": None}
    assert row_from_record(record).cost_micros is None
    del record["cost_micros"]
    assert row_from_record(record).cost_micros is None


def test_a_row_of_an_older_run_is_read() -> None:
    documents = [{"path": "x/lease.pdf", "sha256": "aa"}]
    row = row_from_record({"unit": "x", "status": "failed", "documents": documents, "answers": None})
    assert row == Row("x", RowStatus.FAILED, documents=(RowDocument("x/lease.pdf", "aa"),), cost_micros=None)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "many"),
        ("date", "2020-13"),
        ("money", {}),
        ("quantity", 3),
        ("list", 3),
        (5, "x"),
        ([], "x"),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_refused(kind: object, value: object) -> None:
    record = row_record(ROW)
    record["answers"][0] |= {"kind": kind, "value": value}
    with pytest.raises(UsageError, match="the value of 'rent' cannot be read"):
        row_from_record(record)


@pytest.mark.parametrize("record", [{}, {"unit": 3, "status": "complete"}, {"unit": "a", "status": "odd"}])
def test_what_is_no_row_is_refused(record: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        row_from_record(record)


def test_the_flat_form_is_the_contract() -> None:
    flat = flat_record(ROW, GRID)
    assert list(flat)[:3] == ["unit", "status", "error"]
    assert (flat["unit"], flat["status"], flat["error"]) == ("x/lease.pdf", "partial", None)
    assert flat["rent"] == {"amount": 4500.5, "currency": "USD", "per": "per month"}
    assert (flat["rent__quote"], flat["rent__page"]) == ("rent of $4,500", 2)
    assert flat["rent__verdict"] == "verbatim"
    assert flat["term"] == {"number": 3, "unit": "years"}
    assert flat["start"] == "2020-02"
    assert flat["pets"] == flat["pets__stated"] == "stated_as_none"
    assert flat["parties"] == ["A", "B"]
    assert (flat["law"], flat["law__quote"], flat["law__page"], flat["law__verdict"]) == (
        "INCOMPLETE", None, None, None,
    )  # fmt: skip
    assert (flat["tokens"], flat["cost_usd"], flat["seconds"]) == (120, 0.000123, 1.25)


def test_a_unit_without_answers_is_incomplete_everywhere() -> None:
    flat = flat_record(Row("bad.pdf", RowStatus.FAILED, error="It is broken."), GRID)
    assert {flat[column.heading] for column in GRID.columns} == {"INCOMPLETE"}
    assert flat["law__note"] == flat["error"] == "It is broken."
