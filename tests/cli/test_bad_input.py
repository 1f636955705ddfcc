"""Each wrong input is one clear message with its exit code, in words and as data, never a traceback."""

from __future__ import annotations

import http.server
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from support import SAMPLES, Cli

NDA = SAMPLES / "mutual-nda.pdf"
WORDS = "the words of a document"


def blank_pdf(path: Path) -> Path:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    writer.write(path)
    return path


def encrypted_pdf(path: Path) -> Path:
    writer = pypdf.PdfWriter(clone_from=NDA)
    writer.encrypt("open sesame", algorithm="RC4-128")
    writer.write(path)
    return path


def half_pdf(path: Path) -> Path:
    data = NDA.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    return path


def made(kind: str, folder: Path) -> str:
    """The PATH of a bad input of this kind."""
    place = folder / "bad.pdf"
    if kind == "missing":
        return str(folder / "none.pdf")
    if kind == "empty":
        place.write_bytes(b"")
    elif kind == "folder":
        (folder / "papers").mkdir()
        (folder / "papers" / "notes.tex").write_text("x", encoding="utf-8")
        return str(folder / "papers")
    elif kind == "half":
        half_pdf(place)
    elif kind == "encrypted":
        encrypted_pdf(place)
    elif kind == "no text":
        blank_pdf(place)
    elif kind == "binary":
        place.write_bytes(bytes(range(256)) * 40)
    elif kind == "range":
        return f"{NDA}:2-900"
    elif kind == "backwards":
        return f"{NDA}:3-1"
    elif kind == "nameless":
        return ""
    elif kind == "kind":
        (folder / "notes.docx").write_text("x", encoding="utf-8")
        return str(folder / "notes.docx")
    return str(place)


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("missing", "no file"),
        ("empty", "empty"),
        ("folder", "PDF"),
        ("half", "bad.pdf"),
        ("encrypted", "password"),
        ("no text", "no words"),
        ("binary", "not a PDF"),
        ("range", "pages"),
        ("backwards", "backwards"),
        ("kind", "notes.docx"),
        ("nameless", "PATH is empty"),
    ],
)
@pytest.mark.parametrize("command", ["ask", "pack"])
def test_a_document_that_cannot_be_read(cli: Cli, tmp_path: Path, command: str, kind: str, said: str) -> None:
    path = made(kind, tmp_path)
    extra = ["-q", "What?"] if command == "ask" else []
    ran = cli(command, path, *extra)
    assert (ran.code, ran.out) == (3, "")
    assert ran.err.startswith("error: ")
    assert said in ran.err
    as_data = cli(command, path, *extra, "--json")
    error = as_data.json["error"]
    assert error["exit_code"] == as_data.code == 3
    assert error["kind"] in ("document", "password_required")
    assert error["message"] in ran.err


def test_an_encrypted_document_opens_with_its_password(cli: Cli, tmp_path: Path) -> None:
    path = encrypted_pdf(tmp_path / "locked.pdf")
    ran = cli("pack", path, "--password", "open sesame", "--json")
    assert ran.code == 0
    assert ran.json["documents"][0]["tokens"] > 1_000
    wrong = cli("pack", path, "--password", "guess")
    assert wrong.code == 3
    assert "guess" not in wrong.err


def test_one_bad_document_among_good_ones_is_named(cli: Cli, tmp_path: Path) -> None:
    ran = cli("ask", NDA, made("empty", tmp_path), "-q", "What?")
    assert ran.code == 3
    assert "bad.pdf" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", NDA], "after -q"),
        (["ask", "-q", "What?"], "PDF"),
        (["ask", NDA, "-q", "What?", "--provider", "grok"], "groq"),
        (["ask", NDA, "-p", "nda-triag"], "nda-triage"),
        (["ask", NDA, "-q", "What?", "--max-output", "0"], "max-output"),
        (["ask", NDA, "-q", "What?", "--continue"], "no session"),
        (["ask", NDA, "-q", "What?", "--session", "zzz"], "zzz"),
        (["ask", NDA, "-q", "What?", "--no-store", "--continue"], "--no-store"),
        (["ask", NDA, "-q", "What?", "--continue", "--session", "zzz"], "only one of --session"),
        (["ask", NDA, "-q", " "], "No question given"),
        (["ask", NDA, "-q", "What?", "--nonsense"], "nonsense"),
        (["aks"], "ask"),
        (["verify", NDA], "--quote"),
        (["verify", NDA, "--quotes", "none.jsonl"], "none.jsonl"),
        (["prompts", "show", "nothing"], "question"),
        (["sessions", "show", "zzz"], "zzz"),
        (["pack", NDA, "--config", "none.toml"], "none.toml"),
        (["pack", NDA, "--model", "qwen/qwen3-33b", "--provider", "extractive"], "qwen3-33b"),
    ],
)
def test_a_wrong_command_line(cli: Cli, arguments: list[str], said: str) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    as_data = cli(*arguments, "--json")
    assert as_data.json["error"]["exit_code"] == as_data.code == 2
    assert as_data.json["error"]["kind"] == "usage"


@pytest.mark.parametrize("line", ["not json", "[]", '{"quote": 3}', '{"quote": "a", "page": "x"}'])
def test_a_wrong_line_of_quotes_is_named(cli: Cli, tmp_path: Path, line: str) -> None:
    quotes = tmp_path / "quotes.jsonl"
    quotes.write_text(f'{{"quote": "fine words here"}}\n{line}\n', encoding="utf-8")
    ran = cli("verify", NDA, "--quotes", quotes)
    assert ran.code == 2
    assert "line 2" in ran.err


class _Refusing(http.server.BaseHTTPRequestHandler):
    """Refuses every key, and repeats it, as a careless server might."""

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("content-length", 0)))
        key = self.headers.get("authorization", "")
        body = json.dumps(
            {"error": {"message": f"Invalid API key {key}", "code": "invalid_api_key"}}
        ).encode()
        self.send_response(401)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        pass


@pytest.fixture
def refusing_server() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Refusing)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/openai/v1"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_wrong_key_is_said_and_not_shown(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, refusing_server: str, tmp_path: Path
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_canary0123456789")
    monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", refusing_server)
    ran = cli("ask", NDA, "-q", "What?", "--provider", "groq", "--yes", "--json", "--verbose")
    assert ran.code == 5
    assert '"kind": "authentication"' in ran.out
    assert "canary" not in ran.out + ran.err
    kept = b"".join(path.read_bytes() for path in (tmp_path / "data").rglob("*") if path.is_file())
    assert b"canary" not in kept


def test_no_network_is_a_provider_error(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_x")
    monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", "http://127.0.0.1:9/openai/v1")
    ran = cli("ask", NDA, "-q", "What?", "--provider", "groq", "--yes")
    assert ran.code == 5
    assert "127.0.0.1:9" in ran.err


def test_a_provider_without_a_key_says_which_variable(cli: Cli) -> None:
    ran = cli("ask", NDA, "-q", "What?", "--provider", "groq", "--yes")
    assert ran.code == 5
    assert "GROQ_API_KEY" in ran.err


def test_a_data_directory_that_cannot_be_written(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    ran = cli("ask", NDA, "-q", "What?", "--data-dir", tmp_path / "file" / "data")
    assert ran.code == 6
    assert "--data-dir" in ran.err
    free = cli("ask", NDA, "-q", "How long?", "--data-dir", tmp_path / "file" / "data", "--no-store")
    assert free.code == 0


def test_a_defect_says_where_its_log_is_and_the_log_holds_no_words(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **options: object) -> None:
        raise RuntimeError(WORDS)

    monkeypatch.setattr("docanalyst.analyst.service.read_all", broken)
    ran = cli("pack", NDA, "--json")
    error = ran.json["error"]
    assert ran.code == error["exit_code"] == 1
    assert error["kind"] == "defect"
    log = Path(error["hint"].split(" are in ")[1].split(". Saved")[0])
    written = log.read_text(encoding="utf-8")
    log.unlink()
    assert written.startswith("RuntimeError")
    assert WORDS not in written + ran.err


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
@pytest.mark.parametrize("options", [[], ["--json"]])
def test_a_stdout_that_is_full_is_said_and_no_defect(options: list[str]) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "docanalyst", "ask", str(NDA), "-q", "How long?", *options],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert done.returncode == 2
    assert "error: Cannot write the output: No space left on device." in done.stderr
    assert "docanalyst sessions show" in done.stderr
    assert "Traceback" not in done.stderr and "Exception" not in done.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="descriptors are closed so on POSIX")
def test_closed_streams_lose_nothing(cli: Cli) -> None:
    asked = f"'{sys.executable}' -m docanalyst ask '{NDA}' -q 'How long?'"
    for closed in (">&-", "2>&-", "<&-"):
        assert subprocess.run(["sh", "-c", f"{asked} {closed}"], capture_output=True).returncode == 0
    assert [session["turn_count"] for session in cli("sessions", "list", "--json").json] == [1, 1, 1]
