"""An import is somebody else's file: nothing in it is believed, and nothing in it harms what is saved."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support import SAMPLES, Cli

QUESTION = "How long do the duties of the Recipient continue?"
Change = Callable[[dict[str, Any]], None]


@pytest.fixture
def record(cli: Cli, tmp_path: Path) -> dict[str, Any]:
    """An exported session; its own data directory is left behind."""
    there = ("--data-dir", tmp_path / "there")
    nda = SAMPLES / "mutual-nda.pdf"
    session = cli("ask", nda, "-q", QUESTION, "--provider", "extractive", "--json", *there).json["session_id"]
    assert cli("sessions", "export", session, "-o", tmp_path / "out.json", *there).code == 0
    loaded: dict[str, Any] = json.loads((tmp_path / "out.json").read_text(encoding="utf-8"))
    assert loaded["turns"][0]["citations"][0]["verdict"] in ("verbatim", "normalized")
    return loaded


def bring(cli: Cli, tmp_path: Path, record: Any) -> Any:
    file = tmp_path / "in.json"
    file.write_text(record if isinstance(record, str) else json.dumps(record), encoding="utf-8")
    return cli("sessions", "import", file)


def test_an_honest_session_comes_in_as_it_was(cli: Cli, tmp_path: Path, record: dict[str, Any]) -> None:
    ran = bring(cli, tmp_path, record)
    assert ran.code == 0 and "did not hold" not in ran.err
    shown = cli("sessions", "show", record["session_id"], "--json").json
    assert [item["verdict"] for item in shown["turns"][0]["citations"]] == [
        item["verdict"] for item in record["turns"][0]["citations"]
    ]
    assert shown["turns"][0]["coverage"] == record["turns"][0]["coverage"]


def test_every_verdict_is_checked_anew(cli: Cli, tmp_path: Path, record: dict[str, Any]) -> None:
    turn = record["turns"][0]
    citation = turn["citations"][0]
    forged = citation["quote"].replace("the", "no", 1) + " for ever"
    assert forged != citation["quote"]
    citation["quote"] = forged
    turn["answer"] = turn["answer"] + f'\n\n[^99]: D1 p.1 "{forged}"'
    ran = bring(cli, tmp_path, record)
    assert ran.code == 0 and "did not hold" in ran.err
    shown = cli("sessions", "show", record["session_id"], "--json").json["turns"][0]
    assert not any(
        item["verdict"] in ("verbatim", "normalized")
        for item in shown["citations"]
        if item["quote"] == forged
    )


def test_without_pages_nothing_is_verified(cli: Cli, tmp_path: Path, record: dict[str, Any]) -> None:
    record["documents"] = []
    assert bring(cli, tmp_path, record).code == 0
    shown = cli("sessions", "show", record["session_id"], "--json").json["turns"][0]
    assert {item["verdict"] for item in shown["citations"]} & {"verbatim", "normalized"} == set()
    assert shown["coverage"]["supported"] == 0


def test_the_same_file_with_other_text_is_refused(cli: Cli, tmp_path: Path, record: dict[str, Any]) -> None:
    cli("ask", SAMPLES / "mutual-nda.pdf", "-q", QUESTION, "--provider", "extractive")
    before = cli("query", "SELECT number, text FROM pages", "--json").out
    honest = copy.deepcopy(record)
    page = record["documents"][0]["pages"][1]
    page["text"] = page["text"].replace("15 days", "50 days") + " "
    ran = bring(cli, tmp_path, record)
    assert ran.code == 2 and "other text" in ran.err and "Nothing was imported" in ran.err
    assert cli("query", "SELECT number, text FROM pages", "--json").out == before
    assert len(cli("sessions", "list", "--json").json) == 1
    honest["documents"][0]["title"] = "Another name"
    honest["documents"][0]["path"] = "/elsewhere.pdf"
    assert bring(cli, tmp_path, honest).code == 0
    titles = cli("query", "SELECT title, path FROM documents", "--json").json
    assert "Another name" not in str(titles) and "/elsewhere.pdf" not in str(titles)


def deep(record: dict[str, Any]) -> None:
    nest: Any = 1
    for _ in range(900):
        nest = [nest]
    record["more"] = nest


HOSTILE: dict[str, Change] = {
    "deep": deep,
    "negative cost": lambda record: record["turns"][0].update(cost={"micros": -5, "currency": "USD"}),
    "huge tokens": lambda record: record["turns"][0]["usage"].update(input_tokens=2**70),
    "float for ever": lambda record: record["turns"][0]["timings"].update(total_s=1e308),
    "page 10^9": lambda record: record["documents"][0]["pages"][0].update(number=10**9),
    "page 0": lambda record: record["documents"][0]["pages"][0].update(number=-1),
    "an ID with a path": lambda record: record.update(session_id="../../etc"),
    "an ID with markup": lambda record: record["turns"][0].update(turn_id="[b]\x1b[31m"),
    "a digest": lambda record: record["documents"][0].update(sha256="../cache"),
    "a time": lambda record: record.update(updated_at="9999-99-99"),
    "a long text": lambda record: record["turns"][0].update(answer="x" * 20_000_001),
    "a position of text": lambda record: record["turns"][0].update(position="first"),
}  # fmt: skip


@pytest.mark.parametrize("kind", HOSTILE)
def test_what_is_out_of_bounds_is_refused(
    cli: Cli, tmp_path: Path, record: dict[str, Any], kind: str
) -> None:
    HOSTILE[kind](record)
    ran = bring(cli, tmp_path, record)
    assert ran.code == 2, ran.err
    assert "error:" in ran.err and "\x1b" not in ran.err
    assert cli("sessions", "list", "--json").json == []


@pytest.mark.parametrize(
    "text",
    ["[" * 100_000, '{"f": ' + '{"a":' * 100_000, '{"f": 1' + "0" * 5_000 + "}", "NaN", "", "\ud800"],
    ids=["brackets", "objects", "digits", "nan", "empty", "half"],
)  # fmt: skip
def test_what_is_no_json_of_ours_is_refused(cli: Cli, tmp_path: Path, text: str) -> None:
    file = tmp_path / "in.json"
    file.write_bytes(text.encode("utf-8", "surrogatepass"))
    ran = cli("sessions", "import", file)
    assert ran.code == 2 or (text == "" and ran.code == 0)
    assert cli("sessions", "list", "--json").json == []


def test_numbers_that_are_no_numbers_are_refused(cli: Cli, tmp_path: Path, record: dict[str, Any]) -> None:
    text = json.dumps(record).replace('"similarity": 1.0', '"similarity": Infinity')
    assert "Infinity" in text
    assert bring(cli, tmp_path, text).code == 2


def test_a_file_that_is_too_large_is_refused(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.cli import files

    monkeypatch.setattr(files, "LARGEST_IMPORT", 100)
    ran = bring(cli, tmp_path, {"format": "x" * 200})
    assert ran.code == 2 and "too large" in ran.err
