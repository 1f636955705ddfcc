"""What is purged is gone from every file of the data directory."""

from __future__ import annotations

import dataclasses
import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.domain.turns import Turn
from docanalyst.storage import Store, new_id
from docanalyst.storage.batches import BatchItem, BatchRun
from docanalyst.storage.maintenance import purge as forgetting

Make = Callable[..., Turn]
RUN = 12


def secret_document(name: str, seed: int, pages: int = 60) -> Document:
    """A document whose words occur nowhere else; some long, some Chinese."""
    rng = random.Random(seed)
    letters = "bcdfghjklmnprstvz"

    def word() -> str:
        return "".join(rng.choice(letters) for _ in range(rng.choice((3, 5, 8, 15, 30))))

    def text() -> str:
        chinese = "".join(chr(0x5000 + rng.randrange(4000)) for _ in range(80))
        return " ".join(word() for _ in range(250)) + "。" + chinese

    return Document(
        sha256=f"{seed:02x}" * 32,
        title=f"{name} {word()}",
        pages=tuple(Page(number, None, text()) for number in range(1, pages + 1)),
        path=f"{name}.pdf",
    )


def runs(text: str) -> set[bytes]:
    """Every run of 12 characters of the text, in each encoding a file might hold it."""
    return {
        text[start : start + RUN].encode(encoding)
        for start in range(len(text) - RUN + 1)
        for encoding in ("utf-8", "utf-16-le")
    }


def traces(directory: Path, document: Document) -> list[str]:
    """Files of the directory that hold a run of 12 characters of the document's text."""
    wanted = set().union(*(runs(page.text) for page in document.pages))
    by_head = {}
    for run in wanted:
        by_head.setdefault(len(run), set()).add(run)
    found = []
    for path in directory.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for length, known in by_head.items():
                if any(content[at : at + length] in known for at in range(len(content) - length + 1)):
                    found.append(path.name)
                    break
    return found


@pytest.fixture
def two(store: Store, asked: Make, finished: Make) -> tuple[Store, Document, Document]:
    """A store with a document to forget in one session, and one to keep, used in both."""
    gone, kept = secret_document("gone", 1, 24), secret_document("kept", 2, 12)
    store.sessions.create("first", "First", [gone, kept])
    store.sessions.create("second", "Second", [kept])
    for session_id, document in (("first", gone), ("second", kept)):
        for page in document.pages[:6]:
            begun = store.turns.start(asked(session_id, f"What of {page.text[:60]}?"))
            store.turns.save_partial(begun.id, page.text[:500], page.text[500:900])
            citation = dataclasses.replace(
                finished(begun).citations[0], quote=page.text[100:300], closest=page.text[300:400]
            )
            store.turns.finish(
                finished(begun, answer=page.text, reasoning=page.text[-300:], citations=(citation,))
            )
    return store, gone, kept


@pytest.mark.slow
def test_after_a_purge_no_run_of_the_text_is_left(two: tuple[Store, Document, Document]) -> None:
    store, gone, kept = two
    cache = store.directory / "cache" / gone.sha256[:2]
    cache.mkdir(parents=True)
    (cache / f"{gone.sha256}.json").write_text(gone.pages[0].text)
    (cache / f"{kept.sha256}.json").write_text("other")
    copy = store.path.with_name(f"{store.path.name}.before-upgrade-from-1")
    store.maintenance.backup(copy)
    store.maintenance.backup(store.path.with_name(f"{store.path.name}.damaged-20260101-000000"))
    rescued = store.turns.rescue(dataclasses.replace(store.sessions.get("first").turns[0], id="rescued"))
    answered = {
        key: {"session_id": session, "answers": [document.pages[9].text]}
        for key, session, document in (("gone", "first", gone), ("kept", "second", kept))
    } | {"sent": {"session_id": "first"}}
    items = [BatchItem("run", place, key, "a.pdf") for place, key in enumerate(answered, 1)]
    store.batches.start(BatchRun("run", "out.csv", "groq", "m"), items)
    for item in items:
        store.batches.save(dataclasses.replace(item, status="complete", record=answered[item.key]))
    assert {"docanalyst.db-wal", copy.name, rescued.name, f"{gone.sha256}.json"} <= set(
        traces(store.directory, gone)
    )
    store.sessions.delete("first", purge=True)
    assert traces(store.directory, gone) == []
    assert "docanalyst.db" in traces(store.directory, kept)
    assert (cache / f"{kept.sha256}.json").exists()
    assert [item.key for item in store.batches.items("run")] == ["kept", "sent"]
    assert store.sessions.documents("second") == (kept,)
    assert len(store.sessions.get("second").turns) == 6
    assert store.maintenance.check() == []
    with pytest.raises(UsageError):
        store.documents.get(gone.sha256)
    assert len(store.reports.search(kept.pages[3].text.split()[0])) > 0


def test_deleting_without_purge_keeps_the_document(two: tuple[Store, Document, Document]) -> None:
    store, gone, _ = two
    store.sessions.delete("first")
    assert store.documents.get(gone.sha256) == gone
    assert [hit.kind for hit in store.reports.search(gone.pages[3].text.split()[0])] == ["page"]


def test_a_document_another_session_uses_stays(two: tuple[Store, Document, Document]) -> None:
    store, gone, kept = two
    store.sessions.delete("second", purge=True)
    assert store.sessions.documents("first") == (gone, kept)


@pytest.mark.slow
def test_a_reader_in_the_way_is_said(
    two: tuple[Store, Document, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, gone, _ = two
    monkeypatch.setattr(forgetting, "PATIENCE", 0.1)
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM turns").fetchone()
    store._ground.database.connection.execute("PRAGMA busy_timeout=50")
    with pytest.raises(StorageError, match="traces of the text may remain"):
        store.sessions.delete("first", purge=True)
    reader.close()
    with pytest.raises(UsageError):
        store.sessions.get("first")
    store.maintenance.purge()
    assert traces(store.directory, gone) == []


@pytest.mark.slow
def test_what_a_reader_prevented_is_done_at_the_next_start(
    two: tuple[Store, Document, Document], monkeypatch: pytest.MonkeyPatch
) -> None:
    store, gone, _ = two
    monkeypatch.setattr(forgetting, "PATIENCE", 0.1)
    reader = sqlite3.connect(store.path, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM turns").fetchone()
    with pytest.raises(StorageError, match="traces of the text may remain"):
        store.sessions.delete("first", purge=True)
    assert store.maintenance.unfinished_purges() == 1
    monkeypatch.setattr(forgetting, "PATIENCE_AT_START", 0.1)
    with Store.open(store.path) as second:
        assert second.maintenance.unfinished_purges() == 1, "the reader still prevents it"
    reader.close()
    with Store.open(store.path) as third:
        assert third.maintenance.unfinished_purges() == 0
    assert traces(store.directory, gone) == []
    assert not (store.directory / "purging").exists()


@pytest.mark.slow
def test_orphans_are_counted_and_purged(two: tuple[Store, Document, Document]) -> None:
    store, gone, kept = two
    packed = secret_document("packed", 3, 2)
    readings = store.directory / "cache" / "readings" / "14"
    readings.mkdir(parents=True)
    for document in (gone, kept, packed):
        (readings / f"{document.sha256}-hidden.json").write_text(document.pages[0].text)
        words = store.directory / "cache" / "ocr" / document.sha256
        words.mkdir(parents=True)
        (words / "1.json").write_text(document.pages[1].text)
    (readings / ".new-draft").write_text(packed.pages[0].text)
    requests = store.directory / "batches"
    requests.mkdir()
    (requests / "gone-1.jsonl").write_text(gone.pages[0].text)
    store.batches.start(
        BatchRun("run", "out.csv", "groq", "m", options={"job": {"questions": [gone.pages[2].text]}}),
        [BatchItem("run", 1, "a", "a.pdf")],
    )
    record = {"session_id": "first", "answers": [gone.pages[3].text], "digests": [gone.sha256]}
    store.batches.save(BatchItem("run", 1, "a", "a.pdf", "complete", record=record))
    store.batches.finish("run", "complete")
    assert store.maintenance.orphans().readings == 3, "the packed document and the draft"
    store.sessions.delete("first")
    found = store.maintenance.orphans()
    assert (found.documents, found.answers, found.readings) == (1, 1, 5)
    store.maintenance.purge(orphans=True)
    assert store.maintenance.orphans() == forgetting.Orphans()
    assert traces(store.directory, gone) == traces(store.directory, packed) == []
    assert store.batches.recent() == []
    assert (readings / f"{kept.sha256}-hidden.json").exists()
    assert store.sessions.documents("second") == (kept,)


@pytest.mark.slow
def test_a_forgotten_document_takes_every_session_about_it(
    two: tuple[Store, Document, Document], asked: Make, finished: Make
) -> None:
    store, _, kept = two
    third = secret_document("third", 4, 2)
    store.sessions.create("third", "Third", [third])
    follow = store.turns.start(asked("third", "And that one?"))
    receipt = dataclasses.replace(
        finished(follow).receipt,
        documents=tuple(
            dataclasses.replace(item, sha256=kept.sha256) for item in finished(follow).receipt.documents[:1]
        ),
    )
    store.turns.finish(finished(follow, answer=kept.pages[0].text, receipt=receipt))
    assert set(store.documents.at("kept.pdf")) == {kept.sha256}
    assert set(store.documents.sessions_about([kept.sha256])) == {"first", "second", "third"}
    store.documents.forget([kept.sha256])
    assert traces(store.directory, kept) == []
    assert store.sessions.recent() == []
    assert store.maintenance.check() == []


def test_a_document_that_a_follow_up_used_stays(
    two: tuple[Store, Document, Document], asked: Make, finished: Make
) -> None:
    store, gone, _ = two
    turn = store.turns.start(asked("second", "And that one?"))
    receipt = finished(turn).receipt
    documents = tuple(dataclasses.replace(item, sha256=gone.sha256) for item in receipt.documents[:1])
    store.turns.finish(finished(turn, receipt=dataclasses.replace(receipt, documents=documents)))
    store.sessions.delete("first", purge=True)
    assert store.documents.get(gone.sha256) == gone


def test_older_than(store: Store, asked: Make) -> None:
    old = store.sessions.create(new_id(), "Old")
    running = store.sessions.create(new_id(), "Old but running")
    store.turns.start(asked(running.id))
    boundary = datetime.fromisoformat(store.sessions.get(running.id).updated_at)
    fresh = store.sessions.create(new_id(), "Fresh")
    assert store.sessions.delete_older_than(boundary) == [old.id]
    assert store.sessions.delete_older_than(datetime(2025, 1, 1, tzinfo=UTC), purge=True) == []
    assert store.sessions.delete_older_than(datetime(2030, 1, 1, tzinfo=UTC)) == [fresh.id]
    assert [session.id for session in store.sessions.recent()] == [running.id]
