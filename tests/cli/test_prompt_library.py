"""Every prompt of the library runs on a sample that fits it, offline and through a scripted model."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import SAMPLES, Cli

from docanalyst.prompts import list_prompts

PAPERS = {"paper-summary", "literature-table", "stats-audit", "claims-evidence"}
NAMES = [prompt.name for prompt in list_prompts() if prompt.name != "question"]


def sample(name: str) -> Path:
    return SAMPLES / ("field-study.pdf" if name in PAPERS else "mutual-nda.pdf")


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_is_answered_offline_with_quotes_that_hold(cli: Cli, name: str) -> None:
    turn = cli("ask", sample(name), "-p", name, "--json").json
    assert turn["status"] == "complete"
    assert turn["prompt"]["name"] == name
    assert all(citation["verdict"] in ("verbatim", "normalized") for citation in turn["citations"])


@pytest.mark.parametrize("name", NAMES)
def test_a_prompt_goes_to_a_model_with_its_fields(
    cli: Cli, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "script.json"
    script.write_text(json.dumps(["- title: not addressed"]), encoding="utf-8")
    monkeypatch.setenv("DOCANALYST_SCRIPT", str(script))
    turn = cli("ask", sample(name), "-p", name, "--provider", "scripted", "--json").json
    assert turn["status"] == "complete"
    assert "{fields}" not in turn["question"]
    for field in cli("prompts", "show", name, "--json").json["fields"]:
        assert field["name"].replace("_", " ") in turn["question"]
