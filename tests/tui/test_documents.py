"""The documents panel and the context bar: what is sent, counted, switched off, and what failed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.providers.scripted import ScriptedModel, reply

Run = Callable[..., None]


def test_documents_are_listed_with_pages_and_tokens(run_tour: Run, lease: Path, annex: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.see("● D1 lease.txt", "● D2 annex.txt", "2 pages", "2 of 2 on")
        shares = tour.app.main.plan.shares
        assert tour.app.desk.entries[0].tokens == shares["D1"] > shares["D2"]
        assert "of 131,072 tokens" in tour.text and "free" in tour.text

    run_tour(walk, [lease, annex])


def test_space_switches_a_document_off_and_the_next_question_goes_without_it(
    run_tour: Run, lease: Path, annex: Path, model: ScriptedModel
) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "space")
        await tour.see("○ lease.txt", "off", "● D1 annex.txt", "1 of 2 on")
        await tour.ask("Insured?")
        receipt = tour.store.latest_session().turns[0].receipt
        assert [item.path for item in receipt.documents] == [str(annex)]
        assert "LEASE OF THE OLD MILL" not in model.requests[0].packed.text

    run_tour(walk, [lease, annex])


def test_enter_reads_a_document_here(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "enter")
        await tour.see("D1 p. 1 of 2", "LEASE OF THE OLD MILL")
        await tour.press("right")
        await tour.see("D1 p. 2 of 2", "The rent is £45,000 a year")
        await tour.press("left")
        await tour.see("LEASE OF THE OLD MILL")

    run_tour(walk, [lease])


def test_r_takes_only_some_pages_and_the_receipt_says_so(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "r")
        await tour.see("Pages of lease.txt", "1-2")
        await tour.press("2", "enter")
        await tour.see("pages 2 of 2")
        await tour.ask("Rent?")
        assert tour.store.latest_session().turns[0].receipt.documents[0].pages_sent == "2"
        assert tour.app.desk.documents[0].pages_sent == "2"

    run_tour(walk, [lease])


def test_a_page_range_that_is_none_is_refused_in_words(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "r")
        await tour.write("9")
        await tour.press("enter")
        await tour.hear("there is no page 9")
        assert not tour.app.desk.documents[0].is_selection

    run_tour(walk, [lease])


def test_delete_takes_a_document_off_and_z_brings_it_back(run_tour: Run, lease: Path, annex: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "delete")
        await tour.until(lambda: "lease.txt" not in tour.text.replace("lease.txt was taken", ""))
        assert [entry.name for entry in tour.app.desk.entries] == ["annex.txt"]
        await tour.press("z")
        await tour.see("D1 lease.txt", "D2 annex.txt")

    run_tour(walk, [lease, annex])


def test_alt_down_changes_the_order_in_which_documents_are_sent(
    run_tour: Run, lease: Path, annex: Path
) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "alt+down")
        await tour.see("D1 annex.txt", "D2 lease.txt")
        await tour.ask("Which?")
        documents = tour.store.latest_session().documents
        assert [Path(item.path).name for item in documents] == ["annex.txt", "lease.txt"]

    run_tour(walk, [lease, annex])


def test_one_broken_file_does_not_keep_the_others(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    broken = tmp_path / "papers" / "broken.pdf"
    broken.write_bytes(b"this is no PDF")

    async def walk(tour: Any) -> None:
        await tour.see("✗ broken.pdf", "● D1 lease.txt", "1 of 2 on")
        await tour.press("f2", "enter")
        await tour.hear("is not a PDF")
        broken.write_bytes(lease.read_bytes())

    run_tour(walk, [broken, lease])


def test_a_path_that_is_not_there_is_told_and_the_rest_is_read(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.hear("There is no file")
        await tour.see("● D1 lease.txt")

    run_tour(walk, ["nowhere.pdf", lease])


def test_the_same_file_twice_is_sent_once(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    copy = tmp_path / "papers" / "copy.txt"
    copy.write_bytes(lease.read_bytes())

    async def walk(tour: Any) -> None:
        await tour.hear("is the same file as")
        assert len(tour.app.desk.entries) == 1

    run_tour(walk, [lease, copy])


def test_what_does_not_fit_is_red_with_numbers_and_what_to_switch_off(
    run_tour: Run, lease: Path, annex: Path, model: ScriptedModel
) -> None:
    import dataclasses

    model.spec = dataclasses.replace(model.spec, context_window=4_990)

    async def walk(tour: Any) -> None:
        await tour.see("tokens too many", "switch off D2 annex.txt")
        tour.app.main.prompt.take("Will it?")
        await tour.press("enter")
        await tour.hear("This does not fit")
        assert tour.app.main.prompt.text == "Will it?"
        assert model.requests == []
        assert tour.store.list_sessions() == []
        await tour.press("f2", "down", "space")
        await tour.until(lambda: "tokens too many" not in tour.text)

    run_tour(walk, [lease, annex])


def test_on_a_small_terminal_what_to_switch_off_is_cut_but_named(
    run_tour: Run, tmp_path: Path, model: ScriptedModel
) -> None:
    import dataclasses

    model.spec = dataclasses.replace(model.spec, context_window=11_000)
    papers = []
    for number in range(4):
        papers.append(tmp_path / f"a-paper-with-quite-a-long-name-{number}.txt")
        papers[-1].write_text(f"Words of paper {number}. " * 400, encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.see("tokens too many   switch off D", "a-paper-with-quite-a-long-name", "…")

    run_tour(walk, papers, size=(80, 24))


def test_folders_stand_above_their_documents(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    other = tmp_path / "other" / "memo.txt"
    other.parent.mkdir()
    other.write_text("A memo.", encoding="utf-8")

    async def walk(tour: Any) -> None:
        rows = [row for row in tour.text.splitlines() if "▾" in row]
        assert "papers/" in rows[0] and "other/" in rows[1]
        await tour.press("f2", "space")
        await tour.see("○ lease.txt", "● D1 memo.txt", "1 of 2 on")

    run_tour(walk, [lease, other], size=(100, 30))


@pytest.mark.parametrize("key", ["space", "delete", "r", "o", "enter", "alt+up"])
def test_keys_of_an_empty_list_do_nothing(run_tour: Run, key: str) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", key)
        assert tour.app.desk.entries == []

    run_tour(walk)


def test_history_counts_too(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.see("history")
        assert tour.app.main.plan.budget.history > 0

    run_tour(walk, [lease], replies=[reply("Some words of an answer.")])
