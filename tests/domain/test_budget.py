"""The fit rule and the way out."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.budget import (
    DEFAULT_RESERVE,
    THINKING_RESERVE,
    ContextBudget,
    reserve_for,
    what_to_leave_out,
)


def budget(documents: int, window: int = 1_000, margin: int = 0) -> ContextBudget:
    return ContextBudget(
        window,
        instructions=50,
        documents=documents,
        history=30,
        question=20,
        reserved_output=100,
        margin=margin,
    )


def test_exactly_full_fits_and_one_more_does_not() -> None:
    assert budget(800).fits
    assert budget(800).free == 0
    assert budget(800).overflow == 0
    assert not budget(801).fits
    assert budget(801).overflow == 1


def test_a_margin_counts() -> None:
    assert not budget(800, margin=1).fits


def test_the_reserve_is_what_was_asked_for_within_what_the_model_gives() -> None:
    assert reserve_for(False, None, None) == DEFAULT_RESERVE
    assert reserve_for(True, None, None) == THINKING_RESERVE
    assert reserve_for(True, 500, None) == 500
    assert reserve_for(True, None, 8_000) == 8_000


def test_one_document_that_suffices_is_left_out_rather_than_several() -> None:
    assert what_to_leave_out({"D1": 500, "D2": 120, "D3": 90}, overflow=100) == ["D2"]
    assert what_to_leave_out({"D1": 100, "D2": 90, "D3": 80}, overflow=150) == ["D1", "D2"]
    assert what_to_leave_out({"D1": 500}, overflow=100) == []


@given(st.dictionaries(st.text(max_size=3), st.integers(1, 1_000), max_size=6), st.integers(1, 3_000))
def test_what_is_left_out_is_enough_and_never_everything(shares: dict[str, int], overflow: int) -> None:
    chosen = what_to_leave_out(shares, overflow)
    if chosen:
        assert sum(shares[name] for name in chosen) >= overflow
        assert len(chosen) < len(shares)
