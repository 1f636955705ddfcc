"""Where a provider is and how a request is authorised; the one place that holds a key.

A key is kept as a `Key`, goes into one header, and is taken out of every text that could be shown.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from docanalyst.domain.errors import AuthenticationFailed, UsageError
from docanalyst.providers.catalog.entry import KEYED, Lookup, ProviderEntry
from docanalyst.providers.wire.redaction import redact

_TOKEN = "eyJ"
"""How a token of Entra begins, which Azure takes in place of a key."""

_MESSAGES_VERSION = "2023-06-01"
"""The version of Anthropic's messages format that is spoken; there is no later one."""

_SUFFIXES = ("/messages", "/chat/completions", "/completions", "/models")


class Key:
    """A key that no representation, log or traceback shows; only `reveal` gives its text.

    Pydantic's SecretStr does the same, but importing Pydantic takes a fifth of the time that a fresh process
    needs to its first token.
    """

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The key itself."""
        return self._text

    def __repr__(self) -> str:
        return "Key(…)"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address with its authorisation. base_url has no slash at its end."""

    provider: ProviderEntry
    base_url: str
    key: Key | None = None
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """The host and port, for people."""
        return urlsplit(self.base_url).netloc

    @property
    def is_local(self) -> bool:
        """Whether requests stay on this machine."""
        return is_loopback(self.base_url)

    async def authorisation(self) -> dict[str, str]:
        """The header that carries the key; for Vertex a fresh access token."""
        if self.provider.auth == "google" and self.key is None:
            from docanalyst.providers.wire.google import access_token

            return {"Authorization": f"Bearer {await access_token()}"}
        if self.key is None:
            return {}
        if self.provider.auth == "x-api-key":
            return {"x-api-key": self.key.reveal(), "anthropic-version": _MESSAGES_VERSION}
        if self.provider.auth == "api-key" and not self.key.reveal().startswith(_TOKEN):
            return {"api-key": self.key.reveal()}
        return {"Authorization": f"Bearer {self.key.reveal()}"}

    def redact(self, text: str) -> str:
        """The text without the key and without anything that looks like one."""
        if self.key is not None:
            text = text.replace(self.key.reveal(), "[key]")
        return redact(text)


def resolve(provider: ProviderEntry, lookup: Lookup, *, key: str | None = None) -> Endpoint:
    """The endpoint of a provider.

    lookup: gives addresses, regions and keys. key: used instead of the looked-up one. Raises
    AuthenticationFailed without a key where one is needed, UsageError for an address that is none.
    """
    found = key if key is not None else provider.key(lookup)
    secret = None if found is None else Key(found)
    if secret is not None:
        _check_key(provider, secret)
    if secret is None and provider.auth in KEYED:
        raise AuthenticationFailed(
            f"No key for {provider.title}.",
            f"Set {provider.key_variables[0]}, or use another provider (`docanalyst models` lists them).",
            provider=provider.name,
        )
    headers: dict[str, str] = {}
    for header, variables in provider.headers.items():
        found_at = next((name for name in variables if lookup(name)), None)
        if found_at:
            headers[header] = _header_value(lookup(found_at) or "", found_at)
    return Endpoint(provider, _base_url(provider, lookup), secret, headers)


def _header_value(value: str, variable: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise UsageError(f"{variable} contains characters that cannot be sent in a header.")
    return value


def _check_key(provider: ProviderEntry, key: Key) -> None:
    value = key.reveal()
    if not value.isascii() or any(character in value for character in "\r\n\0"):
        raise AuthenticationFailed(
            f"The key for {provider.title} contains characters that no key has.",
            f"Copy it again into {provider.key_variables[0]}.",
            provider=provider.name,
        )


def _base_url(provider: ProviderEntry, lookup: Lookup) -> str:
    own = provider.own_base_url(lookup)
    url = own if own else _filled(provider, lookup)
    if own and "://" not in url:
        url = "http://" + url
    url = url.rstrip("/")
    for suffix in _SUFFIXES:
        url = url.removesuffix(suffix)
    if provider.dialect == "ollama":
        url = url.removesuffix("/chat").removesuffix("/api").removesuffix("/v1")
        url = url.replace("//0.0.0.0", "//127.0.0.1", 1)
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(
            f"{url!r} is not an address for {provider.title}."
            if url
            else f"No address set for {provider.title}.",
            f"Set {provider.variable}_BASE_URL to something like https://host/v1.",
        )
    if parts.username or parts.password:
        raise UsageError(
            f"The address of {provider.title} contains a user name or password.",
            "Leave it out of the address and set the key's variable instead.",
        )
    if provider.dialect == "ollama" and parts.port is None and parts.scheme == "http" and not parts.path:
        url += ":11434"
    return url


def _filled(provider: ProviderEntry, lookup: Lookup) -> str:
    values: dict[str, str] = {}
    for name, variables in provider.settings.items():
        value = next((v.strip() for variable in variables if (v := lookup(variable)) and v.strip()), None)
        values[name] = value if value is not None else provider.setting_defaults.get(name, "")
    if endpoint := values.get("endpoint"):
        endpoint = (
            endpoint if "." in endpoint or "://" in endpoint else f"https://{endpoint}.openai.azure.com"
        )
        values["endpoint"] = endpoint.rstrip("/").removesuffix("/openai/v1").removesuffix("/openai")
    if "{host}" in provider.base_url:
        values["host"] = vertex_host(values.get("location", "global"))
    for name in re.findall(r"\{(\w+)\}", provider.base_url):
        value = values.get(name, "")
        if not value:
            variable = provider.settings.get(name, (name,))[0]
            raise UsageError(f"{provider.title} needs {variable}.", f"Set {variable} in the environment.")
        if name != "endpoint" and not re.fullmatch(r"[A-Za-z0-9.:_-]+", value):
            raise UsageError(f"{value!r} cannot be the {name} of {provider.title}.")
    return provider.base_url.format(**values)


def vertex_host(location: str) -> str:
    """The host of a Vertex location."""
    if location == "global":
        return "aiplatform.googleapis.com"
    if location in ("us", "eu"):
        return f"aiplatform.{location}.rep.googleapis.com"
    return f"{location}-aiplatform.googleapis.com"


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = (urlsplit(url if "://" in url else f"http://{url}").hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
