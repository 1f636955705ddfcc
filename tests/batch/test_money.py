"""What the provider bills is in the table or in doubt, and never above the cap."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.batch_support import Batch, Go, write_contracts
from batch.grid_server import CHARGED, GridServer, Seen
from support import Cli

from docanalyst.domain.grid.grids import RowStatus
from docanalyst.settings import load_settings
from docanalyst.storage import Store
from docanalyst.storage.reports.spending import Spending

Served = Callable[[str], None]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("docanalyst.providers.wire.stream.backoff", lambda attempt: 0.01)
    monkeypatch.setattr("docanalyst.batch.unit.asking.backoff", lambda attempt: 0.01)
    monkeypatch.setenv("DOCANALYST_READ_TIMEOUT", "0.5")


def spending() -> Spending:
    with Store.open(load_settings(None).store_path) as store:
        (group,) = store.reports.spending()
    return group


def assert_agreed(batch: Batch, server: GridServer, cap: int | None = None) -> None:
    cost = sum(row.cost_micros or 0 for row in batch.rows)
    doubt = sum(row.doubt_micros for row in batch.rows)
    assert cost <= server.bill.micros <= cost + doubt
    assert (batch.ended.run_micros, batch.ended.run_doubt_micros) == (cost, doubt)
    assert (spending().micros or 0, spending().doubt_micros) == (cost, doubt)
    if cap is not None:
        assert cost + doubt <= cap


@pytest.mark.parametrize("fault", sorted(CHARGED))
def test_what_may_be_billed_is_in_doubt_and_asked_again_as_often_as_set(
    tmp_path: Path, go: Go, served: Served, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCANALYST_RETRIES", "1")
    paths = write_contracts(tmp_path / "c", 1)
    with GridServer(lambda seen: fault, charged=CHARGED) as server:
        served(server.url)
        batch = go(paths, repair=False)
        assert len(server.requests) == 2
        assert_agreed(batch, server)
    (row,) = batch.rows
    assert row.cost_micros == 0 and row.attempts == 2
    assert row.doubt_micros == 2 * (batch.plan.units[0].most_micros or 0)


@pytest.mark.parametrize("fault", ["429", "503", "401", "400", "413", "404"])
def test_what_is_refused_costs_nothing(tmp_path: Path, go: Go, served: Served, fault: str) -> None:
    def once(seen: Seen) -> str:
        return fault if seen.number == 1 else ""

    paths = write_contracts(tmp_path / "c", 1)
    with GridServer(once, charged=CHARGED) as server:
        served(server.url)
        batch = go(paths)
        assert_agreed(batch, server)
        assert batch.rows[0].doubt_micros == 0


def test_a_refusal_is_not_retried_in_two_places(tmp_path: Path, go: Go, served: Served) -> None:
    with GridServer(lambda seen: "503") as server:
        served(server.url)
        batch = go(write_contracts(tmp_path / "c", 1))
        assert len(server.requests) == 7
    assert batch.rows[0].status is RowStatus.FAILED and batch.rows[0].doubt_micros == 0


def test_a_cap_holds_when_every_answer_breaks(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 30)
    with GridServer(lambda seen: "504", charged=CHARGED) as server:
        served(server.url)
        for _ in range(3):
            batch = go(paths, max_cost_usd=0.1, concurrency=8)
            assert batch.ended.status == "capped"
        assert 0 < server.bill.micros <= 100_000
        assert_agreed(batch, server, 100_000)


def test_a_partial_answer_is_kept_when_the_cap_forbids_another_try(
    tmp_path: Path, go: Go, served: Served
) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    with GridServer(lambda seen: "cut at the end", charged=CHARGED) as server:
        served(server.url)
        batch = go(paths, max_cost_usd=0.012)
        assert len(server.requests) == 1
        assert_agreed(batch, server, 12_000)
    assert batch.rows[0].status is RowStatus.COMPLETE and batch.rows[0].cost_micros == 0


def test_the_end_of_a_resumed_run_tells_now_and_in_all(
    cli: Cli, tmp_path: Path, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths = write_contracts(tmp_path / "c", 4)
    ask = ("-q", "Who are the parties?", "-o", tmp_path / "out.csv", "--yes")
    with GridServer(lambda seen: "cut" if seen.number == 1 else "", charged=CHARGED) as server:
        served(server.url)
        first = cli("batch", *paths[:2], *ask, "--json")
        second = cli("batch", *paths, *ask, "--json")
        bill = server.bill.micros
    assert "in all" in second.err and "in doubt, for requests that failed" in second.err
    total = second.json["run_cost_usd"]
    assert total == pytest.approx(first.json["cost_usd"] + second.json["cost_usd"])
    assert total * 1e6 <= bill <= (total + second.json["run_may_also_be_billed_usd"]) * 1e6
    shown = cli("spending", "--json").json[0]
    assert shown["micros"] == round(total * 1e6)
    assert shown["doubt_micros"] == round(second.json["run_may_also_be_billed_usd"] * 1e6)
    assert "In doubt" in cli("spending").err


def test_asking_once_counts_what_was_lost_on_the_way(cli: Cli, tmp_path: Path, served: Served) -> None:
    (path,) = write_contracts(tmp_path / "c", 1)
    with GridServer(lambda seen: "504" if seen.number < 3 else "", charged=CHARGED) as server:
        served(server.url)
        ran = cli("ask", path, "-q", "Names, in this order: rent.", "--yes", "--json")
        assert (ran.code, len(server.requests)) == (0, 3)
        bill = server.bill.micros
    cost, doubt = ran.json["cost"]["micros"], ran.json["doubt_micros"]
    assert cost < bill <= cost + doubt
    assert (spending().micros, spending().doubt_micros) == (cost, doubt)


def test_tables_show_what_is_in_doubt(cli: Cli, tmp_path: Path, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    with GridServer(lambda seen: "cut", charged=CHARGED) as server:
        served(server.url)
        cli("batch", *paths, "-q", "Who?", "-o", tmp_path / "out.jsonl", "--yes")
    record = json.loads((tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()[0])
    assert record["in_doubt_usd"] > 0 and record["cost_usd"] == 0
