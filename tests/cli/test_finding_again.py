"""What is kept is found again: lists without the noise of batches, folded words, queries with an end."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from support import SAMPLES, Cli

from docanalyst.domain.documents import Document, Page
from docanalyst.storage import Store
from docanalyst.storage.words import spread

OFFLINE = ("--provider", "extractive")
QUESTION = "Which law governs the agreement?"


def test_a_query_that_takes_too_long_is_stopped(cli: Cli) -> None:
    endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n"
    ran = cli("query", endless, "--timeout", "0.2")
    assert ran.code == 2 and "time limit" in ran.err and "--timeout" in ran.err
    rows = endless.replace("max(i) FROM n", "i FROM n WHERE i % 100000000 = 0")
    assert cli("query", rows, "--csv", "--timeout", "0.2").code == 2
    assert cli("query", "SELECT 1", "--timeout", "0").code == 2


def test_sessions_of_batch_units_are_listed_and_searched_only_on_demand(cli: Cli, tmp_path: Path) -> None:
    nda = SAMPLES / "mutual-nda.pdf"
    single = cli("ask", nda, "-q", QUESTION, "--json", *OFFLINE).json["session_id"]
    ran = cli(
        "batch", nda, SAMPLES / "first-amendment.pdf", "-q", QUESTION, "-o", tmp_path / "o.csv", *OFFLINE
    )
    assert ran.code == 0
    assert [item["id"] for item in cli("sessions", "list", "--json").json] == [single]
    assert len(cli("sessions", "list", "--batch", "--json").json) == 3
    turns = [hit for hit in cli("sessions", "search", "law", "--json").json if hit["kind"] == "turn"]
    assert {hit["session_id"] for hit in turns} == {single}
    wide = [
        hit for hit in cli("sessions", "search", "law", "--batch", "--json").json if hit["kind"] == "turn"
    ]
    assert len({hit["session_id"] for hit in wide}) == 3


def test_a_page_hit_names_its_session_and_both_numbers(cli: Cli) -> None:
    session = cli("ask", SAMPLES / "mutual-nda.pdf", "-q", QUESTION, "--json", *OFFLINE).json["session_id"]
    (hit, *_) = [
        hit for hit in cli("sessions", "search", "Fenwick Falls", "--json").json if hit["kind"] == "page"
    ]
    assert (hit["session_id"], hit["page"]) == (session, 1)
    assert session in cli("sessions", "search", "Fenwick Falls").out


def test_the_wording_of_a_prompt_is_no_hit(cli: Cli) -> None:
    nda = SAMPLES / "mutual-nda.pdf"
    cli("ask", nda, "-q", "Is zygomorphic data covered?", *OFFLINE)
    cli("ask", nda, "-p", "nda-triage", *OFFLINE)
    turns = cli("query", "SELECT question FROM turns WHERE prompt_name = 'nda-triage'", "--json").json
    words = [word for word in turns[0]["question"].split() if word.isalpha() and len(word) > 6]
    answers = cli("query", "SELECT answer FROM turns", "--json").out.lower()
    ours = next(word for word in words if word.lower() not in answers)
    hits = cli("sessions", "search", ours, "--json").json
    assert [hit for hit in hits if hit["kind"] == "turn"] == []
    own = cli("sessions", "search", "zygomorphic", "--json").json
    assert [hit["kind"] for hit in own] == ["turn"]


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("ofﬁce", "office"),
        ("Straße", "strasse"),
        ("Strasse", "Straße"),
        ("conﬂict", "conﬂict"),
        ("œuvre", "oeuvre"),
    ],
)
def test_ligatures_and_sharp_s_are_folded(store_path: Path, written: str, typed: str) -> None:
    with Store.open(store_path) as store:
        document = Document("a" * 64, "Letter", (Page(1, None, f"In the {written} of 契約 today"),))
        store.sessions.create("s", "S", [document])
        assert [hit.page for hit in store.reports.search(typed)] == [1]
        assert [hit.page for hit in store.reports.search("契約")] == [1]
        assert store.documents.get("a" * 64).pages[0].text == f"In the {written} of 契約 today"


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "docanalyst.db"


def test_plain_text_is_indexed_as_it_stands() -> None:
    assert spread("plain words") is None and spread("déjà vu") is None and spread("") is None


def test_rows_of_files_that_were_moved_away_stay(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = (shutil.copy(SAMPLES / name, tmp_path) for name in ("mutual-nda.pdf", "first-amendment.pdf"))
    run = ("batch", one, two, "-q", QUESTION, "-o", tmp_path / "o.jsonl", *OFFLINE)
    assert cli(*run).code == 0
    before = (tmp_path / "o.jsonl").read_text(encoding="utf-8")
    from docanalyst.batch import units

    known = units.collect_units([str(one), str(two)])
    Path(two).unlink()
    monkeypatch.setattr("docanalyst.batch.collect_units", lambda *given: known)
    assert cli(*run).code == 0
    assert (tmp_path / "o.jsonl").read_text(encoding="utf-8") == before
