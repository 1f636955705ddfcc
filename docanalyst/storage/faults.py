"""Errors of the database and the file system, translated once into StorageError."""

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
    """Raises StorageError, naming path, for whatever sqlite3, SQLAlchemy or the file system raises inside."""
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning, OSError) as error:
        raise storage_error(error, path) from error
    except Exception as error:
        # SQLAlchemy keeps the driver's exception in `orig`; it is not imported here because it is slow.
        origin = getattr(error, "orig", None)
        if isinstance(origin, sqlite3.Error):
            raise storage_error(origin, path) from error
        raise


def storage_error(error: BaseException, path: Path) -> StorageError:
    """What happened to the store at path, and what to do next."""
    if isinstance(error, sqlite3.Error):
        return _from_sqlite(error, path)
    if isinstance(error, OSError):
        return _from_system(error, path)
    return StorageError(f"The store {path} failed: {error}", REPAIR_HINT)


REPAIR_HINT = "Run `docanalyst doctor --repair`; it keeps the damaged file."
FULL_HINT = "Free some space, or choose another place with --data-dir, then try again."
RIGHTS_HINT = "Check the permissions of that folder, or choose another one with --data-dir."


def is_busy(error: BaseException) -> bool:
    """Whether another process held the file, so that the same call may pass later."""
    return _name(error).startswith(_BUSY)


def is_corrupt(error: BaseException) -> bool:
    """Whether the file itself is damaged."""
    return _name(error).startswith(_CORRUPT)


def _name(error: BaseException) -> str:
    return str(getattr(error, "sqlite_errorname", "") or "")


def _from_sqlite(error: sqlite3.Error, path: Path) -> StorageError:
    name = _name(error)
    if name.startswith(_BUSY):
        return StorageError(
            f"The store {path} is in use by another program, which did not let go in time.",
            "Close other programs that have the file open (a database viewer, a sync or backup tool) and "
            "try again.",
        )
    if name == "SQLITE_FULL" or name.startswith(("SQLITE_IOERR_WRITE", "SQLITE_IOERR_TRUNCATE")):
        return StorageError(f"The disk is full: the store {path} could not be written.", FULL_HINT)
    if name.startswith(_CORRUPT) or "malformed" in str(error):
        return StorageError(f"The store {path} is damaged or is not a docanalyst store.", REPAIR_HINT)
    if name.startswith(_UNWRITABLE):
        return StorageError(f"The store {path} cannot be written.", RIGHTS_HINT)
    if name.startswith("SQLITE_CANTOPEN"):
        return StorageError(f"The store {path} could not be opened.", RIGHTS_HINT)
    return StorageError(f"The store {path} failed: {error}", REPAIR_HINT)


def _from_system(error: OSError, path: Path) -> StorageError:
    place = error.filename if isinstance(error.filename, str) else path
    if error.errno in _FULL_ERRNOS:
        return StorageError(f"The disk is full: {place} could not be written.", FULL_HINT)
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return StorageError(f"{place} cannot be written.", RIGHTS_HINT)
    return StorageError(f"{place} could not be used: {error.strerror or error}", RIGHTS_HINT)
