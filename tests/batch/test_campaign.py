"""Two hundred contracts through a provider with every fault, and a run that is killed again and again."""

from __future__ import annotations

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.batch_support import Go, write_contracts
from batch.grid_server import CHARGED, FAULTS, GridServer, Seen

import docanalyst
from docanalyst.domain.grid.grids import RowStatus, Stated
from docanalyst.settings import load_settings
from docanalyst.storage import Store

pytestmark = pytest.mark.slow

TWICE = {"empty answer", "no fields", "half the fields", "cut at length"}
"""Faults after which a second answer is asked for, and paid for."""

UNITS = 200
KILLS = int(os.environ.get("DOCANALYST_BATCH_KILLS", "4"))
"""20 for the long campaign, over two hundred contracts."""


def fault_of(unit: str) -> str:
    """5 % of the units have each of the faults; the rest have none."""
    place = int(hashlib.sha256(unit.encode()).hexdigest(), 16) % 20
    return FAULTS[place] if place < len(FAULTS) else ""


def first_time(seen: Seen) -> str:
    fault = fault_of(seen.unit)
    return fault if seen.number == 1 and not seen.repair else ""


def test_two_hundred_contracts_with_every_fault(
    tmp_path: Path, go: Go, served: Callable[[str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docanalyst.providers.wire.stream.backoff", lambda attempt: 0.02 * attempt)
    monkeypatch.setattr("docanalyst.batch.unit.asking.backoff", lambda attempt: 0.02 * attempt)
    paths = write_contracts(tmp_path / "contracts", UNITS)
    with GridServer(first_time, latency=0.005) as server:
        served(server.url)
        batch = go(paths, concurrency=16)
    faults = {f"{number:04d}": fault_of(f"{number:04d}") for number in range(1, UNITS + 1)}
    assert set(faults.values()) == {*FAULTS, ""}
    assert batch.ended.status == "complete"
    assert [row.unit for row in batch.rows] == [str(path) for path in paths]
    for row, (unit, fault) in zip(batch.rows, faults.items(), strict=True):
        assert row.status is RowStatus.COMPLETE, (fault, row.error)
        assert [answer.stated for answer in row.answers] == [Stated.STATED] * 2
        expected = "not_found" if fault == "wrong quote" else "verbatim"
        assert {answer.verdict for answer in row.answers} == {expected}, fault
        assert len(server.bill.tokens[unit]) == (2 if fault in TWICE else 1), fault
        assert row.attempts == (2 if fault in TWICE | CHARGED else 1), fault
        assert row.cost_estimated == (fault == "no usage")
        assert (row.doubt_micros > 0) == (fault in CHARGED), fault
    tally = batch.ended.tally
    assert (tally.input_tokens, tally.output_tokens) == (server.bill.input_tokens, server.bill.output_tokens)
    price = server.bill.input_tokens * 1 + server.bill.output_tokens * 2
    assert tally.spent_micros == sum(row.cost_micros or 0 for row in batch.rows) == price
    assert 1 < server.bill.most_at_once <= 16


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_again_and_again_nothing_answered_is_sent_twice(
    tmp_path: Path, served: Callable[[str], None]
) -> None:
    units = 10 * KILLS
    write_contracts(tmp_path / "contracts", units)
    step = units // (KILLS + 1)
    state: dict[str, subprocess.Popen[bytes] | None] = {"process": None}
    under_way: set[str] = set()
    at_a_kill: Counter[str] = Counter()
    answered_before: list[set[str]] = []
    kills = 0

    def behave(seen: Seen) -> str:
        nonlocal kills
        under_way.discard(seen.unit)
        process = state["process"]
        if process is not None and kills < KILLS and len(server.requests) >= (kills + 1) * step:
            kills += 1
            process.send_signal(signal.SIGKILL)
            state["process"] = None
        return "reset" if state["process"] is None else ""

    with GridServer(behave, latency=0.03) as server:
        served(server.url)
        while True:
            before = len(server.requests)
            answered_before.append(answered(tmp_path))
            process = state["process"] = start(tmp_path)
            code = process.wait(60)
            asked = Counter(seen.unit for seen in server.requests[before:])
            assert not answered_before[-1] & set(asked), "a unit that was answered was sent again"
            if code == 0:
                break
            assert code == -signal.SIGKILL
            at_a_kill.update(unit for unit in asked if unit not in answered(tmp_path))
    assert kills == KILLS
    rows = stored(tmp_path)
    assert len(rows) == units
    assert {status for status, _, _ in rows.values()} == {"complete"}
    for unit, bills in server.bill.tokens.items():
        assert len(bills) <= 1 + at_a_kill[unit]
    spent = sum(cost for _, cost, _ in rows.values())
    doubt = sum(doubt for _, _, doubt in rows.values())
    billed = server.bill.input_tokens * 1 + server.bill.output_tokens * 2
    lost = sum(len(bills) - 1 for bills in server.bill.tokens.values())
    assert spent <= billed <= spent + doubt
    for name, (_, cost, in_doubt) in rows.items():
        if not in_doubt:
            bills = server.bill.tokens[Path(name).stem[-4:]]
            assert cost == sum(tokens_in + 2 * tokens_out for tokens_in, tokens_out in bills), name
    table = (tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()
    assert len(table) == units + 1
    print(f"{kills} kills, {len(server.requests)} requests for {units} units, {lost} answers lost on the way")


def start(folder: Path) -> subprocess.Popen[bytes]:
    command = ["batch", "contracts", "-q", "Who are the parties?", "-q", "What is the rent?"]
    command = [*command, "-o", "out.csv", "--concurrency", "4", "--yes", "--quiet"]
    for path in sorted((folder / "contracts").iterdir()):
        command.append(str(path))
    command.remove("contracts")
    program = [sys.executable, "-m", "docanalyst", *command]
    environment = os.environ | {"PYTHONPATH": str(Path(docanalyst.__file__).parents[1])}
    return subprocess.Popen(program, cwd=folder, env=environment, stdout=subprocess.DEVNULL)


def stored(folder: Path) -> dict[str, tuple[str, int, int]]:
    """Unit → status, cost and doubt in micros, of the run in the store."""
    path = load_settings(None).store_path
    if not path.exists():
        return {}
    with Store.open(path) as store:
        runs = store.batches.recent(5)
        assert len(runs) <= 1, "a resumed run is the same run"
        items = store.batches.items(runs[0].id) if runs else []
    return {
        item.unit: (item.status, item.record.get("cost_micros") or 0, item.record.get("doubt_micros") or 0)
        for item in items
    }


def answered(folder: Path) -> set[str]:
    """Numbers of the contracts that the store has an answer for."""
    found = stored(folder).items()
    return {Path(unit).stem[-4:] for unit, (status, _, _) in found if status in ("complete", "partial")}


@pytest.mark.skipif("DOCANALYST_BATCH_PDFS" not in os.environ, reason="the long campaign, with real PDFs")
def test_two_hundred_pdfs_with_every_fault(
    tmp_path: Path, go: Go, served: Callable[[str], None], shared: Path
) -> None:
    originals = sorted((shared / "evaldata" / "contracts" / "pdf").glob("*.pdf"))
    paths = []
    (tmp_path / "pdfs").mkdir()
    for number in range(UNITS):
        path = tmp_path / "pdfs" / f"contract-{number:04d}.pdf"
        shutil.copyfile(originals[number % len(originals)], path)
        with path.open("ab") as file:
            file.write(f"\n% copy {number}\n".encode())
        paths.append(path)
    order = iter(range(10**6))

    def sometimes(seen: Seen) -> str:
        place = next(order) % 20
        return FAULTS[place] if place < len(FAULTS) and seen.number == 1 else ""

    with GridServer(sometimes, latency=0.005) as server:
        served(server.url)
        batch = go(paths, concurrency=16)
    assert {row.status for row in batch.rows} == {RowStatus.COMPLETE}
    assert batch.ended.tally.spent_micros == server.bill.input_tokens * 1 + server.bill.output_tokens * 2
    print(batch.ended)
