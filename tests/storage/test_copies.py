"""A backup is whole, though the store is in use."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.domain.turns import Turn
from docanalyst.storage import Store

Make = Callable[..., Turn]


def test_a_backup_made_while_turns_are_written_is_whole(
    store: Store, session_id: str, asked: Make, finished: Make, tmp_path: Path
) -> None:
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            store.turns.finish(finished(store.turns.start(asked(session_id))))

    writer = threading.Thread(target=write)
    store.turns.finish(finished(store.turns.start(asked(session_id))))
    writer.start()
    try:
        copies = [store.maintenance.backup(tmp_path / f"copy{place}.db") for place in range(5)]
    finally:
        stop.set()
        writer.join()
    lengths = []
    for copy in copies:
        assert [path.name for path in tmp_path.glob(f"{copy.name}*")] == [copy.name]
        if os.name == "posix":
            assert copy.stat().st_mode & 0o777 == 0o600
        with Store.open(copy) as opened:
            assert opened.maintenance.check() == []
            turns = opened.sessions.get(session_id).turns
            lengths.append(len(turns))
            assert (
                turns == store.sessions.get(session_id).turns[: len(turns)] or turns[-1].status == "running"
            )
    assert lengths == sorted(lengths)
    assert lengths[0] >= 1


def test_a_backup_replaces_nothing_unasked(store: Store, session_id: str, tmp_path: Path) -> None:
    target = tmp_path / "copy.db"
    target.write_text("mine")
    with pytest.raises(UsageError, match="already exists"):
        store.maintenance.backup(target)
    assert target.read_text() == "mine"
    assert store.maintenance.backup(target, overwrite=True) == target
    with pytest.raises(UsageError, match="the database itself"):
        store.maintenance.backup(store.path, overwrite=True)
    with pytest.raises(UsageError, match="does not exist"):
        store.maintenance.backup(tmp_path / "none" / "copy.db")
    (tmp_path / "folder").mkdir()
    assert store.maintenance.backup(tmp_path / "folder").name == store.path.name


def test_a_backup_that_cannot_be_written_leaves_nothing(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.storage import copies

    def full(source: Path, target: Path) -> None:
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(copies, "_fill", full)
    with pytest.raises(StorageError, match="disk is full"):
        store.maintenance.backup(tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
