"""Words that a file gives in place of what it draws (/ActualText), held against the letters drawn.

The entry is meant for ligatures, hyphens and fonts without a table of letters. Where the letters drawn are
known and say something else, they are what a reader sees.
"""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import partial
from unicodedata import normalize

from docanalyst.pdf.pdfium.bindings import raw
from docanalyst.pdf.pdfium.document import CannotOpen, OpenPage, utf16
from docanalyst.pdf.pdfium.objects import TEXT, page_objects

_KEY = b"ActualText"
_ALIKE = 0.4
"""Likeness, 0..1, from which the letters drawn are words too; a font without a table gives others."""
_LETTERLESS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ue000-\uf8ff\ufffd]")


def settle(page: OpenPage) -> list[tuple[str, str]]:
    """Take out of a page the words given for letters that say something else, and reload its text.

    Returns:
        Remarks: "substituted" and the words taken out, or "doubtful" and words that stay, though the letters
        drawn are none like them.
    """
    try:
        bare = OpenPage(page.file, page.number)
    except CannotOpen:
        return []
    with bare:
        groups, twins = _marked(page), _marked(bare)
        for handles in twins:
            for handle in handles:
                _unmark(handle)
        bare.reload_text()
        drawn = [_text(bare, handles) for handles in twins]
    if len(drawn) != len(groups):
        return []
    remarks: list[tuple[str, str]] = []
    changed = False
    for handles, letters in zip(groups, drawn, strict=True):
        words = _text(page, handles)
        first, second = _folded(words), _folded(letters)
        if first == second or not second or _LETTERLESS.search(letters):
            continue
        alike = not first or (first.isdecimal() and second.isdecimal())
        if alike or SequenceMatcher(None, first, second, autojunk=False).ratio() >= _ALIKE:
            for handle in handles:
                _unmark(handle)
            changed = True
            remarks.append(("substituted", words))
        else:
            remarks.append(("doubtful", words))
    if changed:
        page.reload_text()
    return remarks


def _marked(page: OpenPage) -> list[list[int]]:
    """The pieces of text of each mark that gives words."""
    groups: dict[int, list[int]] = {}
    for item in page_objects(page):
        if item.kind == TEXT and (mark := _mark(item.handle)):
            groups.setdefault(mark, []).append(item.handle)
    return list(groups.values())


def _mark(handle: int) -> int:
    """The mark of a piece of text that gives words for it; 0 for none."""
    for number in range(max(0, raw.FPDFPageObj_CountMarks(handle))):
        mark = raw.FPDFPageObj_GetMark(handle, number)
        if mark and raw.FPDFPageObjMark_GetParamValueType(mark, _KEY):
            return int(mark)
    return 0


def _unmark(handle: int) -> None:
    while mark := _mark(handle):
        if not raw.FPDFPageObj_RemoveMark(handle, mark):
            return


def _text(page: OpenPage, handles: list[int]) -> str:
    pieces = (utf16(partial(raw.FPDFTextObj_GetText, handle, page.text_handle)) for handle in handles)
    return " ".join("".join(pieces).split())


def _folded(text: str) -> str:
    """The letters and figures of a text, in the one form that ligatures and small capitals have."""
    return "".join(filter(str.isalnum, normalize("NFKC", text))).casefold()
