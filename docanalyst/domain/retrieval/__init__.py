"""The offline analyst: reading a question, ranking passages, answering with them, checking absence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.domain.retrieval.extractive import answer
    from docanalyst.domain.retrieval.ranking import Band, Passage, Ranking, RetrievalIndex

__all__ = ["Band", "Passage", "Ranking", "RetrievalIndex", "answer"]
__getattr__ = lazy_names(
    __name__,
    {
        "Band": "ranking",
        "Passage": "ranking",
        "Ranking": "ranking",
        "RetrievalIndex": "ranking",
        "answer": "extractive",
    },
)
