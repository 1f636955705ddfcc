"""The options of one question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.prompts import Field


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How to ask a question. None means the setting, else the default.

    Attributes:
        thinking: Whether the model reasons before it answers.
        fields: Fields to fill in, if the question asks for field lines.
        structured: Whether it asks for JSON.
        passages: How many passages an offline answer shows in full; None for a short answer.
    """

    provider: str | None = None
    model: str | None = None
    prompt: str | None = None
    thinking: bool | None = None
    max_output: int | None = None
    fields: tuple[Field, ...] = ()
    structured: bool = False
    passages: int | None = None
