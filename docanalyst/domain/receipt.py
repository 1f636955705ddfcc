"""The receipt: what was sent, counted and billed, and whether all that was sent was received."""

from __future__ import annotations

from dataclasses import dataclass

from docanalyst.domain.documents import is_whole

_ROLE_MARKERS = 32
_SURELY_LESS = 0.75


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A running head or page number that was not sent. pages: where it is, as ranges ("1-38")."""

    line: str
    pages: str


@dataclass(frozen=True, slots=True)
class ReceiptDocument:
    """One document as it was sent. tokens: its share of the packed context."""

    id: str
    path: str
    sha256: str
    pages: int
    pages_sent: str
    tokens: int
    pages_without_text: tuple[int, ...] = ()
    pages_ocr: tuple[int, ...] = ()
    lines_left_out: tuple[LeftOut, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether all pages of the file were sent."""
        return is_whole(self.pages_sent, self.pages)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What was sent, counted here and billed there. All figures in tokens.

    token_count: "exact" or "estimate". billed_tokens: None where the provider reported none.
    context_complete: False when the provider counted fewer tokens than were sent; None when that is not
    certain. left_out: files in the folders given that were not read.
    """

    documents: tuple[ReceiptDocument, ...]
    context_sha256: str
    window: int
    reserved_output: int
    counted_tokens: int
    token_count: str
    billed_tokens: int | None = None
    context_complete: bool | None = None
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Coverage:
    """Statements of an answer, and how many of them carry a verified citation."""

    statements: int
    supported: int


def context_complete(counted: int, billed: int | None, *, exact: bool, margin: float = 0.0) -> bool | None:
    """Whether the provider counted all tokens that were sent; None where its count does not show it.

    margin: the share by which an estimate is stated to be uncertain. True is earned by agreement alone: an
    exact count may differ by the role markers that a host adds or leaves out (32 tokens or 1 %), an estimate
    by its margin. Fewer tokens than that are False for an exact count; for an estimate only where they are
    less than three quarters, because tokenizers differ (o200k counts 0.87 to 0.99 of Qwen3's tokens on 46
    English documents). More tokens than that show nothing.
    """
    if billed is None or billed <= 0:
        return None
    allowed = max(_ROLE_MARKERS, counted // 100) if exact else int(counted * margin)
    if abs(billed - counted) <= allowed:
        return True
    fewer = billed < counted if exact else billed < counted * _SURELY_LESS
    return False if fewer else None
