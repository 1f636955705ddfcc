"""The options of one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.documents import Document
    from docanalyst.domain.prompts import Field
    from docanalyst.domain.turns import Share


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How to ask a question. None means the setting, else the default.

    Attributes:
        thinking: Whether the model reasons before it answers.
        fields: Fields to fill in, if the question asks for field lines.
        structured: Whether it asks for JSON.
        passages: How many passages an offline answer shows in full; None for a short answer.
        excerpts: What is sent of each document, in their order; none to send them whole. Quotations are
            checked against the whole documents either way.
        parts: The requests that the excerpts are from.
    """

    provider: str | None = None
    model: str | None = None
    prompt: str | None = None
    thinking: bool | None = None
    max_output: int | None = None
    fields: tuple[Field, ...] = ()
    structured: bool = False
    passages: int | None = None
    excerpts: tuple[Document, ...] = ()
    parts: tuple[Share, ...] = ()
