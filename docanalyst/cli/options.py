"""Options that every command takes, before or after its name, and what they open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.settings import Settings


@dataclass(slots=True)
class Globals:
    """What was given of the global options."""

    provider: str | None = None
    model: str | None = None
    config: str | None = None
    data_dir: str | None = None
    local_only: bool | None = None
    json: bool = False
    quiet: bool = False
    verbose: bool = False
    if_stopped: tuple[str, str] = ("", "")
    """What to say after Ctrl-C at this moment: what is saved, and how to see it."""

    def settings(self) -> Settings:
        """Settings from the options, the environment and the file. Raises UsageError."""
        from docanalyst.settings import load_settings

        return load_settings(
            self.config,
            provider=self.provider,
            model=self.model,
            data_dir=self.data_dir,
            local_only=self.local_only,
        )

    def analyst(self, *, keep: bool = True, traces: bool = True) -> Analyst:
        """The application service under these settings."""
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
        click.Option(["--provider"], metavar="NAME", help="Provider to ask (see `models`).", **shared),
        click.Option(["--model"], metavar="NAME", help="Model to ask.", **shared),
        click.Option(["--config"], metavar="FILE", help="Configuration file.", **shared),
        click.Option(["--data-dir"], metavar="DIR", help="Directory of the store and the cache.", **shared),
        click.Option(["--local-only"], help="Only providers on this machine.", **flag),
        click.Option(["--json"], help="Data as JSON on stdout.", **flag),
        click.Option(["--quiet"], help="No notes and no progress.", **flag),
        click.Option(["--verbose"], help="More notes.", **flag),
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

    An option of the command's own takes the place of a global one of the same name. examples: command lines
    for the end of its help.
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
    """A plain command with the global options."""


class GlobalsGroup(_WithGlobals, click.Group):
    """A group of commands with the global options; its commands take them too."""

    command_class = GlobalsCommand


class _Argument(click.Argument):
    """An argument that says what it is; click has words of its own for that only in later versions."""

    def __init__(self, *args: Any, words: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = words

    def get_help_record(self, ctx: click.Context) -> tuple[str, str]:
        return self.metavar or self.human_readable_name, self.words


_Function = TypeVar("_Function", bound=Callable[..., Any])


def argument(name: str, words: str, **kwargs: Any) -> Callable[[_Function], _Function]:
    """A positional argument. words: what the help says of it; the rest as for `click.argument`."""
    return click.argument(name, cls=_Argument, words=words, **kwargs)


def limit_option(words: str, default: int) -> Callable[[_Function], _Function]:
    """`--limit N`: how many of something, unless told otherwise."""
    number = click.IntRange(min=1)
    return click.option("--limit", type=number, metavar="N", default=default, show_default=True, help=words)


def read_options(function: _Function) -> _Function:
    """PATHs and what reading them takes."""
    function = click.option("--password", metavar="TEXT", help="Password of an encrypted PDF; not kept.")(
        function
    )
    return paths_argument("PATH...")(function)


def paths_argument(metavar: str) -> Callable[[_Function], _Function]:
    """Documents, as every command takes them."""
    words = "PDFs, .txt or .md files, or folders; lease.pdf:3-40,55 takes only those pages."
    return argument("paths", words, nargs=-1, metavar=metavar)
