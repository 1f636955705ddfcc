"""Wire formats. Each module knows one: how a request is written, and how its stream is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.domain.errors import UsageError

if TYPE_CHECKING:
    from docanalyst.providers.dialects.base import Dialect


def dialect(name: str) -> Dialect:
    """The dialect of this name. Raises UsageError."""
    if name == "openai":
        from docanalyst.providers.dialects.openai import OpenAIDialect

        return OpenAIDialect()
    if name == "ollama":
        from docanalyst.providers.dialects.ollama import OllamaDialect

        return OllamaDialect()
    if name == "bedrock":
        from docanalyst.providers.dialects.bedrock import BedrockDialect

        return BedrockDialect()
    if name == "anthropic":
        from docanalyst.providers.dialects.anthropic import AnthropicDialect

        return AnthropicDialect()
    raise UsageError(f"No dialect named {name!r}.", "Known dialects: openai, anthropic, ollama, bedrock.")
