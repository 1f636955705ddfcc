"""Deletes permanently: afterwards no file in the data directory contains the text.

The intent is written first and removed last. Every step can be repeated, so that whatever interrupts a purge,
the next start carries it to its end.
"""

from __future__ import annotations

import json
import re
import sqlite3
import threading
import time
from collections.abc import Collection, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from docanalyst.domain.errors import StorageError
from docanalyst.storage.database import Database
from docanalyst.storage.faults import is_busy, translated
from docanalyst.storage.maintenance import intents, rescue
from docanalyst.storage.maintenance.intents import Intent
from docanalyst.storage.owners import OwnerLock
from docanalyst.storage.sessions import sessions

_USED = """
    SELECT document_sha256 AS sha256, session_id FROM session_documents
    UNION
    SELECT json_extract(item.value, '$.sha256'), turns.session_id
    FROM turns,
         json_each(CASE WHEN json_valid(receipt_documents) THEN receipt_documents ELSE '[]' END) AS item
"""
"""The documents of each session: its own, and those of turns that were asked about others."""

_ANSWERED = "CASE WHEN json_valid(record) THEN json_extract(record, '$.answers') IS NOT NULL ELSE 0 END"
"""Whether a unit has answers, which contain text of its documents."""

_SESSION = "json_extract(record, '$.session_id')"

_REPLY = "CASE WHEN json_valid(record) THEN json_extract(record, '$.reply') IS NOT NULL ELSE 0 END"
"""Whether a unit holds a collected answer as the provider sent it, which belongs to no session until it is
checked."""

_KEPT_OF_UNITS = (
    *("session_id", "turns", "sending", "attempts", "seconds", "files", "digests", "part"),
    *("input_tokens", "output_tokens", "cost_micros", "doubt_micros", "most_micros", "cost_estimated"),
)
"""What stays of the record of a unit that was sent and not answered."""

COPIES = ("*.before-upgrade-from-*", "*.damaged-*", "*.part")
CACHED = re.compile(r"[0-9a-f]{64}")
REQUESTS = "batches"
PATIENCE = 30.0
"""Seconds to wait for readers that keep the journal from being emptied."""
PATIENCE_AT_START = 1.0

_carried_out: set[Path] = set()
_guard = threading.Lock()


@dataclass(frozen=True, slots=True)
class Orphans:
    """What no session holds.

    Attributes:
        documents: Saved documents.
        answers: Answers of batch units.
        replies: Answers collected from a provider's batch API and not checked yet. They are paid for.
        readings: Cached readings, such as those of documents that were only packed or verified.
        bytes: Size of the cached readings.
    """

    documents: int = 0
    answers: int = 0
    replies: int = 0
    readings: int = 0
    bytes: int = 0


def delete(database: Database, session_ids: Iterable[str]) -> None:
    """Delete sessions, by their full IDs, with their turns; their documents and batch answers stay."""
    with database.writing() as connection:
        for session_id in set(session_ids):
            sessions.delete(connection, session_id)


def purge(
    database: Database,
    owner: OwnerLock,
    session_ids: Iterable[str] = (),
    *,
    forgotten: Iterable[str] = (),
    orphans: bool = False,
) -> None:
    """Delete sessions with everything that only they hold, and every trace of it in the data directory.

    These are their turns, batch answers, documents, cached readings and request files, older copies of the
    database, and the free space of the database, its index and its journal.

    Args:
        forgotten: SHA-256 of documents to purge too, with every session and batch answer about them.
        orphans: Whether to purge also what no session holds.

    Raises:
        StorageError: Another program prevents rewriting the file. Then the rows are deleted, and the rest is
            done at the next start.
    """
    intent = _planned(database, set(session_ids), set(forgotten), orphans=orphans)
    with translated(database.path):
        path = intents.write(database.path.parent, replace(intent, owner=owner.name))
    _carry_out(database, owner, path, intent, PATIENCE)


def resume(database: Database, owner: OwnerLock) -> list[Path]:
    """Carry the purges of dead processes to their end; return those that another program still prevents."""
    left = []
    (before,) = database.connection.execute("PRAGMA busy_timeout").fetchone()
    database.connection.execute(f"PRAGMA busy_timeout={round(PATIENCE_AT_START * 1000)}")
    try:
        for path, intent in intents.unfinished(database.path.parent):
            if path in _carried_out or (intent.owner != owner.name and owner.is_alive(intent.owner)):
                continue
            try:
                _carry_out(database, owner, path, intent, PATIENCE_AT_START)
            except StorageError:
                left.append(path)
    finally:
        database.connection.execute(f"PRAGMA busy_timeout={before}")
    return left


def sessions_about(connection: sqlite3.Connection, documents: Iterable[str]) -> list[str]:
    """Return the IDs of the sessions that used any of these documents."""
    rows = connection.execute(
        f"SELECT DISTINCT session_id FROM ({_USED}) WHERE sha256 IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(documents)),),
    )
    return [row[0] for row in rows]


def older_than(connection: sqlite3.Connection, moment: str) -> list[str]:
    """Return the IDs of sessions last changed before this time (ISO, UTC) that have no running turn."""
    rows = connection.execute(
        "SELECT id FROM sessions WHERE updated_at < ? AND NOT EXISTS"
        " (SELECT 1 FROM turns WHERE session_id = sessions.id AND status = 'running') ORDER BY updated_at",
        (moment,),
    )
    return [row[0] for row in rows]


def count_orphans(database: Database) -> Orphans:
    """Return how much no session holds."""
    with database.reading() as connection:
        used = _used(connection)
        (documents,) = connection.execute(
            "SELECT count(*) FROM documents WHERE sha256 NOT IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(used)),),
        ).fetchone()
        (held,) = connection.execute(f"SELECT count(*) FROM batch_items WHERE {_orphaned()}").fetchone()
        (replies,) = connection.execute(f"SELECT count(*) FROM batch_items WHERE {_REPLY}").fetchone()
    cached = [path for path, sha256 in _cached(database.path.parent / "cache") if sha256 not in used]
    size = 0
    for path in cached:
        with suppress(OSError):
            size += path.stat().st_size
    return Orphans(documents, held - replies, replies, len(cached), size)


def scrub(database: Database, patience: float = PATIENCE) -> None:
    """Remove the traces of deleted rows in the database, its index, its journal and its copies.

    Raises:
        StorageError: Another program prevents rewriting the file: then the rows are deleted, but traces
            remain until the next purge.
    """
    with translated(database.path):
        for pattern in COPIES:
            for path in database.path.parent.glob(database.path.name + pattern):
                path.unlink(missing_ok=True)
    with database.lock:
        connection = database.connection
        try:
            with database.writing():
                # Merging the index into one segment removes the words of deleted rows.
                for table in ("pages_fts", "turns_fts"):
                    connection.execute(f"INSERT INTO {table} ({table}) VALUES ('optimize')")
            with translated(database.path):
                connection.execute("PRAGMA temp_store=FILE")
                connection.execute("VACUUM")
                _empty_journal(connection, patience)
        except StorageError as error:
            raise StorageError(
                f"Deleted, but traces of the text may remain in {database.path}: {error.message}",
                "Close other programs that use the database; the next start of docanalyst removes the rest. "
                + error.hint,
            ) from error
        finally:
            connection.execute("PRAGMA temp_store=MEMORY")


def _planned(database: Database, deleted: set[str], forgotten: set[str], *, orphans: bool) -> Intent:
    """Return the intent with all that hangs on these sessions and documents."""
    with database.reading() as connection:
        deleted |= set(sessions_about(connection, forgotten))
        rows = connection.execute(
            f"SELECT sha256, session_id FROM ({_USED}) WHERE sha256 IS NOT NULL"
        ).fetchall()
        staying = {sha256 for sha256, session in rows if session not in deleted}
        leaving = {sha256 for sha256, session in rows if session in deleted} - staying
        runs = _runs_about(connection, deleted, forgotten | leaving)
    return Intent(
        tuple(sorted(deleted)), tuple(sorted(leaving)), tuple(sorted(forgotten)), tuple(sorted(runs)), orphans
    )


def _carry_out(database: Database, owner: OwnerLock, path: Path, intent: Intent, patience: float) -> None:
    with _guard:
        _carried_out.add(path)
    try:
        with database.writing() as connection:
            live = _live_runs(connection, owner)
            used, runs = _delete_rows(connection, intent, live)
            known = {row[0] for row in connection.execute("SELECT id FROM batch_runs")}
            staying = {row[0] for row in connection.execute("SELECT id FROM sessions")}
        directory = database.path.parent
        with translated(database.path):
            gone = ({*intent.documents} - used) | {*intent.forgotten}
            rescue.forget(directory, {*intent.sessions} | gone, kept=staying if intent.orphans else None)
            _remove_cached(directory / "cache", gone, kept=used if intent.orphans else None)
            if intent.orphans:
                # A request file is of use only to the process that is submitting it.
                known = live
            _remove_requests(directory / REQUESTS, ({*intent.runs} | runs) - live, known)
        scrub(database, patience)
        with translated(database.path):
            intents.finished(path)
    finally:
        with _guard:
            _carried_out.discard(path)


def _live_runs(connection: sqlite3.Connection, owner: OwnerLock) -> set[str]:
    """Return the batch runs that a living process is working on."""
    rows = connection.execute("SELECT id, owner FROM batch_runs WHERE status = 'running'").fetchall()
    return {run_id for run_id, name in rows if owner.is_alive(name)}


def _delete_rows(
    connection: sqlite3.Connection, intent: Intent, live: Collection[str]
) -> tuple[set[str], set[str]]:
    """Delete the rows of an intent; return the documents that sessions still use, and the runs concerned."""
    deleted = {*intent.sessions, *sessions_about(connection, intent.forgotten)}
    runs = _runs_about(connection, deleted, {*intent.forgotten, *intent.documents})
    for session_id in deleted:
        sessions.delete(connection, session_id)
    connection.execute(
        f"DELETE FROM batch_items WHERE {_ANSWERED} AND {_SESSION} IN (SELECT value FROM json_each(?))",
        (json.dumps(sorted(deleted)),),
    )
    connection.execute(
        f"DELETE FROM batch_items WHERE {_about()}", {"documents": json.dumps(sorted(intent.forgotten))}
    )
    used = _used(connection)
    gone = ({*intent.documents} - used) | {*intent.forgotten}
    connection.execute(
        f"DELETE FROM batch_items WHERE ({_orphaned()}) AND {_about()}",
        {"documents": json.dumps(sorted(gone))},
    )
    if intent.orphans:
        orphaned = connection.execute(f"SELECT DISTINCT run_id FROM batch_items WHERE {_orphaned()}")
        runs |= {row[0] for row in orphaned}
        connection.execute(f"DELETE FROM batch_items WHERE {_orphaned()}")
        runs |= {row[0] for row in connection.execute("SELECT id FROM batch_runs")} - {*live}
        gone |= {row[0] for row in connection.execute("SELECT sha256 FROM documents")} - used
    connection.executemany("DELETE FROM documents WHERE sha256 = ?", [(sha256,) for sha256 in sorted(gone)])
    for run_id in sorted(runs):
        _clear_run(connection, run_id)
    return used, runs


def _used(connection: sqlite3.Connection) -> set[str]:
    return {row[0] for row in connection.execute(f"SELECT DISTINCT sha256 FROM ({_USED})") if row[0]}


def _orphaned() -> str:
    """Return the condition for answers of units that no session holds: deleted ones, or none yet."""
    deleted = f"coalesce({_SESSION}, '') NOT IN (SELECT id FROM sessions)"
    says = f"(coalesce({_SESSION}, '') <> '' OR json_array_length(record, '$.answers') > 0)"
    return f"({_REPLY}) OR ({_ANSWERED} AND {deleted} AND {says})"


def _held() -> str:
    """Return the condition for units with answers, and for those whose attempts a session holds."""
    says = "json_array_length(record, '$.answers') > 0"
    return f"({_ANSWERED} AND ({says} OR {_SESSION} IN (SELECT id FROM sessions)))"


def _about() -> str:
    """Return the condition for units about any of `:documents`."""
    return """
        json_valid(record) AND (
            EXISTS (SELECT 1 FROM json_each(record, '$.digests') AS item
                    WHERE item.value IN (SELECT value FROM json_each(:documents)))
            OR EXISTS (SELECT 1 FROM json_each(record, '$.documents') AS item
                       WHERE json_extract(item.value, '$.sha256')
                             IN (SELECT value FROM json_each(:documents))))
    """


def _runs_about(
    connection: sqlite3.Connection, session_ids: Collection[str], documents: Collection[str]
) -> set[str]:
    """Return the batch runs with a unit in any of these sessions or about any of these documents."""
    rows = connection.execute(
        f"SELECT DISTINCT run_id FROM batch_items WHERE {_about()}"
        f" OR (json_valid(record) AND {_SESSION} IN (SELECT value FROM json_each(:sessions)))",
        {"documents": json.dumps(sorted(documents)), "sessions": json.dumps(sorted(session_ids))},
    )
    return {row[0] for row in rows}


def _clear_run(connection: sqlite3.Connection, run_id: str) -> None:
    """Remove what a run without answers still says: its questions, and the run itself if nothing was sent."""
    answered = (
        "SELECT 1 FROM batch_items WHERE run_id = ?"
        f" AND ({_held()} OR status IN ('submitted', 'received')) LIMIT 1"
    )
    if connection.execute(answered, (run_id,)).fetchone():
        return
    tried = (
        "SELECT 1 FROM batch_items WHERE run_id = ? AND (status = 'sent' OR (json_valid(record)"
        " AND (coalesce(json_extract(record, '$.attempts'), 0) > 0"
        " OR json_extract(record, '$.turns[0]') IS NOT NULL))) LIMIT 1"
    )
    if connection.execute(tried, (run_id,)).fetchone():
        # Its units hold what may have been billed.
        connection.execute("UPDATE batch_runs SET options = '{}' WHERE id = ?", (run_id,))
        rows = connection.execute(
            "SELECT key, record FROM batch_items WHERE run_id = ?", (run_id,)
        ).fetchall()
        connection.executemany(
            "UPDATE batch_items SET error = NULL, record = ?,"
            " status = CASE WHEN status IN ('failed', 'skipped') THEN 'open' ELSE status END"
            " WHERE run_id = ? AND key = ?",
            [(_money(record), run_id, key) for key, record in rows],
        )
    else:
        connection.execute("DELETE FROM batch_runs WHERE id = ?", (run_id,))


def _money(record: str) -> str:
    """Return what a unit has cost and what identifies it, without anything that may quote a document."""
    try:
        known = json.loads(record)
    except ValueError:
        return "{}"
    return json.dumps({name: known[name] for name in _KEPT_OF_UNITS if name in known})


def _empty_journal(connection: sqlite3.Connection, patience: float = PATIENCE) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            busy = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        except sqlite3.OperationalError as error:
            if not is_busy(error):
                raise
            busy = 1
        if not busy:
            return
        if time.monotonic() > deadline:
            raise StorageError("another program kept reading it.", "")
        time.sleep(0.05)


def _cached(cache: Path) -> Iterator[tuple[Path, str]]:
    """Yield the cached files with the digest of their document; "" for a draft that was never finished."""
    if not cache.is_dir():
        return
    for path in sorted(cache.rglob("*"), reverse=True):
        if path.is_file():
            found = CACHED.search(str(path.relative_to(cache)))
            yield path, found.group() if found else ""


def _remove_cached(cache: Path, documents: Collection[str], kept: Collection[str] | None) -> None:
    """Remove the cached readings of documents and unfinished drafts; with `kept`, all but those of these."""
    for path, sha256 in _cached(cache):
        if sha256 in documents or path.name.startswith(".new-") or (kept is not None and sha256 not in kept):
            path.unlink(missing_ok=True)
            with suppress(OSError):
                path.parent.rmdir()


def _remove_requests(folder: Path, runs: Collection[str], known: Collection[str]) -> None:
    """Remove the request files of these runs and of runs that are no longer in the database."""
    for path in folder.glob("*"):
        run_id = path.name.rpartition("-")[0]
        if path.is_file() and (run_id in runs or run_id not in known):
            path.unlink(missing_ok=True)
