"""Turns and documents with every field filled, and stores in temporary directories."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from docanalyst.domain.citations import Citation, Difference, Verdict
from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.models import Cost, Usage
from docanalyst.domain.receipt import Coverage, Receipt, ReceiptDocument
from docanalyst.domain.turns import PromptUsed, Remark, Share, Timings, Turn, TurnStatus
from docanalyst.storage import Store, new_id

LEASE = Document(
    sha256="1f" * 32,
    title="Lease of the Old Mill",
    pages=(
        Page(
            1,
            "i",
            "This Lease is made on 3 March 2021 between Aldous Mill Ltd and R. Okafor.",
            line_numbers=((0, 11), (35, 12)),
        ),
        Page(2, None, ""),
        Page(
            3, "1", "The Tenant shall not assign this Lease without the Landlord's prior consent.", ocr=True
        ),
    ),
    warnings=("Page 2 has no text.",),
    path="leases/mill.pdf",
    byte_count=48_213,
    metadata={"Author": "A. Clerk"},
)
JUDGMENT = Document(
    sha256="2e" * 32,
    title="判決書",
    pages=(Page(1, "1", "被告应当于二〇二四年五月一日前向原告支付违约金人民币五十万元。"),),
    path="判決.pdf",
    byte_count=1_024,
)


class Clock:
    """A clock that moves on by one second each time it is read."""

    def __init__(self) -> None:
        self.now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)

    def __call__(self) -> datetime:
        self.now += timedelta(seconds=1)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def lease() -> Document:
    return LEASE


@pytest.fixture(scope="session")
def judgment() -> Document:
    return JUDGMENT


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Store.open(tmp_path / "data" / "docanalyst.db", clock=clock) as opened:
        yield opened


@pytest.fixture
def session_id(store: Store) -> str:
    return store.sessions.create(new_id(), "Assignment", [LEASE, JUDGMENT]).id


@pytest.fixture(scope="session")
def asked() -> Callable[..., Turn]:
    return _asked


@pytest.fixture(scope="session")
def finished() -> Callable[..., Turn]:
    return _finished


def _asked(session_id: str, question: str = "May the tenant assign?", **changes: object) -> Turn:
    """A turn just begun."""
    turn = Turn(id=new_id(), session_id=session_id, question=question, provider="scripted", model="echo")
    return dataclasses.replace(turn, **changes)  # type: ignore[arg-type]


def _finished(turn: Turn, **changes: object) -> Turn:
    """The same turn, complete, with every field filled."""
    quote = "The Tenant shall not assign this Lease without the Landlord's prior consent."
    citations = (
        Citation(
            number=1,
            document="D1",
            quote=quote,
            verdict=Verdict.VERBATIM,
            path=LEASE.path,
            sha256=LEASE.sha256,
            page=3,
            page_label="1",
            found_document="D1",
            found_sha256=LEASE.sha256,
            found_page=3,
            found_page_label="1",
            similarity=1.0,
            span=Span(LEASE.sha256, 3, 0, len(quote)),
            spans=(Span(LEASE.sha256, 3, 0, 40), Span(LEASE.sha256, 3, 40, len(quote))),
            occurrences=1,
        ),
        Citation(
            number=1,
            document="D2",
            quote="违约金人民币六十万元",
            verdict=Verdict.ALTERED,
            path=JUDGMENT.path,
            sha256=JUDGMENT.sha256,
            similarity=0.9,
            differences=(Difference("六十", "五十", "number"), Difference("", "元", "dropped")),
            closest="违约金人民币五十万元",
            note="An amount differs.",
        ),
        Citation(number=7, document="D9", quote="nowhere", verdict=Verdict.UNKNOWN_DOCUMENT),
    )
    turn = dataclasses.replace(
        turn,
        status=TurnStatus.COMPLETE,
        answer='No, not without consent.[^1]\n\n[^1]: D1 p.3 "The Tenant shall not assign …"',
        reasoning="The lease forbids it; 承租人不得转让。",
        citations=citations,
        coverage=Coverage(3, 2),
        receipt=Receipt(
            documents=(
                ReceiptDocument("D1", LEASE.path, LEASE.sha256, 3, "1-3", 61, (2,), (3,)),
                ReceiptDocument("D2", JUDGMENT.path, JUDGMENT.sha256, 1, "1", 30),
            ),
            context_sha256="ab" * 32,
            window=131_072,
            reserved_output=4_096,
            counted_tokens=412,
            token_count="exact",
            billed_tokens=420,
            context_complete=True,
        ),
        usage=Usage(420, 128, 77, 31, False),
        cost=Cost(1_234, "USD", True),
        timings=Timings(0.25, 2.5, 30.8),
        finish_reason="stop",
        prompt=PromptUsed("clauses", "cd" * 32),
        remarks=(Remark("absence", "Look there.", "D1", 3, "shall not"), Remark("fallback", "Another 答.")),
        parts=(Share(("D1", "D2"), "complete", 0, 400, 20, Cost(500, "USD", False), 7, 3, 1, "0part"),),
    )
    return dataclasses.replace(turn, **changes)  # type: ignore[arg-type]
