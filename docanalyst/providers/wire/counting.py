"""Counts the tokens of a request on the server that will answer it, where that is on this machine."""

from __future__ import annotations

from typing import Any

from docanalyst.domain.errors import DocanalystError
from docanalyst.domain.models import ModelSpec
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.entry import Lookup, ProviderEntry
from docanalyst.providers.wire.endpoint import Endpoint, resolve
from docanalyst.providers.wire.exchange import client_for, post


async def count_exactly(
    spec: ModelSpec, provider: ProviderEntry, request: Request, lookup: Lookup
) -> int | None:
    """Tokens of a prompt by the server's own tokenizer, or None where it has none (vLLM, llama.cpp have).

    Only servers on this machine are asked, because the documents go along.
    """
    try:
        endpoint = resolve(provider, lookup)
    except DocanalystError:
        return None
    countable = endpoint.is_local and provider.live in ("vllm", "llamacpp")
    return await count_at(endpoint, spec, request) if countable else None


async def count_at(endpoint: Endpoint, spec: ModelSpec, request: Request) -> int | None:
    """Tokens of a prompt by the tokenizer of a vLLM or llama.cpp server; None where it does not say.

    Thinking is switched as the request will switch it, because the template writes more or less for it.
    """
    try:
        rows: list[Any] = [{"role": item.role, "content": item.content} for item in request.messages()]
        words = {"chat_template_kwargs": {"enable_thinking": request.thinking}}
        root = endpoint.base_url.removesuffix("/v1")
        async with client_for(endpoint, 60.0) as client:
            if endpoint.provider.live == "vllm":
                body: dict[str, Any] = {
                    "model": spec.model_id,
                    "messages": rows,
                    "add_generation_prompt": True,
                }
                body |= words
                counted = await post(client, endpoint, f"{root}/tokenize", body)
                count = counted.get("count") if isinstance(counted, dict) else None
                return count if isinstance(count, int) else None
            rendered = await post(client, endpoint, f"{root}/apply-template", {"messages": rows} | words)
            prompt = rendered.get("prompt") if isinstance(rendered, dict) else None
            if not isinstance(prompt, str):
                return None
            body = {"content": prompt, "add_special": True, "parse_special": True}
            found = await post(client, endpoint, f"{root}/tokenize", body)
            tokens = found.get("tokens") if isinstance(found, dict) else None
            return len(tokens) if isinstance(tokens, list) else None
    except Exception:
        return None
