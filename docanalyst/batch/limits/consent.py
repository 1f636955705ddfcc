"""Asks the user for consent once for a whole run, because its units are sent in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.batch.jobs import Job

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.privacy import Consent


async def clear(analyst: Analyst, job: Job, consent: Consent | None) -> None:
    """Go on only where documents may be sent to the job's provider; the rules beside each follow with it.

    Raises UsageError without consent, AuthenticationFailed without an API key.
    """
    await analyst.sending(consent).agree_to(job.spec)
