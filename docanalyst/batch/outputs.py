"""The table as a file: written from the store, whole or not at all."""

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
from docanalyst.batch.unit.resuming import OPEN, SENT, SUBMITTED, at_the_provider, twin_row
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import GridReceipt, Row, RowStatus
from docanalyst.domain.records.rows import row_from_record
from docanalyst.exporters.presentation.figures import amount

if TYPE_CHECKING:
    from docanalyst.storage import Store

UNSENT = "Not sent: the run was stopped before it. Run the same command again."


def rows_of(store: Store, run_id: str, plan: RunPlan) -> Iterator[Row]:
    """The rows of a run in the order of its units, one at a time; a unit without an answer says why."""
    for planned in plan.units:
        yield row_of(store, run_id, planned)


def row_of(store: Store, run_id: str, planned: UnitPlan) -> Row:
    """The row of one unit."""
    item = store.batches.item(run_id, planned.key)
    if item is not None and item.status == SUBMITTED:
        return Row(planned.unit.name, RowStatus.SKIPPED, error=at_the_provider(run_id))
    if item is None or item.status in (OPEN, SENT):
        return Row(planned.unit.name, RowStatus.SKIPPED, error=planned.problem or UNSENT)
    row = row_from_record(item.record)
    return twin_row(row, planned) if planned.twin_of else row


def write_output(store: Store, run_id: str, plan: RunPlan, tally: Tally, status: str) -> Path:
    """Write the table to the job's output; what was there before stays until the new one is whole.

    Raises UsageError where it cannot be written.
    """
    from docanalyst.exporters import grid_text, spreadsheet

    output = plan.job.output
    kind = check_output(output)
    rows = rows_of(store, run_id, plan)
    receipt = receipt_of(plan, run_id, tally, status)
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
    """Raises UsageError where the output could not be written; to be asked before anything is sent."""
    draft = _draft(output)
    try:
        output.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise _unwritable(output, error) from error
    if output.is_dir():
        raise UsageError(f"{output} is a folder.", "Name a file that ends in .csv, .xlsx, .jsonl or .md.")


def _draft(output: Path) -> Path:
    return output.with_name(f".{output.name}.{secrets.token_hex(4)}.part")


def _unwritable(output: Path, error: OSError) -> UsageError:
    return UsageError(
        f"{output} cannot be written: {error.strerror or error}.",
        "Nothing is lost: name another output with -o, and what is answered is not asked again.",
    )


def receipt_of(plan: RunPlan, run_id: str, tally: Tally, status: str) -> GridReceipt:
    """What stands beside the table: what was asked of whom, how it ended, what it cost, what was checked."""
    from docanalyst._version import __version__

    job, grid = plan.job, plan.job.grid
    lines = [
        ("made by", f"docanalyst {__version__}"),
        ("run", f"{run_id} ({status})"),
        ("provider and model", f"{job.spec.provider} · {job.spec.model_id}"),
        ("prompt", grid.prompt or "questions of the user's own"),
        ("fields and wording", f"sha256 {grid.digest}"),
        ("a row is", f"a {grid.by}"),
        (
            "units",
            f"{tally.units}: {tally.complete} complete, {tally.partial} partial, {tally.failed} failed, "
            f"{tally.skipped} skipped; {tally.reused} answered before this run",
        ),
        ("tokens of this run", f"{tally.input_tokens:,} in, {tally.output_tokens:,} out"),
        ("cost of this run", amount(tally.spent_micros)),
    ]
    if tally.doubt_micros:
        doubt = f"up to {amount(tally.doubt_micros)}"
        lines.append(("may have been billed beside it", f"{doubt}, for requests that broke off"))
    checked = (
        "Every quote was looked up word for word in the document. Whether it supports the value is for the "
    )
    lines.append(("checked", f"{checked}reader to judge."))
    if job.offline:
        told = "No model has read the documents: a value is the closest passage, nothing is concluded."
        lines.append(("offline", told))
    lines += [(column.heading, column.field.definition) for column in grid.columns]
    return GridReceipt(tuple(lines))
