"""What to do with many documents: switch folders on and off, make them fit, type a password again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfWriter

from docanalyst.providers.scripted import ScriptedModel, reply
from docanalyst.tui.screens.files import complete_path

Run = Callable[..., None]
NDA = Path(__file__).parents[2] / "samples" / "mutual-nda.pdf"


def long_text(path: Path, words: int) -> Path:
    """A document of about that many tokens."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{path.stem} " + "rent is due " * (words // 3), encoding="utf-8")
    return path


def states(tour: Any) -> dict[str, bool]:
    """Which documents are on, by file name."""
    return {entry.name: entry.enabled for entry in tour.app.desk.entries}


def test_all_a_folder_or_the_others_are_switched_with_a_key(run_tour: Run, tmp_path: Path) -> None:
    files = [long_text(tmp_path / name, 30) for name in ("a/one.txt", "a/two.txt", "b/three.txt")]

    async def walk(tour: Any) -> None:
        await tour.press("f2", "d")
        assert states(tour) == {"one.txt": False, "two.txt": False, "three.txt": True}
        await tour.press("tilde")
        assert states(tour) == {"one.txt": True, "two.txt": True, "three.txt": False}
        await tour.press("asterisk")
        assert not any(states(tour).values())
        await tour.press("asterisk")
        assert all(states(tour).values())
        await tour.see("3 of 3 on")

    run_tour(walk, files)


@pytest.mark.slow
def test_make_it_fit_proposes_what_to_switch_off_and_the_requests(
    run_tour: Run, tmp_path: Path, model: ScriptedModel
) -> None:
    model.spec = dataclasses.replace(model.spec, context_window=8_000)
    files = [long_text(tmp_path / f"{name}.txt", 1_500) for name in ("one", "two", "three", "[b]four")]

    async def walk(tour: Any) -> None:
        await tour.see("tokens too many", "then =: make the documents fit")
        await tour.press("f2", "equals_sign")
        await tour.see(
            "Make it fit", "Switch off", "Ask request 1 of 2 only", "Ask request 2 of 2 only", "[b]four"
        )
        await tour.press("escape")
        assert all(states(tour).values())
        await tour.press("equals_sign")
        await tour.see("Make it fit")
        await tour.press("down", "enter")
        await tour.settled()
        await tour.until(lambda: tour.app.main.plan is not None and tour.app.main.plan.budget.fits, "a fit")
        assert 0 < sum(states(tour).values()) < 4
        await tour.press("equals_sign")
        await tour.hear("The documents fit")

    run_tour(walk, files)


def test_a_history_that_is_too_long_says_so_and_what_to_do(
    run_tour: Run, lease: Path, model: ScriptedModel
) -> None:
    model.spec = dataclasses.replace(model.spec, context_window=7_000)

    async def walk(tour: Any) -> None:
        await tour.ask("Tell me everything.")
        await tour.see("tokens too many", "earlier turns too long: ^N new session, or F on an earlier answer")
        tour.app.main.prompt.take("And more?")
        await tour.press("enter")
        await tour.hear("tart a new session or continue from an earlier turn", "fit the context window")
        assert tour.app.main.prompt.text == "And more?"
        await tour.press("ctrl+n")
        await tour.gone("tokens too many")

    run_tour(walk, [lease], replies=[reply("rent is due " * 1_500)])


def test_make_it_fit_says_when_nothing_does(run_tour: Run, tmp_path: Path, model: ScriptedModel) -> None:
    model.spec = dataclasses.replace(model.spec, context_window=5_000)
    file = long_text(tmp_path / "one.txt", 6_000)

    async def walk(tour: Any) -> None:
        await tour.press("f2", "equals_sign")
        await tour.see("No document fits alone")
        await tour.press("enter", "escape")
        await tour.gone("No document fits alone")
        assert states(tour) == {"one.txt": True}

    run_tour(walk, [file])


@pytest.mark.slow
def test_a_wrong_password_is_asked_for_again(run_tour: Run, tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=NDA)
    writer.encrypt("open sesame", algorithm="RC4-128")
    path = tmp_path / "locked.pdf"
    writer.write(path)

    async def walk(tour: Any) -> None:
        await tour.see("needs a password")
        await tour.press("f2", "enter")
        await tour.see("Password of locked.pdf", "used once and not saved")
        await tour.press(*"wrong", "enter")
        await tour.see("This password does not open the file.")
        await tour.press(*"open", "space", *"sesame", "enter")
        await tour.until(lambda: tour.app.desk.entries[0].document is not None, "the document")

    run_tour(walk, [path])


@pytest.mark.slow
def test_the_evidence_is_filtered_by_verdict_document_and_review(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        evidence = tour.app.main.evidence
        await tour.ask("Rent?")
        await tour.press("f4")
        await tour.see("3 of 3 to review")
        await tour.press("slash")
        await tour.see("Show only quotations with")
        await tour.press(*"Altered", "enter")
        await tour.see("1 with altered")
        assert [citation.number for citation in evidence.citations] == [3]
        await tour.press("ctrl+f")
        await tour.until(lambda: evidence.current.review is not None, "the review")
        await tour.press("slash", *["backspace"] * 7, *"d1", "space", *"unreviewed", "enter")
        await tour.until(lambda: [one.number for one in evidence.citations] == [1, 2], "the others")
        await tour.press("slash", *["backspace"] * 13, *"nowhere", "enter")
        await tour.see("no quotation has nowhere")
        await tour.press("slash", *["backspace"] * 7, "enter")
        await tour.until(lambda: len(evidence.citations) == 3, "all")

    run_tour(walk, [lease])


@pytest.mark.parametrize(
    ("typed", "completed"),
    [
        ("con", "contracts/"),
        ("contracts/le", "contracts/lease.txt"),
        ("CONTRACTS/LE", None),
        ("contracts/", None),
        ("zzz", None),
        ("", None),
        ("~no-such-user/x", None),
        ("\0/x", None),
    ],
)
def test_a_typed_path_is_completed(tmp_path: Path, typed: str, completed: str | None) -> None:
    long_text(tmp_path / "contracts" / "lease.txt", 3)
    assert complete_path(typed, tmp_path) == completed


def test_a_completed_path_is_added_from_the_folder_shown(run_tour: Run, tmp_path: Path) -> None:
    long_text(tmp_path / "contracts" / "lease.txt", 30)
    (tmp_path / "elsewhere").mkdir()

    async def walk(tour: Any) -> None:
        await tour.press("ctrl+o", "backspace")
        await tour.see("contracts/")
        await tour.press("slash", *"contracts/le")
        await tour.see("contracts/lease.txt", "→ completes")
        await tour.press("right", "enter")
        await tour.until(lambda: tour.app.desk.documents, "the document")
        assert states(tour) == {"lease.txt": True}

    run_tour(walk, folder=tmp_path / "elsewhere")
