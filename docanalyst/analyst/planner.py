"""Turns documents and a question into a plan: wording, model and token count."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from docanalyst import prompts
from docanalyst.analyst.options import AskOptions
from docanalyst.analyst.planning import Answerer, Plan, Wording, make_plan
from docanalyst.analyst.routing import Route, Router
from docanalyst.domain.documents import Document
from docanalyst.domain.models import Estimate, ModelSpec
from docanalyst.domain.packing import PackedContext, document_mark, pack
from docanalyst.domain.request import Exchange
from docanalyst.settings import Settings
from docanalyst.tokens.estimates import EXACT, Counter, counter_for


class Planner:
    """Plans requests with the user's settings.

    Args:
        secret: Returns the key of the page markers.
        billed: Returns the ratios of billed to counted tokens of earlier requests to a model, from which the
            margin of an estimate is learnt.
    """

    def __init__(
        self,
        settings: Settings,
        router: Router,
        *,
        secret: Callable[[], bytes],
        billed: Callable[[ModelSpec], Sequence[float]],
    ) -> None:
        self._settings = settings
        self._router = router
        self._secret = secret
        self._billed = billed

    def wording(self, prompt: str | None = None) -> Wording:
        """Return the instructions, the reminder and the task.

        Raises:
            UsageError: An unknown prompt.
        """
        folder = self._settings.prompts_dir
        return Wording(
            instructions=prompts.find_prompt(prompts.INSTRUCTIONS, folder).body,
            reminder=prompts.find_prompt(prompts.REMINDER, folder).body,
            prompt=prompts.find_prompt(prompt or prompts.QUESTION, folder),
        )

    def plan(
        self, documents: Sequence[Document], question: str, options: AskOptions, history: Sequence[Exchange]
    ) -> Plan:
        """Return what would be sent, counted; if it does not fit the first choice, for a model that it fits.

        A provider given by name is never changed. A request that is too large is not refused here.
        """
        return self.planning(question, options, history)(documents)

    def planning(
        self, question: str, options: AskOptions, history: Sequence[Exchange] = ()
    ) -> Callable[[Sequence[Document]], Plan]:
        """Return a function that plans this question about documents, with the prompts as they are now."""
        settings = self._settings
        wording = self.wording(options.prompt)
        thinking = options.thinking if options.thinking is not None else bool(settings.think)
        max_output = options.max_output or settings.max_output
        task, secret = wording.prompt.ask(question), self._secret()
        asked = replace(options, thinking=thinking, max_output=max_output)

        def planned(documents: Sequence[Document], exact: PackedContext, route: Route) -> Plan:
            counter = self._counter(route.spec, exact.text)
            plan = make_plan(
                exact if counter.exact else exact.recounted(counter.from_exact),
                documents,
                task,
                wording=wording,
                answerer=Answerer(route.spec, counter),
                options=asked,
                history=history,
            )
            warnings = (*route.warnings, *_too_long(max_output, route.spec))
            return replace(plan, notes=(route.reason,), warnings=warnings)

        def plan(documents: Sequence[Document]) -> Plan:
            mark = document_mark(documents, secret)
            exact = pack(options.excerpts or documents, mark=mark, count=EXACT.count)
            first = planned(documents, exact, self._router.choose(options, exact.token_count))
            if first.budget.fits or options.provider or settings.provider:
                return first
            needed = first.budget.used + first.budget.reserved_output
            return planned(documents, exact, self._router.choose(options, needed))

        return plan

    def _counter(self, spec: ModelSpec, text: str) -> Counter:
        if spec.counts_exactly:
            return EXACT
        estimate = Estimate() if self._router.is_given else self._router.catalog.estimate(spec)
        return counter_for(spec, estimate, text=text, billed=self._billed(spec))


def _too_long(max_output: int | None, spec: ModelSpec) -> tuple[str, ...]:
    """Return a warning if the user asked for a longer answer than the model can give."""
    if not max_output or not spec.max_output_tokens or max_output <= spec.max_output_tokens:
        return ()
    most = f"{spec.model_id} gives at most {spec.max_output_tokens:,} tokens in one answer"
    return (f"{most}, so {max_output:,} cannot be reserved",)
