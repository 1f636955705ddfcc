"""The user's agreement, once for a whole run: with many units at once nobody can be asked for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.batch.jobs import Job

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.privacy import Consent


async def clear(analyst: Analyst, job: Job, consent: Consent | None) -> None:
    """Go on only where documents may be sent to the job's provider.

    Raises UsageError without an agreement, AuthenticationFailed without a key.
    """
    if job.offline or analyst.router.is_given:
        return
    from docanalyst.analyst.privacy import Consents, require_consent
    from docanalyst.providers.preflight import destination

    target = destination(job.spec, analyst.catalog, analyst.settings.lookup)
    settings = analyst.settings
    await require_consent(target, Consents(settings.data_dir), settings.consent, consent)
