"""The command line as a program outside sees it: pipes, locales, signals, and JSON that parses."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support import SAMPLES, Cli

NDA = SAMPLES / "mutual-nda.pdf"
AGREEMENT = SAMPLES / "services-agreement.pdf"
COMMAND = [sys.executable, "-m", "docanalyst"]
posix = pytest.mark.skipif(os.name != "posix", reason="signals, pipes and locales of POSIX")


@posix
@pytest.mark.parametrize(
    "command", [["query", "SELECT 'x' FROM numbers", "--csv"], ["--help"], ["--version"]]
)
def test_nobody_reading_on_is_no_failure(tmp_path: Path, command: list[str]) -> None:
    if command[0] == "query":
        endless = "WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers) "
        command = ["query", endless + command[1], "--csv"]
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [*COMMAND, *command], stdout=writer, stderr=subprocess.PIPE, text=True, check=False, timeout=120
    )
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, "")


@posix
def test_an_old_locale_changes_no_word_and_no_name(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "Prüfung — 契約.txt"
    path.write_text("Die Kündigung ist „schriftlich“ zu erklären.\n", encoding="utf-8")
    question = "Wie ist die Kündigung zu erklären?"
    done = subprocess.run(
        [*COMMAND, "ask", str(path), "-q", question, "--json"],
        capture_output=True,
        check=False,
        env=os.environ | {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    )
    assert done.returncode == 0, done.stderr
    turn = json.loads(done.stdout.decode("utf-8"))
    assert turn["question"] == question
    assert turn["receipt"]["documents"][0]["path"] == str(path)
    assert cli("sessions", "list", "--json").json[0]["title"] == question


@posix
def test_ctrl_c_ends_a_query_and_blames_no_store(cli: Cli) -> None:
    cli("ask", NDA, "-q", "How long?")
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)"
    forever = f"{numbers} SELECT 1 UNION ALL SELECT count(*) FROM n"
    code = (
        "import os, signal, sqlite3, sys\n"
        "from docanalyst.cli.app import run\n"
        "import docanalyst.storage.reports.query as query\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "rows = query._rows\n"
        "def first(*given):\n"
        "    import threading\n"
        "    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGINT)).start()\n"
        "    return rows(*given)\n"
        "query._rows = first\n"
        "sys.exit(run(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, "query", forever, "--json"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 130, done.stderr
    assert json.loads(done.stdout)["error"]["kind"] == "interrupted"
    assert "damaged" not in done.stderr


@posix
def test_ctrl_c_leaves_the_store_whole_in_one_file(tmp_path: Path) -> None:
    note, data = tmp_path / "note.txt", tmp_path / "data"
    note.write_text("The rent is $4,500.\n", encoding="utf-8")
    script = tmp_path / "script.json"
    steps = [{"answer": "The rent is"}, {"wait": 600, "answer": "never"}]
    script.write_text(json.dumps([{"steps": steps}]), encoding="utf-8")
    process = subprocess.Popen(
        [*COMMAND, "ask", str(note), "-q", "Rent?", "--provider", "scripted", "--data-dir", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=os.environ | {"DOCANALYST_SCRIPT": str(script)},
    )
    assert process.stdout is not None and process.stdout.read(8) == b"The rent"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130
    kept = {path.name for path in data.iterdir()}
    assert "docanalyst.db" in kept and not {name for name in kept if name.startswith("docanalyst.db-")}


def test_a_query_gives_json_for_every_value_and_every_column(cli: Cli) -> None:
    cli("ask", NDA, "-q", "How long?")
    ran = cli(
        "query", "SELECT x'00ff' AS b, 9e999 AS big, -9e999 AS small, 1 AS n, 2 AS n, NULL AS n", "--json"
    )
    assert ran.code == 0
    assert json.loads(ran.out, parse_constant=pytest.fail) == [
        {"b": "00ff", "big": "inf", "small": "-inf", "n": 1, "n:1": 2, "n:2": None}
    ]
    assert cli("query", "SELECT x'00ff' AS b", "--csv").out == "b\n00ff\n"
    assert cli("query", "SELECT x'00ff' AS b").out.split() == ["b", "00ff"]


@pytest.mark.parametrize("given", ["yesterday", "2026-02-30", "01.02.2026", "2026-1"])
def test_a_date_that_is_none_hides_no_spending(cli: Cli, given: str) -> None:
    ran = cli("spending", "--since", given, "--json")
    assert ran.code == 2
    assert given in ran.json["error"]["message"] and "2026-01-31" in ran.json["error"]["hint"]


def test_spending_since_a_month_a_day_or_a_time(cli: Cli) -> None:
    cli("ask", NDA, "-q", "How long?")
    for given, found in (("2020-01", 1), ("2020-01-31", 1), ("2020-01-31T08:00+02:00", 1), ("2999-01-01", 0)):
        ran = cli("spending", "--since", given, "--json")
        assert (ran.code, len(ran.json)) == (0, found), given


def test_a_checked_quote_names_the_file_of_the_document_it_names(cli: Cli) -> None:
    quote = "three (3) years"
    ran = cli("verify", NDA, AGREEMENT, "--quote", quote, "--quote", "purple elephants on the moon", "--json")
    found, missing = ran.lines
    assert found["document"] == found["found_document"] != ""
    assert Path(found["path"]).name == (NDA, AGREEMENT)[int(found["document"][1:]) - 1].name
    assert found["sha256"] == found["found_sha256"] != ""
    if not missing["document"]:
        assert (missing["path"], missing["sha256"]) == ("", "")


def test_quotes_keep_their_ids_and_line_separators_within(cli: Cli, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The rent is due monthly.\n", encoding="utf-8")
    quotes = tmp_path / "quotes.jsonl"
    entries = [{"id": 7, "quote": "The rent\u2028is due"}, {"id": "a", "quote": "due"}, {"quote": "monthly"}]
    lines = [json.dumps(entry, ensure_ascii=False) for entry in [*entries, {"id": None, "quote": "rent"}]]
    quotes.write_text("\r\n".join(lines), encoding="utf-8", newline="")
    ran = cli("verify", note, "--quotes", quotes, "--json")
    assert ran.code == 0, ran.err
    checked = [json.loads(line) for line in ran.out.split("\n") if line]
    assert [entry["id"] for entry in checked] == [7, "a", "3", "4"]
    assert checked[0]["quote"] == "The rent\u2028is due" and checked[0]["verdict"] == "normalized"


def test_what_does_not_fit_is_told_like_every_error(cli: Cli, tmp_path: Path) -> None:
    long = tmp_path / "long.txt"
    long.write_text("word and word again. " * 60_000, encoding="utf-8")
    ran = cli("pack", long, "--json")
    assert ran.code == 4 and ran.json["fits"] is False
    error = ran.json["error"]
    assert (error["kind"], error["exit_code"], error["hint"]) == (
        "context_too_large",
        4,
        ran.json["suggestion"],
    )
    assert f"{ran.json['overflow_tokens']:,}" in error["message"]


def test_the_store_holds_the_tokens_of_each_page(cli: Cli) -> None:
    (document,) = cli("ask", NDA, "-q", "How long?", "--json").json["receipt"]["documents"]
    sql = "SELECT number, tokens FROM pages ORDER BY number"
    pages = cli("query", sql, "--json").json
    assert [page["number"] for page in pages] == list(range(1, document["pages"] + 1))
    assert all(page["tokens"] > 20 for page in pages)
    around = document["tokens"] - sum(page["tokens"] for page in pages)
    assert 0 < around < 100
    cli("ask", AGREEMENT, NDA, "-q", "How long?")
    again = cli(
        "query", f"{sql.partition(' ORDER')[0]} WHERE document_sha256 = '{document['sha256']}'", "--json"
    )
    assert again.json == pages


def test_a_guess_at_another_tokenizer_is_no_count_of_a_page(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "k")
    monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", "http://127.0.0.1:9/openai/v1")
    ran = cli("ask", NDA, "-q", "How long?", "--provider", "groq", "--model", "openai/gpt-oss-120b", "--yes")
    assert ran.code == 5
    assert cli("query", "SELECT DISTINCT tokens FROM pages", "--json").json == [{"tokens": None}]


def test_an_answer_without_a_word_is_told(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"steps": [{"reasoning": "Hm.", "answer": " \n"}]}]), encoding="utf-8")
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    ran = cli("ask", NDA, "-q", "How long?", "--provider", "scripted", "--quiet")
    assert ran.code == 5
    assert "scripted ended the stream with only reasoning and no answer" in ran.err


def test_a_store_that_cannot_be_written_is_queried_all_the_same(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "kept"
    ask = [*COMMAND, "ask", str(NDA), "-q", "How long?", "--data-dir", str(data), "--provider", "extractive"]
    subprocess.run(ask, check=True, capture_output=True)
    monkeypatch.setattr("os.access", lambda path, mode: mode != os.W_OK)
    monkeypatch.setattr("docanalyst.storage.store.Store.open", pytest.fail)
    for path in (data / "docanalyst.db", data):
        path.chmod(0o500 if path.is_dir() else 0o400)
    before = sorted(path.name for path in data.iterdir())
    sql = "SELECT count(*) AS n FROM pages_fts WHERE pages_fts MATCH 'agreement'"
    try:
        (row,) = cli("query", sql, "--json", "--data-dir", data).json
        assert row["n"] > 0
        assert cli("query", "DELETE FROM turns", "--data-dir", data).code == 2
        assert sorted(path.name for path in data.iterdir()) == before
    finally:
        data.chmod(0o700)
