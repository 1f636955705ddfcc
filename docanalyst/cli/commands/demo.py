"""`docanalyst demo`: a tour of the samples, offline."""

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
    ("is all in order?", "docanalyst doctor"),
)


@click.command("demo", cls=GlobalsCommand, examples=("docanalyst demo", "docanalyst demo --quiet"))
@click.pass_context
def command(ctx: click.Context) -> None:
    """Ask, check and refuse, on the sample documents; no key, no network, nothing kept."""
    from docanalyst.domain.errors import DocanalystError, UsageError

    shared = ctx.ensure_object(Globals)
    samples = _samples()
    if samples is None:
        raise UsageError("The samples are not here.", "They come with the source: run this in a clone.")
    agreement, amendment = (str(samples / name) for name in ("services-agreement.pdf", "first-amendment.pdf"))
    steps = (
        (
            "Ask both documents, whole",
            "With no key and no network the best passages answer: the agreement's clause, and the amendment "
            "that changes it. Every quotation is looked up on the page it cites: ✓.",
            ["ask", agreement, amendment, "-q", QUESTION],
        ),
        (
            "Check a quotation that someone sent you",
            "It is found, with its page: printed 6, the 9th of the PDF.",
            ["verify", agreement, "--quote", TRUE_QUOTE],
        ),
        (
            "The same, with one number changed",
            "Never verified: the words that differ are named.",
            ["verify", agreement, "--quote", FALSE_QUOTE],
        ),
        (
            "See what would be sent to a model, and what it would take",
            "Tokens of Qwen3 models are counted exactly, and offline.",
            ["pack", agreement, amendment],
        ),
        (
            "Leave too little room",
            "What does not fit is refused with the numbers and a way out; nothing is ever cut.",
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
                output.data(f"error: {error.message}\n  {error.hint}")
    output.data(output.styled("\nNow yours", bold=True))
    for words, example in NEXT:
        output.data(f"  {words:<24}{example}")


def _run(group: click.Command, arguments: list[str], directory: str, *, quiet: bool) -> None:
    options = ["--data-dir", directory, "--provider", "extractive", *(["--quiet"] if quiet else [])]
    group.main([*options, *arguments], prog_name="docanalyst", standalone_mode=False, obj=Globals())


def _samples() -> Path | None:
    """The samples: in the folder the user stands in, or of the source tree that the package is part of."""
    for place in (Path("samples"), Path(__file__).parents[3] / "samples"):
        if (place / "services-agreement.pdf").is_file():
            return place
    return None
