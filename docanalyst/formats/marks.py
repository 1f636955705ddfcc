"""Marks inside the text of a paragraph that is being read, and how they are written out."""

from __future__ import annotations

import re

HIDDEN, STRUCK, UNSTRUCK = "\x01", "\x02", "\x03"
"""Marks inside a text that is not finished; readers remove these characters from what a file says."""

NOT_PLAIN = re.compile("[\x01-\x03\n]")
"""What a text has that `finished` has work with."""

_LINES = re.compile(r"[ \t]*\n[ \t\n]*")
_HIDDEN_INSIDE = re.compile(f"(?<=[^\\s{HIDDEN}])([ \t]*){HIDDEN}[{HIDDEN} \t]*(?=[^\\s{HIDDEN}])")
_STRUCK_PARTS = re.compile(f"{STRUCK}([^{STRUCK}{UNSTRUCK}]*){UNSTRUCK}")


def finished(text: str) -> tuple[str, tuple[str, ...]]:
    """A text with its marks written out, and the words that are struck through."""
    struck: tuple[str, ...] = ()
    if HIDDEN in text:
        text = _HIDDEN_INSIDE.sub(" [hidden text] ", text).replace(HIDDEN, "")
    if STRUCK in text:
        struck = tuple(words.strip() for words in _STRUCK_PARTS.findall(text))
        text = _STRUCK_PARTS.sub(lambda match: _marked_struck(match.group(1)), text)
    if "\n" in text:
        text = _LINES.sub("\n", text)
    return text.strip(" \t\n"), struck


def _marked_struck(words: str) -> str:
    bare = words.strip(" \t\n")
    start = words.index(bare)
    return f"{words[:start]}[struck: {bare}]{words[start + len(bare) :]}"
