"""Reads settings, directories and API keys from options, the environment and the configuration files."""

# ruff: noqa: RUF009 - `_setting` makes a field of a dataclass

from __future__ import annotations

import difflib
import json
import os
import re
import sys
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any, Literal, get_origin, get_type_hints

import msgspec
import platformdirs

from docanalyst.domain.errors import StorageError, UsageError, install_extra

APP = "docanalyst"
_SWITCHES = {"yes": True, "on": True, "no": False, "off": False}


def _setting(meaning: str, default: Any = None, *, factory: Callable[[], Any] | None = None) -> Any:
    known = {"meaning": meaning}
    return (
        field(default_factory=factory, metadata=known) if factory else field(default=default, metadata=known)
    )


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. Options override the environment (`DOCANALYST_…`), which overrides the file."""

    provider: str | None = _setting(
        "Default provider; empty: the first one with an API key and a large enough context window."
    )
    model: str | None = _setting("Default model.")
    max_output: Annotated[int, msgspec.Meta(gt=0)] | None = _setting(
        "Tokens to reserve for an answer; also its maximum length."
    )
    think: bool | None = _setting("Whether the model reasons before it answers.")
    data_dir: Path = _setting(
        "Directory of the database and the cache.",
        factory=lambda: Path(platformdirs.user_data_dir(APP, appauthor=False)),
    )
    local_only: bool = _setting("Whether documents must stay on this machine.", False)
    allowed_providers: tuple[str, ...] | None = _setting(
        "Providers that documents may be sent to: names, `local`, or NAME:HOST; an empty list allows nobody;"
        " without it any."
    )
    read_timeout: Annotated[float, msgspec.Meta(gt=0)] | None = _setting(
        "Seconds that a provider may be silent, which includes reading a long prompt; without it 600, and no"
        " limit for a server on this machine."
    )
    retries: Annotated[int, msgspec.Meta(ge=0)] = _setting(
        "How often a failed request is sent again when the provider may charge for the failed one too.", 2
    )
    fallback: tuple[str, ...] = _setting(
        "Providers to try, in order, if the first one fails before it answers.", ()
    )
    consent: tuple[str, ...] = _setting("Providers to which documents may be sent without asking first.", ())
    providers: dict[str, dict[str, Any]] = _setting(
        "Your own providers and changes to built-in ones, in the format of the catalog.", factory=dict
    )
    reread_scans: bool = _setting("Whether scans that have a text layer are read again by OCR.", False)
    double_check: bool = _setting(
        "Whether the text of each page is compared with its picture by OCR; takes seconds per page.", False
    )
    tracked_changes: Literal["final", "original", "marked"] = _setting(
        "How tracked changes in Word files are read: final (accepted), original (rejected) or marked.",
        "final",
    )
    as_pdf: bool = _setting(
        "Whether Word, .odt and .rtf files are read as LibreOffice lays them out, with its pages.",
        False,
    )
    csv_bom: bool = _setting(
        "Whether CSV tables begin with a byte order mark, which Excel needs to read them as UTF-8.", False
    )
    keymap: dict[str, str] = _setting("Keys of the terminal UI, by action.", factory=dict)
    theme: str | None = _setting("Theme of the terminal UI.")

    @property
    def view(self) -> str:
        """How office files are read: as tracked_changes says, or "pdf"."""
        return "pdf" if self.as_pdf else self.tracked_changes

    @property
    def store_path(self) -> Path:
        """The SQLite database."""
        return self.data_dir / "docanalyst.db"

    @property
    def cache_dir(self) -> Path:
        """Folder of documents already read; safe to delete."""
        return self.data_dir / "cache"

    @property
    def prompts_dir(self) -> Path:
        """Folder of the user's own prompts."""
        return config_path().parent / "prompts"

    def lookup(self, name: str) -> str | None:
        """Return a variable: held for this run, in the environment, file or keyring."""
        value = _held.get(name) or os.environ.get(name)
        if value:
            return value
        for provider, entry in self.providers.items():
            if name == f"DOCANALYST_{provider.upper().replace('-', '_')}_BASE_URL" and "base_url" in entry:
                return str(entry["base_url"])
        return _from_keyring(name)

    def make_data_dir(self) -> Path:
        """Create the data directory, readable by its owner alone, and return it. Raises StorageError."""
        try:
            self.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise StorageError(
                f"Cannot create the data directory {self.data_dir}: {error.strerror or error}.",
                "Name another one with --data-dir or DOCANALYST_DATA_DIR.",
            ) from error
        return self.data_dir


def config_path(option: str | None = None) -> Path:
    """Return the configuration file: the option, else `DOCANALYST_CONFIG`, else the platform's default."""
    named = option or os.environ.get("DOCANALYST_CONFIG")
    if named:
        return Path(named).expanduser()
    return Path(platformdirs.user_config_dir(APP, appauthor=False)) / "config.toml"


def load_settings(config: str | None = None, **options: Any) -> Settings:
    """Load the settings from options, environment and file.

    Args:
        config: Path of the file; if given, the file must exist. options: settings by name; None if not given.

    Raises:
        UsageError: A file that cannot be read, an unknown key (with the nearest known one) or an invalid
            value.
    """
    path = config_path(config)
    values: Mapping[str, Any] = {}
    try:
        if config is not None or path.exists():
            values = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise UsageError(
            f"Cannot read the configuration file {path}: {error}.",
            "Correct it, or name another file with --config.",
        ) from error
    for name in values:
        if name not in meanings():
            raise _unknown(name, path)
    found: dict[str, Any] = {}
    for name in meanings():
        variable = f"DOCANALYST_{name.upper()}"
        for origin, value in (
            ("--" + name.replace("_", "-"), options.get(name)),
            (variable, os.environ.get(variable) or None),
            (str(path), values.get(name)),
        ):
            if value is not None:
                try:
                    found[name] = _converted(value, _kinds()[name])
                except ValueError as error:
                    raise UsageError(
                        f"{origin}: invalid value for {name}: {error}.", f"{name}: {meanings()[name]}"
                    ) from error
                break
    return Settings(**found)


@cache
def meanings() -> Mapping[str, str]:
    """Return the meaning of each setting by name, in the documented order."""
    return {item.name: item.metadata["meaning"] for item in fields(Settings)}


@cache
def _kinds() -> Mapping[str, Any]:
    return get_type_hints(Settings, include_extras=True)


def _converted(value: Any, kind: Any) -> Any:
    """Convert a value, which is text in the environment, to the type of its setting. Raises ValueError."""
    if isinstance(value, str):
        shape = next((part for part in getattr(kind, "__args__", ()) if get_origin(part) is tuple), kind)
        if get_origin(shape) is tuple and not value.lstrip().startswith("["):
            value = re.findall(r"[^\s,]+", value)
        elif get_origin(shape) in (tuple, dict):
            value = json.loads(value)
        elif bool in (kind, *getattr(kind, "__args__", ())):
            value = _SWITCHES.get(value.lower(), value)
    return msgspec.convert(value, kind, strict=False, dec_hook=_other_kind)


def _other_kind(kind: type, value: Any) -> Any:
    if kind is not Path or not isinstance(value, str | Path):
        raise ValueError(f"Expected a path, got {value!r}")
    # A shell expands "~" in an option, but not in a file or a variable.
    return Path(value).expanduser()


def _unknown(name: str, path: Path) -> UsageError:
    near = difflib.get_close_matches(name, meanings(), n=1)
    hint = f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(sorted(meanings()))}."
    return UsageError(f"{path} has the unknown key {name!r}.", hint)


_held: dict[str, str] = {}
"""Keys for this run alone, by variable; they are never written anywhere."""


def hold_key(name: str, value: str) -> None:
    """Use a key until the program ends; it goes before the environment and the keyring."""
    _held[name] = value


def drop_key(name: str) -> bool:
    """Stop using a key that was held for this run; return whether there was one."""
    return _held.pop(name, None) is not None


def is_held(name: str) -> bool:
    """Return whether a key of this name is held for this run."""
    return name in _held


def keep_key(name: str, value: str) -> None:
    """Keep a key in the keyring under the name of its variable. Raises UsageError where there is none."""
    _in_keyring("set_password", name, value)


def forget_key(name: str) -> bool:
    """Take a key out of the keyring; whether it was there. Raises UsageError where there is none."""
    if not _in_keyring("get_password", name):
        return False
    _in_keyring("delete_password", name)
    return True


def has_kept_key(name: str) -> bool:
    """Whether the keyring holds a key of this name. Raises UsageError where there is none."""
    return bool(_in_keyring("get_password", name))


def _in_keyring(action: str, name: str, *arguments: str) -> Any:
    keyring = _keyring()
    if keyring is False:
        raise _no_keyring(name)
    if keyring is None:
        raise UsageError(
            "The keyring package is not installed.",
            f"{install_extra('keyring')} Or set {name} in the environment.",
        )
    try:
        return getattr(keyring, action)(APP, name, *arguments)
    except (keyring.errors.KeyringError, RuntimeError) as error:
        kind = type(error).__name__
        if kind == "NoKeyringError":
            raise _no_keyring(name) from None
        raise UsageError(
            f"The system's keyring cannot be used: {kind}.",
            f"Unlock it, or set {name} in the environment.",
        ) from None


def _no_keyring(name: str) -> UsageError:
    return UsageError(
        "This system has no keyring to keep API keys in.",
        f"Set {name} in the environment; on Linux a desktop's keyring needs a D-Bus session.",
    )


def _from_keyring(name: str) -> str | None:
    try:
        value = _in_keyring("get_password", name)
    except UsageError:
        return None
    return str(value) if value else None


@cache
def _keyring() -> Any:
    """Return the keyring package, None without it, or False on a system that certainly has no keyring.

    Cached, because every question looks up keys. Importing the package to learn that there is no keyring
    takes 0.1 s of processor time, so a Linux server without a session bus is told by its environment.
    """
    if _has_no_session():
        return False
    try:
        return import_module("keyring")
    except ImportError:
        return None


def _has_no_session() -> bool:
    """Whether this is Linux without what any backend of the keyring package needs."""
    found = find_spec("keyring") if sys.platform == "linux" else None
    if found is None or not (Path(found.origin or "").parent / "backends" / "SecretService.py").exists():
        return False
    bus = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent") / "bus"
    chosen = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "python_keyring"
    others = find_spec("keyrings")  # backends of other packages, such as keyrings.alt
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS") or os.environ.get("PYTHON_KEYRING_BACKEND")
    return not (named or others or bus.exists() or (chosen / "keyringrc.cfg").exists())
