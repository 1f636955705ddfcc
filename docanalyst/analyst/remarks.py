"""Remarks on an answer besides its citations: doubtful "not found" statements, authorities not given."""

from __future__ import annotations

from collections.abc import Sequence

from docanalyst.domain.answers.authorities import foreign_authorities, mispaired_cases
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document
from docanalyst.domain.retrieval.absence import absent_statements, probe
from docanalyst.domain.turns import Remark

OFFLINE = "extractive"


def remarks_on(
    answer: str, question: str, citations: Sequence[Citation], documents: Sequence[Document], provider: str
) -> tuple[Remark, ...]:
    """Return remarks on an answer; none for the offline analyst, which concludes nothing."""
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
