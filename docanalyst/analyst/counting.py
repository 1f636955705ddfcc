"""Counts tokens on the server that will answer."""

from __future__ import annotations

from docanalyst.analyst.planning import Plan, recounted
from docanalyst.analyst.routing import Router


async def counted_by_server(plan: Plan, router: Router) -> Plan:
    """Return the plan with an exact count if the answering server can count tokens."""
    if plan.counter.exact:
        return plan
    counted = await router.count(plan.spec, plan.request)
    return recounted(plan, counted) if counted else plan
