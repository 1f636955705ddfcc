"""A repair finds and mends what SQLite calls sound: a changed schema, and values that cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docanalyst.domain.citations import Verdict
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store
from docanalyst.storage.batches import BatchItem, BatchRun

Make = Callable[..., Turn]
NOW = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)
SCHEMA = {
    "a trigger": "DROP TRIGGER turns_changed",
    "a view": "DROP VIEW spending",
    "a changed view": "DROP VIEW answers; CREATE VIEW answers AS SELECT id FROM turns",
    "a table": "DROP TABLE batch_items",
    "an index": "DROP INDEX batch_items_by_key",
    "a column": "ALTER TABLE turns DROP COLUMN billed_tokens",
    "no version": "PRAGMA user_version = 0",
    "an older version": "PRAGMA user_version = 3",
}
VALUES = {
    "lists that are not JSON": "UPDATE citations SET differences = 'oh', spans = '{}', cautions = '[1'",
    "mappings that are not JSON": "UPDATE documents SET metadata = '[1]', warnings = 'x'",
    "a receipt that is not JSON": "UPDATE turns SET receipt_documents = 'nope', remarks = '{'",
    "bytes for text": "UPDATE turns SET answer = x'41ff42'",
    "text that is not UTF-8": "UPDATE pages SET text = CAST(x'41ff00fe42' AS TEXT) WHERE number = 1",
    "words for numbers": "UPDATE turns SET total_s = 'long', cost_micros = 'dear', window = x'00'",
    "an unknown status": "UPDATE turns SET status = 'odd'",
    "an unknown verdict": "UPDATE citations SET verdict = 'certainly'",
    "a run's options": "UPDATE batch_runs SET options = 'null'",
    "a unit's record": "UPDATE batch_items SET record = '{\"cost_micros\": ' WHERE position = 1",
}


@pytest.fixture
def filled(tmp_path: Path, lease: Document, asked: Make, finished: Make) -> Path:
    path = tmp_path / "docanalyst.db"
    with Store.open(path) as store:
        store.sessions.create("s", "Kept", [lease])
        store.turns.finish(finished(store.turns.start(asked("s"))))
        store.batches.start(BatchRun("run", "out.csv", "groq", "m"), [BatchItem("run", 1, "k", "a.pdf")])
    return path


def damaged(path: Path, script: str) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in script.split(";"):
        connection.execute(statement)
    connection.close()


@pytest.mark.parametrize("script", SCHEMA.values(), ids=SCHEMA)
def test_a_changed_schema_is_found_and_made_anew(filled: Path, script: str) -> None:
    damaged(filled, script)
    done = Store.repair(filled, clock=lambda: NOW)
    assert done.found and done.kept is not None
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
        assert [turn.status for turn in store.sessions.get("s").turns] == [TurnStatus.COMPLETE]
        assert [hit.kind for hit in store.reports.search("assign")] != []
        store.reports.spending()
        store.batches.answered("k")
    assert Store.repair(filled, clock=lambda: NOW).found == ()


@pytest.mark.parametrize("script", VALUES.values(), ids=VALUES)
def test_a_value_that_cannot_be_read_is_told_and_costs_only_itself(filled: Path, script: str) -> None:
    damaged(filled, script)
    done = Store.repair(filled, clock=lambda: NOW)
    assert all("cannot be read" in sentence for sentence in done.found), done.found
    assert done.lost == done.found, "what is lost is said"
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
        (turn,) = store.sessions.get("s").turns
        assert turn.citations and turn.question
        assert len(store.sessions.documents("s")[0].pages) == 3
        assert store.batches.items("run")[0].unit == "a.pdf"


def test_what_cannot_be_read_promises_least(filled: Path) -> None:
    damaged(filled, VALUES["an unknown status"])
    damaged(filled, VALUES["an unknown verdict"])
    damaged(filled, VALUES["bytes for text"])
    Store.repair(filled, clock=lambda: NOW)
    with Store.open(filled) as store:
        (turn,) = store.sessions.get("s").turns
    assert turn.status is TurnStatus.INTERRUPTED and turn.answer == "A\ufffdB"
    assert {citation.verdict for citation in turn.citations} == {Verdict.NOT_FOUND}


@pytest.mark.parametrize("name", ["a receipt that is not JSON", "an unknown status", "an unknown verdict"])
def test_before_a_repair_the_error_names_it(filled: Path, name: str) -> None:
    damaged(filled, VALUES[name])
    with Store.open(filled) as store, pytest.raises(StorageError) as caught:
        store.sessions.get("s")
    assert "cannot be read" in caught.value.message and "doctor --repair" in caught.value.hint


def test_a_table_of_the_users_own_is_no_problem(filled: Path) -> None:
    damaged(filled, "CREATE TABLE mine (note TEXT)")
    assert Store.repair(filled, clock=lambda: NOW).found == ()
