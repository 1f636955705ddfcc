"""Evidence: verdicts in words, differences, the page with its quote, copying and opening."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.providers.scripted import reply

Run = Callable[..., None]


def test_the_verdicts_stand_in_words_beside_their_signs(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.see("✓  1 verified", "→  2 on another page", "≠  3 altered")

    run_tour(walk, [lease], size=(200, 60))


def test_a_key_stands_on_the_cited_page_with_the_quote_marked(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "2")
        await tour.see("D1 p. 2 of 2", "found at")
        view = tour.app.main.evidence.view
        assert tour.app.focused is view
        page = view.page
        marked = [page.text[span.start : span.end] for span in view.spans]
        assert marked[0].startswith("The Tenant may end this Lease on the third anniversary")

    run_tour(walk, [lease])


def test_a_changed_number_is_shown_beside_the_page(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Rent?")
        await tour.press("f4", "down", "down")
        await tour.see("altered", "54,000", "45,000")

    run_tour(walk, [lease])


def test_n_walks_through_the_quotes_of_the_answer(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "n")
        assert tour.app.main.answers.view.chosen == 1
        await tour.press("n")
        assert tour.app.main.answers.view.chosen == 2
        assert tour.app.main.evidence.current.number == 2
        await tour.press("p", "p")
        assert tour.app.main.evidence.current.number == 3

    run_tour(walk, [lease])


def test_control_g_reaches_the_next_quote_from_the_prompt(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("ctrl+g")
        await tour.see("F4 Evidence", "The Tenant shall not assign this Lease")

    run_tour(walk, [lease], size=(80, 24))


def test_c_in_the_evidence_copies_the_quote_with_its_place(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f4", "c")
        assert tour.app.clipboard.startswith("“The Tenant shall not assign this Lease")
        assert "p. 1" in tour.app.clipboard

    run_tour(walk, [lease])


def test_c_copies_the_answer_without_its_citation_lines(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "c")
        assert "**consent** is needed" in tour.app.clipboard
        assert '[^1]: D1 p.1 "' not in tour.app.clipboard

    run_tour(walk, [lease])


def test_o_opens_the_file_outside_at_the_page(
    run_tour: Run, lease: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[tuple[str, int]] = []

    def pretend(path: str, page: int) -> str:
        opened.append((path, page))
        return "Opening."

    monkeypatch.setattr("docanalyst.tui.viewer.open_outside", pretend)

    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f4", "down", "o")
        await tour.until(lambda: opened, "the viewer")
        assert opened == [(str(lease), 2)]

    run_tour(walk, [lease])


def test_without_a_viewer_the_place_is_told(
    run_tour: Run, lease: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("docanalyst.tui.viewer.command_for", lambda path, page: None)

    async def walk(tour: Any) -> None:
        await tour.press("f2", "o")
        await tour.hear("No PDF viewer found")

    run_tour(walk, [lease])


def test_an_answer_without_quotes_says_that_nothing_is_verified(run_tour: Run, lease: Path) -> None:
    from docanalyst.providers.scripted import reply

    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.see(
            "The answer has no citations, so nothing in it is verified", "This answer has no citations"
        )

    run_tour(walk, [lease], size=(200, 60), replies=[reply("Because I say so.")])


def test_i_shows_the_receipt(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "i")
        await tour.see("Receipt", "What was sent", "all 2 pages", "What was counted", "131,072 tokens")
        turn = tour.store.sessions.latest().turns[0]
        assert turn.receipt.context_sha256[:40] in tour.text
        await tour.press("c")
        assert turn.receipt.context_sha256 in tour.app.clipboard
        await tour.press("escape")
        await tour.until(lambda: "What was counted" not in tour.text)

    run_tour(walk, [lease])


@pytest.mark.slow
def test_twenty_citations_are_reviewed_with_twenty_five_keys(
    run_tour: Callable[..., None], lease: Path
) -> None:
    words = lease.read_text(encoding="utf-8").replace("\f", " ").split()
    quotes = [" ".join(words[place : place + 6]) for place in range(4, 44, 2)]
    answer = "".join(f"Point {n}[^{n}].\n\n" for n in range(1, 21))
    answer += "".join(f'[^{n}]: D1 p.1 "{quote}"\n' for n, quote in enumerate(quotes, 1))

    async def walk(tour: Any) -> None:
        await tour.ask("All points?")
        await tour.press("f4")
        for number in range(1, 19):
            await tour.press("ctrl+a")
            await tour.until(lambda n=number: left(tour) == 20 - n, f"review {number}")
        await tour.press("ctrl+d")
        await tour.until(lambda: left(tour) == 1, "the rejection")
        await tour.press("ctrl+f")
        await tour.see("1 of 20 to review")
        await tour.press("ctrl+e")
        await tour.see("Note on quotation 20")
        await tour.write("Ask her")
        await tour.press("enter")
        await tour.see("flagged (Ask")
        turn = tour.store.sessions.latest().turns[0]
        marks = [citation.review.mark for citation in turn.citations]
        assert marks == ["accept"] * 18 + ["reject", "flag"]
        await tour.press("h")
        await tour.until(lambda: len(tour.app.main.evidence.citations) == 1, "those to review")
        await tour.press("h", "home", "n")
        await tour.until(lambda: tour.app.main.evidence.current.number == 20, "the next to review")
        await tour.press("up", "p")
        await tour.until(lambda: tour.app.main.evidence.current.number == 20, "the one before")
        await tour.press("ctrl+f")
        await tour.until(lambda: tour.app.main.evidence.current.review is None, "the review taken back")

    def left(tour: Any) -> int:
        return sum(citation.to_review for citation in tour.app.main.evidence.turn.citations)

    run_tour(walk, [lease], replies=[reply(answer)])
