"""Reads the place that an answer gives for a quote: document and page, as people and models write them."""

from __future__ import annotations

import re
from dataclasses import dataclass

_DOCUMENT = re.compile(
    r"(?<![A-Za-z0-9_.])D(?:oc(?:ument)?|okument)?\.?[ \t\-#]?(\d{1,4})(?![A-Za-z0-9_%])", re.IGNORECASE
)
_FILE = re.compile(
    r"[^\s\"“”«»,;|()\[\]/\\]{1,120}\.(?:pdf|txt|md|docx|html?|eml|msg|odt|epub)(?!\w)", re.IGNORECASE
)
_RANGE = (
    r"(?:[ \t]{0,2}(?:-|–|—|~|～|to|and|und|et|y|e|&|,|bis|至|到|から)[ \t]{0,2}"
    r"(?:pp?\.?[ \t]?|第)?(\d{1,5}))?"
)
_PAGE_WORD = (
    r"(?:pdf[ \t-]?)?(?:pp|pgs?|p|pages?|seiten?|стр|страниц[аеыу]|páginas?|págs?|paginas?|pagg?|"
    r"pagin[ae]|blz|"
    r"bladzijde|strona|stron[ay]|str|sidan?|sivu|sayfa|σελ(?:ίδα)?|trang|halaman|hlm|页码?|頁|ページ|쪽|"
    r"페이지|صفحة|ص)"
)
_PAGE = re.compile(
    rf"(?<![A-Za-z0-9_.])({_PAGE_WORD})(?:\.|\b|(?=\d))[ \t]{{0,3}}[:：=]?[ \t]{{0,3}}"
    r"(?:nos?\.?|nr\.?|n°|#)?[ \t]{0,3}"
    r"(\d{1,5}|[ivxlc]{1,8})(?![^\W_]|_|\.\d)" + _RANGE,
    re.IGNORECASE,
)
_PDF = re.compile(r"(?<!\w)pdf[ \t]{0,3}(?:pp?\.?|page)?[ \t]{0,3}(\d{1,5})(?!\w)", re.IGNORECASE)
_HAN_PAGE = re.compile(
    r"(?<![\d共全])(?:第[ \t]?)?(\d{1,5}|(?<=第)[一二三四五六七八九十]{1,3})"
    r"(?:[ \t]?[-–—~～至到][ \t]?(\d{1,5}))?[ \t]?(?:页|頁|ページ|쪽|페이지|\.?[ \t]oldal)"
)
_LETTER_PAGE = re.compile(r"(?<![^\W_])(?:[Ss]|[Сс])\.?[ \t]{0,2}(\d{1,5})(?![\w(]|\.\d)" + _RANGE)
"""German "S. 2", Swedish "s. 2", Russian "с. 2": a section elsewhere, so it counts only beside a document."""
_PRINTED = re.compile(
    r"(?<!\w)(?:printed|labell?ed|label)[ \t]{0,3}(?:as[ \t])?(?:pp?\.|page)?[ \t]{0,3}"
    r"([A-Za-z]{0,4}[-.–]?\d{1,5}|[ivxlc]{1,8})(?!\w)",
    re.IGNORECASE,
)
_BARE = re.compile(r"\]?[ \t]{0,2}(?:[:@,/]|\|)[ \t]{0,2}(\d{1,5})(?![\w.])" + _RANGE)
_AGAIN = re.compile(
    r"(?<!\w)(?:ibid(?:em)?|id(?:em)?\.|loc\.[ ]?cit|same[ ](?:page|place|document|source|clause|"
    r"section)|ebd|ebenda|"
    r"a\.[ ]?a\.[ ]?o|aao|ídem|íd|ivi|там[ ]же)(?!\w)|同上|同前|同页|同頁|同ページ|위와[ ]같음",
    re.IGNORECASE,
)
_LISTED = re.compile(r"and|und|et|&|,|\by\b|\be\b")
_MAY_NAME_A_PLACE = re.compile(
    r"\d|[pP]{1,2}(?:age|ages)?\.?[ \t]?[ivxlcIVXLC]|第|\.(?:pdf|txt|md|docx|html?|eml|odt|epub)",
    re.IGNORECASE,
)
"""What every place holds something of; most sentences do not, and are looked at no closer."""
_HAN_DIGITS = {digit: value for value, digit in enumerate("一二三四五六七八九", 1)}


@dataclass(frozen=True, slots=True)
class ClaimedPlace:
    """A place as claimed. document: "D2" or a file name. page, last_page: PDF numbers. label: as printed."""

    document: str | None = None
    page: int | None = None
    last_page: int | None = None
    label: str | None = None

    def __bool__(self) -> bool:
        return self.document is not None or self.page is not None or self.label is not None

    @property
    def is_paged(self) -> bool:
        """Whether it names a page."""
        return self.page is not None or self.label is not None


def read_place(text: str) -> ClaimedPlace:
    """The first document and page named in a short text; empty where there is none."""
    text = text[:600]
    if not _MAY_NAME_A_PLACE.search(text):
        return ClaimedPlace()
    document = _DOCUMENT.search(text)
    # The last part of an address ("https://…/guide.pdf") names no document of ours.
    file = None if "://" in text else _FILE.search(text)
    name = f"D{int(document.group(1))}" if document else file.group() if file else None
    printed = _PRINTED.search(text)
    label = printed.group(1) if printed else None
    rest = text[: printed.start()] + " " + text[printed.end() :] if printed else text
    page = _PAGE.search(rest)
    pdf = _PDF.search(rest)
    if pdf and page and not page.group(1).lower().startswith("pdf") and pdf.start() > page.start():
        return ClaimedPlace(name, int(pdf.group(1)), None, label or page.group(2))
    if page and page.group(2).isdigit():
        first = int(page.group(2))
        return ClaimedPlace(name, first, _last(first, page.group(3), page.group()), label)
    if page:
        return ClaimedPlace(name, None, None, page.group(2).lower())
    if pdf:
        return ClaimedPlace(name, int(pdf.group(1)), None, label)
    if han := _HAN_PAGE.search(rest):
        first = _han_number(han.group(1))
        return ClaimedPlace(name, first, _last(first, han.group(2), han.group()), label)
    if document and (bare := _BARE.match(text, document.end()) or _LETTER_PAGE.search(rest)):
        first = int(bare.group(1))
        return ClaimedPlace(name, first, _last(first, bare.group(2), bare.group()), label)
    return ClaimedPlace(name, None, None, label)


def last_place(text: str) -> ClaimedPlace:
    """The last document and page named in a short text; empty where there is none."""
    text = text[-400:]
    if not _MAY_NAME_A_PLACE.search(text):
        return ClaimedPlace()
    documents = [match.start() for match in _DOCUMENT.finditer(text)]
    pages = [
        match.start() for pattern in (_PAGE, _HAN_PAGE, _LETTER_PAGE) for match in pattern.finditer(text)
    ]
    if documents and pages and max(pages) < documents[-1]:
        return read_place(text[max(pages) :])  # "on page 2 of D1"
    return read_place(text[documents[-1] :] if documents else text[max(pages, default=0) :])


def means_again(text: str) -> bool:
    """Whether a text sends the reader to the place named before: "ibid.", "same page", "ebd.", "同上"."""
    return _AGAIN.search(text[:200]) is not None


def is_page_letter(text: str) -> int | None:
    """The page of a text that is nothing but "S. 2" or "s. 2"; None for any other."""
    match = _LETTER_PAGE.fullmatch(text.strip())
    return int(match.group(1)) if match else None


def _han_number(digits: str) -> int:
    if digits.isdigit() and digits not in _HAN_DIGITS:
        return int(digits)
    tens, found, units = digits.partition("十")
    if not found:
        return _HAN_DIGITS.get(digits, 0)
    return 10 * _HAN_DIGITS.get(tens, 1) + _HAN_DIGITS.get(units, 0)


def _last(first: int, second: str | None, written: str) -> int | None:
    """The end of a range; of a list only a page that follows at once, so that none between is claimed."""
    if second is None:
        return None
    last = int(second)
    if last < first and len(second) < len(str(first)):
        last = int(str(first)[: len(str(first)) - len(second)] + second)
    # The words of a list are looked for after the first number: page words hold some of these letters.
    listed = _LISTED.search(written.partition(str(first))[2]) is not None
    return last if first < last and (not listed or last == first + 1) else None


def starts_with_place(text: str) -> bool:
    """Whether a text opens with a document or a page."""
    opening = text[:80].lstrip(" \t([{*_|—–-（【「")
    return any(pattern.match(opening) for pattern in (_DOCUMENT, _FILE, _PAGE, _PDF, _HAN_PAGE))


def without_place(text: str) -> str:
    """A text without the places at its start, for a citation that forgot its quotation marks."""
    rest = text
    for _ in range(6):
        rest = rest.lstrip(" \t\r\n([{*_|—–-:,;.·)]}@（）【】：，。→†")
        patterns = (_DOCUMENT, _FILE, _PAGE, _PDF, _HAN_PAGE, _PRINTED, _LETTER_PAGE)
        longest = max((match.end() for pattern in patterns if (match := pattern.match(rest))), default=0)
        if not longest:
            break
        rest = rest[longest:]
    return rest.strip()
