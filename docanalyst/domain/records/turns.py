"""Turns as plain data: what `--json` prints, exports hold and imports take back.

`turn_record` is the object of `ask --json`. Every field of a turn is in its record:
`turn_from_record(turn_record(turn)) == turn`. Records hold only what JSON holds. A reader ignores keys it
does not know and gives missing ones their defaults. What is unknown is null, never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from docanalyst.domain.citations import Caution, Citation, Difference, Review, Verdict, Where
from docanalyst.domain.documents import Span
from docanalyst.domain.receipt import Coverage
from docanalyst.domain.records.receipts import (
    Record,
    cost_from_record,
    cost_record,
    maybe,
    reading,
    receipt_from_record,
    receipt_record,
    text,
    usage_from_record,
    usage_record,
)
from docanalyst.domain.turns import PromptUsed, Remark, Timings, Turn, TurnStatus

__all__ = [
    "Record",
    "citation_from_record",
    "citation_record",
    "maybe",
    "reading",
    "remark_from_record",
    "remark_record",
    "span_from_record",
    "span_record",
    "text",
    "turn_from_record",
    "turn_record",
]


def turn_record(turn: Turn) -> Record:
    """A turn as `ask --json` prints it."""
    prompt = turn.prompt
    return {
        "session_id": turn.session_id,
        "turn_id": turn.id,
        "question": turn.question,
        "answer": turn.answer,
        "reasoning": turn.reasoning,
        "status": turn.status.value,
        "finish_reason": turn.finish_reason,
        "provider": turn.provider,
        "model": turn.model,
        "prompt": {"name": prompt.name, "sha256": prompt.sha256} if prompt else None,
        "citations": [citation_record(citation) for citation in turn.citations],
        "coverage": (
            {"statements": turn.coverage.statements, "supported": turn.coverage.supported}
            if turn.coverage
            else None
        ),
        "receipt": receipt_record(turn.receipt) if turn.receipt else None,
        "usage": usage_record(turn.usage) if turn.usage else None,
        "cost": cost_record(turn.cost) if turn.cost else None,
        "timings": {
            "first_token_s": turn.timings.first_token_s,
            "total_s": turn.timings.total_s,
            "tokens_per_s": turn.timings.tokens_per_s,
        },
        "failure": turn.error,
        "remarks": [remark_record(remark) for remark in turn.remarks],
        "position": turn.position,
        "parent_id": turn.parent_id,
        "started_at": turn.started_at,
    }


def citation_record(citation: Citation) -> Record:
    """A checked quote, as in `citations` of a turn and as `verify --json` prints it."""
    return {
        "number": citation.number,
        "document": citation.document,
        "path": citation.path,
        "sha256": citation.sha256,
        "page": citation.page,
        "page_label": citation.page_label,
        "where": citation.where.value,
        "quote": citation.quote,
        "verdict": citation.verdict.value,
        "cautions": [caution.value for caution in citation.cautions],
        "review": review_record(citation.review) if citation.review else None,
        "found_document": citation.found_document,
        "found_sha256": citation.found_sha256,
        "found_page": citation.found_page,
        "found_page_label": citation.found_page_label,
        "similarity": citation.similarity,
        "differences": [
            {"quoted": difference.quoted, "source": difference.source, "kind": difference.kind}
            for difference in citation.differences
        ],
        "span": span_record(citation.span) if citation.span else None,
        "spans": [span_record(span) for span in citation.spans],
        "occurrences": citation.occurrences,
        "closest": citation.closest,
        "note": citation.note,
    }


def review_record(review: Review) -> Record:
    """What a person said of a citation."""
    return {"mark": review.mark, "note": review.note, "at": review.at}


def span_record(span: Span) -> Record:
    """A stretch of a page's text: page, start, end, and the document's sha256."""
    return {"page": span.page_number, "start": span.start, "end": span.end, "sha256": span.document_sha256}


def remark_record(remark: Remark) -> Record:
    """Something the reader of an answer should know."""
    return {
        "kind": remark.kind,
        "text": remark.text,
        "document": remark.document,
        "page": remark.page,
        "quote": remark.quote,
    }


def turn_from_record(record: Mapping[str, Any]) -> Turn:
    """The turn of a record. Raises UsageError where a field is missing or of the wrong kind."""
    with reading("turn"):
        timings = record.get("timings") or {}
        return Turn(
            id=text(record["turn_id"]),
            session_id=text(record["session_id"]),
            question=text(record["question"]),
            provider=text(record["provider"]),
            model=text(record["model"]),
            status=TurnStatus(record["status"]),
            answer=text(record.get("answer") or ""),
            reasoning=maybe(record.get("reasoning"), text),
            citations=tuple(citation_from_record(item) for item in record.get("citations") or ()),
            coverage=maybe(
                record.get("coverage"), lambda item: Coverage(int(item["statements"]), int(item["supported"]))
            ),
            receipt=maybe(record.get("receipt"), receipt_from_record),
            usage=maybe(record.get("usage"), usage_from_record),
            cost=maybe(record.get("cost"), cost_from_record),
            timings=Timings(
                maybe(timings.get("first_token_s"), float),
                float(timings.get("total_s") or 0.0),
                maybe(timings.get("tokens_per_s"), float),
            ),
            finish_reason=maybe(record.get("finish_reason"), text),
            prompt=maybe(
                record.get("prompt"), lambda item: PromptUsed(text(item["name"]), text(item["sha256"]))
            ),
            parent_id=maybe(record.get("parent_id"), text),
            position=int(record.get("position") or 0),
            started_at=text(record.get("started_at") or ""),
            error=maybe(record.get("failure"), text),
            remarks=tuple(remark_from_record(item) for item in record.get("remarks") or ()),
        )


def citation_from_record(record: Mapping[str, Any]) -> Citation:
    """The citation of a record. Raises UsageError where a field is missing or of the wrong kind."""
    with reading("citation"):
        found = maybe(record.get("found_sha256"), text)
        home = found or text(record.get("sha256") or "")
        return Citation(
            number=int(record["number"]),
            document=text(record["document"]),
            quote=text(record["quote"]),
            verdict=Verdict(record["verdict"]),
            path=text(record.get("path") or ""),
            sha256=text(record.get("sha256") or ""),
            page=maybe(record.get("page"), int),
            page_label=maybe(record.get("page_label"), text),
            found_document=maybe(record.get("found_document"), text),
            found_sha256=found,
            found_page=maybe(record.get("found_page"), int),
            found_page_label=maybe(record.get("found_page_label"), text),
            similarity=float(record.get("similarity") or 0.0),
            differences=tuple(
                Difference(text(item["quoted"]), text(item["source"]), text(item.get("kind", "word")))
                for item in record.get("differences") or ()
            ),
            span=maybe(record.get("span"), lambda item: span_from_record(item, home)),
            spans=tuple(span_from_record(item, home) for item in record.get("spans") or ()),
            occurrences=int(record.get("occurrences") or 0),
            closest=text(record.get("closest") or ""),
            note=text(record.get("note") or ""),
            where=Where(record.get("where") or Where.DEFINITION),
            cautions=tuple(Caution(caution) for caution in record.get("cautions") or ()),
            review=maybe(record.get("review"), review_from_record),
        )


def review_from_record(record: Mapping[str, Any]) -> Review:
    """The review of a record."""
    return Review(text(record["mark"]), text(record.get("note") or ""), text(record.get("at") or ""))


def span_from_record(record: Mapping[str, Any], document_sha256: str = "") -> Span:
    """The span of a record; document_sha256 where the record names none."""
    return Span(
        text(record.get("sha256", document_sha256)),
        int(record["page"]),
        int(record["start"]),
        int(record["end"]),
    )


def remark_from_record(record: Mapping[str, Any]) -> Remark:
    """The remark of a record."""
    return Remark(
        text(record["kind"]),
        text(record["text"]),
        maybe(record.get("document"), text),
        maybe(record.get("page"), int),
        text(record.get("quote") or ""),
    )
