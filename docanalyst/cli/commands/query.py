"""`docanalyst query`: read-only SQL queries of the database."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from itertools import islice
from math import isfinite
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument
from docanalyst.cli.tables import show_table
from docanalyst.exporters.presentation.places import shortened

if TYPE_CHECKING:
    from docanalyst.storage.reports.query import Answer, Value

_GUARDED = ("=", "+", "-", "@", "\t", "\r")


@click.command(
    "query",
    cls=GlobalsCommand,
    examples=(
        "docanalyst query                         list the built-in queries",
        "docanalyst query unverified              run one of them",
        "docanalyst query 'SELECT * FROM answers LIMIT 5' --csv",
    ),
)
@argument(
    "sql",
    "A SELECT statement or the name of a built-in query; without it, the built-in queries are listed.",
    metavar="[SQL|NAME]",
    required=False,
)
@click.option("--csv", "as_csv", is_flag=True, help="Print comma-separated values.")
@click.option("--table", "as_table", is_flag=True, help="Print a table (the default).")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    metavar="SECONDS",
    help="Stop a query that takes longer.",
)
@click.pass_obj
def command(shared: Globals, sql: str | None, as_csv: bool, as_table: bool, timeout: float) -> None:
    """Query the database in SQL, read-only.

    Views: answers, unverified_citations, documents_used, spending_by_month.
    """
    from docanalyst.storage.reports.query import ready_queries

    ready = {query.name: query for query in ready_queries()}
    if sql is None:
        if shared.json:
            output.data_json([{"name": q.name, "title": q.title, "sql": q.sql} for q in ready.values()])
        width = max(map(len, ready))
        for query in () if shared.json else ready.values():
            output.data(f"{query.name:<{width}}  {query.title}")
        return
    answer = _answer(shared, ready[sql].sql if sql in ready else sql, timeout)
    if shared.json:
        names = _distinct(answer.columns)
        output.data_json([dict(zip(names, map(_as_json, row), strict=True)) for row in answer.rows])
    elif as_csv:
        _write_csv(answer)
    else:
        _write_table(answer)


def _answer(shared: Globals, sql: str, timeout: float) -> Answer:
    """Run a query; a writable database is first upgraded to the current schema."""
    from docanalyst.storage.reports.query import is_read_only, run

    path = shared.settings().store_path
    if is_read_only(path):
        return run(path, sql, timeout)
    return shared.analyst().store.reports.query(sql, timeout)


def _write_csv(answer: Answer) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(answer.columns)
    for row in answer.rows:
        writer.writerow([_inert(_as_json(value)) for value in row])


def _distinct(columns: Sequence[str]) -> list[str]:
    """Return column names made unique as SQLite does in a view: id, id:1, id:2."""
    names: list[str] = []
    for column in columns:
        name, number = column, 0
        while name in names:
            number += 1
            name = f"{column}:{number}"
        names.append(name)
    return names


def _as_json(value: Value) -> str | int | float | None:
    """Return a value that JSON can hold: bytes in hexadecimal, infinity as text."""
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, float) and not isfinite(value):
        return str(value)
    return value


def _inert(value: Any) -> Any:
    """Put an apostrophe before a text that a spreadsheet would run as a formula."""
    if not isinstance(value, str):
        return value
    text = output.plain(value)
    return f"'{text}" if text.startswith(_GUARDED) else text


def _write_table(answer: Answer) -> None:
    rows = [
        tuple("" if value is None else str(_as_json(value)) for value in row)
        for row in islice(answer.rows, 1_000)
    ]
    more = next(answer.rows, None) is not None
    cells = [tuple(shortened(cell, 60) for cell in row) for row in [answer.columns, *rows]]
    show_table(cells)
    if more:
        output.note("Showing the first 1,000 rows; --csv and --json print all rows.")
