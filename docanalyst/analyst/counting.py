"""Counts by the server that is to answer."""

from __future__ import annotations

from docanalyst.analyst.planning import Plan, recounted
from docanalyst.analyst.routing import Router


async def counted_by_server(plan: Plan, router: Router) -> Plan:
    """The plan, its estimate replaced by an exact count where the answering server gives one."""
    if plan.counter.exact:
        return plan
    counted = await router.count(plan.spec, plan.request)
    return recounted(plan, counted) if counted else plan
