"""`docanalyst sessions`: what was asked and kept."""

from __future__ import annotations

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup


@click.group("sessions", cls=GlobalsGroup)
def command() -> None:
    """List, show and manage kept sessions."""


@command.command("list", cls=GlobalsCommand)
@click.option("--limit", type=click.IntRange(min=1), default=50, show_default=True, help="How many to list.")
@click.pass_obj
def list_command(shared: Globals, limit: int) -> None:
    """List sessions, the latest first."""
    from docanalyst.cli.opening import announce_recovered
    from docanalyst.domain.session_records import session_record

    analyst = shared.analyst()
    announce_recovered(analyst, shared)
    sessions = analyst.store.list_sessions(limit)
    if shared.json:
        output.data_json([{"id": session.id} | session_record(session) for session in sessions])
        return
    if not sessions:
        output.note("No session is kept yet. Begin with: docanalyst ask FILE -q QUESTION", quiet=shared.quiet)
    for session in sessions:
        documents = ", ".join(item.path.replace("\\", "/").rsplit("/", 1)[-1] for item in session.documents)
        turns = f"{session.turn_count} turn{'' if session.turn_count == 1 else 's'}"
        updated = session.updated_at[:16].replace("T", " ")
        output.data(f"{session.id}  {updated}  {turns:>8}  {session.title}  ({documents})")


@command.command("show", cls=GlobalsCommand)
@click.argument("session_id", metavar="ID")
@click.pass_obj
def show_command(shared: Globals, session_id: str) -> None:
    """Show a session: its documents, questions, answers and evidence."""
    from docanalyst.cli.evidence import evidence_lines, receipt_line
    from docanalyst.cli.opening import announce_recovered
    from docanalyst.domain.body import answer_body
    from docanalyst.domain.session_records import session_record
    from docanalyst.domain.turns import TurnStatus

    analyst = shared.analyst()
    announce_recovered(analyst, shared)
    session = analyst.store.get_session(session_id)
    if shared.json:
        output.data_json({"id": session.id} | session_record(session))
        return
    output.data(output.styled(session.title, bold=True))
    for place, item in enumerate(session.documents, 1):
        output.data(f"  D{place}  {item.path}  pages {item.pages} of {item.page_count}")
    for turn in session.turns:
        output.data(f"\n> {turn.question}\n")
        if turn.status is not TurnStatus.COMPLETE:
            reason = f": {turn.error}" if turn.error else ""
            output.data(f"({turn.status}{reason})\n")
        output.data(answer_body(turn.answer).rstrip())
        for line in evidence_lines(turn):
            output.data(*line)
        output.data(receipt_line(turn))


@command.command("rename", cls=GlobalsCommand)
@click.argument("session_id", metavar="ID")
@click.argument("title")
@click.pass_obj
def rename_command(shared: Globals, session_id: str, title: str) -> None:
    """Give a session another title."""
    shared.analyst().store.rename(session_id, title)
    output.note(f"Renamed to “{title}”.", quiet=shared.quiet)


@command.command("delete", cls=GlobalsCommand)
@click.argument("session_id", metavar="ID")
@click.option("--purge", is_flag=True, help="Also forget the text of documents that no other session uses.")
@click.pass_obj
def delete_command(shared: Globals, session_id: str, purge: bool) -> None:
    """Delete a session with its turns."""
    store = shared.analyst().store
    session = store.get_session(session_id)
    store.delete_session(session.id, purge=purge)
    output.note(f"Deleted “{session.title}” with {len(session.turns)} turns.", quiet=shared.quiet)
