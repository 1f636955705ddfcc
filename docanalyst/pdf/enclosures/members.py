"""Attachments of e-mails by their path "mail.eml › contract.pdf": listed, unpacked, and found again."""

from __future__ import annotations

import atexit
import shutil
import tempfile
import threading
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import DocumentError
from docanalyst.formats.detection import MAIL, OUTLOOK, kind_of
from docanalyst.pdf.sandbox import process

SEPARATOR = " › "
"""Between an e-mail and its attachment in a path."""

MAX_DEPTH = 5
"""E-mails attached to each other whose attachments are looked at."""

SECONDS = 4.5
"""Processor time for unpacking an e-mail. 35 MB of attachments take 0.3 s."""

_lock = threading.Lock()
_unpacked: dict[tuple[str, int, int], dict[str, Path]] = {}
_folders: list[str] = []


def local_file(path: str | Path) -> Path:
    """The file of a path: itself or, for an attachment, its copy in a temporary folder.

    Raises DocumentError for an attachment that the e-mail does not have.
    """
    place = Path(path).expanduser()
    split = split_member(place)
    if split is None:
        return place
    container, name = split
    found = attachments(local_file(container), str(container)).get(name)
    if found is None:
        raise DocumentError(
            f"{container.name} has no attachment {name}.",
            f"Name the e-mail alone to read it with its attachments: {container.name}.",
            path=str(path),
        )
    return found


def split_member(path: str | Path) -> tuple[Path, str] | None:
    """The e-mail and the name of the attachment in a path; None for the path of an ordinary file."""
    text = str(path)
    if SEPARATOR not in text or Path(text).exists():
        return None
    container, _, name = text.rpartition(SEPARATOR)
    outermost = Path(text.split(SEPARATOR)[0])
    return (Path(container), name) if outermost.is_file() else None


def container_of(path: str | Path) -> Path:
    """The file on the disk that a path is in: the e-mail of an attachment, else the path itself."""
    place = Path(path).expanduser()
    split = split_member(place)
    return container_of(split[0]) if split else place


def attachments(place: Path, given: str) -> dict[str, Path]:
    """The attachments of an e-mail, unpacked, by their names in order. Raises DocumentError.

    Args:
        place: The e-mail.
        given: Its path as the user gave it.
    """
    try:
        found = place.stat()
    except OSError as error:
        raise DocumentError(
            f"{place.name} cannot be opened: {error.strerror or error}.",
            "Check that the file exists and that you have permission to read it.",
            path=given,
        ) from error
    key = (str(place.absolute()), found.st_mtime_ns, found.st_size)
    with _lock:
        if key not in _unpacked:
            _unpacked[key] = _unpack(place, given)
        return _unpacked[key]


def with_attachments(path: str, depth: int = 0) -> list[tuple[str, str]]:
    """A document and, where it is an e-mail, its attachments: each with "" or the reason why it is not read.

    An e-mail whose attachments cannot be listed stands alone; reading it tells why.
    """
    found = [(path, "")]
    try:
        place = local_file(path)
        if kind_of(place, path) not in (MAIL, OUTLOOK):
            return found
        inside = attachments(place, path)
    except DocumentError:
        return found
    for name, copy in inside.items():
        member = f"{path}{SEPARATOR}{name}"
        try:
            kind = kind_of(copy, member)
        except DocumentError as error:
            found.append((member, reason_of(error, name)))
            continue
        if not copy.stat().st_size:
            found.append((member, "empty"))
        elif kind in (MAIL, OUTLOOK) and depth + 1 >= MAX_DEPTH:
            found.append((member, "an e-mail inside too many others"))
        else:
            found += with_attachments(member, depth + 1)
    return found


def reason_of(error: DocumentError, name: str) -> str:
    """Why a file is not read, as a note beside its name."""
    reason = error.message.removeprefix(f"{name} is ").split(", which")[0].rstrip(".")
    return "no kind that is read" if reason.startswith("not ") else reason


def _unpack(place: Path, given: str) -> dict[str, Path]:
    request: dict[str, Any] = {"task": "members", "path": str(place), "seconds": SECONDS}
    request["kind"] = kind_of(place, given)
    pieces: dict[str, list[bytes]] = {}
    try:
        for message, payload in process.ask_once(request):
            if message["event"] in ("refused", "failed"):
                raise DocumentError(
                    f"{place.name} cannot be read: {message['reason']}.",
                    "Open it in a mail program and save it again.",
                    path=given,
                )
            if message["event"] == "member":
                pieces.setdefault(message["name"], []).append(payload)
    except process.ProcessDied as death:
        raise DocumentError(
            f"{place.name} cannot be read: it {death.reason.replace('the PDF parser', 'the parser')}.",
            "Save its attachments from a mail program.",
            path=given,
        ) from death
    if not pieces:
        return {}
    try:
        folder = Path(tempfile.mkdtemp(prefix="docanalyst-"))
        _folders.append(str(folder))
        found = {}
        for number, (name, data) in enumerate(pieces.items()):
            copy = folder / str(number) / name
            copy.parent.mkdir()
            copy.write_bytes(b"".join(data))
            found[name] = copy
    except OSError as error:
        raise DocumentError(
            f"The attachments of {place.name} cannot be unpacked: {error.strerror or error}.",
            "Free some space in the folder for temporary files.",
            path=given,
        ) from error
    return found


def _forget() -> None:
    for folder in _folders:
        shutil.rmtree(folder, ignore_errors=True)


atexit.register(_forget)
