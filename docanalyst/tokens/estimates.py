"""Counters for every model: exact where the tokenizer is Qwen3's, else an estimate with a margin.

An estimate is Qwen3's own count times what is known of the other tokenizer. Its margin is what that tokenizer
was measured to be off by, wider for scripts other than Latin, and narrowed or widened by what the provider
billed for earlier requests to the same model.
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
"""Billed requests from which a margin is learnt."""

LEARNT_ROOM = 0.02
"""Share kept free above the largest excess that was ever billed."""

SAMPLE = 20_000
"""Characters of each end of a text by which its script is judged."""

_OTHER_LETTER = re.compile(r"[^\W\d_A-Za-z\u00c0-\u024f]")
_LETTERS = re.compile(r"[^\W\d_]+")


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

    def from_exact(self, tokens: int) -> int:
        """Tokens of a text that has so many Qwen3 tokens."""
        return round(tokens * self.ratio)

    def count(self, text: str) -> int:
        """Tokens of a text."""
        return self.from_exact(qwen3.count(text))

    def count_messages(self, messages: Sequence[Message], *, thinking: bool, generation: bool = True) -> int:
        """Tokens of a whole prompt, role markers and (unless told not to) generation prompt included."""
        return self.from_exact(_count_messages(tuple(messages), thinking, generation))

    def margin_tokens(self, counted: int) -> int:
        """Tokens to keep free beside a count of this size."""
        return round(counted * self.margin)


@lru_cache(maxsize=64)
def _count_messages(messages: tuple[Message, ...], thinking: bool, generation: bool) -> int:
    """Remembered: the words around the documents are the same for every unit of a batch."""
    rows = [{"role": message.role, "content": message.content} for message in messages]
    return qwen3.count_messages(rows, thinking=thinking, add_generation_prompt=generation)


EXACT = Counter(exact=True)
"""Counts Qwen3 tokens."""


def counter_for(
    spec: ModelSpec, estimate: Estimate = Estimate(), *, text: str = "", billed: Sequence[float] = ()
) -> Counter:
    """The counter of a model.

    estimate: what is known of its tokenizer. text: a sample of what is to be counted, for its script. billed:
    billed over counted tokens of earlier requests to it; the counts were made with the same ratio.
    """
    if spec.tokenizer == QWEN3_TOKENIZER:
        return EXACT
    margin = estimate.margin_other_scripts if is_mostly_other_script(text) else estimate.margin
    if len(billed) >= ENOUGH:
        margin = max(0.0, max(billed) - 1.0) + LEARNT_ROOM
    return Counter(exact=False, ratio=estimate.ratio, margin=margin)


def is_mostly_other_script(text: str) -> bool:
    """Whether a tenth or more of the letters at both ends of a text are not Latin."""
    sample = text if len(text) <= 2 * SAMPLE else text[:SAMPLE] + text[-SAMPLE:]
    others = 0 if sample.isascii() else len(_OTHER_LETTER.findall(sample))
    return others > 0 and others > sum(map(len, _LETTERS.findall(sample))) / 10
