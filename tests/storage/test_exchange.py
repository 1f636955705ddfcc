"""A session leaves one store and enters another as it was."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support import exported

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.records.sessions import records_from_lines, session_lines
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id

Make = Callable[..., Turn]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "other" / "docanalyst.db") as opened:
        yield opened


@pytest.fixture
def filled(store: Store, lease: Document, judgment: Document, asked: Make, finished: Make) -> Store:
    session = store.sessions.create("moved", "On the move", [judgment, lease.select([1, 3])])
    first = store.turns.finish(finished(store.turns.start(asked(session.id, "one"))))
    second = store.turns.start(asked(session.id, "two", parent_id=first.id))
    store.turns.finish(dataclasses.replace(second, status=TurnStatus.FAILED, error="no"))
    fork = store.turns.start(asked(session.id, "instead", parent_id=first.id))
    store.turns.finish(finished(fork, status=TurnStatus.TRUNCATED, citations=()))
    return store


def through_json(record: Any) -> Any:
    return json.loads(json.dumps(record))


def test_out_and_in_is_equal_field_by_field(filled: Store, other: Store) -> None:
    record = exported(filled, "moved")
    taken = other.sessions.add_record(through_json(record))
    assert other.sessions.get("moved") == filled.sessions.get("moved") == taken
    assert other.sessions.documents("moved") == filled.sessions.documents("moved")
    assert [d.metadata for d in other.sessions.documents("moved")] == [
        d.metadata for d in filled.sessions.documents("moved")
    ]
    assert exported(other, "moved") == record
    assert other.reports.counts() == filled.reports.counts() | {"pages": 3}
    assert other.maintenance.check() == []
    assert len(other.reports.search("consent")) == len(filled.reports.search("consent")) == 3


def test_as_lines(filled: Store, other: Store) -> None:
    lines = [through_json(line) for line in session_lines(exported(filled, "moved"))]
    (record,) = records_from_lines(lines)
    other.sessions.add_record(record)
    assert exported(other, "moved") == exported(filled, "moved")


def test_without_pages_the_answers_still_come(filled: Store, other: Store, lease: Document) -> None:
    other.sessions.add_record(through_json(exported(filled, "moved", pages=False)))
    assert other.sessions.get("moved") == filled.sessions.get("moved")
    assert [document.pages for document in other.sessions.documents("moved")] == [(), ()]
    other.documents.add(lease)
    assert [len(document.pages) for document in other.sessions.documents("moved")] == [0, 2]


def test_a_running_turn_comes_in_as_interrupted(filled: Store, other: Store, asked: Make) -> None:
    running = filled.turns.start(asked("moved", "still going"))
    filled.turns.save_partial(running.id, "so far")
    other.sessions.add_record(exported(filled, "moved"))
    assert other.turns.get(running.id).status is TurnStatus.INTERRUPTED
    assert other.turns.get(running.id).answer == "so far"
    assert other.turns.recover() == []


def test_a_session_that_is_there_is_replaced_only_on_request(filled: Store) -> None:
    record = exported(filled, "moved")
    filled.sessions.rename("moved", "Renamed since")
    with pytest.raises(UsageError, match="already exists"):
        filled.sessions.add_record(record)
    assert filled.sessions.get("moved").title == "Renamed since"
    filled.sessions.add_record(record, replace=True)
    assert exported(filled, "moved") == record


def test_a_deletion_can_be_undone(filled: Store) -> None:
    record = exported(filled, "moved")
    filled.sessions.delete("moved", purge=True)
    filled.sessions.add_record(record)
    assert exported(filled, "moved") == record


def broken(record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**record, **changes}


def test_what_is_not_a_session_is_refused_and_leaves_nothing(filled: Store, other: Store) -> None:
    record = through_json(exported(filled, "moved"))
    first, second, third = record["turns"]
    for wrong in (
        {},
        broken(record, format="other"),
        broken(record, version=2),
        broken(record, session_id=" "),
        broken(record, session_id=None),
        broken(record, turns=[first, first]),
        broken(record, turns=[first, {**second, "position": 1}]),
        broken(record, turns=[second]),
        broken(record, turns=[{**first, "status": "odd"}]),
        broken(record, documents=[{"sha256": 1}]),
        broken(record, session_documents=[{"sha256": "x"}]),
        broken(record, documents="all"),
    ):
        with pytest.raises(UsageError):
            other.sessions.add_record(wrong)
    assert set(other.reports.counts().values()) == {0}
    third["turn_id"] = "taken"
    other.sessions.add_record(record)
    with pytest.raises(UsageError, match="another session"):
        other.sessions.add_record(broken(record, session_id="second", turns=[third | {"parent_id": None}]))
    assert [session.id for session in other.sessions.recent()] == ["moved"]


def test_many_sessions_go_through_one_file(filled: Store, other: Store) -> None:
    for place in range(3):
        filled.sessions.create(f"{place}-{new_id()}", f"Session {place}")
    records = [exported(filled, session.id) for session in filled.sessions.recent()]
    lines = [line for record in records for line in session_lines(record)]
    for record in records_from_lines(lines):
        other.sessions.add_record(record)
    assert other.sessions.recent() == filled.sessions.recent()
