"""Parses the body of an answer into Markdown tokens, which every format renders.

Links, pictures and raw HTML in an answer are never followed or rendered; they remain plain text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from docanalyst.domain.answers.body import answer_body
from docanalyst.domain.answers.coverage import unsupported
from docanalyst.domain.answers.lookalikes import set_apart
from docanalyst.domain.answers.marking import apply, edits
from docanalyst.domain.turns import Turn
from docanalyst.exporters.wording import clean

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.token import Token

UNCITED = "\ue000"
"""Marks a statement without a verified citation; removed from answers that contain it themselves."""

MARKER = re.compile(r"\[\^?(\d{1,5})\^?\]|" + UNCITED)

_ESCAPED = re.compile(r"\\\[(?=\^?\d)")
"""An escaped bracket before a number: text of a document ("[6]"), not a citation mark. A word joiner after it
keeps the two apart once the escape is removed."""


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    rules = ["link", "image", "autolink", "html_inline", "entity"]
    return (
        MarkdownIt("commonmark", {"html": False, "linkify": False})
        .enable("table")
        .disable([*rules, "html_block", "reference"])
    )


def body(turn: Turn) -> str:
    """Return the clean answer without citation definitions.

    A mark follows each quotation in its body, and UNCITED each unsupported statement.
    """
    answer = _ESCAPED.sub("\\\\[\u2060", clean(turn.answer).replace(UNCITED, ""))
    if not turn.citations:
        return set_apart(answer_body(answer))
    changes = edits(answer, turn.citations)
    for statement in unsupported(answer, turn.citations):
        end = statement.end
        while end > statement.start and answer[end - 1] in "|*_`":
            end -= 1
        changes.append((end, end, UNCITED))
    return set_apart(answer_body(apply(answer, changes)))


def tokens(turn: Turn) -> Sequence[Token]:
    """Return the answer's body as Markdown tokens."""
    return _parser().parse(body(turn))
