"""What a batch was asked for, as it is kept with its run and found again."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch.batch_support import Go, write_contracts
from support import Cli

from docanalyst.analyst import Analyst
from docanalyst.batch.requests import BatchRequest, request_of
from docanalyst.settings import load_settings
from docanalyst.storage.batches import BatchRun


def run_with(options: dict[str, object]) -> BatchRun:
    return BatchRun("1" * 26, "out.csv", "vllm", "m", options=options)


def test_a_request_is_found_again_in_its_run() -> None:
    request = BatchRequest(
        ("a.pdf:3-4", "b.pdf"),
        Path("out.csv"),
        prompt="nda-triage",
        questions=("Who?", "How long?"),
        by="folder",
        thinking=True,
        max_output=900,
        concurrency=3,
        max_cost_usd=1.5,
        provider="vllm",
        model="m",
    )
    assert request_of(run_with(request.details()), ["a.pdf", "b.pdf"]) == request


def test_paths_are_found_from_another_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    details = BatchRequest(("deals", "/abs/x.pdf"), Path("out.csv"), questions=("Who?",)).details()
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert request_of(run_with(details), []).paths == (str(tmp_path / "deals"), "/abs/x.pdf")


def test_a_run_that_kept_no_request_gives_its_units_and_questions(tmp_path: Path) -> None:
    units = ["a.pdf", "b.pdf"]
    found = request_of(run_with({"grid": ["Who are the parties?", "Rent?"], "prompt": None}), units)
    assert found.paths == ("a.pdf", "b.pdf")
    assert found.questions == ("Who are the parties?", "Rent?")
    assert (found.by, found.prompt, found.max_cost_usd) == ("file", None, None)
    folder = request_of(run_with({"grid": ["parties"], "prompt": "nda-triage"}), [str(tmp_path)])
    assert (folder.by, folder.prompt, folder.questions) == ("folder", "nda-triage", ())


def test_what_the_command_line_ran_can_be_gone_on_with(cli: Cli, tmp_path: Path) -> None:
    paths = write_contracts(tmp_path / "contracts", 2)
    done = cli("batch", *paths, "-q", "Who are the parties?", "-o", tmp_path / "x.csv", "--concurrency", "2")
    assert done.code == 0
    store = Analyst(load_settings(None)).store
    run = store.batches.recent(1)[0]
    found = request_of(run, [item.unit for item in store.batches.items(run.id)])
    store.close()
    assert found.paths == tuple(str(path) for path in paths)
    assert (found.questions, found.concurrency) == (("Who are the parties?",), 2)
    assert (found.provider, found.output) == ("extractive", tmp_path / "x.csv")


def test_a_unit_that_was_renamed_keeps_its_answer_under_its_new_name(go: Go, tmp_path: Path) -> None:
    first = write_contracts(tmp_path / "contracts", 1)[0]
    go([first])
    renamed = first.rename(first.with_name("renamed.txt"))
    again = go([renamed])
    assert [event.row.unit for event in again.units] == [str(renamed)]
    assert again.units[0].reused
