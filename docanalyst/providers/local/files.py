"""What is known of a model file before it is loaded, in the catalog's words."""

from __future__ import annotations

from dataclasses import dataclass

from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import ModelSpec, Price
from docanalyst.providers.catalog.entry import ModelEntry, ProviderEntry
from docanalyst.providers.catalog.tokenizers import tokenizer_by_name
from docanalyst.providers.local.gguf import HINT, ModelFile, read_model_file
from docanalyst.providers.local.memory import (
    bytes_per_token,
    free_memory,
    gib,
    largest_window,
    most_context,
    require_library,
)

RUNS_FILES = "local"
"""The provider whose models are files."""
SUFFIX = ".gguf"


def is_model_file(model: str) -> bool:
    """Whether a model's name is that of a file rather than of a model at a provider."""
    return model.lower().endswith(SUFFIX)


def no_file_named() -> UsageError:
    """The error for the local provider without a model."""
    return UsageError("No model file named.", f"Name it: --provider local --model FILE.gguf. {HINT}")


def entry_of(provider: ProviderEntry, model: str) -> ModelEntry:
    """What is known of a model file, from its header. Raises UsageError."""
    file = read_model_file(model)
    spec = ModelSpec(
        provider=provider.name,
        model_id=model,
        context_window=largest_window(file),
        reasoning=file.thinks,
        price=Price(0.0, 0.0, 0.0),
        tokenizer="qwen3" if file.has_qwen_vocabulary else _tokenizer(file),
        notes=f"{file.title} ({file.architecture})",
    )
    return ModelEntry(spec=spec, thinking=provider.thinking, structured=provider.structured)


@dataclass(frozen=True, slots=True)
class About:
    """A model file in figures. Sizes in bytes, windows in tokens."""

    family: str
    title: str
    size: int
    trained_window: int
    window: int
    per_token: int


def about(model: str) -> About:
    """The figures of a model file. Raises UsageError."""
    file = read_model_file(model)
    return About(
        file.architecture,
        file.title,
        file.size,
        file.trained_window,
        largest_window(file),
        bytes_per_token(file),
    )


def in_memory(spec: ModelSpec) -> str:
    """A model file in one sentence: family, size, window, and the context that fits into memory now.

    Raises UsageError for a file that cannot answer questions, or without the package that runs it.
    """
    file, free = read_model_file(spec.model_id), free_memory()
    require_library()
    stretched = (
        f", from {file.trained_window:,} by YaRN" if largest_window(file) > file.trained_window else ""
    )
    per_token = bytes_per_token(file) / 1_024
    room = "free memory is not known"
    if free is not None:
        most = most_context(file, spec.context_window, free)
        room = (
            f"{most:,} tokens fit into the {gib(free)} that are free"
            if most
            else f"too large for {gib(free)}"
        )
    return (
        f"{file.title} ({file.architecture}), {gib(file.size)}, window {spec.context_window:,}{stretched},"
        f" {per_token:,.0f} KiB of cache per token; {room}"
    )


def _tokenizer(file: ModelFile) -> str:
    named = tokenizer_by_name(file.title.replace(" ", "-"))
    return "unknown" if named == "qwen3" else named
