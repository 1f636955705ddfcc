"""Writes the table of a run from the database, completely or not at all."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.batch.events import Tally
from docanalyst.batch.jobs import check_output
from docanalyst.batch.planning import RunPlan, UnitPlan
from docanalyst.batch.unit.resuming import (
    NOT_CHECKED,
    RECEIVED,
    SENT,
    SUBMITTED,
    UNANSWERED,
    account_of,
    at_the_provider,
    money_of,
    twin_row,
)
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import GridReceipt, Row, RowStatus
from docanalyst.domain.records.rows import row_from_record
from docanalyst.exporters.presentation.figures import amount

if TYPE_CHECKING:
    from docanalyst.batch.unit.resuming import Money
    from docanalyst.storage import Store
    from docanalyst.storage.batches import BatchItem

UNSENT = "Not sent: the run was stopped first. Run the same command again."
STOPPED = "Stopped before the answer was received. Run the same command again."


def rows_of(store: Store, run_id: str, plan: RunPlan) -> Iterator[Row]:
    """Yield the rows of a run in the order of its units; a unit without an answer says why."""
    for planned in plan.units:
        yield row_of(store, run_id, planned)


def row_of(store: Store, run_id: str, planned: UnitPlan) -> Row:
    """Return the row of one unit."""
    item = store.batches.item(run_id, planned.key)
    if item is None:
        return Row(planned.unit.name, RowStatus.SKIPPED, error=planned.problem or UNSENT)
    known = item.status not in UNANSWERED
    row = row_from_record(item.record) if known else _unanswered_row(store, item, planned)
    return twin_row(row, planned) if planned.twin_of else row


def _unanswered_row(store: Store, item: BatchItem, planned: UnitPlan) -> Row:
    """Return the row of a unit without a checked answer, with what it has cost so far."""
    account, _ = account_of(store, item)
    name = planned.unit.name
    if item.status == RECEIVED:
        return account.on(Row(name, RowStatus.FAILED, error=item.error or NOT_CHECKED))
    if item.status == SUBMITTED:
        return account.on(Row(name, RowStatus.SKIPPED, error=item.error or at_the_provider(item.run_id)))
    unsent = STOPPED if item.status == SENT else UNSENT
    return account.on(Row(name, RowStatus.SKIPPED, error=planned.problem or unsent))


def write_output(store: Store, run_id: str, plan: RunPlan, tally: Tally, status: str) -> Path:
    """Write the table to the job's output, replacing an earlier table only when the new one is complete.

    Raises:
        UsageError: It cannot be written.
    """
    from docanalyst.exporters import grid_text, spreadsheet

    output = plan.job.output
    kind = check_output(output)
    rows = rows_of(store, run_id, plan)
    receipt = receipt_of(plan, run_id, tally, status, money_of(store, run_id))
    draft = _draft(output)
    try:
        if kind == "xlsx":
            with draft.open("wb") as binary:
                spreadsheet.write_xlsx(binary, plan.job.grid, rows, receipt)
                binary.flush()
                os.fsync(binary.fileno())
        else:
            writers = {
                "csv": spreadsheet.write_csv,
                "jsonl": grid_text.write_json_lines,
                "md": grid_text.write_markdown,
            }
            with draft.open("w", encoding="utf-8", newline="") as target:
                writers[kind](target, plan.job.grid, rows, receipt)
                target.flush()
                os.fsync(target.fileno())
        draft.replace(output)
    except OSError as error:
        raise _unwritable(output, error) from error
    finally:
        with suppress(OSError):
            draft.unlink()
    return output


def require_writable(output: Path) -> None:
    """Check that the output can be written, before anything is sent. Raises UsageError."""
    draft = _draft(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise _unwritable(output, error) from error
    if output.is_dir():
        raise UsageError(f"{output} is a folder.", "Name a file with the suffix .csv, .xlsx, .jsonl or .md.")


def _draft(output: Path) -> Path:
    return output.with_name(f".{output.name}.{secrets.token_hex(4)}.part")


def _unwritable(output: Path, error: OSError) -> UsageError:
    return UsageError(
        f"Cannot write {output}: {error.strerror or error}.",
        "Name another file with -o; the saved answers are not asked again.",
    )


def receipt_of(plan: RunPlan, run_id: str, tally: Tally, status: str, money: Money) -> GridReceipt:
    """Return the receipt of a run: its questions, model, result, cost and check.

    Args:
        tally: Of the last command.
        money: Of all commands of the run.
    """
    from docanalyst._version import __version__

    job, grid = plan.job, plan.job.grid
    lines = [
        ("created by", f"docanalyst {__version__}"),
        ("run", f"{run_id} ({status})"),
        ("provider and model", f"{job.spec.provider} · {job.spec.model_id}"),
        ("prompt", grid.prompt or "the user's own questions"),
        ("fields and wording", f"sha256 {grid.digest}"),
        ("one row for each", grid.by),
        (
            "units",
            f"{tally.units}: {tally.complete} complete, {tally.partial} partial, {tally.failed} failed, "
            f"{tally.skipped} skipped; {tally.reused} already answered by earlier runs",
        ),
        ("tokens of the last command", f"{tally.input_tokens:,} in, {tally.output_tokens:,} out"),
        ("cost of this run", amount(money.cost)),
    ]
    if money.doubt:
        doubt = f"up to {amount(money.doubt)}"
        lines.append(("may also be billed", f"{doubt}, for requests that failed"))
    checked = "Every quote was checked word for word against the document."
    lines.append(("checked", f"{checked} Whether it supports the value is for the reader to judge."))
    if job.offline:
        lines.append(
            ("offline", "No model has read the documents: each value is the closest passage, unread.")
        )
    lines += [(column.heading, column.field.definition) for column in grid.columns]
    return GridReceipt(tuple(lines))
