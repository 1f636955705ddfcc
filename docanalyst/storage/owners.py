"""Which process a running turn belongs to, so that only turns of dead processes are closed for them.

Each process locks one byte, at an offset of its own, of `docanalyst.lock`. The system drops the lock when
the process ends, however it ends; process ids that come round again, clocks that are set and restarts
cannot mislead. The database relies on the same kind of lock on the same disk.
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
    """This process's mark on one lock file, shared by every Store over it.

    Use `take` and `release`: closing a file drops all locks that a process has on it.
    """

    def __init__(self, path: Path, descriptor: int, number: int) -> None:
        self.path = path
        self.number = number
        self._descriptor = descriptor
        self._users = 0

    @classmethod
    def take(cls, path: Path) -> OwnerLock:
        """The lock of this process on the file at path, made owner-only if missing. Raises OSError."""
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
        """Gives the lock up when its last user does."""
        with _guard:
            self._users -= 1
            if self._users == 0:
                _registry.pop((os.getpid(), str(self.path)), None)
                os.close(self._descriptor)

    @property
    def name(self) -> str:
        """What is written in `turns.owner`."""
        return f"{self.number:016x}"

    def others(self) -> bool:
        """Whether another process uses the store."""
        with _guard:
            return _others(self._descriptor, self.number)

    def is_alive(self, name: str | None) -> bool:
        """Whether the process that wrote this name still runs. An unreadable name is a dead one's."""
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
        # Windows refuses to rename a file that is in use, which is what this is asked for.
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
        # A lock on all bytes takes in our own, so it is set again afterwards.
        try:
            fcntl.lockf(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 0, 0)
        except (BlockingIOError, PermissionError):
            return True
        fcntl.lockf(descriptor, fcntl.LOCK_UN, 0, 0)
        _lock(descriptor, offset)
        return False
