"""Reads documents for commands, asks for consent and reports recovered answers."""

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
    from docanalyst.providers.wire.destinations import Destination

_STATES = {
    "changed": "has changed since it was read",
    "missing": "no longer exists",
    "unreadable": "can no longer be opened",
}
"""What to say of each state of a file but "same"."""


def read_documents(
    analyst: Analyst, paths: Sequence[str], shared: Globals, *, password: str | None = None
) -> list[Document]:
    """Read the documents at the PATHs, with progress and notes on stderr.

    Raises:
        UsageError: No PATH was given.
        DocumentError: A document cannot be read.
    """
    if not paths:
        from docanalyst.formats.detection import READABLE

        raise UsageError("No documents given.", f"Name {READABLE} file, or a folder.")
    started = time.monotonic()
    with output.reading_progress(quiet=shared.quiet) as progress:
        documents, notes = analyst.read(
            paths, password=password, progress=progress, skip_unreadable=shared.skip_unreadable
        )
    pages = sum(len(document.pages) for document in documents)
    took = time.monotonic() - started
    output.detail(f"read in {took:.2f} s: documents {len(documents)}, pages {pages:,}", shared)
    for line in notes:
        output.note(f"note: {line}", quiet=shared.quiet)
    for document in documents:
        for line in document.warnings:
            output.warning(f"{document.name}: {line}")
    return documents


def announce_left_out(paths: Sequence[str], *, quiet: bool) -> None:
    """Note the files in the folders at the PATHs that are not read."""
    from docanalyst.analyst.documents.listing import files_left_out

    for line in files_left_out(paths)[1]:
        output.note(f"note: {line}", quiet=quiet)


def documents_of(
    analyst: Analyst,
    session: Session,
    turn: Turn | None,
    shared: Globals,
    *,
    reread: bool,
    password: str | None = None,
) -> list[Document]:
    """Return the documents of a turn from the database or, with reread, from the files.

    A note names the files that have changed or are missing.
    """
    from docanalyst.analyst.documents.sources import members_of
    from docanalyst.analyst.review.evidence import file_states

    members = members_of(session, turn)
    if reread:
        paths = [item.given for item in members]
        return read_documents(analyst, paths, shared, password=password)
    for item in file_states(members):
        if item.state != "same":
            output.note(
                f"note: {item.document.path} {_STATES[item.state]}; using the saved pages"
                + (" (--reread reads the file again)" if item.state == "changed" else ""),
                quiet=shared.quiet,
            )
    return analyst.turn_documents(session, turn)


def announce_recovered(analyst: Analyst, shared: Globals) -> None:
    """Note which answers an earlier run left unfinished or could not save at once."""
    from docanalyst.domain.turns import TurnStatus

    for turn in analyst.store.turns.recover():
        question = shortened(turn.question, 60)
        if turn.status is not TurnStatus.INTERRUPTED:
            state = f"the answer to “{question}” was recovered from an earlier run"
        elif turn.answer:
            state = (
                f"an earlier run was interrupted while answering “{question}”; the partial answer was saved"
            )
        else:
            state = f"an earlier run was interrupted before it received an answer to “{question}”"
        output.note(
            f"note: {state}. Run `docanalyst sessions show {turn.session_id}` to see it.", quiet=shared.quiet
        )


async def agree(destination: Destination) -> bool:
    """Agree without asking, as `--yes` does."""
    return True


async def ask_for_consent(destination: Destination) -> bool:
    """Ask the user; without a terminal the answer is no."""
    if not sys.stdin.isatty() or not sys.stderr.isatty():
        return False
    output.note(destination.sentence)
    return confirm(f"Send documents to {output.plain(destination.title)} from now on?")


def allowed(question: str, *, yes: bool, scripts: bool = True) -> bool:
    """Return whether the user agrees to what cannot be undone.

    Args:
        yes: Whether the user agreed with --yes.
        scripts: The answer where there is no terminal to ask on.
    """
    if yes:
        return True
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return scripts
    return confirm(question)


def confirm(question: str) -> bool:
    """Ask the user a yes-or-no question; Enter alone means no, and Ctrl-C ends the command.

    asyncio would use the first Ctrl-C to cancel its task, which cannot end while this call blocks; so the
    default handler is restored meanwhile.
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
