"""When a request is sent again, and after how long."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from docanalyst.providers.wire.retry import backoff, limits_of, should_retry, wait_asked_for


@pytest.mark.parametrize("status", [408, 409, 429, 498, 500, 502, 503, 504])
def test_passing_faults_are_tried_again(status: int) -> None:
    assert should_retry(status, {})


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 413, 422])
def test_client_faults_never_are_whatever_a_header_says(status: int) -> None:
    assert not should_retry(status, {})
    assert not should_retry(status, {"x-should-retry": "true"})


def test_the_provider_may_forbid_it() -> None:
    assert not should_retry(503, {"x-should-retry": "false"})
    assert should_retry(424, {"x-should-retry": "true"})


NOW = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7.0),
        ({"retry-after": "1.5"}, 1.5),
        ({"retry-after": "-3"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "9"}, 0.25),
        ({"retry-after": "Sun, 22 Nov 2026 12:00:30 GMT"}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 11:00:00 GMT"}, 0.0),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": ""}, None),
        ({}, None),
    ],
)
def test_the_wait_that_is_asked_for(headers: dict[str, str], seconds: float | None) -> None:
    assert wait_asked_for(headers, NOW) == seconds


def test_waits_grow_and_stay_bounded() -> None:
    assert 0.3 < backoff(1) < 0.7
    assert 0.7 < backoff(2) < 1.3
    assert backoff(30) <= 10.0


@pytest.mark.parametrize(
    ("stated", "limit"),
    [("250000", 250_000), (" 249,000 ", 249_000), ("6000;w=60", 6_000), ("x", None), ("", None)],
)
def test_the_limit_is_read_from_the_headers(stated: str, limit: int | None) -> None:
    assert limits_of({"x-ratelimit-limit-tokens": stated}).tokens_per_minute == limit
    assert limits_of({}).tokens_per_minute is None
