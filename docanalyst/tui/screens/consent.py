"""The question before documents are sent to a provider for the first time."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from docanalyst.tui.screens.question import QuestionScreen

if TYPE_CHECKING:
    from docanalyst.providers.wire.destinations import Destination
    from docanalyst.tui.host import Host


class ConsentScreen(QuestionScreen):
    """Asks for consent, naming the provider and what is known of its data retention."""

    def __init__(self, destination: Destination) -> None:
        super().__init__(
            f"Send documents to {destination.title}?",
            f"{destination.sentence}\n\nYour consent is saved for this provider at this address.",
            yes="Agree and send",
            no="Do not send",
        )


async def ask_from_thread(app: Host, destination: Destination) -> bool:
    """Ask on the screen and await the answer in another thread's event loop."""
    loop = app._loop
    assert loop is not None

    async def ask() -> bool:
        answer: asyncio.Future[bool] = loop.create_future()

        async def show() -> None:
            agreed = False
            try:
                agreed = await app.wait_for(ConsentScreen(destination)) or False
            finally:
                if not answer.done():
                    answer.set_result(agreed)

        app.run_worker(show(), group="consent", exit_on_error=False)
        return await answer

    return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(ask(), loop))
