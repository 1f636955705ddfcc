"""Whatever is wrong with the disk or the file, the user is told what and what to do."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store

Make = Callable[..., Turn]
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX")


def refused(path: Path, message: str) -> StorageError:
    with pytest.raises(StorageError, match=message) as raised:
        Store.open(path, busy_seconds=0.2).close()
    assert raised.value.exit_code == 6
    assert raised.value.hint
    assert "Traceback" not in str(raised.value)
    return raised.value


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    path = tmp_path / "docanalyst.db"
    path.write_bytes(b"%PDF-1.7 this is not a database" * 400)
    assert "doctor --repair" in refused(path, "damaged").hint
    assert path.read_bytes().startswith(b"%PDF")


def test_a_folder_in_the_place_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "docanalyst.db").mkdir()
    refused(tmp_path / "docanalyst.db", "docanalyst.db")


def test_a_file_in_the_place_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    refused(tmp_path / "data" / "docanalyst.db", "data")


@posix
@pytest.mark.parametrize("existing", [False, True])
def test_a_folder_without_rights(tmp_path: Path, existing: bool) -> None:
    """Run as another user where we are root, whom no permission stops."""
    folder = tmp_path / "data"
    if existing:
        Store.open(folder / "docanalyst.db").close()
        (folder / "docanalyst.db").chmod(0o400)
    else:
        folder.mkdir()
    folder.chmod(0o500)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from docanalyst.domain.errors import StorageError; from docanalyst.storage import Store\n"
        "os.getuid() == 0 and os.setuid(int(sys.argv[2]))\n"
        "try: Store.open(Path(sys.argv[1]))\n"
        "except StorageError as error: print(type(error).__name__, error.message, '|', error.hint)"
    )
    if os.getuid() == 0:
        for place in (tmp_path, *tmp_path.parents):
            if not place.stat().st_mode & 0o005:
                place.chmod(place.stat().st_mode | 0o005)
        for item in (folder, *folder.iterdir()):
            os.chown(item, 65534, 65534)
    done = subprocess.run(
        [sys.executable, "-c", script, str(folder / "docanalyst.db"), "65534"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    folder.chmod(0o700)
    assert done.stderr == ""
    assert done.stdout.startswith("StorageError")
    assert "Cannot write" in done.stdout or "Cannot open" in done.stdout
    assert "--data-dir" in done.stdout


def test_a_file_another_program_holds(tmp_path: Path, store: Store, session_id: str, asked: Make) -> None:
    holder = sqlite3.connect(store.path, isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    with Store.open(store.path, busy_seconds=0.1) as second:
        assert len(second.sessions.recent()) == 1
        with pytest.raises(StorageError, match="in use by another program") as locked:
            second.turns.start(asked(session_id))
        assert "locked" not in locked.value.message
        holder.execute("ROLLBACK")
        assert second.turns.start(asked(session_id)).position == 1
    holder.close()


def test_a_file_held_for_itself_alone(tmp_path: Path) -> None:
    path = tmp_path / "docanalyst.db"
    Store.open(path).close()
    holder = sqlite3.connect(path, isolation_level=None)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    holder.execute("COMMIT")
    refused(path, "in use by another program")
    holder.close()
    Store.open(path).close()


def test_a_full_disk_loses_nothing_that_was_kept(
    store: Store, session_id: str, asked: Make, finished: Make
) -> None:
    begun = store.turns.start(asked(session_id))
    store.turns.save_partial(begun.id, "half an ans", None)
    connection = store._ground.database.connection
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count={pages}")
    with pytest.raises(StorageError, match="disk is full") as full:
        store.turns.finish(finished(begun, answer="long " * 100_000))
    assert "space" in full.value.hint
    assert store.turns.get(begun.id).answer == "half an ans"
    assert store.turns.get(begun.id).status is TurnStatus.RUNNING
    connection.execute("PRAGMA max_page_count=1000000")
    store.turns.finish(finished(begun))
    assert store.maintenance.check() == []


SMALL_DISK = """
import sys
from pathlib import Path
from docanalyst.domain.errors import StorageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id
import dataclasses

store = Store.open(Path(sys.argv[1]) / "data" / "docanalyst.db")
session = store.sessions.create(new_id(), "Small disk")
kept, rescued = [], None
for place in range(10_000):
    try:
        turn = store.turns.start(Turn(new_id(), session.id, f"Question {place}?", "scripted", "echo"))
        store.turns.save_partial(turn.id, "partial " * 1000)
    except StorageError as error:
        assert "disk is full" in error.message, error.message
        break
    done = dataclasses.replace(turn, status=TurnStatus.COMPLETE, answer=f"Answer {place}. " * 3000)
    try:
        store.turns.finish(done)
        kept.append(done)
    except StorageError as error:
        assert "disk is full" in error.message, error.message
        rescued = store.turns.rescue(done)
        break
for done in kept:
    assert store.turns.get(done.id) == done
assert len(kept) > 10
assert store.maintenance.check() == []
print(len(kept), rescued.parent.parent.name if rescued else "refused before sending")
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a small file system")
def test_a_really_full_disk(tmp_path: Path) -> None:
    mounted = f'mount -t tmpfs -o size=4m tmpfs "{tmp_path}" && exec "$0" "$@"'
    command = ["unshare", "--mount", "--map-root-user", "sh", "-c", mounted]
    try:
        able = subprocess.run([*command, "true"], capture_output=True, check=False).returncode == 0
    except FileNotFoundError:
        able = False
    if not able:
        pytest.skip("this system lets nobody mount a small file system")
    done = subprocess.run(
        [*command, sys.executable, "-c", SMALL_DISK, str(tmp_path)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stderr == ""
    assert done.stdout.split()[1] in ("data", "refused"), done.stdout


@posix
def test_a_file_size_limit_is_a_full_disk(tmp_path: Path) -> None:
    script = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (3_000_000, 3_000_000))\n" + SMALL_DISK
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.stderr == ""
    assert int(done.stdout.split()[0]) > 10


@posix
def test_open_rights_are_narrowed(tmp_path: Path) -> None:
    path = tmp_path / "docanalyst.db"
    Store.open(path).close()
    path.chmod(0o644)
    Store.open(path).close()
    assert path.stat().st_mode & 0o777 == 0o600


def test_no_trace_of_the_driver_reaches_the_user(store: Store, session_id: str, asked: Make) -> None:
    """Errors of SQLAlchemy come with the statement and its values; ours do not."""
    store._ground.database.connection.execute("DROP TABLE citations")
    with pytest.raises(StorageError) as raised:
        store.sessions.get(session_id)
    assert "SELECT" not in str(raised.value)
    assert "sqlalche.me" not in str(raised.value)
