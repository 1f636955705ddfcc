"""Quitting: asks first if something is running, and saves it in any case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.tui.desk.threads import in_thread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.tui.host import BackgroundWork, Host

LEAVE_WITHIN = 10.0
"""Seconds that quitting waits for an answer to be saved."""


def wish_to_quit(app: Host) -> None:
    """Quit; during an answer or a batch, ask first."""
    batch = app.batch
    if app.is_leaving:
        app.exit(0)
    elif app.main.answers.is_asking:
        app.run_worker(_in_mid_answer(app), group="quit", exclusive=True, exit_on_error=False)
    elif batch is not None and batch.under_way:
        app.run_worker(_in_mid_batch(app, batch), group="quit", exclusive=True, exit_on_error=False)
    else:
        app.exit(0)


async def _in_mid_answer(app: Host) -> None:
    from docanalyst.tui.screens.question import QuestionScreen

    wanted = await app.wait_for(
        QuestionScreen(
            "An answer is streaming.",
            "Quitting stops it. The partial answer is saved and can be read later.",
            yes="Stop, save and quit",
            no="Keep reading",
        )
    )
    if not wanted:
        return
    asking = app.main.answers.asking
    app.main.answers.stop()
    if asking is not None:
        await in_thread(asking.join, LEAVE_WITHIN)
    app.exit(0)


async def _in_mid_batch(app: Host, work: BackgroundWork) -> None:
    """Wait for the running requests, which are billed; quitting a second time does not wait."""
    from docanalyst.tui.screens.question import QuestionScreen

    wanted = await app.wait_for(
        QuestionScreen(
            "A batch is running.",
            "Quitting waits for the running requests, then pauses the batch; every answer is saved. Earlier "
            f"batches ({app.key('batch')}, then {app.key('batch.earlier')}) resume it another time.",
            yes="Pause it and quit",
            no="Cancel",
        )
    )
    if not wanted:
        return
    app.is_leaving = True
    work.pause()
    app.tell(
        "Waiting for the running requests …",
        f"Press {app.key('quit')} again to quit at once; they may then cost twice.",
    )
    await in_thread(work.join)
    app.exit(0)


def leave(app: Host, analyst: Analyst | None) -> None:
    """Save a partial answer if the program ends in any other way."""
    asking = app.desk.asking
    if asking is not None:
        asking.stop()
        asking.join(LEAVE_WITHIN)
    if app.batch is not None and app.batch.under_way:
        app.batch.cancel()
        app.batch.join(LEAVE_WITHIN)
    if analyst is not None and analyst.keep:
        for session_id in app.deleted:
            analyst.store.sessions.delete(session_id)
