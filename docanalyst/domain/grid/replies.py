"""Asks for a grid in plain text, and reads the lines of the reply.

One line a field, in the form that the rules before every question ask for, then the citations:

    - governing_law: State of Delaware [^1]
    - liability_cap: stated as none [^2]
    - renewal_term: not addressed

    [^1]: D1 p.9 "governed by the laws of the State of Delaware"

The reader takes tables, bars, bold names, headings and quotes in the line as well; what it reads is checked
by `answers`, strictly.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from docanalyst.domain.answers.grammar import definition_blocks, read_places
from docanalyst.domain.citations import Quote
from docanalyst.domain.grid.grids import Stated
from docanalyst.domain.prompts import Field

_MARK = re.compile(r"(?<!\\)[\[【]\^?(\d{1,5}(?:\s?[,;]\s?\^?\d{1,5}){0,20})\^?[\]】]")
_DECORATION = re.compile(r"^\s*(?:(?:[-+*•>]|#{1,6}|\d{1,3}[.)])\s+)*")
_PLACE = re.compile(r"\s*[(\[]\s*(?:D\d{1,4}|pp?\.|page)[^()\[\]\n]{0,100}[)\]]")
_RULE = re.compile(r"^[\s|:=*_-]*$")
_UNMARKED = re.compile(rf"\s*{_MARK.pattern}")
_SILENT = re.compile(
    r"(not[ _]addressed|stated[ _]as[ _]none|no[ _]close[ _]passage)\b(?=\W|$)", re.IGNORECASE
)
_BAR = re.compile(r"\s*(?<!\\)\|\s*")
_COLON = re.compile(r"\s*(?::|\s[–—-]\s)\s*")
_STATED = {
    "stated": Stated.STATED,
    "found": Stated.STATED,
    "addressed": Stated.STATED,
    "statedasnone": Stated.STATED_AS_NONE,
    "statednone": Stated.STATED_AS_NONE,
    "none": Stated.STATED_AS_NONE,
    "excluded": Stated.STATED_AS_NONE,
    "noclosepassage": Stated.NO_CLOSE_PASSAGE,
    "notaddressed": Stated.NOT_ADDRESSED,
    "notstated": Stated.NOT_ADDRESSED,
    "notfound": Stated.NOT_ADDRESSED,
    "notmentioned": Stated.NOT_ADDRESSED,
    "notprovided": Stated.NOT_ADDRESSED,
    "notspecified": Stated.NOT_ADDRESSED,
    "unaddressed": Stated.NOT_ADDRESSED,
    "silent": Stated.NOT_ADDRESSED,
    "na": Stated.NOT_ADDRESSED,
    "null": Stated.NOT_ADDRESSED,
}
FORMS = {
    "number": "a number in digits, nothing else",
    "number_unit": "a number in digits and its unit: 30 days",
    "date": "YYYY-MM-DD, or YYYY-MM or YYYY where no more is printed",
    "money": "a currency and an amount in digits: USD 4500.00",
    "boolean": "yes or no",
    "list": 'items divided by "; "',
}
PLAIN_RULES = """Answer only with field lines and citations: one line for each field, in the order given:

- name: value [^1]
- name: stated as none [^2]
- name: not addressed

Leave no field out. A value, or "stated as none", must be supported by a mark and a quote of its own. If no
words of the documents settle it, write "not addressed"."""


@dataclass(frozen=True, slots=True)
class FieldReply:
    """What a reply says of one field, unchecked. stated: None where it does not say. value: as written."""

    name: str
    stated: Stated | None
    value: Any = None
    quotes: tuple[Quote, ...] = ()
    note: str = ""


def plain_rules(fields: Sequence[Field]) -> str:
    """The words that ask for these fields in plain lines."""
    return f"{PLAIN_RULES}\n{names_and_forms(fields)}"


def names_and_forms(fields: Sequence[Field], kinds: Container[str] = FORMS) -> str:
    """The names to answer by, and how values of these kinds are written."""
    used = dict.fromkeys(field.type for field in fields if field.type in FORMS and field.type in kinds)
    forms = "".join(
        f"\nA value of kind {kind.replace('_', ' + ')} is written as {FORMS[kind]}." for kind in used
    )
    return f"Names, in this order: {', '.join(field.name for field in fields)}.{forms}"


def repair_rules(problems: Mapping[str, str], rules: str) -> str:
    """The words that ask again for the fields whose answers could not be used. problems: by field name."""
    listed = "\n".join(f"- {name}: {problem}" for name, problem in problems.items())
    return (
        f"These fields of your last answer could not be used:\n{listed}\n\nAnswer these fields again. {rules}"
    )


def read_lines(answer: str, fields: Sequence[Field]) -> dict[str, FieldReply]:
    """The replies of a plain answer by field name; only those that it has. The first of several holds."""
    names = {folded_name(name): field for field in fields for name in (field.name, field.title)}
    blocks = definition_blocks(answer)
    places = read_places(answer)
    numbered: dict[int, list[Quote]] = {}
    for place in places:
        if place.defined and place.quote.number is not None:
            numbered.setdefault(place.quote.number, []).append(place.quote)
    found: dict[str, FieldReply] = {}
    for name, start, end in _stretches(answer, blocks, names):
        if name in found:
            continue
        own = [place for place in places if not place.defined and start <= place.start < end]
        text = answer[start:end]
        for place in reversed(own):
            text = text[: place.start - start] + _PLACE.sub("", text[place.end - start :], count=1)
        quotes = tuple(place.quote for place in own)
        stated, note = _said(_UNMARKED.sub("", _first_paragraph(answer[start:end])))
        if stated in (Stated.NOT_ADDRESSED, Stated.STATED_AS_NONE) and note:
            text = answer[start:end]
        found[name] = _read_stretch(name, _first_paragraph(text), numbered, quotes)
    return found


def _stretches(
    answer: str, blocks: Sequence[tuple[int, int, int, int]], names: Mapping[str, Field]
) -> list[tuple[str, int, int]]:
    """Field name, start and end of what an answer says of each field, past the name."""
    found: list[tuple[str, int, int]] = []
    limit = blocks[0][0] if blocks else len(answer)
    position = 0
    for line in answer.splitlines(keepends=True):
        start, position = position, position + len(line)
        if any(first <= start < last for first, last, *_ in blocks):
            limit = start
        elif (head := _head(line, names)) is not None:
            if found:
                found[-1] = (found[-1][0], found[-1][1], min(found[-1][2], start))
            found.append((head[0], start + head[1], len(answer)))
            limit = len(answer)
        if found and limit < found[-1][2] and limit > found[-1][1]:
            found[-1] = (found[-1][0], found[-1][1], limit)
    return found


def _first_paragraph(text: str) -> str:
    """What is said up to the first blank line that follows any words."""
    match = re.search(r"\S[^\n]*(?:\n[^\S\n]*\S[^\n]*)*", text)
    return match.group() if match else ""


def _head(line: str, names: Mapping[str, Field]) -> tuple[str, int] | None:
    """The field that a line is about and where the rest of it begins, or None."""
    lead = re.match(r"[\s>*+•#|`_-]*(?:\d{1,3}[.)]\s*)?[\s*`_|]*", line)
    start = lead.end() if lead else 0
    for divider in (_BAR, _COLON):
        match = divider.search(line, start)
        if match and match.start() - start <= 200:
            field = names.get(folded_name(line[start : match.start()]))
            if field is not None:
                return field.name, match.end()
    field = names.get(folded_name(line[start:])) if len(line) < 200 else None
    return (field.name, len(line)) if field is not None else None


def _read_stretch(
    name: str, text: str, numbered: Mapping[int, Sequence[Quote]], own: tuple[Quote, ...]
) -> FieldReply:
    marks = [int(number) for match in _MARK.finditer(text) for number in re.findall(r"\d+", match[1])]
    quotes = tuple(dict.fromkeys(quote for mark in marks for quote in numbered.get(mark, ()))) or own
    body = _UNMARKED.sub("", text)
    for divider in (_BAR, _COLON):
        first, *rest = divider.split(body, maxsplit=1)
        stated, note = _said(first)
        if stated is not None and (rest or divider is _COLON):
            value = _clean(rest[0] if rest else "")
            break
    else:
        stated, note, value = None, "", _clean(body)
    if stated is None and value:
        stated = Stated.STATED
    if stated is not Stated.STATED:
        aside = " ".join((value.strip(" ()|") or note).split())
        return FieldReply(name, stated, None, quotes, aside if re.search(r"\w", aside) else "")
    return FieldReply(name, stated, value or (own[0].text if own else None), quotes)


def _said(text: str) -> tuple[Stated | None, str]:
    """The status that a text is, and what it says beside it: "not addressed (no clause on it)"."""
    plain = text.strip(" \t\n*_`.|")
    match = _SILENT.match(plain)
    if match:
        return read_stated(match[1]), plain[match.end() :].strip(" \t\n().,:;–—-*_`|")
    return read_stated(plain), ""


def _clean(value: str) -> str:
    lines = []
    for line in value.splitlines():
        bare = _DECORATION.sub("", line).strip()
        while len(bare) > 1 and bare[0] == bare[-1] and bare[0] in "*_`":
            bare = bare[1:-1].strip()
        lines.append(bare)
    kept = "\n".join(line for line in lines if line and not _RULE.fullmatch(line))
    return re.sub(r"\\([|\[\]\\])", r"\1", kept.strip("| "))


def read_stated(text: Any) -> Stated | None:
    """The word for what the documents say, in any of the forms that models give it, or None."""
    return _STATED.get(folded_name(text)) if isinstance(text, str) and len(text) < 60 else None


def folded_name(text: str) -> str:
    """A field's name without what models change in it: case, blanks, underscores, emphasis."""
    return re.sub(r"[\W_]+", "", text).casefold()
