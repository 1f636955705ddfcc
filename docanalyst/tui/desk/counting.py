"""Counts the next question in the background, one count at a time; a newer request replaces an older one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError
from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.desk.threads import in_thread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, Plan

PAUSE = 0.3
"""Seconds without typing before a count begins."""


Counted = tuple["Plan | None", DocanalystError | None]
"""A plan or an error; neither if there are no documents."""


class Counting:
    """Plans the next question on request."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._wish = 0
        self._busy = False

    async def count(self, analyst: Analyst, question: str) -> Counted | None:
        """Return the plan or the error; None if a newer request replaced this one."""
        self._wish += 1
        mine = self._wish
        await asyncio.sleep(PAUSE)
        while self._busy and mine == self._wish:
            await asyncio.sleep(0.05)
        if mine != self._wish:
            return None
        documents = self._desk.documents
        if not documents:
            return None, None
        self._busy = True
        try:
            return await in_thread(_plan, analyst, self._desk, documents, question), None
        except DocanalystError as error:
            return None, error
        finally:
            self._busy = False


def _plan(analyst: Analyst, desk: Desk, documents: list[Document], question: str) -> Plan:
    from docanalyst.analyst.history import thread
    from docanalyst.domain.request import Exchange

    history = [Exchange(turn.question, turn.answer) for turn in thread(desk.session, desk.leaf)]
    return analyst.plan(documents, question or "?", desk.choice.options(), history)


def advice_of(plan: Plan, key: Callable[[str], str]) -> str:
    """Return what makes a plan fit: a new session where the history is too long, else what to leave out.

    Args:
        key: Returns the key of an action by its ID.
    """
    from docanalyst.domain.budget import is_history_too_long, what_to_leave_out
    from docanalyst.domain.documents import document_id

    if plan.budget.fits:
        return ""
    if is_history_too_long(plan.budget):
        return (
            f"earlier turns too long: {key('session.new')} new session, or "
            f"{key('answers.fork')} on an earlier answer"
        )
    names = {document_id(place): document.name for place, document in enumerate(plan.documents)}
    chosen = what_to_leave_out(plan.shares, plan.budget.overflow)
    if chosen:
        return "switch off " + ", ".join(f"{name} {names[name]}" for name in chosen)
    if len(names) == 1 and (pages := _pages_that_fit(plan)):
        return f"send fewer pages, for example {pages}, or use a model with a larger window"
    return "send fewer pages, or use a model with a larger window"


def _pages_that_fit(plan: Plan) -> str:
    """Return the first pages of the only document that fit, such as "1-306"; "" if not even one does."""
    from itertools import accumulate

    from docanalyst.domain.documents import format_ranges

    pages = [part.tokens for part in plan.request.packed.parts if part.kind == "page"]
    room = sum(pages) - plan.budget.overflow
    fitting = sum(taken <= room for taken in accumulate(pages))
    return format_ranges([page.number for page in plan.documents[0].pages[:fitting]])
