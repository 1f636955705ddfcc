"""Exports one self-contained HTML page: answers, citations with pictures of their pages, receipts.

The page loads and runs nothing: a content security policy forbids it, and all text from documents and models
is escaped.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator, Sequence
from html import escape
from importlib.resources import files
from typing import TYPE_CHECKING

from docanalyst.domain.citations import Citation
from docanalyst.domain.turns import Turn
from docanalyst.domain.verification.side_by_side import Excerpt, excerpts
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
    from markdown_it.token import Token

_POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"
_TAGS = {"p", "ul", "ol", "li", "table", "thead", "tbody", "tr", "th", "td", "blockquote"} | {
    f"h{n}" for n in range(1, 7)
}


def export(report: Report, name: str) -> list[Made]:
    """Return the page as UTF-8."""
    style = files("docanalyst.exporters").joinpath("report.css").read_text(encoding="utf-8")
    title = escape(line(report.session.title) or "docanalyst")
    parts = [
        '<!doctype html>\n<html lang="und">\n<head>\n<meta charset="utf-8">\n',
        f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">\n',
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n',
        '<meta name="referrer" content="no-referrer">\n',
        f"<title>{title}</title>\n<style>\n{style}</style>\n</head>\n<body>\n<main>\n",
        f'<header>\n<h1 dir="auto">{title}</h1>\n',
        _definitions(documents_of(report), "documents"),
        "</header>\n",
    ]
    for position, turn in enumerate(report.session.turns, 1):
        parts += _turn(report, turn, position)
    parts.append(_authorities(report))
    parts.append(f"<footer>\n<p>{escape(origin(report))}</p>\n<p>{escape(CHECKED)}</p>\n</footer>\n")
    parts.append("</main>\n</body>\n</html>\n")
    return [Made("".join(parts).encode("utf-8"))]


def _turn(report: Report, turn: Turn, position: int) -> Iterator[str]:
    yield f'<section class="turn" id="t{position}">\n<h2 dir="auto">{_text(turn.question)}</h2>\n'
    if status := status_sentence(turn):
        error = f" {escape(line(turn.error))}" if turn.error else ""
        yield f'<p class="status bad">{escape(status)}{error}</p>\n'
    yield f'<p class="summary">{escape(summary(turn))}</p>\n'
    yield f'<div class="answer" dir="auto">\n{_answer(turn, position)}</div>\n'
    if remarks := "".join(f"<li>{escape(line(remark.text))}</li>\n" for remark in turn.remarks):
        yield f'<ul class="remarks">\n{remarks}</ul>\n'
    if turn.citations:
        yield '<h3>Evidence</h3>\n<ol class="evidence">\n'
        first: set[int] = set()
        for index, citation in enumerate(turn.citations):
            anchor = "" if citation.number in first else f' id="t{position}c{citation.number}"'
            first.add(citation.number)
            pictures = report.pictures.get((turn.id, index), ())
            yield _citation(report, citation, anchor, pictures)
        yield "</ol>\n"
    yield '<details class="receipt" open>\n<summary>Receipt</summary>\n'
    yield _definitions(receipt_lines(turn), "receipt") + "</details>\n</section>\n"


def _citation(report: Report, citation: Citation, anchor: str, pictures: Sequence[Picture]) -> str:
    mark = mark_of(citation)
    parts = [
        f'<li class="citation {mark.role}"{anchor}>\n<p class="place">',
        f'<b class="number">{citation.number}</b> ',
        f'<span class="verdict">{escape(str(mark))}</span> ',
        f'<cite dir="auto">{escape(place(report, citation))}</cite>',
    ]
    parts += [f' <span class="note">{escape(note)}</span>' for note in notes(citation)]
    parts.append("</p>\n")
    parts.append(f'<blockquote dir="auto">{_text(citation.quote)}</blockquote>\n' if citation.quote else "")
    parts.append(_differences(report, citation))
    document = report.source_of(citation)
    found = excerpts(document, citation.spans) if document and citation.spans else ()
    parts += [_picture(picture, place(report, citation)) for picture in pictures]
    parts += [_excerpt(excerpt) for excerpt in found]
    if not found and not citation.verified and (closest := source_text(report, citation)):
        parts.append(
            f'<p class="label">Closest passage</p>\n<p class="context" dir="auto">{_text(closest)}</p>\n'
        )
    return "".join(parts) + "</li>\n"


def _differences(report: Report, citation: Citation) -> str:
    pieces = comparison(report, citation)
    tags = {"quoted": "del", "source": "ins", "same": "span"}
    parts = []
    if pieces:
        merged = " ".join(f"<{tags[p.kind]}>{escape(p.text)}</{tags[p.kind]}>" for p in pieces)
        parts.append(
            '<p class="label">Word by word: <del>only in the quote</del> <ins>only in the source</ins></p>\n'
        )
        parts.append(f'<p class="compared" dir="auto">{merged}</p>\n')
    if citation.differences:
        rows = "".join(
            f"<li><b>{escape(line(d.kind))}</b> <del>{escape(line(d.quoted)) or '–'}</del> "
            f"<ins>{escape(line(d.source)) or '–'}</ins></li>\n"
            for d in citation.differences
        )
        parts.append(f'<ul class="differences">\n{rows}</ul>\n')
    return "".join(parts)


def _picture(picture: Picture, alt: str) -> str:
    """Return the part of a page around the quote, with boxes over it unless the picture has highlights."""
    width, height = picture.size
    if not width or not height:
        return ""
    top, bottom = picture.band
    share = bottom - top
    boxes = "".join(
        f'<i style="left:{100 * left:.3f}%;top:{100 * (upper - top) / share:.3f}%;'
        f'width:{100 * (right - left):.3f}%;height:{100 * (lower - upper) / share:.3f}%"></i>'
        for left, upper, right, lower in (() if picture.marked else picture.sound_boxes)
    )
    data = base64.b64encode(picture.png).decode("ascii")
    limit = f"max-width:{picture.width * 1.35:.0f}px;" if picture.width > 0 else ""
    return (
        f'<figure style="{limit}aspect-ratio:{width / (height * share):.4f}">'
        f'<img alt="{escape(alt, quote=True)}" style="top:{-100 * top / share:.3f}%" '
        f'src="data:image/png;base64,{data}">{boxes}</figure>\n'
    )


def _excerpt(excerpt: Excerpt) -> str:
    before, found, after = (escape(line(text)) for text in (excerpt.before, excerpt.text, excerpt.after))
    return (
        f'<p class="context" dir="auto"><span class="page">p. {excerpt.page}, in context</span> '
        f"…{before} <mark>{found}</mark> {after}…</p>\n"
    )


def _definitions(rows: Iterable[tuple[str, str]], kind: str) -> str:
    items = "".join(f'<dt>{escape(name)}</dt><dd dir="auto">{escape(value)}</dd>\n' for name, value in rows)
    return f'<dl class="{kind}">\n{items}</dl>\n' if items else ""


def _authorities(report: Report) -> str:
    rows = [[escape(line(cell)) for cell in row] for row in authority_rows(report)]
    if not rows:
        return ""
    head = "".join(f"<th>{escape(column)}</th>" for column in COLUMNS)
    body = "".join(
        "<tr>" + "".join(f'<td dir="auto">{cell}</td>' for cell in row) + "</tr>\n" for row in rows
    )
    return (
        f'<section class="answer authorities">\n<h2>{escape(TITLE)}</h2>\n<table>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}</tbody>\n</table>\n</section>\n"
    )


def _text(text: str) -> str:
    return escape(clean(text))


def _answer(turn: Turn, position: int) -> str:
    """Return the answer as HTML with known tags only and no attributes from the answer."""
    marks = marks_by_number(turn)
    parts: list[str] = []
    for token in answers.tokens(turn):
        if token.type == "inline":
            parts += [_inline(child, marks, position) for child in token.children or []]
        elif token.type in ("fence", "code_block"):
            parts.append(f"<pre><code>{_text(token.content)}</code></pre>\n")
        elif token.type == "hr":
            parts.append("<hr>\n")
        elif token.hidden:
            continue
        else:
            parts.append(_tag(token))
    return "".join(parts)


def _tag(token: Token) -> str:
    if token.tag not in _TAGS:
        return ""
    tag = f"h{min(6, int(token.tag[1]) + 2)}" if token.type.startswith("heading") else token.tag
    end = "" if token.type.endswith(("strong_open", "em_open")) else "\n" if token.nesting < 0 else ""
    return f"<{'/' if token.nesting < 0 else ''}{tag}>{end}"


def _inline(token: Token, marks: dict[int, Mark], position: int) -> str:
    if token.type == "code_inline":
        return f"<code>{_text(token.content)}</code>"
    if token.type in ("softbreak", "hardbreak"):
        return "\n" if token.type == "softbreak" else "<br>\n"
    if token.type in ("strong_open", "strong_close", "em_open", "em_close"):
        return f"<{'/' if token.nesting < 0 else ''}{token.tag}>"
    parts: list[str] = []
    end = 0
    for match in answers.MARKER.finditer(token.content):
        parts.append(_text(token.content[end : match.start()]))
        end = match.end()
        if match.group() == answers.UNCITED:
            parts.append('<span class="uncited" title="no verified citation"> ○</span>')
        elif (number := int(match.group(1))) in marks:
            mark = marks[number]
            link = f'<a href="#t{position}c{number}">{number}{mark.sign}</a>'
            parts.append(f'<sup class="{mark.role}">{link}</sup>')
        else:
            parts.append(f'<sup class="bad" title="no such citation">{number}✗</sup>')
    return "".join(parts) + _text(token.content[end:])
