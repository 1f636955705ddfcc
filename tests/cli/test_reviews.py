"""Reviews of citations: saved, shown, exported, and taken back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import SAMPLES, Cli

NDA = SAMPLES / "mutual-nda.pdf"


@pytest.fixture
def turn(cli: Cli) -> dict[str, str]:
    """A saved turn: its ID and the ID of its session."""
    asked = json.loads(cli("ask", NDA, "-q", "How long does confidentiality last?", "--json").out)
    return {"id": asked["turn_id"], "session": asked["session_id"], "total": str(len(asked["citations"]))}


def _saved(cli: Cli, session: str) -> list[dict[str, object]]:
    return json.loads(cli("sessions", "show", session, "--json").out)["turns"][0]["citations"]  # type: ignore[no-any-return]


def test_a_review_is_saved_shown_and_counted(cli: Cli, turn: dict[str, str]) -> None:
    ran = cli("sessions", "mark", turn["id"][:12], 1, "reject", "--note", "Read the\namendment.")
    assert ran.code == 0 and "rejected (Read the amendment.)" in ran.err
    review = _saved(cli, turn["session"])[0]["review"]
    assert isinstance(review, dict) and set(review) == {"mark", "note", "at"} and review["mark"] == "reject"
    shown = cli("sessions", "show", turn["session"]).out
    assert "rejected (Read the amendment.)" in shown
    assert f"{int(turn['total']) - 1} of {turn['total']} to review" in shown


def test_to_review_leaves_out_what_was_accepted_or_rejected_but_not_what_was_flagged(
    cli: Cli, turn: dict[str, str]
) -> None:
    cli("sessions", "mark", turn["id"], 1, "accept")
    cli("sessions", "mark", turn["id"], 2, "flag")
    left = json.loads(cli("sessions", "show", turn["session"], "--to-review", "--json").out)["turns"][0]
    assert [item["number"] for item in left["citations"]][:2] == [2, 3]


def test_clear_takes_a_review_back(cli: Cli, turn: dict[str, str]) -> None:
    cli("sessions", "mark", turn["id"], 1, "accept")
    cli("sessions", "mark", turn["id"], 1, "clear")
    assert _saved(cli, turn["session"])[0]["review"] is None


@pytest.mark.parametrize("suffix", ["md", "html", "json"])
def test_exports_show_the_review_and_its_text_is_no_markup(
    cli: Cli, turn: dict[str, str], tmp_path: Path, suffix: str
) -> None:
    cli("sessions", "mark", turn["id"], 1, "reject", "--note", "<b>wrong</b> | [x](y)")
    made = tmp_path / f"made.{suffix}"
    assert cli("sessions", "export", turn["session"], "-o", made).code == 0
    text = made.read_text(encoding="utf-8")
    assert "reject" in text and ("<b>wrong" not in text or suffix == "json")


def test_a_review_survives_export_and_import(cli: Cli, turn: dict[str, str], tmp_path: Path) -> None:
    cli("sessions", "mark", turn["id"], 1, "flag", "--note", "Ask Ana.")
    made = tmp_path / "made.json"
    cli("sessions", "export", turn["session"], "-o", made)
    fresh = tmp_path / "fresh"
    assert cli("sessions", "import", made, "--data-dir", fresh).code == 0
    shown = cli("sessions", "show", turn["session"], "--json", "--data-dir", fresh).out
    assert json.loads(shown)["turns"][0]["citations"][0]["review"]["note"] == "Ask Ana."


def test_unknown_turns_numbers_and_marks_are_refused(cli: Cli, turn: dict[str, str]) -> None:
    unknown = cli("sessions", "mark", turn["id"], 99, "accept")
    assert unknown.code == 2 and "no citation 99" in unknown.err and "It has 1, 2" in unknown.err
    assert cli("sessions", "mark", "zzzz", 1, "accept").code == 2
    assert cli("sessions", "mark", turn["id"], 1, "fine").code == 2
