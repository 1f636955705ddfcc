"""Counts Qwen3 tokens exactly and offline.

The vocabulary is Qwen's own rank file, shipped unchanged beside this module; the split pattern and the
special tokens are those of Qwen3's `tokenizer.json`. tiktoken runs them. The vocabulary is loaded once, on
first use.

Raw text is read as the model's tokenizer reads it: special-token strings become special IDs, and the text
between them is NFC-normalised. Text that is already NFC (all text that this program sends) is encoded
unchanged.
"""

from __future__ import annotations

import binascii
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from pathlib import Path
from threading import Event, Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import tiktoken

VOCABULARY_SHA256 = "b2b1b8dfb5cc5f024bafc373121c6aba3f66f9a5a0269e243470a1de16a33186"

SPLIT_PATTERN = (
    r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}"
    r"| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"
)

FIRST_SPECIAL_ID = 151_643
SPECIAL_TOKENS = (  # noqa: SIM905 - in id order, as published
    "<|endoftext|> <|im_start|> <|im_end|> <|object_ref_start|> <|object_ref_end|> <|box_start|> <|box_end|> "
    "<|quad_start|> <|quad_end|> <|vision_start|> <|vision_end|> <|vision_pad|> <|image_pad|> <|video_pad|> "
    "<tool_call> </tool_call> <|fim_prefix|> <|fim_middle|> <|fim_suffix|> <|fim_pad|> <|repo_name|> "
    "<|file_sep|> <tool_response> </tool_response> <think> </think>"
).split()

_SPECIAL_IDS = {token: FIRST_SPECIAL_ID + place for place, token in enumerate(SPECIAL_TOKENS)}
_SPECIAL = re.compile("(" + "|".join(map(re.escape, SPECIAL_TOKENS)) + ")")

# Code points whose normalisation has changed since Unicode 9, which the model's tokenizer uses.
# Normalising the text before and after them separately gives the same result as the tokenizer.
_NEWER_MARKS = (
    "05C8-05C9 07FD 0897-089F 08CA-08D3 09FE 0C3C 0D3B-0D3C 0EBA 1715 1ABF-1AF0 1DF6-1DFA A82C 105C9 105D2 "
    "105DA 105E4 10D24-10D27 10D69-10D6D 10EAB-10EAC 10ECB-10ECF 10EF0-10EFB 10EFD-10EFF 10F46-10F50 "
    "10F82-10F85 11070 1133B 11382-11385 1138B 1138E 11390-11391 113B8 113BB 113C2 113C5 113C7-113C9 "
    "113CE-113D0 1145E 11839-1183A 11930 11935 11938 1193D-1193E 11943 119E0 11A34 11A47 11A99 11D42 "
    "11D44-11D45 11D97 11F41-11F42 1611E-16129 1612F 16D63 16D67-16D6A 16FF0-16FF1 1D127-1D128 1D250-1D252 "
    "1D25B-1D25C 1D25F 1D280-1D281 1E08F 1E130-1E136 1E2AE 1E2EC-1E2EF 1E4EC-1E4EF 1E5EE-1E5EF 1E6E3 1E6E6 "
    "1E6EE-1E6EF 1E6F5"
)


def _character_class(ranges: str) -> str:
    pairs = (item.partition("-") for item in ranges.split())
    return "".join(chr(int(low, 16)) + (f"-{chr(int(high, 16))}" if high else "") for low, _, high in pairs)


_NEWER = re.compile(f"([{_character_class(_NEWER_MARKS)}])")

# Whitespace as the regex engine of the split pattern sees it. Runs of about a million overflow its stack.
_WHITESPACE = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
LONG_BLANK = 100_000
_LONG_BLANK = re.compile(f"[{_WHITESPACE}]{{{LONG_BLANK},}}")

_loading = Lock()


@cache
def _load() -> tiktoken.Encoding:
    import tiktoken

    ranks = _ranks()
    _ranks.cache_clear()
    return tiktoken.Encoding(
        "qwen3", pat_str=SPLIT_PATTERN, mergeable_ranks=ranks, special_tokens=_SPECIAL_IDS
    )


@cache
def _ranks() -> dict[bytes, int]:
    """Return the rank of each token, read in pieces so that other threads can run in between."""
    fields = Path(__file__).with_name("qwen.tiktoken").read_bytes().split()
    tokens = map(binascii.a2b_base64, fields[::2])
    ranks: dict[bytes, int] = {}
    for first in range(0, FIRST_SPECIAL_ID, 4096):
        ranks.update(zip(islice(tokens, 4096), range(first, FIRST_SPECIAL_ID), strict=False))
    return ranks


def prepare(gate: Event) -> None:
    """Load the vocabulary in advance.

    Args:
        gate: Set when other threads may be blocked for 0.1 s; waited for at most 1 s.
    """
    with _loading:
        if not _load.cache_info().currsize:
            _ranks()
    gate.wait(timeout=1)
    _encoding()


def _encoding() -> tiktoken.Encoding:
    with _loading:
        return _load()


def encode(text: str) -> list[int]:
    """Return the token IDs that Qwen3's tokenizer gives for this raw text, without added special tokens."""
    ids: list[int] = []
    for piece, special in _pieces(text):
        if special is not None:
            ids.append(special)
        else:
            ids.extend(_encode_ordinary(piece))
    return ids


def count(text: str) -> int:
    """Return the number of tokens of `encode(text)`."""
    return sum(1 if special is not None else len(_encode_ordinary(piece)) for piece, special in _pieces(text))


def count_messages(
    messages: Sequence[Mapping[str, object]], *, thinking: bool, add_generation_prompt: bool = True
) -> int:
    """Return the tokens of the prompt that Qwen3's chat template renders for these messages.

    Args:
        messages: Mappings with "role" (system, user, assistant) and "content" (text), optionally
            "reasoning_content".
        thinking: Whether the model may think; if not, the template adds an empty block.
    """
    return count(render_messages(messages, thinking=thinking, add_generation_prompt=add_generation_prompt))


def render_messages(
    messages: Sequence[Mapping[str, object]], *, thinking: bool, add_generation_prompt: bool = True
) -> str:
    """Return the prompt text of Qwen3's official chat template, without tools.

    Earlier answers lose their reasoning; an answer after the last question keeps it.

    Raises:
        ValueError: A role that the template does not know.
    """
    last_question = max(
        (place for place, message in enumerate(messages) if _is_question(message)), default=len(messages) - 1
    )
    rendered: list[str] = []
    for place, message in enumerate(messages):
        role, content = str(message["role"]), message.get("content")
        text = content if isinstance(content, str) else ""
        if role == "assistant":
            text = _render_answer(message, text, place > last_question, place == len(messages) - 1)
        elif role not in ("system", "user"):
            raise ValueError(f"unknown role {role!r}: expected system, user or assistant")
        rendered.append(f"<|im_start|>{role}\n{text}<|im_end|>\n")
    if add_generation_prompt:
        rendered.append("<|im_start|>assistant\n")
        if not thinking:
            rendered.append("<think>\n\n</think>\n\n")
    return "".join(rendered)


def _is_question(message: Mapping[str, object]) -> bool:
    content = message.get("content")
    if message["role"] != "user" or not isinstance(content, str):
        return False
    return not (content.startswith("<tool_response>") and content.endswith("</tool_response>"))


def _render_answer(message: Mapping[str, object], text: str, after_question: bool, last: bool) -> str:
    given = message.get("reasoning_content")
    reasoning = given if isinstance(given, str) else ""
    if not isinstance(given, str) and "</think>" in text:
        reasoning = text.split("</think>")[0].rstrip("\n").split("<think>")[-1].lstrip("\n")
        text = text.split("</think>")[-1].lstrip("\n")
    if after_question and (last or reasoning):
        return "<think>\n" + reasoning.strip("\n") + "\n</think>\n\n" + text.lstrip("\n")
    return text


def _pieces(text: str) -> Iterator[tuple[str, int | None]]:
    """Yield normalised text and special IDs, in order."""
    if "<" not in text or not _SPECIAL.search(text):
        yield _normalise(text), None
        return
    for piece in _SPECIAL.split(text):
        if piece in _SPECIAL_IDS:
            yield "", _SPECIAL_IDS[piece]
        elif piece:
            yield _normalise(piece), None


def _normalise(text: str) -> str:
    if unicodedata.is_normalized("NFC", text):
        return text
    return "".join(unicodedata.normalize("NFC", run) for run in _NEWER.split(text))


def _encode_ordinary(text: str) -> list[int]:
    encoding = _encoding()
    if len(text) < LONG_BLANK or not _LONG_BLANK.search(text):
        return encoding.encode_ordinary(text)
    ids: list[int] = []
    for piece, single in _guard(text):
        ids.extend(encoding._encode_single_piece(piece) if single else encoding.encode_ordinary(piece))
    return ids


def _guard(text: str) -> Iterator[tuple[str, bool]]:
    """Yield pieces cut at very long runs of blanks, and whether each is a single match of the pattern."""
    position = 0
    for run in _LONG_BLANK.finditer(text):
        start, end = run.span()
        if start > position and not text[start - 1].isalnum():
            while start < end and text[start] in "\r\n":  # newlines after punctuation belong to it
                start += 1
        yield text[position:start], False
        newline = max(text.rfind("\n", start, end), text.rfind("\r", start, end))
        if newline >= 0:
            yield text[start : newline + 1], True
            start = newline + 1
        if start < end < len(text):
            end -= 1  # the last blank goes with the visible character after it
        if start < end:
            yield text[start:end], True
        position = end
    yield text[position:], False
