"""A batch run remembers what is done."""

from __future__ import annotations

import dataclasses

import pytest

from docanalyst.domain.errors import UsageError
from docanalyst.storage import Store
from docanalyst.storage.batches import BatchItem, BatchRun


@pytest.fixture
def run(store: Store) -> BatchRun:
    run = BatchRun("run1", "out.csv", "groq", "m", options={"by": "file", "prompt": {"name": "nda"}})
    items = [BatchItem("run1", place, f"key{place}", f"甲{place}.pdf") for place in (1, 2, 3)]
    return store.batches.start(run, items)


def test_a_run_comes_back_as_it_went_in(store: Store, run: BatchRun) -> None:
    assert store.batches.get("ru") == run
    assert (run.status, run.options["prompt"]) == ("running", {"name": "nda"})
    assert run.started_at == run.updated_at != ""
    assert [item.unit for item in store.batches.items("run1")] == ["甲1.pdf", "甲2.pdf", "甲3.pdf"]
    done = BatchItem(
        "run1", 2, "key2", "甲2.pdf", "complete", None, {"rent": {"value": 12.5, "quote": "十二"}},
        100, 50, 10, 77, "USD", 1.5,
    )  # fmt: skip
    store.batches.save(done)
    assert store.batches.items("run1")[1] == done
    assert store.batches.items("run1", status="complete") == [done]


def test_resuming_keeps_what_is_done_and_adds_what_is_new(store: Store, run: BatchRun) -> None:
    done = dataclasses.replace(
        store.batches.items("run1")[0], status="complete", record={"a": 1}, cost_micros=5
    )
    store.batches.save(done)
    store.batches.finish("run1", "interrupted")
    items = [BatchItem("run1", place, f"key{place}", "x") for place in (1, 2, 3, 4)]
    again = store.batches.start(dataclasses.replace(run, options={"by": "folder"}), items)
    assert (again.status, again.started_at, again.options) == ("running", run.started_at, {"by": "folder"})
    stored = store.batches.items("run1")
    assert stored[0] == done
    assert [item.status for item in stored] == ["complete", "open", "open", "open"]


def test_runs_are_listed_by_output_and_deleted(store: Store, run: BatchRun) -> None:
    store.batches.start(BatchRun("run2", "other.csv", "groq", "m"))
    assert [found.id for found in store.batches.recent()] == ["run2", "run1"]
    assert [found.id for found in store.batches.recent(output="out.csv")] == ["run1"]
    with pytest.raises(UsageError):
        store.batches.get("run")
    store.batches.delete("run1")
    assert store.batches.items("run1") == []
    assert [found.id for found in store.batches.recent()] == ["run2"]


def test_runs_of_dead_processes_are_closed(store: Store, run: BatchRun) -> None:
    assert store.batches.recover() == []
    with store._ground.database.writing() as connection:
        connection.execute("UPDATE batch_runs SET owner = '0000000000000001'")
    (closed,) = store.batches.recover()
    assert (closed.id, closed.status) == ("run1", "interrupted")
