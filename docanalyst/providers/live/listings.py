"""The lists of models that providers publish, in the shapes that they come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from docanalyst.domain.models import Price

OLLAMA_CLOUD = "ollama.com"
_WINDOWS = ("context_window", "context_length", "max_model_len", "max_context_length", "context_size")
_OUTPUTS = ("max_completion_tokens", "max_output_length", "max_output_tokens", "max_tokens")


@dataclass(frozen=True, slots=True)
class LiveModel:
    """A model as its provider states it now. None where it says nothing.

    remote: the host that the server forwards its requests to; "" where it runs the model itself.
    """

    model_id: str
    window: int | None = None
    max_output: int | None = None
    price: Price | None = None
    remote: str = ""


def models_in(payload: Any, kind: str) -> list[LiveModel]:
    """The models of a list. kind: "huggingface", "ollama", "lmstudio" or any for the usual shape.

    What cannot be read is left out; a list in another shape is empty.
    """
    if kind == "ollama":
        rows = payload.get("models") if isinstance(payload, dict) else None
        named = [(row.get("model") or row.get("name"), row) for row in _dicts(rows)]
        return [LiveModel(name, remote=_remote(name, row)) for name, row in named if isinstance(name, str)]
    rows = payload.get("data") if isinstance(payload, dict) else payload
    found: list[LiveModel] = []
    for row in _dicts(rows):
        model_id = row.get("id")
        if not isinstance(model_id, str) or not model_id:
            continue
        if kind == "huggingface":
            found.extend(_hosts(model_id, row))
        elif kind == "lmstudio":
            window = _number(row, "loaded_context_length", "max_context_length")
            if row.get("type") not in ("embeddings", "embedding"):
                found.append(LiveModel(model_id, window))
        else:
            found.append(_usual(model_id, row))
    return found


def ollama_window(shown: Any) -> int | None:
    """The largest window of a model, from `/api/show`."""
    info = shown.get("model_info") if isinstance(shown, dict) else None
    if not isinstance(info, dict):
        return None
    windows = [value for key, value in info.items() if key.endswith(".context_length")]
    return next((value for value in windows if isinstance(value, int) and value > 0), None)


def is_cloud_name(model_id: str) -> bool:
    """Whether a model's name says that it runs in Ollama's cloud ("gpt-oss:120b-cloud", "kimi-k2:cloud")."""
    return model_id.rpartition(":")[2].lower().endswith("cloud")


def remote_host(row: dict[str, Any]) -> str:
    """The host that a model's row says it runs on; "" where it names none."""
    stated = row.get("remote_host")
    if isinstance(stated, str) and stated.strip():
        return urlsplit(stated if "://" in stated else f"//{stated}").netloc or stated.strip()
    return OLLAMA_CLOUD if row.get("remote_model") or stated else ""


def _remote(name: str, row: dict[str, Any]) -> str:
    return remote_host(row) or (OLLAMA_CLOUD if is_cloud_name(name) else "")


def price_of(table: Any, scale: float) -> Price | None:
    """A price from texts or numbers. scale: what makes them dollars per million tokens."""
    if not isinstance(table, dict):
        return None
    given = [_money(table, *names) for names in (("prompt", "input"), ("completion", "output"))]
    if given[0] is None or given[1] is None or min(given[0], given[1]) < 0:
        return None
    cached = _money(table, "input_cache_read", "cache_read", "cached_input")
    return Price(
        round(given[0] * scale, 6),
        round(given[1] * scale, 6),
        None if cached is None or cached <= 0 else round(cached * scale, 6),
        as_of="live",
    )


def _usual(model_id: str, row: dict[str, Any]) -> LiveModel:
    window = _number(row, *_WINDOWS)
    output = _number(row, *_OUTPUTS)
    top = row.get("top_provider")
    if isinstance(top, dict):
        window = min(filter(None, (window, _number(top, *_WINDOWS))), default=None)
        output = output or _number(top, *_OUTPUTS)
    meta = row.get("meta")
    if window is None and isinstance(meta, dict):
        window = _number(meta, "n_ctx", "n_ctx_train")
    return LiveModel(model_id, window, output, price_of(row.get("pricing"), 1_000_000))


def _hosts(model_id: str, row: dict[str, Any]) -> Iterator[LiveModel]:
    windows: list[int] = []
    for host in _dicts(row.get("providers")):
        name = host.get("provider")
        if not isinstance(name, str) or host.get("status") not in (None, "live"):
            continue
        window = _number(host, *_WINDOWS)
        windows += [window] if window else []
        yield LiveModel(f"{model_id}:{name}", window, None, price_of(host.get("pricing"), 1))
    # Unpinned, the router may pick the smallest.
    yield LiveModel(model_id, min(windows, default=None))


def _dicts(rows: Any) -> list[dict[str, Any]]:
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _number(row: dict[str, Any], *names: str) -> int | None:
    for name in names:
        value = row.get(name)
        if isinstance(value, int) and not isinstance(value, bool) and value > 0:
            return value
    return None


def _money(table: dict[str, Any], *names: str) -> float | None:
    for name in names:
        try:
            value = float(table[name])
        except (KeyError, TypeError, ValueError):
            continue
        if value == value and abs(value) != float("inf"):
            return value
    return None
