"""The body of an answer: its text without the citation lines, which views show as evidence instead."""

from __future__ import annotations

import re

from docanalyst.domain.answers.grammar import definition_blocks

NOTICE = "_Extractive answer: the closest passages, verbatim. No model has read them; nothing is concluded._"
"""What an answer of the offline analyst opens with. It states nothing about the documents."""

_MORE = re.compile(r"_(\d+) more: `--passages (\d+)`\._")


def more_passages(left: int, passages: int) -> str:
    """The line of an offline answer that says how many passages it leaves out."""
    return f"_{left} more: `--passages {passages}`._"


def passages_in_all(answer: str) -> int | None:
    """The number of passages of an offline answer, with those it leaves out; None where it has all."""
    match = _MORE.search(answer)
    return int(match[2]) if match else None


def with_key(answer: str, key: str) -> str:
    """An offline answer that names this key for the passages it leaves out, instead of the option."""
    return _MORE.sub(lambda match: f"_{match[1]} more: {key}._", answer)


def is_of_the_offline_analyst(line: str) -> bool:
    """Whether a line is about an offline answer itself: it states nothing of the documents."""
    return line.strip() == NOTICE or _MORE.fullmatch(line.strip()) is not None


_LEFT_OVER_HEADING = re.compile(
    r"\n+[ \t#*_>-]*(?:evidence|citations?|sources?|references?)[ \t:*_]*\s*\Z", re.IGNORECASE
)


def answer_body(answer: str) -> str:
    """The answer without its citation definitions, nor a heading that only introduced them."""
    kept: list[str] = []
    position = 0
    blocks = definition_blocks(answer)
    for start, end, _, _ in blocks:
        kept.append(answer[position:start])
        position = end
    body = "".join(kept) + answer[position:]
    return _LEFT_OVER_HEADING.sub("\n", body) if blocks else body
