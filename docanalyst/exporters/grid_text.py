"""Writes a grid as JSON lines or Markdown, one object or section for each unit."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import TextIO

from docanalyst.domain.grid.grids import UNREAD, Grid, GridReceipt, Row, RowStatus
from docanalyst.domain.models import OFFLINE, Cost
from docanalyst.domain.records.rows import flat_record, joined_pages, joined_quotes
from docanalyst.domain.text import seen, with_escapes
from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import verdict_words

_MARKUP = re.compile(r"([\\`*_{}\[\]<>#|~$&!])")


def write_json_lines(target: TextIO, grid: Grid, rows: Iterable[Row], receipt: GridReceipt) -> None:
    """Write one JSON object for each unit; invisible control characters are escaped."""
    for row in rows:
        text = json.dumps(flat_record(row, grid), ensure_ascii=False)
        target.write(with_escapes(text) + "\n")


def write_markdown(target: TextIO, grid: Grid, rows: Iterable[Row], receipt: GridReceipt) -> None:
    """Write a section for each unit with a line for each field, then the incomplete units and the receipt."""
    missing: list[tuple[str, str, str]] = []
    told = False
    for row in rows:
        if row.reader == OFFLINE and not told:
            target.write(f"{UNREAD}\n\n")
            told = True
        target.write(f"## {markdown(row.unit)}\n\n")
        if row.status is not RowStatus.COMPLETE:
            missing.append((row.unit, row.status.value, row.error))
            target.write(f"**{row.status.value}**: {markdown(row.error)}\n\n")
        target.write("| field | value | page | verdict | quote |\n|---|---|---|---|---|\n")
        for column in grid.columns:
            answer = row.answer(column.field.name)
            note = answer.problem or answer.note
            aside = f" ({markdown(note)})" if note and note not in answer.text else ""
            value = markdown(answer.text) + aside
            cells = [
                markdown(column.heading),
                value,
                joined_pages(answer),
                verdict_words(answer.verdict),
                markdown(joined_quotes(answer).replace("\n", " / ")),
            ]
            target.write(f"| {' | '.join(cells)} |\n")
        cost = figures.money(None if row.cost_micros is None else Cost(row.cost_micros))
        facts = [figures.count(row.tokens, "token"), cost, figures.seconds(row.seconds)]
        target.write(f"\n{' · '.join(facts)}\n\n")
    if missing:
        target.write("## Incomplete units\n\n")
        target.writelines(
            f"- {markdown(unit)}: {status}: {markdown(error)}\n" for unit, status, error in missing
        )
        target.write("\n")
    target.write("## Receipt\n\n| | |\n|---|---|\n")
    target.writelines(f"| {markdown(name)} | {markdown(value)} |\n" for name, value in receipt.lines)


def markdown(text: str) -> str:
    """Return untrusted text on one line, escaped so that Markdown shows it as is."""
    return _MARKUP.sub(r"\\\1", " ".join(seen(text).split()))
