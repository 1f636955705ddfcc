"""What a row says of its unit where something is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docanalyst.batch.limits.pace import Purse
from docanalyst.batch.planning import told
from docanalyst.domain.errors import ProviderError
from docanalyst.domain.grid.checking import MISSING, problems_of
from docanalyst.domain.grid.grids import FieldAnswer
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.exporters.presentation.figures import amount

_BEGUN = 60
"""Characters of an unusable answer that are shown."""
_NAMED = 3
"""Fields with the same problem that are named."""


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
    if len(problems) == len(answers) > 1 and set(problems.values()) == {MISSING}:
        begun = "".join(sign if sign.isprintable() else " " for sign in turn.answer[:_BEGUN])
        told_of = f"The answer has none of the {len(answers)} fields"
        return f"{told_of}; it begins “{' '.join(begun.split())}”."
    return grouped(problems)


def grouped(problems: Mapping[str, str]) -> str:
    """What is wrong with which fields, in one line however many they are. problems: by field name."""
    names: dict[str, list[str]] = {}
    for name, problem in problems.items():
        names.setdefault(problem, []).append(name)
    return "; ".join(f"{_listed(named)}: {problem}" for problem, named in names.items())


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def cap_words(purse: Purse, most: int) -> tuple[str, str]:
    """That a request was not sent for the cap, and what to do. most: in micros."""
    return (
        f"Not sent: it can cost up to {amount(most)}, and {amount(purse.spent)} of the cap of "
        f"{amount(purse.cap or 0)} are spent.",
        "Raise the cap (--max-cost) and go on with it; what is answered is kept.",
    )
