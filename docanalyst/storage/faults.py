"""Translates errors of the database and the file system into StorageError."""

from __future__ import annotations

import errno
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docanalyst.domain.errors import StorageError

_BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED", "SQLITE_PROTOCOL")
_CORRUPT = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_FORMAT", "SQLITE_IOERR_SHORT_READ")
_UNWRITABLE = ("SQLITE_READONLY", "SQLITE_PERM", "SQLITE_AUTH")
_FULL_ERRNOS = (errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC))


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Translate errors of sqlite3, SQLAlchemy and the file system raised inside into StorageError."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, OSError) as error:
        raise storage_error(error, path) from error
    except Exception as error:
        # SQLAlchemy has the driver's exception in `orig`; it is not imported here because it is slow.
        origin = getattr(error, "orig", None)
        if isinstance(origin, sqlite3.Error):
            raise storage_error(origin, path) from error
        raise


def storage_error(error: BaseException, path: Path) -> StorageError:
    """Return what happened to the database at path, and what to do next."""
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error, path)
    if isinstance(error, OSError):
        return _from_system(error, path)
    return StorageError(f"The database {path} failed: {error}.", REPAIR_HINT)


REPAIR_HINT = "Run `docanalyst doctor --repair`. It keeps a copy of the damaged file."
FULL_HINT = "Free disk space, or choose another folder with --data-dir, then try again."
RIGHTS_HINT = "Check the permissions of the folder, or choose another one with --data-dir."


def is_busy(error: BaseException) -> bool:
    """Return whether another process locked the file, so that a retry may succeed."""
    return _name(error).startswith(_BUSY)


def is_corrupt(error: BaseException) -> bool:
    """Return whether the file itself is damaged."""
    return _name(error).startswith(_CORRUPT)


def _name(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", "") or "")


def _from_sqlite(error: sqlite3.Error, path: Path) -> StorageError:
    name = _name(error)
    if name.startswith(_BUSY):
        return StorageError(
            f"The database {path} is in use by another program.",
            "Close other programs that have the file open (a database viewer, a sync or backup tool) and "
            "try again.",
        )
    if name == "SQLITE_FULL" or name.startswith(("SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE")):
        return StorageError(f"The disk is full: cannot write the database {path}.", FULL_HINT)
    if name.startswith(_CORRUPT) or "malformed" in str(error):
        return StorageError(f"The database {path} is damaged or is not a docanalyst database.", REPAIR_HINT)
    if name.startswith(_UNWRITABLE):
        return StorageError(f"Cannot write the database {path}.", RIGHTS_HINT)
    if name.startswith("SQLITE_CANTOPEN"):
        return StorageError(f"Cannot open the database {path}.", RIGHTS_HINT)
    return StorageError(f"The database {path} failed: {error}.", REPAIR_HINT)


def _from_system(error: OSError, path: Path) -> StorageError:
    place = error.filename if isinstance(error.filename, str) else path
    if error.errno in _FULL_ERRNOS:
        return StorageError(f"The disk is full: cannot write {place}.", FULL_HINT)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(f"Cannot write {place}.", RIGHTS_HINT)
    return StorageError(f"Cannot use {place}: {error.strerror or error}.", RIGHTS_HINT)
