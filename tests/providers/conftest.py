"""What the provider tests share."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.packing import pack
from docanalyst.domain.request import Request

CANARY = "gsk_canary0123456789abcdefNEVERSHOWN"


@pytest.fixture
def request_for() -> Callable[..., Request]:
    """A small request; keywords replace its fields."""

    def build(question: str = "When does it end?", **fields: object) -> Request:
        document = Document("0" * 64, "Agreement", (Page(1, "1", "It ends on 1 May 2030."),))
        values: dict[str, object] = {
            "instructions": "Answer from the documents.",
            "packed": pack([document], mark="abcd1234", count=lambda text: len(text) // 4),
            "documents": (document,),
            "reminder": "\nCite each statement.",
            "question": question,
            **fields,
        }
        return Request(**values)  # type: ignore[arg-type]

    return build


@pytest.fixture
def anyio_backend() -> str:
    """Async tests run on asyncio."""
    return "asyncio"
