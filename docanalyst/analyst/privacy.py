"""Decides where documents may be sent: rules in `.docanalyst.toml` and the user's consent."""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Awaitable, Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from docanalyst.providers.preflight import Destination

RULES_FILE = ".docanalyst.toml"
_RULE_KEYS = ("allowed_providers",)

Consent = Callable[["Destination"], Awaitable[bool]]
"""Asks the user whether documents may be sent to a destination."""


def allowed_providers(documents: Sequence[Document], own: Sequence[str]) -> tuple[tuple[str, ...], str]:
    """Return the providers that these documents may be sent to, and the file that says so; empty means any.

    Args:
        own: The user's list, from the settings. The nearest `.docanalyst.toml` at or above each document, and
            at or above the target of a link, restricts the list further: all of them must allow a provider.

    Raises:
        UsageError: A file cannot be read or no provider is left.
    """
    lists: list[tuple[tuple[str, ...], str]] = [(tuple(own), "the settings")] if own else []
    lists += rules_beside(item.path for item in documents if item.path)
    if not lists:
        return (), ""
    names = [name for name in lists[0][0] if all(name in other for other, _ in lists)]
    sources = " and ".join(source for _, source in lists)
    if not names:
        raise UsageError(
            f"These documents cannot be sent together: {sources} have no allowed provider in common.",
            "Ask about them one at a time, or use --provider extractive.",
        )
    return tuple(names), sources


def rules_beside(paths: Iterable[str]) -> list[tuple[tuple[str, ...], str]]:
    """Return the rules at or above these files and their link targets: allowed providers and the rules' file.

    Raises:
        UsageError: Rules that cannot be read.
    """
    files = [Path(path).expanduser() for path in paths]
    folders = dict.fromkeys(place.parent for file in files for place in (file.absolute(), file.resolve()))
    return list(dict.fromkeys(found for folder in folders if (found := _rules_of(folder)) is not None))


def _rules_of(folder: Path) -> tuple[tuple[str, ...], str] | None:
    for place in (folder, *folder.parents):
        path = place / RULES_FILE
        if not path.is_file():
            continue
        try:
            rules: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(
                f"Cannot read the rules in {path}: {error}.",
                "Correct the file. Until then no document there is sent.",
            ) from error
        for key in rules:
            if key not in _RULE_KEYS:
                near = difflib.get_close_matches(key, _RULE_KEYS, n=1)
                hint = f"Did you mean {near[0]!r}?" if near else f"Keys: {', '.join(_RULE_KEYS)}."
                raise UsageError(f"{path} has the unknown key {key!r}.", hint)
        names = rules.get("allowed_providers", [])
        if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
            raise UsageError(
                f"{path}: allowed_providers is not a list of provider names.",
                'Write it like this: allowed_providers = ["vllm", "extractive"]',
            )
        return (tuple(names), str(path)) if names else None
    return None


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
    """Check that the user has consented to this destination; ask if necessary. Raises UsageError.

    Args:
        agreed: Providers consented to in the settings.
        ask: Asks the user; None if nobody can be asked.
    """
    if destination.stays_here or destination.provider in agreed:
        return
    if consents.has(destination.provider, destination.host):
        return
    if ask is not None and await ask(destination):
        consents.add(destination.provider, destination.host)
        return
    raise UsageError(
        f"Nothing was sent: you have not agreed to send documents to {destination.title}.",
        f"{destination.sentence} To agree, add --yes, or set consent = [{destination.provider!r}] in the "
        "configuration.",
    )
