"""The money and the pace of a run: nothing is sent that could pass the cap or the account's limits."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable

MINUTE = 60.0


class Purse:
    """A hard cap, counted before each sending. Money in micros; cap: None for none.

    refused: whether a request was kept back for it.
    """

    def __init__(self, cap: int | None, spent: int = 0) -> None:
        self.cap = cap
        self.spent = spent
        self.reserved = 0
        self.refused = False
        self._changed = asyncio.Condition()

    async def reserve(self, micros: int) -> bool:
        """Set the most that a request can cost aside; waits while others may still give some back.

        False where it could pass the cap even then: the request must not be sent.
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
        """Give back what was set aside, and take what the request did or may have cost."""
        async with self._changed:
            self.reserved -= reserved
            self.spent += spent
            self._changed.notify_all()


class Pace:
    """How many requests are under way, and how many tokens go out in a minute.

    The number halves when the account is over its limit, and grows again by one for each round of answers.
    Tokens are counted as providers admit them: prompt and reserved output together. Of those that wait one is
    woken at a time, and wakes the next: with all of them each answer would cost the square of their number.
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
        self._clock = clock
        self._sleep = sleep
        self._held_until = 0.0
        self._halved_at = -MINUTE
        self._admitted: deque[tuple[float, int]] = deque()
        self._changed = asyncio.Condition()

    async def enter(self, tokens: int) -> None:
        """Wait for a place, and for room in the minute, for a request of so many tokens."""
        async with self._changed:
            while True:
                wait = self._wait_for(tokens)
                if wait is None:
                    await self._changed.wait()
                elif wait > 0:
                    await self._rest(wait)
                else:
                    break
            self.under_way += 1
            self._admitted.append((self._clock(), tokens))
            self._changed.notify()

    async def leave(self, *, well: bool) -> None:
        """A request has ended. well: it was answered, so a little more may be tried."""
        async with self._changed:
            self.under_way -= 1
            if well and self.allowed < self.most:
                self.allowed = min(float(self.most), self.allowed + 1 / max(1.0, self.allowed))
            self._changed.notify()

    def over_limit(self, seconds: float) -> None:
        """The account takes no more for so long: everything holds, and goes on with half as many."""
        now = self._clock()
        self._held_until = max(self._held_until, now + seconds)
        if now - self._halved_at >= max(1.0, seconds):
            self._halved_at = now
            self.allowed = max(1.0, self.allowed / 2)

    def learn(self, tokens_per_minute: int | None) -> None:
        """Take over the limit that the provider states."""
        if tokens_per_minute:
            self.tokens_per_minute = tokens_per_minute

    def _wait_for(self, tokens: int) -> float | None:
        """Seconds until a request may go out; None while it must wait for another to end."""
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

    async def _rest(self, seconds: float) -> None:
        self._changed.notify()
        self._changed.release()
        try:
            await self._sleep(seconds)
        finally:
            await self._changed.acquire()
