"""The messages of rows with missing answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from docanalyst.batch.limits.pace import CostCap
from docanalyst.batch.planning import in_one_line
from docanalyst.domain.errors import ProviderError
from docanalyst.domain.grid.checking import MISSING, problems_of
from docanalyst.domain.grid.grids import FieldAnswer
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.exporters.presentation.figures import amount

_BEGUN = 60
"""Characters shown of an unusable answer."""
_NAMED = 3
"""Fields named for each problem."""


def error_of(answers: Sequence[FieldAnswer], turn: Turn, failure: ProviderError | None) -> str:
    """Return why some field is incomplete; "" if none is."""
    problems = problems_of(answers)
    if not problems:
        return ""
    if failure is not None:
        return in_one_line(failure)
    if turn.status is TurnStatus.TRUNCATED:
        return "The answer was cut off at the output limit; raise it with --max-output."
    if not turn.answer:
        return "The model gave no answer."
    if len(problems) == len(answers) > 1 and set(problems.values()) == {MISSING}:
        begun = "".join(sign if sign.isprintable() else " " for sign in turn.answer[:_BEGUN])
        none = f"The answer has none of the {len(answers)} fields"
        return f"{none}; it begins “{' '.join(begun.split())}”."
    return grouped(problems)


def grouped(problems: Mapping[str, str]) -> str:
    """Return each problem and its fields, on one line.

    Args:
        problems: By field name.
    """
    names: dict[str, list[str]] = {}
    for name, problem in problems.items():
        names.setdefault(problem, []).append(name)
    return "; ".join(f"{_listed(named)}: {problem}" for problem, named in names.items())


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return f"{', '.join(names[:_NAMED])}{more}"


def cap_words(cost_cap: CostCap, most: int) -> tuple[str, str]:
    """Return the message and hint for a request that the cap stopped.

    Args:
        most: In millionths of a dollar.
    """
    return (
        f"Not sent: the request can cost up to {amount(most)}, and {amount(cost_cap.spent)} "
        f"of the cost cap of {amount(cost_cap.cap or 0)} is spent.",
        "Raise the cost cap and run the batch again; answered units are not asked again.",
    )
