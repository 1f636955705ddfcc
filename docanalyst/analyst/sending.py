"""Checks before anything is sent, and fallbacks for a provider that fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from docanalyst.analyst.asking import NextAttempt
from docanalyst.analyst.planning import Plan
from docanalyst.analyst.privacy import Consent, Consents, allowed_providers, require_consent
from docanalyst.domain.errors import DocanalystError, ProviderError
from docanalyst.settings import Settings

if TYPE_CHECKING:
    from docanalyst.providers.catalog.catalog import Catalog
    from docanalyst.providers.model import Model


class SendingPolicy:
    """Allows a plan only if its documents may be sent to its provider and the account's limits admit it.

    Args:
        consent: Asks the user before the first request to a provider; None if nobody can be asked.
        remember: Whether consent is saved for later requests.
    """

    def __init__(
        self, settings: Settings, catalog: Catalog, consent: Consent | None, *, remember: bool
    ) -> None:
        self._settings = settings
        self._catalog = catalog
        self._consent = consent
        self._consents = Consents(settings.data_dir, remember=remember)

    def permit(self, plan: Plan) -> None:
        """Raise UsageError if the settings or a `.docanalyst.toml` forbid this provider."""
        from docanalyst.providers.preflight import require_allowed

        allowed, _ = allowed_providers(plan.documents, self._settings.allowed_providers)
        require_allowed(self._catalog.provider(plan.spec.provider), allowed, self._settings.lookup)

    async def clear(self, plan: Plan) -> Plan:
        """Return the allowed plan with warnings for the user. Raises UsageError, TooLargeForTier."""
        from docanalyst.providers.preflight import check_plan, destination

        settings, spec = self._settings, plan.spec
        self.permit(plan)
        warnings = check_plan(
            spec,
            self._catalog,
            settings.lookup,
            prompt_tokens=plan.budget.used,
            max_output=plan.budget.reserved_output,
        )
        target = destination(spec, self._catalog, settings.lookup)
        await require_consent(target, self._consents, settings.consent, self._consent)
        return replace(plan, warnings=(*plan.warnings, *warnings))

    def fallbacks(
        self, first: Plan, plan_at: Callable[[str, str | None], Plan], open_model: Callable[[Plan], Model]
    ) -> NextAttempt:
        """Return a function that tries the user's `fallback` providers in order, each planned and checked.

        Args:
            plan_at: Returns the plan at another provider and model. A provider that cannot or may not take
                the request is skipped.

        Raises:
            UsageError: A provider that does not exist.
        """
        names = [name.partition("/") for name in self._settings.fallback]
        waiting = [(name, model or None) for name, _, model in names if name != first.spec.provider]
        for name, _ in waiting:
            self._catalog.provider(name)

        async def next_attempt(failure: ProviderError) -> tuple[Plan, Model] | None:
            while waiting:
                provider, model = waiting.pop(0)
                entry = self._catalog.provider(provider)
                if not (entry.offline or entry.is_configured(self._settings.lookup)):
                    continue
                try:
                    plan = await asyncio.to_thread(plan_at, provider, model)
                    if plan.budget.fits:
                        plan = await self.clear(plan)
                        return plan, open_model(plan)
                except DocanalystError:
                    continue
            return None

        return next_attempt
