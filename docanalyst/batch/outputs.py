"""Writes the table of a run from the database, completely or not at all."""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from docanalyst.batch.events import Tally
from docanalyst.batch.jobs import Job, check_output
from docanalyst.batch.planning import RunPlan, UnitPlan
from docanalyst.batch.unit.resuming import OPEN, SENT, SUBMITTED, at_the_provider, twin_row
from docanalyst.batch.units import short_names
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import UNREAD, GridReceipt, Row, RowStatus
from docanalyst.domain.records.rows import row_from_record
from docanalyst.exporters import grid_text, reviewed, spreadsheet
from docanalyst.exporters.presentation.figures import amount
from docanalyst.exporters.spreadsheet import Layout
from docanalyst.storage.user_files import UserFiles

if TYPE_CHECKING:
    from docanalyst.storage import Store

UNSENT = "Not sent: the run was stopped first. Run the same command again."


def rows_of(store: Store, run_id: str, plan: RunPlan) -> Iterator[Row]:
    """Yield the rows of a run in the order of its units; a unit without an answer says why."""
    for planned in plan.units:
        yield row_of(store, run_id, planned)


def row_of(store: Store, run_id: str, planned: UnitPlan) -> Row:
    """Return the row of one unit."""
    item = store.batches.item(run_id, planned.key)
    if item is not None and item.status == SUBMITTED:
        return Row(planned.unit.name, RowStatus.SKIPPED, error=at_the_provider(run_id))
    if item is None or item.status in (OPEN, SENT):
        return Row(planned.unit.name, RowStatus.SKIPPED, error=planned.problem or UNSENT)
    row = row_from_record(item.record)
    return twin_row(row, planned) if planned.twin_of else row


def write_output(
    store: Store,
    run_id: str,
    plan: RunPlan,
    tally: Tally,
    status: str,
    warn: Callable[[str], object] = lambda text: None,
) -> Path:
    """Write the table to the job's output, replacing an earlier table only when the new one is complete.

    Columns that a reviewer added to the earlier table stay. If our own cells were changed there, a copy of it
    is kept beside the new one.

    Args:
        warn: Called with a sentence about such a copy.

    Raises:
        UsageError: It cannot be written.
    """
    output = plan.job.output
    kind = check_output(output)
    files = _files(store.directory, plan.job, [path for item in plan.units for path in _paths(item)])
    place = files.check(output, ours=reviewed.is_table)
    changed = place.exists() and not files.wrote(place)
    earlier = None
    if changed or reviewed.has_additions(place):
        earlier = reviewed.read_table(place, kind)
    layout = Layout(short_names([item.unit.name for item in plan.units]), earlier)
    receipt = receipt_of(plan, run_id, tally, status)

    def fill(binary: BinaryIO) -> None:
        rows = rows_of(store, run_id, plan)
        if kind == "xlsx":
            spreadsheet.write_xlsx(binary, plan.job.grid, rows, receipt, layout)
            return
        bom = kind == "csv" and plan.job.csv_bom
        text = io.TextIOWrapper(binary, encoding="utf-8-sig" if bom else "utf-8", newline="")
        if kind == "csv":
            spreadsheet.write_csv(text, plan.job.grid, rows, receipt, layout)
        elif kind == "jsonl":
            grid_text.write_json_lines(text, plan.job.grid, rows, receipt)
        else:
            grid_text.write_markdown(text, plan.job.grid, rows, receipt)
        text.detach()

    def make(draft: Path) -> None:
        with draft.open("r+b") as binary:
            fill(binary)
            binary.flush()
            os.fsync(binary.fileno())
        if earlier is None or not changed:
            return
        newer = reviewed.read_table(draft, kind)
        if newer is None or earlier.loses(newer):
            copy = files.write(_copy_name(place), place.read_bytes())
            warn(f"{output.name} was changed by hand; the changed table was kept as {copy.name}")

    try:
        return files.put(output, make, ours=reviewed.is_table)
    except OSError as error:
        raise _unwritable(output, error) from error


def _copy_name(place: Path) -> Path:
    return place.with_name(f"{place.stem}.changed-{datetime.now():%Y%m%d-%H%M%S-%f}{place.suffix}")


def require_writable(directory: Path, job: Job, inputs: Iterable[str] = ()) -> None:
    """Check that the output may and can be written, before anything is sent.

    Args:
        directory: The data directory.
        inputs: The documents.

    Raises:
        UsageError: It cannot, or it is a file that docanalyst did not write.
    """
    output = job.output
    place = _files(directory, job, inputs).check(output, ours=reviewed.is_table)
    draft = place.with_name(f".docanalyst-{secrets.token_hex(6)}.part")
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        draft.touch()
        draft.unlink()
    except OSError as error:
        raise _unwritable(output, error) from error


def _files(directory: Path, job: Job, inputs: Iterable[str]) -> UserFiles:
    return UserFiles(directory, inputs=inputs, overwrite=job.overwrite)


def _paths(planned: UnitPlan) -> list[str]:
    return [file.path for file in planned.unit.files]


def _unwritable(output: Path, error: OSError) -> UsageError:
    return UsageError(
        f"Cannot write {output}: {error.strerror or error}.",
        "Name another file with -o; the saved answers are not asked again.",
    )


def receipt_of(plan: RunPlan, run_id: str, tally: Tally, status: str) -> GridReceipt:
    """Return the receipt of a run: its questions, model, result, cost and check."""
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
        ("tokens of this run", f"{tally.input_tokens:,} in, {tally.output_tokens:,} out"),
        ("cost of this run", amount(tally.spent_micros)),
    ]
    if tally.doubt_micros:
        doubt = f"up to {amount(tally.doubt_micros)}"
        lines.append(("may also be billed", f"{doubt}, for interrupted requests"))
    checked = "Every quote was checked word for word against the document."
    lines.append(("checked", f"{checked} Whether it supports the value is for the reader to judge."))
    if job.offline:
        lines.append(("reader", UNREAD))
    lines += [(column.heading, column.field.definition) for column in grid.columns]
    return GridReceipt(tuple(lines))
