"""Asks one question over the evidence of many documents, in a tree where it is larger than the window."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from docanalyst.batch.limits.pace import CostCap
from docanalyst.batch.parts.evidence import Evidence, gather_again
from docanalyst.batch.wording import cap_words
from docanalyst.domain.documents import Document, document_id
from docanalyst.domain.errors import ContextTooLarge, CostCapReached
from docanalyst.domain.events import Event, Finished, Planned
from docanalyst.domain.models import OFFLINE
from docanalyst.domain.turns import Share, Turn
from docanalyst.prompts import MERGING

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.analyst.planning import Plan
    from docanalyst.analyst.privacy import Consent


@dataclass(slots=True)
class Merger:
    """Asks over evidence.

    Attributes:
        options: Provider and model pinned, as the documents were read with.
        cap: What the requests may cost, with what the documents have cost already.
        say: Told what is done before the last request.
    """

    analyst: Analyst
    question: str
    options: AskOptions
    cap: CostCap
    consent: Consent | None = None
    say: Callable[[str], None] = lambda text: None

    async def answer(self, evidence: Evidence) -> AsyncGenerator[Event, None]:
        """Yield the events of the request over all evidence.

        Evidence that is larger than the window is merged first, in sets of whole documents' evidence.

        Raises:
            ContextTooLarge: The evidence of one document alone does not fit, or merging makes it no smaller.
            CostCapReached: The request could exceed the cap.
        """
        level = 0
        while not (plan := await self._plan(evidence, evidence.documents)).budget.fits:
            level += 1
            evidence = await self._smaller(evidence, plan, level)
        async with aclosing(self._ask(evidence, evidence.documents, evidence.parts)) as events:
            async for event in events:
                yield event

    async def _smaller(self, evidence: Evidence, whole: Plan, level: int) -> Evidence:
        """Return the evidence after each set that fills a window was answered over."""
        sets = await asyncio.to_thread(self._sets, evidence, whole)
        self.say(
            f"The evidence takes {whole.budget.used:,} tokens, more than one window holds: "
            f"it is merged in {len(sets)} requests first."
        )
        merged = [(members, await self._merged(evidence, members)) for members in sets]
        smaller = gather_again(evidence, merged, level)
        after = await self._plan(smaller, smaller.documents)
        if after.budget.used >= whole.budget.used:
            raise ContextTooLarge(
                f"The evidence does not fit a window, and merging it in {len(sets)} requests did not make it "
                f"smaller: {whole.budget.used:,} tokens before, {after.budget.used:,} after.",
                "Ask a narrower question, or use a model with a larger context window.",
                budget=after.budget,
                shares=after.shares,
            )
        return smaller

    def _sets(self, evidence: Evidence, whole: Plan) -> list[tuple[Document, ...]]:
        """Return the documents in sets whose evidence fits a window. Raises ContextTooLarge."""
        from docanalyst.analyst.documents.packs import divide_into_packs

        originals = {document.sha256: document for document in evidence.documents}
        with_passages = [document for document in evidence.excerpts if document.pages]

        def planned(excerpts: Sequence[Document]) -> Plan:
            members = [originals[document.sha256] for document in excerpts]
            return self.analyst.plan(members, self.question, self._options(tuple(excerpts), ()))

        packs = divide_into_packs(with_passages, planned)
        if packs.too_large:
            large = packs.too_large[0]
            place = next(
                position
                for position, document in enumerate(evidence.documents)
                if document.sha256 == large.documents[0].sha256
            )
            raise ContextTooLarge(
                f"The evidence of {document_id(place)} {large.documents[0].name} alone does not fit the "
                f"context window of {large.budget.window:,} tokens: {large.budget.used:,} tokens to send and "
                f"{large.budget.reserved_output:,} reserved for the answer.",
                "Ask a narrower question, or use a model with a larger context window.",
                budget=large.budget,
                shares=large.shares,
            )
        return [plan.documents for plan in packs.plans]

    async def _merged(self, evidence: Evidence, members: Sequence[Document]) -> Turn:
        """Return the answer over one set, from the store if an earlier command has paid for it."""
        plan = await self._plan(evidence, members)
        request, spec = plan.request, plan.spec
        known = self.analyst.store.turns.answered(
            request.packed.sha256, request.question, spec.provider, spec.model_id
        )
        if known is not None:
            return known
        turn: Turn | None = None
        async with aclosing(self._ask(evidence, members, ())) as events:
            async for event in events:
                if isinstance(event, Finished):
                    turn = event.turn
        assert turn is not None
        return turn

    async def _ask(
        self, evidence: Evidence, members: Sequence[Document], parts: tuple[Share, ...]
    ) -> AsyncGenerator[Event, None]:
        """Yield the events of one request, within the cost cap."""
        plan = await self._plan(evidence, members)
        most = plan.most_micros or 0
        if not await self.cap.reserve(most):
            raise CostCapReached(*cap_words(self.cap, most))
        spent = 0
        options = self._options(_excerpts(evidence, members), parts)
        asking = self.analyst.ask(members, self.question, options=options, consent=self.consent)
        try:
            async with aclosing(asking) as events:
                async for event in events:
                    if isinstance(event, Planned):
                        spent = most
                    elif isinstance(event, Finished):
                        spent = (event.turn.cost.micros if event.turn.cost else 0) + event.turn.doubt_micros
                    yield event
        finally:
            await self.cap.settle(most, spent)

    async def _plan(self, evidence: Evidence, members: Sequence[Document]) -> Plan:
        options = self._options(_excerpts(evidence, members), ())
        return await asyncio.to_thread(self.analyst.plan, members, self.question, options)

    def _options(self, excerpts: tuple[Document, ...], parts: tuple[Share, ...]) -> AskOptions:
        # The offline analyst searches for the words that it is given.
        prompt = None if self.options.provider == OFFLINE else MERGING
        return replace(self.options, prompt=prompt, excerpts=excerpts, parts=parts)


def _excerpts(evidence: Evidence, members: Sequence[Document]) -> tuple[Document, ...]:
    """Return the excerpts of some of the documents, in their order."""
    wanted = {document.sha256 for document in members}
    return tuple(document for document in evidence.excerpts if document.sha256 in wanted)
