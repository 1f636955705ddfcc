"""Decides where documents may be sent: rules in `.docanalyst.toml` and the user's consent."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from docanalyst.providers.wire.destinations import Destination

RULES_FILE = ".docanalyst.toml"
_RULE_KEYS = ("allowed_providers",)

Consent = Callable[["Destination"], Awaitable[bool]]
"""Asks the user whether documents may be sent to a destination."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The providers that documents may be sent to, and the source of the rule.

    Attributes:
        allowed: Names of providers; empty for nobody.
    """

    allowed: tuple[str, ...]
    source: str

    def permits(self, destination: Destination) -> bool:
        """Return whether documents may be sent there; a destination that is sent nothing is permitted."""
        return not destination.sends or any(name in self.allowed for name in destination.allowed_as)


def require_permitted(destination: Destination, rules: Sequence[Rule], *, local_only: bool) -> None:
    """Check that every rule permits sending documents to a destination.

    Raises UsageError; nothing may be sent then.

    Args:
        local_only: Whether to permit only what certainly runs on this machine.
    """
    if local_only and not destination.stays_here:
        raise UsageError(
            f"Nothing was sent: {_why_not_here(destination)}, and only this machine is allowed.",
            "Drop --local-only, or use a provider on this machine; `docanalyst models` lists them.",
        )
    for rule in rules:
        if rule.permits(destination):
            continue
        allowed = ", ".join(rule.allowed) or "nobody"
        name = destination.allowed_as[-1]
        raise UsageError(
            f"Nothing was sent: these documents may not be sent to {destination.title}.",
            f"{rule.source} allows {allowed} (allowed_providers), and this is {name}. Use one of these, or"
            " --provider extractive.",
        )


def rules_for(documents: Iterable[Document], own: Sequence[str] | None) -> tuple[Rule, ...]:
    """Return all rules for documents: the user's own list and every rules file above them.

    Args:
        own: The list in the settings; None for no list, empty for nobody.

    Raises:
        UsageError: Rules that cannot be read.
    """
    settings = () if own is None else (Rule(tuple(own), "The configuration"),)
    return (*settings, *rules_beside(item.path for item in documents if item.path))


def rules_beside(paths: Iterable[str]) -> tuple[Rule, ...]:
    """Return the rules of every `.docanalyst.toml` in or above the folders of these files and link targets.

    The rules of a subfolder restrict those above further.

    Raises:
        UsageError: Rules that cannot be read.
    """
    files = [Path(path).expanduser() for path in paths]
    folders = {place.parent: None for file in files for place in (file.absolute(), file.resolve())}
    places = dict.fromkeys(place for folder in folders for place in (folder, *folder.parents))
    return tuple(rule for place in places if (rule := _rule_in(place)) is not None)


def _rule_in(folder: Path) -> Rule | None:
    path = folder / RULES_FILE
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise _unreadable(path, error) from error
    try:
        rules: dict[str, Any] = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise _unreadable(path, error) from error
    for key in rules:
        if key not in _RULE_KEYS:
            near = difflib.get_close_matches(key, _RULE_KEYS, n=1)
            hint = f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(_RULE_KEYS)}."
            raise UsageError(f"{path} has the unknown key {key!r}.", hint)
    names = rules.get("allowed_providers")
    if names is None:
        return None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise UsageError(
            f"{path}: allowed_providers is not a list of provider names.",
            'Write it like this: allowed_providers = ["vllm", "extractive"].',
        )
    return Rule(tuple(name.strip().lower() for name in names), str(path))


def _unreadable(path: Path, error: Exception) -> UsageError:
    return UsageError(
        f"Cannot read the rules in {path}: {error}.",
        "Correct the file: until then no document there is sent.",
    )


def _why_not_here(destination: Destination) -> str:
    if destination.forwarded:
        return f"{destination.title} forwards this model's requests ({destination.host})"
    if destination.on_this_machine:
        return f"{destination.title} at {destination.host} may be a proxy to another machine"
    return f"{destination.title} is not on this machine"


class Consents:
    """The destinations that the user has consented to, saved in the data directory.

    Args:
        remember: Whether to save new consent.
    """

    def __init__(self, directory: Path, *, remember: bool = True) -> None:
        self._path = directory / "consent.json"
        self._remember = remember

    def has(self, provider: str, host: str) -> bool:
        """Return whether the user consented to this provider at this host."""
        return host in self._read().get(provider, [])

    def add(self, provider: str, host: str) -> None:
        """Save consent. If it cannot be written, the user is asked again next time."""
        if not self._remember:
            return
        agreed = self._read()
        agreed[provider] = sorted({*agreed.get(provider, []), host})
        try:
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            draft = self._path.with_suffix(".new")
            draft.write_text(json.dumps(agreed, indent=1), encoding="utf-8")
            draft.replace(self._path)
        except OSError:
            return

    def _read(self) -> dict[str, list[str]]:
        try:
            agreed = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        return agreed if isinstance(agreed, dict) else {}


async def require_consent(
    destination: Destination, consents: Consents, agreed: Sequence[str], ask: Consent | None
) -> None:
    """Check that the user has consented to this destination; ask if necessary.

    Raises UsageError.

    Args:
        agreed: Names of destinations agreed to in the settings.
        ask: Asks the user; None if nobody can be asked.
    """
    if not destination.needs_consent or any(name in agreed for name in destination.allowed_as):
        return
    if consents.has(destination.provider, destination.host):
        return
    if ask is not None and await ask(destination):
        consents.add(destination.provider, destination.host)
        return
    raise UsageError(
        f"Nothing was sent: you have not agreed to send documents to {destination.title}.",
        f'{destination.sentence} Agree with --yes, or with consent = ["{destination.allowed_as[-1]}"] in '
        "the configuration.",
    )
