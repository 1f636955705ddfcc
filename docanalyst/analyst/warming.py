"""Loading what a question needs while its documents are read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from docanalyst.analyst.asking import AskOptions
from docanalyst.tokens import qwen3

if TYPE_CHECKING:
    from docanalyst.analyst.service import Analyst


def warm_up(analyst: Analyst, options: AskOptions = AskOptions()) -> threading.Thread:
    """Load the vocabulary and the provider's client, and open the store, in a thread of its own.

    The processes that read documents leave this one waiting: that is when half a second of imports costs
    nothing. What fails here fails again, and is told, where it is needed.
    """

    def load() -> None:
        try:
            qwen3.count("a")
            if analyst.keep:
                _ = analyst.store
            if not analyst.router.is_given and not _is_offline(analyst, options):
                from docanalyst.providers import prefetch

                prefetch().join()
        except Exception:
            return

    thread = threading.Thread(target=load, name="warming up", daemon=True)
    thread.start()
    return thread


def _is_offline(analyst: Analyst, options: AskOptions) -> bool:
    return analyst.catalog.provider(analyst.choose(options).spec.provider).offline
