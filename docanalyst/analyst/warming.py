"""Loading what a question needs while its documents are read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from docanalyst.analyst.options import AskOptions
from docanalyst.tokens import qwen3

if TYPE_CHECKING:
    from docanalyst.analyst.service import Analyst


def warm_up(
    analyst: Analyst, options: AskOptions = AskOptions(), *, sending: bool = True
) -> threading.Thread:
    """Load the catalog, the vocabulary and the provider's client, and open the store, in a thread of its own.

    The processes that read documents leave this one waiting: that is when half a second of imports costs
    nothing. What fails here fails again, and is told, where it is needed. sending: off where a request is
    only counted, and needs neither client nor store.
    """

    def load() -> None:
        try:
            # First what lets other threads run: loading the vocabulary holds up the start of a reading.
            offline = analyst.router.is_given or _is_offline(analyst, options)
            qwen3.prepare(analyst.pages_come)
            if analyst.keep and sending:
                _ = analyst.store
            if sending and not offline:
                from docanalyst.providers import prefetch

                prefetch().join()
        except Exception:
            return

    thread = threading.Thread(target=load, name="warming up", daemon=True)
    thread.start()
    return thread


def _is_offline(analyst: Analyst, options: AskOptions) -> bool:
    return analyst.catalog.provider(analyst.choose(options).spec.provider).offline
