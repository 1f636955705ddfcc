"""`docanalyst forget`: purge documents everywhere in the data directory."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument
from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation import figures


@click.command(
    "forget", cls=GlobalsCommand, examples=("docanalyst forget lease.pdf", "docanalyst forget matter/ --yes")
)
@argument("paths", "Documents or folders; a file that no longer exists too.", metavar="PATH...", nargs=-1)
@click.option("--yes", is_flag=True, help="Purge without asking for confirmation.")
@click.pass_obj
def command(shared: Globals, paths: tuple[str, ...], yes: bool) -> None:
    """Purge documents: every session that used one, its pages, cached readings and batch answers.

    The documents themselves and the tables and reports written from them stay where they are.
    """
    from docanalyst.cli.opening import allowed

    if not paths:
        raise UsageError("No documents given.", "Name documents or folders.")
    store = shared.analyst().store
    documents: dict[str, None] = {}
    for given in paths:
        found = dict.fromkeys(_digests(Path(given).expanduser()))
        found |= dict.fromkeys(store.documents.at(str(Path(given).expanduser().absolute())))
        if not found:
            raise UsageError(
                f"No document at {given}, and none was ever read there.",
                "Run `docanalyst query 'SELECT path, sha256 FROM documents'` to list the saved documents.",
            )
        documents |= found
    sessions = store.documents.sessions_about(list(documents))
    what = f"{figures.count(len(documents), 'document')} and {figures.count(len(sessions), 'session')}"
    question = f"Purge {what} with all answers? This cannot be undone."
    if not allowed(question, yes=yes, scripts=False):
        raise UsageError("Nothing was purged.", "Add --yes to purge without being asked.")
    store.documents.forget(list(documents))
    if shared.json:
        output.data_json({"documents": list(documents), "sessions": sessions})
    output.note(
        f"Purged {what}. Tables and reports written to files of your own are not touched.", quiet=shared.quiet
    )


def _digests(path: Path) -> Iterator[str]:
    """Yield the SHA-256 of a file, or of every file in a folder."""
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    for file in files:
        with suppress(OSError):
            if file.is_file():
                with file.open("rb") as source:
                    yield hashlib.file_digest(source, "sha256").hexdigest()
