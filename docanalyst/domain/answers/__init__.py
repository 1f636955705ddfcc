"""Reading an answer: its citations, places, quotations, coverage, pin cites and authorities."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst._lazy import lazy_names

if TYPE_CHECKING:
    from docanalyst.domain.answers.body import answer_body
    from docanalyst.domain.answers.grammar import ReadQuote, definition_blocks, read_places, read_quotes
    from docanalyst.domain.answers.pincite import PinStyle, pin_cite
    from docanalyst.domain.answers.repair import repair_question

__all__ = [
    "PinStyle",
    "ReadQuote",
    "answer_body",
    "definition_blocks",
    "pin_cite",
    "read_places",
    "read_quotes",
    "repair_question",
]
__getattr__ = lazy_names(
    __name__,
    {
        "PinStyle": "pincite",
        "ReadQuote": "grammar",
        "answer_body": "body",
        "definition_blocks": "grammar",
        "pin_cite": "pincite",
        "read_places": "grammar",
        "read_quotes": "grammar",
        "repair_question": "repair",
    },
)
