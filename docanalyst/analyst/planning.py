"""Packs whole documents and a question into one request and counts it against a model's window."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from docanalyst.analyst.options import AskOptions
from docanalyst.domain.budget import (
    ContextBudget,
    is_history_too_long,
    reserve_for,
    smaller_reserve,
    what_to_leave_out,
)
from docanalyst.domain.documents import Document, document_id
from docanalyst.domain.errors import ContextTooLarge
from docanalyst.domain.models import Cost, ModelSpec, Usage, cost_of, highest_cost
from docanalyst.domain.packing import PackedContext
from docanalyst.domain.prompts import Prompt
from docanalyst.domain.receipt import LeftOut, Receipt, ReceiptDocument
from docanalyst.domain.request import Exchange, Request, ended_with
from docanalyst.domain.text import clean_text
from docanalyst.tokens.estimates import Counter


@dataclass(frozen=True, slots=True)
class Wording:
    """The text around documents and question. digest: identifies the text in saved turns."""

    instructions: str
    reminder: str
    prompt: Prompt


@dataclass(frozen=True, slots=True)
class Plan:
    """A request ready to be sent, with its token count.

    Attributes:
        shares: Tokens of each document by ID.
    """

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

    @property
    def most_micros(self) -> int | None:
        """The most that the request can cost, in millionths of a dollar; None if the price is unknown."""
        budget = self.budget
        return highest_cost(self.spec.price, budget.used + budget.margin, budget.reserved_output)

    def receipt(self) -> Receipt:
        """Return the receipt before anything is billed."""
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
                    lines_left_out=tuple(LeftOut(*item) for item in document.left_out),
                )
                for place, document in enumerate(self.documents)
            ),
            context_sha256=self.request.packed.sha256,
            window=self.budget.window,
            reserved_output=self.budget.reserved_output,
            counted_tokens=self.budget.used,
            token_count=self.counter.label,
            left_out=tuple(path for document in self.documents for path in document.beside),
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
    """Return the plan of a request, counted against the model's window. Refusing is up to `require_fit`.

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
        passages=options.passages,
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
    """Return the share of each part of a request.

    The shares add up exactly because every part of the packed context ends in a newline and the text after it
    begins with a visible character, so that no token spans two parts.
    """

    def tokens(part: Request) -> int:
        words = "" if part.thinking else spec.off_words
        messages = ended_with(part.messages(with_documents=False), words)
        # If a phrase in the prompt turns reasoning off, the model writes the empty reasoning block itself.
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
    """Return the plan with the token count of the server that will answer it.

    Args:
        counted: Tokens of the whole prompt. The shares keep the proportions of the estimate.
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
    """Raise ContextTooLarge, with the numbers and a hint, if the plan does not fit."""
    budget = plan.budget
    if budget.fits:
        return
    label = "" if plan.counter.exact else "about "
    margin = f", a margin of {budget.margin:,} for estimated counts" if budget.margin else ""
    provider, model = plan.spec.provider, plan.spec.model_id
    model = model if model == provider else f"{model} at {provider}"
    excess = "1 token" if budget.overflow == 1 else f"{budget.overflow:,} tokens"
    message = (
        f"The request does not fit the context window of {model} ({budget.window:,} tokens): "
        f"{label}{budget.used:,} tokens to send (documents {budget.documents:,}) and "
        f"{budget.reserved_output:,} reserved for the answer{margin} exceed it by {excess}."
    )
    raise ContextTooLarge(message, suggest(plan), budget=budget, shares=plan.shares)


def suggest(plan: Plan) -> str:
    """Return a hint on how to make a plan fit."""
    ways = [*_fewer_documents(plan)]
    if is_history_too_long(plan.budget):
        taken = f"{plan.budget.history:,} tokens"
        ways = [f"start a new session or continue from an earlier turn (the earlier turns take {taken})"]
    smaller = smaller_reserve(plan.budget)
    most = plan.spec.max_input
    if smaller is not None and (most is None or plan.budget.used + plan.budget.margin <= most):
        ways.insert(0, f"reserve fewer tokens for the answer (--max-output {smaller})")
    ways.append("use a model with a larger context window")
    words = ", or ".join(ways)
    return f"{words[0].upper()}{words[1:]}."


def _fewer_documents(plan: Plan) -> Iterator[str]:
    names = {document_id(place): document for place, document in enumerate(plan.documents)}
    leave_out = what_to_leave_out(plan.shares, plan.budget.overflow)
    if leave_out:
        listed = ", ".join(f"{name} {names[name].name} ({plan.shares[name]:,} tokens)" for name in leave_out)
        yield f"leave out {listed}"
        yield "send fewer pages (file.pdf:1-40)"
        return
    largest = max(plan.shares, key=lambda name: plan.shares[name], default=None)
    pages = _pages_that_fit(plan, largest) if largest else 0
    if largest and pages:
        document = names[largest]
        last = document.pages[pages - 1].number
        yield f"send fewer pages, for example {document.name}:{document.pages[0].number}-{last}"
    elif plan.budget.documents > plan.budget.overflow:
        yield "send fewer pages of each document (file.pdf:1-40)"


def _pages_that_fit(plan: Plan, name: str) -> int:
    """Return how many of a document's first pages fit."""
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
    """Merge files given twice, with all their pages; return the documents and a note for each merged file."""
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
        notes.append(f"{document.name} was given twice{same} and is sent once{taken}.")
    return list(merged.values()), notes


def plan_record(plan: Plan) -> dict[str, Any]:
    """Return the plan as JSON data."""
    budget = plan.budget
    return {
        "window": budget.window,
        "reserved_output": budget.reserved_output,
        "instructions_tokens": budget.instructions,
        "question_tokens": budget.question,
        "index_tokens": budget.documents - sum(plan.shares.values()),
        "margin_tokens": budget.margin,
        "documents": [
            {
                "id": document_id(place),
                "path": document.path,
                "sha256": document.sha256,
                "title": document.title,
                "pages": document.page_count,
                "pages_sent": document.pages_sent,
                "tokens": plan.shares[document_id(place)],
                "pages_without_text": list(document.pages_without_text),
                "lines_left_out": [{"line": line, "pages": where} for line, where in document.left_out],
                "warnings": list(document.warnings),
            }
            for place, document in enumerate(plan.documents)
        ],
        "total_tokens": budget.used,
        "free_tokens": max(0, budget.free),
        "fits": budget.fits,
        "overflow_tokens": budget.overflow,
        "token_count": plan.counter.label,
        "estimated_cost": cost_record(plan.cost),
        "provider": plan.spec.provider,
        "model": plan.spec.model_id,
        "context_sha256": plan.request.packed.sha256,
    }


def cost_record(cost: Cost | None) -> dict[str, Any] | None:
    """Return an estimated cost as JSON data."""
    return None if cost is None else {"micros": cost.micros, "currency": cost.currency, "estimated": True}
