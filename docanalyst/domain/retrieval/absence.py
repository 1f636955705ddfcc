"""Checks absence: searches the documents for what an answer says is not addressed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from docanalyst.domain.answers.coverage import Statement, statements
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import page_reference
from docanalyst.domain.turns import Remark

if TYPE_CHECKING:
    from docanalyst.domain.retrieval.ranking import Ranking, RetrievalIndex

MAX_PROBES = 12
"""Statements of one answer that are searched for: a table of fifty absent fields is not fifty remarks."""

_ABSENT = re.compile(
    r"\bnot\s+(?:expressly\s+|explicitly\s+|specifically\s+|directly\s+)?"
    r"(?:addressed|mentioned|specified|stated|provided|covered|contained|disclosed|reported|defined|found|"
    r"included|discussed|described|set out|dealt with)\b"
    r"|\b(?:do|does|did)(?:\s+not|n['’]t)\s+(?:\w+ly\s+)?(?:address|mention|specify|state|contain|provide|cover|"
    r"say|include|discuss|describe|define|disclose|report|set out|deal with|appear)\b"
    r"|\b(?:is|are|was|were)\s+silent\b|\bsilent\s+(?:on|about|as to)\b"
    r"|\b(?:contains?|makes?|includes?|has|have|there\s+(?:is|are|was|were))\s+no\s+"
    r"(?:\w+\s+){0,2}?(?:mention|reference|provision|clause|information|statement|term|section|indication)s?\b"
    r"|\bno\b[^.\n]{0,80}?\b(?:could\s+be|can\s+be|was|were|is|are)\s+"
    r"(?:found|given|made|identified|located|stated|specified|mentioned|provided)\b"
    r"|\b(?:could|can)\s*not\s+(?:be\s+)?(?:find|found|identify|identified|locate|located)\b"
    r"|未(?:提及|规定|约定|说明|涉及)|没有(?:提到|规定|约定|说明)",
    re.IGNORECASE,
)
_FIELD = re.compile(r"^\W*(?P<name>[^:：\n]{2,80})[:：]\s*(?P<value>.*)$", re.DOTALL)
_FILLER = re.compile(
    r"\b(?:the|this|these|those|documents?|agreements?|contracts?|papers?|provided|above|text|in|of|any|a|an)\b",
    re.IGNORECASE,
)


def absent_statements(answer: str, citations: Sequence[Citation]) -> list[Statement]:
    """The statements of an answer that say something is not there, and that no verified quote supports.

    "Stated as none" with its quote is not among them: there the document itself says that there is none.
    """
    verified = {citation.number for citation in citations if citation.verified}
    return [
        statement
        for statement in statements(answer)
        if _ABSENT.search(statement.text) and not verified.intersection(statement.markers)
    ]


def probe(
    answer: str, question: str, citations: Sequence[Citation], index: RetrievalIndex
) -> tuple[Remark, ...]:
    """A remark for each absence that a strong passage of the documents speaks against.

    question: the user's own, searched for when the answer states one absence only. index: over the documents
    of the turn.
    """
    from docanalyst.domain.retrieval.ranking import Band

    absent = absent_statements(answer, citations)[:MAX_PROBES]
    remarks: dict[tuple[str | None, int | None, str], Remark] = {}
    for statement in absent:
        wanted = _wanted(statement.text, question, alone=len(absent) == 1)
        ranking = index.rank(wanted, limit=1)
        if ranking.passages and ranking.band is Band.STRONG:
            remark = _remark(wanted, ranking, index)
            remarks.setdefault((remark.document, remark.page, remark.quote), remark)
    return tuple(remarks.values())


def _wanted(statement: str, question: str, *, alone: bool) -> str:
    """What to search for: the field's name, else the question, else the words of the statement itself."""
    field = _FIELD.match(statement)
    if field and _ABSENT.search(field["value"]):
        return field["name"].strip(" *_-")
    if alone and question.strip() and "\n" not in question.strip():
        return question
    return _FILLER.sub(" ", _ABSENT.sub(" ", statement))


def _remark(wanted: str, ranking: Ranking, index: RetrievalIndex) -> Remark:
    passage = ranking.passages[0]
    document = index.documents[int(passage.document[1:]) - 1]
    span = (passage.best or passage.spans)[0]
    page = document.page(span.page_number)
    words = " ".join((page.text if page else passage.text)[span.start : span.end].split())
    place = page_reference(span.page_number, page.label_at(span.start) if page else None)
    topic = " ".join(wanted.split())
    topic = topic if len(topic) <= 80 else topic[:79] + "…"
    return Remark(
        "absence",
        f"The answer says that this is not addressed, but a passage close to “{topic}” stands on "
        f"{passage.document} {place}.",
        passage.document,
        span.page_number,
        words[:600],
    )
