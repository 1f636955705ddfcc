"""Saves a turn while it runs; with `--no-store`, saves nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import StorageError
from docanalyst.domain.models import QWEN3_TOKENIZER
from docanalyst.domain.turns import Session, Turn

if TYPE_CHECKING:
    from docanalyst.analyst.planning import Plan
    from docanalyst.storage import Store


class NoSaver:
    """Saves nothing, for `--no-store`."""

    def start(self, turn: Turn) -> Turn:
        """Do nothing."""
        return turn

    def save_partial(self, turn: Turn) -> None:
        """Do nothing."""

    def finish(self, turn: Turn) -> None:
        """Do nothing."""


class StoreSaver:
    """Saves a turn, its session and its documents in the database."""

    def __init__(self, store: Store, session: Session, documents: Sequence[Document], plan: Plan) -> None:
        self._store = store
        self._session = session
        self._tokens = _page_tokens(plan)
        self._documents = [_found_from_anywhere(document) for document in documents]

    def start(self, turn: Turn) -> Turn:
        """Save the documents, the session and the running turn.

        Raises StorageError, and then nothing is sent.
        """
        with self._store.at_once():
            if self._session.turns:
                for document in self._documents:
                    self._store.documents.add(document, tokens=self._tokens.get(document.sha256))
            else:
                self._store.sessions.create(
                    self._session.id, self._session.title, self._documents, tokens=self._tokens
                )
            return self._store.turns.start(turn)

    def save_partial(self, turn: Turn) -> None:
        """Save the partial answer. A failure does not stop the answer; `finish` reports it."""
        try:
            self._store.turns.save_partial(turn.id, turn.answer, turn.reasoning)
        except StorageError:
            return

    def finish(self, turn: Turn) -> None:
        """Save the finished turn; if that fails, save it in a file and raise StorageError."""
        try:
            self._store.turns.finish(turn)
        except StorageError as error:
            place = self._store.turns.rescue(turn)
            raise StorageError(
                f"{error.message} The answer was saved in {place}.",
                "The next command that can write to the database imports it.",
            ) from error


def _page_tokens(plan: Plan) -> dict[str, dict[int, int]]:
    """Return the tokens of each page with its marker, by digest and page number; empty for estimates."""
    counts: dict[str, dict[int, int]] = {}
    if plan.spec.tokenizer == QWEN3_TOKENIZER:
        for part in plan.request.packed.parts:
            if part.document_sha256 is not None and part.page_number is not None:
                counts.setdefault(part.document_sha256, {})[part.page_number] = part.tokens
    return counts


def _found_from_anywhere(document: Document) -> Document:
    """Return the document with its absolute path, so that it is found from any working directory."""
    return replace(document, path=str(Path(document.path).absolute())) if document.path else document
