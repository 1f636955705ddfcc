"""What stands right beside a quote and may turn its meaning: told to the reader, no ground to refuse it."""

from __future__ import annotations

import re

_BEFORE = re.compile(
    r"\b(?:no|not|nor|never|neither|without|unless|except|cannot|in\s+no\s+event|under\s+no\s+circumstances|"
    r"(?:do|does|did|is|are|was|were|has|have|had|would|should|could|must|need|may|shall|will)\s?n['’]t)"
    r"(?:\s+(?:shall|will|may|must|be|the|any|that|if|to))?\s*[\"“‘(\[]*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"[\"”’)\]]*[,;:]?\s*(?:\(?\s*(?:but|and)\s+)?\b(?:unless|except(?:ing)?|provided,?\s+(?:however,?\s+)?that|"
    r"other\s+than|save\s+(?:as|that|for)|subject\s+to|but\s+(?:not|only)|only\s+(?:if|to\s+the\s+extent)|"
    r"if\s+and\s+only\s+if|to\s+the\s+extent|notwithstanding)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?][\"”’)\]]*\Z")
_REACH = 60


def surroundings_note(text: str, start: int, end: int) -> str:
    """A sentence about a negation right before, or a condition right behind, a stretch of text; or ""."""
    notes: list[str] = []
    if before := _BEFORE.search(text, max(0, start - _REACH), start):
        notes.append(f"right before it stands “{_short(before.group())}”")
    if after := _AFTER.match(text, end, end + _REACH):
        following = "the next sentence begins" if _ENDED.search(text, start, end) else "the sentence goes on"
        words = _words(text, after.start(), after.end() + 40)
        notes.append(f"{following} “{_short(words)}{'' if words.rstrip().endswith('.') else '…'}”")
    return "; ".join(notes)


def _words(text: str, start: int, end: int) -> str:
    """A stretch up to about an end, without the half of a word."""
    if end >= len(text) or text[end].isspace():
        return text[start:end]
    return text[start:end].rsplit(maxsplit=1)[0]


def _short(text: str) -> str:
    return " ".join(text.split()).strip(' "“”‘’([,;:')
