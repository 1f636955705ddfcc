"""Options that every command takes, before or after its name, and what they open."""

from __future__ import annotations

from collections.abc import Callable
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
        from docanalyst import __version__

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

    An option of the command's own takes the place of a global one of the same name.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        own = {name for param in self.params for name in param.opts}
        self._global_options = [param for param in _global_options() if not own & set(param.opts)]
        self.params = [*self.params, *self._global_options]

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        own: list[tuple[str, str]] = []
        shared: list[tuple[str, str]] = []
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                (shared if param in self._global_options else own).append(record)
        if own:
            with formatter.section("Options"):
                formatter.write_dl(own)
        with formatter.section("Global options"):
            formatter.write_dl(shared)
        if isinstance(self, click.Group):
            self.format_commands(ctx, formatter)


class GlobalsCommand(_WithGlobals):
    """A plain command with the global options."""


class GlobalsGroup(_WithGlobals, click.Group):
    """A group of commands with the global options; its commands take them too."""

    command_class = GlobalsCommand


_Function = TypeVar("_Function", bound=Callable[..., Any])


def read_options(function: _Function) -> _Function:
    """PATHs and what reading them takes."""
    function = click.option("--password", metavar="TEXT", help="Password of an encrypted PDF; not kept.")(
        function
    )
    return click.argument("paths", nargs=-1, metavar="PATH...")(function)
