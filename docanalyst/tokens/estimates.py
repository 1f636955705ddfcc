"""Counters for every model: exact where the tokenizer is Qwen3's, else an estimate with a margin."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from docanalyst.domain.models import QWEN3_TOKENIZER, ModelSpec
from docanalyst.domain.request import Message
from docanalyst.tokens import qwen3

DEFAULT_RATIO = 1.0
"""Tokens of an unknown tokenizer per Qwen3 token. Measured against Qwen3: cl100k and o200k lie within 6 % on
English prose, up to a fifth above on Chinese, and 35 to 42 % below on tables of numbers."""

DEFAULT_MARGIN = 0.10


@dataclass(frozen=True, slots=True)
class Counter:
    """How one model's tokens are counted. margin: share of a count kept free; 0 for exact counts."""

    exact: bool
    ratio: float = 1.0
    margin: float = 0.0

    @property
    def label(self) -> str:
        """ "exact" or "estimate"."""
        return "exact" if self.exact else "estimate"

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return round(qwen3.count(text) * self.ratio)

    def count_messages(
        self, messages: Sequence[Message], *, thinking: bool, generation: bool = True
    ) -> int:
        """Tokens of a whole prompt, role markers and (unless told not to) generation prompt included."""
        rows = [{"role": message.role, "content": message.content} for message in messages]
        counted = qwen3.count_messages(rows, thinking=thinking, add_generation_prompt=generation)
        return round(counted * self.ratio)

    def margin_tokens(self, counted: int) -> int:
        """Tokens to keep free beside a count of this size."""
        return round(counted * self.margin)


def counter_for(spec: ModelSpec, learnt: Callable[[ModelSpec], float | None] | None = None) -> Counter:
    """The counter of a model. learnt: billed over counted tokens of earlier calls, where known."""
    if spec.tokenizer == QWEN3_TOKENIZER:
        return Counter(exact=True)
    ratio = learnt(spec) if learnt else None
    return Counter(exact=False, ratio=ratio or DEFAULT_RATIO, margin=DEFAULT_MARGIN)
