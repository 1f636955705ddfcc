"""The documents panel and the context bar: what is sent, counted, switched off, and what failed."""

from __future__ import annotations

import re
import threading
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
        receipt = tour.store.sessions.latest().turns[0].receipt
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


def test_s_takes_only_some_pages_and_the_receipt_says_so(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "s")
        await tour.see("Pages of lease.txt", "1-2")
        await tour.press("2", "enter")
        await tour.see("pages 2 of 2")
        await tour.ask("Rent?")
        assert tour.store.sessions.latest().turns[0].receipt.documents[0].pages_sent == "2"
        assert tour.app.desk.documents[0].pages_sent == "2"

    run_tour(walk, [lease])


def test_a_page_range_that_is_none_is_refused_in_words(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "s")
        await tour.write("9")
        await tour.press("enter")
        await tour.hear("there is no page 9")
        assert not tour.app.desk.documents[0].is_selection

    run_tour(walk, [lease])


@pytest.mark.slow
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
        documents = tour.store.sessions.latest().documents
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


def test_every_path_that_is_not_there_is_told(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.hear("There is no file nowhere.pdf", "There is no file nothing.pdf")

    run_tour(walk, ["nowhere.pdf", "nothing.pdf", lease])


def test_what_could_not_be_read_is_told_where_the_list_is_out_of_sight(
    run_tour: Run, lease: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "papers" / "broken.pdf"
    broken.write_bytes(b"this is no PDF")

    async def walk(tour: Any) -> None:
        await tour.see("F2 Documents 1 !", "! 1 document could not be read: F2 shows it.")
        await tour.press("f2", "delete", "f3")
        await tour.gone("could not be read")
        assert "F2 Documents 1 !" not in tour.text

    run_tour(walk, [broken, lease], size=(80, 24))


@pytest.mark.slow
def test_a_question_asked_while_reading_tells_what_it_went_without(
    run_tour: Run, lease: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.analyst import Analyst

    broken = tmp_path / "papers" / "broken.pdf"
    broken.write_bytes(b"this is no PDF")
    goes_on = threading.Event()
    read = Analyst.read

    def read_later(self: Analyst, *given: Any, **options: Any) -> Any:
        goes_on.wait(60)
        return read(self, *given, **options)

    async def walk(tour: Any) -> None:
        await tour.press("f2", "z")
        monkeypatch.setattr(Analyst, "read", read_later)
        tour.app.main.openings.add_paths([str(broken)])
        await tour.until(lambda: tour.app.desk.reading)
        await tour.press("escape")
        await tour.write("Rent?")
        await tour.press("enter")
        await tour.hear("The question will be sent as soon as every document is read.")
        goes_on.set()
        await tour.hear("Sent without broken.pdf.")

    run_tour(walk, [lease], replies=[reply("Some words.")])


def test_a_count_that_comes_late_stays_with_the_documents_that_were_counted() -> None:
    from docanalyst.domain.documents import Document, Page
    from docanalyst.tui.desk.desk import Desk, Entry, State

    first, second = (Document(name * 64, name, (Page(1, "1", "Words."),), path=name) for name in "ab")
    desk = Desk([Entry(item.path, State.READY, item, item) for item in (first, second)])
    desk.take_counts([second], {"D1": 20})
    assert [entry.tokens for entry in desk.entries] == [None, 20]
    assert not desk.is_packed([second]) and desk.is_packed([first, second])


def test_enter_shows_the_notes_that_reading_left(run_tour: Run, lease: Path) -> None:
    from dataclasses import replace

    async def walk(tour: Any) -> None:
        entry = tour.app.desk.entries[0]
        entry.document = entry.whole = replace(entry.document, warnings=("Page 2 is turned [on] its side.",))
        tour.app.main.documents.refresh_list()
        await tour.see("! 1 note")
        await tour.press("f2", "enter")
        await tour.see("! Page 2 is turned [on] its side.", "LEASE OF THE OLD MILL")

    run_tour(walk, [lease])


def test_a_batch_is_not_proposed_for_one_document_that_is_too_large(
    run_tour: Run, tmp_path: Path, model: ScriptedModel
) -> None:
    import dataclasses

    model.spec = dataclasses.replace(model.spec, context_window=11_000)
    paper = tmp_path / "paper.txt"
    paper.write_text("Words of a paper. " * 4_000, encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.see("The documents exceed the model's context window.", "select pages with S")
        assert "in a batch" not in tour.text

    run_tour(walk, [paper])


def test_of_one_document_that_is_too_large_the_pages_that_fit_are_named(
    run_tour: Run, tmp_path: Path, model: ScriptedModel
) -> None:
    import dataclasses

    model.spec = dataclasses.replace(model.spec, context_window=11_000)
    paper = tmp_path / "paper.txt"
    paper.write_text("\f".join("Words of a page. " * 400 for _ in range(9)), encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.see("tokens too many", "send fewer pages, for example 1-")
        found = re.search(r"for example (1-\d)", tour.text)
        assert found is not None
        await tour.press("f2", "s")
        await tour.see("Pages of paper.txt")
        await tour.write(found[1])
        await tour.press("enter")
        await tour.see(f"pages {found[1]} of 9", "free")
        assert tour.app.main.plan.budget.fits

    run_tour(walk, [paper])


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
        await tour.hear("The request does not fit")
        assert tour.app.main.prompt.text == "Will it?"
        assert model.requests == []
        assert tour.store.sessions.recent() == []
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


def test_a_folder_is_cut_to_the_width_that_there_is_not_to_that_of_a_hidden_panel(
    run_tour: Run, lease: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other" / "memo.txt"
    other.parent.mkdir()
    other.write_text("A memo.", encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.press("f2")
        await tour.see(f"▾ {str(tmp_path)[:20]}")

    run_tour(walk, [lease, other], size=(80, 24))


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
