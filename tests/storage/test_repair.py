"""What can be saved from a damaged file is saved."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn
from docanalyst.storage import Store
from docanalyst.storage.maintenance.repair import repair

Make = Callable[..., Turn]
NOW = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


@pytest.fixture(scope="module")
def forty(
    tmp_path_factory: pytest.TempPathFactory, lease: Document, judgment: Document, asked: Make, finished: Make
) -> bytes:
    """The file of a store of 40 sessions of 5 turns."""
    path = tmp_path_factory.mktemp("forty") / "docanalyst.db"
    with Store.open(path) as store:
        store._ground.database.connection.execute("PRAGMA synchronous=OFF")
        for place in range(40):
            session = store.sessions.create(f"session{place:02}", f"Session {place}", [lease, judgment])
            for number in range(5):
                turn = asked(session.id, f"Question {number}?")
                store.turns.finish(finished(turn, answer=f"Answer {number}. " * 60))
    return path.read_bytes()


@pytest.fixture
def filled(tmp_path: Path, forty: bytes) -> Path:
    path = tmp_path / "data" / "docanalyst.db"
    path.parent.mkdir()
    path.write_bytes(forty)
    return path


def test_a_sound_store_is_left_alone(filled: Path) -> None:
    before = filled.read_bytes()
    assert repair(filled, NOW).found == ()
    assert filled.read_bytes() == before


def test_no_store_is_no_trouble(tmp_path: Path) -> None:
    assert "no database" in repair(tmp_path / "docanalyst.db", NOW).found[0]


def test_a_broken_index_is_built_anew(filled: Path) -> None:
    connection = sqlite3.connect(filled)
    connection.execute("DELETE FROM turns_fts_data WHERE id > 10")
    connection.execute("UPDATE pages_fts_data SET block = x'00' WHERE id > 10")
    connection.commit()
    connection.close()
    with Store.open(filled) as store:
        assert len(store.maintenance.check()) == 2
    done = Store.repair(filled)
    assert len(done.found) == 2
    assert "nothing was lost" in done.done[0]
    assert done.kept is None
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
        assert store.reports.counts()["turns"] == 200
        assert [hit.kind for hit in store.reports.search("违约金")] == ["page"]


@pytest.mark.parametrize("seed", range(6))
def test_damaged_pages_cost_only_what_was_on_them(filled: Path, seed: int) -> None:
    content = bytearray(filled.read_bytes())
    rng = random.Random(seed)
    pages = len(content) // 4096
    for page in rng.sample(range(8, pages), 4):
        content[page * 4096 : (page + 1) * 4096] = rng.randbytes(4096)
    filled.write_bytes(content)
    done = repair(filled, NOW)
    if not done.found:
        return  # only free pages were hit
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
        counts = store.reports.counts()
        assert counts["turns"] >= 120
        saved = [turn for s in store.sessions.recent(100) for turn in store.sessions.get(s.id).turns]
        assert len(saved) == counts["turns"]
        assert {turn.answer for turn in saved} <= {f"Answer {number}. " * 60 for number in range(5)}
    if done.kept:
        assert done.kept.name == "docanalyst.db.damaged-20260506-070809"
        assert done.kept.read_bytes()[:4096] == bytes(content[:4096])
        assert dict(done.rows)["turns"] == counts["turns"]


def test_a_cut_file_gives_what_it_still_holds(filled: Path) -> None:
    content = filled.read_bytes()
    filled.write_bytes(content[: len(content) * 2 // 3 // 4096 * 4096])
    done = repair(filled, NOW)
    assert done.kept is not None
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
        assert store.reports.counts()["turns"] > 50
        assert store.reports.counts()["sessions"] > 10


def test_garbage_is_put_aside(tmp_path: Path) -> None:
    path = tmp_path / "docanalyst.db"
    path.write_bytes(b"garbage" * 1000)
    done = repair(path, NOW)
    assert done.kept is not None
    assert done.kept.read_bytes() == b"garbage" * 1000
    with Store.open(path) as store:
        assert store.sessions.recent() == []


def test_orphans_are_given_a_home(filled: Path) -> None:
    connection = sqlite3.connect(filled)
    connection.execute("DELETE FROM sessions WHERE id = 'session07'")
    connection.execute("DELETE FROM documents WHERE title LIKE 'Lease%'")
    connection.commit()
    connection.close()
    done = repair(filled, NOW)
    assert any("refers to a missing row" in problem for problem in done.found)
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
        assert store.sessions.get("session07").title == "Recovered session"
        assert len(store.sessions.get("session07").turns) == 5
        assert store.reports.counts() == {
            "documents": 2, "pages": 4, "sessions": 40, "turns": 200, "citations": 600,
        }  # fmt: skip


def test_a_store_in_use_or_newer_is_not_touched(filled: Path) -> None:
    import subprocess
    import sys

    script = (
        "import sys; from pathlib import Path; from docanalyst.storage import Store\n"
        "s = Store.open(Path(sys.argv[1])); print('open', flush=True); sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(filled)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(StorageError, match="in use"):
            repair(filled, NOW)
        holder.kill()
    connection = sqlite3.connect(filled)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StorageError, match="newer"):
        repair(filled, NOW)


def _pages_of(path: Path, table: str, kind: int) -> list[int]:
    """Numbers of the file's pages of this kind that belong to a table, from its root on."""
    with sqlite3.connect(path) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,)).fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    data = path.read_bytes()
    found, waiting = [], [root]
    while waiting:
        number = waiting.pop()
        page = data[(number - 1) * size : number * size]
        if page[0] == kind:
            found.append(number)
        if page[0] == 5:
            cells = int.from_bytes(page[3:5], "big")
            places = [int.from_bytes(page[12 + 2 * cell : 14 + 2 * cell], "big") for cell in range(cells)]
            waiting += [int.from_bytes(page[place : place + 4], "big") for place in places]
            waiting.append(int.from_bytes(page[8:12], "big"))
    return found


def _overwrite(path: Path, numbers: list[int], seed: int = 1) -> None:
    with sqlite3.connect(path) as connection:
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    rng = random.Random(seed)
    with path.open("r+b") as file:
        for number in numbers:
            file.seek((number - 1) * size)
            file.write(rng.randbytes(size))


@pytest.mark.parametrize("table", ["turns", "citations"])
def test_rows_below_a_damaged_root_are_read_from_their_own_pages(filled: Path, table: str) -> None:
    with Store.open(filled) as store:
        before = [store.sessions.get(session.id) for session in store.sessions.recent(50)]
    inner = _pages_of(filled, table, 5)
    assert inner, "the table is large enough to have a root above its leaves"
    _overwrite(filled, inner)
    done = Store.repair(filled)
    assert done.kept is not None and done.lost == ()
    with Store.open(filled) as store:
        assert [store.sessions.get(session.id) for session in store.sessions.recent(50)] == before
        assert store.maintenance.check() == []
        assert store.reports.search("Answer")


def test_what_is_lost_is_said(filled: Path) -> None:
    leaves = _pages_of(filled, "turns", 13)
    _overwrite(filled, leaves[1:3])
    done = Store.repair(filled)
    assert any("turn" in line and "lost" in line for line in done.lost)
    with Store.open(filled) as store:
        kept = sum(session.turn_count for session in store.sessions.recent(50))
    assert 100 < kept < 200
    assert f"turns {kept}" in done.done[0]


def test_pages_in_the_journal_are_read_too(filled: Path, asked: Make, finished: Make) -> None:
    with Store.open(filled) as store:
        store._ground.database.connection.execute("PRAGMA wal_autocheckpoint=0")
        turn = store.turns.finish(finished(store.turns.start(asked("session00", "In the journal?"))))
        data = {name: filled.with_name(name).read_bytes() for name in (filled.name, f"{filled.name}-wal")}
    for name, content in data.items():
        filled.with_name(name).write_bytes(content)
    from docanalyst.storage.maintenance.leaves import DamagedFile

    ids = {values[1] for _, values in DamagedFile(filled).rows() if len(values) > 40}
    assert turn.id in ids and len(ids) == 201


@pytest.mark.parametrize("seed", range(6))
def test_any_bytes_are_read_without_a_crash(filled: Path, seed: int) -> None:
    from docanalyst.storage.maintenance.leaves import DamagedFile

    rng = random.Random(seed)
    data = bytearray(filled.read_bytes())
    for _ in range(3_000):
        data[rng.randrange(len(data))] = rng.randrange(256)
    filled.write_bytes(data[: rng.randrange(len(data))] if seed % 2 else data)
    assert sum(1 for _ in DamagedFile(filled).rows()) >= 0
    done = Store.repair(filled)
    assert done.found
    with Store.open(filled) as store:
        assert store.maintenance.check() == []
