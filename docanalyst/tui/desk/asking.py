"""Asks one question in a thread with its own event loop, so that the screen never waits for it."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import replace
from typing import TYPE_CHECKING

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocanalystError
from docanalyst.domain.events import AnswerDelta, Event, Finished, Planned, ReasoningDelta
from docanalyst.domain.turns import Session, Turn, TurnStatus
from docanalyst.tui.desk.threads import LoopThread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.analyst.privacy import Consent
    from docanalyst.providers.model import Waiting


class Asking:
    """A running question. All attributes may be read while the thread writes them.

    Attributes:
        waiting: Why the next attempt is still to come, and its time in monotonic seconds.
        patience: Seconds of silence after which the request is given up; None for no limit.
    """

    def __init__(
        self,
        analyst: Analyst,
        documents: Sequence[Document],
        question: str,
        options: AskOptions,
        session: Session | None,
        parent_id: str | None,
        consent: Consent | None = None,
    ) -> None:
        self._analyst = analyst
        self._documents = list(documents)
        self._question = question
        self._options = options
        self._given_session = session
        self._parent_id = parent_id
        self._consent = consent
        self._thread = LoopThread("asking")
        self._lock = threading.Lock()
        self._answer: list[str] = []
        self._reasoning: list[str] = []
        self.stopping = False
        self.done = False
        self.pieces = 0
        self.started = time.monotonic()
        self.first_at: float | None = None
        self.last_at: float | None = None
        self.planned: Planned | None = None
        self.waiting: tuple[Waiting, float] | None = None
        self.patience: float | None = None
        self.turn: Turn | None = None
        self.session: Session | None = session
        self.error: DocanalystError | None = None
        self.defect: Exception | None = None

    def start(self) -> None:
        """Begin."""
        self._thread.start(self._consume, self._ended)

    def stop(self) -> None:
        """Stop soon; the partial answer is saved."""
        self.stopping = True
        self._thread.cancel()

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the thread to end; return whether it has.

        Args:
            timeout: In seconds.
        """
        return self._thread.join(timeout)

    def take(self) -> tuple[str, str]:
        """Return the answer and the reasoning received so far."""
        with self._lock:
            answer, reasoning = "".join(self._answer), "".join(self._reasoning)
            self._answer, self._reasoning = [answer], [reasoning]
        return answer, reasoning

    def _ended(self, thread: LoopThread) -> None:
        self.error, self.defect = thread.error, thread.defect
        try:
            self._take_kept()
        except DocanalystError as error:
            self.error = self.error or error
        finally:
            self.done = True

    def _wait(self, waiting: Waiting) -> None:
        self.waiting = waiting, time.monotonic() + waiting.seconds

    async def _consume(self) -> None:
        self._analyst.router.on_wait = self._wait
        events = self._analyst.ask(
            self._documents,
            self._question,
            options=self._options,
            session=self._given_session,
            parent_id=self._parent_id,
            consent=self._consent,
        )
        async with aclosing(events):
            async for event in events:
                self._note(event)

    def _note(self, event: Event) -> None:
        with self._lock:
            if isinstance(event, AnswerDelta | ReasoningDelta):
                self.last_at = time.monotonic()
                self.first_at = self.first_at or self.last_at
                self.pieces += 1
                (self._answer if isinstance(event, AnswerDelta) else self._reasoning).append(event.text)
            elif isinstance(event, Planned):
                self.planned = event
                self.patience = self._analyst.router.patience(event.model)
            elif isinstance(event, Finished):
                self.turn = event.turn

    def _take_kept(self) -> None:
        """Take the turn and its session as saved, or as received if nothing is saved."""
        if self.planned is None:
            return
        if self._analyst.keep:
            if self.turn is None:
                self.turn = self._analyst.store.turns.get(self.planned.turn_id)
            self.session = self._analyst.store.sessions.get(self.turn.session_id)
            return
        answer, reasoning = self.take()
        if self.turn is None:
            status = TurnStatus.INTERRUPTED if answer or reasoning else TurnStatus.FAILED
            self.turn = Turn(
                id=self.planned.turn_id,
                session_id=self.planned.session_id,
                question=self._question,
                provider=self.planned.model.provider,
                model=self.planned.model.model_id,
                status=status,
                answer=answer,
                reasoning=reasoning or None,
                parent_id=self._parent_id,
            )
        known = self._given_session or Session(self.turn.session_id, self._question, "", "")
        turns = (*known.turns, self.turn)
        self.session = replace(known, turns=turns, turn_count=len(turns))
