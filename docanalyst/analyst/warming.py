"""Loads what a question needs while its documents are being read."""

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
    """Load the catalog, vocabulary and provider client and open the database, in a background thread.

    Meanwhile other processes read the documents and this one waits, so that half a second of imports costs no
    time. An error here is ignored: it is raised and shown again when the thing is needed.

    Args:
        sending: False for a request that is only counted, which needs neither client nor database.
    """

    def load() -> None:
        try:
            # Imports first, which let other threads run: loading the vocabulary would delay the reading.
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
