"""Settings, directories and keys: the only place that knows the environment and the user's files."""

from __future__ import annotations

import difflib
import json
import os
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated, Any

import platformdirs
from pydantic import BeforeValidator, Field, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from docanalyst.domain.errors import StorageError, UsageError

APP = "docanalyst"


def _listed(value: Any) -> Any:
    """What a variable lists with commas, or as JSON."""
    if not isinstance(value, str):
        return value
    return json.loads(value) if value.lstrip().startswith("[") else re.findall(r"[^\s,]+", value)


_Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]


class Settings(BaseSettings):
    """What a user can set. Order: option, then environment (`DOCANALYST_…`), then file, then default."""

    model_config = SettingsConfigDict(
        env_prefix="DOCANALYST_",
        env_ignore_empty=True,
        extra="forbid",
        use_attribute_docstrings=True,
        frozen=True,
    )

    provider: str | None = None
    """Provider to ask when none is named; empty: the first one with a key and a window that fits."""
    model: str | None = None
    """Model to ask when none is named."""
    max_output: int | None = Field(default=None, gt=0)
    """Tokens to reserve and ask for in an answer."""
    think: bool | None = None
    """Whether the model thinks before it answers."""
    data_dir: Path = Field(default_factory=lambda: Path(platformdirs.user_data_dir(APP, appauthor=False)))
    """Directory of the store and the cache."""
    local_only: bool = False
    """Whether documents may only go to this machine."""
    allowed_providers: _Names = ()
    """Providers that documents may be sent to; empty: any."""
    fallback: _Names = ()
    """Providers to try, in order, when the first one fails before answering."""
    consent: _Names = ()
    """Providers that need no question before the first sending."""
    providers: dict[str, dict[str, Any]] = Field(default_factory=dict)
    """The user's own providers and changes to shipped ones, in the catalog's own form."""
    keymap: dict[str, str] = Field(default_factory=dict)
    """Keys of the terminal UI, by action."""
    theme: str | None = None
    """Theme of the terminal UI."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Options go before the environment, the environment before the file."""
        given = init_settings()
        file_values = given.pop("_file", {})
        return (
            InitSettingsSource(settings_cls, given),
            env_settings,
            InitSettingsSource(settings_cls, file_values),
        )

    @field_validator("data_dir")
    @classmethod
    def _expand(cls, value: Path) -> Path:
        """In a file or a variable no shell has replaced the "~"."""
        return value.expanduser()

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
    given = {name: value for name, value in options.items() if value is not None}
    try:
        return Settings(**{"_file": dict(values), **given})
    except ValidationError as error:
        raise _explain(error, path, values) from error


def _explain(error: ValidationError, path: Path, values: Mapping[str, Any]) -> UsageError:
    problem = error.errors(include_url=False, include_input=False)[0]
    key = ".".join(str(part) for part in problem["loc"])
    origin = str(path) if key.split(".")[0] in values else f"DOCANALYST_{key.upper()}"
    if problem["type"] == "extra_forbidden":
        near = difflib.get_close_matches(key, Settings.model_fields, n=1)
        known = ", ".join(sorted(Settings.model_fields))
        return UsageError(
            f"{origin} has the unknown key {key!r}.",
            f"Did you mean {near[0]!r}?" if near else f"Keys: {known}.",
        )
    return UsageError(f"{origin}: {key} is not right: {problem['msg']}.")


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
