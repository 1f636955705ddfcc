"""Turns a model's reply into the checked answers of a unit; unusable values are named, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from docanalyst.domain.citations import Citation, Quote
from docanalyst.domain.grid.grids import FieldAnswer, Stated
from docanalyst.domain.grid.json_replies import read_object
from docanalyst.domain.grid.replies import FieldReply, read_lines
from docanalyst.domain.grid.value_reading import read_value
from docanalyst.domain.grid.values import InvalidValue, Value, missing_numbers
from docanalyst.domain.prompts import Field
from docanalyst.domain.text import clean_text

Check = Callable[[Iterable[Quote]], Sequence[Citation]]
"""Checks quotes against the documents of a unit, in order."""

MISSING = "the answer does not have it"
"""The problem of a field that a reply says nothing of."""


def read_reply(answer: str, fields: Sequence[Field]) -> dict[str, FieldReply]:
    """The replies of an answer by field name, whether it is plain lines or JSON; only those that it has."""
    objects = read_object(answer, fields)
    if len(objects) == len(fields):
        return objects
    lines = read_lines(answer, fields)
    return objects if len(objects) >= len(lines) else lines


def check_reply(
    replies: Mapping[str, FieldReply], fields: Sequence[Field], check: Check, *, offline: bool = False
) -> tuple[FieldAnswer, ...]:
    """The answers to all fields, in order, with checked quotes.

    offline: the replies hold passages that no model has read, so no field has a value. A field whose reply
    is missing, of the wrong kind or without a quote is incomplete, and its problem says why.
    """
    quotes = list(dict.fromkeys(quote for reply in replies.values() for quote in reply.quotes))
    checked = dict(zip(quotes, check(quotes), strict=True)) if quotes else {}
    return tuple(_checked(field, replies.get(field.name), checked, offline=offline) for field in fields)


def _checked(
    field: Field, reply: FieldReply | None, checked: Mapping[Quote, Citation], *, offline: bool
) -> FieldAnswer:
    if reply is None or reply.stated is None:
        return FieldAnswer(field.name, Stated.INCOMPLETE, problem=MISSING)
    citations = tuple(replace(checked[quote], number=number) for number, quote in enumerate(reply.quotes, 1))
    note = clean_text(reply.note)[0]
    if offline:
        found = Stated.PASSAGE if citations else Stated.NO_CLOSE_PASSAGE
        return FieldAnswer(field.name, found, citations=citations, note=note)
    if reply.stated in (Stated.NOT_ADDRESSED, Stated.NO_CLOSE_PASSAGE):
        return FieldAnswer(field.name, Stated.NOT_ADDRESSED, note=note)
    value: Value | None = None
    problem = ""
    if reply.stated is Stated.STATED:
        try:
            value = _clean(read_value(field, reply.value))
        except InvalidValue as error:
            problem = error.reason
    if not problem and not any(quote.text for quote in reply.quotes):
        if field.type != "enum":
            problem = "it is answered without a quote"
        else:
            note = "; ".join(filter(None, (note, "a judgement, without a quote")))
    if problem:
        return FieldAnswer(field.name, Stated.INCOMPLETE, citations=citations, problem=problem, note=note)
    if value is not None:
        missing = missing_numbers(value, [quote.text for quote in reply.quotes])
        if missing:
            has = ", ".join(missing)
            note = "; ".join(filter(None, (note, f"not in the quoted words: {has}")))
    return FieldAnswer(field.name, reply.stated, value, citations, note=note)


def _clean(value: Value) -> Value:
    """Text without control characters and lone surrogates."""
    if isinstance(value, str):
        return clean_text(value)[0]
    return tuple(clean_text(item)[0] for item in value) if isinstance(value, tuple) else value


def problems_of(answers: Sequence[FieldAnswer]) -> dict[str, str]:
    """What is wrong with the incomplete answers, by field name."""
    return {answer.name: answer.problem for answer in answers if answer.stated is Stated.INCOMPLETE}


def merge(first: Sequence[FieldAnswer], second: Sequence[FieldAnswer]) -> tuple[FieldAnswer, ...]:
    """The first answers, with those of the second in place of incomplete ones."""
    better = {answer.name: answer for answer in second if answer.stated is not Stated.INCOMPLETE}
    return tuple(
        better.get(answer.name, answer) if answer.stated is Stated.INCOMPLETE else answer for answer in first
    )


def distrust_absence(answers: Sequence[FieldAnswer], reason: str) -> tuple[FieldAnswer, ...]:
    """The answers of a model that did not read everything: what it did not find may still be there."""
    return tuple(
        answer
        if answer.stated is not Stated.NOT_ADDRESSED
        else replace(answer, stated=Stated.INCOMPLETE, problem=reason)
        for answer in answers
    )
