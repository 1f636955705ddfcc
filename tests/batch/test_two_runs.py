"""Two runs never pay for one unit twice; signals act like Ctrl-C; what is not sent leaves nothing behind."""

from __future__ import annotations

import csv
import os
import pty
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batch.batch_support import Go, write_contracts
from batch.grid_server import GridServer

import docanalyst
from docanalyst.batch.events import UnitEnded, Waiting
from docanalyst.settings import load_settings
from docanalyst.storage import Store

Served = Callable[[str], None]
ASK = ("-q", "Who are the parties?", "-q", "What is the rent?", "--yes")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals")


def start(folder: Path, paths: list[Path], output: str, **options: Any) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "docanalyst", "batch", *map(str, paths), *ASK, "-o", output]
    environment = os.environ | {"PYTHONPATH": str(Path(docanalyst.__file__).parents[1])}
    pipe = subprocess.PIPE
    streams = {"stdout": pipe, "stderr": pipe} | options
    return subprocess.Popen(command, cwd=folder, env=environment, text=True, **streams)


def until(condition: Callable[[], Any], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.02)


def stored() -> Store:
    return Store.open(load_settings(None).store_path)


@pytest.mark.slow
def test_two_processes_with_two_outputs_bill_each_unit_once(tmp_path: Path, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 40)
    with GridServer(latency=0.3) as server:
        served(server.url)
        processes = [start(tmp_path, paths, name) for name in ("one.csv", "two.csv", "three.csv")]
        for process in processes:
            _, err = process.communicate(timeout=120)
            assert process.returncode == 0, err
        assert {len(bills) for bills in server.bill.tokens.values()} == {1}
        assert len(server.bill.tokens) == 40
        bill = server.bill.micros
    costs = []
    for name in ("one.csv", "two.csv", "three.csv"):
        with (tmp_path / name).open(encoding="utf-8-sig", newline="") as target:
            rows = list(csv.DictReader(target))
        assert {row["status"] for row in rows} == {"complete"}
        costs.append(sum(round(float(row["cost_usd"]) * 1e6) for row in rows))
    assert sum(costs) == bill, "each unit is paid for in one table"


@pytest.mark.slow
def test_two_processes_at_once_on_one_output(tmp_path: Path, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    with GridServer(latency=0.5) as server:
        served(server.url)
        processes = [start(tmp_path, paths, "out.csv") for _ in range(3)]
        ended = [(process.communicate(timeout=60)[1], process.returncode) for process in processes]
        assert {len(bills) for bills in server.bill.tokens.values()} == {1}
    assert {code for _, code in ended} <= {0, 2}
    assert all("Another process is working" in err for err, code in ended if code == 2)


def test_a_living_claim_is_waited_for_and_a_dead_one_is_not(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    with GridServer() as server:
        served(server.url)
        first = go(paths, "one.csv")
        key = first.plan.units[0].key
        with stored() as kept:
            item = kept.batches.item(first.runner.run_id, key)
            assert item is not None
            sent = replace(item, status="sent", record={})
            kept.batches.start(kept.batches.get(first.runner.run_id))
            kept.batches.save(sent)

            def answer(event: Any, runner: Any) -> None:
                if isinstance(event, Waiting):
                    kept.batches.save(item)

            second = go(paths, "two.csv", watch=answer)
            assert any(isinstance(event, Waiting) for event in second.events)
            assert second.ended.status == "complete" and len(server.requests) == 2
            assert second.ended.run_micros == 0
            kept.batches.save(sent)
            kept.batches.finish(first.runner.run_id, "interrupted")
        third = go(paths[:1], "three.csv", restart=True)
        assert third.ended.status == "complete" and len(server.requests) == 3


def test_stopped_while_it_waits_for_a_claim(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    with GridServer() as server:
        served(server.url)
        first = go(paths, "one.csv")
        with stored() as kept:
            (item,) = kept.batches.items(first.runner.run_id)
            kept.batches.start(kept.batches.get(first.runner.run_id))
            kept.batches.save(replace(item, status="sent", record={}))
            batch = go(
                paths,
                "two.csv",
                watch=lambda event, runner: runner.stop() if isinstance(event, Waiting) else None,
            )
        assert batch.ended.status == "stopped" and len(server.requests) == 1
    assert "Not sent" in batch.rows[0].error


def test_what_is_stopped_before_it_is_sent_leaves_no_session(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 30)

    def stop(event: Any, runner: Any) -> None:
        if isinstance(event, UnitEnded):
            runner.stop()

    with GridServer(latency=0.05) as server:
        served(server.url)
        go(paths, concurrency=3, watch=stop)
        with stored() as kept:
            assert len(kept.sessions.recent(100)) == len(server.bill.tokens)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["SIGTERM", "SIGHUP", "SIGINT"])
def test_a_signal_finishes_what_is_in_flight_and_writes_the_table(
    tmp_path: Path, served: Served, name: str
) -> None:
    paths = write_contracts(tmp_path / "c", 30)
    with GridServer(latency=1.0) as server:
        served(server.url)
        process = start(tmp_path, paths, "out.csv")
        until(lambda: server.now >= 8)
        process.send_signal(getattr(signal, name))
        _, err = process.communicate(timeout=30)
        assert process.returncode == 130 and "Traceback" not in err
        assert len(server.requests) == len(server.bill.tokens) < 30, "what was in flight was answered"
        sent = len(server.bill.tokens)
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as target:
        rows = list(csv.DictReader(target))
    assert sum(row["status"] == "complete" for row in rows) == sent and len(rows) == 30
    with stored() as kept:
        assert len(kept.sessions.recent(100)) == sent


@pytest.mark.slow
def test_two_signals_stop_at_once_and_write_the_table(tmp_path: Path, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 20)
    with GridServer(latency=20) as server:
        served(server.url)
        process = start(tmp_path, paths, "out.csv")
        until(lambda: server.now >= 8)
        for _ in range(2):
            process.send_signal(signal.SIGTERM)
            time.sleep(0.5)
        _, err = process.communicate(timeout=15)
        assert process.returncode == 130 and "Traceback" not in err, err
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as target:
        rows = list(csv.DictReader(target))
    assert sum(float(row["in_doubt_usd"]) > 0 for row in rows) == 8


@pytest.mark.slow
def test_a_closed_terminal_does_not_prevent_the_table(tmp_path: Path, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 20)
    with GridServer(latency=1.0) as server:
        served(server.url)
        parent, child = pty.openpty()
        process = start(
            tmp_path, paths, "out.csv", stdin=child, stdout=child, stderr=child, start_new_session=True
        )
        os.close(child)
        until(lambda: server.now >= 8)
        os.close(parent)
        process.send_signal(signal.SIGHUP)
        assert process.wait(30) == 130
    assert (tmp_path / "out.csv").exists()
