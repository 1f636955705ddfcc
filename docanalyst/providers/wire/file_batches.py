"""A provider's own batch API, OpenAI-style: a file of requests in, a file of answers out, at a discount.

POST /files, POST /batches, GET /batches/ID until it has ended, GET /files/ID/content. The answers come in any
order and are joined on `custom_id`. Documents are stored at the provider until the files are deleted.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import BadResponse, ConnectionFailed, ProviderError, UsageError
from docanalyst.domain.models import Delta, ModelSpec
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.entry import Lookup, ModelEntry, ProviderEntry
from docanalyst.providers.dialects import dialect
from docanalyst.providers.dialects.base import FrameError, Malformed
from docanalyst.providers.model import Options, call_for
from docanalyst.providers.wire.endpoint import resolve
from docanalyst.providers.wire.faults import read_refusal, to_error
from docanalyst.providers.wire.reasoning import ReasoningSplitter

if TYPE_CHECKING:
    import httpx

ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
URL = "/v1/chat/completions"


@dataclass(frozen=True, slots=True)
class FileBatch:
    """A batch at a provider. status: validating, in_progress, finalizing, cancelling, or one of ENDED.

    counts: requests in all, completed and failed, as far as the provider tells.
    """

    id: str
    status: str
    input_file_id: str = ""
    output_file_id: str = ""
    error_file_id: str = ""
    counts: tuple[int, int, int] = (0, 0, 0)
    message: str = ""

    @property
    def ended(self) -> bool:
        """Whether nothing more will come of it."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class Answered:
    """One line of an output: the answer as deltas, or the error instead of it."""

    custom_id: str
    deltas: tuple[Delta, ...] = ()
    error: ProviderError | None = None


class FileBatches:
    """Talks to the batch API of one provider. Raises UsageError where it has none, AuthenticationFailed."""

    def __init__(self, spec: ModelSpec, provider: ProviderEntry, entry: ModelEntry, lookup: Lookup) -> None:
        if not provider.batch or provider.dialect != "openai":
            raise UsageError(
                f"No batch API of {provider.title} is known.",
                "Leave out --provider-batch, or use a provider that has one: groq, alibaba-intl.",
            )
        self.spec, self.provider, self.entry = spec, provider, entry
        self._endpoint = resolve(provider, lookup)
        self._client: httpx.AsyncClient | None = None

    @property
    def discount(self) -> float:
        """Share of the price that is taken off."""
        return float(self.provider.batch.get("discount", 0.0))

    @property
    def largest_file(self) -> int:
        """Bytes of the largest file that is taken."""
        return int(float(self.provider.batch.get("max_file_mb", 100)) * 1_000_000)

    @property
    def most_lines(self) -> int:
        """Requests in one file, at most."""
        return int(self.provider.batch.get("max_lines", 50_000))

    def line(self, custom_id: str, request: Request) -> bytes:
        """One request as a line of the input file."""
        call = call_for(self.spec, request, Options())
        fields = dialect("openai").body(call, self.provider, self.entry)
        body = {
            name: value
            for name, value in fields.items()
            if value is not None and name not in ("stream", "stream_options")
        }
        line = {"custom_id": custom_id, "method": "POST", "url": URL, "body": body}
        return json.dumps(line, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace") + b"\n"

    async def upload(self, path: Path) -> str:
        """Upload an input file; its id."""
        with path.open("rb") as content:
            files = {"file": (path.name, content, "application/jsonl")}
            answer = await self._exchange("POST", "/files", data={"purpose": "batch"}, files=files)
        return self._text(answer, "id")

    async def uploaded(self, name: str) -> str:
        """The id of the input file with this name, among the latest; "" where there is none."""
        answer = await self._exchange("GET", "/files", params={"purpose": "batch"})
        for item in answer.get("data") or ():
            if isinstance(item, dict) and item.get("filename") == name and isinstance(item.get("id"), str):
                return str(item["id"])
        return ""

    async def create(self, file_id: str, label: str, window: str = "24h") -> FileBatch:
        """Start a batch over an uploaded file. label: kept with it, to be found by."""
        body = {
            "input_file_id": file_id,
            "endpoint": URL,
            "completion_window": window,
            "metadata": {"docanalyst": label},
        }
        return self._batch(await self._exchange("POST", "/batches", json=body))

    async def get(self, batch_id: str) -> FileBatch:
        """The status of a batch."""
        return self._batch(await self._exchange("GET", f"/batches/{batch_id}"))

    async def cancel(self, batch_id: str) -> FileBatch:
        """Ask the provider to stop a batch; what is answered by then is still billed and still comes."""
        return self._batch(await self._exchange("POST", f"/batches/{batch_id}/cancel"))

    async def find(self, file_id: str) -> FileBatch | None:
        """The batch over an input file, among the latest hundred; None where none was started."""
        answer = await self._exchange("GET", "/batches", params={"limit": "100"})
        for item in answer.get("data") or ():
            if isinstance(item, dict) and item.get("input_file_id") == file_id:
                return self._batch(item)
        return None

    async def delete(self, file_id: str) -> bool:
        """Delete a file, so that no document stays at the provider; whether that worked."""
        try:
            await self._exchange("DELETE", f"/files/{file_id}")
        except ProviderError:
            return False
        return True

    async def lines(self, file_id: str) -> AsyncGenerator[str, None]:
        """Yield the lines of an output or error file as they came, the last one even if it is cut off.

        Raises ProviderError if the file cannot be fetched or breaks off.
        """
        import httpx

        client = await self._open()
        url = f"{self._endpoint.base_url}/files/{file_id}/content"
        try:
            async with client.stream("GET", url, headers=await self._headers()) as response:
                if response.status_code != 200:
                    raise self._refused(response.status_code, await response.aread())
                rest = b""
                # Not by `aiter_lines`, which also divides at the line separators that JSON may hold.
                async for data in response.aiter_bytes():
                    *whole, rest = (rest + data).split(b"\n")
                    for line in whole:
                        yield line.decode("utf-8", "replace")
                if rest:
                    yield rest.decode("utf-8", "replace")
        except httpx.HTTPError as error:
            raise self._broken(error) from None

    async def aclose(self) -> None:
        """Close the connections."""
        client, self._client = self._client, None
        if client is not None:
            await client.aclose()

    def read(self, line: str) -> Answered | None:
        """Return the answer in a line; None if it cannot be read."""
        return read_line(line, self.spec, self.provider, self._endpoint.redact)

    def _batch(self, table: Mapping[str, Any]) -> FileBatch:
        counts = table.get("request_counts")
        counts = counts if isinstance(counts, dict) else {}
        errors = table.get("errors")
        listed = errors.get("data") if isinstance(errors, dict) else None
        first = listed[0] if isinstance(listed, list) and listed and isinstance(listed[0], dict) else {}
        return FileBatch(
            id=self._text(table, "id"),
            status=str(table.get("status") or "validating"),
            input_file_id=str(table.get("input_file_id") or ""),
            output_file_id=str(table.get("output_file_id") or ""),
            error_file_id=str(table.get("error_file_id") or ""),
            counts=tuple(int(counts.get(name) or 0) for name in ("total", "completed", "failed")),  # type: ignore[arg-type]
            message=self._endpoint.redact(str(first.get("message") or "")),
        )

    def _text(self, table: Mapping[str, Any], name: str) -> str:
        value = table.get(name)
        if not isinstance(value, str) or not value:
            raise self._error(f"answered without {name!r}")
        return value

    async def _exchange(self, method: str, path: str, **parts: Any) -> dict[str, Any]:
        import httpx

        client = await self._open()
        try:
            response = await client.request(
                method, self._endpoint.base_url + path, headers=await self._headers(), **parts
            )
        except httpx.HTTPError as error:
            raise self._broken(error) from None
        if response.status_code not in (200, 201):
            raise self._refused(response.status_code, response.content)
        try:
            answer = response.json()
        except ValueError:
            raise self._error("answered something that is not JSON") from None
        if not isinstance(answer, dict):
            raise self._error("answered something that is not an object")
        return answer

    async def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            from docanalyst.providers.wire.transport import new_client

            self._client = new_client(self._endpoint, Options(read_timeout=300.0))
        return self._client

    async def _headers(self) -> dict[str, str]:
        return {**self._endpoint.headers, **await self._endpoint.authorisation()}

    def _refused(self, status: int, body: bytes) -> ProviderError:
        text = self._endpoint.redact(body[:65_536].decode("utf-8", "replace"))
        return to_error(read_refusal(status, text), self.spec, self.provider)

    def _broken(self, error: Exception) -> ProviderError:
        words = self._endpoint.redact(str(error)) or type(error).__name__
        return ConnectionFailed(
            f"{self.provider.title} cannot be reached at {self._endpoint.host}: {words}",
            "Run the same command again; nothing is submitted twice.",
            provider=self.provider.name,
            retryable=True,
        )

    def _error(self, what: str) -> ProviderError:
        return BadResponse(f"The batch API of {self.provider.title} {what}.", provider=self.provider.name)


def read_line(
    line: str, spec: ModelSpec, provider: ProviderEntry, redact: Callable[[str], str] = str
) -> Answered | None:
    """Return the answer in a line of an output or error file; None if the line cannot be read.

    Args:
        redact: Takes secrets out of a provider's message.
    """
    try:
        entry = json.loads(line)
        custom_id = str(entry["custom_id"])
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    response, error = entry.get("response"), entry.get("error")
    if not isinstance(response, dict) or error:
        refusal = read_refusal(0, error if isinstance(error, dict) else {"error": str(error or "no answer")})
        return Answered(custom_id, error=to_error(refusal, spec, provider))
    status, body = response.get("status_code", 200), response.get("body")
    try:
        if status != 200:
            raise FrameError(body, int(status))
        piece = dialect("openai").whole(body)
    except (FrameError, Malformed, ValueError, TypeError) as problem:
        text = redact(problem.text if isinstance(problem, FrameError) else str(problem))
        refusal = read_refusal(getattr(problem, "status", 0), text)
        failure = to_error(refusal, spec, provider)
        # An answer that cannot be read was written and is billed; a refusal is not.
        failure.accepted = status == 200
        return Answered(custom_id, error=failure)
    splitter = ReasoningSplitter()
    split = splitter.feed(piece.content, piece.reasoning)
    rest = splitter.finish(piece.finish_reason)
    last = Delta(rest.answer, rest.reasoning, piece.usage, piece.finish_reason, piece.model or spec.model_id)
    return Answered(custom_id, (Delta(split.answer, split.reasoning), last))
