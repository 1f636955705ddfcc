"""A run keeps to its money and limits, isolates what fails, stops when told, and goes on where it ended."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batch.batch_support import Go, write_contracts
from batch.grid_server import GridServer

from docanalyst.batch.events import UnitEnded, UnitStarted
from docanalyst.batch.unit.resuming import take_up
from docanalyst.domain.errors import UsageError
from docanalyst.domain.grid.grids import RowStatus, Stated
from docanalyst.pdf import read_document
from docanalyst.settings import load_settings
from docanalyst.storage import Store
from docanalyst.storage.batches import BatchRun

Served = Callable[[str], None]


def store() -> Store:
    return Store.open(load_settings(None).store_path)


def test_the_cap_is_never_passed_and_a_larger_one_goes_on(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 12)
    with GridServer(latency=0.01) as server:
        served(server.url)
        first = go(paths, max_cost_usd=0.02, concurrency=6)
        assert first.ended.status == "capped"
        billed = server.bill.input_tokens + 2 * server.bill.output_tokens
        assert billed == first.ended.tally.spent_micros <= 20_000
        answered = sum(row.status.answered for row in first.rows)
        assert 0 < answered < 12
        skipped = next(row for row in first.rows if row.status is RowStatus.SKIPPED)
        assert "of the cost cap of $0.0200" in skipped.error
        second = go(paths, max_cost_usd=1.0)
        assert second.ended.status == "complete"
        assert second.ended.tally.reused == answered
        assert {len(bills) for bills in server.bill.tokens.values()} == {1}
        assert second.runner.run_id == first.runner.run_id


def test_the_cap_counts_what_earlier_starts_have_spent(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    with GridServer() as server:
        served(server.url)
        go(paths[:3])
        spent = server.bill.input_tokens + 2 * server.bill.output_tokens
        batch = go(paths, max_cost_usd=(spent + 100) / 1_000_000)
        assert batch.ended.status == "capped"
        assert batch.ended.tally.reused == 3
        assert len(server.requests) == 3


def test_without_a_price_a_cap_is_refused(tmp_path: Path, go: Go, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCANALYST_VLLM_BASE_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("DOCANALYST_PROVIDER", "vllm")
    monkeypatch.setenv("DOCANALYST_MODEL", "some-model-of-ours")
    with pytest.raises(UsageError, match="price"):
        go(write_contracts(tmp_path / "c", 1), max_cost_usd=1.0)


def test_what_fails_fails_alone(tmp_path: Path, go: Go, served: Served) -> None:
    good = write_contracts(tmp_path / "c", 3)
    broken, empty, large = (tmp_path / name for name in ("broken.pdf", "empty.txt", "large.txt"))
    broken.write_bytes(b"%PDF-1.7 nothing more")
    empty.write_bytes(b"")
    large.write_text("\f".join("word " * 9_000 for _ in range(20)), encoding="utf-8")
    with GridServer() as server:
        served(server.url)
        batch = go([broken, good[0], empty, good[1], large, good[2]])
    assert batch.ended.status == "incomplete"
    status = [row.status.value for row in batch.rows]
    assert status == ["failed", "complete", "failed", "complete", "skipped", "complete"]
    assert "broken.pdf" in batch.rows[0].error and "empty" in batch.rows[2].error
    assert "does not fit the context window" in batch.rows[4].error
    assert {answer.text for answer in [batch.rows[0].answer("q1"), batch.rows[4].answer("q2")]} == {
        "INCOMPLETE"
    }
    assert len(server.requests) == 3


def test_a_key_that_is_refused_stops_the_run_at_once(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 30)
    with GridServer(lambda seen: "401") as server:
        served(server.url)
        batch = go(paths, concurrency=2)
        assert len(server.requests) <= 4
        assert batch.ended.status == "stopped" and "key" in batch.ended.reason
        assert sum(row.status is RowStatus.SKIPPED for row in batch.rows) >= 26
        server.behave = lambda seen: ""
        assert go(paths).ended.status == "complete"


def test_an_account_over_its_limit_is_asked_more_slowly(tmp_path: Path, go: Go, served: Served) -> None:
    with GridServer(lambda seen: "429" if server.now > 3 else "", latency=0.02) as server:
        served(server.url)
        batch = go(write_contracts(tmp_path / "c", 24), concurrency=12)
    assert batch.ended.status == "complete"
    assert {len(bills) for bills in server.bill.tokens.values()} == {1}
    assert batch.ended.tally.doubt_micros == 0


def test_told_to_stop_it_finishes_what_is_under_way_and_goes_on_later(
    tmp_path: Path, go: Go, served: Served
) -> None:
    paths = write_contracts(tmp_path / "c", 20)

    def stop(event: Any, runner: Any) -> None:
        if isinstance(event, UnitEnded):
            runner.stop("Stopped by the test.")

    with GridServer(latency=0.02) as server:
        served(server.url)
        first = go(paths, concurrency=2, watch=stop)
        asked = len(server.requests)
        assert first.ended.status == "stopped"
        assert asked == sum(row.status is RowStatus.COMPLETE for row in first.rows) <= 4
        unsent = first.rows[-1]
        assert unsent.status is RowStatus.SKIPPED and "Run the same command again" in unsent.error
        second = go(paths)
        assert second.ended.tally.reused == asked
        assert {len(bills) for bills in server.bill.tokens.values()} == {1}


def test_cancelled_it_leaves_interrupted_turns_and_goes_on_later(
    tmp_path: Path, go: Go, served: Served
) -> None:
    paths = write_contracts(tmp_path / "c", 6)
    with GridServer(latency=5) as server:
        served(server.url)
        started: list[UnitStarted] = []

        def cancel(event: Any, runner: Any) -> None:
            if isinstance(event, UnitStarted):
                started.append(event)
                task = asyncio.current_task()
                assert task is not None
                if len(started) == 2:
                    asyncio.get_running_loop().call_later(0.3, task.cancel)

        with pytest.raises(asyncio.CancelledError):
            go(paths, concurrency=2, watch=cancel)
        with store() as kept:
            (run,) = kept.batches.recent()
            assert run.status == "interrupted"
            assert {item.status for item in kept.batches.items(run.id)} == {"sent", "open"}
        server.latency = 0
        batch = go(paths)
    assert batch.ended.status == "complete"
    assert batch.runner.run_id == run.id
    assert any(row.doubt_micros > 0 for row in batch.rows)


def test_a_second_run_into_another_file_pays_nothing(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 3)
    with GridServer() as server:
        served(server.url)
        first = go(paths, "one.csv")
        second = go(paths, "two.jsonl")
        third = go(paths, "one.csv", restart=True)
    assert len(server.requests) == 6
    assert (second.ended.tally.reused, second.ended.tally.spent_micros) == (3, 0)
    assert [row.answers for row in second.rows] == [row.answers for row in first.rows]
    assert "by an earlier run" in second.rows[0].notes[-1]
    assert third.ended.tally.reused == 0 and third.runner.run_id != first.runner.run_id


def test_a_change_makes_a_new_unit_and_says_so(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 3)
    with GridServer() as server:
        served(server.url)
        go(paths)
        paths[1].write_text("CONTRACT-0002, amended. The rent is $1 a month from now on.", encoding="utf-8")
        changed = go(paths)
        assert [unit.changed for unit in changed.plan.units] == ["", "the file", ""]
        assert (changed.ended.tally.reused, len(server.requests)) == (2, 4)
        asked = go(paths, questions=["Who are the parties?"])
        assert {unit.changed for unit in asked.plan.units} == {"the question, prompt or model"}
        assert len(server.requests) == 7


def test_the_same_content_twice_is_asked_once(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 2)
    copy = tmp_path / "copy.txt"
    copy.write_bytes(paths[0].read_bytes())
    with GridServer() as server:
        served(server.url)
        batch = go([*paths, copy])
    assert len(server.requests) == 2
    assert batch.rows[2].unit == str(copy)
    assert batch.rows[2].answers == batch.rows[0].answers
    assert batch.rows[2].cost_micros == 0 and "asked once" in batch.rows[2].notes[-1]
    assert batch.ended.tally.done == 3


def test_silence_is_checked_without_a_model(tmp_path: Path, go: Go, served: Served) -> None:
    with GridServer(lambda seen: "silent") as server:
        served(server.url)
        batch = go(write_contracts(tmp_path / "c", 1), questions=["Who are the parties to this agreement?"])
    (answer,) = batch.rows[0].answers
    assert answer.stated is Stated.NOT_ADDRESSED
    assert "look at D1 p. 1" in answer.note and "Harbour Estates" in answer.note


def test_a_provider_that_read_less_proves_no_absence(tmp_path: Path, go: Go, served: Served) -> None:
    with GridServer(lambda seen: "half read") as server:
        served(server.url)
        batch = go(write_contracts(tmp_path / "c", 1), repair=False)
    row = batch.rows[0]
    assert row.status is RowStatus.FAILED
    assert {answer.text for answer in row.answers} == {"INCOMPLETE"}
    assert "the provider may have read only" in row.error


def test_what_cannot_be_used_is_partial_when_the_second_answer_is_no_better(
    tmp_path: Path, go: Go, served: Served
) -> None:
    with GridServer(lambda seen: "half the fields" if not seen.repair else "no fields") as server:
        served(server.url)
        batch = go(write_contracts(tmp_path / "c", 1))
    row = batch.rows[0]
    assert row.status is RowStatus.PARTIAL
    assert [answer.stated for answer in row.answers] == [Stated.STATED, Stated.INCOMPLETE]
    assert "q2: the answer does not have it" in row.error
    assert len(server.requests) == 2
    again = server.requests[1].body["messages"]
    assert [message["role"] for message in again] == ["system", "user", "assistant", "user"]
    assert "q2" in again[-1]["content"] and "q1:" not in again[-1]["content"]


def test_a_schema_is_sent_where_it_holds_and_left_out_where_it_is_refused(
    tmp_path: Path, go: Go, served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOCANALYST_PROVIDERS", raising=False)

    def behave(seen: Any) -> str:
        if "response_format" not in seen.body:
            return ""
        return "json" if seen.unit == "0001" else "400"

    with GridServer(behave) as server:
        served(server.url)
        monkeypatch.delenv("DOCANALYST_PROVIDERS")
        batch = go(write_contracts(tmp_path / "c", 2), concurrency=1)
    assert [row.status for row in batch.rows] == [RowStatus.COMPLETE] * 2
    schema = server.requests[0].body["response_format"]["json_schema"]["schema"]
    assert list(schema["properties"]) == ["q1", "q2"]
    assert "plain text" in batch.rows[1].notes[0]
    assert batch.rows[0].answers[0].verdict == "verbatim"


def test_another_living_process_at_the_same_output_is_left_alone(
    tmp_path: Path, go: Go, served: Served
) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    with GridServer() as server, store() as other:
        served(server.url)
        other.batches.start(BatchRun("r" * 16, str(tmp_path / "out.csv"), "vllm", "m"))
        with pytest.raises(UsageError, match="Another process"):
            go(paths)
        assert not server.requests


def test_an_answer_that_had_come_in_whole_is_not_asked_again(tmp_path: Path, go: Go, served: Served) -> None:
    (path,) = write_contracts(tmp_path / "c", 1)
    with GridServer() as server:
        served(server.url)
        batch = go([path])
    from docanalyst.pdf import read_document

    document = read_document(path)
    with store() as kept:
        (item,) = kept.batches.items(batch.runner.run_id)
        turn_id = item.record["turns"][0]
        sent = replace(item, status="sent", record={"sending": turn_id, "most_micros": 7_000})
        account, turn = asyncio.run(take_up(kept, sent, batch.plan.job, [document]))
        assert turn is not None and turn.id == turn_id
        assert account.cost == batch.rows[0].cost_micros and account.doubt == 0
        with kept._ground.database.writing() as connection:
            connection.execute("UPDATE turns SET status = 'interrupted', input_tokens = NULL")
        account, turn = asyncio.run(take_up(kept, sent, batch.plan.job, [document]))
        assert turn is not None and account.estimated and account.cost
        with kept._ground.database.writing() as connection:
            connection.execute("UPDATE turns SET answer = substr(answer, 1, 30)")
        account, turn = asyncio.run(take_up(kept, sent, batch.plan.job, [document]))
        assert turn is None and account.doubt == 7_000 and account.turns == [turn_id]


def test_folders_are_packed_together(tmp_path: Path, go: Go, served: Served, samples: Path) -> None:
    deal = tmp_path / "deals" / "one"
    deal.mkdir(parents=True)
    for name in ("mutual-nda.pdf", "services-agreement.pdf"):
        (deal / name).write_bytes((samples / name).read_bytes())
    with GridServer() as server:
        served(server.url)
        batch = go([tmp_path / "deals"], "out.jsonl", by="folder")
    (row,) = batch.rows
    assert row.unit == str(deal) and len(row.documents) == 2
    assert server.requests[0].body["messages"][1]["content"].count("<document id=") == 2


def test_a_prompt_with_typed_fields_offline(tmp_path: Path, go: Go, samples: Path) -> None:
    batch = go([samples / "mutual-nda.pdf"], "out.jsonl", prompt="nda-triage")
    (row,) = batch.rows
    assert batch.ended.status == "complete"
    found = [answer for answer in row.answers if answer.stated is Stated.PASSAGE]
    assert found and all(answer.verified and answer.text == "passage" for answer in found)
    assert {answer.stated for answer in row.answers} == {Stated.PASSAGE, Stated.NO_CLOSE_PASSAGE}
    assert row.answer("recommendation").text == "no_close_passage (needs a model)"
    assert row.cost_micros == 0 and row.reader == "extractive"


def test_many_fields_without_an_answer_are_one_line(tmp_path: Path, go: Go, served: Served) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    questions = [f"Question {number}?" for number in range(41)]
    with GridServer(lambda seen: "no fields") as server:
        served(server.url)
        row = go(paths, questions=questions).rows[0]
    assert row.status is RowStatus.FAILED
    begun = "it begins “I have read the documents and find them very interesting.”."
    assert row.error == f"The answer has none of the 41 fields; {begun}"
    with GridServer(lambda seen: "half the fields") as server:
        served(server.url)
        row = go(paths, questions=questions, restart=True, repair=False).rows[0]
    assert row.error == "q21, q22, q23 and 18 more: the answer does not have it"


def test_a_request_whose_turn_was_deleted_counts_as_possibly_billed(
    tmp_path: Path, go: Go, served: Served
) -> None:
    paths = write_contracts(tmp_path / "c", 1)
    with GridServer() as server:
        served(server.url)
        batch = go(paths)
    with Store.open(load_settings(None).store_path) as kept:
        (item,) = kept.batches.items(batch.runner.run_id)
        sent = replace(item, status="sent", record={"sending": "gone", "most_micros": 9_000})
        account, turn = asyncio.run(take_up(kept, sent, batch.plan.job, [read_document(paths[0])]))
    assert turn is None and account.doubt == 9_000
