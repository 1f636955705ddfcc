"""`docanalyst demo`: a tour of the sample documents, offline."""

from __future__ import annotations

import shlex
import tempfile
from pathlib import Path

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand

QUESTION = "What is the time for payment of an invoice?"
TRUE_QUOTE = "The Customer shall pay each valid and undisputed invoice within 30 days after it receives it."
FALSE_QUOTE = "The Customer shall pay each valid and undisputed invoice within 60 days after it receives it."
NEXT = (
    ("ask your documents", "docanalyst ask YOUR.pdf -q 'YOUR QUESTION'"),
    ("in the terminal UI", "docanalyst YOUR.pdf"),
    ("with a model", "export GROQ_API_KEY=…   (or another: docanalyst models)"),
    ("check the installation", "docanalyst doctor"),
)


@click.command("demo", cls=GlobalsCommand, examples=("docanalyst demo", "docanalyst demo --quiet"))
@click.pass_context
def command(ctx: click.Context) -> None:
    """Take a tour of the sample documents. Needs no API key and no network, and saves nothing."""
    from docanalyst.domain.errors import DocanalystError, UsageError

    shared = ctx.ensure_object(Globals)
    samples = _samples()
    if samples is None:
        raise UsageError(
            "Sample files are not included in this installation.",
            "Run this command in a clone of docanalyst.",
        )
    agreement, amendment = (str(samples / name) for name in ("services-agreement.pdf", "first-amendment.pdf"))
    steps = (
        (
            "Ask a question about two whole documents",
            "Without an API key, docanalyst answers with the closest passages: the agreement's clause and "
            "the amendment that changes it. Every quotation is checked against the page it cites.",
            ["ask", agreement, amendment, "-q", QUESTION],
        ),
        (
            "Check a quotation that someone sent you",
            "The quotation is verified, and its page is given.",
            ["verify", agreement, "--quote", TRUE_QUOTE],
        ),
        (
            "Check the same quotation with one number changed",
            "The quotation is altered: the differing words are named.",
            ["verify", agreement, "--quote", FALSE_QUOTE],
        ),
        (
            "See what would be sent to a model, and its cost",
            "Tokens are counted offline, exactly for Qwen3 models.",
            ["pack", agreement, amendment],
        ),
        (
            "Exceed the context window",
            "A request that does not fit is refused, with the numbers and a hint. No document is cut.",
            ["pack", agreement, amendment, "--max-output", "120000", "--quiet"],
        ),
    )
    with tempfile.TemporaryDirectory(prefix="docanalyst-demo-") as directory:
        group = click.get_current_context().find_root().command
        for number, (title, words, arguments) in enumerate(steps, 1):
            output.data(output.styled(f"\n{number}. {title}", bold=True))
            output.data(words)
            output.data(output.styled(f"$ docanalyst {shlex.join(arguments)}\n", dim=True))
            try:
                _run(group, arguments, directory, quiet=shared.quiet)
            except DocanalystError as error:
                output.data(f"error: {error.message}\nhint: {error.hint}")
    output.data(output.styled("\nNext: your own documents", bold=True))
    for words, example in NEXT:
        output.data(f"  {words:<24}{example}")


def _run(group: click.Command, arguments: list[str], directory: str, *, quiet: bool) -> None:
    options = ["--data-dir", directory, "--provider", "extractive", *(["--quiet"] if quiet else [])]
    group.main([*options, *arguments], prog_name="docanalyst", standalone_mode=False, obj=Globals())


def _samples() -> Path | None:
    """Return the folder of samples: in the working directory, or in the source tree of this package."""
    for place in (Path("samples"), Path(__file__).parents[3] / "samples"):
        if (place / "services-agreement.pdf").is_file():
            return place
    return None
