"""What the window finds when it opens: prompts, who would answer, what is kept. To be called in a thread."""

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
    """What the start page tells of. key: whether some provider is ready. sessions: how many are kept."""

    model: str = ""
    reason: str = ""
    ready: bool = False
    sessions: int = 0


def list_prompts(analyst: Analyst) -> list[Prompt]:
    """The prompts that there are, the user's own among them. Raises UsageError."""
    from docanalyst import prompts

    return prompts.list_prompts(analyst.settings.prompts_dir)


def look_around(analyst: Analyst) -> Standing:
    """Who would answer now, and why."""
    try:
        route = analyst.choose()
    except DocanalystError as error:
        return Standing(model=error.message, reason=error.hint)
    spec = route.spec
    name = figures.model_name(spec.provider, spec.model_id)
    return Standing(model=name, reason=route.reason, ready=spec.provider != "extractive")
