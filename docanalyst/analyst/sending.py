"""Checks every plan before it is sent; no document is sent without this check.

`Router.open` accepts only a `Cleared` plan. Ask, batch, the provider's batch API, bench, eval, repair,
fallback and given models all call `Sending.clear`. The decision itself is `privacy.require_permitted`, which
is also called for a cluster that reads documents.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from docanalyst.analyst.asking import NextAttempt
from docanalyst.analyst.cleared import Cleared
from docanalyst.analyst.planning import Plan
from docanalyst.analyst.privacy import Consent, Consents, require_consent, require_permitted, rules_for
from docanalyst.analyst.routing import Router
from docanalyst.domain.errors import DocanalystError, ProviderError
from docanalyst.settings import Settings

if TYPE_CHECKING:
    from docanalyst.domain.models import ModelSpec
    from docanalyst.providers.model import Model
    from docanalyst.providers.wire.destinations import Destination


class Sending:
    """Decides whether plans may be sent to their destination.

    Args:
        consent: Asks the user before the first request to a destination; None if nobody can be asked.
        remember: Whether consent is saved for later requests.
    """

    def __init__(
        self, settings: Settings, router: Router, consent: Consent | None, *, remember: bool
    ) -> None:
        self._settings = settings
        self._router = router
        self._consent = consent
        self._consents = Consents(settings.data_dir, remember=remember)

    async def permit(self, plan: Plan) -> Destination:
        """Return the destination of a plan if the settings and the rules of its documents permit it.

        Raises UsageError if they do not, ProviderError if the server does not say where it sends.
        """
        settings = self._settings
        target = await self._router.destination(plan.spec)
        rules = rules_for(plan.documents, settings.allowed_providers)
        require_permitted(target, rules, local_only=settings.local_only)
        return target

    async def agree(self, target: Destination) -> None:
        """Check that the user has consented to this destination. Raises UsageError.

        Giving a model counts as consent to it.
        """
        if not self._router.is_given:
            await require_consent(target, self._consents, self._settings.consent, self._consent)

    async def agree_to(self, spec: ModelSpec) -> None:
        """Ask once for a whole run, before its documents are read. Raises the errors of `agree`."""
        target = await self._router.destination(spec)
        require_permitted(target, rules_for((), self._settings.allowed_providers),
                          local_only=self._settings.local_only)  # fmt: skip
        await self.agree(target)

    async def clear(self, plan: Plan, *, at_once: bool = True) -> Cleared:
        """Return the plan as cleared, with warnings for the user.

        Raises UsageError, TooLargeForTier.

        Args:
            at_once: Whether it is sent now, within the account's limit per minute.
        """
        target = await self.permit(plan)
        warnings: tuple[str, ...] = ()
        if at_once and not self._router.is_given:
            from docanalyst.providers.preflight import check_plan

            warnings = check_plan(
                plan.spec,
                self._router.catalog,
                self._settings.lookup,
                prompt_tokens=plan.budget.used,
                max_output=plan.budget.reserved_output,
            )
        await self.agree(target)
        return Cleared(replace(plan, warnings=(*plan.warnings, *warnings)), target)

    def fallbacks(
        self,
        first: Plan,
        plan_at: Callable[[str, str | None], Plan],
        open_model: Callable[[Cleared], Model],
    ) -> NextAttempt:
        """Return a function that tries the user's `fallback` providers in order, each planned and checked.

        Args:
            plan_at: Returns the plan at another provider and model. A provider that cannot or may not take
                the request is skipped.

        Raises:
            UsageError: A provider that does not exist.
        """
        catalog, lookup = self._router.catalog, self._settings.lookup
        names = [name.partition("/") for name in self._settings.fallback]
        waiting = [(name, model or None) for name, _, model in names if name != first.spec.provider]
        for name, _ in waiting:
            catalog.provider(name)

        async def next_attempt(failure: ProviderError) -> tuple[Plan, Model] | None:
            while waiting:
                provider, model = waiting.pop(0)
                entry = catalog.provider(provider)
                if not (entry.offline or entry.runs_files or entry.is_configured(lookup)):
                    continue
                try:
                    plan = await asyncio.to_thread(plan_at, provider, model)
                    if plan.budget.fits:
                        cleared = await self.clear(plan)
                        return cleared.plan, open_model(cleared)
                except DocanalystError:
                    continue
            return None

        return next_attempt
