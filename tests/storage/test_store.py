"""What goes into the store comes out again, field by field."""

from __future__ import annotations

import dataclasses
import json
import os
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.domain.records.turns import turn_record
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id
from docanalyst.storage.reports.search import Filters

Make = Callable[..., Turn]


def test_a_document_comes_back_as_it_went_in(store: Store, lease: Document) -> None:
    store.documents.add(lease, tokens={1: 20, 3: 15})
    stored = store.documents.get(lease.sha256[:10])
    assert stored == lease
    assert stored.metadata == lease.metadata


def test_the_first_count_of_a_page_stays_while_its_text_does(store: Store, lease: Document) -> None:
    def counts() -> list[object]:
        return [row[0] for row in store.reports.query("SELECT tokens FROM pages ORDER BY number").rows]

    store.documents.add(lease)
    assert counts() == [None, None, None]
    store.documents.add(lease, tokens={1: 20, 3: 15})
    store.documents.add(lease, tokens={1: 21, 2: 9, 3: 16})
    assert counts() == [20, 9, 15]
    pages = (dataclasses.replace(lease.pages[0], text="Read anew."), *lease.pages[1:])
    store.documents.add(dataclasses.replace(lease, pages=pages), tokens={1: 4})
    assert counts() == [4, 9, 15]


def test_line_numbers_stay_with_their_page(store: Store, lease: Document) -> None:
    bare = dataclasses.replace(lease.pages[0], line_numbers=())
    store.documents.add(dataclasses.replace(lease, pages=(bare, *lease.pages[1:])))
    assert store.documents.get(lease.sha256).pages[0].line_at(40) is None
    store.documents.add(lease)
    page = store.documents.get(lease.sha256).pages[0]
    assert page.line_numbers == ((0, 11), (35, 12)) and page.line_at(40) == 12
    store.documents.add(dataclasses.replace(lease, pages=(bare, *lease.pages[1:])))
    assert store.documents.get(lease.sha256).pages[0].line_at(3) == 11
    again = dataclasses.replace(lease.pages[0], text="Read anew.", line_numbers=())
    store.documents.add(dataclasses.replace(lease, pages=(again, *lease.pages[1:])))
    assert store.documents.get(lease.sha256).pages[0].line_numbers == ()


def test_pages_of_selections_are_merged(store: Store, lease: Document) -> None:
    store.documents.add(lease.select([3]))
    assert store.documents.get(lease.sha256).pages == lease.pages[2:]
    assert store.documents.get(lease.sha256).page_count == 3
    store.documents.add(lease.select([1, 2]))
    assert store.documents.get(lease.sha256) == lease


def test_a_new_reading_replaces_a_page_but_never_text_by_nothing(store: Store, lease: Document) -> None:
    store.documents.add(lease)
    blank = dataclasses.replace(lease, pages=(Page(1, "i", "Better reading."), Page(3, "1", "  ")))
    store.documents.add(blank)
    stored = store.documents.get(lease.sha256)
    assert [page.text for page in stored.pages] == ["Better reading.", "", lease.pages[2].text]


def test_a_turn_comes_back_with_every_field(
    store: Store, session_id: str, asked: Make, finished: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    assert begun.status is TurnStatus.RUNNING
    assert (begun.position, begun.started_at) == (1, "2026-01-02T03:04:07.000+00:00")
    assert store.turns.get(begun.id) == begun
    done = store.turns.finish(finished(begun))
    assert done == finished(begun)
    assert store.turns.get(done.id[:14]) == done
    assert all(
        getattr(done, field.name) not in (None, "", ())
        for field in dataclasses.fields(done)
        if field.name not in ("parent_id", "error")
    )


def test_a_failed_turn_keeps_what_is_unknown_unknown(store: Store, session_id: str, asked: Make) -> None:
    begun = store.turns.start(asked(session_id))
    failed = dataclasses.replace(begun, status=TurnStatus.FAILED, error="The provider hung up.")
    store.turns.finish(failed)
    stored = store.turns.get(begun.id)
    assert stored == failed
    assert (stored.usage, stored.cost, stored.receipt, stored.coverage) == (None, None, None, None)


def test_finishing_again_replaces(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    begun = store.turns.start(asked(session_id))
    store.turns.finish(finished(begun))
    fewer = finished(begun, answer="Shorter.", citations=finished(begun).citations[:1])
    store.turns.finish(fewer)
    assert store.turns.get(begun.id) == fewer


def test_a_turn_is_not_finished_while_running(store: Store, session_id: str, asked: Make) -> None:
    begun = store.turns.start(asked(session_id))
    with pytest.raises(StorageError, match="still “running”"):
        store.turns.finish(begun)


def test_a_turn_needs_its_session(store: Store, asked: Make) -> None:
    with pytest.raises(StorageError, match="no session"):
        store.turns.start(asked("nosuchsession"))
    assert store.sessions.recent() == []


def test_partial_answers_are_kept_until_the_turn_is_finished(
    store: Store, session_id: str, asked: Make, finished: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    assert store.turns.save_partial(begun.id, "No, n", "Let me see")
    assert store.turns.get(begun.id).answer == "No, n"
    assert store.turns.get(begun.id).status is TurnStatus.RUNNING
    done = store.turns.finish(finished(begun))
    assert not store.turns.save_partial(begun.id, "late", None)
    assert store.turns.get(begun.id) == done


def test_sessions_are_listed_latest_first(
    store: Store, lease: Document, judgment: Document, asked: Make
) -> None:
    first = store.sessions.create(new_id(), "First", [lease.select([1, 3])])
    second = store.sessions.create(new_id(), "Second", [judgment, lease])
    assert [session.title for session in store.sessions.recent()] == ["Second", "First"]
    store.turns.start(asked(first.id))
    listed = store.sessions.recent()
    assert [session.title for session in listed] == ["First", "Second"]
    assert listed[0].turn_count == 1
    assert listed[0].turns == ()
    assert [document.pages for document in listed[0].documents] == ["1,3"]
    assert listed[1].documents == second.documents
    assert [s.title for s in store.sessions.recent(1, offset=1)] == ["Second"]
    assert [s.title for s in store.sessions.recent(document=judgment.sha256[:8])] == ["Second"]
    latest = store.sessions.latest()
    assert latest is not None
    assert (latest.id, len(latest.turns)) == (first.id, 1)


def test_an_empty_store_has_no_latest_session(store: Store) -> None:
    assert store.sessions.latest() is None


def test_a_session_gives_its_documents_as_it_took_them(store: Store, lease: Document) -> None:
    taken = dataclasses.replace(lease.select([3]), title="The lease", path="other/place.pdf")
    session = store.sessions.create(new_id(), "Consent", [taken])
    store.documents.add(lease)
    assert store.sessions.documents(session.id) == (taken,)


def test_ids_may_be_shortened_while_unique(store: Store) -> None:
    for name in ("0abc1", "0abc2", "1xyz0"):
        store.sessions.create(name, f"Session {name}")
    assert store.sessions.get("1X").id == "1xyz0"
    with pytest.raises(UsageError) as ambiguous:
        store.sessions.get("0ab")
    assert "0abc1 (Session 0abc1)" in ambiguous.value.message
    assert "0abc2" in ambiguous.value.message
    with pytest.raises(UsageError) as unknown:
        store.sessions.get("zz%")
    assert "1xyz0" in unknown.value.hint
    for nothing in ("", "  ", "_", "%"):
        with pytest.raises(UsageError):
            store.sessions.get(nothing)


def test_renamed_and_deleted(
    store: Store, session_id: str, lease: Document, asked: Make, finished: Make
) -> None:
    turn = store.turns.finish(finished(store.turns.start(asked(session_id))))
    store.sessions.rename(session_id, "Consent to assign")
    assert store.sessions.get(session_id).title == "Consent to assign"
    store.sessions.delete(session_id)
    with pytest.raises(UsageError):
        store.sessions.get(session_id)
    with pytest.raises(UsageError):
        store.turns.get(turn.id)
    assert store.documents.get(lease.sha256) == lease


def test_history_follows_parents(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    def ask(question: str, parent: str | None) -> Turn:
        return store.turns.finish(finished(store.turns.start(asked(session_id, question, parent_id=parent))))

    first = ask("one", None)
    second = ask("two", first.id)
    ask("three", second.id)
    fork = ask("instead", first.id)
    assert [turn.question for turn in store.turns.history(fork.id)] == ["one", "instead"]
    assert [turn.position for turn in store.sessions.get(session_id).turns] == [1, 2, 3, 4]


def test_hostile_text_is_kept(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    nasty = "nul \x00 esc \x1b[31m '; DROP TABLE turns; -- \u202e \U0001f600 " + "x" * 2_000_000
    begun = store.turns.start(asked(session_id, nasty))
    done = store.turns.finish(finished(begun, answer=nasty))
    assert store.turns.get(done.id) == done


def test_a_lone_surrogate_does_not_lose_the_answer(
    store: Store, session_id: str, asked: Make, finished: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    assert store.turns.save_partial(begun.id, "half \ud83d", "\udcff")
    store.turns.finish(finished(begun, answer="half \ud83d emoji"))
    assert store.turns.get(begun.id).answer == "half \ufffd emoji"


def test_names_that_are_not_unicode_are_no_crash(store: Store, lease: Document) -> None:
    """A file name in another encoding reaches Python with lone surrogates."""
    document = dataclasses.replace(lease, path="caf\udce9.pdf", title="caf\udce9")
    session = store.sessions.create(new_id(), "caf\udce9", [document])
    store.sessions.rename(session.id, "th\udce9")
    assert store.sessions.get(session.id).title == "th\ufffd"
    assert store.sessions.documents(session.id)[0].path == "caf\ufffd.pdf"
    for call in (
        store.sessions.get,
        store.turns.get,
        store.documents.get,
        store.reports.query,
        store.reports.search,
    ):
        with pytest.raises(UsageError):
            call("\udce9")  # type: ignore[operator]
    assert store.reports.search("rent", Filters(document="\udce9")) == []
    assert store.reports.search("rent", Filters(provider="\udce9")) == []


def test_threads_take_turns(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(10):
                turn = store.turns.start(asked(session_id))
                store.turns.save_partial(turn.id, "part")
                store.sessions.recent()
                store.turns.finish(finished(turn))
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    turns = store.sessions.get(session_id).turns
    assert [turn.position for turn in turns] == list(range(1, 61))
    assert {turn.status for turn in turns} == {TurnStatus.COMPLETE}


@pytest.mark.skipif(os.name != "posix", reason="POSIX permissions")
def test_files_are_the_owners_alone(store: Store, session_id: str) -> None:
    assert stat.S_IMODE(store.directory.stat().st_mode) == 0o700
    store.secret()
    files = [path for path in store.directory.rglob("*") if path.is_file()]
    assert {path.name for path in files} >= {"docanalyst.db", "docanalyst.db-wal", "secret"}
    assert {path.name: stat.S_IMODE(path.stat().st_mode) for path in files} == dict.fromkeys(
        (path.name for path in files), 0o600
    )


def test_the_secret_is_made_once(store: Store) -> None:
    secrets: list[bytes] = []
    threads = [threading.Thread(target=lambda: secrets.append(store.secret())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(secrets)) == 1
    assert len(secrets[0]) == 32
    assert (store.directory / "secret").read_bytes() == secrets[0]
    assert [path.name for path in store.directory.iterdir() if path.name.startswith(".secret")] == []


def test_a_broken_secret_is_replaced(store: Store) -> None:
    (store.directory / "secret").write_bytes(b"")
    assert len(store.secret()) == 32
    assert store.secret() == store.secret()


def test_ids_sort_by_time_and_differ() -> None:
    early = new_id(datetime(2026, 1, 1, tzinfo=UTC))
    late = new_id(datetime(2026, 1, 1, 0, 0, 1, tzinfo=UTC))
    assert early < late
    assert len(early) == len(late) == 16
    assert len({new_id() for _ in range(10_000)}) == 10_000


def test_what_does_not_need_sqlmodel_does_not_load_it(store: Store, session_id: str) -> None:
    script = (
        "import sys; from pathlib import Path; from docanalyst.storage import Store\n"
        "s = Store.open(Path(sys.argv[1])); s.turns.recover()\n"
        "print(len(s.sessions.recent())); s.secret(); s.close()\n"
        "sys.exit(any(m in sys.modules for m in ('sqlmodel', 'sqlalchemy', 'pydantic')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(store.path)], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "1", "")


def test_turns_are_plain_in_the_file(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    """The columns that other programs rely on."""
    turn = store.turns.finish(finished(store.turns.start(asked(session_id))))
    connection = sqlite3.connect(store.path)
    connection.row_factory = sqlite3.Row
    row = connection.execute("SELECT * FROM turns WHERE id = ?", (turn.id,)).fetchone()
    assert (row["status"], row["cost_micros"], row["currency"]) == ("complete", 1_234, "USD")
    assert (row["window"], row["counted_tokens"], row["input_tokens"]) == (131_072, 412, 420)
    assert (row["prompt_name"], row["context_sha256"]) == ("clauses", "ab" * 32)
    cited = connection.execute("SELECT * FROM citations ORDER BY position").fetchall()
    assert [(c["number"], c["verdict"], c["found_page"], c["span_end"]) for c in cited] == [
        (1, "verbatim", 3, 76),
        (1, "altered", None, None),
        (7, "unknown_document", None, None),
    ]
    assert json.loads(cited[1]["differences"])[0] == ["六十", "五十", "number"]
    connection.close()


def test_what_is_written_at_once_is_all_there_or_not_at_all(
    store: Store, lease: Document, asked: Make, finished: Make
) -> None:
    with pytest.raises(StorageError), store.at_once():
        store.sessions.create("half", "Half", [lease])
        store.turns.start(asked("no such session"))
    assert store.sessions.recent() == []
    with pytest.raises(UsageError):
        store.documents.get(lease.sha256)
    with store.at_once():
        store.sessions.create("whole", "Whole", [lease])
        turn = store.turns.start(asked("whole"))
    assert store.sessions.get("whole").turns[0].id == turn.id


def test_asking_needs_no_sqlmodel(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    """Half a second before the first answer, and ten times the processor in a batch."""
    turn = finished(store.turns.start(asked(session_id)))
    script = (
        "import json, sys; from pathlib import Path; from docanalyst.storage import Store\n"
        "from docanalyst.domain.records.turns import turn_from_record\n"
        "s = Store.open(Path(sys.argv[1])); t = turn_from_record(json.loads(sys.stdin.read()))\n"
        "s.sessions.create('new', 'New'); s.turns.finish(t); s.close()\n"
        "sys.exit(any(m in sys.modules for m in ('sqlmodel', 'sqlalchemy', 'pydantic')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(store.path)],
        input=json.dumps(turn_record(turn)),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert store.turns.get(turn.id).answer == turn.answer
