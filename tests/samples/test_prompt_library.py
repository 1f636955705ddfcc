"""The shipped prompts: all are there, well formed, and small enough to send with every question."""

from __future__ import annotations

import re
import tomllib
from itertools import pairwise
from pathlib import Path

import pytest

from docanalyst import prompts
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.tokens import qwen3

FOLDER = Path(__file__).resolve().parents[2] / "prompts"
TASKS = (
    "case-brief",
    "change-of-control",
    "claims-evidence",
    "contract-review",
    "data-extraction",
    "definitions",
    "dpa-check",
    "indemnity-liability",
    "lease-abstract",
    "literature-table",
    "nda-triage",
    "obligations-deadlines",
    "paper-summary",
    "stats-audit",
    "statute-summary",
)


def test_every_task_is_there_and_nothing_else() -> None:
    assert {prompt.name for prompt in prompts.list_prompts()} == {*TASKS, "question"}


@pytest.mark.parametrize("path", sorted(FOLDER.glob("*.md")), ids=lambda path: path.stem)
def test_a_file_is_named_by_its_id_and_has_no_stray_placeholder(path: Path) -> None:
    front, _, body = path.read_text(encoding="utf-8").removeprefix("+++\n").partition("\n+++\n")
    assert tomllib.loads(front)["id"] == path.stem
    assert tomllib.loads(front)["summary"].endswith((".", "task."))
    assert set(re.findall(r"\{[^}]*\}?", body)) <= {"{fields}", "{question}"}


@pytest.mark.parametrize("name", TASKS)
def test_fields_are_defined_once_and_shown(name: str) -> None:
    prompt = prompts.find_prompt(name)
    assert prompt.title and prompt.audience and prompt.summary
    assert prompt.body.count("{fields}") == 1
    names = [field.name for field in prompt.fields]
    assert len(set(names)) == len(names) >= 5
    for field in prompt.fields:
        assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
        assert field.definition.endswith("."), field.name
        assert (field.type == "enum") == bool(field.options)
    filled = prompt.fill()
    assert all(f"- {field.title} (" in filled for field in prompt.fields)
    groups = [field.group for field in prompt.fields]
    assert sum(a != b for a, b in pairwise(groups)) == len(set(groups)) - 1
    assert qwen3.count(filled) < 1_500


def test_contract_review_has_41_heads_in_8_groups() -> None:
    fields = prompts.find_prompt("contract-review").fields
    assert len(fields) == 41
    assert len({field.group for field in fields}) == 8


def test_the_rules_are_short_and_show_a_citation_that_can_be_read() -> None:
    rules = prompts.find_prompt(prompts.INSTRUCTIONS).body
    assert qwen3.count(rules) <= 600
    line = next(line for line in rules.splitlines() if line.startswith("[^1]:"))
    [quote] = read_quotes(line)
    assert (quote.number, quote.document, quote.page) == (1, "D2", 17)
    assert quote.text == "words copied from that page"
    for state in ("stated as none", "not addressed"):
        assert state in rules
