"""Turns a provider's refusal, an HTTP status and a body of any shape, into one of our errors.

The shapes: `error` as text or object, `code` as text, number or nothing, Google's list around the object,
AWS's bare `message`, Ollama's text, HTML from a proxy.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from docanalyst.domain.errors import (
    AuthenticationFailed,
    BadResponse,
    ConnectionFailed,
    ModelUnavailable,
    PaymentRequired,
    ProviderError,
    RateLimited,
    TooLargeForTier,
)
from docanalyst.domain.models import ModelSpec
from docanalyst.providers.catalog.entry import ProviderEntry

RETRYABLE = frozenset({408, 409, 429, 498, 500, 502, 503, 504})
_MAX_TEXT = 600

_OVERFLOW = (
    # The word "context" with a limit: OpenAI, Groq, vLLM, SGLang, llama.cpp, LM Studio, Ollama, OpenRouter.
    r"reduce the (?:length|number) of (?:the |tokens in the )?(?:messages|input|prompt)"
    r"|maximum (?:context|model|input|sequence) length|model maximum|max(?:imum)?[_ ]model[_ ]len"
    r"|exceeds? (?:the )?(?:available |model'?s )?(?:max(?:imum)? )?context"
    r"|context the overflows|context ?window ?exceeded|context[_ ]length[_ ]exceeded"
    r"|exceed_context_size_error"
    r"|longer than the (?:model'?s )?(?:context|maximum)|max_seq_len|input length exceeds the context"
    # Counts of input against a limit: Bedrock, Vertex, Azure, DashScope, Cerebras, TGI, Together, Anthropic.
    r"|prompt tokens \(\d+\) exceed|(?:input|prompt) is too long|range of input length should be"
    r"|current length is \d+ while limit is|too many (?:input )?tokens"
    r"|input tokens? (?:count )?(?:\(\d+\) )?exceeds? |`?inputs`? (?:tokens|must have less than \d+ tokens)"
    r"|requested input length \d+ exceeds|prompt is longer than"
)
_RATE = r"rate.?limit|too many requests|throttl|tokens per minute|quota"
_GONE = (
    r"model_not_found|model_decommissioned|decommissioned|model_not_supported|model_not_available"
    r"|does not exist|not supported by any provider|model .{0,80}not found|unknown model|no such model"
    r"|invalid model name|no longer (?:available|supported)"
)
_TOO_LARGE = r"request too large|limit (\d[\d,]*), requested (\d[\d,]*)"
_BODY_TOO_LARGE = r"(?:entity|payload|content|body) (?:is )?too large"
_CREDIT = r"insufficient.{0,12}(?:quota|balance|credit|funds)|more credits|billing|arrearage"
_NO_SUCH_KEY = r"no_db_connection|no connected db\b"
"""What a LiteLLM proxy that keeps its keys in no database says of a key that is not its own."""
_AGAIN = (
    r"(?:try again|retry|wait)(?:ing)?(?: again)?(?: in| after| for)?:? "
    r"((?:\d+(?:\.\d+)?\s*(?:milliseconds?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d)\b\s*)+"
    r"|(?:\d+[dhm])+\d+(?:\.\d+)?m?s|(?:\d+[dhm])+)"
)
_SPAN = r"(\d+(?:\.\d+)?)\s*(ms|milli|[dhms])"
_SECONDS = {"ms": 0.001, "milli": 0.001, "s": 1.0, "m": 60.0, "h": 3_600.0, "d": 86_400.0}


def _says(pattern: str, text: str) -> re.Match[str] | None:
    """Where a text matches one of these patterns, in any case."""
    # `re` compiles a pattern on its first use and keeps it. Compiling all of them took 3 ms of every start,
    # and a request without a fault needs none.
    return re.search(pattern, text, re.IGNORECASE)


class Overflow(ProviderError):
    """The provider says that the request does not fit its window. Its own count is in the message."""

    kind = "context_refused"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A refusal as it was read. wait: seconds the provider asks to wait, None where it does not say.

    page: it is a web page, so a proxy or gateway sent it and not the provider's API.
    """

    status: int
    code: str
    message: str
    wait: float | None = None
    page: bool = False


def read_refusal(status: int, body: bytes | str | dict[str, Any]) -> Refusal:
    """The code and message of an error body, however it is wrapped."""
    if isinstance(body, dict):
        found: Any = body
        raw = json.dumps(body, ensure_ascii=False)
    else:
        raw = body.decode("utf-8", "replace") if isinstance(body, bytes) else body
        try:
            found = json.loads(raw)
        except ValueError:
            found = None
    if isinstance(found, list) and found:
        found = found[0]
    code, message = "", ""
    if isinstance(found, dict):
        inner = found.get("error", found)
        if isinstance(inner, str):
            message = inner
        elif isinstance(inner, dict):
            message = str(inner.get("message") or inner.get("Message") or "")
            code = str(inner.get("code") or inner.get("type") or inner.get("__type") or "")
            metadata = inner.get("metadata")
            if isinstance(metadata, dict) and metadata.get("raw"):
                message = f"{message} ({metadata['raw']})"
        message = message or _detail(found)
    page = "" if message else _page(raw)
    if not message:
        message = page or raw
    again = _says(_AGAIN, message)
    return Refusal(status, code, _shorten(message), _seconds(again) if again else None, bool(page))


def to_error(refusal: Refusal, spec: ModelSpec, provider: ProviderEntry) -> ProviderError:
    """The error for a refusal. The message quotes the provider; the hint says what to do next."""
    status, text = refusal.status, f"{refusal.code} {refusal.message}"
    said = f": {refusal.message}" if refusal.message else ""
    name = provider.title

    def error(kind: type[ProviderError], message: str, hint: str, retryable: bool = False) -> ProviderError:
        return kind(
            message,
            hint,
            provider=provider.name,
            retryable=retryable,
            status=status or None,
            retry_after=refusal.wait,
        )

    if refusal.page or (status == 413 and _says(_BODY_TOO_LARGE, text)):
        return _from_proxy(refusal, provider, error)
    if status == 413 or (status in (400, 429) and _says(_TOO_LARGE, text) and "too large" in text.lower()):
        return error(
            TooLargeForTier,
            f"{name} allows fewer tokens at once than this request has{said}",
            "Waiting does not help. Send fewer documents, lower --max-output (it counts too), use a larger"
            " plan, or another provider.",
        )
    if status in (400, 404, 413, 422, 500, 0) and _says(_OVERFLOW, text) and not _says(_RATE, text):
        return error(
            Overflow,
            f"{name} says that the request does not fit {spec.model_id}{said}",
            f"Its window there may be smaller than {spec.context_window:,} tokens: see"
            f" `docanalyst models --live`, set {provider.variable}_WINDOW, or leave documents out.",
        )
    if status in (401, 403) and _says(_GONE, text) and "key" not in text.lower():
        status = 404
    if status in (401, 403) or (status == 400 and _says(_NO_SUCH_KEY, text)):
        return error(
            AuthenticationFailed, f"{name} does not accept the key{said}", _key_hint(provider, status)
        )
    if status == 402 or (status in (400, 403, 429) and _says(_CREDIT, text)):
        return error(
            PaymentRequired,
            f"The account at {name} has no credit for this request{said}",
            "Add credit there, lower --max-output, or use another provider.",
        )
    if status == 404 or (status in (400, 410) and _says(_GONE, text)):
        heir = (
            f"Its successor there is {spec.successor}: --model {spec.successor}. " if spec.successor else ""
        )
        return error(
            ModelUnavailable,
            f"{name} does not serve {spec.model_id}{said}",
            f"{heir}`docanalyst models --live` lists what is served.",
        )
    if status in (429, 498) or (_says(_RATE, text) and status in (0, 400, 503)):
        return error(
            RateLimited,
            f"{name} is limiting requests{said}",
            f"Ask again {_in(refusal.wait)}; nothing was lost.",
            True,
        )
    if status in RETRYABLE or status >= 500 or status == 0:
        return error(
            BadResponse, f"{name} failed{_status(status)}{said}", "Ask again, or use another provider.", True
        )
    return error(BadResponse, f"{name} refused the request{_status(status)}{said}", _refused_hint(text))


def _from_proxy(
    refusal: Refusal, provider: ProviderEntry, error: Callable[..., ProviderError]
) -> ProviderError:
    """The error of a gateway on the way, which knows nothing of models and keys."""
    status, said = refusal.status, f": {refusal.message}" if refusal.message else ""
    proxy = f"A proxy or gateway before {provider.title}"
    what = f"{proxy} answered{_status(status)}{said}"
    if status == 413:
        return error(
            BadResponse,
            f"{proxy} does not take requests of this size{_status(status)}{said}",
            "Raise its limit (nginx: client_max_body_size), send fewer documents, or bypass the proxy.",
        )
    if status in (401, 403, 407):
        return error(
            BadResponse, what, "Check whether a network or proxy blocks the address; it is not the key."
        )
    if status == 404:
        return error(BadResponse, what, f"Check the address in {provider.variable}_BASE_URL.")
    again = status in RETRYABLE or status >= 500
    return error(
        BadResponse, what, "Ask again later, or check the proxy." if again else "Check the proxy.", again
    )


def broken(provider: ProviderEntry, what: str, hint: str = "", *, retryable: bool = True) -> ConnectionFailed:
    """A connection that failed or broke."""
    return ConnectionFailed(what, hint, provider=provider.name, retryable=retryable)


def _in(seconds: float | None) -> str:
    """When to ask again, in words."""
    if seconds is None or seconds < 1:
        return "a little later"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{n} {unit}" for n, unit in ((hours, "h"), (minutes, "min"), (rest, "s")) if n]
    return f"in {' '.join(parts)}"


def _key_hint(provider: ProviderEntry, status: int) -> str:
    variable = provider.key_variables[0] if provider.key_variables else f"{provider.variable}_API_KEY"
    region = (
        " Keys there are bound to a region: try the provider of the key's region."
        * provider.region_bound_keys
    )
    rights = " It may lack the right to use this model." if status == 403 else ""
    return f"Check {variable}.{rights}{region}"


def _refused_hint(text: str) -> str:
    if "enable_thinking" in text or "reasoning" in text or "support thinking" in text:
        return "The model may not take this thinking setting: try --think or --no-think."
    return "If the message is not clear, try another model of this provider."


def _status(status: int) -> str:
    return f" (HTTP {status})" if status else ""


def _seconds(again: re.Match[str]) -> float:
    """The seconds of "1h21m36.5s", "40 seconds", "547ms"."""
    return sum(
        float(number) * _SECONDS[unit.lower()] for number, unit in re.findall(_SPAN, again[1], re.IGNORECASE)
    )


def _detail(found: dict[str, Any]) -> str:
    """The words of FastAPI's `detail`: text, a list of problems, or an object around an error."""
    detail = found.get("message") or found.get("Message") or found.get("detail") or found.get("reason")
    if isinstance(detail, dict):
        return str(detail.get("error") or detail.get("message") or detail.get("msg") or detail)
    if isinstance(detail, list):
        told = [_problem(item) for item in detail if isinstance(item, dict)]
        return "; ".join(filter(None, told)) or str(detail)
    return str(detail or "")


def _problem(item: dict[str, Any]) -> str:
    place = item.get("loc")
    where = f"{place[-1]}: " if isinstance(place, list) and place else ""
    return f"{where}{item.get('msg') or ''}" if item.get("msg") else ""


def _page(raw: str) -> str:
    """What a body is that is a web page of a proxy; "" for any other."""
    begins = raw[:2000].lower()
    if "<html" not in begins and "<!doctype" not in begins:
        return ""
    title = re.search(r"<title[^>]*>(.*?)</title>", raw[:20_000], re.IGNORECASE | re.DOTALL)
    return f"a web page ({' '.join(title[1].split())})" if title else "a web page"


def _shorten(text: str) -> str:
    text = " ".join(text.split())
    text = "".join(character for character in text if character.isprintable())
    return text if len(text) <= _MAX_TEXT else text[: _MAX_TEXT - 1] + "…"
