"""A document's title: its own where that can be trusted, else its heading, else the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from docanalyst.domain.documents import Page

_WORD = re.compile(r"\w+")
_LEFTOVER = re.compile(
    r"^(microsoft (word|powerpoint|excel)\b|untitled|document\d*$|title$|slide \d|page \d)"
    r"|\.(docx?|pdf|tex|dvi|rtf|odt|indd|qxd|html?|xlsx?|pptx?|fm|wpd|txt)\s*$",
    re.IGNORECASE,
)
MAX_LENGTH = 160


def choose_title(metadata: str, pages: Sequence[Page], stem: str) -> str:
    """The title of a document, on one line.

    metadata: what the file says. It is used only when its words stand on the first two pages, which a
    leftover of another document or a smuggled instruction does not. stem: file name without suffix.
    """
    title = _one_line(metadata)
    opening = " ".join(page.text for page in pages[:2])
    if title and not _LEFTOVER.search(title) and _stands_in(title, opening):
        return title[:MAX_LENGTH]
    return _heading(pages) or stem


def _stands_in(title: str, text: str) -> bool:
    words = {word for word in _words(title) if len(word) > 1}
    return bool(words) and len(words & _words(text)) >= 0.8 * len(words)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _heading(pages: Sequence[Page]) -> str:
    """The first line of the first page with text that reads like a heading."""
    for page in pages[:2]:
        for line in page.text.split("\n")[:12]:
            line = _one_line(line).lstrip("#").strip()
            letters = sum(character.isalpha() for character in line)
            if (
                letters >= 4
                and letters > 0.5 * len(line)
                and len(line) <= 120
                and not line.endswith((",", ";"))
            ):
                return line[:MAX_LENGTH]
    return ""


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())
