"""Every column and file that can hold text of a document, question or answer is reached by every purge."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.storage import Store
from docanalyst.storage.batches import BatchItem, BatchRun
from docanalyst.storage.maintenance import purge as forgetting

SHA = "5c" * 32
NO_TEXT = {
    # Names, times, states and places; everything else in a TEXT column is filled.
    "documents": {"sha256", "path", "added_at"},
    "pages": {"document_sha256"},
    "sessions": {"id", "created_at", "updated_at"},
    "session_documents": {"session_id", "document_sha256", "pages", "path"},
    "turns": {
        *("id", "session_id", "parent_id", "status", "finish_reason", "provider", "model", "prompt_name"),
        *("prompt_sha256", "context_sha256", "token_count", "currency", "started_at", "owner"),
    },
    "citations": {
        *("turn_id", "document", "document_sha256", "path", "verdict", "found_document"),
        *("found_document_sha256", "span_document_sha256", "place", "review_mark", "reviewed_at"),
    },
    "batch_runs": {"id", "started_at", "updated_at", "status", "output", "provider", "model", "owner"},
    "batch_items": {"run_id", "key", "unit", "status", "currency", "updated_at"},
}
LISTS = {
    "warnings",
    "remarks",
    "differences",
    "spans",
    "cautions",
    "receipt_left_out",
    "line_numbers",
    "parts",
}


class Canaries:
    """Makes words that stand nowhere else, one for each place."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def __call__(self, place: str) -> str:
        word = f"canary{len(self.made):03d}{place.replace('.', '').replace('_', '')}zq"
        self.made.append(word)
        return word

    def in_file(self, path: Path) -> list[str]:
        content = path.read_bytes()
        return [
            word for word in self.made
            if word.encode() in content or word.encode("utf-16-le") in content
        ]  # fmt: skip

    def left(self, directory: Path) -> dict[str, list[str]]:
        files = (path for path in directory.rglob("*") if path.is_file())
        return {str(path.relative_to(directory)): found for path in files if (found := self.in_file(path))}


def fill(store: Store, canary: Canaries) -> None:
    """One row in every table with a canary in every column for text, and a file of every kind."""
    connection = store._ground.database.connection
    values: dict[str, dict[str, Any]] = {
        "documents": {"sha256": SHA},
        "pages": {"document_sha256": SHA, "number": 1},
        "sessions": {"id": "s1"},
        "session_documents": {"session_id": "s1", "position": 1, "document_sha256": SHA, "pages": "1"},
        "turns": {"id": "t1", "session_id": "s1", "status": "complete"},
        "citations": {"turn_id": "t1", "position": 0, "document_sha256": SHA, "verdict": "verbatim"},
    }
    for table, known in values.items():
        row = dict(known)
        for _, name, kind, required, default, _ in connection.execute(f"PRAGMA table_info({table})"):
            if name in row or name == "row_id" or (name == "parent_id" and table == "turns"):
                continue
            if kind == "TEXT" and name not in NO_TEXT[table]:
                word = canary(f"{table}.{name}")
                row[name] = json.dumps([word]) if name in LISTS else word
                if name == "metadata":
                    row[name] = json.dumps({"Author": word})
                if name == "receipt_documents":
                    row[name] = json.dumps([{"sha256": SHA, "path": word}])
            elif required and default is None:
                row[name] = "x" if kind == "TEXT" else 1
        marks = ", ".join("?" * len(row))
        connection.execute(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
    options = {"grid": [canary("options.grid")], "job": {"questions": [canary("options.job")]}}
    units = {
        "answered": ("complete", {"session_id": "s1", "answers": [canary("record.answers")]}),
        "failed": ("failed", {"session_id": "s1", "answers": [], "error": canary("record.error")}),
        "received": ("received", {"digests": [SHA], "reply": canary("record.reply"), "part": 1}),
        "sent": (
            "sent",
            {"session_id": "s1", "sending": "t1", "digests": [SHA], "note": canary("record.note")},
        ),
        "reopened": ("open", {"digests": [SHA], "attempts": 1, "doubt_micros": 7}),
        "refused": ("failed", {"answers": [], "digests": [SHA], "notes": [canary("record.notes")]}),
    }
    places = list(enumerate(units, 1))
    store.batches.start(
        BatchRun("run", "out.csv", "groq", "m", options=options),
        [BatchItem("run", place, key, "a.pdf") for place, key in places],
    )
    for place, key in places:
        status, record = units[key]
        error = canary(f"error.{key}")
        store.batches.save(BatchItem("run", place, key, "a.pdf", status, error, record=record))
    store.batches.finish("run", "submitted")
    for name in (
        f"cache/readings/9/{SHA}.json",
        f"cache/readings/9/{SHA}-hidden-0a1b2c3d4e5f.json",
        f"cache/ocr/{SHA}/1.json",
        "cache/readings/9/.new-draft",
        "batches/run-1.jsonl",
        "batches/gone-2.jsonl",
        "docanalyst.db.before-upgrade-from-2",
        "docanalyst.db.damaged-20260101-000000",
        "docanalyst.db.part",
        "rescued/t9.part",
    ):
        path = store.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(canary(Path(name).name[-8:]), encoding="utf-8")
    for name, record in (("t2", {"session_id": "s1"}), ("t3", {"session_id": "s1", "sha256": SHA})):
        text = json.dumps(record | {"answer": canary(f"rescued.{name}")})
        (store.directory / "rescued" / f"{name}.json").write_text(text, encoding="utf-8")


def by_session(store: Store) -> None:
    store.sessions.delete("s1", purge=True)


def by_document(store: Store) -> None:
    store.documents.forget([SHA])


def as_orphans(store: Store) -> None:
    store.sessions.delete("s1")
    store.maintenance.purge(orphans=True)


@pytest.mark.parametrize("purge", [by_session, by_document, as_orphans])
def test_every_purge_reaches_every_column_and_file(store: Store, purge: Callable[[Store], None]) -> None:
    canary = Canaries()
    fill(store, canary)
    before = canary.left(store.directory)
    assert {word for found in before.values() for word in found} == set(canary.made)
    purge(store)
    assert canary.left(store.directory) == {}
    assert store.maintenance.orphans() == forgetting.Orphans()
    assert store.maintenance.check() == []


def test_every_column_for_text_is_filled_or_said_to_hold_none(store: Store) -> None:
    # A new column must be thought of here: it is filled above unless it is named as one without text.
    connection = store._ground.database.connection
    tables = {
        name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        if "_fts" not in name and not name.startswith("sqlite_")
    }  # fmt: skip
    assert tables == set(NO_TEXT)
    for table, names in NO_TEXT.items():
        columns = {row[1] for row in connection.execute(f"PRAGMA table_info({table})")}
        assert names <= columns, table


def test_a_purge_leaves_what_others_hold(store: Store) -> None:
    canary = Canaries()
    fill(store, canary)
    other = "6d" * 32
    record = {"digests": [other], "reply": "kept reply of another document", "part": 1}
    store.batches.save(BatchItem("run", 7, "other", "b.pdf", "received", record=record))
    store.batches.save(BatchItem("run", 8, "waiting", "c.pdf", "submitted", record={"digests": [other]}))
    options = store.batches.get("run").options
    store.sessions.delete("s1", purge=True)
    assert {item.key for item in store.batches.items("run")} >= {"other", "waiting"}
    assert store.batches.item("run", "other").record["reply"] == record["reply"]  # type: ignore[union-attr]
    assert store.batches.get("run").options == options, "they are needed to collect and to check"
    found = store.maintenance.orphans()
    assert found.replies == 1
    store.maintenance.purge(orphans=True)
    assert [item.key for item in store.batches.items("run") if item.status == "received"] == []
    assert store.batches.item("run", "waiting") is not None, "it is still at the provider"
    assert store.batches.get("run").options == options
