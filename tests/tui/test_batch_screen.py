"""Batches in the terminal UI, against a provider on a real socket: each key, what is seen, what is kept."""

from __future__ import annotations

import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from batch.batch_support import write_contracts
from batch.grid_server import GridServer, Seen

from docanalyst.providers.scripted import reply

pytestmark = pytest.mark.slow

Run = Callable[..., None]
SIZES = ((80, 24), (140, 45))


class Gate:
    """Holds the provider's answers back: the first ones pass, the others wait until it is opened."""

    def __init__(self) -> None:
        self.free = 1_000_000
        self.opened = threading.Event()
        self.fault: Callable[[Seen], str] = lambda seen: ""
        self.held = 0

    def __call__(self, seen: Seen) -> str:
        if self.free > 0:
            self.free -= 1
        else:
            self.held += 1
            self.opened.wait(30)
        return self.fault(seen)


@pytest.fixture
def gate() -> Gate:
    """What the provider does."""
    return Gate()


@pytest.fixture
def server(gate: Gate, monkeypatch: pytest.MonkeyPatch) -> Iterator[GridServer]:
    """A provider with a price, that the settings name."""
    with GridServer(gate) as running:
        monkeypatch.setenv("DOCANALYST_VLLM_BASE_URL", running.url)
        monkeypatch.setenv("DOCANALYST_PROVIDER", "vllm")
        monkeypatch.setenv("DOCANALYST_MODEL", "Qwen/Qwen3-32B")
        model = {"Qwen/Qwen3-32B": {"price": {"input": 1.0, "output": 2.0}, "structured": ""}}
        monkeypatch.setenv("DOCANALYST_PROVIDERS", json.dumps({"vllm": {"models": model}}))
        yield running
        gate.opened.set()


@pytest.fixture
def contracts(tmp_path: Path) -> list[Path]:
    """Three contracts."""
    return write_contracts(tmp_path / "contracts", 3)


async def fill_in(tour: Any, *questions: str, at_most: str = "", output: str = "") -> None:
    """Open the form and write into it, as a user does."""
    await tour.press("f8")
    await tour.see("Ask many documents the same questions")
    tour.app.screen.query_one("#batch-questions").focus()
    for number, question in enumerate(questions):
        if number:
            await tour.press("enter")
        await tour.write(question)
    for field, text in (("#batch-at-most", at_most), ("#batch-output", output)):
        if text:
            tour.app.screen.query_one(field).value = text
    await tour.pilot.pause()


async def count(tour: Any, words: str) -> None:
    """From the form to the plan."""
    await tour.press("f8")
    await tour.see("what would be sent", words)


async def ended(tour: Any) -> None:
    """Wait for the end of the run."""
    await tour.until(lambda: tour.app.batch is not None and not tour.app.batch.under_way, "the end", 60)
    await tour.until(lambda: tour.app.batch.is_seen, "its end on the screen")
    await tour.see("units done")


def runs(tour: Any) -> list[Any]:
    """What the store has."""
    return list(tour.store.batches.recent())


# From the form to the table


def test_f8_asks_every_document_and_writes_the_table(
    run_tour: Run, server: GridServer, contracts: list[Path], tmp_path: Path
) -> None:
    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?", "What is the rent?")
        await tour.see("3 open documents", "batch.xlsx", "no cap", "vllm")
        await count(tour, "3 units to send")
        await tour.see("2 columns", "counted exactly", "at most $", "no cap", "will be asked")
        assert server.requests == []
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("✓ complete · 3 of 3 units done", "2 of 2", "2✓", "contract-0001.txt", "$0.00")
        await tour.see("Who are the parties?  value of q1", "written: ")
        run = runs(tour)[0]
        assert run.status == "complete"
        assert [item.status for item in tour.store.batches.items(run.id)] == ["complete"] * 3
        assert (tmp_path / "batch.xlsx").stat().st_size > 1000
        assert len(server.requests) == 3

    run_tour(walk, contracts, offline=True)


def test_enter_opens_a_unit_and_then_its_session_with_the_cited_page(
    run_tour: Run, server: GridServer, contracts: list[Path]
) -> None:
    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("tab", "enter")
        await ended(tour)
        await tour.press("home", "down", "enter")
        await tour.see("contract-0002.txt", "value of q1", "✓ verified · D1 p. 2", "“Page two of contract 2.")
        await tour.press("right")
        await tour.see("contract-0003.txt", "unit 3 of 3")
        await tour.press("left", "c")
        await tour.hear("The record was copied.")
        await tour.see("unit 2 of 3")
        await tour.press("enter")
        await tour.until(lambda: tour.app.desk.session is not None, "the session")
        await tour.settled()
        await tour.see("batch · contract-0002.txt", "value of q1", "D1 contract-0002.txt")
        await tour.hear("F8 shows the batch again.")
        await tour.press("f8")
        await tour.see("✓ complete · 3 of 3 units done", "contract-0001.txt")
        await tour.press("ctrl+n")
        await tour.see("Ask many documents the same questions", "3 paths")
        session = tour.store.sessions.get(tour.app.desk.session.id)
        assert session.turns[0].citations[0].page == 2

    run_tour(walk, contracts, offline=True)


def test_a_prompt_gives_the_columns_and_a_folder_the_rows(
    run_tour: Run, server: GridServer, samples: Path, tmp_path: Path
) -> None:
    for folder, names in (
        ("first", ("mutual-nda.pdf", "first-amendment.pdf")),
        ("second", ("mutual-nda.pdf",)),
    ):
        for name in names:
            (tmp_path / "deals" / folder).mkdir(parents=True, exist_ok=True)
            shutil.copy(samples / name, tmp_path / "deals" / folder / name)

    async def walk(tour: Any) -> None:
        await tour.press("f8")
        await tour.see("none yet")
        await tour.press("enter")
        await tour.see("Add documents", "deals/")
        await tour.press("slash", *"deals", "enter")
        await tour.see("first/", "second/")
        await tour.press("a")
        await tour.see("the folder deals/")
        await tour.press("tab", "right")
        await tour.see("● for each folder")
        await tour.press("tab", "enter")
        await tour.see("Prompts", "/case-brief")
        await tour.press(*["down"] * 11, "enter")
        await tour.see("columns")
        prompt = tour.app.screen.draft.prompt
        await count(tour, "2 units to send")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("2 of 2 units done")
        assert runs(tour)[0].options["prompt"] == prompt

    run_tour(walk, [], offline=True)


def test_what_does_not_fit_is_named_with_the_reason_and_the_rest_is_asked(
    run_tour: Run, server: GridServer, contracts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCANALYST_VLLM_WINDOW", "8192")
    long = contracts[0].with_name("long.txt")
    long.write_text("The rent is due on the first day. " * 3000, encoding="utf-8")

    async def walk(tour: Any) -> None:
        await fill_in(tour, "What is the rent?")
        await count(tour, "3 units to send")
        await tour.see("1 will be skipped", "long.txt", "skipped: ")
        await tour.press("h")
        await tour.see("1 of 4 units")
        assert "contract-0001" not in tour.text
        await tour.press("h", "ctrl+r")
        await ended(tour)
        await tour.see("! incomplete", "3 complete · 1 skipped")
        await tour.press("h")
        await tour.see("1 of 4 units", "long.txt", "tokens")
        await tour.press("h")
        await tour.see("contract-0001.txt")
        states = {
            item.unit.rsplit("/", 1)[-1]: item.status for item in tour.store.batches.items(runs(tour)[0].id)
        }
        assert states["long.txt"] == "skipped"
        assert states["contract-0001.txt"] == "complete"

    run_tour(walk, [*contracts, long], offline=True)


# Pausing, going on, money


def test_control_c_pauses_control_r_goes_on_and_everything_is_billed_once(
    run_tour: Run, server: GridServer, gate: Gate, tmp_path: Path
) -> None:
    many = write_contracts(tmp_path / "many", 6)
    gate.free = 2

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        tour.app.screen.query_one("#batch-at-once").value = "1"
        await count(tour, "6 units to send")
        await tour.press("ctrl+r")
        await tour.until(lambda: gate.held == 1, "the third request")
        await tour.see("▸ running", "2 of 6 units done", "at work", "left")
        await tour.press("ctrl+c")
        await tour.see("pausing after the running requests")
        gate.free = 1_000_000
        gate.opened.set()
        await ended(tour)
        await tour.see("■ paused · 3 of 6 units done", "3 left", "Paused.", "^R resumes")
        run = runs(tour)[0]
        assert run.status == "stopped"
        assert len(server.requests) == 3
        assert (tmp_path / "batch.xlsx").exists()
        await tour.press("ctrl+r")
        await tour.until(lambda: len(server.requests) == 6, "the rest", 60)
        await ended(tour)
        await tour.see("✓ complete · 6 of 6 units done", "reused")
        assert [item.id for item in runs(tour)] == [run.id]
        assert runs(tour)[0].status == "complete"

    run_tour(walk, many, offline=True)
    assert sorted(server.bill.seen.values()) == [1] * 6
    assert all(len(bills) == 1 for bills in server.bill.tokens.values())


def test_control_c_again_ends_what_is_under_way_at_once(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    gate.free = 0

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await tour.until(lambda: gate.held, "a request")
        await tour.press("ctrl+c")
        await tour.see("pausing after the running requests", "^C stops at once")
        await tour.press("ctrl+c")
        await tour.see("Stop the running requests at once?")
        await tour.press("enter")
        await tour.see("pausing after the running requests")
        await tour.press("ctrl+c")
        await tour.see("Stop the running requests at once?")
        await tour.agree()
        await ended(tour)
        await tour.see("■ interrupted", "0 of 3 units done", "^R resumes")
        assert runs(tour)[0].status == "interrupted"
        gate.free = 1_000_000
        gate.opened.set()
        await tour.press("ctrl+r")
        await tour.until(lambda: tour.app.batch.state.count("complete") == 3, "the answers", 60)
        await ended(tour)
        assert runs(tour)[0].status == "complete"

    run_tour(walk, contracts, offline=True)


def test_the_cap_holds_and_a_dollar_sign_raises_it(
    run_tour: Run, server: GridServer, contracts: list[Path]
) -> None:
    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?", at_most="0.0001")
        await count(tour, "cap $0.0001, which it may reach")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("! stopped at the cap", "3 skipped", "$0 of the cap of $0.0001")
        assert server.requests == []
        assert runs(tour)[0].status == "capped"
        await tour.press("dollar_sign")
        await tour.see("Spend at most")
        await tour.press(*["backspace"] * 8, *"nine", "enter")
        await tour.hear("The cost cap must be an amount in dollars")
        await tour.press("dollar_sign")
        await tour.see("Spend at most")
        await tour.press(*["backspace"] * 8, *"5", "enter")
        await tour.see("of the cap of $5.00")
        await tour.press("ctrl+r")
        await tour.until(lambda: len(server.requests) == 3, "the requests", 60)
        await ended(tour)
        await tour.see("✓ complete", "of the cap of $5.00")
        assert runs(tour)[0].options["limits"]["max_cost_usd"] == 5

    run_tour(walk, contracts, offline=True)


def test_a_dollar_sign_sets_a_cap_on_the_plan_too(
    run_tour: Run, server: GridServer, contracts: list[Path]
) -> None:
    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "no cap")
        await tour.press("dollar_sign")
        await tour.see("Spend at most")
        await tour.press(*"0.0001", "enter")
        await tour.see("cap $0.0001")
        await tour.press("ctrl+r")
        await ended(tour)
        assert runs(tour)[0].status == "capped"
        assert server.requests == []

    run_tour(walk, contracts, offline=True)


def test_failed_units_say_why_and_going_on_asks_them_again(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    gate.fault = lambda seen: "no fields" if seen.unit == "0002" else ""

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("! incomplete", "2 complete · 1 failed", "✗ contract-0002.txt")
        await tour.press("home", "down", "enter")
        await tour.see("✗ failed", "q1")
        await tour.press("escape")
        gate.fault = lambda seen: ""
        await tour.see("^R resumes")
        await tour.press("ctrl+r")
        await tour.until(lambda: tour.app.batch.state.count("complete") == 3, "the answer", 60)
        await ended(tour)
        await tour.see("✓ complete · 3 of 3 units done")
        statuses = {item.status for item in tour.store.batches.items(runs(tour)[0].id)}
        assert statuses == {"complete"}

    run_tour(walk, contracts, offline=True)


# Consent, leaving, trouble


def test_without_the_users_agreement_nothing_is_sent(
    run_tour: Run, server: GridServer, contracts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.providers import preflight

    real = preflight.destination
    away = {"stays_here": False, "on_this_machine": False, "title": "Groq"}
    monkeypatch.setattr(preflight, "destination", lambda *given: replace(real(*given), **away))

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await tour.see("Send documents to Groq?", "Do not send")
        await tour.press("enter")
        await tour.see("Nothing was sent", "^R resumes")
        assert server.requests == []
        assert runs(tour) == []
        await tour.press("ctrl+r")
        await tour.see("Send documents to Groq?")
        await tour.agree()
        await tour.until(lambda: tour.app.batch.state.count("complete") == 3, "the answers", 60)
        assert len(server.requests) == 3

    run_tour(walk, contracts, offline=True)


def test_escape_lets_it_go_on_behind_and_its_end_is_told(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    gate.free = 0

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await tour.until(lambda: gate.held, "a request")
        await tour.see("Esc closes, keeps running")
        await tour.press("escape")
        await tour.see("3 documents, 6 pages: ask.")
        await tour.press("f8")
        await tour.see("▸ running", "0 of 3 units done")
        await tour.press("escape")
        gate.free = 1_000_000
        gate.opened.set()
        await tour.hear("batch.xlsx: 3 of 3 units answered.", "F8 shows it.")
        assert runs(tour)[0].status == "complete"

    run_tour(walk, contracts, offline=True)


def test_quitting_in_mid_batch_asks_and_what_is_under_way_is_kept(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    gate.free = 1
    stores: list[Any] = []

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        tour.app.screen.query_one("#batch-at-once").value = "1"
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await tour.until(lambda: gate.held == 1, "the second request")
        await tour.press("ctrl+q")
        await tour.see("A batch is running.", "Pause it and quit")
        await tour.press("enter")
        await tour.see("▸ running")
        await tour.press("ctrl+q")
        await tour.see("A batch is running.")
        await tour.agree()
        await tour.hear("Waiting for the running requests")
        assert tour.app.batch.under_way
        gate.free = 1_000_000
        gate.opened.set()
        await tour.until(lambda: tour.app._exit, "the end", 60)
        stores.append(tour.store)

    run_tour(walk, contracts, offline=True)
    run = stores[0].batches.recent()[0]
    assert run.status == "stopped"
    assert sorted(item.status for item in stores[0].batches.items(run.id)) == ["complete", "complete", "open"]
    assert len(server.requests) == 2


def test_a_second_wish_to_quit_does_not_wait(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    gate.free = 0

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await tour.until(lambda: gate.held, "a request")
        await tour.press("ctrl+q")
        await tour.see("A batch is running.")
        await tour.agree()
        await tour.hear("Waiting for the running requests")
        await tour.press("ctrl+q")
        await tour.until(lambda: tour.app._exit, "the end")
        tour.app.leave()
        assert not tour.app.batch.under_way
        assert runs(tour)[0].status == "interrupted"

    run_tour(walk, contracts, offline=True)


def test_a_crash_of_the_run_is_a_message_with_a_way_on(
    run_tour: Run, server: GridServer, contracts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.batch import runner

    real = runner.ask_unit
    broken = {"now": True}

    async def ask_unit(*given: Any, **options: Any) -> Any:
        if broken["now"]:
            raise RuntimeError("[/b] boom")
        return await real(*given, **options)

    monkeypatch.setattr(runner, "ask_unit", ask_unit)

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await tour.see("Internal error (RuntimeError)", "The answers are saved")
        broken["now"] = False
        await tour.press("ctrl+r")
        await tour.until(lambda: tour.app.batch.state.count("complete") == 3, "the answers", 60)
        await ended(tour)
        await tour.see("✓ complete · 3 of 3 units done")

    run_tour(walk, contracts, offline=True)


def test_a_document_that_cannot_be_read_is_a_row_and_stops_nothing(
    run_tour: Run, server: GridServer, contracts: list[Path]
) -> None:
    broken = contracts[0].with_name("broken.pdf")
    broken.write_bytes(b"%PDF-1.7 nothing of it")

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        tour.app.screen.draft.paths = [str(path) for path in (*contracts, broken)]
        await count(tour, "3 units to send")
        await tour.see("broken.pdf", "skipped:")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("3 complete · 1 failed")

    run_tour(walk, contracts[:1], offline=True)


def test_a_model_given_to_the_program_answers_batches_too(run_tour: Run, lease: Path, annex: Path) -> None:
    words = '- q1: Aldous Mill Ltd [^1]\n\n[^1]: D1 p.1 "{}"\n'
    replies = [
        reply(words.format("The Tenant shall not assign this Lease")),
        reply(words.format("The Landlord shall insure the Mill against fire")),
    ]

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who is the landlord?")
        tour.app.screen.query_one("#batch-at-once").value = "1"
        await count(tour, "2 units to send")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("2 of 2 units done", "Aldous Mill Ltd")
        turns = [tour.store.sessions.get(session.id).turns[0] for session in tour.store.sessions.recent()]
        assert {turn.provider for turn in turns} == {"scripted"}

    run_tour(walk, [lease, annex], replies=replies)


# Earlier batches


def test_f7_shows_earlier_batches_opens_them_and_goes_on(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    gate.fault = lambda seen: "no fields" if seen.unit == "0002" else ""

    async def first(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?", at_most="3")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await ended(tour)

    run_tour(first, contracts, offline=True)
    asked = len(server.requests)
    gate.fault = lambda seen: ""

    async def second(tour: Any) -> None:
        await tour.press("f8")
        await tour.see("1 earlier batch")
        await tour.press("f7")
        await tour.see("Earlier batches", "batch.xlsx", "2 of 3 units answered", "1 left")
        await tour.press("enter")
        await tour.see("incomplete", "contract-0002.txt", "2 complete · 1 failed")
        await tour.press("home", "enter")
        await tour.see("value of q1")
        await tour.press("escape", "escape")
        await tour.see("Earlier batches")
        await tour.press("ctrl+r")
        await tour.see("1 unit to send", "2 already answered", "cap $3.00")
        await tour.press("ctrl+r")
        await tour.until(lambda: tour.app.batch.state.count("complete") == 3, "the answer", 60)
        await ended(tour)
        await tour.press("escape", "f8", "f7")
        await tour.see("✓ batch.xlsx", "3 of 3 units answered")
        await tour.press("ctrl+r")
        await tour.hear("Every unit of this batch is answered.")

    run_tour(second, contracts, offline=True)
    assert len(server.requests) == asked + 1


def test_delete_deletes_an_earlier_batch_once_it_is_agreed(
    run_tour: Run, server: GridServer, contracts: list[Path], tmp_path: Path
) -> None:
    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.press("ctrl+n")
        await tour.see("Ask many documents the same questions")
        await tour.press("f7")
        await tour.see("Earlier batches", "batch.xlsx")
        await tour.press("delete")
        await tour.see("Delete the batch batch.xlsx?", "Asking the same questions later will cost")
        await tour.press("enter")
        await tour.see("Earlier batches")
        assert len(runs(tour)) == 1
        await tour.press("delete")
        await tour.see("Delete the batch")
        await tour.agree()
        await tour.see("No batches yet.")
        assert runs(tour) == []
        assert (tmp_path / "batch.xlsx").exists()

    run_tour(walk, contracts, offline=True)


def test_what_is_at_a_providers_batch_api_is_left_there(run_tour: Run, lease: Path) -> None:
    from docanalyst.storage.batches import BatchItem, BatchRun

    async def walk(tour: Any) -> None:
        run = BatchRun("1" * 26, "away.csv", "vllm", "m", options={"grid": ["Who?"]})
        tour.store.batches.start(run, [BatchItem(run.id, 0, "k", str(lease), "submitted")])
        tour.store.batches.finish(run.id, "submitted")
        await tour.press("f8", "f7")
        await tour.see("away.csv", "at the provider")
        await tour.press("ctrl+r")
        await tour.hear("This batch is at the provider's batch API.", f"docanalyst batch collect {run.id}")
        await tour.press("enter")
        await tour.see("0 of 1 unit done")
        # The app repeats no message that is still shown: have it forget the first one.
        tour.messages.clear()
        tour.app._told = ("", 0.0)
        await tour.press("ctrl+r")
        await tour.hear("This batch is at the provider's batch API.")
        assert tour.store.batches.get(run.id).status == "submitted"

    run_tour(walk, [lease])


def test_a_batch_of_the_command_line_is_gone_on_with(
    run_tour: Run, server: GridServer, gate: Gate, contracts: list[Path]
) -> None:
    from docanalyst.cli.app import run

    gate.fault = lambda seen: "no fields" if seen.unit == "0003" else ""

    async def walk(tour: Any) -> None:
        code = await _in_thread(
            lambda: run(["batch", *map(str, contracts), "-q", "Parties?", "-o", "cli.csv", "--yes"])
        )
        assert code == 8
        gate.fault = lambda seen: ""
        asked = len(server.requests)
        await tour.press("f8", "f7")
        await tour.see("cli.csv", "2 of 3 units answered")
        await tour.press("ctrl+r")
        await tour.see("1 unit to send", "2 already answered")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("✓ complete")
        assert len(server.requests) == asked + 1
        assert "value of q1" in Path("cli.csv").read_text(encoding="utf-8")

    run_tour(walk, [], offline=True)


async def _in_thread(work: Callable[[], Any]) -> Any:
    from docanalyst.tui.desk.threads import in_thread

    return await in_thread(work)


# The form


def test_the_form_says_what_is_missing_and_stands_on_it(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    (tmp_path / "taken.csv").write_text("mine", encoding="utf-8")

    async def walk(tour: Any) -> None:
        form = await _form(tour)
        await tour.press("f8")
        await tour.hear("No question given.")
        assert form.focused.id == "batch-questions"
        await tour.write("What is the rent?")
        for field, bad, words in (
            ("#batch-at-most", "lots", "The cost cap must be an amount in dollars"),
            ("#batch-at-once", "99", "“At once” must be a number from 1 to 64."),
            ("#batch-output", "table.pdf", "cannot be written to"),
        ):
            good = form.query_one(field).value
            form.query_one(field).value = bad
            await tour.press("f8")
            await tour.hear(words)
            assert f"#{form.focused.id}" == field
            form.query_one(field).value = good
        form.query_one("#batch-by").value = "folder"
        await tour.press("f8")
        await tour.hear("A row for each folder needs a folder.")
        assert form.focused.id == "batch-documents"
        form.query_one("#batch-by").value = "file"
        form.query_one("#batch-output").value = "taken.csv"
        await tour.press("f8")
        await tour.see("taken.csv already exists.")
        await tour.press("escape")
        await tour.until(lambda: form.focused.id == "batch-output", "the field")
        assert (tmp_path / "taken.csv").read_text(encoding="utf-8") == "mine"
        await tour.press("escape")
        await tour.see("1 document, 2 pages: ask.")
        await tour.press("f8")
        await tour.see("What is the rent?", "taken.csv")

    run_tour(walk, [lease], offline=True)


async def _form(tour: Any) -> Any:
    await tour.press("f8")
    await tour.see("Ask many documents the same questions")
    return tour.app.screen


def test_fields_by_mouse_and_keys(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        form = await _form(tour)
        await tour.pilot.click("#batch-prompt")
        await tour.see("Prompts", "/case-brief")
        await tour.press("enter")
        await tour.see("/case-brief", "Backspace clears it")
        form.query_one("#batch-prompt").focus()
        await tour.press("backspace")
        await tour.see("none  its fields are columns")
        await tour.pilot.click("#batch-model")
        await tour.see("Models", "let docanalyst choose")
        await tour.press(*"extractive", "enter")
        await tour.see("Answers from    offline (no model)")
        assert form.draft.provider == "extractive"
        await tour.pilot.click("#batch-by", offset=(20, 0))
        assert form.query_one("#batch-by").value == "folder"
        form.query_one("#batch-by").focus()
        await tour.press("left")
        assert form.query_one("#batch-by").value == "file"
        await tour.press("down")
        assert form.focused.id == "batch-prompt"
        await tour.press("up", "up")
        assert form.focused.id == "batch-documents"
        await _click_on(tour, "F7 earlier batches")
        await tour.see("No batches yet.")

    run_tour(walk, [lease], offline=True)


async def _click_on(tour: Any, words: str) -> None:
    """Click where these words stand on the screen."""
    for y, row in enumerate(tour.text.splitlines()):
        x = row.find(words)
        if x >= 0:
            await tour.pilot.click(offset=(x + 1, y))
            await tour.pilot.pause()
            return
    raise AssertionError(f"{words!r} is not on the screen:\n{tour.text}")


def test_rows_and_buttons_by_mouse(run_tour: Run, server: GridServer, contracts: list[Path]) -> None:
    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?")
        await tour.pilot.click("#count")
        await tour.see("3 units to send")
        await tour.pilot.click("#back")
        await tour.see("Ask many documents the same questions", "Who are the parties?")
        await tour.pilot.click("#count")
        await tour.see("3 units to send")
        await tour.pilot.click("#send")
        await ended(tour)
        # While it ran the cursor was on the unit being asked; nobody moved it.
        await tour.until(lambda: tour.app.screen.table.cursor == 0, "the cursor on the first row")
        await _click_on(tour, "contract-0003.txt")
        assert tour.app.screen.table.cursor == 2
        await _click_on(tour, "contract-0003.txt")
        await tour.see("unit 3 of 3", "value of q1")
        await _click_on(tour, "Esc back")
        await tour.see("units done")

    run_tour(walk, contracts, offline=True)


def test_the_palette_and_the_help_know_of_batches(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("ctrl+p")
        await tour.write("batch")
        await tour.see("Ask many documents the same questions; see earlier batches")
        await tour.press("enter")
        await tour.see("Ask many documents the same questions; get a table")
        await tour.press("f1")
        await tour.see("A batch asks many documents", "Earlier batches", "Count (sends nothing)")
        assert tour.text.index("Count (sends nothing)") < tour.text.index("Writing the question")
        await tour.press("escape")
        await tour.see("Ask many documents the same questions; get a table")

    run_tour(walk, [lease], offline=True)


def test_nothing_is_asked_where_nothing_is_kept(run_tour: Run, lease: Path) -> None:
    from docanalyst.analyst import Analyst

    async def walk(tour: Any) -> None:
        await tour.press("f8")
        await tour.hear("This window does not save anything, and a batch must be saved.")

    run_tour(walk, [lease], analyst=Analyst(keep=False))


def test_o_opens_the_table_outside(
    run_tour: Run, server: GridServer, contracts: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.tui import viewer

    opened: list[str] = []

    def open_outside(path: str, page: int) -> str:
        opened.append(path)
        return "Opened."

    monkeypatch.setattr(viewer, "open_outside", open_outside)

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?", output="out.csv")
        await count(tour, "3 units to send")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.press("o")
        await tour.hear("Opened.")
        assert [Path(path).name for path in opened] == ["out.csv"]

    run_tour(walk, contracts, offline=True)


# Hostile text, sizes, pictures


def test_hostile_names_questions_and_errors_are_text(
    run_tour: Run, server: GridServer, gate: Gate, tmp_path: Path
) -> None:
    folder = tmp_path / "odd"
    paths = write_contracts(folder, 3)
    names = ("[b]bold[b].txt", "\u202eevil \x1b[31m.txt", "名前 🏛️.txt")
    paths = [path.rename(folder / name) for path, name in zip(paths, names, strict=True)]
    gate.fault = lambda seen: "no fields" if seen.unit == "0001" else ""

    async def walk(tour: Any) -> None:
        await fill_in(tour)
        tour.app.screen.query_one("#batch-questions").text = "[/b] What is [sic] the rent?"
        await count(tour, "3 units to send")
        await tour.see("[b]bold[b].txt", "evil ␛[31m.txt", "名前")
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.see("[b]bold[b].txt")
        await tour.press("end")
        await tour.see("[/b] What is [sic] the rent?")
        assert "\x1b" not in tour.text
        assert "\u202e" not in tour.text
        for _ in range(3):
            await tour.press("enter")
            await tour.see("of 3")
            await tour.press("escape", "up")
        await tour.press("escape", "f8")
        await tour.see("Ask many documents the same questions")
        await tour.press("f7")
        await tour.see("Earlier batches", "[sic]")

    run_tour(walk, paths, offline=True)


def test_a_table_of_thousands_is_walked_to_its_end(run_tour: Run) -> None:
    from docanalyst.tui.batch.screen import BatchScreen
    from docanalyst.tui.batch.state import BatchState, lines_of

    state = BatchState(
        Path("big.csv"), "vllm", "m", ("q",), lines_of([f"/a/u{n:05}.pdf" for n in range(20_000)])
    )
    state.lines[19_999].problem = "not read"

    async def walk(tour: Any) -> None:
        tour.app.push_screen(BatchScreen(state))
        await tour.see("0 of 20,000 units done", "u00000.pdf")
        await tour.press("end")
        await tour.see("u19999.pdf", "not read")
        await tour.press("pageup", "home")
        await tour.see("u00000.pdf")
        await tour.press("pagedown")
        await tour.until(lambda: tour.app.screen.table.cursor > 5, "a page further")

    run_tour(walk, size=(80, 24))


def steady(rows: list[str]) -> list[str]:
    """Rows without what differs from run to run."""
    text = "\n".join(rows)
    text = re.sub(r"[/…]\S*/batch\.xlsx *", "…/batch.xlsx ", text)
    text = re.sub(r"\d+\.\d s\b", "0.0 s", text)
    text = re.sub(r"run [0-9a-z]{10}", "run 0000000000", text)
    return re.sub(r"\b\d\d:\d\d\b", "12:00", text).split("\n")


def window_of(tour: Any, screen_rows: Any) -> list[str]:
    """The rows of the window, without what stands behind it."""
    region = tour.app.screen.query_one(".window").region
    rows = screen_rows(tour.app)[region.y : region.bottom]
    return steady([row[region.x : region.right] for row in rows])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_screens_of_a_batch(
    run_tour: Run,
    check_golden: Any,
    screen_rows: Any,
    server: GridServer,
    gate: Gate,
    contracts: list[Path],
    size: tuple[int, int],
) -> None:
    name = f"{size[0]}x{size[1]}"
    gate.fault = lambda seen: {"0002": "no fields", "0003": "wrong quote"}.get(seen.unit, "")

    async def walk(tour: Any) -> None:
        await fill_in(tour, "Who are the parties?", "What is the rent?", at_most="5")
        check_golden(f"batch-start-{name}", window_of(tour, screen_rows))
        await count(tour, "3 units to send")
        await tour.until(lambda: "will be asked" in tour.text)
        check_golden(f"batch-plan-{name}", window_of(tour, screen_rows))
        await tour.press("ctrl+r")
        await ended(tour)
        await tour.press("home")
        check_golden(f"batch-done-{name}", window_of(tour, screen_rows))
        await tour.press("end", "enter")
        await tour.see("unit 3 of 3")
        check_golden(f"batch-unit-{name}", window_of(tour, screen_rows))
        await tour.press("escape", "ctrl+n")
        await tour.see("Ask many documents the same questions")
        await tour.press("f7")
        await tour.see("Earlier batches", "^R resumes")
        check_golden(f"batch-earlier-{name}", window_of(tour, screen_rows))

    folder = contracts[0].parent.parent
    run_tour(walk, [path.relative_to(folder) for path in contracts], size=size, offline=True)
