"""`docanalyst config`: the configuration file."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

import click

from docanalyst.cli import output
from docanalyst.cli.options import Globals, GlobalsCommand, GlobalsGroup

_EXAMPLES: dict[str, Any] = {
    "provider": "groq",
    "model": "openai/gpt-oss-120b",
    "max_output": 4_096,
    "think": False,
    "allowed_providers": ["groq", "huggingface:nscale", "local"],
    "read_timeout": 900,
    "fallback": ["vllm", "extractive"],
    "theme": "textual-dark",
}
"""Example values for settings without a default."""


@click.group("config", cls=GlobalsGroup, examples=("docanalyst config init", "docanalyst config show"))
def command() -> None:
    """Create and show the configuration file."""


@command.command(
    "init",
    cls=GlobalsCommand,
    examples=("docanalyst config init", "docanalyst config init --config project.toml"),
)
@click.pass_obj
def init_command(shared: Globals) -> None:
    """Create a configuration file with every setting explained and commented out."""
    from docanalyst.domain.errors import UsageError
    from docanalyst.settings import Settings, config_path, meanings

    path = config_path(shared.config)
    lines = ["# Settings of docanalyst. Options override the environment, which overrides this file."]
    defaults = asdict(Settings())
    for name, meaning in meanings().items():
        value = _EXAMPLES.get(name, defaults[name])
        lines += ["", f"# {meaning}", f"# {name} = {_toml(value)}"]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write("\n".join(lines) + "\n")
    except FileExistsError as error:
        raise UsageError(
            f"{path} already exists.", "The existing file was kept. Name another one with --config."
        ) from error
    except OSError as error:
        raise UsageError(
            f"Cannot write {path}: {error.strerror or error}.", "Name another file with --config."
        ) from error
    if shared.json:
        output.data_json({"config": str(path)})
    else:
        output.data(str(path))


@command.command(
    "show", cls=GlobalsCommand, examples=("docanalyst config show", "docanalyst config show --json")
)
@click.pass_obj
def show_command(shared: Globals) -> None:
    """Show the current settings and where they come from."""
    from docanalyst.settings import config_path

    settings = shared.settings()
    values = asdict(settings) | {"data_dir": str(settings.data_dir)}
    if shared.json:
        output.data_json(values | {"config": str(config_path(shared.config))})
        return
    for name, value in values.items():
        output.data(f"{name} = {_toml(value)}" if value is not None else f"# {name} is not set")
    path = config_path(shared.config)
    output.note(
        f"Read from {path}{'' if path.exists() else ' (not found)'}, the environment and the defaults."
    )


def _toml(value: Any) -> str:
    """Return a value in TOML; None becomes an empty string."""
    if value is None:
        return '""'
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    if isinstance(value, dict):
        if not value:
            return "{}"
        return "{ " + ", ".join(f"{json.dumps(key)} = {_toml(item)}" for key, item in value.items()) + " }"
    return json.dumps(str(value), ensure_ascii=False)
