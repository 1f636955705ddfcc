"""One request to a model, in the order that keeps a provider's prefix cache warm."""

from __future__ import annotations

from dataclasses import dataclass, replace

from docanalyst.domain.documents import Document
from docanalyst.domain.packing import PackedContext
from docanalyst.domain.prompts import Field


@dataclass(frozen=True, slots=True)
class Message:
    """One message of a request. role: system, user or assistant. content: plain text."""

    role: str
    content: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """An earlier question of the session with its final answer (no reasoning)."""

    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class Request:
    """All that a model needs for one answer.

    max_output: tokens to ask for. thinking: True, False, or None for the model's default. fields: what the
    answer is to fill, where the question asks for field lines; structured: it asks for them as JSON.
    passages: how many an offline answer shows in full, None for a short answer.
    """

    instructions: str
    packed: PackedContext
    documents: tuple[Document, ...]
    reminder: str
    question: str
    history: tuple[Exchange, ...] = ()
    max_output: int = 4_096
    thinking: bool | None = False
    fields: tuple[Field, ...] = ()
    structured: bool = False
    passages: int | None = None

    def messages(self, *, with_documents: bool = True) -> tuple[Message, ...]:
        """System, then documents with the first question, then earlier turns, then the new question.

        The bytes before the new question are the same in every turn of a session. with_documents=False
        leaves the packed context out, for counting it apart.
        """
        questions = [exchange.question for exchange in self.history] + [self.question]
        packed = self.packed.text if with_documents else ""
        first = f"{packed}{self.reminder}\nQuestion: {questions[0]}"
        messages = [Message("system", self.instructions), Message("user", first)]
        for exchange, following in zip(self.history, questions[1:], strict=True):
            messages.append(Message("assistant", exchange.answer))
            messages.append(Message("user", f"Question: {following}"))
        return tuple(messages)


def ended_with(messages: tuple[Message, ...], words: str) -> tuple[Message, ...]:
    """The messages with words at the end of the last, such as those that keep a model from thinking."""
    if not words or not messages:
        return messages
    *earlier, last = messages
    return (*earlier, replace(last, content=last.content + words))
