"""The offline grid: for each field the closest passage, word for word, in the form that a grid is read in.

No model reads the documents, so nothing is concluded: a field has a passage, or no close one was found.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from docanalyst.domain.documents import Document
from docanalyst.domain.prompts import Field
from docanalyst.domain.retrieval.extractive import forms_of, in_quotation_marks, quotes_of
from docanalyst.domain.retrieval.ranking import Band, Ranking, RetrievalIndex

QUESTIONS = "Questions"
"""The group of fields that are questions of the user's own; their names say nothing."""

NEEDS_A_MODEL = "needs a model"
"""Said of a field that is a judgement: no passage can stand for it."""

SHOWN_WORDS = 25
"""Words of a passage shown beside a model's "not addressed"."""


def field_questions(field: Field) -> tuple[str, ...]:
    """What to search for, for one field: its own question, else its name and definition."""
    if field.question:
        return (field.question,)
    return (field.definition,) if field.group == QUESTIONS else forms_of(field.title, field.definition)


def closest(index: RetrievalIndex, field: Field) -> Ranking:
    """The closest passage for a field."""
    rankings = [index.rank(question, limit=1) for question in field_questions(field)]
    return max(rankings, key=lambda ranking: (ranking.band is Band.STRONG, ranking.confidence))


def grid_reply(index: RetrievalIndex, fields: Sequence[Field]) -> Iterator[str]:
    """The reply to a grid, field by field; the citations come last."""
    definitions: list[str] = []
    for field in fields:
        if field.judgement:
            yield f"- {field.name}: no close passage ({NEEDS_A_MODEL})\n"
            continue
        ranking = closest(index, field)
        passage = ranking.passages[0] if ranking.passages else None
        if passage is None or ranking.band is not Band.STRONG:
            yield f"- {field.name}: no close passage\n"
            continue
        quotes = quotes_of(index, passage, passage.best)
        first = len(definitions) + 1
        marks = "".join(f"[^{number}]" for number in range(first, first + len(quotes)))
        definitions += [
            f"[^{number}]: {quote.document} p.{quote.page} {in_quotation_marks(quote.text)}\n"
            for number, quote in enumerate(quotes, first)
        ]
        yield f"- {field.name}: passage {marks}\n"
    yield "\n" + "".join(definitions)


def close_passages(documents: Sequence[Document], fields: Sequence[Field]) -> dict[str, str]:
    """The closest passage of each field that has a strong one, in words; the check of an absence.

    A model that finds nothing where this finds something should not be believed without a look.
    """
    if not fields:
        return {}
    index = RetrievalIndex(documents)
    found: dict[str, str] = {}
    for field in fields:
        ranking = closest(index, field)
        if ranking.band is Band.STRONG and ranking.passages:
            passage = ranking.passages[0]
            text = " ".join(quote.text for quote in quotes_of(index, passage, passage.best))
            found[field.name] = f"look at {passage.document} p. {passage.page_number}: “{_shortened(text)}”"
    return found


def _shortened(text: str) -> str:
    words = text.split()
    return " ".join(words[:SHOWN_WORDS]) + (" …" if len(words) > SHOWN_WORDS else "")
