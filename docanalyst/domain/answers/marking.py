"""Puts a mark after each quotation in the body of an answer, so that each is shown with its own verdict."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from docanalyst.domain.answers.coverage import misquoted, statements
from docanalyst.domain.answers.grammar import read_places, words_apart
from docanalyst.domain.answers.reading.quotations import MARKER
from docanalyst.domain.citations import Citation, Where
from docanalyst.domain.language.folding import fold

OTHER_WORDS = "quotes other words"
"""Said of the mark of a true definition beside words that were not verified: it does not speak for them."""
NOT_CHECKED = "words not checked"
"""Said of words in quotation marks, beside a mark whose definition does not hold them."""

Edit = tuple[int, int, str]
"""Start and end of what is replaced, and with what."""


def marked(answer: str, citations: Sequence[Citation]) -> str:
    """The answer with the marks that it lacks."""
    return apply(answer, edits(answer, citations))


def edits(answer: str, citations: Sequence[Citation]) -> list[Edit]:
    """What has to change in an answer so that no true definition lends its mark to other words.

    A quotation of the body gets a mark of its own. In a statement whose own quotation was not verified, the
    mark of a definition says that it quotes other words. Words set apart that no definition of
    their statement holds are said not to be checked.
    """
    known = {(citation.number, fold(citation.quote)) for citation in citations}
    found: list[Edit] = []
    for item in read_places(answer):
        number = item.quote.number
        if item.defined or (number, fold(item.quote.text)) not in known:
            continue
        if not re.match(rf"[*_.,;]{{0,3}}[\[【]\^?{number}\^?[\]】]", answer[item.end : item.end + 14]):
            end = item.start + len(answer[item.start : item.end].rstrip())
            found.append((end, end, f"[^{number}]"))
    good = {c.number for c in citations if c.where is Where.DEFINITION and c.verified}
    good -= {c.number for c in citations if c.where is Where.DEFINITION and not c.verified}
    for statement in misquoted(answer, citations):
        for match in MARKER.finditer(answer, statement.start, statement.end):
            numbers = [int(number) for number in re.findall(r"\d{1,5}", match.group())]
            if good.intersection(numbers):
                listed = ", ".join(map(str, numbers))
                found.append((match.start(), match.end(), f" [{listed} {OTHER_WORDS}]"))
    return found + _not_checked(answer, citations)


def apply(answer: str, changes: Iterable[Edit]) -> str:
    """The answer with changes made; one that overlaps another is left out."""
    pieces: list[str] = []
    position = 0
    for start, end, words in sorted(changes, key=lambda change: (change[0], change[1])):
        if start < position:
            continue
        pieces += [answer[position:start], words]
        position = end
    return "".join([*pieces, answer[position:]])


def _not_checked(answer: str, citations: Sequence[Citation]) -> list[Edit]:
    apart = words_apart(answer)
    if not apart:
        return []
    quotes: dict[int, str] = {}
    for citation in citations:
        quotes[citation.number] = quotes.get(citation.number, "") + " " + fold(citation.quote)
    found: list[Edit] = []
    for statement in statements(answer):
        if not statement.markers:
            continue
        held = " ".join(quotes.get(number, "") for number in statement.markers)
        for item in apart:
            if statement.start <= item.start < statement.end and fold(item.quote.text) not in held:
                found.append((item.end, item.end, f" [{NOT_CHECKED}]"))
    return found
