"""Exports one self-contained HTML page: answers, citations with pictures of their pages, receipts.

`report.html.j2` is the page. It loads and runs nothing: a content security policy forbids it, and all text
from documents and models is cleaned and escaped where it is printed.
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from docanalyst.domain.citations import Citation
from docanalyst.domain.turns import Turn
from docanalyst.domain.verification.side_by_side import Excerpt, Piece, excerpts
from docanalyst.exporters import answers
from docanalyst.exporters.presentation.authorities import COLUMNS, TITLE, authority_rows
from docanalyst.exporters.presentation.marks import Mark, mark_of, marks_by_number, status_sentence
from docanalyst.exporters.report import Made, Picture, Report
from docanalyst.exporters.wording import (
    CHECKED,
    clean,
    comparison,
    documents_of,
    line,
    notes,
    origin,
    place,
    receipt_lines,
    source_text,
    summary,
)

if TYPE_CHECKING:
    from jinja2 import Template
    from markdown_it.token import Token

_TAGS = {"p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote"} | {
    f"h{n}" for n in range(1, 7)
}


def export(report: Report, name: str) -> list[Made]:
    """Return the page as UTF-8."""
    from markupsafe import Markup

    page = page_of("report.html.j2").render(
        report=report,
        title=line(report.session.title) or "docanalyst",
        style=Markup(text_of("report.css")),
        documents=documents_of(report),
        turns=report.session.turns,
        authorities=authority_rows(report),
        authorities_title=TITLE,
        authorities_columns=COLUMNS,
        origin=origin(report),
        checked=CHECKED,
    )
    return [Made(page.encode("utf-8"))]


def text_of(name: str) -> str:
    """Return the text of a file of this package."""
    return files("docanalyst.exporters").joinpath(name).read_text(encoding="utf-8")


@cache
def page_of(name: str) -> Template:
    """Return a page to fill in. Every text that it prints is cleaned and escaped."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_cleaned,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "line": line,
        "status_sentence": status_sentence,
        "summary": summary,
        "receipt_lines": receipt_lines,
        "parts": _parts,
        "evidence": _evidence,
    }
    return environment.from_string(text_of(name))


def _cleaned(value: Any) -> Any:
    """Return what is printed, cleaned; a `Markup` is the page's own and stays as it is."""
    return clean(value) if type(value) is str else value


@dataclass(frozen=True, slots=True)
class _Figure:
    """The part of a page around a quote, as CSS.

    Attributes:
        frame: Size of the part.
        shift: Position of the whole picture in it.
        boxes: Positions of the quote's words, unless the picture has highlights.
        data: The picture as base64.
    """

    frame: str
    shift: str
    boxes: tuple[str, ...]
    data: str


@dataclass(frozen=True, slots=True)
class _Evidence:
    """A citation with what is shown of it. is_first: whether it is the first of its number."""

    citation: Citation
    is_first: bool
    mark: Mark
    place: str
    notes: Sequence[str]
    compared: tuple[Piece, ...]
    figures: tuple[_Figure, ...]
    excerpts: tuple[Excerpt, ...]
    closest: str


def _evidence(turn: Turn, report: Report) -> Iterator[_Evidence]:
    numbers: set[int] = set()
    for index, citation in enumerate(turn.citations):
        document = report.source_of(citation)
        found = tuple(excerpts(document, citation.spans)) if document and citation.spans else ()
        pictures = report.pictures.get((turn.id, index), ())
        yield _Evidence(
            citation,
            citation.number not in numbers,
            mark_of(citation),
            place(report, citation),
            notes(citation),
            comparison(report, citation),
            tuple(_figure(picture) for picture in pictures if all(picture.size)),
            found,
            "" if found or citation.verified else source_text(report, citation),
        )
        numbers.add(citation.number)


def _figure(picture: Picture) -> _Figure:
    from markupsafe import Markup

    width, height = picture.size
    top, bottom = picture.band
    share = bottom - top
    limit = f"max-width:{picture.width * 1.35:.0f}px;" if picture.width > 0 else ""
    return _Figure(
        f"{limit}aspect-ratio:{width / (height * share):.4f}",
        f"top:{-100 * top / share:.3f}%",
        tuple(
            f"left:{100 * left:.3f}%;top:{100 * (upper - top) / share:.3f}%;"
            f"width:{100 * (right - left):.3f}%;height:{100 * (lower - upper) / share:.3f}%"
            for left, upper, right, lower in (() if picture.marked else picture.sound_boxes)
        ),
        Markup(base64.b64encode(picture.png).decode("ascii")),
    )


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an answer. kind: text, tag, uncited, citation or unknown (a citation that does not exist)."""

    kind: str
    text: str = ""
    mark: Mark | None = None


_LINE_END = _Part("text", "\n")


def _parts(turn: Turn) -> Iterator[_Part]:
    """Yield the parts of the answer: its text, known tags without attributes, and the marks of citations."""
    marks = marks_by_number(turn)
    for token in answers.tokens(turn):
        if token.type == "inline":
            for child in token.children or []:
                yield from _inline(child, marks)
        elif token.type in ("fence", "code_block"):
            yield from (_Part("tag", "pre"), *_code(token), _Part("tag", "/pre"), _LINE_END)
        elif token.type == "hr":
            yield from (_Part("tag", "hr"), _LINE_END)
        elif not token.hidden and token.tag in _TAGS:
            tag = f"h{min(6, int(token.tag[1]) + 2)}" if token.type.startswith("heading") else token.tag
            yield from (_Part("tag", f"/{tag}"), _LINE_END) if token.nesting < 0 else (_Part("tag", tag),)


def _code(token: Token) -> tuple[_Part, ...]:
    return _Part("tag", "code"), _Part("text", token.content), _Part("tag", "/code")


def _inline(token: Token, marks: dict[int, Mark]) -> Iterator[_Part]:
    if token.type == "code_inline":
        yield from _code(token)
    elif token.type == "hardbreak":
        yield from (_Part("tag", "br"), _LINE_END)
    elif token.type == "softbreak":
        yield _LINE_END
    elif token.type in ("strong_open", "strong_close", "em_open", "em_close"):
        yield _Part("tag", f"/{token.tag}" if token.nesting < 0 else token.tag)
    else:
        end = 0
        for match in answers.MARKER.finditer(token.content):
            yield _Part("text", token.content[end : match.start()])
            end = match.end()
            if match.group() == answers.UNCITED:
                yield _Part("uncited")
            else:
                mark = marks.get(int(match.group(1)))
                yield _Part("citation" if mark else "unknown", str(int(match.group(1))), mark)
        yield _Part("text", token.content[end:])
