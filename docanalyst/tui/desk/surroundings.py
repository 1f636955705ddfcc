"""Looks up prompts, the model that would answer and saved sessions, in a thread, when the window opens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from docanalyst.domain.errors import DocanalystError
from docanalyst.exporters.presentation import figures

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.prompts import Prompt


@dataclass(slots=True)
class Standing:
    """The data of the start page. key: whether some provider is ready.

    Attributes:
        sessions: Number of saved sessions.
    """

    model: str = ""
    reason: str = ""
    ready: bool = False
    sessions: int = 0


def list_prompts(analyst: Analyst) -> list[Prompt]:
    """Return all prompts, including the user's own. Raises UsageError."""
    from docanalyst import prompts

    return prompts.list_prompts(analyst.settings.prompts_dir)


def look_around(analyst: Analyst) -> Standing:
    """Return which model would answer now, and why."""
    try:
        route = analyst.choose()
    except DocanalystError as error:
        return Standing(model=error.message, reason=error.hint)
    spec = route.spec
    name = figures.model_name(spec.provider, spec.model_id)
    return Standing(model=name, reason=route.reason, ready=spec.provider != "extractive")
