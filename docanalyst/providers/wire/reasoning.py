"""Reasoning split from the answer, whatever form a host gives it.

Hosts send reasoning in a field of its own (`reasoning`, `reasoning_content`, `thinking`) or inline: between
tags at the very beginning, or in the channels of gpt-oss. A tag may be split over two steps; the closing tag
may be missing, because the model ran out of tokens; the pair may be empty.

Text of the answer is never taken for reasoning afterwards: a document may well contain `</think>`. Only what
opens with a tag is reasoning, and what comes before a closing tag where the template of a server of one's own
had supplied the opening one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_NAMES = ("think", "thinking", "reasoning", "thought")
_OPENERS = tuple(f"<{name}>" for name in _NAMES)
_CLOSERS = tuple(f"</{name}>" for name in _NAMES)
_CLOSER = re.compile("|".join(_CLOSERS), re.IGNORECASE)
_QUOTES = frozenset("\"'`“”„‘’«»‹›")

_STARTS = ("", "<|start|>assistant")
_FINALS = tuple(f"{start}<|channel|>final<|message|>" for start in _STARTS)
_ANALYSES = tuple(
    f"{start}<|channel|>{name}<|message|>" for start in _STARTS for name in ("analysis", "commentary")
)
_FINAL_TAGS = tuple(f"{end}{final}" for end in ("<|end|>", "") for final in reversed(_FINALS))
_FINAL = re.compile("|".join(re.escape(tag) for tag in _FINAL_TAGS))
_ENDS = ("<|return|>", "<|end|>")


@dataclass(frozen=True, slots=True)
class Split:
    """A piece of a stream, split."""

    answer: str = ""
    reasoning: str = ""


class ReasoningSplitter:
    """Splits inline reasoning as it streams.

    expects_reasoning: thinking was asked for, so text that comes before any tag or field may already be
    reasoning whose opening tag the template supplied. It is given as reasoning while it streams, and once
    more as the answer if the stream ends without a closing tag.
    """

    def __init__(self, *, expects_reasoning: bool = False) -> None:
        self._expects = expects_reasoning
        self._state = "start"
        self._closer = _CLOSER
        self._closing: tuple[str, ...] = _CLOSERS
        self._held = ""
        self._before = ""
        self._undecided: list[str] = []
        self._strip = False
        self._seen_field = False
        self._channels = False

    def feed(self, content: str, reasoning: str = "") -> Split:
        """What a step's content and reasoning field amount to."""
        if reasoning:
            self._seen_field = True
        if not content:
            return Split(reasoning=reasoning)
        split = self._content(content)
        return Split(split.answer, reasoning + split.reasoning)

    def finish(self, finish_reason: str | None = None) -> Split:
        """What was still held back when the stream ended well."""
        held, self._held = self._held, ""
        if self._state == "undecided":
            text = "".join(self._undecided) + held
            return Split(reasoning=held) if finish_reason == "length" else Split(answer=text)
        if self._state == "reasoning":
            return Split(reasoning=held)
        if self._channels and held in _ENDS:
            return Split()
        if self._seen_field and held.strip().lower() in _CLOSERS:
            return Split()
        return self._answer(held, last=True)

    def _content(self, content: str) -> Split:
        text = self._held + content
        self._held = ""
        if self._state == "start":
            begun = self._begin(text)
            if begun is None:
                self._held = text
                return Split()
            text = begun
        if self._state == "undecided" and self._seen_field:
            text, self._undecided = "".join(self._undecided) + text, []
            self._state = "answer"
        return self._answer(text) if self._state == "answer" else self._until_closer(text)

    def _begin(self, text: str) -> str | None:
        """Decide what the beginning is; the text after its tag, or None while it may still become a tag."""
        stripped = text.lstrip()
        low = stripped.lower()
        if any(tag.startswith(low) for tag in (*_OPENERS, *_CLOSERS, *_ANALYSES, *_FINALS)):
            return None
        if any(low.startswith(tag) for tag in _FINALS):
            self._state, self._strip, self._channels = "answer", True, True
            return _without(stripped, _FINALS)
        if any(low.startswith(tag) for tag in _ANALYSES):
            self._state, self._closer, self._closing = "reasoning", _FINAL, _FINAL_TAGS
            self._channels = True
            return _without(stripped, _ANALYSES)
        opener = next((tag for tag in _OPENERS if low.startswith(tag)), None)
        if opener:
            closing = f"</{opener[1:]}"
            self._state, self._closing = "reasoning", (closing,)
            self._closer = re.compile(re.escape(closing), re.IGNORECASE)
            return stripped[len(opener) :]
        stray = next((tag for tag in _CLOSERS if low.startswith(tag)), None)
        # Servers that parsed the reasoning, or were told not to think, leave its closing tag behind.
        if stray and (self._seen_field or stripped[len(stray)] == "\n"):
            self._state, self._strip = "answer", True
            return stripped[len(stray) :]
        if self._seen_field or not self._expects:
            self._state, self._strip = "answer", self._seen_field
        else:
            self._state = "undecided"
        return text

    def _until_closer(self, text: str) -> Split:
        """The text up to the first closing tag that is not itself quoted."""
        place = 0
        while (found := self._closer.search(text, place)) is not None:
            before = text[found.start() - 1] if found.start() else self._before
            if before in _QUOTES and found.end() == len(text):
                break
            if before in _QUOTES and text[found.end()] in _QUOTES:
                place = found.end()
                continue
            self._state, self._strip = "answer", True
            self._undecided.clear()
            reasoning = text[: found.start()]
            return Split(self._answer(text[found.end() :]).answer, reasoning)
        if found is not None:
            text, self._held = text[: found.start()], text[found.start() :]
        else:
            text, self._held = _hold_partial_tag(text, self._closing)
        self._before = text[-1:] or self._before
        if self._state == "undecided":
            self._undecided.append(text)
        return Split(reasoning=text)

    def _answer(self, text: str, *, last: bool = False) -> Split:
        if self._strip:
            text = text.lstrip()
            self._strip = not text
        if self._channels and not last:
            text, self._held = _hold_end(text)
        return Split(answer=text)


def _without(text: str, tags: tuple[str, ...]) -> str:
    return next(text[len(tag) :] for tag in tags if text.lower().startswith(tag))


def _hold_end(text: str) -> tuple[str, str]:
    """The text without an end that is, or may become, the mark that ends a message."""
    whole = next((tag for tag in _ENDS if text.endswith(tag)), None)
    return (text[: -len(whole)], whole) if whole else _hold_partial_tag(text, _ENDS)


def _hold_partial_tag(text: str, tags: tuple[str, ...]) -> tuple[str, str]:
    """The text without an end that may be the beginning of one of these tags, and that end."""
    at = text.find("<", max(0, len(text) - max(map(len, tags)) + 1))
    while at >= 0:
        end = text[at:].lower()
        if any(tag.startswith(end) for tag in tags):
            return text[:at], text[at:]
        at = text.find("<", at + 1)
    return text, ""
