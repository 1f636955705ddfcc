"""Batches: the same questions to many documents, answered in a table.

Names load on first use, so that importing this package is fast.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.batch.events import BatchEvent, RunEnded, UnitEnded, UnitStarted, Waiting
    from docanalyst.batch.jobs import Job, JobOptions, make_job
    from docanalyst.batch.planning import RunPlan, plan_run
    from docanalyst.batch.runner import Runner
    from docanalyst.batch.units import Unit, collect_units

__all__ = [
    "BatchEvent",
    "Job",
    "JobOptions",
    "RunEnded",
    "RunPlan",
    "Runner",
    "Unit",
    "UnitEnded",
    "UnitStarted",
    "Waiting",
    "collect_units",
    "make_job",
    "plan_run",
]
__getattr__ = lazy_names(
    __name__,
    {
        "BatchEvent": "events",
        "Job": "jobs",
        "JobOptions": "jobs",
        "RunEnded": "events",
        "RunPlan": "planning",
        "Runner": "runner",
        "Unit": "units",
        "UnitEnded": "events",
        "UnitStarted": "events",
        "Waiting": "events",
        "collect_units": "units",
        "make_job": "jobs",
        "plan_run": "planning",
    },
)
