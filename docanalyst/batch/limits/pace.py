"""The cost cap and the request rate of a run."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

MINUTE = 60.0
GIVE_WAY = 0.05
"""Seconds at most that the check of an answer waits until the requests that may go out have gone out."""

SENDING = 0.002
"""Seconds that a request takes from its place to the wire."""


class CostCap:
    """A hard cost cap, checked before each request. Costs are in millionths of a dollar.

    Attributes:
        cap: None for no cap.
        refused: Whether the cap has stopped a request.
    """

    def __init__(self, cap: int | None, spent: int = 0) -> None:
        self.cap = cap
        self.spent = spent
        self.reserved = 0
        self.refused = False
        self._changed = asyncio.Condition()

    async def reserve(self, micros: int) -> bool:
        """Reserve the maximum cost of a request, waiting while running requests may still free some.

        Returns False if the request could exceed the cap even then, so that it must not be sent.
        """
        async with self._changed:
            while self.cap is not None and self.spent + self.reserved + micros > self.cap:
                if not self.reserved:
                    self.refused = True
                    return False
                await self._changed.wait()
            self.reserved += micros
            return True

    async def settle(self, reserved: int, spent: int) -> None:
        """Release a reservation and record what the request cost or may have cost."""
        async with self._changed:
            self.reserved -= reserved
            self.spent += spent
            self._changed.notify_all()


class Pace:
    """Limits the number of simultaneous requests and the tokens sent per minute.

    The number halves when the account exceeds its limit and grows by one with each round of answers. Tokens
    are counted as providers count them: prompt and reserved output together. Waiting requests are woken one
    at a time, each waking the next: waking all of them for each answer would take quadratic time.
    """

    def __init__(
        self,
        concurrency: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.most = concurrency
        self.allowed = float(concurrency)
        self.tokens_per_minute: int | None = None
        self.under_way = 0
        self._waiting = 0
        self._clock = clock
        self._sleep = sleep
        self._held_until = 0.0
        self._halved_at = -MINUTE
        self._admitted: deque[tuple[float, int]] = deque()
        self._changed = asyncio.Condition()

    async def enter(self, tokens: int) -> None:
        """Wait until a request of that many tokens may be sent."""
        async with self._changed:
            while (wait := self._wait_for(tokens)) != 0:
                if wait is None:
                    self._waiting += 1
                    try:
                        await self._changed.wait()
                    finally:
                        self._waiting -= 1
                else:
                    await self._rest(wait)
            self.under_way += 1
            self._admitted.append((self._clock(), tokens))
            self._changed.notify()

    async def leave(self, *, well: bool) -> None:
        """Record the end of a request.

        Args:
            well: Whether it was answered, so that the limit may grow.
        """
        async with self._changed:
            self.under_way -= 1
            if well and self.allowed < self.most:
                self.allowed = min(float(self.most), self.allowed + 1 / max(1.0, self.allowed))
            self._changed.notify()

    async def give_way(self) -> None:
        """Wait, for `GIVE_WAY` seconds at most, until waiting requests have taken the free places.

        Checking an answer takes longer than sending the next request, and sixteen answers may come in
        together: if they were checked first, the provider would idle meanwhile.
        """
        until = self._clock() + GIVE_WAY
        while True:
            await asyncio.sleep(SENDING)
            if not self._waiting or self.under_way >= int(self.allowed) or self._clock() >= until:
                return

    def over_limit(self, seconds: float) -> None:
        """Pause all requests for that many seconds, then continue with half as many at once."""
        now = self._clock()
        self._held_until = max(self._held_until, now + seconds)
        if now - self._halved_at >= max(1.0, seconds):
            self._halved_at = now
            self.allowed = max(1.0, self.allowed / 2)

    def learn(self, tokens_per_minute: int | None) -> None:
        """Adopt the limit that the provider states."""
        if tokens_per_minute:
            self.tokens_per_minute = tokens_per_minute

    def _wait_for(self, tokens: int) -> float | None:
        """Return the seconds until a request may be sent; None while it must wait for another to end."""
        now = self._clock()
        if now < self._held_until:
            return self._held_until - now
        if self.under_way >= max(1, int(self.allowed)):
            return None
        while self._admitted and now - self._admitted[0][0] >= MINUTE:
            self._admitted.popleft()
        if self.tokens_per_minute is None or not self._admitted:
            return 0.0
        over = sum(sent for _, sent in self._admitted) + tokens - self.tokens_per_minute
        for at, sent in self._admitted:
            if over <= 0:
                return 0.0
            over -= sent
            wait = at + MINUTE - now
            if over <= 0:
                return wait
        return self._admitted[-1][0] + MINUTE - now

    def slot(self) -> Slot:
        """Return a place for one request."""
        return Slot(self)

    async def _rest(self, seconds: float) -> None:
        self._changed.notify()
        self._changed.release()
        try:
            await self._sleep(seconds)
        finally:
            await self._changed.acquire()


class Slot:
    """The place of one request among the simultaneous ones: entered before it is sent, left at its end."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._is_inside = False

    async def enter(self, tokens: int) -> None:
        """Wait until a request of that many tokens may be sent."""
        if not self._is_inside:
            await self._pace.enter(tokens)
            self._is_inside = True

    async def leave(self, *, well: bool) -> None:
        """Record the end of the request, once.

        Args:
            well: Whether it was answered.
        """
        if self._is_inside:
            self._is_inside = False
            await self._pace.leave(well=well)
