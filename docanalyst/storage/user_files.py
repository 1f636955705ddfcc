"""Writes the files that a user names, and overwrites only those that docanalyst itself wrote.

The file `outputs` in the data directory holds a line for each file written: a keyed digest of its path and
the digest of its content. It holds no name and no text, so a purge has nothing to remove from it.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO

from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.storage.database import read_secret

RECORD_NAME = "outputs"
MOST_LINES = 20_000
"""Lines of the record (130 bytes each) before it is cut to the newer half."""

OTHER_FILE = "Name another file, or use --overwrite."
Fill = bytes | Callable[[BinaryIO], object]


def _not_ours(path: Path) -> bool:
    return False


class UserFiles:
    """Writes files for one command.

    Args:
        directory: The data directory.
        inputs: Files that the command reads: never overwritten.
        overwrite: Whether to replace files of other origin too.
    """

    def __init__(
        self, directory: Path, *, inputs: Iterable[str | Path] = (), overwrite: bool = False
    ) -> None:
        self._directory = directory
        self._overwrite = overwrite
        self._inputs = {identity for path in inputs for identity in _identities(Path(path))}

    def check(self, target: Path, *, ours: Callable[[Path], bool] = _not_ours) -> Path:
        """Check that the file may be written and return where: a link is followed, not replaced.

        Args:
            ours: Tells whether a file that was changed since, or is not on record, may still be replaced.

        Raises:
            UsageError: It is a folder, an input, read-only, or docanalyst did not write it.
        """
        place = Path(os.path.realpath(target.expanduser().absolute()))
        try:
            status = place.stat()
        except FileNotFoundError:
            return place
        except OSError as error:
            raise unwritable(target, error) from error
        if stat.S_ISDIR(status.st_mode):
            raise UsageError(f"{target} is a folder.", "Name a file.")
        if not stat.S_ISREG(status.st_mode):
            raise UsageError(f"{target} is not a regular file.", "Name another file.")
        if (status.st_dev, status.st_ino) in self._inputs:
            raise UsageError(
                f"{target} is an input of this command and is never overwritten.", "Name another file."
            )
        if not status.st_mode & 0o222:
            raise UsageError(f"{target} is read-only.", "Name another file, or make it writable first.")
        if self.wrote(place):
            return place
        if self._directory.absolute() in place.parents:
            raise UsageError(f"{target} is part of docanalyst's own data.", "Name another file.")
        if self._overwrite or ours(place):
            return place
        if self._knows(place):
            raise UsageError(f"{target} was changed after docanalyst wrote it.", OTHER_FILE)
        raise UsageError(f"{target} already exists, and docanalyst did not write it.", OTHER_FILE)

    def wrote(self, place: Path) -> bool:
        """Return whether docanalyst wrote this file, at this path, and nobody has changed it since."""
        known = self._digests(place)
        try:
            return bool(known) and _digest(place) in known
        except OSError:
            return False

    def write(self, target: Path, fill: Fill, *, ours: Callable[[Path], bool] = _not_ours) -> Path:
        """Write the file completely or not at all, readable by its owner alone; return its path as given.

        Args:
            fill: The content, or a function that writes it.
            ours: See `check`.

        Raises:
            UsageError: It may not or cannot be written.
        """

        def make(draft: Path) -> None:
            with draft.open("r+b") as file:
                if isinstance(fill, bytes):
                    file.write(fill)
                else:
                    fill(file)
                file.flush()
                os.fsync(file.fileno())

        try:
            return self.put(target, make, ours=ours)
        except OSError as error:
            raise unwritable(target, error) from error

    def put(
        self,
        target: Path,
        make: Callable[[Path], object],
        *,
        ours: Callable[[Path], bool] = _not_ours,
    ) -> Path:
        """Do as `write` does, with a function that fills the empty file at a path. Raises OSError too."""
        place = self.check(target, ours=ours)
        draft = place.with_name(f".docanalyst-{secrets.token_hex(6)}.part")
        try:
            os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            make(draft)
            self._remember(place, _digest(draft))
            # The file may have changed while this one was made.
            self.check(target, ours=ours)
            _move(draft, place)
        finally:
            with suppress(OSError):
                draft.unlink()
        return target

    def _knows(self, place: Path) -> bool:
        return bool(self._digests(place))

    def _digests(self, place: Path) -> set[str]:
        try:
            lines = (self._directory / RECORD_NAME).read_text("ascii", "replace").split("\n")
            key = self._key(place)
        except (OSError, StorageError):
            return set()
        return {line[len(key) + 1 :] for line in lines if line.startswith(key)}

    def _remember(self, place: Path, digest: str) -> None:
        """Add a line before the file is moved into place, so that a crash never makes our file a foreign one.

        A data directory that cannot be written does not prevent the output; then it counts as foreign later.
        """
        record = self._directory / RECORD_NAME
        with suppress(OSError, StorageError):
            line = f"{self._key(place)} {digest}\n"
            descriptor = os.open(record, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
            with os.fdopen(descriptor, "ab") as file:
                file.write(line.encode("ascii"))
            if record.stat().st_size > MOST_LINES * len(line):
                lines = record.read_bytes().split(b"\n")[-MOST_LINES // 2 :]
                draft = record.with_name(f".{RECORD_NAME}-{secrets.token_hex(6)}")
                draft.write_bytes(b"\n".join(lines))
                draft.chmod(0o600)
                draft.replace(record)

    def _key(self, place: Path) -> str:
        return hmac.new(read_secret(self._directory), os.fsencode(place), hashlib.sha256).hexdigest()


def unwritable(target: Path, error: OSError) -> UsageError:
    """Return the error for a file that cannot be written."""
    return UsageError(
        f"Cannot write {target}: {error.strerror or error}.", "Name another file or free disk space."
    )


def _move(draft: Path, place: Path) -> None:
    """Move a draft into place; a file that appeared there meanwhile is not replaced."""
    if not place.exists():
        try:
            os.link(draft, place)
        except FileExistsError:
            raise
        except OSError:
            # Some file systems have no hard links.
            draft.replace(place)
        return
    draft.replace(place)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _identities(path: Path) -> Iterator[tuple[int, int]]:
    """Yield device and inode of an existing file, which links have in common with it."""
    with suppress(OSError, ValueError):
        status = path.expanduser().stat()
        if stat.S_ISREG(status.st_mode):
            yield status.st_dev, status.st_ino
