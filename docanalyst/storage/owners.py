"""Tells which process a running turn belongs to, so that only turns of dead processes are recovered.

Each process locks its own byte of `docanalyst.lock`. The operating system releases the lock however the
process ends, so that reused process IDs, clock changes and restarts cannot mislead. SQLite relies on the same
kind of lock.
"""

from __future__ import annotations

import os
import secrets
import sys
import threading
from pathlib import Path

LOCK_NAME = "docanalyst.lock"

_registry: dict[tuple[int, str], OwnerLock] = {}
_guard = threading.Lock()


class OwnerLock:
    """This process's lock on one lock file, shared by every Store that uses it.

    Use `take` and `release`: closing a file releases all locks that a process has on it.
    """

    def __init__(self, path: Path, descriptor: int, number: int) -> None:
        self.path = path
        self.number = number
        self._descriptor = descriptor
        self._users = 0

    @classmethod
    def take(cls, path: Path) -> OwnerLock:
        """Return this process's lock on the file at path, created if missing. Raises OSError."""
        key = (os.getpid(), str(path))
        with _guard:
            owner = _registry.get(key)
            if owner is None:
                descriptor = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_CLOEXEC", 0), 0o600)
                number = secrets.randbits(61) + 1
                while not _lock(descriptor, number):
                    number = secrets.randbits(61) + 1
                owner = _registry[key] = cls(path, descriptor, number)
            owner._users += 1
            return owner

    def release(self) -> None:
        """Release the lock when its last user does."""
        with _guard:
            self._users -= 1
            if self._users == 0:
                _registry.pop((os.getpid(), str(self.path)), None)
                os.close(self._descriptor)

    @property
    def name(self) -> str:
        """The name of this process in `turns.owner`."""
        return f"{self.number:016x}"

    def others(self) -> bool:
        """Return whether another process uses the database."""
        with _guard:
            return _others(self._descriptor, self.number)

    def is_alive(self, name: str | None) -> bool:
        """Return whether the process with this name is still running; an invalid name counts as dead."""
        try:
            number = int(name or "", 16)
        except ValueError:
            return False
        if number == self.number:
            return True
        if not 0 < number < 1 << 62:
            return False
        with _guard:
            if _lock(self._descriptor, number):
                _unlock(self._descriptor, number)
                return False
        return True


if sys.platform == "win32":
    import msvcrt

    def _lock(descriptor: int, offset: int) -> bool:
        os.lseek(descriptor, offset, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

    def _unlock(descriptor: int, offset: int) -> None:
        os.lseek(descriptor, offset, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

    def _others(descriptor: int, offset: int) -> bool:
        # Windows itself refuses to rename a file in use, which is what callers want to prevent.
        return False

else:
    import fcntl

    def _lock(descriptor: int, offset: int) -> bool:
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, offset)
        except BlockingIOError:
            return False
        except PermissionError:
            return False
        return True

    def _unlock(descriptor: int, offset: int) -> None:
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 1, offset)

    def _others(descriptor: int, offset: int) -> bool:
        # Locking all bytes includes our own byte, so its lock is set again afterwards.
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 0, 0)
        except (BlockingIOError, PermissionError):
            return True
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 0, 0)
        _lock(descriptor, offset)
        return False
