"""Reasoning split from the answer, whatever form a host gives it.

Hosts send reasoning in a field of its own (`reasoning`, `reasoning_content`, `thinking`) or inline, between
<think> or <reasoning> tags. A tag may be split over two steps; the opening tag may be missing, because the
template supplied it; the closing tag may be missing, because the model ran out of tokens; the pair may be
empty.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

_OPENERS = ("<think>", "<reasoning>")
_CLOSER = re.compile(r"</(?:think|reasoning)>")
_CLOSERS = ("</think>", "</reasoning>")


@dataclass(frozen=True, slots=True)
class Split:
    """A piece of a stream, split. was_reasoning: all that was given as answer before this was reasoning."""

    answer: str = ""
    reasoning: str = ""
    was_reasoning: bool = False


class ReasoningSplitter:
    """Splits inline reasoning as it streams.

    expects_reasoning: thinking was asked for, so text that comes before any tag or field may already be
    reasoning whose opening tag the template supplied. It is given as reasoning while it streams, and once
    more as the answer if the stream ends without a closing tag.
    """

    def __init__(self, *, expects_reasoning: bool = False) -> None:
        self._expects = expects_reasoning
        self._state = "start"
        self._held = ""
        self._undecided: list[str] = []
        self._answered = False
        self._strip = False
        self._seen_field = False

    def feed(self, content: str, reasoning: str = "") -> Split:
        """What a step's content and reasoning field amount to."""
        if reasoning:
            self._seen_field = True
        if not content:
            return Split(reasoning=reasoning)
        split = self._content(content)
        return Split(split.answer, reasoning + split.reasoning, split.was_reasoning)

    def finish(self, finish_reason: str | None = None) -> Split:
        """What was still held back when the stream ended well."""
        held, self._held = self._held, ""
        if self._state == "start":
            return self._answer(held)
        if self._state == "undecided":
            text = "".join(self._undecided) + held
            return Split(reasoning=held) if finish_reason == "length" else Split(answer=text)
        return Split(reasoning=held) if self._state == "reasoning" else self._answer(held)

    def _content(self, content: str) -> Split:
        text = self._held + content
        self._held = ""
        if self._state == "start":
            stripped = text.lstrip()
            if any(opener.startswith(stripped) for opener in _OPENERS):
                self._held = text
                return Split()
            opener = next((tag for tag in _OPENERS if stripped.startswith(tag)), None)
            if opener:
                self._state = "reasoning"
                text = stripped[len(opener) :]
            elif self._seen_field:
                self._state = "answer"
                self._strip = True
            else:
                self._state = "undecided" if self._expects else "open"
        if self._state == "answer":
            return self._answer(text)
        return self._until_closer(text)

    def _until_closer(self, text: str) -> Split:
        if self._seen_field and self._state in ("open", "undecided"):
            text = "".join(self._undecided) + text
            self._state, self._strip = "answer", not self._answered
            return self._answer(text)
        found = _CLOSER.search(text)
        if found is None:
            text, self._held = _hold_partial_tag(text)
            if self._state == "open":
                return self._answer(text)
            if self._state == "undecided":
                self._undecided.append(text)
            return Split(reasoning=text)
        before, after = text[: found.start()], text[found.end() :]
        moved = self._state == "open" and self._answered
        self._state, self._strip = "answer", True
        self._undecided.clear()
        return Split(answer=self._answer(after).answer, reasoning=before, was_reasoning=moved)

    def _answer(self, text: str) -> Split:
        if self._strip:
            text = text.lstrip()
            self._strip = not text
        self._answered = self._answered or bool(text)
        return Split(answer=text)


def _hold_partial_tag(text: str) -> tuple[str, str]:
    """The text without an end that may be the beginning of a closing tag, and that end."""
    at = text.rfind("<", max(0, len(text) - max(map(len, _CLOSERS)) + 1))
    if at >= 0 and any(tag.startswith(text[at:]) for tag in _CLOSERS):
        return text[:at], text[at:]
    return text, ""
