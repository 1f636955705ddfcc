"""Submitted, left, collected later: each unit once, whatever breaks in between."""

from __future__ import annotations

import csv
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from batch.batch_api import BatchApi
from batch.batch_support import write_contracts
from support import Cli

from docanalyst.settings import load_settings
from docanalyst.storage import Store

ASK = ("-q", "Who are the parties?", "-q", "What is the rent?")


@pytest.fixture
def api(monkeypatch: pytest.MonkeyPatch) -> Iterator[BatchApi]:
    with BatchApi() as served:
        monkeypatch.setenv("GROQ_API_KEY", "gsk_canary0123456789")
        monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", served.url)
        monkeypatch.setenv("DOCANALYST_PROVIDER", "groq")
        yield served


def submit(cli: Cli, folder: Path, *paths: object, code: int = 0, **more: object) -> Any:
    extra = [item for name, value in more.items() for item in (f"--{name.replace('_', '-')}", value)]
    ran = cli("batch", *paths, *ASK, "-o", folder / "out.csv", "--provider-batch", "--yes", "--json", *extra)
    assert ran.code == code, ran.err
    return ran.json


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "out.csv").open(encoding="utf-8", newline="") as target:
        return list(csv.DictReader(target))


def stored() -> Store:
    return Store.open(load_settings(None).store_path)


def test_submit_leave_and_collect(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    paths = write_contracts(tmp_path / "c", 4)
    done = submit(cli, tmp_path, *paths)
    assert (done["submitted"], len(done["parts"]), done["not_submitted"]) == (4, 1, [])
    lines = api.requests("batch-1")
    assert len({line["custom_id"] for line in lines}) == 4
    for line in lines:
        assert (line["method"], line["url"]) == ("POST", "/v1/chat/completions")
        assert "stream" not in line["body"] and line["body"]["model"] == "openai/gpt-oss-120b"
        assert next(iter(line["body"])) == "model"
    assert api.batches["batch-1"]["completion_window"] == "24h"
    run = done["run_id"]
    early = cli("batch", "collect", run, "--json")
    assert (early.code, early.json["waiting_batches"], early.json["complete"]) == (8, 1, 0)
    assert {row["status"] for row in table(tmp_path)} == {"skipped"}
    assert cli("batch", "status", run, "--json").json["units"] == {"submitted": 4}
    api.finish("batch-1", garbage=True)
    ran = cli("batch", "collect", run[:12], "--json")
    assert ran.code == 0, ran.err
    assert (ran.json["status"], ran.json["complete"]) == ("complete", 4)
    rows = table(tmp_path)
    assert [row["path"] for row in rows] == [str(path) for path in paths]
    for row in rows:
        assert row["What is the rent?"] == "value of q2"
        assert row["What is the rent?__verdict"] == "verbatim"
    tokens = sum(int(row["tokens"]) for row in rows)
    billed = sum(float(row["cost_usd"]) for row in rows)
    assert billed == pytest.approx(((tokens - 400) * 0.075 + 400 * 0.30) / 1_000_000, abs=4e-6)
    assert set(api.deleted) == {"file-1", "file-90-1"} and not api.files
    again = cli("batch", "collect", run, "--json")
    assert again.json["complete"] == 4
    assert not any(
        "canary" in path.read_text("utf-8", "ignore") for path in tmp_path.rglob("*.*") if path.is_file()
    )
    assert not list((tmp_path / "data" / "batches").iterdir())


def test_expired_and_partial_files(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    run = submit(cli, tmp_path, *paths)["run_id"]
    api.finish("batch-1", "expired", lost=2, refused=1)
    ran = cli("batch", "collect", run, "--json")
    assert ran.code == 8
    assert (ran.json["complete"], ran.json["failed"], ran.json["unanswered"]) == (3, 1, 2)
    assert [row["status"] for row in table(tmp_path)] == ["complete"] * 3 + ["failed"] + ["skipped"] * 2
    assert "bad request" in ran.err and "run the same batch command again" in ran.err
    done = submit(cli, tmp_path, *paths)
    assert (done["run_id"], done["submitted"]) == (run, 3)
    assert len(api.requests("batch-2")) == 3
    api.finish("batch-2")
    assert cli("batch", "collect", run).code == 0
    assert {row["status"] for row in table(tmp_path)} == {"complete"}


@pytest.mark.parametrize("broken", ["POST /files", "POST /batches"])
def test_a_crash_while_submitting_submits_nothing_twice(
    cli: Cli, tmp_path: Path, api: BatchApi, broken: str
) -> None:
    paths = write_contracts(tmp_path / "c", 3)
    api.refuse = {broken}
    ran = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--provider-batch", "--yes")
    assert ran.code == 5
    api.refuse = set()
    done = submit(cli, tmp_path, *paths)
    assert len(api.batches) == 1 and len(done["parts"]) == 1
    assert done["submitted"] == (3 if broken == "POST /files" else 0)
    third = submit(cli, tmp_path, *paths)
    assert (third["submitted"], len(api.batches)) == (0, 1)


def test_a_batch_whose_id_was_lost_is_found_again(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    run = submit(cli, tmp_path, *paths)["run_id"]
    with stored() as kept:
        found = kept.batches.get(run)
        found.options["parts"][0]["batch_id"] = ""
        kept.batches.start(found)
        kept.batches.finish(run, "submitted")
    done = submit(cli, tmp_path, *paths)
    assert done["parts"][0]["batch_id"] == "batch-1" and len(api.batches) == 1


def test_an_ordinary_run_leaves_what_was_submitted_alone(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    run = submit(cli, tmp_path, *paths)["run_id"]
    ran = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--yes")
    assert ran.code == 8
    assert f"docanalyst batch collect {run}" in ran.err
    assert not any("chat" in call for call in api.calls)


def test_cancel_and_collect_what_was_answered(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    run = submit(cli, tmp_path, *write_contracts(tmp_path / "c", 3))["run_id"]
    ran = cli("batch", "cancel", run, "--json")
    assert (ran.code, ran.json["parts"][0]["status"]) == (0, "cancelling")
    api.finish("batch-1", "cancelled", lost=2)
    ran = cli("batch", "collect", run, "--json")
    assert (ran.json["complete"], ran.json["unanswered"]) == (1, 2)


def test_large_files_are_divided(
    cli: Cli, tmp_path: Path, api: BatchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    size = json.dumps({"groq": {"batch": {"discount": 0.5, "max_file_mb": 0.02}}})
    monkeypatch.setenv("DOCANALYST_PROVIDERS", size)
    run = submit(cli, tmp_path, *write_contracts(tmp_path / "c", 5))
    assert len(run["parts"]) > 1 and run["submitted"] == 5
    for batch in api.batches:
        assert len(api.files[api.batches[batch]["input_file_id"]]) <= 20_000
        api.finish(batch)
    assert cli("batch", "collect", run["run_id"]).code == 0


def test_a_file_or_prompt_that_changed_meanwhile(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    run = submit(cli, tmp_path, *paths)["run_id"]
    paths[0].write_text("Something else stands here now, on one page.", encoding="utf-8")
    api.finish("batch-1")
    ran = cli("batch", "collect", run)
    assert ran.code == 8 and "changed after it was submitted" in ran.err
    assert [row["status"] for row in table(tmp_path)] == ["failed", "complete"]


def test_the_cap_holds_for_what_is_submitted(cli: Cli, tmp_path: Path, api: BatchApi) -> None:
    done = submit(cli, tmp_path, *write_contracts(tmp_path / "c", 5), code=8, max_cost=0.002)
    assert 0 < done["submitted"] < 5
    assert done["most_micros"] <= 2_000
    assert all("cap" in item["error"] for item in done["not_submitted"])


def test_what_has_no_batch_api_says_so(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    ran = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--provider-batch")
    assert ran.code == 2 and "groq" in ran.err
    for command in ("collect", "cancel", "status"):
        assert cli("batch", command, "zzz").code == 2
    assert cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv").code == 0
    run = cli("batch", "status", "--json").json[0]
    assert (run["status"], run["units"]) == ("complete", {"complete": 1})
    assert cli("batch", "collect", run["run_id"]).code == 2


MOCK = shutil.which("llmock") or os.environ.get("AIMOCK")


@pytest.mark.skipif(MOCK is None, reason="the mock server llmock (npm @copilotkit/aimock) is not installed")
def test_against_a_foreign_implementation(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    (tmp_path / "fixtures").mkdir()
    command = [str(MOCK), "-p", str(port), "-h", "127.0.0.1", "-f", str(tmp_path / "fixtures")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(200):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        monkeypatch.setenv("GROQ_API_KEY", "gsk_canary0123456789")
        monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", f"http://127.0.0.1:{port}/openai/v1")
        monkeypatch.setenv("DOCANALYST_PROVIDER", "groq")
        run = submit(cli, tmp_path, *write_contracts(tmp_path / "c", 3))["run_id"]
        for _ in range(50):
            ran = cli("batch", "collect", run, "--json")
            if not ran.json["waiting_batches"]:
                break
            time.sleep(0.1)
        assert (ran.json["failed"], ran.json["unanswered"]) == (3, 0), "it answers every line alike"
        assert {row["What is the rent?"] for row in table(tmp_path)} == {"INCOMPLETE"}
    finally:
        process.kill()
        process.wait(10)
