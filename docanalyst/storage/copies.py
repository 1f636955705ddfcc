"""Copies of the store: backups on request, and the space kept free for a bad moment."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.storage.database import connect
from docanalyst.storage.faults import translated

RESERVE_NAME = "reserve"
RESERVE_BYTES = 256 * 1024


def copy_store(source: Path, target: Path) -> None:
    """Writes a whole, consistent copy of the store at source to target, owner-only, replacing it.

    May run while the store is in use; target appears only once it is complete. Raises sqlite3.Error, OSError.
    """
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        with (
            closing(connect(source)) as reader,
            closing(sqlite3.connect(draft, isolation_level=None)) as copy,
        ):
            reader.backup(copy)
            # One file, without a journal beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def backup(source: Path, target: Path, *, overwrite: bool = False) -> Path:
    """A checked copy of the store in one file; returns its path. target: a file, or a folder.

    Raises UsageError where the target exists or is the store itself, StorageError.
    """
    target = Path(target).absolute()
    if target.is_dir():
        target = target / source.name
    if target == source or (target.exists() and target.samefile(source)):
        raise UsageError(f"{target} is the store itself.", "Name another file.")
    if target.exists() and not overwrite:
        raise UsageError(f"{target} already exists.", "Name another file, or remove it first.")
    if not target.parent.is_dir():
        raise UsageError(f"There is no folder {target.parent}.", "Make it first, or name another file.")
    with translated(target):
        copy_store(source, target)
        with closing(connect(target, read_only=True)) as copy:
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StorageError(f"The backup {target} is damaged: {found}.", "Run `docanalyst doctor --repair`.")
    return target


def keep_reserve(directory: Path) -> None:
    """Takes up a little space, to be given back when the disk is full and an answer has to be kept."""
    path = directory / RESERVE_NAME
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                # Random, because some file systems would store zeros in no space at all.
                file.write(secrets.token_bytes(RESERVE_BYTES))
        except FileExistsError:
            return
        except OSError:
            path.unlink(missing_ok=True)


def give_reserve(directory: Path) -> bool:
    """Frees the reserve; False where there was none."""
    try:
        (directory / RESERVE_NAME).unlink()
    except OSError:
        return False
    return True
