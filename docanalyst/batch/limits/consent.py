"""Asks the user for consent once for a whole run, because its units are sent in parallel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.batch.jobs import Job

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.privacy import Consent


async def clear(analyst: Analyst, job: Job, consent: Consent | None) -> None:
    """Check that documents may be sent to the job's provider; ask the user if necessary.

    Raises UsageError without consent, AuthenticationFailed without an API key.
    """
    if job.offline or analyst.router.is_given:
        return
    from docanalyst.analyst.privacy import Consents, require_consent
    from docanalyst.providers.preflight import destination

    target = destination(job.spec, analyst.catalog, analyst.settings.lookup)
    settings = analyst.settings
    await require_consent(target, Consents(settings.data_dir), settings.consent, consent)
