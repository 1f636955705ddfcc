"""Pin cites: the place of a quote, as lawyers and scholars write it."""

from __future__ import annotations

import re
from enum import StrEnum

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document, Span, page_reference

_BACK = 12_000
"""Characters above a quote in which the heading of its section is looked for."""

_NUMBERED = re.compile(
    r"(?:^|(?<=\n)|(?<=[.;:][ \u00a0]))[^\S\n]*(?:[*_#]{1,4}[^\S\n]*)?"
    r"(?:(?P<word>(?:Section|Sec\.|SECTION|Article|Art\.|ARTICLE|Clause|CLAUSE|Paragraph|Rule|RULE|Chapter|CHAPTER|"
    r"Part|PART|Schedule|SCHEDULE|Exhibit|EXHIBIT|Annex|ANNEX|Appendix|APPENDIX|§+))[^\S\n]{0,3}[\"“]?)?"
    r"(?P<number>\d{1,3}(?:\.\d{1,3}){0,5}|[IVXLC]{1,7}(?!\w)|[A-Z](?!\w))(?P<mark>[.):\"”]?)"
    r"(?P<deep>(?:\([a-z0-9]{1,4}\)){0,3})[^\S\n]{0,30}(?P<after>\S)?"
)
_LETTERED = re.compile(r"(?:^|\n)[^\S\n]*(\([a-z]\))[^\S\n]")
_CONTENTS_LINE = re.compile(
    r"[^\n]{0,200}?(?:\.[ .\u00a0]{3,}|[ \u00a0]\|[ \u00a0]|[ \u00a0]{4,})\d{1,4}[^\S\n]*(?=\n|$)"
)
_UNIT_WORDS = re.compile(
    r"(?:million|billion|percent|per|days?|months?|years?|hours?|weeks?|business|calendar|of|to|and|or|in|at|mg|ml|kg)\b|%"
)


class PinStyle(StrEnum):
    """legal: "Lease, p. 15 (printed 12), § 4.2", or "Deposition, 45:12-46:3" by printed page and line where
    lines
    are numbered. plain: the file's name and no section."""

    LEGAL = "legal"
    PLAIN = "plain"


def pin_cite(
    citation: Citation, document: Document | None = None, *, style: PinStyle = PinStyle.LEGAL
) -> str:
    """Where a citation is, or is claimed to be where it was not found.

    document: the one it was found in, whose pages give the section; without it no section is named.
    """
    found = citation.found_page is not None
    page = citation.found_page if found else citation.page
    label = citation.found_page_label if found else citation.page_label
    name = (citation.found_document if found else citation.document) or "document"
    last = citation.spans[-1].page_number if found and citation.spans else None
    end = document.page(last) if document and last else None
    where = page_reference(page, label, last, end.label if end else None) if page is not None or label else ""
    if style is PinStyle.PLAIN:
        return ", ".join(filter(None, (document.name if document else name, where)))
    title = document.title if document and document.title else name
    if document and (lines := _lines(citation, document)):
        return f"{title}, {lines}"
    section = section_above(document, citation.span) if document and citation.span else None
    return ", ".join(filter(None, (title, where, section)))


def _lines(citation: Citation, document: Document) -> str:
    """Page and line of a passage on pages whose lines are numbered: "45:12-46:3"; "" where they are not."""
    if citation.found_page is None or not citation.spans:
        return ""
    first, last = citation.spans[0], citation.spans[-1]
    begin, end = document.page(first.page_number), document.page(last.page_number)
    line = begin.line_at(first.start) if begin else None
    last_line = end.line_at(last.end - 1) if end else None
    if begin is None or end is None or line is None or last_line is None:
        return ""
    label = begin.label or str(begin.number)
    if begin is not end:
        return f"{label}:{line}-{end.label or end.number}:{last_line}"
    return f"{label}:{line}-{last_line}" if last_line != line else f"{label}:{line}"


def section_above(document: Document, span: Span) -> str | None:
    """The number of the section that a stretch of text is in: "§ 4.2", "Article IV"; None if unseen.

    The nearest number at the start of a line, or of a sentence, at or above the stretch.
    """
    text, end = _text_above(document, span)
    best: re.Match[str] | None = None
    for match in _NUMBERED.finditer(text, max(0, end - _BACK), min(len(text), end + 40)):
        if match.start("number") <= end and _is_heading(match, text):
            best = match
    if best is None:
        return None
    letters = _LETTERED.findall(text, best.end(), max(best.end(), end + 1))
    return _named(best) + (letters[-1] if letters and not best["deep"] else "")


def _text_above(document: Document, span: Span) -> tuple[str, int]:
    """The text of the page and of the pages before it, and where the stretch begins in it."""
    pieces: list[str] = []
    end = size = 0
    for page in reversed(document.pages):
        if page.number == span.page_number:
            pieces.append(page.text[: span.start + 40])
            end = min(40, len(page.text) - span.start)
        elif pieces:
            pieces.append(page.text)
            size += len(page.text)
        if size > _BACK:
            break
    text = "\n".join(reversed(pieces))
    return text, len(text) - end


def _is_heading(match: re.Match[str], text: str) -> bool:
    number, word, after = match["number"], match["word"], match["after"] or ""
    if _CONTENTS_LINE.match(text, match.end("deep")):
        return False
    rest = text[match.end() - len(after) : match.end() + 30]
    if word:
        return not after or not (after.islower() or after in ",;)")
    if _UNIT_WORDS.match(rest) or not number[0].isdigit():
        return False
    if re.match(r"\d", after) or (after and after in ",%/-–:;)]"):
        return False
    if "." in number:
        return not after or not after.islower() or bool(match["mark"])
    return bool(match["mark"]) and match["mark"] != ":" and after.isupper() and int(number) < 200


def _named(match: re.Match[str]) -> str:
    word = (match["word"] or "").strip()
    number = match["number"] + match["deep"]
    if not word or word.startswith("§") or word.casefold() in ("section", "sec."):
        return f"§ {number}"
    short = {"art.": "Article"}.get(word.casefold(), word.capitalize())
    return f"{short} {number}"
