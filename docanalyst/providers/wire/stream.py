"""Sends one request, retries it before its first byte, streams the answer, and translates every fault.

Every streamed question goes through `Wire.answer`, from our own models and from the LangChain chat model.
Lists of models and token counts go through `wire.exchange`, provider batches through `file_batches`.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import BadResponse, ConnectionFailed, ProviderError, RateLimited
from docanalyst.domain.models import Delta, ModelSpec, Usage
from docanalyst.providers.catalog.entry import ModelEntry
from docanalyst.providers.dialects import dialect
from docanalyst.providers.dialects.base import Dialect, FrameError, Malformed, Piece
from docanalyst.providers.dialects.endings import worse
from docanalyst.providers.model import Call, Limits, Options, Waiting
from docanalyst.providers.wire.endpoint import Endpoint
from docanalyst.providers.wire.faults import broken, read_refusal, to_error
from docanalyst.providers.wire.pairs import SurrogatePairs
from docanalyst.providers.wire.reasoning import ReasoningSplitter
from docanalyst.providers.wire.retry import backoff, limits_of, may_be_billed, should_retry, wait_asked_for
from docanalyst.providers.wire.transport import silence_allowed

if TYPE_CHECKING:
    import httpx

_TELLING = 10
"""Bytes that tell how a body begins: a byte order mark and the name of a field."""
_LARGEST_REFUSAL = 65_536
_LARGEST_WHOLE_REPLY = 32_000_000
_LONG_PROMPT = 50_000
"""Characters from which msgspec encodes a request. Importing it takes 8 ms; it saves 2.3 ms on a request of
131,072 tokens, more than half of what that costs here until it is sent."""
_END_WITHIN = 0.1
"""Seconds that the end of a body may come after the end of its answer; hosts send both at once."""
_IN_THE_ANSWER = "The partial answer is kept; ask again for a complete one."


class _Again(Exception):
    """An attempt that failed before its first byte and may be made again."""

    def __init__(self, error: ProviderError, wait: float | None) -> None:
        super().__init__(error.message)
        self.error = error
        self.wait = wait


class Wire:
    """Talks to one model at one endpoint. Used within one event loop at a time."""

    def __init__(
        self, spec: ModelSpec, endpoint: Endpoint, entry: ModelEntry, options: Options | None = None
    ) -> None:
        self.spec = spec
        self.endpoint = endpoint
        self.entry = entry
        self.options = options or Options()
        self.dialect: Dialect = dialect(endpoint.provider.dialect)
        self.limits = Limits()
        self._client: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    async def answer(self, call: Call) -> AsyncGenerator[Delta, None]:
        """One answer as deltas; the last one carries usage, finish_reason and the model's own name.

        Raises ProviderError and its kinds. After the first word nothing is ever sent again. A delta with
        `lost` reports a failed attempt that may be billed.
        """
        fields = {
            key: value
            for key, value in self.dialect.body(call, self.endpoint.provider, self.entry).items()
            if value is not None
        }
        body = _encoded(fields, is_long=sum(len(one.content) for one in call.messages) > _LONG_PROMPT)
        attempt = repeats = 0
        while True:
            try:
                async with aclosing(self._attempt(call, body)) as deltas:
                    async for delta in deltas:
                        yield delta
                return
            except _Again as again:
                attempt, lost = attempt + 1, again.error.accepted
                repeats += lost
                wait = backoff(attempt) if again.wait is None else again.wait
                enough = attempt > self.options.max_retries or repeats > self.options.max_repeats
                if enough or wait > self.options.max_wait:
                    again.error.retry_after = again.wait
                    raise again.error from None
                if lost:
                    yield Delta(lost=1)
                if self.options.on_wait:
                    name, limited = self.endpoint.provider.name, isinstance(again.error, RateLimited)
                    retries = self.options.max_retries
                    self.options.on_wait(Waiting(name, again.error.message, wait, attempt, limited, retries))
            await self.options.sleep(wait)

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    async def client(self) -> httpx.AsyncClient:
        """The client of the running loop, made on first use."""
        loop = asyncio.get_running_loop()
        if self._client is None or self._loop is not loop:
            from docanalyst.providers.wire.transport import new_client

            self._client, self._loop = new_client(self.endpoint, self.options), loop
        return self._client

    async def _attempt(self, call: Call, body: bytes) -> AsyncGenerator[Delta, None]:
        import httpx

        client = await self.client()
        begun = accepted = False
        try:
            response = await client.send(await self._request(client, call, body), stream=True)
            async with aclosing(response):
                self.limits = limits_of(response.headers)
                if not 200 <= response.status_code < 300:
                    await self._refused(response)
                accepted = True
                async with aclosing(self._deltas(call, response)) as deltas:
                    async for delta in deltas:
                        begun = True
                        yield delta
        except FrameError as error:
            # Within a stream that was accepted, only a fault of the request or its account is a refusal.
            refused = not begun and 400 <= error.status < 500 and not may_be_billed(error.status)
            charged = accepted and not refused
            raise _billable(self._frame_error(error, begun), charged) from None
        except Malformed as error:
            hint = _IN_THE_ANSWER if begun else "Ask again, or use another provider."
            raise _billable(self._error(BadResponse, f"sent {error}", hint), accepted) from None
        except ConnectionFailed as error:
            raise _billable(error, accepted) from None
        except httpx.HTTPError as error:
            raise _billable(self._broken(error, begun), accepted or not _is_unsent(error)) from None
        except httpx.InvalidURL:
            raise self._error(BadResponse, "has an address that cannot be called") from None

    async def _request(self, client: httpx.AsyncClient, call: Call, body: bytes) -> httpx.Request:
        """The request; its key is nowhere else, so that no frame of a traceback holds it."""
        return client.build_request(
            "POST",
            self.endpoint.base_url + self.dialect.path(call),
            content=body,
            headers={
                "Content-Type": "application/json",
                "Accept": self.dialect.accept,
                **self.endpoint.headers,
                **self.options.extra_headers,
                **await self.endpoint.authorisation(),
            },
        )

    async def _deltas(self, call: Call, response: httpx.Response) -> AsyncGenerator[Delta, None]:
        provider = self.endpoint.provider
        splitter = ReasoningSplitter(
            expects_reasoning=bool(call.thinking) and (provider.local or provider.needs_base_url)
        )
        usage: Usage | None = None
        finish: str | None = None
        model: str | None = None
        done = went_on = False
        answered, thought = SurrogatePairs(), SurrogatePairs()
        async with aclosing(self._pieces(response)) as pieces:
            async for piece in pieces:
                usage = piece.usage or usage
                model = piece.model or model
                done = done or piece.done
                if piece.content or piece.reasoning:
                    went_on = finish is not None
                    split = splitter.feed(answered.joined(piece.content), thought.joined(piece.reasoning))
                    if split.answer or split.reasoning:
                        yield Delta(split.answer, split.reasoning)
                finish = worse(finish, piece.finish_reason)
        # A host that says "stop" and goes on has shown that its word means nothing.
        if finish is None or (went_on and not done):
            ended = "broke off before the answer was finished"
            if done:
                ended = "ended without saying that the answer was finished"
            raise broken(provider, f"The stream from {provider.title} {ended}", _IN_THE_ANSWER)
        rest = splitter.finish(finish)
        yield Delta(rest.answer, rest.reasoning, usage, finish, model or call.model)

    async def _pieces(self, response: httpx.Response) -> AsyncGenerator[Piece, None]:
        content_type = response.headers.get("content-type", "").partition(";")[0].strip().lower()
        body, head = response.aiter_bytes(), b""
        async for part in body:
            head += part
            begun = head.strip()
            if len(begun) >= _TELLING or b"\n" in head.lstrip():
                break
        whole = _again(head, body)
        if self.dialect.is_stream(content_type, head):
            async with aclosing(self.dialect.pieces(whole)) as pieces:
                async for piece in pieces:
                    yield piece
            await _read_to_end(whole)
            return
        text = await _read_at_most(whole, _LARGEST_WHOLE_REPLY)
        try:
            payload: Any = json.loads(text.removeprefix(b"\xef\xbb\xbf"))
        except ValueError:
            status = "" if response.status_code == 200 else f" (HTTP {response.status_code})"
            said = read_refusal(200, text).message[:200] or "nothing"
            raise Malformed(f"{said}{status} instead of an answer") from None
        yield replace(self.dialect.whole(payload), done=True)

    async def _refused(self, response: httpx.Response) -> None:
        said = self.endpoint.redact(
            (await _read_at_most(response.aiter_bytes(), _LARGEST_REFUSAL)).decode("utf-8", "replace")
        )
        status = response.status_code
        if 300 <= status < 400:
            raise self._error(
                BadResponse,
                f"redirects to another address (HTTP {status}), which is not followed",
                f"Set {self.endpoint.provider.variable}_BASE_URL to the address meant.",
            )
        refusal = read_refusal(status, said)
        asked = wait_asked_for(response.headers)
        refusal = replace(refusal, wait=refusal.wait if asked is None else asked)
        error = to_error(refusal, self.spec, self.endpoint.provider)
        error.retryable = should_retry(status, response.headers) and error.retryable
        error.accepted = may_be_billed(status)
        if error.retryable:
            raise _Again(error, refusal.wait)
        raise error

    def _frame_error(self, error: FrameError, begun: bool) -> Exception:
        refusal = read_refusal(error.status, self.endpoint.redact(error.text))
        found = to_error(refusal, self.spec, self.endpoint.provider)
        if begun:
            found.hint = f"{_IN_THE_ANSWER} {found.hint}".strip()
        elif found.retryable:
            return _Again(found, refusal.wait)
        return found

    def _broken(self, error: httpx.HTTPError, begun: bool) -> Exception:
        import httpx

        provider, host = self.endpoint.provider, self.endpoint.host
        if isinstance(error, httpx.ConnectTimeout | httpx.ConnectError | httpx.PoolTimeout):
            hint = (
                "Is the server running?" if self.endpoint.is_local else "Check the network and the address."
            )
            detail = self.endpoint.redact(str(error)) or type(error).__name__
            if "CERTIFICATE" in detail:
                hint = "Set SSL_CERT_FILE to a file with your office's certificate, if it inspects traffic."
                what = f"The certificate of {host} is not trusted: {detail}"
                return broken(provider, what, hint, retryable=False)
            found = broken(provider, f"{provider.title} cannot be reached at {host}: {detail}", hint)
            return _Again(found, None)
        if isinstance(error, httpx.TimeoutException):
            return broken(
                provider,
                f"{provider.title} was silent for {silence_allowed(self.endpoint, self.options):g} s",
                _IN_THE_ANSWER if begun else "Increase `read_timeout` in the configuration.",
            )
        if isinstance(error, httpx.DecodingError):
            return self._error(BadResponse, "sent a body that cannot be unpacked", _IN_THE_ANSWER * begun)
        found = broken(
            provider, f"The connection to {provider.title} at {host} broke", _IN_THE_ANSWER if begun else ""
        )
        return found if begun else _Again(found, None)

    def _error(self, kind: type[ProviderError], what: str, hint: str = "") -> ProviderError:
        provider = self.endpoint.provider
        return kind(f"{provider.title} {self.endpoint.redact(what)}", hint, provider=provider.name)


def _billable(error: Exception, accepted: bool) -> Exception:
    """The error, with whether the provider may charge for the request."""
    told = error.error if isinstance(error, _Again) else error
    if isinstance(told, ProviderError):
        told.accepted = accepted
    return error


def _is_unsent(error: httpx.HTTPError) -> bool:
    """Whether the request cannot have reached the provider whole."""
    import httpx

    unsent = (
        httpx.ConnectError,
        httpx.ConnectTimeout,
        httpx.PoolTimeout,
        httpx.WriteError,
        httpx.WriteTimeout,
    )
    return isinstance(error, (*unsent, httpx.ProxyError, httpx.UnsupportedProtocol))


def _encoded(fields: dict[str, Any], *, is_long: bool) -> bytes:
    """The fields as JSON. Half of a surrogate pair, which has no bytes, becomes a question mark."""
    if is_long:
        import msgspec

        with suppress(UnicodeEncodeError):
            return msgspec.json.encode(fields)
    return json.dumps(fields, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")


async def _read_to_end(body: AsyncIterator[bytes]) -> None:
    """Read what follows an answer that has ended, so that the connection can serve the next request.

    A host that leaves its stream open or breaks it now costs the connection alone.
    """
    import httpx

    with suppress(TimeoutError, httpx.HTTPError):
        async with asyncio.timeout(_END_WITHIN):
            await _read_at_most(body, _LARGEST_REFUSAL)


async def _again(head: bytes, body: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """The whole body, including the first bytes already read."""
    if head:
        yield head
    async for part in body:
        yield part


async def _read_at_most(body: AsyncIterator[bytes], size: int) -> bytes:
    parts: list[bytes] = []
    length = 0
    async for part in body:
        parts.append(part)
        length += len(part)
        if length >= size:
            break
    return b"".join(parts)[:size]
