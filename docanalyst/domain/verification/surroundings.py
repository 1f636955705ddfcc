"""Cautions about a verified quote: the text around it, and the page that it is on."""

from __future__ import annotations

import re

from docanalyst.domain.citations import Caution
from docanalyst.domain.verification.index import IndexedDocument

_BEFORE = re.compile(
    r"\b(?:no|not|nor|never|neither|without|unless|except|cannot|in\s+no\s+event|under\s+no\s+circumstances|"
    r"(?:do|does|did|is|are|was|were|has|have|had|would|should|could|must|need|may|shall|will)\s?n['’]t)"
    r"(?:\s+(?:shall|will|may|must|be|the|any|that|if|to))?\s*[\"“‘(\[]*$",
    re.IGNORECASE,
)
_EXCEPTION = (
    r"(?:(?:and|but|or|then|und|aber|et|mais|y|pero)\s+)?(?:"
    r"unless|except(?:ing|ed)?|excluding|exclusive\s+of|provided|providing|other\s+than|rather\s+than|"
    r"save\s+(?:as|that|for|where|in)|subject\s+to|only|but|if|however|until|till|notwithstanding|without|"
    r"to\s+the\s+extent|so\s+long\s+as|as\s+long\s+as|on\s+(?:the\s+)?condition|in\s+the\s+absence|absent|"
    r"although|though|whereas|conditional|when(?:ever)?|"
    r"es\s+sei\s+denn|außer|ausgenommen|sofern|soweit|wenn|falls|jedoch|vorbehaltlich|"
    r"sauf|hormis|excepté|à\s+moins|sous\s+réserve|si|toutefois|pourvu|"
    r"salvo|excepto|a\s+menos|siempre\s+que|sin\s+embargo|"
    r"кроме|если|за\s+исключением|однако|при\s+условии)\b"
)
_AFTER = re.compile(
    rf"[\"”’)\]]*(?P<mark>[,;:–—-]?)\s*\(?\s*{_EXCEPTION}|[”’」』）]*(?P<wide>[，；、]?)\s*(?:但|除|如果|若|除非)",
    re.IGNORECASE,
)
_NEXT_SENTENCE = re.compile(
    r"[\"”’)\]]*[.;:!?]?[\"”’)\]]*\s*(?:provided|however|notwithstanding|except|unless|subject\s+to|but|jedoch|toutefois|"
    r"sin\s+embargo|однако)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(r"[.!?][\"”’)\]]*\Z")
_STOPPED = re.compile(r"[.!?。！？][\"'”’)\]]*\Z")
_MARKED = re.compile(r"(?:\.\s?\.\s?\.|…|\[[^\[\]]{0,5}\])[\s.\"'”’)\]]*\Z")
_STOPS = re.compile(r"[\"”’)\]]*[.!?;。！？；]")
_STRUCK = re.compile(r"\[struck: [^\[\]]*\]")
_REDACTED = re.compile(r"\[(?:redacted|hidden text)\]", re.IGNORECASE)
_REACH = 60
_FAR = 2_000
"""Characters before a quote within which a quotation of the document itself may have begun."""


def surroundings_note(text: str, start: int, end: int) -> str:
    """A sentence about a negation right before, or a condition right after, a stretch of text; or ""."""
    notes: list[str] = []
    if before := _BEFORE.search(text, max(0, start - _REACH), start):
        notes.append(f"preceded by “{_short(before.group())}”")
    ended = _ENDED.search(text, start, end) is not None
    after = _AFTER.match(text, end, end + _REACH) or _NEXT_SENTENCE.match(text, end, end + _REACH)
    if after and (not ended or _NEXT_SENTENCE.match(text, end, end + _REACH)):
        following = "the next sentence begins" if ended else "the sentence goes on"
        words = _words(text, after.start(), after.end() + 40)
        notes.append(f"{following} “{_short(words)}{'' if words.rstrip().endswith('.') else '…'}”")
    return "; ".join(notes)


def exception_after(text: str, end: int) -> str:
    """The exception or condition that follows an offset in the same sentence; or ""."""
    after = _AFTER.match(text, end, end + _REACH)
    if after is None or _STOPS.match(text, end) or _STOPPED.search(text, max(0, end - 4), end):
        return ""
    stop = re.compile(r"[.;。；](?=\s|$)|\n\s*\n").search(text, after.end(), end + 300)
    return " ".join(text[end : stop.start() if stop else end + 160].split()).strip(" ,")


def claims_sentence_end(quote: str) -> bool:
    """Whether a quote presents itself as the end of a sentence.

    It ends in a full stop, or a trailing space shows that words were removed."""
    if _MARKED.search(quote):
        return False
    bare = quote.rstrip().rstrip("\"'”’»*_` ")
    return _STOPPED.search(bare) is not None or (quote[-1:] in (" ", "\t") and bare == quote.rstrip())


def cautions_of(document: IndexedDocument, start: int, end: int, *, occurrences: int) -> list[Caution]:
    """The cautions of a verified stretch of a document, but for those of omissions."""
    text = document.text
    found: list[Caution] = []
    if exception_after(text, end) or (
        (after := _NEXT_SENTENCE.match(text, end, end + _REACH))
        and after.group().strip(' \n"”’)]')[:1] in ";:"
    ):
        found.append(Caution.SENTENCE_GOES_ON)
    if any(page.ocr for page in document.pages_of(start, end)):
        found.append(Caution.OCR)
    if any(match.end() > start for match in _STRUCK.finditer(text, max(0, start - _FAR), end + 1)) or (
        (opened := text.rfind("[struck: ", max(0, start - _FAR), start)) >= 0
        and text.find("]", opened, start) < 0
    ):
        found.append(Caution.STRUCK)
    if _REDACTED.search(text, start, end):
        found.append(Caution.REDACTED_INSIDE)
    if occurrences > 1:
        found.append(Caution.REPEATED)
    if _is_quoted(text, start, end):
        found.append(Caution.QUOTED_SPEECH)
    return found


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a stretch lies within quotation marks of the document, in one paragraph."""
    if len(text[start:end].split()) < 5:
        return False
    paragraph = max(text.rfind("\n\n", max(0, start - _FAR), start), start - _FAR, 0)
    before = text[paragraph:start]
    if before.rfind("“") > before.rfind("”"):
        return text.find("“", start, end) < 0 or text.find("”", start, end) >= 0
    return (
        before.count('"') % 2 == 1 and text[start:end].count('"') % 2 == 0 and '"' in text[end : end + _FAR]
    )


def _words(text: str, start: int, end: int) -> str:
    """A stretch up to about an end, without the half of a word."""
    if end >= len(text) or text[end].isspace():
        return text[start:end]
    return text[start:end].rsplit(maxsplit=1)[0]


def _short(text: str) -> str:
    return " ".join(text.split()).strip(' "“”‘’([,;:')
