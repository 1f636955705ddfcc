"""A session leaves one store and enters another as it was."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

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
    session = store.create_session("moved", "On the move", [judgment, lease.select([1, 3])])
    first = store.finish_turn(finished(store.start_turn(asked(session.id, "one"))))
    second = store.start_turn(asked(session.id, "two", parent_id=first.id))
    store.finish_turn(dataclasses.replace(second, status=TurnStatus.FAILED, error="no"))
    fork = store.start_turn(asked(session.id, "instead", parent_id=first.id))
    store.finish_turn(finished(fork, status=TurnStatus.TRUNCATED, citations=()))
    return store


def through_json(record: Any) -> Any:
    return json.loads(json.dumps(record))


def test_out_and_in_is_equal_field_by_field(filled: Store, other: Store) -> None:
    record = filled.export_session("moved")
    taken = other.import_session(through_json(record))
    assert other.get_session("moved") == filled.get_session("moved") == taken
    assert other.session_documents("moved") == filled.session_documents("moved")
    assert [d.metadata for d in other.session_documents("moved")] == [
        d.metadata for d in filled.session_documents("moved")
    ]
    assert other.export_session("moved") == record
    assert other.counts() == filled.counts() | {"pages": 3}
    assert other.check() == []
    assert len(other.search("consent")) == len(filled.search("consent")) == 3


def test_as_lines(filled: Store, other: Store) -> None:
    lines = [through_json(line) for line in session_lines(filled.export_session("moved"))]
    (record,) = records_from_lines(lines)
    other.import_session(record)
    assert other.export_session("moved") == filled.export_session("moved")


def test_without_pages_the_answers_still_come(filled: Store, other: Store, lease: Document) -> None:
    other.import_session(through_json(filled.export_session("moved", pages=False)))
    assert other.get_session("moved") == filled.get_session("moved")
    assert [document.pages for document in other.session_documents("moved")] == [(), ()]
    other.add_document(lease)
    assert [len(document.pages) for document in other.session_documents("moved")] == [0, 2]


def test_a_running_turn_comes_in_as_interrupted(filled: Store, other: Store, asked: Make) -> None:
    running = filled.start_turn(asked("moved", "still going"))
    filled.save_partial(running.id, "so far")
    other.import_session(filled.export_session("moved"))
    assert other.get_turn(running.id).status is TurnStatus.INTERRUPTED
    assert other.get_turn(running.id).answer == "so far"
    assert other.recover() == []


def test_a_session_that_is_there_is_replaced_only_on_request(filled: Store) -> None:
    record = filled.export_session("moved")
    filled.rename("moved", "Renamed since")
    with pytest.raises(UsageError, match="already has the session"):
        filled.import_session(record)
    assert filled.get_session("moved").title == "Renamed since"
    filled.import_session(record, replace=True)
    assert filled.export_session("moved") == record


def test_a_deletion_can_be_undone(filled: Store) -> None:
    record = filled.export_session("moved")
    filled.delete_session("moved", purge=True)
    filled.import_session(record)
    assert filled.export_session("moved") == record


def broken(record: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {**record, **changes}


def test_what_is_not_a_session_is_refused_and_leaves_nothing(filled: Store, other: Store) -> None:
    record = through_json(filled.export_session("moved"))
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
            other.import_session(wrong)
    assert set(other.counts().values()) == {0}
    third["turn_id"] = "taken"
    other.import_session(record)
    with pytest.raises(UsageError, match="another session"):
        other.import_session(broken(record, session_id="second", turns=[third | {"parent_id": None}]))
    assert [session.id for session in other.list_sessions()] == ["moved"]


def test_many_sessions_go_through_one_file(filled: Store, other: Store) -> None:
    for place in range(3):
        filled.create_session(f"{place}-{new_id()}", f"Session {place}")
    records = [filled.export_session(session.id) for session in filled.list_sessions()]
    lines = [line for record in records for line in session_lines(record)]
    for record in records_from_lines(lines):
        other.import_session(record)
    assert other.list_sessions() == filled.list_sessions()
