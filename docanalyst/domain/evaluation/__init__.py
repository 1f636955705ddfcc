"""Questions with known passages, and how answers to them are scored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.domain.evaluation.questions import EvaluationQuestion, Outcome, read_evaluation, summarise
    from docanalyst.domain.evaluation.scoring import is_refusal, score

__all__ = ["EvaluationQuestion", "Outcome", "is_refusal", "read_evaluation", "score", "summarise"]
__getattr__ = lazy_names(
    __name__,
    {
        "EvaluationQuestion": "questions",
        "Outcome": "questions",
        "is_refusal": "scoring",
        "read_evaluation": "questions",
        "score": "scoring",
        "summarise": "questions",
    },
)
