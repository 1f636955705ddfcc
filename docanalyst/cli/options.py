"""The global options, accepted before or after a command, and the settings they give."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

from docanalyst.formats.detection import KINDS

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.settings import Settings


@dataclass(slots=True)
class Globals:
    """The values of the global options."""

    provider: str | None = None
    model: str | None = None
    config: str | None = None
    data_dir: str | None = None
    local_only: bool | None = None
    reread_scans: bool | None = None
    double_check: bool | None = None
    tracked_changes: str | None = None
    skip_unreadable: bool = False
    as_pdf: bool | None = None
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    if_stopped: tuple[str, str] = ("", "")
    """Message and hint to show if Ctrl-C is pressed now."""

    def settings(self) -> Settings:
        """Return the settings from options, environment and file.

        Raises:
            UsageError: The file cannot be read or a value is invalid.
        """
        from docanalyst.settings import load_settings

        if self.as_pdf and self.tracked_changes:
            from docanalyst.domain.errors import UsageError

            raise UsageError(
                "Use only one of --as and --as-pdf.",
                "With --as-pdf, tracked changes are shown as LibreOffice shows them.",
            )
        return load_settings(
            self.config,
            provider=self.provider,
            model=self.model,
            data_dir=self.data_dir,
            local_only=self.local_only,
            reread_scans=self.reread_scans,
            double_check=self.double_check,
            tracked_changes=self.tracked_changes,
            as_pdf=self.as_pdf,
        )

    def analyst(self, *, keep: bool = True, traces: bool = True) -> Analyst:
        """Return an Analyst with these settings."""
        from docanalyst.analyst import Analyst

        return Analyst(self.settings(), keep=keep, traces=traces)


def _remember(ctx: click.Context, param: click.Parameter, value: Any) -> None:
    if value is not None and param.name:
        setattr(ctx.ensure_object(Globals), param.name, value)


def _show_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from docanalyst._version import __version__

        click.echo(f"docanalyst {__version__}")
        ctx.exit()


def _global_options() -> list[click.Parameter]:
    shared: dict[str, Any] = {"expose_value": False, "callback": _remember}
    flag = shared | {"is_flag": True, "default": None}
    return [
        click.Option(["--provider"], metavar="NAME", help="Provider to use (see `models`).", **shared),
        click.Option(["--model"], metavar="NAME", help="Model to use.", **shared),
        click.Option(["--config"], metavar="FILE", help="Configuration file.", **shared),
        click.Option(
            ["--data-dir"], metavar="DIR", help="Directory of the database and the cache.", **shared
        ),
        click.Option(["--local-only"], help="Use only providers on this machine.", **flag),
        click.Option(["--json"], help="Print JSON to stdout.", **flag),
        click.Option(["--quiet"], help="Hide notes and progress.", **flag),
        click.Option(["--verbose"], help="Show more notes.", **flag),
        click.Option(
            ["--version"],
            help="Show the version and exit.",
            is_flag=True,
            is_eager=True,
            expose_value=False,
            callback=_show_version,
        ),
    ]


class _WithGlobals(click.Command):
    """A command that also takes the global options, listed last in its help.

    A command's own option replaces the global option of the same name.

    Args:
        examples: Command lines to show at the end of the help.
    """

    def __init__(self, *args: Any, examples: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.examples = tuple(examples)
        own = {name for param in self.params for name in param.opts}
        self._global_options = [param for param in _global_options() if not own & set(param.opts)]
        self.params = [*self.params, *self._global_options]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {"Arguments": [], "Options": [], "Global options": []}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                is_global = param in self._global_options
                kind = "Arguments" if isinstance(param, click.Argument) else "Options"
                sections["Global options" if is_global else kind].append(record)
        for title, records in sections.items():
            if records:
                with formatter.section(title):
                    formatter.write_dl(records)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        if self.examples:
            with formatter.section("Examples" if len(self.examples) > 1 else "Example"):
                for example in self.examples:
                    formatter.write(f"{'':{formatter.current_indent}}{example}\n")


class GlobalsCommand(_WithGlobals):
    """A command with the global options."""


class GlobalsGroup(_WithGlobals, click.Group):
    """A group with the global options; its commands take them too."""

    command_class = GlobalsCommand


class _Argument(click.Argument):
    """An argument with a help text, which click supports only in later versions."""

    def __init__(self, *args: Any, meaning: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.meaning = meaning

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.metavar or self.human_readable_name, self.meaning


_Function = TypeVar("_Function", bound=Callable[..., Any])


def argument(name: str, meaning: str, **kwargs: Any) -> Callable[[_Function], _Function]:
    """Declare a positional argument.

    Args:
        name: Name of the parameter.
        meaning: Help text.
        **kwargs: Passed on to `click.argument`.
    """
    return click.argument(name, cls=_Argument, meaning=meaning, **kwargs)


def limit_option(meaning: str, default: int) -> Callable[[_Function], _Function]:
    """Declare `--limit N`, the maximum number of items."""
    number = click.IntRange(min=1)
    return click.option("--limit", type=number, metavar="N", default=default, show_default=True, help=meaning)


def overwrite_option(function: _Function) -> _Function:
    """Declare `--overwrite`."""
    meaning = "Replace an existing file that docanalyst did not write."
    return click.option("--overwrite", is_flag=True, help=meaning)(function)


def scan_options(function: _Function) -> _Function:
    """Declare `--reread-scans`, `--double-check`, `--as` and `--as-pdf`."""
    shared: dict[str, Any] = {
        "is_flag": True,
        "default": None,
        "expose_value": False,
        "callback": _remember,
    }
    function = click.option(
        "--as",
        "tracked_changes",
        type=click.Choice(("final", "original", "marked")),
        default=None,
        expose_value=False,
        callback=_remember,
        help="Tracked changes: accepted (default), rejected, or marked in the text.",
    )(function)
    function = click.option(
        "--as-pdf",
        help="Read Word, .odt and .rtf files with the pages that LibreOffice gives them.",
        **shared,
    )(function)
    function = click.option(
        "--double-check",
        help="Compare the text of each page with its picture (OCR; takes seconds per page).",
        **shared,
    )(function)
    return click.option("--reread-scans", help="Read scans that have a text layer again by OCR.", **shared)(
        function
    )


def read_options(function: _Function) -> _Function:
    """Declare PATHs and what reading them takes."""
    function = scan_options(function)
    function = click.option("--password", metavar="TEXT", help="Password of an encrypted PDF; not saved.")(
        function
    )
    return paths_argument("PATH...")(function)


def skip_option(function: _Function) -> _Function:
    """Declare `--skip-unreadable`."""
    return click.option(
        "--skip-unreadable",
        is_flag=True,
        expose_value=False,
        callback=_remember,
        help="Leave out files of a folder that cannot be read; the receipt names them.",
    )(function)


def paths_argument(metavar: str) -> Callable[[_Function], _Function]:
    """Declare PATHs, as every command takes them."""
    meaning = f"{KINDS}, or folders; lease.pdf:3-40,55 means only those pages."
    return argument("paths", meaning, nargs=-1, metavar=metavar)
