"""Sentences of a document as offsets into its page texts, so that whatever is shown is an exact copy."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from docanalyst.domain.documents import Page
from docanalyst.domain.language.months import SHORT_MONTHS
from docanalyst.domain.language.running_heads import furniture
from docanalyst.domain.language.words import CJK_WEIGHT, is_cjk, tokens, word_count

LONGEST = 110
"""Words of the longest sentence; a longer one is divided at its clauses."""

_ABBREVIATED = """
no nos inc corp co ltd llc plc mr mrs ms dr prof st sec secs art arts para paras v vs al fig figs eq eqs
ref refs approx e.g i.e cf viz u.s u.k d.c jr sr ed eds vol pp p ch cl cls sched exh ex ca resp
dept est bros assn ave blvd
"""
_ABBREVIATIONS = frozenset([*_ABBREVIATED.split(), *map(str.lower, SHORT_MONTHS)])
_END = re.compile(
    r"(?P<row>^[^\n]*[^\S\n]\|[^\S\n][^\n]*\n|\n(?=[^\n]*[^\S\n]\|[^\S\n]))|(?P<head>^[^a-z\n]{3,100}\n)(?=[^\n]*[a-z])|(?P<stop>[.!?]+)[\"'”’)\]]*(?:\[[\d,\s–-]+\])?(?=\s)|(?P<cjk>[。！？；]+[”’」』）]*)|(?P<semi>;)(?=\s*\n)"
    r"|(?P<colon>:)(?=\s*\n)|(?P<gap>\n[^\S\n]*\n)|(?P<line>\n)(?=[^\S\n]*(?:[•●▪◦‣–—*-][^\S\n]"
    r"|\(?(?:[a-zA-Z]|[ivxlcIVXLC]{1,5}|\d{1,3})\)[^\S\n]|(?:ARTICLE|Article|SECTION|Section|EXHIBIT|SCHEDULE)\s"
    r"|\d{1,3}(?:\.\d{1,3}){0,4}\.?[^\S\n]+[A-Z“\"(]))",
    re.MULTILINE,
)
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])*")
_OPENING = re.compile(r"\s*[\"'“‘(\[]*[^\W_]")
_NUMBERED = re.compile(
    r"(?:(?:ARTICLE|SECTION|PART|CHAPTER|SCHEDULE|EXHIBIT|ANNEX)\s+)?[\dIVXLC]+(?:\.[\dIVXLC]+)*\.?\W", re.I
)
_CONTENTS = re.compile(r"(?:\.{3,}|…|(?:\s\.){3,})\s*(?:\d{1,4}|[ivxlc]{1,6})$")
_UNFINISHED = re.compile(
    r"(?:,|\b(?:the|an?|of|to|in|by|for|with|at|from|on|and|or|any|such|its|this|that|shall|be|is|not))$"
)
_CLAUSES = (
    re.compile(r"[;:]\s+(?:(?:and|or)\s+)?"),
    re.compile(r"\s+(?=\([a-z0-9]{1,4}\)\s)"),
    re.compile(r",\s+"),
)
_BLANK = re.compile(r"\s+")
_CITING = re.compile(
    r"(?:§+|\b(?:nos?|secs?|arts?|paras?|cl|v|u\.s\.c)\.|\b(?:section|article|clause|exhibit|schedule))\s*$",
    re.I,
)
MOST_WORDS_BACK = 15
"""Words by which a sentence without clauses is divided earlier, so that no citation or parenthesis is."""

_VERBS = frozenset(("SHALL", "MUST", "WILL", "IS", "ARE"))
HEADING_WORDS = 12
HEADING_LENGTH = 150


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: its stretches of page text, one a page it is on. words: its length in words.

    parts: (index of the page in the document, start, end), offsets into that page's text. heading: it is the
    heading of what follows. contents: it is a line of a table of contents.
    """

    parts: tuple[tuple[int, int, int], ...]
    words: int
    heading: bool = False
    contents: bool = False


def body_spans(pages: Sequence[Page]) -> list[list[tuple[int, int]]]:
    """The stretches of each page's text without its running head, foot and page number."""
    bodies = []
    for page, lines in zip(pages, furniture([page.text for page in pages]), strict=True):
        stretches, position = [], 0
        for start, end in [*lines, (len(page.text), len(page.text))]:
            if page.text[position:start].strip():
                stretches.append((position, start))
            position = end
        bodies.append(stretches)
    return bodies


def split_page(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Sentences of one page between two offsets, as offsets, without blanks at their edges."""
    spans: list[tuple[int, int]] = []
    position = start
    for match in _END.finditer(text, start, end):
        if match.start() < position or not _ends_here(text, match, position, end):
            continue
        _append(spans, text, position, match.end())
        position = match.end()
    _append(spans, text, position, end)
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    stripped = text[start:end].strip()
    if stripped:
        first = text.index(stripped[0], start)
        spans.append((first, first + len(stripped)))


def _ends_here(text: str, match: re.Match[str], start: int, end: int) -> bool:
    """Whether a full stop ends a sentence: not after an abbreviation, an initial or a clause number."""
    if match.lastgroup == "line":
        return _item_starts(text[max(start, match.start() - 80) : match.start()])
    if match.lastgroup == "colon":
        return match.start() - start > 200
    if match.lastgroup != "stop":
        return True
    following = text[match.end() : min(end, match.end() + 40)].lstrip()
    if following and (following[0].islower() or following[0] in ",;:)"):
        return False
    if match.group("stop")[0] != ".":
        return True
    word = _word_before(text, match.start(), start)
    return not _is_abbreviation(word) and not (
        re.fullmatch(r"\d{1,3}(?:\.\d{1,3})*|[ivxIVX]{1,5}", word) and match.start() - len(word) - start < 12
    )


def is_heading(text: str) -> bool:
    """Whether a short sentence heads what follows: "9. TERM AND TERMINATION", "Article II: Definitions"."""
    if len(text) > HEADING_LENGTH or text.rstrip().endswith((";", ",")):
        return False
    numbered = _NUMBERED.match(text)
    words = re.findall(r"[^\W\d_][\w'’-]*", text[numbered.end() if numbered else 0 :])
    if not words:
        return False
    if not any(letter.islower() for word in words for letter in word):
        return not _VERBS.intersection(words)
    return numbered is not None and all(word[0].isupper() or len(word) <= 4 for word in words)


def follows_abbreviation(text: str, stop: int) -> bool:
    """Whether the full stop at an offset belongs to an abbreviation or to initials ("No.", "U.S.")."""
    return _is_abbreviation(_word_before(text, stop))


def _is_abbreviation(word: str) -> bool:
    return word.lower() in _ABBREVIATIONS or _INITIALS.fullmatch(word) is not None


def _word_before(text: str, stop: int, start: int = 0) -> str:
    """What is before a full stop without a blank, and without the marks that open it."""
    before = re.search(r"\S+\Z", text[max(start, stop - 30) : stop])
    return before.group().lstrip("(\"'“‘[") if before else ""


def _item_starts(before: str) -> bool:
    """Whether what is before a line break lets a list item begin after it: no sentence is broken."""
    line = before.rstrip().rpartition("\n")[2]
    return len(line) < 50 or re.search(r"[.;:,!?)\]”\"—-]$|\b(?:and|or)$", line, re.IGNORECASE) is not None


def split_document(pages: Sequence[Page]) -> list[Sentence]:
    """All sentences of a document, in order. One that runs on over a page border is one sentence."""
    sentences: list[Sentence] = []
    for index, (page, stretches) in enumerate(zip(pages, body_spans(pages), strict=True)):
        spans = [span for start, end in stretches for span in split_page(page.text, start, end)]
        for position, (first, last) in enumerate(spans):
            for start, end, words in divide(page.text, first, last):
                part = (index, start, end)
                if position == 0 and start == first and _runs_on(sentences, pages, page.text, first, words):
                    previous = sentences.pop()
                    sentences.append(Sentence((*previous.parts, part), previous.words + words))
                else:
                    heading = words <= HEADING_WORDS and is_heading(page.text[start:end])
                    contents = _CONTENTS.search(page.text, max(start, end - 40), end) is not None
                    sentences.append(Sentence((part,), words, heading, contents))
    return sentences


def _runs_on(sentences: list[Sentence], pages: Sequence[Page], text: str, start: int, words: int) -> bool:
    """Whether the sentence at the head of a page continues the last one of the page before."""
    if not sentences or sentences[-1].words + words > LONGEST or sentences[-1].heading:
        return False
    index, first, end = sentences[-1].parts[-1]
    if _UNFINISHED.search(pages[index].text, max(first, end - 20), end):
        return True
    return text[start].islower() and pages[index].text[end - 1] not in ".!?:;"


def divide(text: str, start: int, end: int, longest: int = LONGEST) -> list[tuple[int, int, int]]:
    """A sentence as pieces of at most `longest` words, cut at its clauses: (start, end, words)."""
    count = word_count(text, start, end)
    if count <= longest:
        return [(start, end, max(1, count))]
    offsets = [(offset, CJK_WEIGHT if is_cjk(token) else 1.0) for offset, token in tokens(text, start, end)]
    pieces = []
    while offsets:
        size, cut = 0.0, len(offsets)
        for position, (_, weight) in enumerate(offsets):
            size += weight
            if size > longest:
                cut = position
                break
        limit = offsets[cut][0] if cut < len(offsets) else end
        if cut < len(offsets):
            limit = _clause_end(text, offsets[cut // 3][0], limit)
            cut = next(index for index, (offset, _) in enumerate(offsets) if offset >= limit)
        stop = start + len(text[start:limit].rstrip())
        pieces.append((start, stop, max(1, round(sum(weight for _, weight in offsets[:cut])))))
        offsets = offsets[cut:]
        if offsets:
            start = limit + len(text[limit:end]) - len(text[limit:end].lstrip())
    return pieces


def _clause_end(text: str, earliest: int, latest: int) -> int:
    """The last clause border between two offsets, the strongest kind first; a blank where there is none."""
    for pattern in _CLAUSES:
        found = [match.end() for match in pattern.finditer(text, earliest, latest)]
        borders = [border for border in found if not _within_figure(text, border)]
        if borders:
            return borders[-1]
    blanks = [match.end() for match in _BLANK.finditer(text, earliest, latest)]
    for border in (latest, *blanks[: -MOST_WORDS_BACK - 1 : -1]):
        before = text[max(earliest, border - 60) : border]
        cited = _CITING.search(before) or text.startswith("et seq", border)
        if not cited and not _within_figure(text, border) and before.rfind("(") <= before.rfind(")"):
            return border
    return latest


def _within_figure(text: str, border: int) -> bool:
    """Whether a border divides a figure from what follows it on its line: "2 | years", "May 1, | 2004"."""
    return (
        re.search(r"\d[,.]?[^\S\n]*$", text[max(0, border - 12) : border]) is not None
        and re.match(r"\w", text[border : border + 1]) is not None
    )
