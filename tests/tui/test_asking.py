"""Asking, watching the answer come in, stopping, asking again, forking."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.domain.models import Delta
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.providers.scripted import Reply, reply
from docanalyst.tui.panels.answers import AnswersView
from docanalyst.tui.text.turn_rows import TurnRows

Run = Callable[..., None]


def test_enter_asks_and_the_answer_stands_beside_its_checked_evidence(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.write("May I assign?")
        await tour.press("enter")
        await tour.see("consent is needed", "[1✓]", "[2→]", "[3≠]", "1 of 3 quotations verified")
        await tour.see("The Tenant shall not assign")
        turn = tour.store.sessions.latest().turns[0]
        assert turn.question == "May I assign?"
        assert turn.status is TurnStatus.COMPLETE
        assert [citation.verdict.value for citation in turn.citations] == [
            "verbatim",
            "wrong_page",
            "altered",
        ]
        assert tour.app.main.prompt.text == ""

    run_tour(walk, [lease])


def test_the_answer_is_shown_while_it_comes_in_and_stopping_keeps_what_has_come(
    run_tour: Run, lease: Path
) -> None:
    slow = Reply((Delta(answer="First words. "), Delta(answer="Never seen.")), (0.0, 60.0))

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("A long one?")
        await tour.press("enter")
        await tour.see("First words.", "^C stops")
        await tour.press("escape")
        assert tour.app.main.answers.is_asking
        await tour.press("ctrl+c")
        await tour.until(lambda: not tour.app.main.answers.is_asking, "the stop")
        await tour.see("First words.", "Stopped; the partial answer was saved")
        turn = tour.store.sessions.latest().turns[0]
        assert turn.status is TurnStatus.INTERRUPTED
        assert turn.answer == "First words. "

    run_tour(walk, [lease], replies=[slow])


def test_a_question_waits_until_every_document_is_read(run_tour: Run, lease: Path, annex: Path) -> None:
    async def walk(tour: Any) -> None:
        tour.app.main.openings.add_paths([str(lease), str(annex)])
        await tour.until(lambda: len(tour.app.desk.entries) == 2)
        await tour.ask("And now?")
        assert len(tour.store.sessions.latest().documents) == 2

    run_tour(walk)


def test_without_documents_nothing_is_asked_and_the_way_on_is_told(run_tour: Run, model: Any) -> None:
    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("Anyone?")
        await tour.press("enter")
        await tour.hear("No documents are open.", "Press ^O to add some.")
        assert tour.app.main.prompt.text == "Anyone?"
        assert model.requests == []

    run_tour(walk)


def test_a_failed_question_says_why_and_keeps_the_question(run_tour: Run, lease: Path) -> None:
    from docanalyst.domain.errors import RateLimited

    failing = Reply(error=RateLimited("Too many [b]requests[/b].", "Wait a minute.", provider="scripted"))

    async def walk(tour: Any) -> None:
        await tour.ask("Now?")
        await tour.see("✗ Failed.", "Too many [b]requests[/b].", "Wait a minute.")
        assert tour.store.sessions.latest().turns[0].status is TurnStatus.FAILED

    run_tour(walk, [lease], replies=[failing])


@pytest.mark.slow
def test_asking_again_puts_the_answers_beside_each_other(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Twice?")
        await tour.press("ctrl+r")
        await tour.see("Second answer.", "answer 2 of 2")
        await tour.settled()
        turns = tour.store.sessions.latest().turns
        assert [turn.parent_id for turn in turns] == [None, None]
        await tour.press("f3", "b")
        await tour.see("First answer.", "answer 1 of 2")
        assert "Second answer." not in tour.text

    run_tour(walk, [lease], replies=[reply("First answer."), reply("Second answer.")])


def test_a_fork_goes_on_from_an_earlier_turn(run_tour: Run, lease: Path, model: Any) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.ask("Two?")
        await tour.press("f3", "left_square_bracket", "f")
        await tour.see("the next question forks here")
        await tour.ask("Three?")
        first, second, third = tour.store.sessions.latest().turns
        assert second.parent_id == first.id
        assert third.parent_id == first.id
        await tour.see("answer 2 of 2")
        assert "Two?" not in tour.text.replace("Answers", "")
        history = model.requests[-1].history
        assert [exchange.question for exchange in history] == [first.question]

    run_tour(walk, [lease], replies=[reply("A."), reply("B."), reply("C.")])


def test_thinking_is_folded_until_t_unfolds_it(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Think?")
        await tour.see("▸ Reasoning")
        assert "Hidden step" not in tour.text
        await tour.press("f3", "t")
        await tour.see("▾ Reasoning", "Hidden step")
        assert tour.store.sessions.latest().turns[0].reasoning == "Hidden step by step."

    run_tour(walk, [lease], replies=[reply("Yes.", reasoning="Hidden step by step.")])


@pytest.mark.slow
def test_quitting_in_mid_answer_asks_first_and_keeps_what_has_come(run_tour: Run, lease: Path) -> None:
    slow = Reply((Delta(answer="Half of it. "), Delta(answer="Rest.")), (0.0, 60.0))

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("Slow?")
        await tour.press("enter")
        await tour.see("Half of it.")
        await tour.press("ctrl+q")
        await tour.see("An answer is streaming.", "Stop, save and quit")
        await tour.press("enter")
        await tour.until(lambda: "Stop, save and quit" not in tour.text)
        assert tour.app.main.answers.is_asking
        await tour.press("ctrl+q")
        await tour.see("Stop, save and quit")
        await tour.agree()
        await tour.until(lambda: tour.app._exit, "the end")
        turn = tour.store.sessions.latest().turns[0]
        assert (turn.status, turn.answer) == (TurnStatus.INTERRUPTED, "Half of it. ")

    run_tour(walk, [lease], replies=[slow])


def test_the_end_of_the_app_in_mid_answer_stops_it_and_keeps_what_has_come(
    run_tour: Run, lease: Path
) -> None:
    slow = Reply((Delta(answer="Half of it. "), Delta(answer="Rest.")), (0.0, 600.0))
    seen: list[Any] = []

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("Slow?")
        await tour.press("enter")
        await tour.see("Half of it.")
        seen.append((tour.app.desk.asking, tour.store))

    run_tour(walk, [lease], replies=[slow])
    [(asking, store)] = seen
    assert asking.join(0)
    turn = store.sessions.get(store.sessions.latest().id).turns[0]
    assert (turn.status, turn.answer) == (TurnStatus.INTERRUPTED, "Half of it. ")


@pytest.mark.slow
def test_an_answer_that_grows_is_painted_as_if_anew_and_only_where_it_changed(
    run_tour: Run, lease: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    painted: list[int] = []
    render_line = AnswersView.render_line

    def counted(view: AnswersView, y: int) -> Any:
        painted.append(y)
        return render_line(view, y)

    monkeypatch.setattr(AnswersView, "render_line", counted)

    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        panel = tour.app.main.answers
        view = panel.view
        item = TurnRows(Turn("", "", "Two?", "", "", status=TurnStatus.RUNNING), number=2)
        view.add(item)
        await tour.pilot.pause()
        answer = ""
        for step in range(40):
            if step == 15:
                await tour.press("f3", "end")
            elif step == 25:
                await tour.press("pageup")
            elif step == 32:
                await tour.pilot.resize_terminal(90, 28)
                await tour.pilot.pause()
            answer += f"- point {step} of **some** words[^1]\n" * 3
            item.replace(dataclasses.replace(item.turn, answer=answer))
            painted.clear()
            view.update_item(item)
            await tour.pilot.pause()
            if step == 14 or step == 30:
                assert painted == [], "nothing that is in view has changed"
            shown = tour.text
            view.refresh()
            await tour.pilot.pause()
            assert tour.text == shown
        assert f"point {step}" not in tour.text

    run_tour(walk, [lease], size=(140, 30))
