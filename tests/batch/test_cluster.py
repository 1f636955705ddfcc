"""The same run on a cluster gives the same table, and a worker that is killed changes nothing."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batch.batch_support import write_contracts
from support import Cli

from docanalyst.analyst import Analyst
from docanalyst.batch.cluster import ClusterWorkers
from docanalyst.batch.events import RunEnded, UnitEnded
from docanalyst.batch.jobs import JobOptions, make_job
from docanalyst.batch.limits.sharing import SharedModels
from docanalyst.batch.outputs import rows_of
from docanalyst.batch.planning import plan_run
from docanalyst.batch.runner import Runner
from docanalyst.batch.units import File, Unit, collect_units
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.grid.grids import Row, RowStatus
from docanalyst.settings import load_settings

pytest.importorskip("distributed", reason="the extra `cluster` is not installed")
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::RuntimeWarning")

ASK = ("-q", "Who are the parties?", "-q", "Which law governs?")


@pytest.mark.slow
def test_two_workers_give_the_same_table(cli: Cli, tmp_path: Path, samples: Path) -> None:
    broken = tmp_path / "broken.pdf"
    broken.write_bytes(b"%PDF-1.7 nothing more")
    paths = [samples / "mutual-nda.pdf", broken, *write_contracts(tmp_path / "c", 3)]
    tables = []
    for place, extra in (("one", ()), ("two", ("--cluster", "local:2"))):
        out = tmp_path / f"{place}.jsonl"
        ran = cli("batch", *paths, *ASK, "-o", out, "--data-dir", tmp_path / place, *extra, "--quiet")
        assert ran.code == 8, ran.err
        lines = [json.loads(line) for line in out.read_text(encoding="utf-8").splitlines()]
        for line in lines:
            for name in ("seconds", "session_id", "turn_ids", "answered_at"):
                del line[name]
        tables.append(lines)
    assert tables[0] == tables[1]
    assert tables[0][1]["status"] == "failed" and "broken.pdf" in tables[0][1]["error"]


def test_workers_read_as_the_settings_say(
    tmp_path: Path, samples: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst import pdf

    paths = [str(samples / "mutual-nda.pdf")]
    given: list[tuple[object, object]] = []

    def read(path: Path, **options: object) -> object:
        given.append((options["reread_scans"], options["double_check"]))
        return read_document(path)

    read_document = pdf.read_document
    monkeypatch.setattr(pdf, "read_document", read)

    async def run(function: Callable[..., object], *values: object) -> object:
        return function(*values)

    async def all_readings() -> None:
        for reread, check in ((False, False), (True, False), (False, True)):
            settings = replace(load_settings(), reread_scans=reread, double_check=check)
            workers = ClusterWorkers("local:1", settings)
            monkeypatch.setattr(workers, "run", run)
            await workers.read(Unit("nda", (File(paths[0]),)), None)

    asyncio.run(all_readings())
    assert given == [(False, False), (True, False), (False, True)]


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_a_worker_killed_in_the_middle_changes_nothing(tmp_path: Path) -> None:
    from docanalyst.batch.cluster import ClusterWorkers

    paths = write_contracts(tmp_path / "c", 12)
    killed: list[int] = []

    async def run() -> list[Row]:
        settings = load_settings(None)
        models = SharedModels(settings)
        analyst = Analyst(settings, open_model=models.open)
        job = make_job(analyst, tmp_path / "out.csv", JobOptions(questions=["Who are the parties?"]))
        async with ClusterWorkers("local:2") as workers:
            models.offline = workers.offline_model
            plan = await plan_run(analyst, job, collect_units([str(path) for path in paths]), workers)
            runner = Runner(analyst, plan, workers, models)
            async with aclosing(runner.events()) as events:
                async for event in events:
                    if isinstance(event, UnitEnded) and not killed:
                        victim: Any = next(iter(workers._cluster.workers.values()))
                        killed.append(victim.pid)
                        os.kill(victim.pid, signal.SIGKILL)
                    if isinstance(event, RunEnded):
                        assert event.status == "complete"
            return list(rows_of(analyst.store, runner.run_id, plan))

    rows = asyncio.run(run())
    assert killed
    assert [row.status for row in rows] == [RowStatus.COMPLETE] * 12
    assert all(answer.verified for row in rows for answer in row.answers if answer.citations)


@pytest.mark.parametrize(
    ("address", "said"), [("nonsense", "tcp://"), ("tcp://127.0.0.1:9", "No cluster answers")]
)
def test_an_address_that_is_none(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
) -> None:
    from docanalyst.batch import cluster

    monkeypatch.setattr(cluster, "CONNECT_SECONDS", 1)
    ran = cli("batch", *write_contracts(tmp_path, 1), *ASK, "-o", tmp_path / "o.csv", "--cluster", address)
    assert ran.code == 2 and said in ran.err


@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "tls://scheduler.example:8786", "wss://[::9]:1"])
def test_no_cluster_elsewhere_where_documents_stay_here(cli: Cli, tmp_path: Path, address: str) -> None:
    write_contracts(tmp_path, 1)
    ran = cli("batch", tmp_path, *ASK, "-o", tmp_path / "out.csv", "--cluster", address, "--local-only")
    assert ran.code == 2
    assert "Nothing was sent" in ran.err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("address", "elsewhere", "in_the_clear"),
    [
        ("local:2", False, False),
        ("tcp://127.0.0.1:8786", False, False),
        ("tcp://[::1]:8786", False, False),
        ("tcp://10.0.0.5:8786", True, True),
        ("tls://10.0.0.5:8786", True, False),
        ("tcp://localhost.example:1", True, True),
        ("tcp://[", True, True),
        ("", True, False),
    ],
)
def test_whether_documents_leave_this_machine(address: str, elsewhere: bool, in_the_clear: bool) -> None:
    workers = ClusterWorkers(address)
    assert (workers.elsewhere, workers.in_the_clear) == (elsewhere, in_the_clear)


def test_rules_beside_a_document_keep_it_from_a_cluster_elsewhere(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir()
    (tmp_path / "bound" / "deep").mkdir(parents=True)
    (tmp_path / "bound" / ".docanalyst.toml").write_text('allowed_providers = ["vllm"]')
    for folder in ("open", "bound/deep"):
        (tmp_path / folder / "lease.txt").write_text("The rent is $900.")
    asked: list[object] = []

    class Told(ClusterWorkers):
        async def run(self, function: Any, *values: Any) -> Any:
            asked.append(values[0])
            return function(*values)

    bound, free = (
        Unit("lease", (File(str(tmp_path / folder / "lease.txt")),)) for folder in ("bound/deep", "open")
    )
    with pytest.raises(DocumentError, match=r"lease\.txt was not sent to the cluster") as refused:
        asyncio.run(Told("tcp://10.0.0.5:8786").read(bound, None))
    assert ".docanalyst.toml allows vllm" in refused.value.hint
    assert asked == []
    documents, _ = asyncio.run(Told("tcp://10.0.0.5:8786").read(free, None))
    assert documents[0].pages[0].text == "The rent is $900."
    assert asyncio.run(Told("local:2").read(bound, None))[0] and len(asked) == 2
