"""One answer about several documents, each in a section of its own, taken apart again.

## D1
- governing_law: State of Delaware [^1]

## D2
- governing_law: not addressed

[^1]: D1 p.9 "governed by the laws of the State of Delaware"
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from docanalyst.domain.answers.grammar import definition_blocks
from docanalyst.domain.grid.replies import plain_rules
from docanalyst.domain.prompts import Field

_HEADING = re.compile(
    r"^[\s>]{0,3}(?:#{1,6}\s*|\*\*|\[)?\**D(?:ocument\s*)?(\d{1,4})\b[^\n]{0,200}$", re.MULTILINE
)
_FIELD_LINE = re.compile(r"^\s*(?:[-+|]|\*(?!\*))")
_ID = re.compile(r"\bD(\d{1,4})\b")
SECTION_RULES = """Each document of D1 to D{last} is a matter of its own: answer for each by itself, from its
own pages alone. Begin each with a line "## D1", "## D2" and so on; under it give all its field lines. Number
the marks on through all sections; the citations of all come at the very end."""


def section_rules(fields: Sequence[Field], documents: int) -> str:
    """The words that ask for these fields of each of so many documents."""
    return f"{SECTION_RULES.format(last=documents)}\n\n{plain_rules(fields)}"


def section_of(answer: str, number: int) -> str:
    """What an answer says of one document (1 for D1), as if it had been the only one; "" where nothing.

    The document becomes D1; what is cited from another one is cited from a document that is not there.
    """
    blocks = definition_blocks(answer)
    body = answer[: blocks[0][0]] if blocks else answer
    headings = [match for match in _HEADING.finditer(body) if not _FIELD_LINE.match(match.group())]
    ends = [*(match.start() for match in headings), len(body)][1:]
    own = [
        body[match.end() : end] for match, end in zip(headings, ends, strict=True) if int(match[1]) == number
    ]
    if not own:
        return ""
    notes = "\n".join(answer[start:end] for start, end, *_ in blocks)
    return _renamed(f"{own[0].strip()}\n\n{notes}", number)


def _renamed(text: str, number: int) -> str:
    """Ids as a unit by itself has them. Only places are renamed: what stands inside a quote is left."""
    lines = []
    for line in text.splitlines():
        mark = re.match(r"\s*\[\^?\d{1,5}\]:?\s*", line)
        head, quote, rest = line.partition('"') if mark else ("", "", line)
        head = _ID.sub(lambda match: "D1" if int(match[1]) == number else f"D{int(match[1]) + 9_000}", head)
        lines.append(f"{head}{quote}{rest}")
    return "\n".join(lines) + "\n"
