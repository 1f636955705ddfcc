"""The user's agreement, once for a whole run: with many units at once nobody can be asked for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.batch.jobs import Job

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.privacy import Consent


async def clear(analyst: Analyst, job: Job, consent: Consent | None) -> None:
    """Go on only where documents may be sent to the job's provider; the rules beside each follow with it.

    Raises UsageError without an agreement, AuthenticationFailed without a key.
    """
    await analyst.sending(consent).agree_to(job.spec)
