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
CONTROLS = "\x00-\x08\x0b-\x1f\x7f-\x9f"
"""Control characters but tab and line feed; like the names below, a part of a character class."""
BIDI = "\u202a-\u202e\u2066-\u2069"
"""Overrides and isolates: they let text be shown in another order than it has."""
TAGS = "\U000e0000-\U000e007f"
"""Tag characters: a whole message can be hidden in them."""
SURROGATES = "\ud800-\udfff"
UNSEEN = re.compile(f"[{CONTROLS}{BIDI}{TAGS}{SURROGATES}\u200b\u200e\u200f\u2060-\u2064\ufeff\ufffe\uffff]")
"""What acts without being seen, on a terminal, in a spreadsheet, in a browser: the one rule for all that
leaves the program as text. Joiners (U+200C, U+200D) stay: Persian and emoji are written with them."""
_ACTING = re.compile(f"[\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff{TAGS}{SURROGATES}]")

_SURROGATE = re.compile(f"[{SURROGATES}]")
_BLANKS = re.compile(rf"[^\S\r\n]{{{WHITESPACE_RUN + 1},}}")
_NEWLINES = re.compile(rf"(?:[^\S\r\n]*[\r\n]){{{WHITESPACE_RUN + 1},}}")
_DROPPED = re.compile(f"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\ufeff\u00ad{BIDI}{TAGS}]")
_WORTH_A_WARNING = re.compile(f"[\x1b{BIDI}{TAGS}]")


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


def seen(text: str) -> str:
    """Text without characters that act without being seen; line feeds and tabs stay."""
    return UNSEEN.sub("", text)


def with_escapes(json_text: str) -> str:
    """JSON in which characters that act without being seen are written as escapes, so that none is lost."""
    return _ACTING.sub(_escape, json_text)


def _escape(match: re.Match[str]) -> str:
    code = ord(match.group())
    if code > 0xFFFF:
        code -= 0x10000
        return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
    return f"\\u{code:04x}"
