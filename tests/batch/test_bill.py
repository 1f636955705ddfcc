"""Runs that fail, stop at a cap and are killed: what the server bills is in the table or in doubt.

The server keeps its own bill, and also bills answers that never arrive whole. `DOCANALYST_BATCH_KILLS` sets
how often each run is killed; where it is set, runs over a cluster have as many units as the others.
"""

from __future__ import annotations

import csv
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from batch.batch_api import BatchApi
from batch.batch_support import write_contracts, write_pdfs
from batch.grid_server import CHARGED, FAULTS, GridServer, Seen

import docanalyst
from docanalyst.settings import load_settings
from docanalyst.storage import Store

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="kill -9"),
    pytest.mark.timeout(1_200),
]
LONG = "DOCANALYST_BATCH_KILLS" in os.environ
KILLS = int(os.environ.get("DOCANALYST_BATCH_KILLS", "30"))
UNITS = 300
KINDS = sorted({*FAULTS, *CHARGED})
ASK = ("-q", "Who are the parties?", "-q", "What is the rent?", "--max-output", "600", "--yes", "--json")


def one_in_ten(seed: int) -> Callable[[Seen], str]:
    """A fault of any kind for every tenth request."""
    dice = random.Random(seed)
    return lambda seen: dice.choice(KINDS) if dice.random() < 0.1 else ""


class Program:
    """The command, run again and again in one folder."""

    def __init__(self, folder: Path, *arguments: object) -> None:
        self.folder = folder
        self.arguments = [str(argument) for argument in arguments]
        self.dice = random.Random(len(self.arguments))

    def start(self, *more: object) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "docanalyst", *self.arguments, *(str(item) for item in more)]
        environment = os.environ | {"PYTHONPATH": str(Path(docanalyst.__file__).parents[1])}
        pipe = subprocess.PIPE
        return subprocess.Popen(
            command, cwd=self.folder, env=environment, stdout=pipe, stderr=pipe, text=True
        )

    def killed(self, began: Callable[[], int], *more: object) -> bool:
        """Kill the command soon after it has begun to send; False if it ended before."""
        before, process = began(), self.start(*more)
        until = time.monotonic() + 60
        while began() == before and process.poll() is None and time.monotonic() < until:
            time.sleep(0.005)
        time.sleep(self.dice.uniform(0, 0.5))
        ended = process.poll() is not None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return not ended

    def ended(self, *more: object) -> tuple[int, Any]:
        process = self.start(*more)
        out, err = process.communicate(timeout=600)
        assert "Traceback" not in err, err
        return process.returncode, json.loads(out.splitlines()[-1])


def table(folder: Path) -> tuple[int, int]:
    """Cost and doubt of the table, in millionths of a dollar."""
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as target:
        rows = list(csv.DictReader(target))
    columns = ("cost_usd", "in_doubt_usd")
    cost, doubt = (sum(round(float(row[name] or 0) * 1e6) for row in rows) for name in columns)
    return cost, doubt


def assert_agreed(folder: Path, ended: Any, bill: int, cap: int | None = None) -> None:
    cost, doubt = table(folder)
    assert cost <= bill <= cost + doubt
    assert round(ended["run_cost_usd"] * 1e6) == cost
    assert round(ended["run_may_also_be_billed_usd"] * 1e6) == doubt
    with Store.open(load_settings(None).store_path) as store:
        groups = store.reports.spending()
    assert sum(group.micros or 0 for group in groups) == cost
    assert sum(group.doubt_micros for group in groups) == doubt
    if cap is not None:
        assert bill <= cost + doubt <= cap


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DOCANALYST_READ_TIMEOUT", "2")
    yield


@pytest.mark.parametrize("workers", [(), ("--cluster", "local:2")], ids=["threads", "dask"])
def test_killed_and_capped(
    tmp_path: Path, served: Callable[[str], None], patient: None, workers: Sequence[str]
) -> None:
    if workers:
        pytest.importorskip("distributed")
    units, kills = UNITS, KILLS
    if workers:  # every start of a cluster takes seconds
        units, kills = UNITS if LONG else UNITS // 5, KILLS // 3
    paths = write_contracts(tmp_path / "contracts", units)
    program = Program(tmp_path, "batch", *paths, *ASK, "-o", "out.csv", "--concurrency", 16, *workers)
    with GridServer(one_in_ten(1), latency=0.3, charged=CHARGED) as server:
        served(server.url)
        _, plan = program.ended("--dry-run")
        total = plan["likely_micros"]
        cap = total // 3
        limit = ("--max-cost", cap / 1e6)
        done = 0
        while done < kills // 2 and program.killed(lambda: len(server.requests), *limit):
            done += 1
        code, ended = program.ended(*limit)
        assert code == 9 and ended["status"] == "capped"
        assert_agreed(tmp_path, ended, server.bill.micros, cap)
        capped_at = server.bill.micros
        while done < kills and program.killed(lambda: len(server.requests)):
            done += 1
        code, ended = program.ended()
        assert code in (0, 8)
        assert_agreed(tmp_path, ended, server.bill.micros)
        billed = sum(len(bills) for bills in server.bill.tokens.values())
    print(f"{units} units, {done} kills, bill {server.bill.micros} (at the cap {capped_at} of {cap}), "
          f"table {table(tmp_path)}, {len(server.requests)} requests, {billed} billed")  # fmt: skip


def test_watching_killed_and_ended_by_sigterm(
    tmp_path: Path, served: Callable[[str], None], patient: None
) -> None:
    write_pdfs(tmp_path / "contracts", 30)
    program = Program(tmp_path, "batch", "contracts", *ASK, "-o", "out.csv", "--watch", "--concurrency", 16)
    with GridServer(one_in_ten(2), latency=0.1, charged=CHARGED) as server:
        served(server.url)
        done = 0
        for first in range(31, 91, 10):
            done += program.killed(lambda: len(server.requests))
            write_pdfs(tmp_path / "contracts", 10, first)
        process = program.start()
        lines: list[str] = []
        assert process.stdout is not None
        reader = threading.Thread(target=lambda: lines.extend(process.stdout or ()))
        reader.start()
        until = time.monotonic() + 300
        while not lines and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        process.wait(60)
        reader.join(10)
        assert_agreed(tmp_path, json.loads(lines[-1]), server.bill.micros)
        assert len(server.bill.tokens) == 90
    print(f"{done} kills, bill {server.bill.micros}, table {table(tmp_path)}")


def test_a_provider_batch_killed_while_it_submits_and_collects(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    units, kills = UNITS, KILLS // 2
    paths = write_contracts(tmp_path / "contracts", units)
    monkeypatch.setenv("GROQ_API_KEY", "gsk_canary0123456789")
    monkeypatch.setenv("DOCANALYST_PROVIDER", "groq")
    size = {"groq": {"batch": {"discount": 0.5, "max_file_mb": 0.05}}}
    monkeypatch.setenv("DOCANALYST_PROVIDERS", json.dumps(size))
    with BatchApi(latency=0.02) as api:
        monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", api.url)
        submit = Program(tmp_path, "batch", *paths, *ASK, "-o", "out.csv", "--provider-batch")
        done = sum(submit.killed(lambda: len(api.calls)) for _ in range(kills))
        _, submitted = submit.ended()
        run = submitted["run_id"]
        for batch in list(api.batches):
            api.finish(batch, counted=True)
        assert len(api.billed) == units == len(set(api.billed)), "nothing was submitted twice"
        collect = Program(tmp_path, "batch", "collect", run, "--json")
        done += sum(collect.killed(lambda: len(api.calls)) for _ in range(kills))
        code, collected = collect.ended()
        assert (code, collected["complete"]) == (0, units)
        assert not api.files, "nothing stays at the provider"
    cost, doubt = table(tmp_path)
    assert doubt == 0 and cost == pytest.approx(api.micros(0.075, 0.30), abs=units)
    with Store.open(load_settings(None).store_path) as store:
        (group,) = store.reports.spending()
    assert (group.micros, group.doubt_micros) == (cost, 0)
    print(f"{units} units, {done} kills, bill {api.micros(0.075, 0.30)}, table {cost}")
