"""A deterministic model for tests: a queue of replies, each a list of steps.

As JSON (the file that DOCANALYST_SCRIPT names), a list of replies; the last one repeats:

    [{"steps": [{"reasoning": "Hm. "}, {"answer": "Yes."}, {"wait": 0.01}],
      "finish_reason": "stop", "usage": {"input_tokens": 10, "output_tokens": 2}},
     {"steps": [{"answer": "Half an ans"}], "error": "connection", "message": "broke"}]

A reply may also be a plain text: that answer, word by word.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncGenerator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docanalyst.domain import errors
from docanalyst.domain.models import Delta, ModelSpec, Usage
from docanalyst.domain.request import Request
from docanalyst.providers.catalog.entry import Lookup
from docanalyst.providers.wire.destinations import Destination, offline_destination

_ERRORS: dict[str, type[errors.ProviderError]] = {
    kind.kind: kind
    for kind in (
        errors.ProviderError,
        errors.AuthenticationFailed,
        errors.PaymentRequired,
        errors.RateLimited,
        errors.TooLargeForTier,
        errors.ModelUnavailable,
        errors.ConnectionFailed,
        errors.BadResponse,
    )
}


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. waits: seconds before the delta of the same position. error: raised after the deltas.

    usage: None for one counted from the text, at four characters a token.
    """

    deltas: tuple[Delta, ...] = ()
    waits: tuple[float, ...] = ()
    finish_reason: str = "stop"
    usage: Usage | None = None
    error: errors.ProviderError | None = None
    model: str | None = None


def reply(text: str, *, reasoning: str = "", **fields: Any) -> Reply:
    """A reply that gives this text word by word. fields: of `Reply`."""
    deltas = [Delta(reasoning=word) for word in _words(reasoning)] + [Delta(answer=w) for w in _words(text)]
    return Reply(tuple(deltas), **fields)


@dataclass
class ScriptedModel:
    """Answers from a queue; the last reply repeats. requests: every request it was given, in order.

    A model opened anew for a later turn of a session goes on where that session stands.
    """

    spec: ModelSpec
    replies: Sequence[Reply]
    requests: list[Request] = field(default_factory=list)
    closed: bool = False

    @property
    def destination(self) -> Destination:
        """Nobody: the replies are in this process."""
        return offline_destination(self.spec.provider, "scripted (tests)")

    async def stream(self, request: Request) -> AsyncGenerator[Delta, None]:
        """The next reply. Raises what the script says."""
        self.requests.append(request)
        turn = max(len(self.requests), len(request.history) + 1)
        position = min(turn, len(self.replies)) - 1
        current = self.replies[position] if self.replies else reply("")
        text = ""
        for index, delta in enumerate(current.deltas):
            wait = current.waits[index] if index < len(current.waits) else 0.0
            await asyncio.sleep(wait)
            text += delta.answer + delta.reasoning
            yield delta
        if current.error is not None:
            raise current.error
        usage = current.usage or _counted(request, text)
        yield Delta(
            usage=usage,
            finish_reason=current.finish_reason,
            model=current.model or self.spec.model_id,
        )

    async def aclose(self) -> None:
        """Remember that it was closed."""
        self.closed = True


def scripted_from(spec: ModelSpec, lookup: Lookup) -> ScriptedModel:
    """The model whose script the variable DOCANALYST_SCRIPT names; without one it answers a fixed sentence.

    Raises UsageError for a script that cannot be read.
    """
    path = lookup("DOCANALYST_SCRIPT")
    if not path:
        return ScriptedModel(spec, [reply("The documents do not address this.")])
    try:
        script = json.loads(Path(path).read_text(encoding="utf-8"))
        return ScriptedModel(spec, read_script(script))
    except (OSError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise errors.UsageError(f"The script {path} cannot be read: {error}.") from None


def read_script(script: Any) -> list[Reply]:
    """Replies from their JSON form. Raises ValueError, TypeError for another form."""
    if not isinstance(script, list):
        raise ValueError("a script is a list of replies")
    return [reply(item) if isinstance(item, str) else _read_reply(item) for item in script]


def _read_reply(item: Mapping[str, Any]) -> Reply:
    deltas: list[Delta] = []
    waits: list[float] = []
    wait = 0.0
    for step in item.get("steps", []):
        wait += float(step.get("wait", 0.0))
        if "answer" in step or "reasoning" in step:
            deltas.append(Delta(step.get("answer", ""), step.get("reasoning", "")))
            waits.append(wait)
            wait = 0.0
    if "answer" in item:
        whole = reply(item["answer"], reasoning=item.get("reasoning", ""))
        deltas.extend(whole.deltas)
    error = None
    if kind := item.get("error"):
        error = _ERRORS[kind](
            item.get("message", "The script says so."), item.get("hint", ""), provider="scripted"
        )
    usage = Usage(**item["usage"]) if "usage" in item else None
    return Reply(
        tuple(deltas), tuple(waits), item.get("finish_reason", "stop"), usage, error, item.get("model")
    )


def _counted(request: Request, text: str) -> Usage:
    rest = sum(len(message.content) for message in request.messages()) - len(request.packed.text)
    return Usage(
        input_tokens=request.packed.token_count + max(0, rest) // 4,
        output_tokens=max(1, len(text) // 4),
        estimated=True,
    )


def _words(text: str) -> list[str]:
    return re.findall(r"\s*\S+\s*?(?=\s|$)|\s+$", text) if text else []
