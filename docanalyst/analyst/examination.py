"""What an ended answer is found to hold: its checked citations, their coverage, and remarks on it.

`asking` loads this module while the provider reads: importing the rules of checking takes longer than all
else between the command line and the request.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from docanalyst.domain.answers.authorities import foreign_authorities, mispaired_cases
from docanalyst.domain.answers.citing import cite_answer
from docanalyst.domain.answers.coverage import coverage
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document
from docanalyst.domain.models import OFFLINE
from docanalyst.domain.receipt import Coverage
from docanalyst.domain.retrieval.absence import absent_statements, probe
from docanalyst.domain.turns import Remark
from docanalyst.domain.verification.verify import VerificationIndex

__all__ = ["Examination", "VerificationIndex", "examine", "has_quotes", "remarks_on"]


@dataclass(frozen=True, slots=True)
class Examination:
    """The citations of an answer, what share of its statements they cover, and remarks."""

    citations: tuple[Citation, ...]
    coverage: Coverage
    remarks: tuple[Remark, ...] = ()


def has_quotes(answer: str) -> bool:
    """Return whether the answer quotes anything that is to be checked."""
    return bool(read_quotes(answer))


def examine(
    answer: str, documents: Sequence[Document], index: VerificationIndex | None = None
) -> Examination:
    """Return the answer's citations, each checked, and their coverage; no remarks.

    Args:
        index: Of the documents, if it was prepared.
    """
    quotes = read_quotes(answer)
    citations: tuple[Citation, ...] = ()
    if quotes:
        checked = (index or VerificationIndex(documents)).verify(quotes)
        citations = cite_answer(answer, checked, documents).citations
    return Examination(citations, coverage(answer, citations))


def remarks_on(
    answer: str, question: str, citations: Sequence[Citation], documents: Sequence[Document], provider: str
) -> tuple[Remark, ...]:
    """Return remarks on doubtful "not found" statements and on authorities that no document gives.

    There are none on the offline analyst, which concludes nothing.
    """
    if not answer or provider == OFFLINE:
        return ()
    found: tuple[Remark, ...] = ()
    if absent_statements(answer, citations):
        from docanalyst.domain.retrieval.ranking import RetrievalIndex

        found = probe(answer, question, citations, RetrievalIndex(documents))
    seen: dict[str, Remark] = {}
    for authority in foreign_authorities(answer, documents):
        text = f"“{authority.text}” is not in your documents; check that it exists and says this."
        seen.setdefault(authority.text, Remark("authority", text, quote=authority.text))
    for case in mispaired_cases(answer, documents):
        text = f"{case.sentence} Check the citation."
        seen.setdefault(case.text, Remark("authority", text, quote=case.text))
    return (*found, *seen.values())
