"""Reading where an answer says a quote stands: a document and a page, as people and models write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOCUMENT = re.compile(r"(?<![\w.])D(?:oc(?:ument)?)?\.?[ \t\-#]?(\d{1,4})(?![\w%])", re.IGNORECASE)
_FILE = re.compile(r"[^\s\"“”«»,;|()\[\]/\\]{1,120}\.(?:pdf|txt|md|docx)(?!\w)", re.IGNORECASE)
_RANGE = r"(?:[ \t]{0,2}(?:-|–|—|to|and|&|,|bis)[ \t]{0,2}(?:pp?\.?[ \t]?)?(\d{1,5}))?"
_PAGE = re.compile(
    r"(?<![\w.])(pdf[ \t-]?)?(?:pp|pgs?|p|pages?|seiten?|стр|página|pagina)(?:\.|\b|(?=\d))[ \t]{0,3}"
    r"(?:nos?\.?|#)?[ \t]{0,3}"
    r"(\d{1,5}|[ivxlc]{1,8})(?!\w)" + _RANGE,
    re.IGNORECASE,
)
_PDF = re.compile(r"(?<!\w)pdf[ \t]{0,3}(?:pp?\.?|page)?[ \t]{0,3}(\d{1,5})(?!\w)", re.IGNORECASE)
_HAN_PAGE = re.compile(r"第[ \t]?(\d{1,5})[ \t]?[页頁ページ]")
_PRINTED = re.compile(
    r"(?<!\w)(?:printed|labell?ed|label)[ \t]{0,3}(?:as[ \t])?(?:pp?\.|page)?[ \t]{0,3}"
    r"([A-Za-z]{0,4}[-.–]?\d{1,5}|[ivxlc]{1,8})(?!\w)",
    re.IGNORECASE,
)
_BARE = re.compile(r"\]?[ \t]{0,2}(?:[:@§,]|\|)[ \t]{0,2}(\d{1,5})(?![\w.])" + _RANGE)


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """A place as claimed. document: "D2" or a file name. page, last_page: PDF numbers. label: as printed."""

    document: str | None = None
    page: int | None = None
    last_page: int | None = None
    label: str | None = None

    def __bool__(self) -> bool:
        return self.document is not None or self.page is not None or self.label is not None


def read_place(text: str) -> ClaimedPlace:
    """The first document and page named in a short text; empty where there is none."""
    text = text[:600]
    document = _DOCUMENT.search(text)
    file = _FILE.search(text)
    name = f"D{int(document.group(1))}" if document else file.group() if file else None
    printed = _PRINTED.search(text)
    label = printed.group(1) if printed else None
    rest = text[: printed.start()] + " " + text[printed.end() :] if printed else text
    page = _PAGE.search(rest)
    pdf = _PDF.search(rest)
    if pdf and page and not page.group(1) and pdf.start() > page.start():
        return ClaimedPlace(name, int(pdf.group(1)), None, label or page.group(2))
    if page and page.group(2).isdigit():
        first = int(page.group(2))
        return ClaimedPlace(name, first, _last(first, page.group(3), page.group()), label)
    if page:
        return ClaimedPlace(name, None, None, page.group(2).lower())
    if pdf:
        return ClaimedPlace(name, int(pdf.group(1)), None, label)
    if han := _HAN_PAGE.search(rest):
        return ClaimedPlace(name, int(han.group(1)), None, label)
    if document and (bare := _BARE.match(text, document.end())):
        first = int(bare.group(1))
        return ClaimedPlace(name, first, _last(first, bare.group(2), bare.group()), label)
    return ClaimedPlace(name, None, None, label)


def _last(first: int, second: str | None, written: str) -> int | None:
    """The end of a range; of a list only a page that follows at once, so that none between is claimed."""
    if second is None:
        return None
    last = int(second)
    if last < first and len(second) < len(str(first)):
        last = int(str(first)[: len(str(first)) - len(second)] + second)
    listed = re.search(r"and|&|,", written) is not None
    return last if first < last and (not listed or last == first + 1) else None


def starts_with_place(text: str) -> bool:
    """Whether a text opens with a document or a page."""
    opening = text[:80].lstrip(" \t([{*_|—–-")
    return any(pattern.match(opening) for pattern in (_DOCUMENT, _FILE, _PAGE, _PDF, _HAN_PAGE))


def without_place(text: str) -> str:
    """A text without the places at its start, for a citation that forgot its quotation marks."""
    rest = text
    for _ in range(6):
        rest = rest.lstrip(" \t\r\n([{*_|—–-:,;.·)]}@")
        matches = [pattern.match(rest) for pattern in (_DOCUMENT, _FILE, _PAGE, _PDF, _HAN_PAGE, _PRINTED)]
        longest = max((match.end() for match in matches if match), default=0)
        if not longest:
            break
        rest = rest[longest:]
    return rest.strip()
