"""`docanalyst spending`: show tokens, cost and time."""

from __future__ import annotations

import csv
import sys
from dataclasses import asdict
from datetime import UTC, datetime

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand
from docanalyst.cli.tables import show_table
from docanalyst.domain.errors import UsageError
from docanalyst.exporters.presentation.figures import amount, seconds


@click.command(
    "spending",
    cls=GlobalsCommand,
    examples=(
        "docanalyst spending --by month",
        "docanalyst spending --by folder --since 2026-01-01 --csv",
    ),
)
@click.option(
    "--by",
    type=click.Choice(["provider", "model", "month", "day", "session", "folder"]),
    default="provider",
    show_default=True,
    help="How to group the costs.",
)
@click.option("--since", metavar="DATE", help="Only since this date, such as 2026-01-31.")
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@click.pass_obj
def command(shared: Globals, by: str, since: str | None, as_csv: bool) -> None:
    """Show tokens, cost and time by provider, model, month, day, session or folder."""
    since = _as_date(since) if since else None
    groups = shared.analyst().store.reports.spending(by, since=since)
    if shared.json:
        output.data_json([asdict(group) for group in groups])
        return
    head = (by, "answers", "input", "cached", "output", "cost", "in doubt", "time")
    rows = [
        (
            group.key,
            f"{group.answers}",
            f"{group.input_tokens}",
            f"{group.cached_tokens}",
            f"{group.output_tokens}",
            "" if group.micros is None else amount(group.micros, group.currency or "USD"),
            amount(group.doubt_micros, group.currency or "USD") if group.doubt_micros else "",
            seconds(group.seconds),
        )
        for group in groups
    ]
    if as_csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([head, *rows])
        return
    show_table([head, *rows], right=range(1, len(head)))
    if any(group.doubt_micros for group in groups):
        output.note(
            "In doubt: the most that providers may also charge for requests that failed.", quiet=shared.quiet
        )
    if any(group.estimated for group in groups):
        output.note(
            "Some costs are estimates because the provider reported no token counts.", quiet=shared.quiet
        )


def _as_date(given: str) -> str:
    """Return a day or time in UTC as the database stores it; a month means its first day.

    Raises:
        UsageError: The text is not a date.
    """
    try:
        moment = datetime.fromisoformat(f"{given}-01" if len(given) == len("2026-01") else given)
        if len(given) <= len("2026-01-31"):
            return moment.date().isoformat()
        return moment.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        raise UsageError(f"Invalid date: {given!r}.", "Write it as 2026-01-31.") from None
