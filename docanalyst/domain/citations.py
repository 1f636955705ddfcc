"""Quotes, verdicts and citations: what an answer claims, and what the check found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from docanalyst.domain.documents import Span


class Verdict(StrEnum):
    """What the check of a quote found. Only the first two count as verified."""

    VERBATIM = "verbatim"
    NORMALIZED = "normalized"
    WRONG_PAGE = "wrong_page"
    WRONG_DOCUMENT = "wrong_document"
    ALTERED = "altered"
    NOT_FOUND = "not_found"
    UNKNOWN_DOCUMENT = "unknown_document"

    @property
    def verified(self) -> bool:
        """Whether the quote is at the place that the answer cites."""
        return self in (Verdict.VERBATIM, Verdict.NORMALIZED)


class Caution(StrEnum):
    """Why a careful reader should open a quote although it is verified."""

    SENTENCE_GOES_ON = "sentence_goes_on"
    OMISSION = "omission"
    OCR = "ocr"
    STRUCK = "struck"
    REDACTED_INSIDE = "redacted_inside"
    REPEATED = "repeated"
    QUOTED_SPEECH = "quoted_speech"


class Where(StrEnum):
    """Where in an answer a quotation is: in a citation's definition, or in the body of the text."""

    DEFINITION = "definition"
    BODY = "body"


REVIEW_MARKS = ("accept", "reject", "flag")
"""What a person may say of a citation; "flag" leaves it to be looked at again."""


@dataclass(frozen=True, slots=True)
class Review:
    """What a person said of a citation. mark: one of `REVIEW_MARKS`. at: ISO time, UTC."""

    mark: str
    note: str = ""
    at: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote as claimed. document: "D2", or None where none is named. page: physical number, or None.

    last_page: the end of a range ("pp. 3-4"). page_label: the printed number, where the answer gives one.
    """

    text: str
    document: str | None = None
    page: int | None = None
    number: int | None = None
    page_label: str | None = None
    last_page: int | None = None
    where: Where = Where.DEFINITION


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quote beside the words of the source; either may be empty.

    kind: number, sign, negation, modal, case, punctuation, word, omission (words left out at a marked or
    unmarked gap), order (put together from two places); more exactly where it is known: date, money, unit,
    quantifier, party, term, slip (a slip of recognition).
    """

    quoted: str
    source: str
    kind: str = "word"


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked quote. similarity: 0..1. span: where it was found, offsets into that page's text.

    spans: every page's share of a quote that crosses pages. occurrences: places where it is.
    closest: the nearest passage of the source when the quote was not found. note: what is to be said of it,
    for people. cautions: of a verified quote.
    """

    number: int
    document: str
    quote: str
    verdict: Verdict
    path: str = ""
    sha256: str = ""
    page: int | None = None
    page_label: str | None = None
    found_document: str | None = None
    found_sha256: str | None = None
    found_page: int | None = None
    found_page_label: str | None = None
    similarity: float = 0.0
    differences: tuple[Difference, ...] = ()
    span: Span | None = None
    spans: tuple[Span, ...] = ()
    occurrences: int = 0
    closest: str = ""
    note: str = ""
    where: Where = Where.DEFINITION
    cautions: tuple[Caution, ...] = ()
    review: Review | None = None

    @property
    def verified(self) -> bool:
        """Whether the verdict is one of the two that count as verified."""
        return self.verdict.verified

    @property
    def to_review(self) -> bool:
        """Whether no person has accepted or rejected it yet."""
        return self.review is None or self.review.mark not in ("accept", "reject")
