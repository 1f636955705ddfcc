"""`docanalyst sessions`: manage saved sessions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import (
    Globals,
    GlobalsCommand,
    GlobalsGroup,
    argument,
    limit_option,
    overwrite_option,
)
from docanalyst.domain.citations import REVIEW_MARKS
from docanalyst.domain.documents import page_reference
from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import review_words
from docanalyst.exporters.presentation.places import shortened

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Session, Turn


_ID = "Session ID or its first characters."


@click.group(
    "sessions",
    cls=GlobalsGroup,
    examples=(
        "docanalyst sessions list",
        "docanalyst sessions search 'change of control'",
        "docanalyst sessions show 4f2a",
        "docanalyst sessions export 4f2a -o review.docx",
    ),
)
def command() -> None:
    """List, show, search, export and delete saved sessions."""


@command.command(
    "list", cls=GlobalsCommand, examples=("docanalyst sessions list", "docanalyst sessions list --json")
)
@limit_option("Maximum number of sessions.", 50)
@click.option("--batch", is_flag=True, help="List the sessions of batch units too.")
@click.pass_obj
def list_command(shared: Globals, limit: int, batch: bool) -> None:
    """List sessions, newest first; those of batch units only with --batch."""
    from docanalyst.cli.opening import announce_recovered
    from docanalyst.domain.records.sessions import session_record

    analyst = shared.analyst()
    announce_recovered(analyst, shared)
    sessions = analyst.store.sessions.recent(limit, batch=batch)
    if shared.json:
        output.data_json([{"id": session.id} | session_record(session) for session in sessions])
        return
    if not sessions:
        output.note("No sessions yet. Start one with `docanalyst ask FILE -q QUESTION`.", quiet=shared.quiet)
    for session in sessions:
        documents = ", ".join(item.name for item in session.documents)
        turns = figures.count(session.turn_count, "turn")
        updated = figures.moment(session.updated_at)
        output.data(f"{session.id}  {updated}  {turns:>8}  {session.title}  ({documents})")


@command.command("show", cls=GlobalsCommand, examples=("docanalyst sessions show 4f2a",))
@argument("session_id", _ID, metavar="ID")
@click.option("--to-review", is_flag=True, help="Show only citations that are not accepted or rejected yet.")
@click.pass_obj
def show_command(shared: Globals, session_id: str, to_review: bool) -> None:
    """Show a session: its documents, questions, answers and evidence."""
    from docanalyst.analyst.documents.sources import members_of, same_documents
    from docanalyst.cli.evidence import evidence_lines, receipt_line
    from docanalyst.cli.opening import announce_recovered
    from docanalyst.domain.answers.body import answer_body
    from docanalyst.domain.answers.lookalikes import set_apart
    from docanalyst.domain.documents import document_id
    from docanalyst.domain.records.sessions import session_record
    from docanalyst.domain.turns import TurnStatus

    analyst = shared.analyst()
    announce_recovered(analyst, shared)
    session = analyst.store.sessions.get(session_id)
    if to_review:
        session = _to_review(session)
    if shared.json:
        output.data_json({"id": session.id} | session_record(session))
        return
    output.data(output.styled(session.title, bold=True))
    for place, item in enumerate(session.documents, 1):
        output.data(f"  D{place}  {item.path}  pages {item.pages} of {item.page_count}")
    for turn in session.turns:
        output.data(f"\n> {turn.question}\n")
        members = members_of(session, turn)
        if not same_documents(members, session.documents):
            names = ", ".join(f"{document_id(place)} {item.name}" for place, item in enumerate(members))
            output.data(f"(asked about {names})\n")
        if turn.status is not TurnStatus.COMPLETE:
            reason = f": {turn.error}" if turn.error else ""
            output.data(f"({turn.status}{reason})\n")
        output.data(set_apart(answer_body(turn.answer).rstrip()))
        for line in evidence_lines(turn):
            output.data(*line)
        output.data(receipt_line(turn))


def _to_review(session: Session) -> Session:
    """Return the session with only those turns and citations that a person has still to review."""
    turns = [
        replace(turn, citations=tuple(citation for citation in turn.citations if citation.to_review))
        for turn in session.turns
    ]
    return replace(session, turns=tuple(turn for turn in turns if turn.citations))


@command.command(
    "mark",
    cls=GlobalsCommand,
    examples=(
        "docanalyst sessions mark 7c1d 1 accept",
        "docanalyst sessions mark 7c1d 2 reject --note 'The clause was amended.'",
        "docanalyst sessions mark 7c1d 2 clear",
    ),
)
@argument("turn_id", "Turn ID or its first characters (see `sessions show --json`).", metavar="TURN")
@argument("number", "Number of the citation in the answer.", type=click.IntRange(min=0), metavar="NUMBER")
@argument(
    "mark",
    "accept, reject or flag; clear takes an earlier review back.",
    type=click.Choice([*REVIEW_MARKS, "clear"]),
    metavar="MARK",
)
@click.option("--note", default="", metavar="TEXT", help="Why.")
@click.pass_obj
def mark_command(shared: Globals, turn_id: str, number: int, mark: str, note: str) -> None:
    """Save your review of a citation; exports show it."""
    from docanalyst.domain.records.turns import citation_record

    store = shared.analyst().store
    store.turns.review(turn_id, number, None if mark == "clear" else mark, note)
    marked = [citation for citation in store.turns.get(turn_id).citations if citation.number == number]
    if shared.json:
        output.data_json([citation_record(citation) for citation in marked])
        return
    for citation in marked:
        output.note(f"[{number}] {review_words(citation) or 'review taken back'}.", quiet=shared.quiet)


@command.command(
    "rename", cls=GlobalsCommand, examples=("docanalyst sessions rename 4f2a 'The lease, second reading'",)
)
@argument("session_id", _ID, metavar="ID")
@argument("title", "The new title.")
@click.pass_obj
def rename_command(shared: Globals, session_id: str, title: str) -> None:
    """Rename a session."""
    store = shared.analyst().store
    session = store.sessions.get(session_id)
    store.sessions.rename(session.id, title)
    if shared.json:
        output.data_json({"id": session.id, "title": title})
    output.note(f"Renamed to “{title}”.", quiet=shared.quiet)


@command.command(
    "delete",
    cls=GlobalsCommand,
    examples=(
        "docanalyst sessions delete 4f2a --purge",
        "docanalyst sessions delete --older-than 1y --purge --yes",
        "docanalyst sessions delete --purge --orphans",
    ),
)
@argument("session_ids", _ID, metavar="[ID...]", nargs=-1)
@click.option(
    "--purge",
    is_flag=True,
    help="Leave no trace: also delete the batch answers, pages and cached files that no other session uses.",
)
@click.option("--orphans", is_flag=True, help="With --purge: also delete everything that no session holds.")
@click.option(
    "--older-than", metavar="AGE", help="Delete sessions unchanged for this long: 30d, 12w, 6m, 2y."
)
@click.option("--yes", is_flag=True, help="Delete without asking for confirmation.")
@click.pass_obj
def delete_command(
    shared: Globals,
    session_ids: tuple[str, ...],
    purge: bool,
    orphans: bool,
    older_than: str | None,
    yes: bool,
) -> None:
    """Delete sessions with their turns, by ID or by age. A terminal asks first."""
    from docanalyst.cli.ages import moment_before
    from docanalyst.cli.opening import allowed
    from docanalyst.domain.errors import UsageError

    store = shared.analyst().store
    if orphans and not purge:
        raise UsageError("--orphans belongs to --purge.", "Add --purge, or leave --orphans out.")
    if (bool(session_ids) + (older_than is not None)) != 1 and not (orphans and not session_ids):
        raise UsageError(
            "No session given; nothing was deleted.", "Name sessions, or an age with --older-than."
        )
    if older_than is not None:
        found = store.sessions.older_than(moment_before(older_than))
    else:
        found = [store.sessions.get(given).id for given in session_ids]
    if not found and not orphans:
        chosen: list[str] = []
    else:
        parts = [figures.count(len(found), "session")] if found or not orphans else []
        parts += ["everything that no session holds"] if orphans else []
        what = " and ".join(parts)
        replies = store.maintenance.orphans().replies if orphans else 0
        if replies:
            unchecked = figures.count(replies, "collected answer")
            what += f", with {unchecked} that `docanalyst batch collect` has not checked yet"
        if not allowed(f"{'Purge' if purge else 'Delete'} {what}? This cannot be undone.", yes=yes):
            raise UsageError("Nothing was deleted.", "Add --yes to delete without being asked.")
        chosen = store.sessions.delete_all(found, purge=purge, orphans=orphans)
    if shared.json:
        output.data_json({"deleted": chosen})
    if chosen or not orphans:
        output.note(f"Deleted {figures.count(len(chosen), 'session')}.", quiet=shared.quiet)
    if orphans:
        output.note("Purged everything that no session holds.", quiet=shared.quiet)


@command.command("search", cls=GlobalsCommand, examples=("docanalyst sessions search 'change of control'",))
@argument("text", 'Words, "phrases", prefixes* and -excluded words.', metavar="TEXT")
@limit_option("Maximum results of each kind.", 20)
@click.option("--session", metavar="ID", help="Search only this session.")
@click.option("--document", metavar="NAME", help="Search only documents with this digest, title or path.")
@click.option(
    "--provider", "--by", "provider", metavar="NAME", help="Search only answers from this provider."
)
@click.option("--since", metavar="DATE", help="Search only questions asked since then, such as 2026-01-31.")
@click.option("--status", metavar="STATUS", help="Search only turns with this status.")
@click.option("--unverified", is_flag=True, help="Search only turns with an unverified citation.")
@click.option("--batch", is_flag=True, help="Search the answers of batch units too.")
@click.pass_obj
def search_command(shared: Globals, /, text: str, limit: int, **filters: Any) -> None:
    """Search questions, answers, reasoning and document pages."""
    from docanalyst.prompts import list_prompts
    from docanalyst.storage.reports.search import Filters

    wording = {prompt.name: prompt.fill() for prompt in list_prompts(shared.settings().prompts_dir)}
    narrowed = Filters(**filters, wording=wording)
    hits = shared.analyst().store.reports.search(text, narrowed, limit=limit)
    if shared.json:
        output.data_json([asdict(hit) for hit in hits])
        return
    for hit in hits:
        place = (
            ", ".join(filter(None, (page_reference(hit.page, hit.page_label), hit.session_id)))
            if hit.kind == "page"
            else f"{hit.field}, {hit.session_id}"
        )
        output.data(output.styled(hit.title, bold=True), f"  {place}")
        output.data("    ", *_marked(hit.snippet, hit.marks))
    if not hits:
        output.note("No matches.", quiet=shared.quiet)


def _marked(text: str, marks: tuple[tuple[int, int], ...]) -> Iterator[str | output.Styled]:
    position = 0
    for start, end in marks:
        yield text[position:start].replace("\n", " ")
        yield output.styled(text[start:end].replace("\n", " "), bold=True, fg="yellow")
        position = end
    yield text[position:].replace("\n", " ")


@command.command("import", cls=GlobalsCommand, examples=("docanalyst sessions import session.json",))
@argument("file", "A .json or .jsonl file written by `sessions export`.", metavar="FILE")
@click.option("--replace", is_flag=True, help="Replace a session with the same ID.")
@click.pass_obj
def import_command(shared: Globals, file: str, replace: bool) -> None:
    """Import exported sessions (.json or .jsonl). Every quotation is checked again."""
    from docanalyst.analyst.review.importing import import_session
    from docanalyst.cli.files import read_records

    store = shared.analyst().store
    imported = [import_session(store, record, replacing=replace) for record in read_records(file)]
    sessions = [item.session for item in imported]
    changed = sum(item.changed for item in imported)
    if changed:
        output.warning(f"{figures.count(changed, 'verdict')} in {file} did not hold; shown as checked here")
    if shared.json:
        output.data_json([session.id for session in sessions])
    turns = sum(len(session.turns) for session in sessions)
    output.note(
        f"Imported {figures.count(len(sessions), 'session')} with {figures.count(turns, 'turn')}.",
        quiet=shared.quiet,
    )


@command.command(
    "export",
    cls=GlobalsCommand,
    examples=(
        "docanalyst sessions export 4f2a -o review.docx",
        "docanalyst sessions export 4f2a -o review.pdf",
    ),
)
@argument("session_id", _ID, metavar="ID")
@click.option(
    "-o",
    "--output",
    "name",
    required=True,
    metavar="FILE",
    help="File to write: .md, .html, .json, .jsonl, .docx or .pdf.",
)
@overwrite_option
@click.option("--plain-cites", is_flag=True, help="Use plain citations instead of legal pin cites.")
@click.pass_obj
def export_command(shared: Globals, session_id: str, name: str, overwrite: bool, plain_cites: bool) -> None:
    """Export a session to a file in the format of its suffix.

    FILE.pdf is a copy of each cited PDF with the quotes highlighted.
    """
    from docanalyst.analyst.documents.sources import all_members
    from docanalyst.cli.files import user_files, write_all

    analyst = shared.analyst()
    documents = [item.path for item in all_members(analyst.store.sessions.get(session_id))]
    contents, notes = analyst.export(session_id, name, plain=plain_cites)
    for line in notes:
        output.warning(line)
    written = write_all(user_files(shared, inputs=documents, overwrite=overwrite), contents)
    if shared.json:
        output.data_json(written)
    for place in written:
        output.note(f"Wrote {place}.", quiet=shared.quiet)


@command.command(
    "verify",
    cls=GlobalsCommand,
    examples=("docanalyst sessions verify 4f2a", "docanalyst sessions verify 4f2a --current"),
)
@argument("session_id", _ID, metavar="ID")
@click.option("--current", is_flag=True, help="Check against the current files, read again.")
@click.option("--strict", is_flag=True, help="Exit with code 7 if any quote is not verified.")
@click.pass_obj
def verify_command(shared: Globals, session_id: str, current: bool, strict: bool) -> None:
    """Check a session's quotes again and report what has changed."""
    from docanalyst.analyst.documents.sources import all_members
    from docanalyst.analyst.review.evidence import file_states, recheck
    from docanalyst.cli.evidence import citation_lines
    from docanalyst.domain.errors import UnverifiedCitations
    from docanalyst.domain.records.turns import citation_record

    analyst = shared.analyst()
    session = analyst.store.sessions.get(session_id)
    states = file_states(all_members(session))
    documents_of = _read_again(analyst, session, shared) if current else _stored(analyst, session)
    checked = recheck(session, documents_of)
    failed = sum(not item.verified for turn in checked for item in turn.citations)
    total = sum(len(turn.citations) for turn in checked)
    if shared.json:
        output.data_json(
            {
                "session_id": session.id,
                "against": "current" if current else "stored",
                "files": [
                    {
                        "path": item.document.path,
                        "sha256": item.document.sha256,
                        "state": item.state,
                        "now": item.sha256,
                    }
                    for item in states
                ],
                "turns": [
                    {
                        "turn_id": item.turn.id,
                        "citations": [citation_record(citation) for citation in item.citations],
                        "changed": [
                            {"number": before.number, "before": before.verdict, "after": after.verdict}
                            for before, after in item.changed
                        ],
                    }
                    for item in checked
                ],
            }
        )
    else:
        for state in states:
            output.data(f"{state.document.path}: {state.state}")
        for item in checked:
            output.data(f"\n> {shortened(item.turn.question, 100)}")
            for before, after in item.changed:
                output.data(f"  changed: [{after.number}] before: {before.verdict}, after: {after.verdict}")
            for citation in item.citations:
                for line in citation_lines(citation):
                    output.data(*line)
    output.note(f"{total - failed} of {total} quotes verified", quiet=shared.quiet)
    if strict and failed:
        verb = "is" if failed == 1 else "are"
        raise UnverifiedCitations(
            f"{failed} of {total} quotes {verb} not verified.", "Check them in the list above."
        )


def _stored(analyst: Analyst, session: Session) -> Callable[[Turn], list[Document]]:
    """Return a function that gives the documents of a turn as they were read then."""
    return lambda turn: analyst.turn_documents(session, turn)


def _read_again(analyst: Analyst, session: Session, shared: Globals) -> Callable[[Turn], list[Document]]:
    """Return a function that gives the documents of a turn from the current files."""
    from docanalyst.analyst.documents.sources import all_members, members_of, taken
    from docanalyst.cli.opening import read_documents

    now = {item.sha256: read_documents(analyst, [item.given], shared)[0] for item in all_members(session)}
    return lambda turn: [taken(now[item.sha256], item) for item in members_of(session, turn)]
