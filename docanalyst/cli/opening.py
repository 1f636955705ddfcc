"""What commands do alike before their own work: reading documents, and telling of what was recovered."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from docanalyst.cli import output
from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation.places import shortened

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.cli.options import Globals
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Session, Turn
    from docanalyst.providers.preflight import Destination


def read_documents(
    analyst: Analyst, paths: Sequence[str], shared: Globals, *, password: str | None = None
) -> list[Document]:
    """The documents behind the PATHs, with progress and notes on stderr. Raises UsageError, DocumentError."""
    if not paths:
        raise UsageError("No PATH was given.", "Name a PDF, a .txt or .md file, or a folder.")
    started = time.monotonic()
    with output.reading_progress(quiet=shared.quiet) as progress:
        documents, notes = analyst.read(paths, password=password, progress=progress)
    pages = sum(len(document.pages) for document in documents)
    took = time.monotonic() - started
    output.detail(f"read in {took:.2f} s: documents {len(documents)}, pages {pages:,}", shared)
    for line in notes:
        output.note(f"note: {line}", quiet=shared.quiet)
    for document in documents:
        for line in document.warnings:
            output.warning(f"{document.name}: {line}")
    return documents


def documents_of(
    analyst: Analyst,
    session: Session,
    turn: Turn | None,
    shared: Globals,
    *,
    reread: bool,
    password: str | None = None,
) -> list[Document]:
    """What a turn was asked over: the stored pages, or the files read again; and what became of the files."""
    from docanalyst.analyst.documents.sources import members_of
    from docanalyst.analyst.review.evidence import file_states

    members = members_of(session, turn)
    if reread:
        paths = [item.given for item in members]
        return read_documents(analyst, paths, shared, password=password)
    for item in file_states(members):
        if item.state != "same":
            output.note(
                f"note: {item.document.path} is {item.state} since it was read; the pages read then are used"
                + (" (--reread takes the file as it is now)" if item.state == "changed" else ""),
                quiet=shared.quiet,
            )
    return analyst.turn_documents(session, turn)


def announce_recovered(analyst: Analyst, shared: Globals) -> None:
    """Say which questions an earlier run left unfinished, and which answers it could not keep at once."""
    from docanalyst.domain.turns import TurnStatus

    for turn in analyst.store.turns.recover():
        question = shortened(turn.question, 60)
        if turn.status is not TurnStatus.INTERRUPTED:
            told = f"the answer to “{question}”, saved beside the store by an earlier run, is in it now"
        elif turn.answer:
            told = (
                f"an earlier run ended in the middle of “{question}”; "
                f"{len(turn.answer):,} characters of the answer were kept"
            )
        else:
            told = f"an earlier run ended in the middle of “{question}”; nothing had come in"
        output.note(f"note: {told}: docanalyst sessions show {turn.session_id}", quiet=shared.quiet)


async def agree(destination: Destination) -> bool:
    """The answer of `--yes`."""
    return True


async def ask_for_consent(destination: Destination) -> bool:
    """Ask the person at the terminal; no where there is none."""
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        return False
    output.note(destination.sentence)
    return confirm(f"Send documents to {output.plain(destination.title)} from now on?")


def confirm(question: str) -> bool:
    """Ask the person at the terminal; Enter alone is no. Ctrl-C ends the command.

    An event loop takes the first Ctrl-C to itself, to cancel a task; but while this waits no task can end.
    """
    before = signal.getsignal(signal.SIGINT)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        return click.confirm(question, err=True, default=False)
    except click.Abort:
        click.echo(err=True)
        raise
    finally:
        signal.signal(signal.SIGINT, before)
