"""Nothing that was asked is lost, whatever happens to the process or the disk."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, copies
from docanalyst.storage.maintenance import rescue
from docanalyst.storage.owners import OwnerLock

Make = Callable[..., Turn]

ASKING = """
import sys
from pathlib import Path
from docanalyst.domain.turns import Turn
from docanalyst.storage import Store
store = Store.open(Path(sys.argv[1]))
turn = store.turns.start(Turn("asked-elsewhere", sys.argv[2], "Still there?", "scripted", "echo"))
store.turns.save_partial(turn.id, "As far as 我们", "hm")
print("asked", flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def elsewhere(store: Store, session_id: str) -> Iterator[subprocess.Popen[str]]:
    """Another process in the middle of a turn."""
    process = subprocess.Popen(
        [sys.executable, "-c", ASKING, str(store.path), session_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "asked\n"
    yield process
    process.kill()
    process.communicate()


def test_a_living_process_is_left_alone_and_a_dead_one_recovered(
    store: Store, elsewhere: subprocess.Popen[str]
) -> None:
    assert store.turns.recover() == []
    assert store.turns.get("asked-elsewhere").status is TurnStatus.RUNNING
    elsewhere.kill()
    elsewhere.wait()
    (turn,) = store.turns.recover()
    assert (turn.status, turn.answer, turn.reasoning) == (TurnStatus.INTERRUPTED, "As far as 我们", "hm")
    assert store.turns.get(turn.id) == turn
    assert store.turns.recover() == []
    assert len(store.reports.search("我们", pages=False)) == 1
    assert store.maintenance.check() == []


def test_our_own_running_turns_are_left_alone(store: Store, session_id: str, asked: Make) -> None:
    begun = store.turns.start(asked(session_id))
    assert store.turns.recover() == []
    with Store.open(store.path) as second:
        assert second.turns.recover() == []
    assert store.turns.get(begun.id).status is TurnStatus.RUNNING
    assert store.turns.recover() == []


def test_a_closed_store_leaves_its_turns_to_the_next(
    tmp_path: Path, store: Store, session_id: str, asked: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    store.close()
    with Store.open(store.path) as again:
        assert [turn.id for turn in again.turns.recover()] == [begun.id]


def test_a_late_finish_wins_over_a_recovery(
    store: Store, session_id: str, asked: Make, finished: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    with store._ground.database.writing() as connection:
        connection.execute("UPDATE turns SET owner = 'nonsense'")
    assert [turn.id for turn in store.turns.recover()] == [begun.id]
    assert store.turns.finish(finished(begun)) == store.turns.get(begun.id)


@pytest.mark.parametrize("name", [None, "", "zz", "-5", "0", "f" * 40, "00000000000000ff"])
def test_unreadable_owners_are_dead(tmp_path: Path, name: str | None) -> None:
    owner = OwnerLock.take(tmp_path / "lock")
    assert not owner.is_alive(name)
    assert owner.is_alive(owner.name)
    assert not owner.others()
    assert owner.is_alive(owner.name)
    owner.release()


def test_a_turn_the_store_cannot_take_is_kept_beside_it(
    store: Store, session_id: str, asked: Make, finished: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    done = finished(begun)
    path = store.turns.rescue(done)
    assert path.parent == store.directory / "rescued"
    if os.name == "posix":
        assert (path.stat().st_mode & 0o777, path.parent.stat().st_mode & 0o777) == (0o600, 0o700)
    assert store.turns.recover() == [done]
    assert store.turns.get(begun.id) == done
    assert not path.exists()


def test_what_cannot_be_taken_in_stays_beside(store: Store, asked: Make, finished: Make) -> None:
    path = store.turns.rescue(finished(asked("nosuchsession")))
    broken = path.with_name("broken.json")
    broken.write_text("{")
    assert store.turns.recover() == []
    assert path.exists()
    assert broken.exists()


def test_the_reserve_makes_room_for_a_rescue(
    store: Store, session_id: str, asked: Make, finished: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    reserve = store.directory / copies.RESERVE_NAME
    assert reserve.stat().st_size == copies.RESERVE_BYTES
    write = rescue._write

    def full(folder: Path, turn_id: str, content: bytes) -> Path:
        if reserve.exists():
            raise OSError(28, "No space left on device", str(folder))
        return write(folder, turn_id, content)

    monkeypatch.setattr(rescue, "_write", full)
    path = store.turns.rescue(finished(store.turns.start(asked(session_id))))
    assert path.parent.parent == store.directory


def test_a_full_disk_sends_the_rescue_elsewhere_and_it_comes_back(
    store: Store,
    session_id: str,
    asked: Make,
    finished: Make,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(rescue.tempfile, "gettempdir", lambda: str(tmp_path / "temporary"))
    done = finished(store.turns.start(asked(session_id)))
    write = rescue._write

    def full(folder: Path, turn_id: str, content: bytes) -> Path:
        if folder.is_relative_to(store.directory):
            raise OSError(28, "No space left on device", str(folder))
        return write(folder, turn_id, content)

    monkeypatch.setattr(rescue, "_write", full)
    path = store.turns.rescue(done)
    assert path.is_relative_to(tmp_path / "temporary")
    assert store.turns.recover() == [done]
    monkeypatch.setattr(rescue.tempfile, "gettempdir", lambda: str(tmp_path / "none"))
    monkeypatch.setattr(rescue, "_is_ours", lambda folder: False)
    with pytest.raises(StorageError, match="disk is full"):
        store.turns.rescue(dataclasses.replace(done, id="second"))


@pytest.mark.skipif(os.name != "posix", reason="POSIX owners")
def test_a_planted_folder_is_not_read(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    path = store.turns.rescue(finished(store.turns.start(asked(session_id))))
    moved = store.directory / "elsewhere"
    path.parent.rename(moved)
    path.parent.symlink_to(moved)
    assert store.turns.recover() == []
