"""The citation grammar: how an answer cites, and how the quotes are read out of it.

An answer marks a statement with `[^n]` and ends with one line a citation:

    [^1]: D2 p.17 "verbatim quote"

The reader is lenient about form (brackets, dashes, quote marks, several pages, missing document, line
breaks inside the quote); what it reads is checked strictly by `verification`.
"""

from __future__ import annotations

import re
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
        """Whether the quote stands where the answer says it stands."""
        return self in (Verdict.VERBATIM, Verdict.NORMALIZED)


@dataclass(frozen=True, slots=True)
class Quote:
    """A quote as claimed. document: "D2", or None where none is named. page: physical number, or None."""

    text: str
    document: str | None = None
    page: int | None = None
    number: int | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Difference:
    """Words of the quote beside the words of the source; either may be empty.

    kind: number, negation, modal, party, term, wording, slip, inserted, dropped, omission, order.
    """

    quoted: str
    source: str
    kind: str = "wording"


@dataclass(frozen=True, slots=True)
class Citation:
    """A checked quote. similarity: 0..1. span: where it was found, offsets into that page's text.

    spans: every page's share of a quote that crosses pages. occurrences: places where it stands.
    closest: the nearest passage of the source when the quote was not found.
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

    @property
    def verified(self) -> bool:
        """Whether the verdict is one of the two that count as verified."""
        return self.verdict.verified


_DEFINITION = re.compile(r"^[ \t>*-]*\[\^?(\d{1,5})\]:?[ \t]*(?=\S)", re.MULTILINE)
