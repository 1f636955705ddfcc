"""`docanalyst read`: show the text read from each page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument, scan_options
from docanalyst.domain.documents import page_reference
from docanalyst.exporters.presentation.figures import count

if TYPE_CHECKING:
    from docanalyst.domain.documents import Page
    from docanalyst.domain.errors import DocumentError
    from docanalyst.pdf import PageReport, Reading


@click.command(
    "read",
    cls=GlobalsCommand,
    examples=(
        "docanalyst read scan.pdf --page 4",
        "docanalyst read contract.pdf --include-hidden",
        "docanalyst read contract.pdf --double-check",
        "docanalyst read lease.pdf --attachments",
    ),
)
@argument("path", "A document; of an e-mail, the message without its attachments.", metavar="PATH")
@click.option("--page", type=click.IntRange(min=1), metavar="N", help="Show only this page.")
@click.option("--password", metavar="TEXT", help="Password of an encrypted PDF; not saved.")
@scan_options
@click.option("--include-hidden", is_flag=True, help="Include hidden text.")
@click.option("--attachments", is_flag=True, help="Read attached PDFs as well.")
@click.pass_obj
def command(
    shared: Globals,
    path: str,
    page: int | None,
    password: str | None,
    include_hidden: bool,
    attachments: bool,
) -> None:
    """Show the text of each page as it would be sent, and what was left out."""
    from docanalyst.domain.errors import DocumentError, UsageError
    from docanalyst.pdf import collect, inspect_document

    selected = collect([path], alone=True)
    if len(selected) != 1:
        raise UsageError(f"{path} contains {len(selected)} documents.", "Name one of them.")
    analyst = shared.analyst(keep=False)
    with output.reading_progress(quiet=shared.quiet) as progress:
        reading = inspect_document(
            selected[0].path,
            password=password,
            pages=str(page) if page else selected[0].pages,
            cache_dir=analyst.cache_dir,
            progress=None if progress is None else (lambda done, total: progress(path, done, total)),
            include_hidden=include_hidden,
            reread_scans=analyst.settings.reread_scans,
            double_check=analyst.settings.double_check,
            view=analyst.settings.view,
        )
    attached: list[tuple[str, Reading | DocumentError]] = []
    if attachments and reading.attachments:
        from docanalyst.pdf import read_attached

        attached = list(
            read_attached(
                selected[0].path,
                reading.attachments,
                password=password,
                cache_dir=analyst.cache_dir,
                include_hidden=include_hidden,
            )
        )
    if shared.json:
        _warn(reading)
        record = _document_record(reading)
        if attachments:
            record["attachments"] = [
                {"name": name, "error": found.message}
                if isinstance(found, DocumentError)
                else {"name": name, **_document_record(found)}
                for name, found in attached
            ]
        output.data_json(record)
        return
    _show_document(reading, quiet=shared.quiet)
    for name, found in attached:
        output.data(output.styled(f"══ attached file “{name}”", bold=True))
        if isinstance(found, DocumentError):
            output.warning(f"{found.message} {found.hint}")
        else:
            _show_document(found, quiet=shared.quiet)


def _warn(reading: Reading) -> None:
    for line in reading.document.warnings:
        output.warning(f"{reading.document.name}: {line}")


def _show_document(reading: Reading, *, quiet: bool) -> None:
    document = reading.document
    _warn(reading)
    pages = count(document.page_count, "page")
    output.note(f"{document.title} · {pages} · {reading.reader}", quiet=quiet)
    reports = {report.number: report for report in reading.pages}
    for item in document.pages:
        _show(item, reports.get(item.number))


def _document_record(reading: Reading) -> dict[str, Any]:
    from docanalyst.tokens import qwen3

    document = reading.document
    reports = {report.number: report for report in reading.pages}
    return {
        "path": document.path,
        "sha256": document.sha256,
        "title": document.title,
        "page_count": document.page_count,
        "reader": reading.reader,
        "attached": list(reading.attachments),
        "warnings": list(document.warnings),
        "pages": [_record(item, reports.get(item.number), qwen3.count(item.text)) for item in document.pages],
    }


def _record(page: Page, report: PageReport | None, tokens: int) -> dict[str, Any]:
    record: dict[str, Any] = {
        "number": page.number,
        "label": page.label,
        "ocr": page.ocr,
        "tokens": tokens,
        "text": page.text,
    }
    if report is not None:
        record |= {
            "label_source": report.label_source,
            "failed": report.failed,
            "dropped": list(report.dropped),
            "hidden": [{"reason": reason, "words": words} for reason, words in report.hidden],
            "struck": list(report.struck),
            "confidence": report.confidence,
            "columns": report.columns,
            "reordered": report.reordered,
            "blank": report.blank,
            "text_layer": "unknown OCR" if report.layer else "",
            "contradictions": [
                {"kind": item.kind, "text": item.text, "shown": item.shown, "line": item.line}
                for item in report.contradictions
            ],
            "warnings": list(report.warnings),
        }
    return record


def _show(page: Page, report: PageReport | None) -> None:
    ocr = ", read by OCR" if page.ocr else ""
    if report is not None and report.layer:
        ocr = ", text layer of unknown OCR"
    if report is not None and report.contradictions:
        ocr += ", its text differs from its picture"
    output.data(output.styled(f"── {page_reference(page.number, page.label)}{ocr}", bold=True))
    output.data(page.text if page.text.strip() else "(no text on this page)")
    if report is None:
        return
    for label, lines in (
        ("left out", report.dropped),
        ("hidden", tuple(f"{words} ({reason})" for reason, words in report.hidden)),
        ("note", report.warnings),
    ):
        for line in lines:
            output.data(output.styled(f"   {label}: ", fg="yellow"), line)
