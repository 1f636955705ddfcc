"""After an accident: turns kept beside a store that could not take them, and turns of dead processes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from docanalyst.domain.errors import DocanalystError
from docanalyst.domain.records import turn_from_record, turn_record
from docanalyst.domain.turns import Turn
from docanalyst.storage import partials
from docanalyst.storage.database import Database, write_private
from docanalyst.storage.faults import translated
from docanalyst.storage.owners import OwnerLock

FOLDER = "rescued"


def write(turn: Turn, directory: Path) -> Path:
    """Writes the turn as JSON to `rescued/` in the directory, owner-only; returns the file.

    Raises StorageError where that cannot be written either.
    """
    folder = directory / FOLDER
    target = folder / f"{turn.id}.json"
    draft = folder / f"{turn.id}.part"
    with translated(target):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft.unlink(missing_ok=True)
        try:
            write_private(draft, json.dumps(turn_record(turn), ensure_ascii=True, indent=1).encode())
            draft.replace(target)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
    return target


def recover(database: Database, owner: OwnerLock, finish: Callable[[Turn], Turn]) -> list[Turn]:
    """Makes running turns of dead processes `interrupted` and takes rescued turns in; returns them."""
    taken = _take_in(database.path.parent / FOLDER, finish)
    with database.lock:
        with database.reading() as connection:
            dead = [name for name in partials.running_owners(connection) if not owner.is_alive(name)]
        if not dead:
            return taken
        with database.writing() as connection:
            closed = partials.interrupt(connection, dead)
        from docanalyst.storage import turns

        with database.orm() as orm:
            return taken + turns.read(orm, closed)


def _take_in(folder: Path, finish: Callable[[Turn], Turn]) -> list[Turn]:
    taken: list[Turn] = []
    if not folder.is_dir():
        return taken
    for path in sorted(folder.glob("*.json")):
        try:
            turn = finish(turn_from_record(json.loads(path.read_text("utf-8"))))
        except (OSError, ValueError, DocanalystError):
            # Left where it is: a later start may find room for it, and nothing is thrown away.
            continue
        taken.append(turn)
        path.unlink(missing_ok=True)
    return taken
