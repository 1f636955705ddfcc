"""Planning: whole documents and a question become one request, counted against one model's window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from docanalyst.analyst.options import AskOptions
from docanalyst.domain.budget import ContextBudget, reserve_for, smaller_reserve, what_to_leave_out
from docanalyst.domain.documents import Document, document_id
from docanalyst.domain.errors import ContextTooLarge
from docanalyst.domain.models import Cost, ModelSpec, Usage, cost_of
from docanalyst.domain.packing import PackedContext
from docanalyst.domain.prompts import Prompt
from docanalyst.domain.receipt import Receipt, ReceiptDocument
from docanalyst.domain.request import Exchange, Request, ended_with
from docanalyst.domain.text import clean_text
from docanalyst.tokens.estimates import Counter


@dataclass(frozen=True, slots=True)
class Wording:
    """The words around documents and question. digest: identifies them on every turn."""

    instructions: str
    reminder: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Plan:
    """A request ready to be sent, with its count. shares: tokens of each document by id."""

    request: Request
    spec: ModelSpec
    counter: Counter
    budget: ContextBudget
    shares: dict[str, int]
    cost: Cost | None
    prompt: Prompt
    notes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def documents(self) -> tuple[Document, ...]:
        """The documents, in pack order."""
        return self.request.documents

    def receipt(self) -> Receipt:
        """The receipt as it stands before anything is billed."""
        return Receipt(
            documents=tuple(
                ReceiptDocument(
                    id=document_id(place),
                    path=document.path,
                    sha256=document.sha256,
                    pages=document.page_count,
                    pages_sent=document.pages_sent,
                    tokens=self.shares[document_id(place)],
                    pages_without_text=document.pages_without_text,
                    pages_ocr=tuple(page.number for page in document.pages if page.ocr),
                )
                for place, document in enumerate(self.documents)
            ),
            context_sha256=self.request.packed.sha256,
            window=self.budget.window,
            reserved_output=self.budget.reserved_output,
            counted_tokens=self.budget.used,
            token_count=self.counter.label,
        )


@dataclass(frozen=True, slots=True)
class Answerer:
    """The model that is to answer, and how its tokens are counted."""

    spec: ModelSpec
    counter: Counter


def make_plan(
    packed: PackedContext,
    documents: Sequence[Document],
    question: str,
    *,
    wording: Wording,
    answerer: Answerer,
    options: AskOptions,
    history: Sequence[Exchange] = (),
) -> Plan:
    """Count a request against the model's window. Does not refuse: see `require_fit`.

    packed must have been counted with the same counter.
    """
    spec, counter, thinking = answerer.spec, answerer.counter, bool(options.thinking)
    reserve = reserve_for(thinking, options.max_output, spec.max_output_tokens)
    request = Request(
        instructions=wording.instructions,
        packed=packed,
        documents=tuple(documents),
        reminder=wording.reminder,
        question=clean_text(question)[0].strip(),
        history=tuple(replace(item, answer=clean_text(item.answer)[0]) for item in history),
        max_output=reserve,
        thinking=thinking,
        fields=options.fields,
        structured=options.structured,
    )
    budget = _budget(request, spec, counter, reserve)
    expected = Usage(input_tokens=budget.used, output_tokens=reserve, estimated=True)
    return Plan(
        request=request,
        spec=spec,
        counter=counter,
        budget=budget,
        shares=packed.document_tokens(),
        cost=cost_of(expected, spec.price),
        prompt=wording.prompt,
    )


def _budget(request: Request, spec: ModelSpec, counter: Counter, reserve: int) -> ContextBudget:
    """Each share is exact because every part of the packed context ends in a newline and the words after it
    begin with a visible character."""

    def tokens(part: Request) -> int:
        words = "" if part.thinking else spec.off_words
        messages = ended_with(part.messages(with_documents=False), words)
        # Where words switch thinking off, the model itself writes the empty block of thought.
        return counter.count_messages(messages, thinking=bool(part.thinking or words))

    total = tokens(request)
    alone = tokens(replace(request, history=()))
    instructions = counter.count_messages(request.messages()[:1], thinking=True, generation=False)
    used = request.packed.token_count + total
    window = spec.context_window
    if spec.max_input is not None:
        window = min(window, spec.max_input + reserve)
    return ContextBudget(
        window=window,
        instructions=instructions,
        documents=request.packed.token_count,
        history=total - alone,
        question=alone - instructions,
        reserved_output=reserve,
        margin=counter.margin_tokens(used),
    )


def recounted(plan: Plan, counted: int) -> Plan:
    """The plan with the whole request counted by the server that is to answer it.

    counted: tokens of the whole prompt. Its shares keep the proportions of the estimate.
    """
    before = plan.budget
    ratio = counted / before.used

    def share(tokens: int) -> int:
        return round(tokens * ratio)

    rest = [share(before.instructions), share(before.history), share(before.question)]
    budget = replace(
        before,
        instructions=rest[0],
        history=rest[1],
        question=rest[2],
        documents=counted - sum(rest),
        margin=0,
    )
    expected = Usage(input_tokens=counted, output_tokens=budget.reserved_output, estimated=True)
    return replace(
        plan,
        budget=budget,
        counter=replace(plan.counter, exact=True, margin=0.0),
        shares={name: share(tokens) for name, tokens in plan.shares.items()},
        cost=cost_of(expected, plan.spec.price),
    )


def require_fit(plan: Plan) -> None:
    """Raises ContextTooLarge, with the numbers and a way out, when the plan does not fit."""
    budget = plan.budget
    if budget.fits:
        return
    label = "" if plan.counter.exact else "about "
    margin = f", a margin of {budget.margin:,} for estimated counts" if budget.margin else ""
    provider, model = plan.spec.provider, plan.spec.model_id
    model = model if model == provider else f"{model} at {provider}"
    message = (
        f"This does not fit: {label}{budget.used:,} tokens to send (documents {budget.documents:,}) and "
        f"{budget.reserved_output:,} kept for the answer{margin} are {budget.overflow:,} too many for the "
        f"window of {budget.window:,} of {model}."
    )
    raise ContextTooLarge(message, suggest(plan), budget=budget, shares=plan.shares)


def suggest(plan: Plan) -> str:
    """What would make a plan fit that does not."""
    ways = [*_fewer_documents(plan)]
    smaller = smaller_reserve(plan.budget)
    most = plan.spec.max_input
    if smaller is not None and (most is None or plan.budget.used + plan.budget.margin <= most):
        ways.insert(0, f"keep fewer tokens for the answer (--max-output {smaller})")
    ways.append("take a model with a larger window")
    words = ", or ".join(ways)
    return f"{words[0].upper()}{words[1:]}."


def _fewer_documents(plan: Plan) -> Iterator[str]:
    names = {document_id(place): document for place, document in enumerate(plan.documents)}
    leave_out = what_to_leave_out(plan.shares, plan.budget.overflow)
    if leave_out:
        listed = ", ".join(f"{name} {names[name].name} ({plan.shares[name]:,} tokens)" for name in leave_out)
        yield f"leave out {listed}"
        yield "take fewer pages (file.pdf:1-40)"
        return
    largest = max(plan.shares, key=lambda name: plan.shares[name], default=None)
    pages = _pages_that_fit(plan, largest) if largest else 0
    if largest and pages:
        document = names[largest]
        last = document.pages[pages - 1].number
        yield f"take fewer pages, for example {document.name}:{document.pages[0].number}-{last}"
    elif plan.budget.documents > plan.budget.overflow:
        yield "take fewer pages of each document (file.pdf:1-40)"


def _pages_that_fit(plan: Plan, name: str) -> int:
    """How many of a document's first pages may stay so that the plan fits."""
    pages = [
        part.tokens for part in plan.request.packed.parts if part.document == name and part.kind == "page"
    ]
    room = sum(pages) - plan.budget.overflow
    taken = 0
    for place, tokens in enumerate(pages):
        taken += tokens
        if taken > room:
            return place
    return 0


def merge_duplicates(documents: Sequence[Document]) -> tuple[list[Document], list[str]]:
    """Each file once: a file given twice is packed once, with all pages asked for, and a note says so."""
    merged: dict[str, Document] = {}
    notes: list[str] = []
    for document in documents:
        known = merged.get(document.sha256)
        if known is None:
            merged[document.sha256] = document
            continue
        pages = {page.number: page for page in (*known.pages, *document.pages)}
        whole = replace(known, pages=tuple(pages[number] for number in sorted(pages)))
        merged[document.sha256] = whole
        same = "" if known.path == document.path else f" (the same file as {known.name})"
        taken = "" if known.pages_sent == document.pages_sent else f", with pages {whole.pages_sent}"
        notes.append(f"{document.name} was given twice{same}; it is sent once{taken}.")
    return list(merged.values()), notes
