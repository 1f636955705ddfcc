"""Configuration, completion, the demo, prompts of one's own: the commands around the main job."""

from __future__ import annotations

import csv
import io
import json
import tomllib
from pathlib import Path

import pytest
from support import SAMPLES, Cli

from docanalyst import __version__
from docanalyst.cli.ages import moment_before
from docanalyst.cli.app import COMMANDS
from docanalyst.domain.errors import UsageError

NDA = SAMPLES / "mutual-nda.pdf"


def test_every_command_has_help_and_is_in_the_list(cli: Cli) -> None:
    whole = cli("--help").out
    for name in COMMANDS:
        assert f"\n  {name} " in whole
        ran = cli(name, "--help")
        assert ran.code == 0
        assert ran.out.startswith(f"Usage: docanalyst {name}")
        assert "Global options:" in ran.out


def test_the_written_configuration_explains_every_setting_and_holds(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    assert cli("config", "init").code == 0
    text = path.read_text(encoding="utf-8")
    assert tomllib.loads(text) == {}
    set_by_hand = "\n".join(line.removeprefix("# ") if " = " in line else line for line in text.splitlines())
    path.write_text(set_by_hand, encoding="utf-8")
    shown = cli("config", "show", "--json").json
    assert shown["fallback"] == ["vllm", "extractive"]
    again = cli("config", "init")
    assert again.code == 2
    assert path.read_text(encoding="utf-8") == set_by_hand


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(cli: Cli, shell: str) -> None:
    assert "_DOCANALYST_COMPLETE" in cli("completion", shell).out


def test_the_demo_shows_a_true_and_a_false_quote(cli: Cli) -> None:
    ran = cli("demo")
    assert ran.code == 0
    assert "✓ verified" in ran.out
    assert "≠ altered" in ran.out
    assert "quoted “60”, the page has “30”" in ran.out
    assert cli("sessions", "list", "--json").json == []


def test_a_prompt_of_ones_own(cli: Cli, tmp_path: Path) -> None:
    path = cli("prompts", "new", "mine", "--from", "nda-triage").out.strip()
    assert Path(path).parent == tmp_path / "prompts"
    assert "mine: OK" in cli("prompts", "check", "mine").out
    assert "mine" in [prompt["name"] for prompt in cli("prompts", "list", "--json").json]
    turn = cli("ask", NDA, "-p", "mine", "--json").json
    assert turn["prompt"]["name"] == "mine"
    assert turn["status"] == "complete"
    assert cli("prompts", "new", "mine").code == 2


def test_prompts_and_configuration_are_data_too(cli: Cli, tmp_path: Path) -> None:
    made = cli("prompts", "new", "mine", "--json").json
    assert made == {"name": "mine", "path": str(tmp_path / "prompts" / "mine.md")}
    assert "mine" in [row["name"] for row in cli("prompts", "check", "--json").json]
    assert cli("config", "init", "--json").json == {"config": str(tmp_path / "config.toml")}


def test_what_was_asked_is_found_queried_and_counted(cli: Cli) -> None:
    turn = cli("ask", NDA, "-q", "Which law governs the agreement?", "--json").json
    hits = cli("sessions", "search", "governs", "--json").json
    assert turn["turn_id"] in [hit["turn_id"] for hit in hits]
    assert {hit["kind"] for hit in cli("sessions", "search", "governed", "--json").json} == {
        "turn",
        "page",
    }
    rows = cli("query", "SELECT question FROM answers", "--json").json
    assert rows == [{"question": "Which law governs the agreement?"}]
    table = list(csv.reader(io.StringIO(cli("query", "recent", "--csv").out)))
    assert len(table) == 2
    refused = cli("query", "DELETE FROM turns")
    assert refused.code == 2
    assert cli("spending", "--json").json[0]["key"] == "extractive"
    assert len(cli("query", "--json").json) >= 10


def test_a_formula_in_a_csv_is_inert(cli: Cli) -> None:
    out = cli("query", "SELECT '=1+1' AS a, '@x' AS b, -3 AS c, 'plain' AS d", "--csv").out
    assert out.splitlines()[1] == "'=1+1,'@x,-3,plain"


def test_a_backup_is_a_store(cli: Cli, tmp_path: Path) -> None:
    turn = cli("ask", NDA, "-q", "Which law governs the agreement?", "--json").json
    copy = tmp_path / "copy" / "docanalyst.db"
    copy.parent.mkdir()
    assert cli("backup", copy).code == 0
    shown = cli("sessions", "show", turn["session_id"], "--json", "--data-dir", copy.parent).json
    assert shown["turns"][0]["answer"] == turn["answer"]


def test_old_sessions_are_deleted_by_age(cli: Cli) -> None:
    cli("ask", NDA, "-q", "Which law governs the agreement?")
    assert cli("sessions", "delete", "--older-than", "1d").code == 0
    assert len(cli("sessions", "list", "--json").json) == 1
    session = cli("sessions", "list", "--json").json[0]["id"]
    assert cli("sessions", "delete", session, "--purge").code == 0
    assert cli("sessions", "list", "--json").json == []
    assert cli("sessions", "delete").code == 2


def test_ages() -> None:
    assert (moment_before("2w") - moment_before("1w")).days in (-7, -8)
    for wrong in ("", "x", "10", "d", "1h"):
        with pytest.raises(UsageError):
            moment_before(wrong)


def test_doctor_finds_nothing_wrong_and_repairs_nothing_sound(cli: Cli) -> None:
    checks = cli("doctor", "--json").json["checks"]
    assert [check["name"] for check in checks if not check["ok"]] == []
    cli("ask", NDA, "-q", "Which law governs the agreement?")
    assert cli("doctor", "--repair", "--json").json["found"] == []


def test_a_model_that_says_nothing_is_there_is_contradicted(
    cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.json"
    answer = "The agreement does not address the limit of liability. See Smith v. Jones, 410 U.S. 113 (1973)."
    script.write_text(json.dumps([answer]), encoding="utf-8")
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    agreement = SAMPLES / "services-agreement.pdf"
    asked = ("ask", agreement, "-q", "What is the limit of liability?", "--provider", "scripted")
    remarks = cli(*asked, "--json").json["remarks"]
    assert {remark["kind"] for remark in remarks} == {"absence", "authority"}
    assert remarks[0]["page"] == 14
    assert any("410 U.S. 113" in remark["quote"] for remark in remarks[1:])
    shown = cli(*asked)
    assert "! note" in shown.out


def test_failed_quotes_go_back_once(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The Tenant shall pay rent of $4,500 per month to the Landlord.\n", encoding="utf-8")
    script = tmp_path / "script.json"
    wrong, right = (
        f'Rent is {sum_} a month.[^1]\n\n[^1]: D1 p.1 "shall pay rent of {sum_} per month"\n'
        for sum_ in ("$5,400", "$4,500")
    )
    script.write_text(json.dumps([wrong, right]), encoding="utf-8")
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    asked = (
        "ask",
        note,
        "-q",
        "What is the rent?",
        "--provider",
        "scripted",
        "--repair",
        "--strict",
        "--json",
    )
    ran = cli(*asked)
    first, second = ran.lines
    assert first["citations"][0]["verdict"] == "altered"
    assert second["citations"][0]["verdict"] == "verbatim"
    assert "$4,500" in second["question"]
    assert ran.code == 0


def test_doctor_reports_a_broken_configuration_among_the_rest(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('providr = "x"', encoding="utf-8")
    ran = cli("doctor", "--json")
    assert ran.code == 1
    found = {check["name"]: check for check in ran.json["checks"]}
    assert not found["settings"]["ok"] and "provider" in found["settings"]["hint"]
    assert found["tokens"]["ok"] and found["program"]["ok"]


@pytest.mark.parametrize(
    "arguments", [["--version"], ["ask", "--version"], ["sessions", "list", "--version"]]
)
def test_the_version_is_given_before_and_after_a_command(cli: Cli, arguments: list[str]) -> None:
    ran = cli(*arguments)
    assert (ran.code, ran.out) == (0, f"docanalyst {__version__}\n")


def test_models_of_one_provider(cli: Cli) -> None:
    ran = cli("models", "--provider", "groq")
    assert {line.split()[0] for line in ran.out.splitlines()[1:]} == {"groq"}
    assert "Default:" not in ran.err
    refused = cli("models", "--provider", "grok", "--json")
    assert refused.code == refused.json["error"]["exit_code"] == 2
    assert "groq" in refused.json["error"]["hint"]
