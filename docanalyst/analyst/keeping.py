"""How a turn is kept while it runs: in the store, or not at all."""

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


class NoKeeper:
    """Keeps nothing, for `--no-store`."""

    def start(self, turn: Turn) -> Turn:
        """Nothing is kept."""
        return turn

    def save_partial(self, turn: Turn) -> None:
        """Nothing is kept."""

    def finish(self, turn: Turn) -> None:
        """Nothing is kept."""


class StoreKeeper:
    """Keeps a turn of a session, with its documents, in the store."""

    def __init__(self, store: Store, session: Session, documents: Sequence[Document], plan: Plan) -> None:
        self._store = store
        self._session = session
        self._tokens = _page_tokens(plan)
        self._documents = [_found_from_anywhere(document) for document in documents]

    def start(self, turn: Turn) -> Turn:
        """Write documents, session and the turn as running. Raises StorageError: then nothing is sent."""
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
        """Write what has come in. A failure is not the end of the answer: `finish` reports it."""
        try:
            self._store.turns.save_partial(turn.id, turn.answer, turn.reasoning)
        except StorageError:
            return

    def finish(self, turn: Turn) -> None:
        """Write the turn as it ended; beside the store, and raise StorageError, where that fails."""
        try:
            self._store.turns.finish(turn)
        except StorageError as error:
            place = self._store.turns.rescue(turn)
            raise StorageError(
                f"{error.message} The answer was saved as {place}.",
                "It is taken into the store at the next start, once there is room.",
            ) from error


def _page_tokens(plan: Plan) -> dict[str, dict[int, int]]:
    """Tokens of each page as it is sent, its marker with it, by digest and number; none where estimated."""
    counts: dict[str, dict[int, int]] = {}
    if plan.spec.tokenizer == QWEN3_TOKENIZER:
        for part in plan.request.packed.parts:
            if part.document_sha256 is not None and part.page_number is not None:
                counts.setdefault(part.document_sha256, {})[part.page_number] = part.tokens
    return counts


def _found_from_anywhere(document: Document) -> Document:
    """With its whole path, so that the file is found again from another working directory."""
    return replace(document, path=str(Path(document.path).absolute())) if document.path else document
