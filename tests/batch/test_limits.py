"""No request goes out that could pass the cap, and none faster than the account admits."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from docanalyst.batch.limits.pace import MINUTE, CostCap, Pace


class Clock:
    """Time that passes only when somebody sleeps."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds
        await asyncio.sleep(0)


REQUESTS = st.lists(st.tuples(st.integers(1, 400), st.floats(0, 1)), max_size=40)


@given(st.integers(0, 1_000), REQUESTS, st.integers(1, 8))
def test_the_cap_holds_whatever_requests_cost(
    cap: int, requests: list[tuple[int, float]], at_once: int
) -> None:
    cost_cap = CostCap(cap)
    waiting = iter(requests)

    async def worker() -> None:
        for most, share in waiting:
            if await cost_cap.reserve(most):
                assert cost_cap.spent + cost_cap.reserved <= cap
                await asyncio.sleep(0)
                await cost_cap.settle(most, round(most * share))

    async def run() -> None:
        await asyncio.gather(*(worker() for _ in range(at_once)))

    asyncio.run(run())
    assert cost_cap.spent <= cap
    assert cost_cap.reserved == 0


def test_a_request_waits_for_money_that_may_come_back() -> None:
    async def run() -> tuple[bool, bool, bool]:
        cost_cap = CostCap(100)
        first = await cost_cap.reserve(80)
        second = asyncio.create_task(cost_cap.reserve(60))
        await asyncio.sleep(0)
        assert not second.done()
        await cost_cap.settle(80, 10)
        return first, await second, cost_cap.refused

    assert asyncio.run(run()) == (True, True, False)


def test_without_a_cap_nothing_is_refused() -> None:
    assert asyncio.run(CostCap(None).reserve(10**12))


def test_tokens_of_one_minute_stay_under_the_limit() -> None:
    clock = Clock()
    pace = Pace(16, clock=clock, sleep=clock.sleep)
    pace.learn(10_000)
    sent: list[tuple[float, int]] = []

    async def run() -> None:
        for tokens in [4_000, 5_000, 3_000, 9_000, 1_000, 12_000, 500] * 3:
            await pace.enter(tokens)
            sent.append((clock(), tokens))
            await pace.leave(well=True)

    asyncio.run(run())
    for at, tokens in sent:
        within = sum(other for when, other in sent if at - MINUTE < when <= at)
        assert within <= 10_000 or (tokens == 12_000 and within == 12_000)


def test_places_halve_at_a_limit_and_come_back() -> None:
    clock = Clock()
    pace = Pace(16, clock=clock, sleep=clock.sleep)

    async def run() -> None:
        pace.over_limit(7.0)
        pace.over_limit(7.0)
        assert pace.allowed == 8
        started = clock()
        await pace.enter(1)
        assert clock() - started >= 7.0
        await pace.leave(well=True)
        for _ in range(200):
            await pace.enter(1)
            await pace.leave(well=True)
        assert pace.allowed == 16

    asyncio.run(run())


def test_no_more_than_allowed_are_under_way() -> None:
    async def run() -> int:
        pace, most = Pace(3), 0

        async def one() -> None:
            nonlocal most
            await pace.enter(1)
            most = max(most, pace.under_way)
            await asyncio.sleep(0)
            await pace.leave(well=False)

        await asyncio.gather(*(one() for _ in range(20)))
        return most

    assert asyncio.run(run()) == 3


@given(st.integers(1, 9), st.integers(0, 60), st.booleans())
def test_everybody_who_waits_gets_in(at_once: int, many: int, held: bool) -> None:
    clock = Clock()
    pace = Pace(at_once, clock=clock, sleep=clock.sleep)
    pace.learn(500)
    most = done = 0

    async def ask(number: int) -> None:
        nonlocal most, done
        await pace.enter(number % 7 * 60 + 1)
        most = max(most, pace.under_way)
        await asyncio.sleep(0)
        if held and number % 5 == 0:
            pace.over_limit(1.0)
        await pace.leave(well=number % 5 != 0)
        done += 1

    async def run() -> None:
        await asyncio.wait_for(asyncio.gather(*(ask(number) for number in range(many))), 30)

    asyncio.run(run())
    assert (done, pace.under_way) == (many, 0)
    assert most <= at_once
