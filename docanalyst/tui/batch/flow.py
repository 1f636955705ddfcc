"""Leads through the windows of a batch: form, plan, progress."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from docanalyst.tui.batch.draft import BatchDraft, draft_of
from docanalyst.tui.batch.state import ANSWERED, BatchState, read_kept
from docanalyst.tui.batch.work import BatchWork
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.screens.consent import ask_from_thread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.batch.requests import BatchRequest
    from docanalyst.tui.host import Host


class _Left(Exception):
    """The user left for another window."""


async def walk(app: Host) -> None:
    """Show the running batch, or begin a new one."""
    with suppress(_Left):
        await _walk(app)


async def _walk(app: Host) -> None:
    analyst = await app.ready()
    if not analyst.keep:
        app.tell("This window does not save anything, and a batch must be saved.", severity="warning")
        return
    draft, last = _fresh(app), app.batch
    if isinstance(last, BatchWork) and (last.under_way or not last.is_seen):
        if not await _show(app, last.state, last):
            return
        draft = _after(app, last)
    app.batch_draft = draft
    while True:
        request = await _asked_for(app, analyst, draft)
        if request is None:
            return
        work = BatchWork(analyst, request, partial(ask_from_thread, app))
        from docanalyst.tui.batch.plan import BatchPlanScreen

        if not await app.wait_for(BatchPlanScreen(work)):
            continue
        app.batch = work
        if not await _show(app, work.state, work):
            return
        draft = _after(app, work)
        app.batch_draft = draft


def _fresh(app: Host) -> BatchDraft:
    """Return the last draft if the same documents are open, else a new one."""
    fresh, left = draft_of(app.desk), app.batch_draft
    return left if isinstance(left, BatchDraft) and left.desk == fresh.desk else fresh


def _after(app: Host, work: BatchWork) -> BatchDraft:
    """Return a draft like the previous batch, with a new table."""
    request, draft = work.request, draft_of(app.desk)
    draft.paths, draft.by, draft.prompt = list(request.paths), request.by, request.prompt
    draft.questions = "\n".join(request.questions)
    draft.at_most = "" if request.max_cost_usd is None else f"{request.max_cost_usd:g}"
    draft.at_once = str(request.concurrency)
    draft.provider, draft.model, draft.thinking = request.provider, request.model, request.thinking
    if work.written is None:
        draft.output = str(request.output)
    return draft


async def _asked_for(app: Host, analyst: Analyst, draft: BatchDraft) -> BatchRequest | None:
    """Return the request from the form or from an earlier run; None if there is none."""
    from docanalyst.tui.batch.form import EARLIER, BatchStartScreen

    while True:
        made = await app.wait_for(BatchStartScreen(draft))
        if made is None:
            return None
        if made != EARLIER:
            assert not isinstance(made, str)
            return made
        earlier = await _earlier(app, analyst)
        if earlier is not None:
            return earlier


async def _earlier(app: Host, analyst: Analyst) -> BatchRequest | None:
    from docanalyst.batch.requests import request_of
    from docanalyst.tui.batch.earlier import BatchesScreen

    while True:
        wish = await app.wait_for(BatchesScreen())
        if wish is None:
            return None
        state = await in_thread(read_kept, analyst.store, wish.run_id)
        if wish.action == "open":
            from docanalyst.tui.batch.screen import BatchScreen

            then = await app.wait_for(BatchScreen(state))
            if then is None:
                continue
            if then.action == "session":
                _open_session(app, then.session_id)
                raise _Left
            if then.action == "new":
                return None
        run = await in_thread(analyst.store.batches.get, wish.run_id)
        return request_of(run, [line.name for line in state.lines])


async def _show(app: Host, state: BatchState, work: BatchWork | None) -> bool:
    """Show a batch; return whether to begin another one."""
    from docanalyst.tui.batch.screen import BatchScreen

    wish = await app.wait_for(BatchScreen(state, work))
    app.workers.cancel_group(app, "batch")
    if work is not None and work.under_way:
        app.go(_watch(app, work), app, group="batch")
    if wish is not None and wish.action == "session":
        _open_session(app, wish.session_id)
        if work is not None:
            work.is_seen = False
            app.tell("Opened in the main window.", f"{app.key('batch')} shows the batch again.")
    return wish is not None and wish.action == "new"


def _open_session(app: Host, session_id: str) -> None:
    if app.main.answers.is_asking:
        app.tell_streaming()
    else:
        app.main.open_session(session_id)


async def _watch(app: Host, work: BatchWork) -> None:
    """Notify the user of the end of a batch whose window is closed."""
    while work.under_way:
        await asyncio.sleep(0.2)
    if work.is_seen:
        return
    name, state = work.state.output.name, work.state
    if work.error is not None:
        app.tell(
            f"The batch {name} ended: {work.error.message}", f"{app.key('batch')} shows it.", severity="error"
        )
    elif work.defect is not None:
        app.tell(
            f"The batch {name} was interrupted.",
            f"Its answers are saved; {app.key('batch')} shows it.",
            severity="error",
        )
    else:
        answered = state.count(*ANSWERED)
        app.tell(
            f"{name}: {answered:,} of {len(state.lines):,} units answered.", f"{app.key('batch')} shows it."
        )
