"""Backups of the database, and disk space reserved for emergencies."""

from __future__ import annotations

import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path

from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.storage.database import connect
from docanalyst.storage.faults import translated
from docanalyst.storage.user_files import UserFiles

RESERVE_NAME = "reserve"
RESERVE_BYTES = 256 * 1024


def copy_store(source: Path, target: Path) -> None:
    """Copy the database at source to target, readable by its owner alone, replacing target.

    The database may be in use; target appears only once it is complete. Raises sqlite3.Error, OSError.
    """
    draft = target.with_name(f"{target.name}.part")
    draft.unlink(missing_ok=True)
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
        _fill(source, draft)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)


def _fill(source: Path, draft: Path) -> None:
    with closing(connect(source)) as reader, closing(sqlite3.connect(draft, isolation_level=None)) as copy:
        reader.backup(copy)
        # One file, without a separate journal.
        copy.execute("PRAGMA journal_mode=DELETE")


def backup(source: Path, target: Path, *, overwrite: bool = False) -> Path:
    """Write a checked copy of the database and return its path.

    Raises UsageError if the target is a file that docanalyst did not write or the database itself,
    StorageError.

    Args:
        target: A file or a folder.
        overwrite: Whether to replace a file that docanalyst did not write.
    """
    target = Path(target).absolute()
    if target.is_dir():
        target = target / source.name
    if target == source or (target.exists() and target.samefile(source)):
        raise UsageError(f"{target} is the database itself.", "Name another file.")
    if not target.parent.is_dir():
        raise UsageError(
            f"The folder {target.parent} does not exist.", "Create it first, or name another file."
        )
    files = UserFiles(source.parent, inputs=[source], overwrite=overwrite)
    with translated(target):
        files.put(target, lambda draft: _fill(source, draft))
        with closing(connect(target, read_only=True)) as copy:
            found = copy.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise StorageError(f"The backup {target} is damaged: {found}.", "Run `docanalyst doctor --repair`.")
    return target


def keep_reserve(directory: Path) -> None:
    """Reserve some disk space, to be freed if the disk is full and an answer must be saved."""
    path = directory / RESERVE_NAME
    if not path.exists():
        try:
            descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                # Random, because some file systems store zeros without using space.
                file.write(secrets.token_bytes(RESERVE_BYTES))
        except FileExistsError:
            return
        except OSError:
            path.unlink(missing_ok=True)


def give_reserve(directory: Path) -> bool:
    """Free the reserve; return False if there was none."""
    try:
        (directory / RESERVE_NAME).unlink()
    except OSError:
        return False
    return True
