"""`docanalyst verify`: check quotes against documents; no model."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.files import STDIN, documents_at, read_words, user_files, write_all
from docanalyst.cli.options import Globals, GlobalsCommand, overwrite_option, read_options
from docanalyst.domain.citations import Quote
from docanalyst.domain.errors import UnverifiedCitations, UsageError
from docanalyst.exporters.presentation.figures import count
from docanalyst.exporters.presentation.marks import verified_count

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.review.briefs import Brief, CheckedBrief
    from docanalyst.domain.documents import Document
    from docanalyst.storage.user_files import UserFiles


@dataclass(frozen=True, slots=True)
class _Asked:
    """A quote to check, with the id it was given."""

    id: str | int
    quote: Quote


@click.command(
    "verify",
    cls=GlobalsCommand,
    examples=(
        "docanalyst verify lease.pdf --quote 'ninety (90) days'",
        "docanalyst verify exhibits/ --answer brief.docx -o report.html --strict",
        "docanalyst verify lease.pdf --quotes quotes.jsonl --json",
        "docanalyst verify --self-test lease.pdf",
        "docanalyst verify exhibits/ --authorities --answer brief.docx",
    ),
)
@read_options
@click.option("--quote", "quotes", multiple=True, metavar="TEXT", help="A quote to check; repeatable.")
@click.option(
    "--quotes",
    "quotes_file",
    metavar="FILE",
    help='JSON lines {"id","quote","page","document"}; - for stdin.',
)
@click.option(
    "--answer", "answer_file", metavar="FILE", help="A text whose quotations are checked; - for stdin."
)
@click.option(
    "-o",
    "--output",
    "report",
    metavar="FILE",
    help="Write a report: .html, .md, .pdf or .docx; for a brief in Word, .docx is the brief with comments.",
)
@overwrite_option
@click.option(
    "--self-test", "testing", is_flag=True, help="Try the check on quotations made from these documents."
)
@click.option(
    "--trials",
    type=click.IntRange(min=1),
    metavar="N",
    help="Self-test: quotations of each kind [default: 5].",
)
@click.option("--seed", type=int, metavar="N", help="Self-test: choose other sentences and edits.")
@click.option(
    "--authorities", "listing", is_flag=True, help="List the authorities the documents cite, by page."
)
@click.option("--strict", is_flag=True, help="Exit with code 7 if any quote is not verified.")
@click.pass_obj
def command(shared: Globals, /, paths: tuple[str, ...], password: str | None, **given: Any) -> None:
    """Check quotes against documents, page by page."""
    wanted = _Wanted(paths, password, **given)
    if wanted.listing:
        _list_authorities(shared, wanted)
    elif wanted.testing:
        _test_the_check(shared, wanted)
    elif wanted.trials is not None or wanted.seed is not None:
        raise UsageError("--trials and --seed belong to --self-test.", "Add --self-test, or leave them out.")
    else:
        _check(shared, wanted)


@dataclass(frozen=True, slots=True)
class _Wanted:
    """The options of one run, by the names of their parameters."""

    paths: tuple[str, ...]
    password: str | None
    quotes: tuple[str, ...]
    quotes_file: str | None
    answer_file: str | None
    report: str | None
    overwrite: bool
    testing: bool
    trials: int | None
    seed: int | None
    listing: bool
    strict: bool


def _list_authorities(shared: Globals, wanted: _Wanted) -> None:
    from docanalyst.cli.authorities import list_authorities

    if wanted.quotes or wanted.quotes_file or wanted.report or wanted.testing:
        raise UsageError(
            "--authorities lists what the documents cite; it checks no quotations.",
            "Use it alone or with --answer: docanalyst verify brief.pdf --authorities",
        )
    list_authorities(shared, wanted.paths, wanted.password, wanted.answer_file, strict=wanted.strict)


def _test_the_check(shared: Globals, wanted: _Wanted) -> None:
    from docanalyst.cli.selftest import run_self_test

    if wanted.quotes or wanted.quotes_file or wanted.answer_file or wanted.report:
        raise UsageError(
            "--self-test makes its own quotations.",
            "Leave out --quote, --quotes, --answer and --output: docanalyst verify --self-test lease.pdf",
        )
    trials, seed = wanted.trials or 5, wanted.seed or 0
    run_self_test(shared, wanted.paths, wanted.password, trials=trials, seed=seed, strict=wanted.strict)


def _quotes_and_text(wanted: _Wanted) -> tuple[list[_Asked], Brief]:
    """Return the quotes given one by one, and the text whose quotations are checked."""
    from docanalyst.analyst.review.briefs import Brief, read_brief

    asked = [_Asked(f"q{place}", Quote(text)) for place, text in enumerate(wanted.quotes, 1)]
    if wanted.quotes_file:
        asked += _from_lines(read_words(wanted.quotes_file), wanted.quotes_file)
    if not asked and not wanted.answer_file:
        raise UsageError("No quotation given.", "Give --quote TEXT, --quotes FILE or --answer FILE.")
    if not wanted.answer_file:
        return asked, Brief("")
    piped = wanted.answer_file == STDIN
    return asked, Brief(read_words(STDIN)) if piped else read_brief(wanted.answer_file)


def _check(shared: Globals, wanted: _Wanted) -> None:
    from docanalyst.analyst.review.briefs import apart_line, check_brief
    from docanalyst.cli.evidence import citation_lines
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.records.turns import citation_record

    asked, text = _quotes_and_text(wanted)
    inputs = documents_at(wanted.paths)
    read = [*inputs, wanted.quotes_file, wanted.answer_file]
    files = user_files(shared, inputs=read, overwrite=wanted.overwrite)
    if wanted.report and (len(inputs) == 1 or not wanted.report.lower().endswith(".pdf")):
        # Highlighted copies of several documents get names of their own.
        files.check(Path(wanted.report))
    analyst = shared.analyst(keep=False)
    documents = read_documents(analyst, wanted.paths, shared, password=wanted.password)
    brief = check_brief(text, documents)
    if not asked and not brief.citations and not brief.apart:
        raise UsageError(
            f"No quotations found in {wanted.answer_file}.", "Put what it quotes between quotation marks."
        )
    numbered = [replace(item.quote, number=place) for place, item in enumerate(asked, 1)]
    given = analyst.verify(numbered, documents)
    said = [replace(item, number=len(given) + item.number) for item in brief.citations]
    citations = [*given, *said]
    names = [*(item.id for item in asked), *(str(item.number) for item in brief.citations)]
    for name, citation in zip(names, citations, strict=True):
        if shared.json:
            position = citation.number - len(given) - 1
            where = {"place": brief.place(position)} if position >= 0 and brief.stretches else {}
            output.data_json({"id": name} | citation_record(citation) | where)
        else:
            for line in citation_lines(citation):
                output.data(*line)
    for item in brief.apart:
        output.note(apart_line(item), quiet=shared.quiet)
    if wanted.report:
        title = wanted.answer_file if wanted.answer_file and wanted.answer_file != STDIN else "quotes"
        without = (None,) * len(given) if brief.stretches else ()
        whole = replace(
            brief,
            citations=tuple(citations),
            ends=(0,) * len(given) + brief.ends,
            stretches=without + brief.stretches,
        )
        _write_report(analyst, wanted.report, title, whole, documents, files, shared)
    output.note(verified_count(citations), quiet=shared.quiet)
    failed = sum(not citation.verified for citation in citations)
    if wanted.strict and failed:
        raise UnverifiedCitations(f"{failed} of {count(len(citations), 'quotation')} not verified.")


def _write_report(
    analyst: Analyst,
    report: str,
    name: str,
    brief: CheckedBrief,
    documents: list[Document],
    files: UserFiles,
    shared: Globals,
) -> None:
    from docanalyst.analyst.review.briefs import as_session, commented_copy

    checked_at = datetime.now(UTC).isoformat(timespec="seconds")
    if report.lower().endswith(".docx") and brief.takes_comments:
        content = commented_copy(name, brief, checked_at)
        for place in write_all(files, [(report, content)]):
            output.note(f"Wrote {place}.", quiet=shared.quiet)
        return
    session = as_session(name, brief, documents, checked_at)
    contents, notes = analyst.export(session, report, documents=documents)
    for line in notes:
        output.warning(line)
    for place in write_all(files, contents):
        output.note(f"Wrote {place}.", quiet=shared.quiet)


def _from_lines(text: str, name: str) -> list[_Asked]:
    asked = []
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            asked.append(_from_line(line, f"{name}, line {number}", number))
    return asked


def _from_line(line: str, place: str, number: int) -> _Asked:
    try:
        entry: Any = json.loads(line)
    except json.JSONDecodeError as error:
        raise UsageError(f"{place}: this is not JSON: {error.msg}.") from error
    if not isinstance(entry, dict) or not isinstance(entry.get("quote"), str):
        raise UsageError(f'{place}: expected an object with "quote".')
    page, document = entry.get("page"), entry.get("document")
    if page is not None and not isinstance(page, int):
        raise UsageError(f'{place}: "page" is a number.')
    name = entry.get("id")
    return _Asked(
        name if isinstance(name, (str, int)) else str(number if name is None else name),
        Quote(entry["quote"], str(document) if document else None, page),
    )
