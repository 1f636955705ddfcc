"""The prompt library's files, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from docanalyst import prompts
from docanalyst.domain.errors import UsageError
from docanalyst.tokens import qwen3


def write(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_rules_are_no_task() -> None:
    names = [prompt.name for prompt in prompts.list_prompts()]
    assert prompts.QUESTION in names
    assert prompts.INSTRUCTIONS not in names
    assert prompts.REMINDER not in names


def test_fields_stand_where_the_body_wants_them(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        "mine",
        '+++\nid = "mine"\n[[fields]]\nname = "end_date"\ntype = "date"\ndefinition = "When it ends."\n'
        '[[fields]]\nname = "kind"\ntype = "enum"\noptions = ["lease", "sale"]\n+++\nFind:\n{fields}\nDone.',
    )
    prompt = prompts.read_prompt(path)
    assert prompt.fill() == ("Find:\n- end date (date): When it ends.\n- kind (one of: lease, sale): \nDone.")


def test_an_own_prompt_goes_before_the_shipped_one(tmp_path: Path) -> None:
    write(tmp_path, "question", "Say it in French: {question}")
    assert prompts.find_prompt("question", tmp_path).body == "Say it in French: {question}"
    assert prompts.find_prompt("question").body != "Say it in French: {question}"


def test_an_unknown_prompt_lists_what_exists() -> None:
    with pytest.raises(UsageError) as caught:
        prompts.find_prompt("questoin")
    assert "Did you mean 'question'?" in caught.value.hint


def test_a_name_cannot_leave_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "secret", "x")
    with pytest.raises(UsageError):
        prompts.find_prompt("../secret", tmp_path / "own")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('+++\nid = "a"\n', "no closing +++"),
        ("+++\nid = \n+++\nx", "not valid TOML"),
        ('+++\ntitel = "a"\n+++\nx', "line 2: unknown key 'titel'"),
        ('+++\n[[fields]]\nname = "a b"\n+++\nx', "invalid field name"),
        ('+++\n[[fields]]\nname = "a"\ntype = "dat"\n+++\nx', "unknown type 'dat'"),
        ('+++\n[[fields]]\nname = "a"\ntype = "enum"\n+++\nx', "has no options"),
    ],
)
def test_a_wrong_file_is_refused_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError) as caught:
        prompts.read_prompt(write(tmp_path, "wrong", text))
    assert said in caught.value.message


def test_a_copy_is_ones_own_and_goes_first(tmp_path: Path) -> None:
    path = prompts.copy_prompt("nda-triage", "my-triage", tmp_path)
    copied = prompts.find_prompt("my-triage", tmp_path)
    assert copied.path == str(path)
    assert copied.fields == prompts.find_prompt("nda-triage").fields
    assert 'id = "my-triage"' in path.read_text(encoding="utf-8")
    with pytest.raises(UsageError):
        prompts.copy_prompt("nda-triage", "my-triage", tmp_path)
    with pytest.raises(UsageError):
        prompts.copy_prompt("nda-triage", "../escape", tmp_path)


@pytest.mark.parametrize(
    ("text", "tokens", "said"),
    [
        ("+++\n+++\n", 1, "the prompt is empty"),
        ("Say it.", 9_000, "9,000 tokens"),
        ('+++\n[[fields]]\nname = "a"\n+++\nNo place for them.', 9, "{fields}"),
        ('+++\n[[fields]]\nname = "a"\n[[fields]]\nname = "a"\n+++\n{fields}', 9, "duplicate field a"),
        ("First.\nThen {answer}.", 9, "line 2: unknown placeholder {answer}"),
    ],
)
def test_a_prompt_that_cannot_be_used_well_is_refused(
    tmp_path: Path, text: str, tokens: int, said: str
) -> None:
    prompt = prompts.read_prompt(write(tmp_path, "wrong", text))
    with pytest.raises(UsageError) as caught:
        prompts.check_prompt(prompt, tokens)
    assert said in caught.value.message + caught.value.hint


def test_every_shipped_prompt_passes_the_check() -> None:
    shipped = prompts.list_prompts()
    assert shipped
    for prompt in shipped:
        prompts.check_prompt(prompt, qwen3.count(prompt.fill()))
