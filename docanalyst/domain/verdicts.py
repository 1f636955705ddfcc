"""Verdicts in words: the same sign and words in every view, so that none is mistaken for another."""

from __future__ import annotations

from docanalyst.domain.citations import Verdict

VERDICT_WORDS: dict[Verdict, tuple[str, str, str]] = {
    Verdict.VERBATIM: ("✓", "verified", "good"),
    Verdict.NORMALIZED: ("✓", "verified", "good"),
    Verdict.WRONG_PAGE: ("→", "on another page", "doubt"),
    Verdict.WRONG_DOCUMENT: ("→", "in another document", "doubt"),
    Verdict.ALTERED: ("≠", "altered", "bad"),
    Verdict.NOT_FOUND: ("✗", "not found", "bad"),
    Verdict.UNKNOWN_DOCUMENT: ("✗", "no such document", "bad"),
}
"""Sign, words and tone (good, doubt, bad) of each verdict."""
