"""The command table, and how a run ends: every way out has its exit code and one clear message."""

from __future__ import annotations

import difflib
import errno
import importlib
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsGroup
from docanalyst.domain.errors import DocanalystError

COMMANDS = {
    "tui": ("commands.tui", "Open the terminal UI (also: docanalyst PATH...)."),
    "ask": ("commands.ask", "Ask over whole documents; the answer streams to stdout."),
    "pack": ("commands.pack", "Show what would be sent: tokens, budget, cost. Nothing leaves the machine."),
    "batch": ("batch.command", "Ask every document the same questions; a table with checked quotes."),
    "verify": ("commands.verify", "Check quotes against documents. No model."),
    "read": ("commands.read", "Show what the reader saw, page by page."),
    "terms": ("commands.terms", "List defined terms, their uses, and terms never defined. No model."),
    "dates": ("commands.dates", "List dates, deadlines, amounts with their pages. No model."),
    "compare": ("commands.compare", "Show what changed between two versions, with pages. No model."),
    "sessions": ("commands.sessions", "List, show, search, export and delete kept sessions."),
    "query": ("commands.query", "Ask the store in SQL, read-only."),
    "spending": ("commands.spending", "Show tokens, money and time by provider, month, folder …"),
    "backup": ("commands.backup", "Copy the store while it is in use."),
    "prompts": ("commands.prompts", "List, show, copy, edit and check prompts."),
    "models": ("commands.models", "List providers and models: window, price, key present, retired."),
    "bench": ("commands.bench", "Measure providers on your own documents: first token, speed, cost."),
    "eval": ("commands.eval", "Ask questions with known passages; see which model suits your documents."),
    "serve": ("commands.serve", "Serve the terminal UI in a browser, on this machine (extra `web`)."),
    "config": ("commands.config", "Write and show the configuration."),
    "completion": ("commands.completion", "Print the completion script for a shell."),
    "demo": ("commands.demo", "Tour the sample documents, offline."),
    "help": ("commands.help", "Longer texts: architecture, benchmarks, extending, security."),
    "doctor": ("commands.doctor", "Check the installation, keys and store."),
}
"""name → (module, short help): what --help shows without loading a command."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _NobodyReads(Exception):
    """A broken pipe, under a name that click does not turn into an exit code of 1."""


class LazyGroup(GlobalsGroup):
    """Loads a command's module when it is run, so that --help stays quick."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """The context of a command line; --help and --version are printed here."""
        try:
            return super().make_context(*args, **kwargs)
        except BrokenPipeError as error:
            raise _NobodyReads from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command that a command line names."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _NobodyReads from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names of all commands, none of them loaded."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """A command, its module loaded now; None where there is none of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"docanalyst.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands, none of them loaded."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that a first word names; a PATH names `tui`. Raises click.UsageError."""
        if args[0] not in COMMANDS and _names_documents(args[0]):
            return super().resolve_command(ctx, ["tui", *args])
        if args[0] not in COMMANDS:
            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"There is no command {args[0]!r}.{hint}", ctx)
        return super().resolve_command(ctx, args)


@click.group(
    cls=LazyGroup,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    examples=(
        "docanalyst ask contract.pdf -q 'When does it end?'",
        "docanalyst ask folder/ -q 'Which leases have a break clause?' --provider groq",
        "docanalyst pack a.pdf b.pdf:1-40",
        "docanalyst demo",
    ),
)
@click.pass_context
def app(ctx: click.Context) -> None:
    """Ask whole documents, and check every quote against the page it cites."""
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        from docanalyst.cli.commands.tui import command as tui

        ctx.exit(ctx.invoke(tui, paths=()))
    click.echo(ctx.get_help())


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command line; the exit code. Never lets an exception reach the user."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    output.use_utf8()
    shared = Globals(json=_asks_for_json(arguments))
    try:
        result: Any = app.main(arguments, prog_name="docanalyst", standalone_mode=False, obj=shared)
        sys.stdout.flush()
        return result if isinstance(result, int) else 0
    except DocanalystError as error:
        return output.show_error(error, shared)
    except click.ClickException as error:
        return output.show_usage_error(error, as_json=shared.json)
    except (KeyboardInterrupt, click.Abort):
        return output.show_interrupted(*shared.if_stopped, as_json=shared.json)
    except (BrokenPipeError, _NobodyReads):
        output.give_up_stdout()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return output.show_unwritable(error, *shared.if_stopped, as_json=shared.json)
        return output.show_defect(error, as_json=shared.json)


def _names_documents(argument: str) -> bool:
    """Whether a first word that is no command is a PATH for the terminal UI."""
    named = argument.lower().endswith((".pdf", ".txt", ".md")) or os.sep in argument
    return named or Path(argument).exists()


def _asks_for_json(arguments: Sequence[str]) -> bool:
    before_end = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in before_end
