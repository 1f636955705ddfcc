"""The signs and words of verdicts and states, so that colour is not the only difference."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation
    from docanalyst.domain.turns import Turn


@dataclass(frozen=True, slots=True)
class Mark:
    """sign: one cell. word: for people. role: the style that goes with it."""

    sign: str
    word: str
    role: str


STATUSES: dict[str, Mark] = {
    "running": Mark("…", "answering", "quiet"),
    "complete": Mark("✓", "complete", "quiet"),
    "truncated": Mark("!", "cut off at the output limit", "doubt"),
    "interrupted": Mark("■", "stopped; what had come in is kept", "doubt"),
    "failed": Mark("✗", "failed", "bad"),
}
"""By the value of their enum, which is imported only when there is an answer."""

_WORST_FIRST: tuple[str, ...] = (
    "unknown_document",
    "not_found",
    "altered",
    "wrong_document",
    "wrong_page",
    "normalized",
    "verbatim",
)


@cache
def verdict_marks() -> dict[str, Mark]:
    """The mark of each verdict."""
    from docanalyst.domain.citations import VERDICT_WORDS

    return {verdict: Mark(*words) for verdict, words in VERDICT_WORDS.items()}


def mark_of(citation: Citation) -> Mark:
    """The mark of a citation."""
    return verdict_marks()[citation.verdict]


def worst(citations: list[Citation]) -> Mark:
    """The mark of a number that several quotes share: the worst of theirs."""
    return verdict_marks()[min((citation.verdict for citation in citations), key=_WORST_FIRST.index)]


def marks_by_number(turn: Turn) -> dict[int, Mark]:
    """The mark for each citation number of an answer."""
    groups: dict[int, list[Citation]] = {}
    for citation in turn.citations:
        groups.setdefault(citation.number, []).append(citation)
    return {number: worst(citations) for number, citations in groups.items()}


def verdict_summary(turn: Turn) -> tuple[Mark, str]:
    """What the check found, in one line: its mark and its words."""
    total = len(turn.citations)
    if not total:
        return Mark("!", "", "doubt"), "cites nothing: none of it is verified"
    verified = sum(citation.verified for citation in turn.citations)
    words = (
        f"{verified} of {total} quotes verified"
        if total > 1
        else "the quote is " + ("verified" if verified else mark_of(turn.citations[0]).word)
    )
    groups: dict[str, int] = {}
    for citation in turn.citations:
        if not citation.verified:
            mark = mark_of(citation)
            groups[f"{mark.sign} {mark.word}"] = groups.get(f"{mark.sign} {mark.word}", 0) + 1
    if total > 1:
        words += "".join(
            " · " + f"{number} {group}".replace(" ", "\u00a0") for group, number in groups.items()
        )
    if turn.coverage is not None and turn.coverage.statements:
        words += f" · {turn.coverage.supported} of {turn.coverage.statements} statements supported"
    return worst(list(turn.citations)), words


def place_of(document: str, path: str, page: int | None, label: str | None) -> str:
    """ "D1 lease.pdf p. 12 (PDF 15)": the printed page first, then the PDF's."""
    name = f"{document} {path.replace(chr(92), '/').rsplit('/', 1)[-1]}".strip()
    if page is None:
        return f"{name}, no page" if name else "no page"
    return f"{name} p. {label} (PDF {page})" if label and label != str(page) else f"{name} p. {page}"
