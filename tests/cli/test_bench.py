"""Measuring providers side by side."""

from __future__ import annotations

from pathlib import Path

from support import Cli


def test_several_providers_are_measured_on_the_same_context(cli: Cli, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The Tenant shall pay rent of $4,500 per month.\n", encoding="utf-8")
    asked = ("bench", note, "-q", "What is the rent?", "-n", "2", "--provider", "extractive")
    rows = cli(*asked, "--provider", "scripted/scripted", "--json").json
    assert [row["provider"] for row in rows] == ["extractive", "scripted"]
    assert {row["counted_tokens"] for row in rows} == {rows[0]["counted_tokens"]}
    assert [(row["runs"], row["failed"], row["error"]) for row in rows] == [(2, 0, None)] * 2
    assert len(rows[0]["measured"]) == 2
    table = cli(*asked)
    assert table.code == 0
    assert "first s" in table.out
    assert cli("sessions", "list", "--json").json == []


def test_a_provider_that_fails_is_named_and_the_others_are_measured(cli: Cli, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The Tenant shall pay rent of $4,500 per month.\n", encoding="utf-8")
    ran = cli(
        "bench", note, "-q", "Rent?", "-n", "1", "--provider", "groq", "--provider", "extractive", "--json"
    )
    assert ran.code == 5
    assert "No key for Groq" in ran.json[0]["error"]
    assert ran.json[1]["error"] is None
    assert cli("bench", note, "-q", "Rent?").code == 2
