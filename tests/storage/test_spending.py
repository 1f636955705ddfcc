"""Spending adds up, however it is grouped."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import pytest

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import Cost
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id
from docanalyst.storage.batches import BatchItem, BatchRun

Make = Callable[..., Turn]


@pytest.fixture
def spent(store: Store, lease: Document, judgment: Document, asked: Make, finished: Make) -> Store:
    both = [dataclasses.replace(lease, path="/m/a/x.pdf"), dataclasses.replace(judgment, path="/m/b/y.pdf")]
    first = store.sessions.create("first", "First", both)
    second = store.sessions.create("second", "Second", [dataclasses.replace(lease, path="/m/a/x.pdf")])
    store.sessions.create("third", "Third")

    def ask(session_id: str, **changes: object) -> None:
        begun = store.turns.start(asked(session_id, **{k: v for k, v in changes.items() if k != "cost"}))
        store.turns.finish(finished(begun, **changes))

    ask(first.id, provider="groq", started_at="2026-03-31T23:59:59.000+00:00", cost=Cost(100, "USD"))
    ask(first.id, provider="groq", started_at="2026-04-01T00:00:00.000+00:00", cost=Cost(20, "USD", True))
    ask(second.id, provider="alibaba", started_at="2026-04-02T00:00:00.000+00:00", cost=Cost(7, "CNY"))
    ask("third", provider="ollama", started_at="2026-04-03T00:00:00.000+00:00", cost=None)
    store.turns.start(asked(second.id, "running", provider="groq"))
    run = store.batches.start(BatchRun(new_id(), "out.csv", "groq", "m"))
    store.batches.save_all(
        [
            BatchItem(run.id, 1, "k1", "a.pdf", "complete", input_tokens=10, output_tokens=1, cost_micros=3,
                      currency="USD", seconds=1.0),
            BatchItem(run.id, 2, "k2", "b.pdf"),
        ]
    )  # fmt: skip
    return store


def table(store: Store, by: str, **more: str) -> list[tuple[str, str | None, int, int | None]]:
    return [(row.key, row.currency, row.answers, row.micros) for row in store.reports.spending(by, **more)]


def test_by_provider_money_of_currencies_is_never_added(spent: Store) -> None:
    rows = spent.reports.spending("provider")
    assert [
        (row.key, row.currency, row.answers, row.micros, row.unpriced, row.estimated) for row in rows
    ] == [
        ("groq", "USD", 3, 123, 0, True),
        ("alibaba", "CNY", 1, 7, 0, False),
        ("ollama", None, 1, None, 1, False),
    ]
    assert (rows[0].input_tokens, rows[0].cached_tokens, rows[0].output_tokens) == (850, 256, 155)
    assert rows[0].seconds == 6.0


def test_by_time(spent: Store) -> None:
    months = {(key, currency): micros for key, currency, _, micros in table(spent, "month")}
    assert months["2026-03", "USD"] == 100
    assert months["2026-04", "USD"] == 20
    assert months["2026-01", "USD"] == 3
    assert ("2026-03", "USD", 1, 100) not in table(spent, "month", since="2026-04-01")
    assert [row[0] for row in table(spent, "day")] == sorted(row[0] for row in table(spent, "day"))


def test_by_session_and_folder(spent: Store) -> None:
    assert set(table(spent, "session")) == {
        ("First (first)", "USD", 2, 120),
        ("Second (second)", "CNY", 1, 7),
        ("Third (third)", None, 1, None),
        ("batch", "USD", 1, 3),
    }
    assert set(table(spent, "folder")) == {
        ("/m", "USD", 2, 120),
        ("/m/a", "CNY", 1, 7),
        ("no documents", None, 1, None),
        ("batch", "USD", 1, 3),
    }


def test_every_grouping_has_the_same_sum(spent: Store) -> None:
    for by in ("provider", "model", "month", "day", "session", "folder"):
        rows = spent.reports.spending(by)
        assert sum(row.micros or 0 for row in rows) == 130
        assert sum(row.answers for row in rows) == 5


def test_an_unknown_grouping_lists_the_known(spent: Store) -> None:
    with pytest.raises(UsageError) as refused:
        spent.reports.spending("weather")
    assert "folder" in refused.value.hint


def test_failed_turns_that_cost_count(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    store.turns.finish(finished(store.turns.start(asked(session_id)), status=TurnStatus.FAILED))
    assert table(store, "provider") == [("scripted", "USD", 1, 1_234)]
