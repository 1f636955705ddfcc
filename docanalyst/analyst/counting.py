"""Counts tokens on the server that will answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.analyst.planning import Plan, recounted
from docanalyst.analyst.routing import Router

if TYPE_CHECKING:
    from docanalyst.providers.wire.destinations import Destination


async def counted_by_server(plan: Plan, router: Router, target: Destination) -> Plan:
    """The plan with an exact count where the answering server gives one.

    A model file counts by its own tokenizer and template, even where its family is counted exactly here.

    target: where the plan goes, permitted before, because the documents go along to be counted.
    """
    decided = not router.counts_itself(plan.spec) or not plan.budget.fits
    if plan.counter.exact and decided:
        return plan
    counted = await router.count(plan.spec, plan.request, target)
    return recounted(plan, counted) if counted else plan
