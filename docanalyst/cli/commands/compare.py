"""`docanalyst compare`: show what changed between two versions of a document, without a model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, argument
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
    ),
)
@argument("old", "The earlier version, or the agreement.", metavar="OLD")
@argument("new", "The later version, or an amendment to it.", metavar="NEW")
@click.option("--password", metavar="TEXT", help="Password of encrypted PDFs; not saved.")
@click.pass_obj
def command(shared: Globals, old: str, new: str, password: str | None) -> None:
    """Show what changed from OLD to NEW, clause by clause, with the pages of both.

    Deleted words are shown in [-…-], inserted words in {+…+}.
    """
    from docanalyst.cli.opening import read_documents
    from docanalyst.domain.analysis.revisions import compare_versions

    analyst = shared.analyst(keep=False)
    (first,) = _one(read_documents(analyst, [old], shared, password=password), old)
    (second,) = _one(read_documents(analyst, [new], shared, password=password), new)
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
