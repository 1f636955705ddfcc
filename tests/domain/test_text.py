"""The one form of text."""

from __future__ import annotations

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.text import WHITESPACE_RUN, clean_text, seen, with_escapes
from docanalyst.tokens import qwen3


@given(st.text())
def test_cleaning_is_final(raw: str) -> None:
    text, _ = clean_text(raw)
    again, cleaning = clean_text(text)
    assert again == text
    assert cleaning.dropped == cleaning.suspicious == cleaning.control_tokens == 0
    assert unicodedata.is_normalized("NFC", text)


def test_control_tokens_stay_text() -> None:
    for token in qwen3.SPECIAL_TOKENS:
        text, cleaning = clean_text(f"a {token} b")
        assert cleaning.control_tokens == 1, token
        assert not set(qwen3.encode(text)) & set(range(151_643, 151_669)), token


@pytest.mark.parametrize(
    "token",
    [
        "<|start|>",
        "<|reserved_200017|>",
        "<|eot_id|>",
        "<｜end▁of▁sentence｜>",
        "<start_of_turn>",
        "</THINK>",
    ],
)
def test_control_tokens_of_other_models_are_broken_too(token: str) -> None:
    text, cleaning = clean_text(f"a {token} b")
    assert cleaning.control_tokens == 1
    assert token not in text


def test_what_a_terminal_would_obey_is_dropped_and_counted() -> None:
    text, cleaning = clean_text("Fee \x1b[31mPAID\x1b[0m \u202eabc\u202c \U000e0041x\u200b\u00ad")
    assert text == "Fee [31mPAID[0m abc x"
    assert cleaning.suspicious == 5
    assert cleaning.dropped == 7


def test_lone_surrogates_and_line_ends() -> None:
    assert clean_text("a\ud800b\r\nc\rd\fe")[0] == "a\ufffdb\nc\nd\ne"


def test_words_and_numbers_are_never_touched() -> None:
    legal = "§ 4.2 — “thirty (30) days”, €1,000.50; α ≤ 0.05 <b>not</b> 王  x\ty"
    assert clean_text(legal)[0] == legal


def test_runs_of_blanks_are_capped() -> None:
    assert clean_text("a" + " " * 1_000_000 + "b")[0] == "a" + " " * WHITESPACE_RUN + "b"
    assert clean_text("a" + " \n" * 1_000_000 + "b")[0].count("\n") <= WHITESPACE_RUN


@pytest.mark.parametrize(
    "sign",
    ["\x00", "\x1b", "\r", "\x7f", "\x9b", "\u202e", "\u2066", "\u200b", "\ufeff", "\ud800", "\U000e0041"],
)
def test_what_acts_unseen_leaves_the_program_neither_as_text_nor_raw_in_json(sign: str) -> None:
    assert seen(f"a{sign}b") == "ab"
    if sign >= "\x7f":
        written = with_escapes(json.dumps(f"a{sign}b", ensure_ascii=False))
        assert written.isascii()
        assert json.loads(written) == f"a{sign}b"


def test_joiners_tabs_and_line_feeds_are_part_of_the_text() -> None:
    for text in ("می\u200cخواهم", "👩\u200d⚖️", "a\tb\nc", "", "é漢"):
        assert seen(text) == text
