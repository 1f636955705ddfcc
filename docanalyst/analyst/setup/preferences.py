"""Changing the configuration file from a program: one key at a time, the rest stays as it was written."""

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
    """A setting with what it is for. value: as it holds now; None or empty where it is not set. unset: what
    holds then, in a few words."""

    name: str
    value: Any
    meaning: str
    unset: str = ""


_UNSET = {
    "provider": "the first with a key and a window that fits",
    "model": "Qwen3-32B where the provider has it",
    "max_output": f"{DEFAULT_RESERVE:,}; when the model thinks, {THINKING_RESERVE:,}",
    "think": "no",
    "allowed_providers": "any",
    "read_timeout": "600 s; no limit on this machine",
    "fallback": "none",
    "consent": "asked once for each provider",
    "providers": "those shipped",
    "keymap": "as shipped; F1 lists them",
    "theme": "dark",
}


def list_preferences(settings: Settings) -> list[Preference]:
    """All settings, in the order in which they are documented."""
    return [
        Preference(name, getattr(settings, name), meaning, _UNSET.get(name, ""))
        for name, meaning in meanings().items()
    ]


def change_preference(analyst: Analyst, name: str, text: str, path: Path | None = None) -> Settings:
    """Write a setting to the configuration file, and let it hold for this Analyst from now on.

    text: as a person writes it; "" goes back to the default. path: of the file; default as the program finds
    it. Raises UsageError for an unknown name or a value of the wrong kind, before anything is written, and
    StorageError where the file cannot be written.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    if name not in meanings():
        raise UsageError(f"There is no setting {name!r}.", f"Settings: {', '.join(meanings())}.")
    path = path or config_path()
    try:
        written = path.read_text(encoding="utf-8") if path.exists() else ""
        document = tomlkit.parse(written)
    except (OSError, UnicodeDecodeError, TOMLKitError) as error:
        raise UsageError(f"The configuration file {path} cannot be read: {error}.") from error
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
        raise StorageError(f"The configuration file {path} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    analyst.settings = replace(analyst.settings, **{name: getattr(fresh, name)})
    return analyst.settings


def _value(name: str, text: str) -> Any:
    """The text as TOML would hold it; None for the default."""
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
            raise UsageError(f"{name} is yes or no, not {text!r}.")
        return words[text.lower()]
    if "int" in kind:
        digits = text.replace(",", "").replace("_", "")
        if not digits.isdigit():
            raise UsageError(f"{name} is a number, not {text!r}.")
        return int(digits)
    if kind.startswith("tuple"):
        return [part.strip() for part in text.split(",") if part.strip()]
    if kind.startswith("dict"):
        raise UsageError(f"{name} is a table: change it in the configuration file itself.")
    return text
