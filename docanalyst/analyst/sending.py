"""The one door: nothing of a document is sent but by a plan that was cleared here.

`Router.open` takes a `Cleared` plan and nothing else. Ask, batch, the provider's batch API, bench, eval,
repair, fallback and a model that was given all pass `Sending.clear`. The decision itself is
`privacy.require_permitted`, which a cluster that reads documents passes as well.
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
    from docanalyst.providers.preflight import Destination


class Sending:
    """Decides whether plans may be sent where they would go.

    consent: asks the user before the first sending to a destination; None where nobody can be asked.
    remember: whether an agreement holds from now on, or for this time.
    """

    def __init__(
        self, settings: Settings, router: Router, consent: Consent | None, *, remember: bool
    ) -> None:
        self._settings = settings
        self._router = router
        self._consent = consent
        self._consents = Consents(settings.data_dir, remember=remember)

    async def permit(self, plan: Plan) -> Destination:
        """Where the plan goes, once the settings and the rules beside its documents permit it.

        Raises UsageError where they do not, ProviderError where the server does not say where it sends.
        """
        settings = self._settings
        target = await self._router.destination(plan.spec)
        rules = rules_for(plan.documents, settings.allowed_providers)
        require_permitted(target, rules, local_only=settings.local_only)
        return target

    async def agree(self, target: Destination) -> None:
        """Go on only when the user agreed to this destination. Raises UsageError.

        Whoever gives a model agrees to it by that.
        """
        if not self._router.is_given:
            await require_consent(target, self._consents, self._settings.consent, self._consent)

    async def agree_to(self, spec: ModelSpec) -> None:
        """Ask once for a whole run whose documents are still to be read. Raises as `agree` does."""
        target = await self._router.destination(spec)
        require_permitted(target, rules_for((), self._settings.allowed_providers),
                          local_only=self._settings.local_only)  # fmt: skip
        await self.agree(target)

    async def clear(self, plan: Plan, *, at_once: bool = True) -> Cleared:
        """The plan, cleared, with what the user should know first.

        at_once: it is sent now, within what the account's plan admits in a minute. Raises UsageError,
        TooLargeForTier.
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
                if not (entry.offline or entry.is_configured(lookup)):
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
