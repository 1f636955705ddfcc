"""`docanalyst compare`: show what changed between two versions of a document, without a model."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.files import user_files, write_all
from docanalyst.cli.options import Globals, GlobalsCommand, argument, overwrite_option
from docanalyst.domain.documents import page_reference
from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from docanalyst.domain.analysis.revisions import Change
    from docanalyst.domain.documents import Document, Span

_SHOWN = 600
"""Characters shown of a clause before its amendment: a whole schedule would fill several screens."""
_LOOKS = {"old": ("[-", "-]", "red"), "new": ("{+", "+}", "green")}


@click.command(
    "compare",
    cls=GlobalsCommand,
    examples=(
        "docanalyst compare signed.pdf draft.pdf",
        "docanalyst compare agreement.pdf amendment.pdf",
        "docanalyst compare signed.docx draft.docx -o redline.docx",
        "docanalyst compare signed.pdf draft.pdf -o changes.html",
        "docanalyst compare agreement.pdf amendment.pdf --conformed -o conformed.docx",
    ),
)
@argument("old", "The earlier version, or the agreement.", metavar="OLD")
@argument(
    "new",
    "The later version, or an amendment to it; with --conformed, all amendments in their order.",
    nargs=-1,
    required=True,
    metavar="NEW…",
)
@click.option(
    "--conformed",
    is_flag=True,
    help="Print the agreement as amended, or write it with -o (.docx or .md).",
)
@click.option(
    "-o",
    "--output",
    "target",
    metavar="FILE",
    help="Write a redline: .docx with tracked changes, or .html with both versions side by side.",
)
@overwrite_option
@click.option("--password", metavar="TEXT", help="Password of encrypted PDFs; not saved.")
@click.pass_obj
def command(
    shared: Globals,
    old: str,
    new: tuple[str, ...],
    conformed: bool,
    target: str | None,
    overwrite: bool,
    password: str | None,
) -> None:
    """Show what changed from OLD to NEW, clause by clause, with the pages of both.

    Deleted words are shown in [-…-], inserted words in {+…+}.

    -o FILE.docx is NEW as a Word document with tracked changes against OLD: accept all of them for NEW,
    reject all of them for OLD. A Word file keeps its formatting; PDFs and text get a plain layout. Tracked
    changes that a version already has count as accepted.

    --conformed carries out what amendments state word for word; a footnote at each change names its source
    clause. What would need a guess is not carried out, but listed with the reason.
    """
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.analysis.revisions import compare_versions

    analyst = shared.analyst(keep=False)
    (first,) = _one(read_documents(analyst, [old], shared, password=password), old)
    others = [_one(read_documents(analyst, [path], shared, password=password), path)[0] for path in new]
    if conformed:
        _show_conformed(first, others, target, overwrite, shared)
        return
    if len(others) > 1:
        raise UsageError(
            "Only two versions can be compared at a time.", "Add --conformed to apply several amendments."
        )
    (second,) = others
    if target:
        _write_redline(first, second, target, overwrite, shared)
        return
    comparison = compare_versions(first, second)
    if not comparison.are_versions:
        _show_amendments(first, second, shared)
        return
    if shared.json:
        output.data_json(
            {
                "old": {"path": first.path, "sha256": first.sha256},
                "new": {"path": second.path, "sha256": second.sha256},
                "similarity": comparison.similarity,
                "changes": [_record(change) for change in comparison.changes],
            }
        )
        return
    for change in comparison.changes:
        places = [
            f"{name} {page_reference(spans[0].page_number, label)}"
            for name, spans, label in (
                ("old", change.old_spans, change.old_page_label),
                ("new", change.new_spans, change.new_page_label),
            )
            if spans
        ]
        clause = " ".join(filter(None, (change.clause, change.title))) or "outside any clause"
        weight = f" · {change.weight}" if change.weight else ""
        output.data(output.styled(clause, bold=True), f"  {change.kind}{weight}  ({', '.join(places)})")
        output.data("  ", *_marked(change))
    output.note(
        f"{_changes(len(comparison.changes))}; {comparison.similarity:.1%} of the words are the same",
        quiet=shared.quiet,
    )


def _write_redline(old: Document, new: Document, target: str, overwrite: bool, shared: Globals) -> None:
    from docanalyst.analyst.review.redlining import redline
    from docanalyst.domain.analysis.revisions import may_be_versions

    made_at = datetime.now(UTC).isoformat(timespec="seconds")
    made = redline(old, new, target, made_at)
    if not may_be_versions(old, new):
        output.warning("These are not two versions of one document. To apply an amendment, add --conformed.")
    files = user_files(shared, inputs=[old.path, new.path], overwrite=overwrite)
    for line in made.notes:
        output.warning(line)
    (place,) = write_all(files, [(target, made.content)])
    if shared.json:
        output.data_json({"path": place, "moved": made.moved, "notes": list(made.notes)})
    output.note(f"Wrote {place}.", quiet=shared.quiet)


def _show_conformed(
    agreement: Document, amendments: list[Document], target: str | None, overwrite: bool, shared: Globals
) -> None:
    """Print or write an agreement as amended; list what was not carried out."""
    from docanalyst.domain.analysis.conforming import conform
    from docanalyst.exporters.compared.conformed import as_markdown, export

    made = conform(agreement, amendments)
    if target:
        content = export(agreement, amendments, made, target)
        inputs = [agreement.path, *(item.path for item in amendments)]
        for place in write_all(user_files(shared, inputs=inputs, overwrite=overwrite), [(target, content)]):
            output.note(f"Wrote {place}.", quiet=shared.quiet)
    if shared.json:
        output.data_json(
            {
                "agreement": {"path": agreement.path, "sha256": agreement.sha256},
                "amendments": [{"path": item.path, "sha256": item.sha256} for item in amendments],
                "paragraphs": [{"text": line.text, "changes": line.changes} for line in made.lines],
                "applied": [asdict(item) for item in made.applied],
                "not_applied": [asdict(item) for item in made.left],
            }
        )
    elif not target:
        output.data(as_markdown(agreement, amendments, made))
    output.note(f"{_changes(len(made.applied))} carried out, {len(made.left)} not.", quiet=shared.quiet)
    for item in made.left:
        output.warning(f"Not carried out: {item.source} ({item.clause}): {item.reason}.")


def _show_amendments(agreement: Document, amendment: Document, shared: Globals) -> None:
    """Show what an amendment changes in an agreement."""
    from docanalyst.domain.analysis.amendments import find_amendments

    found = find_amendments(agreement, amendment)
    if shared.json:
        output.data_json(
            {
                "old": {"path": agreement.path, "sha256": agreement.sha256},
                "new": {"path": amendment.path, "sha256": amendment.sha256},
                "amendments": [
                    {
                        "action": item.action,
                        "clause": item.clause,
                        "instruction": item.instruction,
                        "page": item.span.page_number,
                        "standing": item.standing,
                        "standing_page": item.standing_span.page_number if item.standing_span else None,
                    }
                    for item in found
                ],
            }
        )
        return
    output.note("These are not two versions of one document. Showing what the second amends in the first.")
    for item in found:
        place = f"found on p. {item.standing_span.page_number}" if item.standing_span else "not found"
        output.data(
            output.styled(item.clause, bold=True),
            f"  {item.action}  (p. {item.span.page_number}; {place})",
        )
        output.data("  before:     ", _opening(item.standing) or "–")
        output.data("  as amended: ", item.instruction)
    output.note(_changes(len(found)), quiet=shared.quiet)


def _changes(count: int) -> str:
    return "1 change" if count == 1 else f"{count:,} changes"


def _opening(clause: str) -> str:
    """Return a clause, or its beginning and the number of characters that follow."""
    more = len(clause) - _SHOWN
    return clause if more <= 0 else f"{clause[:_SHOWN]} … ({more:,} more characters; --json has them)"


def _one(documents: list[Any], path: str) -> list[Any]:
    if len(documents) != 1:
        raise UsageError(f"{path} contains {len(documents)} documents.", "Name one file for each version.")
    return documents


def _marked(change: Change) -> Iterator[str | output.Styled]:
    for piece in change.pieces:
        if piece.kind in _LOOKS:
            before, after, colour = _LOOKS[piece.kind]
            yield output.styled(f"{before}{piece.text.strip()}{after}", fg=colour)
            yield " "
        else:
            yield piece.text


def _record(change: Change) -> dict[str, Any]:
    return {
        "kind": change.kind.value,
        "clause": change.clause,
        "title": change.title,
        "weight": change.weight,
        "old": change.old,
        "new": change.new,
        "pieces": [{"kind": piece.kind, "text": piece.text} for piece in change.pieces],
        "old_places": _places(change.old_spans),
        "new_places": _places(change.new_spans),
        "old_page_label": change.old_page_label,
        "new_page_label": change.new_page_label,
    }


def _places(spans: tuple[Span, ...]) -> list[dict[str, int]]:
    return [{"page": span.page_number, "start": span.start, "end": span.end} for span in spans]
