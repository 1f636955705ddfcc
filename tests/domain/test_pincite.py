"""Pin cites: printed page, PDF page, section."""

from __future__ import annotations

import pytest

from docanalyst.domain.answers.pincite import PinStyle, pin_cite, section_above
from docanalyst.domain.citations import Citation, Quote, Verdict
from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.verification.verify import verify

LEASE = Document(
    "a" * 64,
    "Lease",
    (
        Page(1, "i", "ARTICLE IV\nRENT\n4.1 Base Rent. The Tenant shall pay the base rent of $5,000.\n"),
        Page(
            2,
            "1",
            "4.2 Late Payment. Interest of 1.5 percent\naccrues.\n"
            "(a) The Tenant shall pay a fee of 2.5 million\n",
        ),
        Page(
            3,
            "2",
            "dollars within 30 days. Section 4.9 and others do not apply.\nSchedule 2\nMaterials to be kept",
        ),
    ),
    path="/x/lease.pdf",
)


def _cite(text: str, style: PinStyle = PinStyle.LEGAL) -> str:
    return pin_cite(verify([Quote(text, "D1")], [LEASE])[0], LEASE, style=style)


@pytest.mark.parametrize(
    ("text", "legal", "plain"),
    [
        (
            "The Tenant shall pay the base rent",
            "Lease, p. 1 (printed i), § 4.1",
            "lease.pdf, p. 1 (printed i)",
        ),
        ("Interest of 1.5 percent accrues.", "Lease, p. 2 (printed 1), § 4.2", "lease.pdf, p. 2 (printed 1)"),
        ("The Tenant shall pay a fee", "Lease, p. 2 (printed 1), § 4.2(a)", "lease.pdf, p. 2 (printed 1)"),
        (
            "a fee of 2.5 million dollars within 30 days",
            "Lease, pp. 2-3 (printed 1-2), § 4.2(a)",
            "lease.pdf, pp. 2-3 (printed 1-2)",
        ),
        ("Materials to be kept", "Lease, p. 3 (printed 2), Schedule 2", "lease.pdf, p. 3 (printed 2)"),
    ],
)
def test_styles(text: str, legal: str, plain: str) -> None:
    assert _cite(text) == legal
    assert _cite(text, PinStyle.PLAIN) == plain


def test_a_label_equal_to_the_number_is_said_once() -> None:
    document = Document("b" * 64, "Note", (Page(1, "1", "Some words stand on this page."),))
    assert pin_cite(verify(["Some words stand on"], [document])[0], document) == "Note, p. 1"


def test_what_was_not_found_is_cited_as_claimed() -> None:
    citation = Citation(1, "D1", "words", Verdict.NOT_FOUND, page=7)
    assert pin_cite(citation, LEASE) == "Lease, p. 7"
    assert pin_cite(Citation(1, "D9", "words", Verdict.UNKNOWN_DOCUMENT)) == "D9"


def test_text_without_numbers_has_no_section() -> None:
    document = Document(
        "b" * 64, "Note", (Page(1, None, "In 2019 we paid 30 days late.\n15 business days went by."),)
    )
    assert section_above(document, Span("b" * 64, 1, 31, 40)) is None
    assert section_above(document, Span("b" * 64, 9, 0, 4)) is None
