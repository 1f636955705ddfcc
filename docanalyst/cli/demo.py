"""`docanalyst demo`: a tour of the samples, offline."""

from __future__ import annotations

import tempfile
from pathlib import Path

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand

QUESTION = "When must the Customer pay an invoice?"
TRUE_QUOTE = "The Customer shall pay each valid and undisputed invoice within 30 days after it receives it."
FALSE_QUOTE = "The Customer shall pay each valid and undisputed invoice within 60 days after it receives it."


@click.command("demo", cls=GlobalsCommand)
@click.pass_context
def command(ctx: click.Context) -> None:
    """Ask, check and refuse, on the sample documents; no key, no network, nothing kept."""
    from docanalyst.domain.errors import UsageError

    shared = ctx.ensure_object(Globals)
    samples = _samples()
    if samples is None:
        raise UsageError("The samples are not here.", "They come with the source: run this in a clone.")
    agreement, amendment = samples / "services-agreement.pdf", samples / "first-amendment.pdf"
    steps: tuple[tuple[str, list[str]], ...] = (
        ("What would be sent, and does it fit?", ["pack", str(agreement), str(amendment)]),
        ("A question over both, whole", ["ask", str(agreement), str(amendment), "-q", QUESTION]),
        ("A true quote", ["verify", str(agreement), "--quote", TRUE_QUOTE]),
        ("The same with one number changed", ["verify", str(agreement), "--quote", FALSE_QUOTE]),
    )
    with tempfile.TemporaryDirectory(prefix="docanalyst-demo-") as directory:
        for number, (title, arguments) in enumerate(steps, 1):
            output.data(output.styled(f"\n{number}. {title}", bold=True))
            shown = " ".join(f"'{word}'" if " " in word else word for word in arguments)
            output.data(output.styled(f"$ docanalyst {shown}\n", dim=True))
            _run(arguments, directory, quiet=shared.quiet)
    output.data("\nNow yours: docanalyst ask YOUR.pdf -q 'YOUR QUESTION'")


def _run(arguments: list[str], directory: str, *, quiet: bool) -> None:
    from docanalyst.cli.app import app

    options = ["--data-dir", directory, "--provider", "extractive", *(["--quiet"] if quiet else [])]
    app.main([*options, *arguments], prog_name="docanalyst", standalone_mode=False, obj=Globals())


def _samples() -> Path | None:
    """The samples of a source tree: beside the package, or in the folder the user stands in."""
    for place in (Path(__file__).parents[2] / "samples", Path.cwd() / "samples"):
        if (place / "services-agreement.pdf").is_file():
            return place
    return None
