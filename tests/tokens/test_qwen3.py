"""Counts against Qwen3's own tokenizer, and the guards that keep them exact."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docanalyst.tokens import qwen3


def test_the_vocabulary_is_the_published_file() -> None:
    data = files("docanalyst.tokens").joinpath("qwen.tiktoken").read_bytes()
    assert hashlib.sha256(data).hexdigest() == qwen3.VOCABULARY_SHA256
    assert files("docanalyst.tokens").joinpath("LICENSE-qwen.txt").is_file()


def test_known_ids() -> None:
    assert qwen3.encode("Hello, world!") == [9707, 11, 1879, 0]
    assert qwen3.encode("<|im_start|>") == [151644]
    assert qwen3.encode("</think>") == [151668]
    assert qwen3.encode("") == []


def test_text_is_normalised_before_it_is_counted() -> None:
    assert qwen3.encode("cafe\u0301") == qwen3.encode("café")


def test_importing_the_module_does_not_load_the_vocabulary() -> None:
    code = "import sys; from docanalyst.tokens import qwen3; print('tiktoken' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


@pytest.mark.parametrize(
    ("unit", "before", "after"),
    [
        (" ", "", ""),
        ("\t", "a", "b"),
        ("\u3000", "!", "x"),
        (" ", "x", "\n\ny"),
        ("\n", ".", "z"),
        ("\xa0", "(", ""),
    ],
)
def test_a_million_blanks_do_not_crash(unit: str, before: str, after: str) -> None:
    assert qwen3.count(before + unit * 1_200_000 + after) > 0


@pytest.mark.parametrize("run", [" \n", "\n ", " ", "\n", "\t\r\n "])
@pytest.mark.parametrize("before", ["", "word", "end.", "end.\n", "7"])
@pytest.mark.parametrize("after", ["", "word", "(x", "9"])
def test_the_guard_cuts_where_the_pattern_cuts(
    run: str, before: str, after: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = before + run * 30 + after + run * 25
    plain = qwen3.encode(text)
    import re

    monkeypatch.setattr(qwen3, "_LONG_BLANK", re.compile(f"[{qwen3._WHITESPACE}]{{10,}}"))
    assert qwen3.encode(text) == plain


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text(min_size=0, max_size=60), min_size=1, max_size=6))
def test_counts_of_blocks_add_up(bodies: list[str]) -> None:
    blocks = [f"[D1 p.{number}]\n{body.strip()}\n\n" for number, body in enumerate(bodies, 1)]
    assert sum(map(qwen3.count, blocks)) == qwen3.count("".join(blocks))


def test_message_overhead() -> None:
    messages = [{"role": "system", "content": "Be exact."}, {"role": "user", "content": "Why?"}]
    body = qwen3.count("Be exact.") + qwen3.count("Why?")
    assert qwen3.count_messages(messages, thinking=True) == body + 10 + 3
    assert qwen3.count_messages(messages, thinking=False) == body + 10 + 7


def test_an_unknown_role_is_refused() -> None:
    with pytest.raises(ValueError, match="tool"):
        qwen3.count_messages([{"role": "tool", "content": "x"}], thinking=False)


def test_vectors_of_texts(shared: Path) -> None:
    wrong, lines = [], 0
    folder = shared / "vectors"
    for line in (folder / "qwen3_tokens.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        lines += 1
        if "repeat" in case:
            unit, times = case["repeat"]
            right = qwen3.count(unit * times) == case["count"]
        elif "text_file" in case:
            with (folder / case["text_file"]).open(encoding="utf-8", newline="") as file:
                right = qwen3.count(file.read()) == case["count"]
        else:
            right = qwen3.encode(case["text"]) == case["ids"]
            if case["kind"] == "join_exact":
                counts = [qwen3.count(part) for part in case["parts"]]
                right = right and counts == case["part_counts"] and sum(counts) == len(case["ids"])
        if not right:
            wrong.append((lines, case["kind"]))
    assert lines >= 300
    assert wrong == []


def test_vectors_of_conversations(shared: Path) -> None:
    wrong, lines = [], 0
    for line in (shared / "vectors" / "qwen3_chat.jsonl").read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        lines += 1
        options = {
            "thinking": case["enable_thinking"],
            "add_generation_prompt": case["add_generation_prompt"],
        }
        if "rendered" in case and qwen3.render_messages(case["messages"], **options) != case["rendered"]:
            wrong.append((lines, "rendered"))
        if qwen3.count_messages(case["messages"], **options) != case["count"]:
            wrong.append((lines, "count"))
    assert lines >= 120
    assert wrong == []
