"""Changes the configuration file one key at a time; the rest of the file stays as written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.domain.budget import DEFAULT_RESERVE, THINKING_RESERVE
from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.settings import Settings, config_path, load_settings, meanings

if TYPE_CHECKING:
    from docanalyst.analyst.service import Analyst


@dataclass(frozen=True, slots=True)
class Preference:
    """A setting.

    Attributes:
        value: The current value; None or empty if not set.
        unset: The default, in a few words.
    """

    name: str
    value: Any
    meaning: str
    unset: str = ""


_UNSET = {
    "provider": "the first with an API key and a large enough context window",
    "model": "Qwen3-32B if the provider has it",
    "max_output": f"{DEFAULT_RESERVE:,}; with reasoning, {THINKING_RESERVE:,}",
    "think": "no",
    "allowed_providers": "any",
    "read_timeout": "600 s; no limit on this machine",
    "fallback": "none",
    "consent": "asked once for each provider",
    "providers": "the built-in ones",
    "keymap": "the default keys; F1 lists them",
    "theme": "dark",
}


def list_preferences(settings: Settings) -> list[Preference]:
    """Return all settings, in the documented order."""
    return [
        Preference(name, getattr(settings, name), meaning, _UNSET.get(name, ""))
        for name, meaning in meanings().items()
    ]


def change_preference(analyst: Analyst, name: str, text: str, path: Path | None = None) -> Settings:
    """Write a setting to the configuration file and apply it to this Analyst.

    Raises UsageError for an unknown name or an invalid value, before anything is written, and StorageError if
    the file cannot be written.

    Args:
        text: The value as typed; "" restores the default.
        path: The configuration file; None for the default one.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if name not in meanings():
        raise UsageError(f"No setting named {name!r}.", f"Settings: {', '.join(meanings())}.")
    path = path or config_path()
    try:
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(written)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise UsageError(f"Cannot read the configuration file {path}: {error}.") from error
    value = _value(name, text.strip())
    if value is None:
        document.pop(name, None)
    else:
        document[name] = value
    draft = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft.write_text(tomlkit.dumps(document), encoding="utf-8")
        fresh = load_settings(str(draft))
        draft.replace(path)
    except OSError as error:
        raise StorageError(f"Cannot write the configuration file {path}: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    analyst.settings = replace(analyst.settings, **{name: getattr(fresh, name)})
    return analyst.settings


def _value(name: str, text: str) -> Any:
    """Return the value that TOML would hold; None for the default."""
    if not text:
        return None
    kind = Settings.__annotations__[name]
    if "bool" in kind:
        words = {
            "yes": True,
            "true": True,
            "on": True,
            "1": True,
            "no": False,
            "false": False,
            "off": False,
            "0": False,
        }
        if text.lower() not in words:
            raise UsageError(f"Invalid value for {name}: {text!r}.", "Enter yes or no.")
        return words[text.lower()]
    if "int" in kind:
        digits = text.replace(",", "").replace("_", "")
        if not digits.isdigit():
            raise UsageError(f"Invalid value for {name}: {text!r}.", "Enter a whole number.")
        return int(digits)
    if kind.startswith("tuple"):
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind.startswith("dict"):
        raise UsageError(
            f"{name} is a table and cannot be changed here.", "Edit it in the configuration file."
        )
    return text
