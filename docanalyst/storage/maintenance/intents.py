"""What a purge is to remove, written before it begins and carried to its end at the next start."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from docanalyst.storage.database import write_private

FOLDER = "purging"
_LISTS = ("sessions", "documents", "forgotten", "runs")


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be removed, by IDs and digests; no text.

    Attributes:
        sessions: Sessions to delete.
        documents: SHA-256 of documents to remove unless a session that stays uses them.
        forgotten: SHA-256 of documents to remove whoever uses them.
        runs: Batch runs whose request files are removed.
        orphans: Whether to remove also what no session holds.
        owner: The process that began; "" if it ended.
    """

    sessions: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    forgotten: tuple[str, ...] = ()
    runs: tuple[str, ...] = ()
    orphans: bool = False
    owner: str = ""


def write(directory: Path, intent: Intent) -> Path:
    """Save an intent, on the disk before this returns. Raises OSError."""
    folder = directory / FOLDER
    folder.mkdir(mode=0o700, exist_ok=True)
    name = secrets.token_hex(8)
    draft, path = folder / f".{name}", folder / f"{name}.json"
    write_private(draft, json.dumps(asdict(intent)).encode("ascii"))
    draft.replace(path)
    for place in (folder, directory):
        _reach_disk(place)
    return path


def unfinished(directory: Path) -> Iterator[tuple[Path, Intent]]:
    """Yield the intents that were not carried to their end."""
    for path in sorted((directory / FOLDER).glob("*.json")):
        try:
            record = json.loads(path.read_text("ascii"))
            lists = {name: tuple(map(str, record[name])) for name in _LISTS}
            intent = Intent(**lists, orphans=bool(record["orphans"]), owner=str(record["owner"]))
        except (OSError, ValueError, KeyError, TypeError):
            continue
        yield path, intent


def finished(path: Path) -> None:
    """Remove an intent that was carried out. Raises OSError."""
    path.unlink(missing_ok=True)
    for draft in path.parent.glob(".*"):
        draft.unlink(missing_ok=True)
    with suppress(OSError):
        path.parent.rmdir()


def _reach_disk(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
