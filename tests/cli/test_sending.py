"""What is asked, refused or rerouted before a document leaves the machine."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import Cli


@pytest.fixture
def note(tmp_path: Path) -> Path:
    path = tmp_path / "matter" / "note.txt"
    path.parent.mkdir()
    path.write_text("The Tenant shall pay rent of $4,500 per month.\n", encoding="utf-8")
    return path


def test_nothing_leaves_without_agreement(cli: Cli, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_x")
    ran = cli("ask", note, "-q", "Rent?", "--provider", "groq")
    assert ran.code == 2
    assert "Nothing was sent" in ran.err
    assert "api.groq.com" in ran.err
    assert "--yes" in ran.err
    assert cli("sessions", "list", "--json").json == []


def test_rules_beside_the_documents_refuse_a_provider(
    cli: Cli, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_x")
    (note.parent / ".docanalyst.toml").write_text('allowed_providers = ["vllm"]', encoding="utf-8")
    ran = cli("ask", note, "-q", "Rent?", "--provider", "groq", "--yes")
    assert ran.code == 2
    assert "these documents may not be sent to Groq" in ran.err
    assert cli("ask", note, "-q", "Rent?", "--provider", "extractive").code == 0


def test_local_only_refuses_a_distant_provider(cli: Cli, note: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_x")
    assert cli("ask", note, "-q", "Rent?", "--provider", "groq", "--local-only", "--yes").code == 2
    turn = cli("ask", note, "-q", "Rent?", "--local-only", "--json").json
    assert turn["provider"] == "extractive"


def test_a_fallback_answers_and_is_named(
    cli: Cli, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"error": "rate_limited", "message": "Too busy."}]), encoding="utf-8")
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    asked = ("ask", note, "-q", "What is the rent?", "--provider", "scripted", "--json")
    assert cli(*asked).code == 5
    (tmp_path / "config.toml").write_text('fallback = ["extractive"]', encoding="utf-8")
    ran = cli(*asked)
    assert ran.code == 0
    assert ran.json["provider"] == "extractive"
    assert "Too busy." in ran.err
    assert ran.err.count("scripted failed") >= 1


def test_no_fallback_after_the_first_word(
    cli: Cli, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.json"
    script.write_text(
        json.dumps([{"steps": [{"answer": "Rent is"}], "error": "connection", "message": "broke"}]),
        encoding="utf-8",
    )
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    (tmp_path / "config.toml").write_text('fallback = ["extractive"]', encoding="utf-8")
    ran = cli("ask", note, "-q", "What is the rent?", "--provider", "scripted", "--json")
    assert ran.code == 5
    turn, error = ran.lines
    assert (turn["status"], turn["answer"], turn["provider"]) == ("interrupted", "Rent is", "scripted")
    assert error["error"]["kind"] == "connection"


def test_a_fallback_that_may_not_have_the_documents_is_passed_over(
    cli: Cli, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps([{"error": "rate_limited", "message": "Too busy."}]), encoding="utf-8")
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    monkeypatch.setenv("GROQ_API_KEY", "gsk_x")
    asked = ("ask", note, "-q", "What is the rent?", "--provider", "scripted", "--json")
    config = tmp_path / "config.toml"
    config.write_text('fallback = ["groq", "extractive"]', encoding="utf-8")
    assert cli(*asked).json["provider"] == "extractive"
    config.write_text('fallback = ["groq"]', encoding="utf-8")
    turn, error = cli(*asked).lines
    assert (turn["status"], error["error"]["kind"]) == ("failed", "rate_limited")
    config.write_text('fallback = ["grok"]', encoding="utf-8")
    refused = cli(*asked)
    assert refused.code == 2
    assert "groq" in refused.json["error"]["hint"]


def test_rules_hold_before_a_server_counts_the_documents(
    cli: Cli, note: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted: list[object] = []

    async def count(self: object, *request: object) -> None:
        counted.append(request)

    monkeypatch.setattr("docanalyst.analyst.routing.Router.count", count)
    monkeypatch.setenv("DOCANALYST_VLLM_BASE_URL", "http://127.0.0.1:9/v1")
    (note.parent / ".docanalyst.toml").write_text('allowed_providers = ["ollama"]', encoding="utf-8")
    ran = cli("ask", note, "-q", "Rent?", "--provider", "vllm", "--model", "some-model")
    assert (ran.code, counted) == (2, [])


def test_the_rules_of_a_matter_hold_from_any_folder(
    cli: Cli, note: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk_x")
    (note.parent / ".docanalyst.toml").write_text(
        'allowed_providers = ["vllm", "extractive"]', encoding="utf-8"
    )
    other = note.with_name("other.txt")
    other.write_text("The Landlord shall insure the Building.\n", encoding="utf-8")
    monkeypatch.chdir(note.parent)
    assert cli("ask", "note.txt", "-q", "Rent?", "--provider", "extractive").code == 0
    for first in (True, False):
        if not first:
            assert (
                cli("ask", "--continue", "other.txt", "-q", "Who insures?", "--provider", "extractive").code
                == 0
            )
        monkeypatch.chdir(tmp_path)
        ran = cli("ask", "--continue", "-q", "And?", "--provider", "groq", "--yes")
        assert ran.code == 2
        assert "documents may not be sent to" in ran.err
        monkeypatch.chdir(note.parent)
