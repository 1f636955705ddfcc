"""How a value is written as a record, and read from one: both follow from the fields of its dataclass.

msgspec converts and checks, through a class made of each dataclass. It cannot use the dataclasses themselves:
they cannot rename a key, and a null or missing field of an older export is not of their types.
"""

from __future__ import annotations

import dataclasses
import types
from dataclasses import MISSING
from functools import cache, reduce
from operator import or_
from typing import TYPE_CHECKING, Any, TypeVar, Union, get_args, get_origin, get_type_hints

from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document, Span
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Session, Turn

if TYPE_CHECKING:
    from msgspec import Struct

Record = dict[str, Any]
Value = TypeVar("Value")

_FIRST: dict[type, str] = {
    Turn: "session_id id question answer reasoning status finish_reason provider model prompt",
    Citation: "number document path sha256 page page_label where quote verdict cautions review",
    Document: "sha256 title path byte_count page_count warnings metadata",
    Session: "id title created_at updated_at turn_count documents",
    Span: "page_number start end",
}
"""The fields that lead a record, as in the interface. The others follow as the dataclass has them."""

_KEYS: dict[type, dict[str, str]] = {
    Turn: {"id": "turn_id", "error": "failure"},
    Session: {"id": "session_id", "documents": "session_documents"},
    Span: {"page_number": "page", "document_sha256": "sha256"},
}
"""The keys that differ from the names of their fields."""

_IF_ABSENT: dict[tuple[type, str], Any] = {(Span, "document_sha256"): ""}
"""Fields without a default that a record may lack all the same: other programs' spans name no document."""


def record_of(value: Any) -> Record:
    """Return a value as plain data with a key for each field. What is unknown is null, never zero."""
    import msgspec

    record: Record = msgspec.to_builtins(
        msgspec.convert(value, _shape_of(type(value)), from_attributes=True, strict=False)
    )
    return record


def value_of(kind: type[Value], record: Any, what: str) -> Value:
    """Return the value of a record.

    Unknown keys are ignored. A missing or null field gets its default.

    Args:
        what: What the record describes, for the error: "turn".

    Raises:
        UsageError: A required field is missing, or a field is of the wrong kind.
    """
    import msgspec

    try:
        value: Value = _built(msgspec.convert(record, _shape_of(kind), strict=False))
    except msgspec.ValidationError as error:
        raise UsageError(f"This is not a {what} record: {_reason(str(error))}.") from error
    except UnicodeError as error:  # half of a surrogate pair in a key, a number or a word from a list
        raise UsageError(
            f"This is not a {what} record: it contains half of a character (invalid Unicode)."
        ) from error
    return value


def _reason(message: str) -> str:
    """Return an error such as "Expected `int | null`, got `str` - at `$.page`" as the end of a sentence."""
    problem, _, path = message.replace(" | null", "").replace("`", "'").partition(" - at ")
    problem = problem.replace("Object missing required field", "it has no")
    place = path.strip("'").removeprefix("$").removeprefix(".")
    return problem[0].lower() + problem[1:] + (f" in {place}" if place else "")


def _built(item: Any) -> Any:
    """Return the value of what msgspec read: dataclasses and tuples instead of its classes and lists."""
    if isinstance(item, list):
        return tuple([_built(part) for part in item]) if item else ()
    kind = getattr(item, "made_from", None)
    if kind is None:
        return item
    fields = item.if_absent.copy()
    for name in item.__struct_fields__:
        found = getattr(item, name)
        if found is not None:
            fields[name] = _built(found) if name in item.nested else found
    return kind(**fields)


@cache
def _shape(kind: type) -> type[Struct]:
    """Return the class of a dataclass's records. A field that a record may lack is None where it does.

    A field of several types has no key: `rows` writes the value of a grid's field together with its kind.
    """
    from msgspec import defstruct

    hints = get_type_hints(kind)
    fields = {field.name: field for field in dataclasses.fields(kind)}
    if_absent: dict[str, Any] = {}
    nested: set[str] = set()
    shaped: list[tuple[str, Any] | tuple[str, Any, Any]] = []
    for name in dict.fromkeys((*_FIRST.get(kind, "").split(), *fields)):
        base, may_be_none = without_none(hints[name])
        if get_origin(base) in _UNIONS:
            continue
        shape = _shape_of(base)
        if shape is not base:
            nested.add(name)
        if may_be_none:
            if_absent[name] = None
        elif get_origin(base) is tuple:
            if_absent[name] = ()
        elif (kind, name) in _IF_ABSENT:
            if_absent[name] = _IF_ABSENT[kind, name]
        elif fields[name].default is MISSING and fields[name].default_factory is MISSING:
            shaped.append((name, shape))
            continue
        shaped.append((name, shape | None, None))
    own = {"made_from": kind, "nested": nested, "if_absent": if_absent}
    if kind is Citation:
        own["__post_init__"] = _name_documents
    return defstruct(kind.__name__, shaped, rename=_KEYS.get(kind, {}), kw_only=True, namespace=own)


_UNIONS = (Union, types.UnionType)


def without_none(hint: Any) -> tuple[Any, bool]:
    """Return the type of a field without None, and whether it may be None."""
    arms = get_args(hint) if get_origin(hint) in _UNIONS else ()
    others = [arm for arm in arms if arm is not type(None)]
    return (reduce(or_, others) if others else hint), len(others) < len(arms)


def _shape_of(hint: Any) -> Any:
    if get_origin(hint) is tuple and get_args(hint)[-1] is Ellipsis:
        return list[_shape_of(get_args(hint)[0])]  # type: ignore[misc]
    return _shape(hint) if hasattr(hint, "__dataclass_fields__") else hint


def _name_documents(citation: Any) -> None:
    """Give the spans of a citation that name no document the one in which it was found."""
    for span in (citation.span, *(citation.spans or ())):
        if span is not None and span.document_sha256 is None:
            span.document_sha256 = citation.found_sha256 or citation.sha256
