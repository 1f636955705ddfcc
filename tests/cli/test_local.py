"""A model file from the command line: what is shown of it, what is refused, and that the rules hold."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from model_files import QWEN3_32B, write_header
from support import Cli

from docanalyst.providers.local import memory
from docanalyst.providers.local import server as servers

LLAMA = Path(__file__).parents[1] / "llama"


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A model file, and a stand-in for the package that runs it."""
    monkeypatch.syspath_prepend(str(LLAMA))
    monkeypatch.setenv("PYTHONPATH", str(LLAMA))
    monkeypatch.setattr(servers, "free_memory", lambda: 64 << 30)
    yield write_header(tmp_path / "Qwen3-32B.gguf", QWEN3_32B)
    servers.stop_servers()
    servers._servers.clear()


@pytest.fixture
def contract(tmp_path: Path) -> Path:
    path = tmp_path / "contract.txt"
    path.write_text("The Tenant shall pay rent of $4,500 per month.\n")
    return path


def test_a_question_stays_on_this_machine(cli: Cli, file: Path, contract: Path) -> None:
    ran = cli("ask", contract, "-q", "What is the rent?", "--model", file, "--local-only", "--json")
    assert ran.code == 0, ran.err
    turn = ran.json
    assert (turn["provider"], turn["model"], turn["answer"]) == ("local", str(file), "The rent is $4,500.")
    assert turn["receipt"]["token_count"] == "exact" and turn["cost"]["micros"] == 0
    assert turn["receipt"]["counted_tokens"] == turn["receipt"]["billed_tokens"]


@pytest.mark.parametrize(("allowed", "code"), [("[]", 2), ('["groq"]', 2), ('["local"]', 0)])
def test_the_rules_beside_the_documents_hold_for_it(
    cli: Cli, file: Path, contract: Path, allowed: str, code: int
) -> None:
    contract.with_name(".docanalyst.toml").write_text(f"allowed_providers = {allowed}\n")
    ran = cli("ask", contract, "-q", "What is the rent?", "--model", file)
    assert ran.code == code
    assert bool(servers._servers) == (code == 0)


def test_a_remote_default_never_gets_a_question_for_a_file(
    cli: Cli, file: Path, contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCANALYST_PROVIDER", "groq")
    monkeypatch.setenv("GROQ_API_KEY", "gsk_canary")
    ran = cli("pack", contract, "--model", file, "--json")
    assert ran.code == 0 and ran.json["provider"] == "local" and ran.json["token_count"] == "exact"
    assert not servers._servers
    assert cli("pack", contract, "--provider", "vllm", "--model", file, "--json").json["provider"] == "vllm"


def test_it_is_listed_with_its_figures(cli: Cli, file: Path) -> None:
    [record] = cli("models", "--provider", "local", "--model", file, "--json").json
    assert record["context_window"] == 131_072 and record["file"]["per_token"] == 256 * 1_024
    assert record["file"]["family"] == "qwen3" and record["file"]["size"] == file.stat().st_size
    assert "Qwen3 32B (qwen3)" in cli("models", "--provider", "local", "--model", file).out
    assert cli("models", "--provider", "local", "--json").json == []


def test_the_doctor_knows_what_fits_now(cli: Cli, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def check(*options: object) -> dict[str, object]:
        checks = cli("doctor", "--offline", "--json", *options).json["checks"]
        return next(item for item in checks if item["name"] == "model file")

    good = check("--model", file)
    assert good["ok"] and "256 KiB of cache per token" in str(good["detail"])
    bad = check("--model", file.with_name("none.gguf"))
    assert not bad["ok"] and "none.gguf" in str(bad["detail"]) and bad["hint"]
    monkeypatch.setattr(memory, "find_spec", lambda name: None)
    assert "pip install xllamacpp" in str(check("--model", file)["hint"])
    assert check()["ok"]


def test_too_little_memory_is_one_error_with_the_figures(
    cli: Cli, file: Path, contract: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "free_memory", lambda: 2 << 30)
    ran = cli("ask", contract, "-q", "Rent?", "--model", file, "--max-output", "20000", "--json")
    error = ran.json["error"]
    assert (ran.code, error["kind"]) == (5, "not_enough_memory")
    assert "GiB is free" in error["message"] and "tokens fit" in error["hint"]


@pytest.mark.parametrize("data", [b"", b"%PDF-1.7", b"GGUF" + bytes(20)])
def test_another_file_is_a_usage_error(cli: Cli, file: Path, contract: Path, data: bytes) -> None:
    file.write_bytes(data)
    ran = cli("ask", contract, "-q", "Rent?", "--provider", "local", "--model", file)
    assert ran.code == 2 and file.name in ran.err and not servers._servers
    assert cli("ask", contract, "-q", "Rent?", "--provider", "local").code == 2


def test_the_guide_says_where_files_come_from(cli: Cli) -> None:
    text = cli("help", "local").out
    assert "256 KiB" in text and "GGUF" in text and "pip install '.[local]'" in text
