"""The screens as text, at four sizes. PYTEST_UPDATE_GOLDENS=1 keeps what is shown now."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.domain.models import Delta
from docanalyst.providers.scripted import Reply, ScriptedModel

Run = Callable[..., None]

SIZES = ((80, 24), (100, 30), (140, 45), (200, 60))


def steady(rows: list[str]) -> list[str]:
    """Rows without what differs from run to run: seconds, times and the place of the test's folder."""
    text = "\n".join(rows)
    text = re.sub(r"\d+\.\d s\b", "0.0 s", text)
    return re.sub(r"\b\d\d:\d\d\b", "12:00", text).split("\n")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_first_screen(run_tour: Run, check_golden: Any, screen_rows: Any, size: tuple[int, int]) -> None:
    async def walk(tour: Any) -> None:
        check_golden(f"first-{size[0]}x{size[1]}", steady(screen_rows(tour.app)))

    run_tour(walk, size=size, offline=True)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_an_answer_with_its_evidence(
    run_tour: Run, check_golden: Any, screen_rows: Any, lease: Path, annex: Path, size: tuple[int, int]
) -> None:
    name = f"{size[0]}x{size[1]}"

    async def walk(tour: Any) -> None:
        await tour.ask("May the tenant assign, and when does the lease end?")
        check_golden(f"answer-{name}", steady(screen_rows(tour.app)))
        await tour.press("f4", "down", "down")
        await tour.see("altered")
        check_golden(f"evidence-{name}", steady(screen_rows(tour.app)))
        await tour.press("f2")
        check_golden(f"documents-{name}", steady(screen_rows(tour.app)))

    run_tour(walk, [lease.relative_to(lease.parents[1]), annex.relative_to(annex.parents[1])], size=size)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_an_answer_that_is_coming_in(
    run_tour: Run,
    check_golden: Any,
    screen_rows: Any,
    lease: Path,
    annex: Path,
    size: tuple[int, int],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    words = "≈ 1,204 tokens · 2,000 a second · 0.6 s · Esc stops"
    monkeypatch.setattr("docanalyst.tui.panels.answers_panel.progress_of", lambda asking, now, stop: words)
    begun = "No: **consent** is needed[^1].\n\n- A list that\n- is not yet en"
    slow = Reply((Delta(reasoning="Clause 2 says it."), Delta(answer=begun), Delta()), (0.0, 0.0, 600.0))

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("May the tenant assign?")
        await tour.press("enter")
        await tour.see("is not yet en", "2,000 a second")
        await tour.until(lambda: tour.app.main.answers.border_subtitle == words, "the words in the frame")
        await tour.until(lambda: tour.app.main.prompt.text == "", "the empty line")
        await tour.counted()
        check_golden(f"streaming-{size[0]}x{size[1]}", steady(screen_rows(tour.app)))
        await tour.press("ctrl+c")
        await tour.settled()

    paths = [path.relative_to(path.parents[1]) for path in (lease, annex)]
    run_tour(walk, paths, size=size, replies=[slow])


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_what_does_not_fit(
    run_tour: Run,
    check_golden: Any,
    screen_rows: Any,
    lease: Path,
    annex: Path,
    size: tuple[int, int],
    model: ScriptedModel,
) -> None:
    model.spec = dataclasses.replace(model.spec, context_window=4_990)

    async def walk(tour: Any) -> None:
        await tour.see("tokens too many")
        assert tour.app.main.bar.has_class("-over")
        check_golden(f"too-much-{size[0]}x{size[1]}", steady(screen_rows(tour.app)))

    paths = [path.relative_to(path.parents[1]) for path in (lease, annex)]
    run_tour(walk, paths, size=size)


@pytest.mark.parametrize("size", [(80, 24), (140, 45)], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_screens_above(
    run_tour: Run, check_golden: Any, screen_rows: Any, lease: Path, size: tuple[int, int]
) -> None:
    name = f"{size[0]}x{size[1]}"

    async def walk(tour: Any) -> None:
        await tour.ask("May the tenant assign?")
        await tour.press("ctrl+s")
        await tour.see("1 session", "statements")
        check_golden(f"sessions-{name}", steady(screen_rows(tour.app)))
        await tour.press("escape", "f1")
        await tour.see("Keys")
        check_golden(f"help-{name}", steady(screen_rows(tour.app)))
        await tour.press("escape", "ctrl+o")
        await tour.see("○ lease.txt")
        # As wide as before: where the test's folder lies is not to move what stands beside it.
        rows = [
            re.sub(r"/\S*/papers", lambda found: "…/papers".ljust(len(found[0])), row)
            for row in screen_rows(tour.app)
        ]
        check_golden(f"files-{name}", steady(rows))

    run_tour(walk, [lease.relative_to(lease.parents[1])], size=size)
