"""The table of commands and the end of every run: an exit code and one clear message."""

from __future__ import annotations

import errno
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsGroup
from docanalyst.domain.errors import DocanalystError

COMMANDS = {
    "tui": ("commands.tui", "Open the terminal UI (also: docanalyst PATH...)."),
    "ask": ("commands.ask", "Ask questions about whole documents; the answer streams to stdout."),
    "pack": ("commands.pack", "Show what would be sent: tokens, budget, cost. Sends nothing."),
    "batch": (
        "batch.command",
        "Ask the same questions of many documents; write a table with checked quotes.",
    ),
    "verify": ("commands.verify", "Check quotes against documents. Needs no model."),
    "read": ("commands.read", "Show the text read from each page."),
    "terms": ("commands.terms", "List defined terms, their uses, and undefined terms. Needs no model."),
    "dates": ("commands.dates", "List dates, deadlines and amounts with their pages. Needs no model."),
    "compare": ("commands.compare", "Show what changed between two versions, with pages. Needs no model."),
    "sessions": ("commands.sessions", "List, show, search, export and delete saved sessions."),
    "forget": ("commands.forget", "Purge a document everywhere: sessions, cache, batch rows."),
    "query": ("commands.query", "Query the database in SQL, read-only."),
    "spending": ("commands.spending", "Show tokens, cost and time by provider, month, folder …"),
    "backup": ("commands.backup", "Copy the database, even while it is in use."),
    "prompts": ("commands.prompts", "List, show, copy, edit and check prompts."),
    "models": (
        "commands.models",
        "List providers and models with context window, price, API key and status.",
    ),
    "bench": ("commands.bench", "Compare the speed and cost of providers on your own documents."),
    "keys": ("commands.keys", "Store API keys in the system's keyring: set, list, remove."),
    "eval": ("commands.eval", "Score models on questions whose answers you know."),
    "serve": ("commands.serve", "Open the terminal UI in a browser on this machine (extra `web`)."),
    "mcp": ("commands.mcp", "Serve reading, quote checks and search to other programs (extra `mcp`)."),
    "config": ("commands.config", "Create and show the configuration file."),
    "completion": ("commands.completion", "Print the completion script for a shell."),
    "demo": ("commands.demo", "Take a tour of the sample documents, offline."),
    "help": (
        "commands.help",
        "Read a guide: architecture, benchmarks, extending, keys, local, python, security.",
    ),
    "doctor": ("commands.doctor", "Check the installation, API keys and database."),
}
"""name → (module, short help): --help shows this table without loading any command."""

_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


class _PipeClosed(Exception):
    """A broken pipe. click would turn a BrokenPipeError into exit code 1."""


class LazyGroup(GlobalsGroup):
    """A group that loads a command's module only when the command runs, so that --help stays fast."""

    def make_context(self, *args: Any, **kwargs: Any) -> click.Context:
        """Parse a command line; click prints --help and --version here."""
        try:
            return super().make_context(*args, **kwargs)
        except BrokenPipeError as error:
            raise _PipeClosed from error

    def invoke(self, ctx: click.Context) -> Any:
        """Run the parsed command."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError as error:
            raise _PipeClosed from error

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of all commands without loading them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load and return a command, or None if there is no command of that name."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"docanalyst.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without loading them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, short) for name, (_, short) in COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command for the first argument; a PATH opens `tui`.

        Raises:
            click.UsageError: The argument is neither a command nor a PATH.
        """
        if args[0] not in COMMANDS and _names_documents(args[0]):
            return super().resolve_command(ctx, ["tui", *args])
        if args[0] not in COMMANDS:
            import difflib

            near = difflib.get_close_matches(args[0], COMMANDS, n=1)
            hint = f" Did you mean {near[0]!r}?" if near else f" Commands: {', '.join(COMMANDS)}."
            raise click.UsageError(f"No such command: {args[0]!r}.{hint}", ctx)
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
    """Ask questions about whole documents and check every quote against the page it cites."""
    if ctx.invoked_subcommand is not None:
        return
    if sys.stdin.isatty() and sys.stdout.isatty():
        from docanalyst.cli.commands.tui import command as tui

        ctx.exit(ctx.invoke(tui, paths=()))
    click.echo(ctx.get_help())


def run(argv: Sequence[str] | None = None) -> int:
    """Run a command line and return its exit code; no exception reaches the user."""
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
    except (BrokenPipeError, _PipeClosed):
        output.give_up_stdout()
        return 0
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            return output.show_unwritable(error, *shared.if_stopped, as_json=shared.json)
        return output.show_defect(error, as_json=shared.json)


def _names_documents(argument: str) -> bool:
    """Return whether an argument that is not a command is a PATH for the terminal UI."""
    from pathlib import Path

    from docanalyst.formats.detection import SUFFIXES

    named = argument.lower().endswith(tuple(SUFFIXES)) or os.sep in argument
    return named or Path(argument).exists()


def _asks_for_json(arguments: Sequence[str]) -> bool:
    before_end = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return "--json" in before_end
