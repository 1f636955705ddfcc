"""Exports Markdown: questions, answers, evidence and receipts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from docanalyst.domain.answers.body import answer_body
from docanalyst.domain.answers.coverage import unsupported
from docanalyst.domain.answers.lookalikes import set_apart
from docanalyst.domain.answers.marking import marked
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import marker_label
from docanalyst.domain.turns import Turn
from docanalyst.exporters.presentation.authorities import COLUMNS, TITLE, authority_rows
from docanalyst.exporters.presentation.marks import mark_of, status_sentence
from docanalyst.exporters.presentation.places import differences
from docanalyst.exporters.report import Made, Report
from docanalyst.exporters.wording import (
    CHECKED,
    clean,
    documents_of,
    line,
    notes,
    origin,
    place,
    receipt_lines,
    source_text,
    summary,
)

_OPENS = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)|(?<=\])(?=[(:])|(?<=\])(?=\[(?!\^?\d))")

_HEADING = re.compile(r"^([ \t>]*)(#{1,6})(?=[ \t]|$)", re.MULTILINE)
_UNDERLINE = re.compile(r"^([^\n]*\S[^\n]*)\n[ \t]{0,3}(-{1,}|={1,})[ \t]*$", re.MULTILINE)
_MARK = re.compile(r"\[\^?(\d{1,5})\^?\](?![:(])")


def export(report: Report, name: str) -> list[Made]:
    """Return the text as UTF-8."""
    lines = [f"# {inert(line(report.session.title)) or 'docanalyst'}", ""]
    lines += [f"- {identity}: {inert(words)}" for identity, words in documents_of(report)]
    first = 0
    for turn in report.session.turns:
        lines += ["", *_turn(report, turn, first)]
        first += max((citation.number for citation in turn.citations), default=0)
    lines += _authorities(report)
    lines += ["", "---", "", inert(origin(report)), "", CHECKED, ""]
    return [Made("\n".join(lines).encode("utf-8"))]


def _authorities(report: Report) -> Iterator[str]:
    rows = list(authority_rows(report))
    if not rows:
        return
    yield from ("", f"## {TITLE}", "", f"| {' | '.join(COLUMNS)} |", "|---|---|---|")
    yield from (
        "| " + " | ".join(inert(line(cell)).replace("|", "\\|") for cell in row) + " |" for row in rows
    )


def inert(text: str) -> str:
    """Escape the opening characters of tags, pictures and links, so that Markdown shows them as text."""
    return _OPENS.sub(lambda match: "&lt;" if match.group() == "<" else f"\\{match.group()}", text)


def _turn(report: Report, turn: Turn, first: int) -> Iterator[str]:
    yield f"## {inert(line(turn.question))}"
    yield ""
    if status := status_sentence(turn):
        yield f"**{status}**" + (f" {inert(line(turn.error))}" if turn.error else "")
        yield ""
    answer = clean(turn.answer)
    body = set_apart(answer_body(marked(answer, turn.citations)).strip())
    yield inert(_lowered(_renumbered(body, turn, first)))
    yield ""
    yield f"*{summary(turn)}*"
    yield ""
    yield from (f"- {inert(line(remark.text))}" for remark in turn.remarks)
    if turn.citations:
        yield "### Evidence"
        yield ""
        yield from _evidence(report, turn, first)
    if turn.citations and (missing := unsupported(answer, turn.citations)):
        yield "### Statements without a verified citation"
        yield ""
        yield from (f"- {inert(_renumbered(line(statement.text), turn, first))}" for statement in missing)
        yield ""
    yield "### Receipt"
    yield ""
    yield from (f"- {name}: {inert(value)}" for name, value in receipt_lines(turn))


def _lowered(text: str) -> str:
    """An answer with its headings below ours, so that none of its sections looks like one of ours."""
    text = _HEADING.sub(lambda match: f"{match[1]}{'#' * min(6, len(match[2]) + 3)}", text)
    return _UNDERLINE.sub(lambda match: f"{match[1]}\n\n{match[2]}" if match[2][0] == "-" else match[1], text)


def _renumbered(text: str, turn: Turn, first: int) -> str:
    """Renumber the citation marks of a turn so that each number occurs once in the file."""
    known = {citation.number for citation in turn.citations}

    def mark(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return f"[^{first + number}]" if number in known else match.group()

    return _MARK.sub(mark, text)


def _evidence(report: Report, turn: Turn, first: int) -> Iterator[str]:
    """Yield a footnote for each number, in the citation grammar, so that it can be checked again."""
    for number in dict.fromkeys(citation.number for citation in turn.citations):
        shared = [citation for citation in turn.citations if citation.number == number]
        yield f"[^{first + number}]: " + "; ".join(_cited(citation) for citation in shared)
        for citation in shared:
            yield from (f"    {words}" for words in _details(report, citation))
        yield ""


def _cited(citation: Citation) -> str:
    page = f" p.{citation.page}" if citation.page is not None else ""
    label = inert(line(citation.page_label or ""))
    last = f" ({marker_label(label)})" if page and label and label != str(citation.page) else ""
    return f'{inert(line(citation.document))}{page}{last} "{inert(line(citation.quote))}"'.strip()


def _details(report: Report, citation: Citation) -> Iterator[str]:
    details = [place(report, citation), *notes(citation)]
    yield " · ".join([str(mark_of(citation)), *(inert(detail) for detail in details if detail)])
    yield from (f"- {inert(line(words))}" for words in differences(citation))
    if not citation.verified and (source := line(source_text(report, citation))):
        yield f"- closest passage: “{inert(source)}”"
