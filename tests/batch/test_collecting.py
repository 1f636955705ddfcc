"""What a provider batch has answered is kept before it is checked, whatever is wrong with the files."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

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


Submit = Callable[..., str]


@pytest.fixture
def submit(cli: Cli, tmp_path: Path) -> Submit:
    def call(*paths: object, code: int = 0, **more: object) -> str:
        extra = [item for name, value in more.items() for item in (f"--{name.replace('_', '-')}", value)]
        ran = cli(
            "batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--provider-batch", "--yes", "--json", *extra
        )
        assert ran.code == code, ran.err
        return str(ran.json["run_id"])

    return call


def table(folder: Path) -> list[dict[str, str]]:
    with (folder / "out.csv").open(encoding="utf-8-sig", newline="") as target:
        return list(csv.DictReader(target))


def spent() -> tuple[int, int]:
    with Store.open(load_settings(None).store_path) as store:
        groups = store.reports.spending()
    return sum(group.micros or 0 for group in groups), sum(group.doubt_micros for group in groups)


def cost(folder: Path) -> int:
    return sum(round(float(row["cost_usd"] or 0) * 1e6) for row in table(folder))


@pytest.mark.parametrize("how", ["moved", "changed", "missing folder"])
def test_an_answer_without_its_document_is_kept_and_checked_later(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit, how: str
) -> None:
    paths = write_contracts(tmp_path / "c", 3)
    run = submit(*paths)
    former = paths[0].read_bytes()
    if how == "changed":
        paths[0].write_text("Another contract on one page.", encoding="utf-8")
    elif how == "moved":
        paths[0].rename(tmp_path / "elsewhere.txt")
    else:
        shutil.move(tmp_path / "c", tmp_path / "away")
    api.finish("batch-1", counted=True)
    ran = cli("batch", "collect", run, "--json")
    kept = 3 if how == "missing folder" else 1
    assert (ran.code, ran.json["not_checked"], ran.json["complete"]) == (8, kept, 3 - kept)
    assert not api.files, "everything is stored, so nothing stays at the provider"
    row = table(tmp_path)[0]
    assert row["error"].startswith("Kept, not checked.")
    assert float(row["cost_usd"]) > 0, "it is paid for"
    assert spent() == (cost(tmp_path), 0)
    before = len(api.calls)
    if how == "missing folder":
        shutil.move(tmp_path / "away", tmp_path / "c")
    paths[0].write_bytes(former)
    ran = cli("batch", "collect", run, "--json")
    assert (ran.code, ran.json["complete"]) == (0, 3)
    assert len(api.calls) == before, "nothing is fetched again"
    assert {row["status"] for row in table(tmp_path)} == {"complete"}
    assert spent() == (cost(tmp_path), 0)
    assert len(api.billed) == 3


def test_the_same_command_checks_what_was_kept_and_sends_nothing(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit
) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    run = submit(*paths)
    paths[0].rename(tmp_path / "away.txt")
    api.finish("batch-1", counted=True)
    assert cli("batch", "collect", run).code == 8
    (tmp_path / "away.txt").rename(paths[0])
    ran = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--yes", "--json")
    assert (ran.code, ran.json["status"], ran.json["complete"]) == (0, "complete", 2)
    assert not any("chat" in call for call in api.calls)
    assert spent() == (cost(tmp_path), 0)


def test_paths_are_absolute(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_contracts(tmp_path / "c", 1)
    monkeypatch.chdir(tmp_path)
    run = submit("c/contract-0001.txt")
    api.finish("batch-1", counted=True)
    (tmp_path / "other").mkdir()
    monkeypatch.chdir(tmp_path / "other")
    assert cli("batch", "collect", run).code == 0


def twice(content: bytes) -> bytes:
    return content + content.splitlines(keepends=True)[0]


def cut_off(content: bytes) -> bytes:
    return content[: len(content) * 3 // 5]


def broken_line(content: bytes) -> bytes:
    first, _, rest = content.partition(b"\n")
    return first[:-20] + b"\n" + rest


def other_id(content: bytes) -> bytes:
    first, _, rest = content.partition(b"\n")
    return json.dumps({**json.loads(first), "custom_id": "nobody"}).encode() + b"\n" + rest


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (cut_off, "cannot be read"),
        (broken_line, "1 line cannot be read"),
        (other_id, "to no unit of this run"),
    ],
)
def test_a_file_of_answers_that_lacks_some_is_told_kept_and_not_billed_again(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit, change: Callable[[bytes], bytes], told: str
) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    run = submit(*paths)
    whole: list[bytes] = []

    def changed(content: bytes) -> bytes:
        whole.append(content)
        return change(content)

    api.finish("batch-1", counted=True, change=changed)
    ran = cli("batch", "collect", run, "--json")
    assert ran.code == 8 and told in ran.err and "its files stay at the provider" in ran.err
    assert ran.json["lost"] >= 1 and ran.json["unanswered"] == 0
    assert not api.deleted
    again = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--provider-batch", "--yes", "--json")
    assert again.json["submitted"] == 0 and len(api.batches) == 1
    assert any("lacks it" in row["error"] for row in table(tmp_path))
    api.files["file-90-1"] = whole[0]
    ran = cli("batch", "collect", run, "--json")
    assert (ran.code, ran.json["complete"], ran.json["lost"]) == (0, 6, 0)
    assert not api.files
    assert spent() == (cost(tmp_path), 0)


def test_what_the_provider_has_lost_may_be_given_up(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit
) -> None:
    paths = write_contracts(tmp_path / "c", 4)
    run = submit(*paths)
    api.finish("batch-1", counted=True, change=broken_line)
    assert cli("batch", "collect", run, "--json").json["lost"] == 1
    ran = cli("batch", "collect", run, "--give-up", "--json")
    assert (ran.json["lost"], ran.json["unanswered"]) == (0, 1)
    assert ran.json["may_also_be_billed_usd"] > 0 and not api.files
    submit(*paths)
    api.finish("batch-2", counted=True)
    ran = cli("batch", "collect", run, "--json")
    assert ran.code == 0 and ran.json["may_also_be_billed_usd"] > 0
    assert spent() == (cost(tmp_path), round(ran.json["may_also_be_billed_usd"] * 1e6))
    doubts = [float(row["in_doubt_usd"]) > 0 for row in table(tmp_path)]
    assert sum(doubts) == 1


def test_an_answer_that_comes_twice_counts_once(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit
) -> None:
    run = submit(*write_contracts(tmp_path / "c", 2))
    api.finish("batch-1", counted=True, change=twice)
    ran = cli("batch", "collect", run, "--json")
    assert ran.code == 0 and "1 answer came twice" in ran.err
    assert round(ran.json["cost_usd"] * 1e6) == cost(tmp_path) == spent()[0]


def test_line_separators_inside_an_answer_do_not_divide_it(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit
) -> None:
    run = submit(*write_contracts(tmp_path / "c", 1))
    api.finish(
        "batch-1", counted=True, change=lambda content: content.replace(b"value of", "value\u2028of".encode())
    )
    assert cli("batch", "collect", run, "--json").json["complete"] == 1


def test_a_prompt_that_changed_does_not_lose_answers(
    cli: Cli, tmp_path: Path, api: BatchApi, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "prompts").mkdir()
    prompt = tmp_path / "prompts" / "mine.md"
    field = '[[fields]]\nname = "rent"\ntype = "text"\ndefinition = "The rent."\n'
    text = f'+++\ntitle = "Mine"\nsummary = "One field."\n{field}+++\nRead.\n'
    prompt.write_text(text, encoding="utf-8")
    (path,) = write_contracts(tmp_path / "c", 1)
    ran = cli("batch", path, "-p", "mine", "-o", tmp_path / "out.csv", "--provider-batch", "--yes", "--json")
    assert ran.code == 0, ran.err
    prompt.write_text(text.replace("The rent.", "The monthly rent."), encoding="utf-8")
    api.finish("batch-1", counted=True)
    kept = cli("batch", "collect", ran.json["run_id"], "--json")
    assert kept.code == 8 and kept.json["not_checked"] == 1 and not api.files
    prompt.write_text(text, encoding="utf-8")
    assert cli("batch", "collect", ran.json["run_id"], "--json").json["complete"] == 1


def test_a_cap_spans_submissions_and_ordinary_runs(
    cli: Cli, tmp_path: Path, api: BatchApi, submit: Submit
) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    run = submit(*paths[:3])
    most = 0
    with Store.open(load_settings(None).store_path) as store:
        most = sum(item.record["most_micros"] for item in store.batches.items(run))
    ran = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--provider-batch", "--yes", "--json",
              "--max-cost", most / 1e6)  # fmt: skip
    assert (ran.code, ran.json["submitted"], len(api.batches)) == (8, 0, 1)
    ordinary = cli("batch", *paths, *ASK, "-o", tmp_path / "out.csv", "--yes", "--max-cost", most / 1e6)
    assert ordinary.code == 9 and not any("chat" in call for call in api.calls)
