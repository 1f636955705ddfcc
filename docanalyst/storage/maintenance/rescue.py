"""Recovers turns that could not be written to the database, and turns of dead processes."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from docanalyst.domain.errors import DocanalystError
from docanalyst.domain.records.turns import turn_from_record, turn_record
from docanalyst.domain.turns import Turn
from docanalyst.storage.copies import give_reserve
from docanalyst.storage.database import Database, write_private
from docanalyst.storage.faults import storage_error
from docanalyst.storage.owners import OwnerLock
from docanalyst.storage.sessions import partials

FOLDER = "rescued"


def write(turn: Turn, data: Path, directory: Path | None = None) -> Path:
    """Write the turn as a JSON file, readable by its owner alone, and return the path.

    Raises StorageError.

    Args:
        directory: Folder to write to; `rescued/` in the data directory by default. If that fails, the
            reserved disk space is freed and the write retried, then the system's temporary directory is used.
    """
    content = json.dumps(turn_record(turn), ensure_ascii=True, indent=1).encode()
    folder = data / FOLDER if directory is None else directory
    try:
        return _write(folder, turn.id, content)
    except OSError as error:
        failure = error
    if give_reserve(data):
        try:
            return _write(folder, turn.id, content)
        except OSError as error:
            failure = error
    try:
        return _write(_elsewhere(data), turn.id, content)
    except OSError:
        raise storage_error(failure, folder) from failure


def recover(database: Database, owner: OwnerLock, finish: Callable[[Turn], Turn]) -> list[Turn]:
    """Mark running turns of dead processes as interrupted, import rescued turns, and return both."""
    data = database.path.parent
    taken = _take_in(data / FOLDER, finish) + _take_in(_elsewhere(data), finish)
    with database.lock:
        with database.reading() as connection:
            dead = [name for name in partials.running_owners(connection) if not owner.is_alive(name)]
        if not dead:
            return taken
        with database.writing() as connection:
            closed = partials.interrupt(connection, dead)
        from docanalyst.storage.sessions import rows

        with database.orm() as orm:
            return taken + rows.read_turns(orm, closed)


def forget(data: Path, names: set[str], kept: set[str] | None = None) -> None:
    """Delete rescued turns that name any of these sessions or documents. Raises OSError.

    Args:
        names: IDs of sessions and SHA-256 of documents.
        kept: Delete also every turn of another session than these; one whose session was deleted is never
            imported.
    """
    for folder in (data / FOLDER, _elsewhere(data)):
        for path in folder.glob("*.json"):
            text = path.read_text("utf-8", "replace")
            lost = kept is not None and not any(session_id in text for session_id in kept)
            if lost or any(name in text for name in names):
                path.unlink(missing_ok=True)
        # Drafts of processes that were killed.
        for path in folder.glob("*.part"):
            path.unlink(missing_ok=True)


def _elsewhere(data: Path) -> Path:
    """Return a folder in the temporary directory, always the same for this data directory."""
    mark = hashlib.sha256(str(data).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"docanalyst-rescued-{mark}"


def _write(folder: Path, turn_id: str, content: bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if not _is_ours(folder):
        raise PermissionError(13, "belongs to another user", str(folder))
    target = folder / f"{turn_id}.json"
    draft = folder / f"{turn_id}.part"
    draft.unlink(missing_ok=True)
    try:
        write_private(draft, content)
        draft.replace(target)
    except OSError:
        draft.unlink(missing_ok=True)
        raise
    return target


def _is_ours(folder: Path) -> bool:
    if os.name != "posix":
        return True
    status = folder.lstat()
    return status.st_uid == os.getuid() and folder.is_dir() and not folder.is_symlink()


def _take_in(folder: Path, finish: Callable[[Turn], Turn]) -> list[Turn]:
    taken: list[Turn] = []
    if not folder.is_dir() or not _is_ours(folder):
        return taken
    for path in sorted(folder.glob("*.json")):
        try:
            turn = finish(turn_from_record(json.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, DocanalystError):
            # Keep the file: a later start may be able to import it.
            continue
        taken.append(turn)
        path.unlink(missing_ok=True)
    return taken
