"""`docanalyst verify --self-test`: the quote check tried on the user's own documents, and its error rates."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals
from docanalyst.cli.tables import show_table
from docanalyst.domain.errors import UnverifiedCitations
from docanalyst.exporters.presentation.figures import count
from docanalyst.exporters.presentation.places import shortened

if TYPE_CHECKING:
    from collections.abc import Callable

    from docanalyst.domain.documents import Document
    from docanalyst.domain.selftest.trials import KindResult, SelfTest

_SHOWN = 160
"""Characters shown of a quotation that was judged wrongly."""

_HOW = (
    "Where a sentence has no figure, sign or exception to alter, "
    "one was first inserted into a copy of the page."
)

_SAME_BEFORE = 40
"""Characters shown before the first place where a quotation and its page differ."""


def run_self_test(
    shared: Globals, paths: Sequence[str], password: str | None, *, trials: int, seed: int, strict: bool
) -> None:
    """Try the quote check on documents and print both error rates by kind.

    Args:
        shared: the global options.
        paths: documents and folders, as given.
        password: of encrypted PDFs.
        trials: quotations of each kind.
        seed: of the choice of sentences and edits.
        strict: raise where an altered quotation was verified.

    Raises:
        UnverifiedCitations: with strict, when an altered quotation was verified.
    """
    from docanalyst.cli.opening import read_documents

    analyst = shared.analyst(keep=False)
    documents = read_documents(analyst, paths, shared, password=password)
    with _progress(quiet=shared.quiet) as progress:
        result = analyst.self_test(documents, trials, seed=seed, progress=progress)
    if shared.json:
        output.data_json(record(result, documents, seed))
    else:
        _show(result, documents)
    if strict and result.altered_verified:
        raise UnverifiedCitations(
            f"{result.altered_verified} of {result.altered_tried:,} altered quotations were verified.",
            "Read the mistakes above; rely on no quotation of these kinds without opening the page.",
        )


def record(result: SelfTest, documents: Sequence[Document], seed: int) -> dict[str, Any]:
    """A self-test as JSON data: both error rates, whole and by kind, with examples of mistakes."""
    return {
        "documents": [document.path or document.title for document in documents],
        "sentences": result.passages,
        "seed": seed,
        "altered": {
            "tried": result.altered_tried,
            "verified": result.altered_verified,
            "rate": _share(result.altered_verified, result.altered_tried),
            "kinds": [_kind_record(kind, "verified") for kind in result.altered],
        },
        "honest": {
            "tried": result.honest_tried,
            "refused": result.honest_refused,
            "rate": _share(result.honest_refused, result.honest_tried),
            "kinds": [_kind_record(kind, "refused") for kind in result.honest],
        },
    }


def _kind_record(kind: KindResult, wrong: str) -> dict[str, Any]:
    return {
        "kind": kind.name,
        "group": kind.group,
        "tried": kind.tried,
        wrong: kind.wrong,
        "rate": _share(kind.wrong, kind.tried),
        "examples": [
            {"quote": example.quote, "source": example.source, "verdict": example.verdict}
            for example in kind.examples
        ],
    }


def summary(result: SelfTest, documents: Sequence[Document]) -> str:
    """The two error rates in a sentence."""
    verified, altered = result.altered_verified, result.altered_tried
    refused, honest = result.honest_refused, result.honest_tried
    return (
        f"The quote check verified {verified:,} of {altered:,} altered quotations "
        f"({_percent(verified, altered)}) and refused {refused:,} of {honest:,} honest ones "
        f"({_percent(refused, honest)}); they were made from {count(result.passages, 'sentence')} "
        f"in {count(len(documents), 'document')}."
    )


def _show(result: SelfTest, documents: Sequence[Document]) -> None:
    output.data(output.styled(summary(result, documents), bold=True))
    output.data(_HOW)
    _show_mistakes("Altered quotations that were verified", result.altered)
    _show_mistakes("Honest quotations that were refused", result.honest)
    _show_kinds("Altered quotations by kind", "verified", result.altered)
    _show_kinds("Honest quotations by kind", "refused", result.honest)


def _show_mistakes(title: str, results: Sequence[KindResult]) -> None:
    wrong = [kind for kind in results if kind.wrong]
    if not wrong:
        return
    output.data()
    output.data(output.styled(title, bold=True))
    for kind in wrong:
        output.data(f"  {kind.group}: {kind.name} ({kind.wrong} of {kind.tried})")
        for example in kind.examples:
            page, quote = _windows(example.source, example.quote)
            output.data(f"    page:  {page}")
            output.data(f"    quote: {quote}")


def _windows(source: str, quote: str) -> tuple[str, str]:
    """A page's text and a quotation, each from shortly before the first place where they differ."""
    differing = next(
        (place for place, (one, other) in enumerate(zip(source, quote, strict=False)) if one != other),
        min(len(source), len(quote)),
    )
    start = max(0, differing - _SAME_BEFORE)
    return _window(source, start), _window(quote, start)


def _window(text: str, start: int) -> str:
    return ("…" if start else "") + shortened(text[start:], _SHOWN)


def _show_kinds(title: str, wrong: str, results: Sequence[KindResult]) -> None:
    rows: list[tuple[str, ...]] = [(title, "tried", wrong, "rate")]
    for group, kinds in groupby(results, key=lambda kind: kind.group):
        members = list(kinds)
        rows.append(_row(group, sum(kind.tried for kind in members), sum(kind.wrong for kind in members)))
        rows += [_row(f"  {kind.name}", kind.tried, kind.wrong) for kind in members]
    output.data()
    show_table(rows, right=(1, 2, 3))


def _row(name: str, tried: int, wrong: int) -> tuple[str, ...]:
    return name, f"{tried:,}", f"{wrong:,}", _percent(wrong, tried)


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _percent(part: int, whole: int) -> str:
    return f"{part / whole:.1%}" if whole else "–"


@contextmanager
def _progress(*, quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """A line on stderr that counts the kinds tried, on a terminal only."""
    if quiet or not sys.stderr.isatty():
        yield None
        return

    def report(done: int, total: int) -> None:
        click.echo(f"\rchecking quotations: {done} of {total} kinds\x1b[K", err=True, nl=False)

    try:
        yield report
    finally:
        click.echo("\r\x1b[K", err=True, nl=False)
