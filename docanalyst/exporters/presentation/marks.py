"""The signs and words of verdicts and states, so that colour is not the only difference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation
    from docanalyst.domain.turns import Turn


@dataclass(frozen=True, slots=True)
class Mark:
    """A sign of one character, a word, and a role (good, doubt, bad or quiet), which each medium colours."""

    sign: str
    word: str
    role: str

    def __str__(self) -> str:
        return f"{self.sign} {self.word}"


VERDICTS: dict[str, Mark] = {
    "verbatim": Mark("✓", "verified", "good"),
    "normalized": Mark("✓", "verified", "good"),
    "wrong_page": Mark("→", "on another page", "doubt"),
    "wrong_document": Mark("→", "in another document", "doubt"),
    "altered": Mark("≠", "altered", "bad"),
    "not_found": Mark("✗", "not found", "bad"),
    "unknown_document": Mark("✗", "no such document", "bad"),
}
"""By the value of `Verdict`, best first. The enum itself is imported only when there is an answer."""

STATUSES: dict[str, Mark] = {
    "running": Mark("…", "not finished", "quiet"),
    "complete": Mark("✓", "complete", "quiet"),
    "partial": Mark("!", "partial: some documents are missing", "doubt"),
    "truncated": Mark("!", "cut off at the output limit", "doubt"),
    "interrupted": Mark("■", "stopped", "doubt"),
    "failed": Mark("✗", "failed", "bad"),
}
"""By the value of `TurnStatus`; `status_mark` says of an interrupted answer whether some of it came."""

_ORDER = list(VERDICTS)


def status_mark(turn: Turn) -> Mark:
    """Return the mark of how an answer ended."""
    mark = STATUSES[turn.status]
    if turn.status == "interrupted":
        came = "the partial answer was saved" if turn.answer else "no answer was received"
        return replace(mark, word=f"{mark.word}; {came}")
    return mark


def mark_of(citation: Citation) -> Mark:
    """Return the mark of a citation."""
    return VERDICTS[citation.verdict]


_REVIEWED = {"accept": "accepted", "reject": "rejected", "flag": "flagged"}


def review_words(citation: Citation) -> str:
    """Return what a person said of a citation: "reviewed on 2026-11-30: rejected (amended)"; else ""."""
    review = citation.review
    if review is None:
        return ""
    on = f" on {review.at[:10]}" if review.at else ""
    note = f" ({' '.join(review.note.split())})" if review.note.strip() else ""
    return f"reviewed{on}: {_REVIEWED.get(review.mark, review.mark)}{note}"


def review_count(citations: Sequence[Citation]) -> str:
    """Return a count such as "8 of 20 to review"; "" before the first review."""
    if not any(citation.review for citation in citations):
        return ""
    left = sum(citation.to_review for citation in citations)
    return f"{left:,} of {len(citations):,} to review" if left else "all reviewed"


def verdict_words(verdict: str) -> str:
    """Return the sign and word of a verdict, such as "✓ verified"; "" for none."""
    return str(VERDICTS[verdict]) if verdict else ""


def worst(citations: Sequence[Citation]) -> Mark:
    """Return the worst mark of several quotations that share a number."""
    return VERDICTS[max((citation.verdict for citation in citations), key=_ORDER.index)]


def marks_by_number(turn: Turn) -> dict[int, Mark]:
    """Return the mark for each citation number of an answer.

    A number with two definitions gets no verified mark.
    """
    from docanalyst.domain.answers.grammar import ambiguous_numbers

    groups: dict[int, list[Citation]] = {}
    for citation in turn.citations:
        groups.setdefault(citation.number, []).append(citation)
    doubtful = ambiguous_numbers(turn.answer)
    return {
        number: Mark("!", "two definitions", "doubt") if number in doubtful else worst(citations)
        for number, citations in groups.items()
    }


def status_sentence(turn: Turn) -> str:
    """Return how an answer ended if it is incomplete, such as "Cut off at the output limit."; else ""."""
    word = status_mark(turn).word
    return "" if turn.status == "complete" else f"{word[:1].upper()}{word[1:]}."


def verified_count(citations: Sequence[Citation]) -> str:
    """Return a count such as "3 of 4 quotations verified"."""
    verified = sum(citation.verified for citation in citations)
    return f"{verified:,} of {count(len(citations), 'quotation')} verified"


def verdict_summary(turn: Turn) -> tuple[Mark, str]:
    """Return the result of the check of an answer: the worst mark, and one line of words."""
    if not turn.citations:
        return Mark("!", "", "doubt"), "The answer has no citations, so nothing in it is verified"
    words = [verified_count(turn.citations)]
    groups: dict[Mark, int] = {}
    for citation in turn.citations:
        if not citation.verified:
            mark = mark_of(citation)
            groups[mark] = groups.get(mark, 0) + 1
    words += [f"{number:,} {mark}" for mark, number in groups.items()]
    coverage = turn.coverage
    if coverage is not None and coverage.statements:
        has = "has" if coverage.statements == 1 else "have"
        statements = count(coverage.statements, "statement")
        words.append(f"{coverage.supported:,} of {statements} {has} a verified citation")
    if reviewed := review_count(turn.citations):
        words.append(reviewed)
    return worst(turn.citations), " · ".join(words)
