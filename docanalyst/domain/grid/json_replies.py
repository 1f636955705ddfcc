"""Asks for a grid as JSON where a provider follows a schema, and reads the reply."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from docanalyst.domain.answers.reading.places import read_place
from docanalyst.domain.citations import Quote
from docanalyst.domain.grid.grids import Stated
from docanalyst.domain.grid.lenient_json import read_json
from docanalyst.domain.grid.replies import FieldReply, folded_name, names_and_forms, read_stated
from docanalyst.domain.prompts import Field

JSON_RULES = """Answer with one JSON object and nothing else. It has one member for each field, named
after the field, in the order listed, each like this:

{"answer": "stated", "value": …, "quotes": [{"document": "D1", "page": 3, "quote": "the exact words"}]}

answer is "stated" where the documents say it, "stated_as_none" where they say that there is none, and
"not_addressed" where they say nothing about it; then value is null and quotes is empty. Never infer a value,
and never leave a field out. Every other answer has at least one quote of its own. No [^n] marks."""

_SHAPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "number": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"]},
    "boolean": {"type": ["boolean", "null"]},
    "list": {"type": ["array", "null"], "items": {"type": "string"}},
    "number_unit": {
        "type": ["object", "null"],
        "properties": {"number": {"type": "number"}, "unit": {"type": "string"}},
        "required": ["number", "unit"],
        "additionalProperties": False,
    },
    "money": {
        "type": ["object", "null"],
        "properties": {
            "amount": {"type": "number"},
            "currency": {"type": "string"},
            "per": {"type": "string"},
        },
        "required": ["amount", "currency", "per"],
        "additionalProperties": False,
    },
}
_QUOTE_SHAPE = {
    "type": "object",
    "properties": {
        "document": {"type": "string"},
        "page": {"type": "integer"},
        "quote": {"type": "string"},
    },
    "required": ["document", "page", "quote"],
    "additionalProperties": False,
}
_ANSWER_KEYS = ("answer", "status", "state", "stated", "result")
_VALUE_KEYS = ("value", "text", "content", "extracted_value")
_QUOTE_KEYS = ("quotes", "quote", "evidence", "citations", "citation", "sources", "source")
_WORDS_KEYS = ("quote", "text", "words", "excerpt", "verbatim", "content")
_NAME_KEYS = ("field", "name", "id", "key", "column")
_HOLDERS = ("fields", "answers", "results", "data", "extraction", "output")


def json_rules(fields: Sequence[Field]) -> str:
    """The words that ask for these fields as JSON."""
    return f"{JSON_RULES}\n{names_and_forms(fields, ('date',))}"


def reply_schema(fields: Sequence[Field]) -> dict[str, Any]:
    """The JSON schema of a reply, in the strict form: every member required, none beside them."""
    return {
        "type": "object",
        "properties": {field.name: _field_shape(field) for field in fields},
        "required": [field.name for field in fields],
        "additionalProperties": False,
    }


def _field_shape(field: Field) -> dict[str, Any]:
    shape = _SHAPES.get(field.type, _SHAPES["text"])
    if field.type == "enum":
        shape = {"type": ["string", "null"], "enum": [*field.options, None]}
    return {
        "type": "object",
        "properties": {
            "answer": {"type": "string", "enum": ["stated", "stated_as_none", "not_addressed"]},
            "value": shape,
            "quotes": {"type": "array", "items": _QUOTE_SHAPE},
        },
        "required": ["answer", "value", "quotes"],
        "additionalProperties": False,
    }


def read_object(answer: str, fields: Sequence[Field]) -> dict[str, FieldReply]:
    """The replies of a JSON answer by field name; only those that it has. Empty where it holds no object."""
    names = {folded_name(name): field.name for field in fields for name in (field.name, field.title)}
    found: dict[str, FieldReply] = {}
    for key, entry in _entries(read_json(answer), names):
        name = names[folded_name(key)]
        found.setdefault(name, _read_entry(name, entry))
    return found


def _entries(whole: Any, names: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Field names and what stands under them, in any of the forms that models choose."""
    if isinstance(whole, Mapping):
        own = [(key, value) for key, value in whole.items() if folded_name(str(key)) in names]
        if own:
            yield from own
            return
        for holder in (*_HOLDERS, *(key for key in whole if key not in _HOLDERS)):
            inner = whole.get(holder)
            if isinstance(inner, Mapping | list) and (found := list(_entries(inner, names))):
                yield from found
                return
    if isinstance(whole, list):
        for item in whole:
            if not isinstance(item, Mapping):
                continue
            name = next((item[key] for key in _NAME_KEYS if isinstance(item.get(key), str)), "")
            if folded_name(name) in names:
                yield name, {key: value for key, value in item.items() if item.get(key) != name}
            elif len(item) == 1 and (only := next(iter(item))) and folded_name(str(only)) in names:
                yield only, item[only]


def _read_entry(name: str, entry: Any) -> FieldReply:
    if not isinstance(entry, Mapping):
        bare = Stated.NOT_ADDRESSED if entry is None else read_stated(entry) or Stated.STATED
        return FieldReply(name, bare, entry if bare is Stated.STATED else None)
    said = next((entry[key] for key in _ANSWER_KEYS if entry.get(key) is not None), None)
    stated = read_stated(said)
    value = next((entry[key] for key in _VALUE_KEYS if entry.get(key) not in (None, "", [], {})), None)
    if value is None and stated is None and said is not None:
        value = said
    if stated is None:
        stated = read_stated(value) or (Stated.STATED if value is not None else None)
    if value is None and stated is Stated.STATED:
        parts = ("number", "unit", "amount", "currency", "per")
        value = {key: entry[key] for key in parts if key in entry} or None
    quotes = [quote for key in _QUOTE_KEYS for quote in _quotes(entry.get(key), entry)]
    return FieldReply(
        name, stated, value if stated is Stated.STATED else None, tuple(dict.fromkeys(quotes)), _note(entry)
    )


def _note(entry: Mapping[str, Any]) -> str:
    note = entry.get("note")
    return " ".join(note.split()) if isinstance(note, str) else ""


def _quotes(raw: Any, around: Mapping[str, Any]) -> Iterator[Quote]:
    if isinstance(raw, list):
        for item in raw[:100]:
            yield from _quotes(item, around)
    elif isinstance(raw, str) and raw.strip():
        yield _quote(raw, around)
    elif isinstance(raw, Mapping):
        words = next((raw[key] for key in _WORDS_KEYS if isinstance(raw.get(key), str)), "")
        if words.strip():
            yield _quote(words, raw)


def _quote(words: str, place: Mapping[str, Any]) -> Quote:
    document, page = place.get("document"), place.get("page")
    named = document if isinstance(document, str) else ""
    claimed = read_place(f"{named} {page if isinstance(page, str) else ''}")
    number = page if isinstance(page, int) and not isinstance(page, bool) else claimed.page
    if number is None and isinstance(page, str) and page.strip().isdigit() and len(page) < 6:
        number = int(page)
    name = claimed.document or named.strip() or None
    return Quote(words.strip(), name, number, page_label=claimed.label, last_page=claimed.last_page)
