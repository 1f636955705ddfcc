"""Token counters: exact for models with Qwen3's tokenizer, otherwise an estimate with a margin.

An estimate is Qwen3's count times a measured ratio of the other tokenizer. Its margin is the measured error,
wider for non-Latin scripts, and adjusted by what the provider billed for earlier requests to the same model.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from docanalyst.domain.models import QWEN3_TOKENIZER, Estimate, ModelSpec
from docanalyst.domain.request import Message
from docanalyst.tokens import qwen3

ENOUGH = 3
"""Minimum number of billed requests from which a margin is learnt."""

LEARNT_ROOM = 0.02
"""Share reserved above the largest excess ever billed."""

SAMPLE = 20_000
"""Characters at each end of a text that decide its script."""

_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_LETTERS = re.compile(r"[^\W\d_]+")


@dataclass(frozen=True, slots=True)
class Counter:
    """Counts the tokens of one model.

    Attributes:
        margin: Share of a count to keep free; 0 for exact counts.
    """

    exact: bool
    ratio: float = 1.0
    margin: float = 0.0

    @property
    def label(self) -> str:
        """ "exact" or "estimate"."""
        return "exact" if self.exact else "estimate"

    def from_exact(self, tokens: int) -> int:
        """Return the tokens of a text with that many Qwen3 tokens."""
        return round(tokens * self.ratio)

    def count(self, text: str) -> int:
        """Return the tokens of a text."""
        return self.from_exact(qwen3.count(text))

    def count_messages(self, messages: Sequence[Message], *, thinking: bool, generation: bool = True) -> int:
        """Return the tokens of a whole prompt with role markers and generation prompt."""
        return self.from_exact(_count_messages(tuple(messages), thinking, generation))

    def margin_tokens(self, counted: int) -> int:
        """Return the tokens to keep free for a count of this size."""
        return round(counted * self.margin)


@lru_cache(maxsize=64)
def _count_messages(messages: tuple[Message, ...], thinking: bool, generation: bool) -> int:
    """Cached, because the text around the documents is the same for every unit of a batch."""
    rows = [{"role": message.role, "content": message.content} for message in messages]
    return qwen3.count_messages(rows, thinking=thinking, add_generation_prompt=generation)


EXACT = Counter(exact=True)
"""Counts Qwen3 tokens."""


def counter_for(
    spec: ModelSpec, estimate: Estimate = Estimate(), *, text: str = "", billed: Sequence[float] = ()
) -> Counter:
    """Return the counter of a model.

    Args:
        estimate: Measurements of its tokenizer.
        text: A sample of the text to count, for its script.
        billed: Billed over counted tokens of earlier requests to it, counted with the same ratio.
    """
    if spec.tokenizer == QWEN3_TOKENIZER:
        return EXACT
    margin = estimate.margin_other_scripts if is_mostly_other_script(text) else estimate.margin
    if len(billed) >= ENOUGH:
        margin = max(0.0, max(billed) - 1.0) + LEARNT_ROOM
    return Counter(exact=False, ratio=estimate.ratio, margin=margin)


def is_mostly_other_script(text: str) -> bool:
    """Return whether at least a tenth of the letters at both ends of a text are not Latin."""
    sample = text if len(text) <= 2 * SAMPLE else text[:SAMPLE] + text[-SAMPLE:]
    others = 0 if sample.isascii() else len(_OTHER_LETTER.findall(sample))
    return others > 0 and others > sum(map(len, _LETTERS.findall(sample))) / 10
