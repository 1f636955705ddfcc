"""A document's title: its own where that can be trusted, else its heading, else the file's name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from docanalyst.pdf.instructions import find_instruction
from docanalyst.pdf.layout.joins import CELL_MARK, PARAGRAPH
from docanalyst.pdf.rawpages import RawPage

_WORD = re.compile(r"\w+")
_LEFTOVER = re.compile(
    r"^(microsoft (word|powerpoint|excel)\b|untitled|document\d*$|title$|slide \d|page \d)"
    r"|\.(docx?|pdf|tex|dvi|rtf|odt|indd|qxd|html?|xlsx?|pptx?|fm|wpd|txt)\s*$",
    re.IGNORECASE,
)
_NOT_A_TITLE = re.compile(
    r"^\W*(exhibit|ex-?\d|annex|appendix|schedule|attachment|confidential|execution (copy|version)|draft|"
    r"dated?\b|page \d|arxiv:|source:|https?:|www\.|vol(ume|\.)|(table of )?contents|case \d|filed|\[)",
    re.IGNORECASE,
)
_DEED = re.compile(
    r"\b(agreement|contract|lease|deed|amendment|addendum|indenture|policy|plan|note|guaranty|licen[cs]e|charter|"
    r"bylaws|undertaking|settlement|memorandum|order|opinion|judgment|vertrag|vereinbarung)\b",
    re.IGNORECASE,
)
_ADDRESS = re.compile(r"[@{}]|https?:|www\.")
MAX_LENGTH = 160
_OPENING_LINES = 40


def choose_title(metadata: str, first: RawPage, opening: Sequence[str], stem: str) -> str:
    """The title of a document, on one line.

    metadata: what the file says; used only when its words stand on the first two pages, which a leftover of
    another document or a smuggled instruction does not. first: page one as parsed. opening: text of the first
    two pages. stem: file name without suffix.
    """
    text = "\n".join(opening)
    title = _one_line(metadata)
    if title and not _LEFTOVER.search(title) and _stands_in(title, text):
        return title[:MAX_LENGTH]
    return (_largest(first) or _heading(text) or stem)[:MAX_LENGTH]


def _stands_in(title: str, text: str) -> bool:
    words = {word for word in _words(title) if len(word) > 1}
    return bool(words) and len(words & _words(text)) >= 0.8 * len(words) and not find_instruction(title)


def _words(text: str) -> set[str]:
    return set(_WORD.findall(unicodedata.normalize("NFKC", text).casefold()))


def _largest(page: RawPage) -> str:
    """The lines of page one in the largest letters, when those are clearly larger than the rest."""
    heights = []
    texts = page.texts
    for line in range(len(texts)):
        left, top, right, bottom = page.boxes[4 * line : 4 * line + 4]
        heights.append(bottom - top if right - left > bottom - top else 0)
    named = [sum(map(str.isalpha, text)) >= 4 and not _ADDRESS.search(text) for text in texts]
    lettered = [
        height
        for height, text, may_be in zip(heights, texts, named, strict=True)
        if may_be and len(text) <= 120
    ]
    if len(lettered) < 4 or page.ocr or max(lettered) <= 0:
        return ""
    tallest, usual = max(lettered), sorted(lettered)[len(lettered) // 2]
    if tallest * 10 < usual * 12:
        return ""
    start = next(
        line for line, height in enumerate(heights) if abs(height - tallest) * 20 <= tallest and named[line]
    )
    end = start + 1
    while (
        end < min(len(heights), start + 6)
        and abs(heights[end] - tallest) * 20 <= tallest
        and page.joins[end] != PARAGRAPH
    ):
        end += 1
    title = _one_line(" ".join(texts[start:end]))
    return "" if _NOT_A_TITLE.match(title) or CELL_MARK in title or len(title) > MAX_LENGTH else title


def _heading(text: str) -> str:
    """The first line that reads like a heading; the name of a deed before other ones."""
    lines = [_one_line(line).lstrip("#").strip() for line in text.split("\n") if line.strip()]
    headings = [line for line in lines[:_OPENING_LINES] if _reads_like_heading(line)]
    for line in headings:
        capitals = sum(map(str.isupper, line)) / max(1, sum(map(str.isalpha, line)))
        words = [word for word in line.split() if word[0].isalpha() and len(word) > 3]
        if _DEED.search(line) and (capitals > 0.8 or all(word[0].isupper() for word in words)):
            return line
    return headings[0] if headings else ""


def _reads_like_heading(line: str) -> bool:
    letters = sum(map(str.isalpha, line))
    return (
        letters >= 4
        and 2 * letters > len(line)
        and len(line) <= 120
        and not line.endswith((",", ";"))
        and CELL_MARK not in line
        and not _NOT_A_TITLE.match(line)
        and not find_instruction(line)
    )


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    if not text.isprintable():
        # Rare, and checked letter by letter for every title only when it is needed.
        text = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return text
