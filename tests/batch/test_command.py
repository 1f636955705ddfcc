"""The batch command as a user runs it: tables, exit codes, what is said where, Ctrl-C."""

from __future__ import annotations

import csv
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from batch.batch_support import write_contracts
from batch.grid_server import GridServer
from support import Cli

Served = Callable[[str], None]
ASK = ("-q", "Who are the parties?", "-q", "What is the rent?")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table))


def test_offline_in_one_command(cli: Cli, tmp_path: Path, samples: Path) -> None:
    out = tmp_path / "out.csv"
    ran = cli("batch", samples / "mutual-nda.pdf", samples / "services-agreement.pdf", *ASK, "-o", out)
    assert (ran.code, ran.out) == (0, "")
    assert "[2/2]" in ran.err and str(out) in ran.err
    table = rows(out)
    assert [Path(row["unit"]).name for row in table] == ["mutual-nda.pdf", "services-agreement.pdf"]
    assert ran.err.count("No model has read the documents") == 1
    assert "passages found for" in ran.err and "stated" not in ran.err
    for row in table:
        assert row["status"] == "complete"
        assert row["reader"] == "extractive"
        assert row["Who are the parties?"] == "passage"
        assert row["Who are the parties?__verdict"] in ("verbatim", "normalized")
        assert row["Who are the parties?__page"].isdigit()
        assert row["cost_usd"] == "0.000000"


def test_a_prompt_gives_its_fields_as_columns(cli: Cli, tmp_path: Path, samples: Path) -> None:
    out = tmp_path / "out.xlsx"
    ran = cli("batch", samples / "mutual-nda.pdf", "-p", "nda-triage", "-o", out, "--quiet", "--json")
    assert ran.code == 0 and ran.err == ""
    assert (ran.json["status"], ran.json["units"], ran.json["output"]) == ("complete", 1, str(out))
    sheet = openpyxl.load_workbook(out)["Grid"]
    names = [cell.value for cell in sheet[1]]
    assert {"governing_law", "governing_law__quote", "governing_law__page", "governing_law__verdict"} <= set(
        names
    )


def test_a_dry_run_sends_nothing_and_needs_no_output(
    cli: Cli, tmp_path: Path, served: Served, samples: Path
) -> None:
    large = tmp_path / "large.txt"
    large.write_text("\f".join("word " * 9_000 for _ in range(20)), encoding="utf-8")
    with GridServer() as server:
        served(server.url)
        ran = cli("batch", samples / "mutual-nda.pdf", large, *ASK, "--dry-run")
        data = cli("batch", samples / "mutual-nda.pdf", large, *ASK, "--dry-run", "--json").json
        assert not server.requests
    assert ran.code == 0
    assert "2 units · 1 to ask" in ran.out and "will be skipped" in ran.out and "groq" in ran.out
    assert data["units_to_ask"] == 1
    nda, big = data["units"]
    assert nda["fits"] and nda["tokens"] > 1_000 and nda["token_count"] == "exact"
    assert not big["fits"] and "does not fit the context window" in big["problem"]
    assert data["most_micros"] == nda["most_micros"] == nda["tokens"] + 2 * nda["reserved_output"]
    groq = next(offer for offer in data["elsewhere"] if offer["provider"] == "groq")
    assert groq["likely_micros"] > 0 and groq["units_that_do_not_fit"] == 1
    assert not (tmp_path / "data" / "docanalyst.db").exists() or not list(tmp_path.glob("*.csv"))


def test_failed_units_are_named_at_the_end_with_exit_8(cli: Cli, tmp_path: Path, served: Served) -> None:
    good, bad = write_contracts(tmp_path / "c", 2)
    bad.write_bytes(b"")
    with GridServer() as server:
        served(server.url)
        ran = cli("batch", good, bad, *ASK, "-o", tmp_path / "out.csv", "--yes")
    assert ran.code == 8
    assert "warning" in ran.err and bad.name in ran.err.splitlines()[-2]
    table = rows(tmp_path / "out.csv")
    assert [row["status"] for row in table] == ["complete", "failed"]
    assert table[1]["What is the rent?"] == "INCOMPLETE" and "empty" in table[1]["error"]
    with GridServer() as server:
        served(server.url)
        record = cli("batch", good, bad, *ASK, "-o", tmp_path / "out.csv", "--yes", "--json").json
    assert (record["status"], record["failed"]) == ("incomplete", 1)
    error = record["error"]
    assert (error["kind"], error["exit_code"]) == ("batch_incomplete", 8)
    assert error["message"] == "1 of 2 units have no answer." and error["hint"]


def test_the_cap_is_exit_9_and_the_same_command_goes_on(cli: Cli, tmp_path: Path, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    command = ["batch", *paths, *ASK, "-o", tmp_path / "out.jsonl", "--yes"]
    with GridServer() as server:
        served(server.url)
        ran = cli(*command, "--max-cost", "0.0125", "--concurrency", "1")
        assert ran.code == 9 and "--max-cost" in ran.err
        asked = len(server.requests)
        assert 0 < asked < 6
        capped = cli(*command, "--max-cost", "0.0001", "--concurrency", "1", "--json")
        assert capped.code == 9 and capped.json["status"] == "capped"
        error = capped.json["error"]
        assert (error["kind"], error["exit_code"]) == ("cost_cap_reached", 9)
        assert "--max-cost" in error["hint"]
        again = cli(*command, "--max-cost", "1", "--json")
        assert (again.code, again.json["reused"], again.json["complete"]) == (0, asked, 6)
        assert len(server.requests) == 6
        third = cli(*command, "--json")
        assert (third.json["reused"], third.json["cost_usd"], len(server.requests)) == (6, 0, 6)
    lines = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [Path(line["unit"]) for line in lines] == paths


def test_nothing_is_sent_to_a_provider_without_an_agreement(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_canary0123456789")
    ran = cli("batch", *write_contracts(tmp_path / "c", 2), *ASK, "-o", tmp_path / "out.csv",
              "--provider", "groq")  # fmt: skip
    assert ran.code == 2
    assert "Nothing was sent" in ran.err and "--yes" in ran.err and "canary" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "out.csv"], "after -q"),
        ([*ASK], "with -o"),
        ([*ASK, "-o", "out.docx"], ".jsonl"),
        (["-p", "nda-triag", "-o", "out.csv"], "nda-triage"),
        ([*ASK, "-o", "out.csv", "--by", "page"], "folder"),
        ([*ASK, "-o", "out.csv", "--concurrency", "0"], "concurrency"),
        ([*ASK, "-o", "out.csv", "--provider", "grok"], "groq"),
    ],
)
def test_a_wrong_command_line(cli: Cli, tmp_path: Path, arguments: list[str], said: str) -> None:
    (path,) = write_contracts(tmp_path / "c", 1)
    ran = cli("batch", path, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert cli("batch", *arguments).code == 2


def test_a_missing_file_is_said_before_anything(cli: Cli, tmp_path: Path) -> None:
    ran = cli("batch", tmp_path / "none.pdf", *ASK, "-o", tmp_path / "out.csv")
    assert ran.code == 3 and "none.pdf" in ran.err
    assert not (tmp_path / "out.csv").exists()


def test_help_is_that_of_the_run(cli: Cli) -> None:
    ran = cli("batch", "--help")
    assert ran.code == 0 and "--max-cost" in ran.out and "batch status" in ran.out


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT")
@pytest.mark.parametrize("presses", [1, 2])
@pytest.mark.slow
def test_ctrl_c_once_finishes_and_twice_stops(tmp_path: Path, served: Served, presses: int) -> None:
    paths = write_contracts(tmp_path / "c", 12)
    process: list[subprocess.Popen[str]] = []

    pressed = 0

    def press(seen: object) -> str:
        nonlocal pressed
        if len(server.requests) >= 3 and pressed < presses:
            pressed += 1
            process[0].send_signal(signal.SIGINT)
            time.sleep(0.05)
        return ""

    program = [sys.executable, "-m", "docanalyst", "batch", *map(str, paths), *ASK]
    with GridServer(press, latency=0.15) as server:
        served(server.url)
        program += ["-o", "out.csv", "--concurrency", "2", "--yes"]
        process.append(
            subprocess.Popen(program, cwd=tmp_path, env=dict(os.environ), stderr=subprocess.PIPE, text=True)
        )
        _, said = process[0].communicate(timeout=60)
        asked = len(server.requests)
    assert process[0].returncode == 130, said
    assert "Traceback" not in said
    assert asked <= 6
    table = rows(tmp_path / "out.csv")
    assert len(table) == 12
    complete = sum(row["status"] == "complete" for row in table)
    assert complete == (asked if presses == 1 else complete) and complete < 12
    assert all(row["status"] == "skipped" for row in table if row["status"] != "complete")
