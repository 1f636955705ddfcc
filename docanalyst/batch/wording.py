"""What a row says of its unit where something is missing."""

from __future__ import annotations

from collections.abc import Sequence

from docanalyst.batch.limits import Purse
from docanalyst.batch.planning import told
from docanalyst.domain.answers import problems_of
from docanalyst.domain.errors import ProviderError
from docanalyst.domain.grids import FieldAnswer
from docanalyst.domain.turns import Turn, TurnStatus


def error_of(answers: Sequence[FieldAnswer], turn: Turn, failure: ProviderError | None) -> str:
    """Why some field is incomplete; "" where none is."""
    problems = problems_of(answers)
    if not problems:
        return ""
    if failure is not None:
        return told(failure)
    if turn.status is TurnStatus.TRUNCATED:
        return "The answer was cut off at the output limit; raise it with --max-output."
    if not turn.answer:
        return "The model gave no answer."
    return "; ".join(f"{name}: {problem}" for name, problem in problems.items())


def cap_words(purse: Purse, most: int) -> tuple[str, str]:
    """That a request was not sent for the cap, and what to do. most: in micros."""
    cap = (purse.cap or 0) / 1_000_000
    return (
        f"Not sent: it can cost up to ${most / 1_000_000:.4f}, and ${purse.spent / 1_000_000:.4f} of the cap "
        f"of ${cap:.4f} are spent.",
        "Raise --max-cost and run the same command again; what is answered is kept.",
    )
