"""Exports an agreement as amended, with a footnote at each change, to Word or Markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import PurePath

from docanalyst.domain.analysis.conforming import Conformed, Instruction
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.exporters.wording import clean, line

SUFFIXES = (".docx", ".md")
_SHOWN = 400
"""Characters shown of an instruction in a footnote: a new table is in the text already."""
_LEFT = "Instructions not carried out"


def export(agreement: Document, amendments: Sequence[Document], made: Conformed, name: str) -> bytes:
    """Return the file in the format that its name asks for. Raises UsageError for any other suffix."""
    suffix = PurePath(name).suffix.lower()
    if suffix == ".md":
        return (as_markdown(agreement, amendments, made) + "\n").encode("utf-8")
    if suffix != ".docx":
        raise UsageError(
            f"Cannot write a conformed agreement to {suffix or 'a file without a suffix'}.",
            f"Name a file with one of these suffixes: {', '.join(SUFFIXES)}.",
        )
    from docanalyst.formats.word.redline.plain import plain_file

    placed, order = _placed(made)
    rows: list[tuple[object, ...]] = [(line(_origin(agreement, amendments)), False)]
    rows += [
        (line(item.text), item.heading, *numbers) for item, numbers in zip(made.lines, placed, strict=True)
    ]
    if made.left:
        rows.append((_LEFT, True))
        rows += [(line(_left(item)), False) for item in made.left]
    whole = agreement.path.lower().endswith(".docx")
    return plain_file(rows, tables=whole, notes=[line(_source(made.applied[change])) for change in order])


def as_markdown(agreement: Document, amendments: Sequence[Document], made: Conformed) -> str:
    """Return the conformed agreement as Markdown with footnotes."""
    placed, order = _placed(made)
    pieces = [f"*{_escaped(line(_origin(agreement, amendments)))}*"]
    for item, numbers in zip(made.lines, placed, strict=True):
        marks = "".join(f"[^{number + 1}]" for number in numbers)
        pieces.append(f"{'## ' if item.heading else ''}{_escaped(line(item.text))}{marks}")
    if made.left:
        pieces.append(f"## {_LEFT}")
        pieces += [f"- {_escaped(line(_left(item)))}" for item in made.left]
    pieces += [
        f"[^{count}]: {_escaped(line(_source(made.applied[change])))}"
        for count, change in enumerate(order, 1)
    ]
    return clean("\n\n".join(pieces))


def _placed(made: Conformed) -> tuple[list[list[int]], list[int]]:
    """The footnotes of each paragraph, numbered in order, and the change that each tells of.

    Neighbouring paragraphs of one change have one footnote.
    """
    placed: list[list[int]] = []
    order: list[int] = []
    before: list[int] = []
    for item in made.lines:
        numbers = []
        for change in item.changes:
            if change not in before:
                numbers.append(len(order))
                order.append(change)
        placed.append(numbers)
        before = item.changes
    return placed, order


def _origin(agreement: Document, amendments: Sequence[Document]) -> str:
    names = " and ".join(item.name for item in amendments)
    return f"{agreement.name} as amended by {names}. Footnotes name the source of each change."


def _source(item: Instruction) -> str:
    text = item.text if len(item.text) <= _SHOWN else f"{item.text[:_SHOWN].rstrip()} …"
    return f"Amended by {item.source}: {text}"


def _left(item: Instruction) -> str:
    return f"{item.source} ({item.clause}): {item.text} Reason: {item.reason}."


def _escaped(text: str) -> str:
    """The text of a document, of which Markdown makes nothing else."""
    return "".join(f"\\{letter}" if letter in "\\`*_[]<>#|~&" else letter for letter in text)
