"""The one form of text: what is sent, counted, hashed and quoted against.

A reader runs every page through `clean_text` before it becomes a `Page`; questions go through it too.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

WHITESPACE_RUN = 4_096
"""Longest run of blanks kept; longer ones carry no meaning, and about a million of them break the
tokenizer's pattern engine."""

_CONTROL_TOKEN = re.compile(
    r"<(?=\|[a-z0-9_]{2,40}\|>|｜[^｜<>\n]{2,40}｜>|(?:start|end)_of_turn>"
    r"|/?think>|/?tool_call>|/?tool_response>|/?reasoning>)",
    re.IGNORECASE,
)
_SURROGATE = re.compile("[\ud800-\udfff]")
_BLANKS = re.compile(rf"[^\S\r\n]{{{WHITESPACE_RUN + 1},}}")
_NEWLINES = re.compile(rf"(?:[^\S\r\n]*[\r\n]){{{WHITESPACE_RUN + 1},}}")
_BIDI = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_DROPPED = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\ufeff\u00ad" + _BIDI + "\U000e0000-\U000e007f]"
)
_WORTH_A_WARNING = re.compile("[\x1b" + _BIDI + "\U000e0000-\U000e007f]")


@dataclass(frozen=True, slots=True)
class Cleaning:
    """What `clean_text` did. dropped: invisible characters taken out. suspicious: those among them (escape,
    bidi override, tag characters) that a reader should hear of. control_tokens: strings broken up."""

    dropped: int = 0
    suspicious: int = 0
    control_tokens: int = 0


def clean_text(raw: str) -> tuple[str, Cleaning]:
    """NFC text without control characters, and what was changed.

    Newlines become "\\n" and form feeds too. Zero-width, soft-hyphen, bidi-control and tag characters are
    dropped; lone surrogates become U+FFFD. Strings that a model reads as control tokens
    (`<|im_end|>`, `<think>` …) get a word joiner after their "<", so that they stay text.
    """
    text = raw.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n")
    suspicious = dropped = 0
    # All that is dropped is unprintable, and most pages have nothing of the kind.
    if not text.replace("\n", "").isprintable():
        suspicious = len(_WORTH_A_WARNING.findall(text))
        text, dropped = _DROPPED.subn("", text)
        text = _SURROGATE.sub("\ufffd", text)
    if not unicodedata.is_normalized("NFC", text):
        text = unicodedata.normalize("NFC", text)
    text = _BLANKS.sub(lambda match: match.group()[:WHITESPACE_RUN], text)
    text = _NEWLINES.sub("\n" * WHITESPACE_RUN, text)
    text, broken = _CONTROL_TOKEN.subn("<\u2060", text)
    return text, Cleaning(dropped, suspicious, broken)
