"""A model that says what a test tells it to, and documents to ask over."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.models import Delta, ModelSpec, Price, Usage
from docanalyst.domain.request import Request

LEASE = Document(
    "a" * 64,
    "Lease",
    (
        Page(1, "i", "LEASE between Harbour Estates Limited and Mira Okafor."),
        Page(2, "1", "The Tenant shall pay rent of $4,500 per month on the first day of each month."),
        Page(3, "2", "The Tenant shall not assign this Lease without the consent of the Landlord."),
    ),
    path="lease.pdf",
    byte_count=10,
)
ANSWER = (
    "Rent is $4,500 a month.[^1] Assignment needs consent.[^2]\n\n"
    '[^1]: D1 p.2 "The Tenant shall pay rent of $4,500 per month"\n'
    '[^2]: D1 p.3 "shall not assign this Lease without the consent of the Landlord"\n'
)


class ToldModel:
    """Answers with the deltas it was told; records what it was sent; hangs or fails where told to."""

    def __init__(self, deltas: Sequence[Delta | Exception | None], **spec: object) -> None:
        defaults: dict[str, object] = {
            "provider": "told",
            "model_id": "told-1",
            "context_window": 131_072,
            "price": Price(1.0, 2.0),
        }
        self.spec = ModelSpec(**(defaults | spec))  # type: ignore[arg-type]
        self.requests: list[Request] = []
        self.closed = 0
        self._deltas = deltas

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        self.requests.append(request)
        for delta in self._deltas:
            if delta is None:
                await asyncio.Event().wait()
            elif isinstance(delta, Exception):
                raise delta
            else:
                await asyncio.sleep(0)
                yield delta

    async def aclose(self) -> None:
        self.closed += 1


def in_pieces(text: str, *, usage: Usage | None = None, finish: str = "stop", size: int = 7) -> list[Delta]:
    pieces = [Delta(answer=text[start : start + size]) for start in range(0, len(text), size)]
    return [*pieces, Delta(usage=usage, finish_reason=finish)]
