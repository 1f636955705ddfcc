"""The offline analyst: answers with verbatim passages ranked by rules. Nothing leaves this machine."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncGenerator, Iterator

from docanalyst.domain.documents import Document
from docanalyst.domain.grid.extractive import grid_reply
from docanalyst.domain.models import Delta, ModelSpec, Price, Usage
from docanalyst.domain.request import Request
from docanalyst.domain.retrieval.extractive import answer
from docanalyst.domain.retrieval.ranking import RetrievalIndex
from docanalyst.providers.wire.destinations import Destination, offline_destination

SPEC = ModelSpec(
    provider="extractive",
    model_id="extractive",
    context_window=1_000_000_000,
    price=Price(0.0, 0.0, 0.0),
    notes="Verbatim passages with their pages, ranked by rules; has no window limit.",
)
KEPT_INDEXES = 2

_indexes: OrderedDict[tuple[tuple[str, str], ...], RetrievalIndex] = OrderedDict()


class ExtractiveModel:
    """A `Model` without a model: it ranks passages of the request's documents and shows them."""

    def __init__(self, spec: ModelSpec = SPEC) -> None:
        self._spec = spec

    @property
    def spec(self) -> ModelSpec:
        """What is known of it: free, offline, without a window."""
        return self._spec

    @property
    def destination(self) -> Destination:
        """Nobody: it works in this process."""
        return offline_destination(self._spec.provider, "extractive (offline, no model)")

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """One answer, passage by passage. Nothing is sent, so the usage is zero, exactly."""
        index = await asyncio.to_thread(index_of, request.documents)
        history = [exchange.question for exchange in request.history]
        if request.fields:
            pieces = grid_reply(index, request.fields)
        else:
            pieces = answer(index, request.question, history, passages=request.passages)
        while (piece := await asyncio.to_thread(_next, pieces)) is not None:
            yield Delta(answer=piece)
        yield Delta(usage=Usage(), finish_reason="stop", model=self._spec.model_id)

    async def aclose(self) -> None:
        """Nothing to let go of."""


def index_of(documents: tuple[Document, ...]) -> RetrievalIndex:
    """The index of these documents; the last two are kept, for the next question of a session."""
    key = tuple((document.sha256, document.pages_sent) for document in documents)
    index = _indexes.pop(key, None)
    if index is None or index.documents != documents:
        index = RetrievalIndex(documents)
    _indexes[key] = index
    while len(_indexes) > KEPT_INDEXES:
        _indexes.popitem(last=False)
    return index


def _next(pieces: Iterator[str]) -> str | None:
    return next(pieces, None)
