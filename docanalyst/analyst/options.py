"""How one question is to be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docanalyst.domain.prompts import Field


@dataclass(frozen=True, slots=True)
class AskOptions:
    """How to ask. None: the setting, else the default. thinking: whether the model thinks first.

    fields: what the answer is to fill, where the question asks for field lines; structured: it asks for JSON.
    """

    provider: str | None = None
    model: str | None = None
    prompt: str | None = None
    thinking: bool | None = None
    max_output: int | None = None
    fields: tuple[Field, ...] = ()
    structured: bool = False
