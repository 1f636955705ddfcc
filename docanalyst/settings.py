"""Settings, directories and keys: the only place that knows the environment and the user's files.

Plain values, read by the few rules below: every command opens the settings first, and a library for them costs
a quarter of the time that a command has.
"""

# ruff: noqa: RUF009 - `_setting` makes a field of a dataclass

from __future__ import annotations

import difflib
import json
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import platformdirs

from docanalyst.domain.errors import StorageError, UsageError

APP = "docanalyst"
_PREFIX = "DOCANALYST_"
_WORDS = {
    "yes": True,
    "true": True,
    "on": True,
    "1": True,
    "no": False,
    "false": False,
    "off": False,
    "0": False,
}


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it should be a text")
    return value


def _number(value: Any) -> int:
    if isinstance(value, str) and value.strip().isdigit():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("it should be a whole number")
    if value < 1:
        raise ValueError("it should be greater than 0")
    return value


def _switch(value: Any) -> bool:
    found = _WORDS.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise ValueError("it should be true or false")
    return found


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = _decoded(value) if value.lstrip().startswith("[") else value.split(",")
    if not isinstance(value, list | tuple) or not all(isinstance(item, str) for item in value):
        raise ValueError("it should be a list of texts")
    return tuple(item.strip() for item in value if item.strip())


def _table(value: Any) -> dict[str, Any]:
    value = _decoded(value) if isinstance(value, str) else value
    if not isinstance(value, dict):
        raise ValueError("it should be a table")
    return value


def _providers(value: Any) -> dict[str, dict[str, Any]]:
    table = _table(value)
    if not all(isinstance(entry, dict) for entry in table.values()):
        raise ValueError("it should be a table of tables, one for each provider")
    return table


def _keys(value: Any) -> dict[str, str]:
    table = _table(value)
    if not all(isinstance(entry, str) for entry in table.values()):
        raise ValueError("it should be a table of texts")
    return table


def _directory(value: Any) -> Path:
    """In a file or a variable no shell has replaced the "~"."""
    return (value if isinstance(value, Path) else Path(_text(value))).expanduser()


def _decoded(value: str) -> Any:
    try:
        return json.loads(value)
    except ValueError:
        raise ValueError("it should be JSON") from None


def _user_data_dir() -> Path:
    return Path(platformdirs.user_data_dir(APP, appauthor=False))


def _setting(read: Callable[[Any], Any], meaning: str, default: Any = None) -> Any:
    """A field. read: from what an option, a variable or the file holds; raises ValueError with the reason."""
    known = {"read": read, "meaning": meaning}
    if callable(default):
        return field(default_factory=default, metadata=known)
    return field(default=default, metadata=known)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What a user can set. Order: option, then environment (`DOCANALYST_…`), then file, then default."""

    provider: str | None = _setting(
        _text, "Provider to ask when none is named; empty: the first one with a key and a window that fits."
    )
    model: str | None = _setting(_text, "Model to ask when none is named.")
    max_output: int | None = _setting(_number, "Tokens to reserve and ask for in an answer.")
    think: bool | None = _setting(_switch, "Whether the model thinks before it answers.")
    data_dir: Path = _setting(_directory, "Directory of the store and the cache.", _user_data_dir)
    local_only: bool = _setting(_switch, "Whether documents may only go to this machine.", False)
    allowed_providers: tuple[str, ...] = _setting(
        _texts, "Providers that documents may be sent to; empty: any.", ()
    )
    fallback: tuple[str, ...] = _setting(
        _texts, "Providers to try, in order, when the first one fails before answering.", ()
    )
    consent: tuple[str, ...] = _setting(
        _texts, "Providers that need no question before the first sending.", ()
    )
    providers: dict[str, dict[str, Any]] = _setting(
        _providers, "The user's own providers and changes to shipped ones, in the catalog's own form.", dict
    )
    keymap: dict[str, str] = _setting(_keys, "Keys of the terminal UI, by action.", dict)
    theme: str | None = _setting(_text, "Theme of the terminal UI.")

    @property
    def store_path(self) -> Path:
        """The SQLite file."""
        return self.data_dir / "docanalyst.db"

    @property
    def cache_dir(self) -> Path:
        """Read documents, by digest; safe to delete."""
        return self.data_dir / "cache"

    @property
    def prompts_dir(self) -> Path:
        """The user's own prompts."""
        return config_path().parent / "prompts"

    def lookup(self, name: str) -> str | None:
        """An environment variable, else the file's endpoint for it, else the keyring's entry of that name."""
        value = os.environ.get(name)
        if value:
            return value
        for provider, entry in self.providers.items():
            if name == f"DOCANALYST_{provider.upper().replace('-', '_')}_BASE_URL" and "base_url" in entry:
                return str(entry["base_url"])
        return _from_keyring(name)

    def make_data_dir(self) -> Path:
        """The data directory, created for its owner alone. Raises StorageError where that is impossible."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"The data directory {self.data_dir} cannot be created: {error.strerror or error}.",
                "Name another one with --data-dir or DOCANALYST_DATA_DIR.",
            ) from error
        return self.data_dir


def config_path(option: str | None = None) -> Path:
    """The configuration file: the option, else `DOCANALYST_CONFIG`, else the platform's place."""
    named = option or os.environ.get("DOCANALYST_CONFIG")
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "config.toml"


def load_settings(config: str | None = None, **options: Any) -> Settings:
    """Settings from the options given, the environment and the file.

    config: path of the file; it must exist when named here. options: settings by name, None where not given.
    Raises UsageError for a file that cannot be read, an unknown key (with the nearest known one) or a value
    of the wrong kind.
    """
    path = config_path(config)
    values: Mapping[str, Any] = {}
    try:
        if config is not None or path.exists():
            values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(f"The configuration file {path} cannot be read: {error}.") from error
    for name in values:
        if name not in meanings():
            raise _unknown(name, path)
    found: dict[str, Any] = {}
    for item in fields(Settings):
        variable = _PREFIX + item.name.upper()
        for origin, value in (
            ("--" + item.name.replace("_", "-"), options.get(item.name)),
            (variable, os.environ.get(variable) or None),
            (str(path), values.get(item.name)),
        ):
            if value is None:
                continue
            try:
                found[item.name] = item.metadata["read"](value)
            except ValueError as error:
                raise UsageError(f"{origin}: {item.name} is not right: {error}.") from error
            break
    return Settings(**found)


@cache
def meanings() -> Mapping[str, str]:
    """The settings in the order in which they are documented: name → what it is for."""
    return {item.name: item.metadata["meaning"] for item in fields(Settings)}


def default_of(name: str) -> Any:
    """What a setting is where nobody set it."""
    return getattr(Settings(), name)


def _unknown(name: str, path: Path) -> UsageError:
    near = difflib.get_close_matches(name, meanings(), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(sorted(meanings()))}."
    return UsageError(f"{path} has the unknown key {name!r}.", hint)


def _from_keyring(name: str) -> str | None:
    keyring = _keyring()
    if keyring is None:
        return None
    try:
        value = keyring.get_password(APP, name)
    except (keyring.errors.KeyringError, RuntimeError):
        return None
    return str(value) if value else None


@cache
def _keyring() -> Any:
    """The keyring package, or None: a failed import is slow, and keys are looked up for every question."""
    try:
        return import_module("keyring")
    except ImportError:
        return None
