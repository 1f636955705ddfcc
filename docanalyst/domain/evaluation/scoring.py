"""Scoring an answer against known passages: what it cites, where, and whether it refuses.

A citation group (marks that follow one another) hits when its verified quotes cover half of a
known passage. Ranks count groups in the order of the answer, so hit@1 is the first evidence a reader meets.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial

from docanalyst.domain.answers.grammar import definition_blocks
from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.documents import Span
from docanalyst.domain.evaluation.questions import EvaluationQuestion, Gold, Outcome
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.domain.verification.verify import VerificationIndex

_GROUP = re.compile(r"(?:[\[【]\^\d{1,5}[\]】][ \t,;]*)+")
_NUMBER = re.compile(r"\d+")
_TOLD = r"(?:address|mention|state|contain|specify|provide|say|define|disclose|discuss|report|include|name)"
_REFUSAL = re.compile(
    r"\bnot addressed\b|\bno close passage found\b|\bnothing (?:close )?(?:was )?found\b"
    r"|\bnothing could be searched\b"
    rf"|\b(?:do|does|did)(?: not|n['’]t) (?:\w+ ){{0,3}}?{_TOLD}"
    r"|\b(?:is|are) (?:not|nowhere) (?:\w+ )?(?:addressed|mentioned|stated|specified|found|provided|defined)"
    r"|\bno (?:such )?(?:provision|clause|information|mention|answer|definition|reference)\b"
    r"|\bcannot be (?:answered|determined)|\b(?:is|are) silent\b|未提及|没有规定|未规定",
    re.IGNORECASE,
)


def score(question: EvaluationQuestion, turn: Turn, index: VerificationIndex) -> Outcome:
    """The outcome of a finished turn. index: over the question's documents, in its order."""
    groups = citation_groups(turn)
    places = [_gold_spans(question, gold, index) for gold in question.gold]
    ranks = [_first(groups, partial(_covers, gold=spans)) for spans in places if spans]
    ids = {name: f"D{position}" for position, name in enumerate(question.documents, 1)}
    pages = {(ids[gold.document], page) for gold in question.gold for page in gold.pages}
    on_page = _first(
        groups, lambda group: any((c.found_document, c.found_page) in pages for c in group if c.verified)
    )
    found = [rank for rank in ranks if rank is not None]
    failed = turn.status in (TurnStatus.FAILED, TurnStatus.RUNNING)
    return Outcome(
        id=question.id,
        answerable=question.answerable,
        status=turn.status.value,
        rank=min(found, default=None) if ranks else on_page,
        page_rank=on_page,
        known=len(question.gold),
        covered=len(found),
        refused=not failed and is_refusal(turn.answer),
        verdicts=dict(Counter(citation.verdict.value for citation in turn.citations)),
        statements=turn.coverage.statements if turn.coverage else 0,
        supported=turn.coverage.supported if turn.coverage else 0,
        cost_micros=turn.cost.micros if turn.cost else None,
        input_tokens=turn.usage.input_tokens if turn.usage else 0,
        output_tokens=turn.usage.output_tokens if turn.usage else 0,
        seconds=turn.timings.total_s,
        error=turn.error or "",
    )


def citation_groups(turn: Turn) -> list[list[Citation]]:
    """The citations of an answer in reading order; those with adjacent marks are one group."""
    by_number: dict[int, list[Citation]] = {}
    for citation in turn.citations:
        by_number.setdefault(citation.number, []).append(citation)
    blocks = definition_blocks(turn.answer)
    groups: list[list[Citation]] = []
    for match in _GROUP.finditer(turn.answer):
        if any(start <= match.start() < end for start, end, _, _ in blocks):
            continue
        numbers = [int(number) for number in _NUMBER.findall(match.group())]
        group = [citation for number in numbers for citation in by_number.pop(number, [])]
        if group:
            groups.append(group)
    return groups + list(by_number.values())


def is_refusal(answer: str) -> bool:
    """Whether an answer opens by saying that the documents do not answer."""
    blocks = definition_blocks(answer)
    body = answer[: blocks[0][0]] if blocks else answer
    opening = [
        line for line in body.splitlines() if line.strip() and not line.lstrip().startswith(("_", ">"))
    ][:3]
    return _REFUSAL.search(" ".join(opening)[:600]) is not None


def _gold_spans(question: EvaluationQuestion, gold: Gold, index: VerificationIndex) -> tuple[Span, ...]:
    if not gold.text:
        return ()
    document = f"D{question.documents.index(gold.document) + 1}"
    for page in gold.pages or (None,):
        citation = index.check(Quote(gold.text, document, page))
        if citation.verified:
            return citation.spans or ((citation.span,) if citation.span else ())
    return ()


def _covers(group: Sequence[Citation], gold: tuple[Span, ...]) -> bool:
    """Whether the verified quotes of a group cover half of a passage together."""
    wanted = sum(span.end - span.start for span in gold)
    covered = 0
    for span in gold:
        marked = bytearray(span.end - span.start)
        for citation in group:
            if not citation.verified:
                continue
            for other in citation.spans or ((citation.span,) if citation.span else ()):
                if (other.document_sha256, other.page_number) == (span.document_sha256, span.page_number):
                    first, last = (
                        max(span.start, other.start) - span.start,
                        min(span.end, other.end) - span.start,
                    )
                    if first < last:
                        marked[first:last] = b"\1" * (last - first)
        covered += sum(marked)
    return wanted > 0 and covered * 2 >= wanted


def _first(groups: Sequence[Sequence[Citation]], test: Callable[[Sequence[Citation]], bool]) -> int | None:
    return next((rank for rank, group in enumerate(groups, 1) if test(group)), None)
