"""Limits of documents. A document over a limit is refused, with the numbers; nothing is cut."""

from __future__ import annotations

import sys

MEMORY_BYTES = 640 << 20
"""Address space of the process that parses a PDF. No file known that was not made to eat memory takes more
than 200 MB; a scan of 10,000 by 14,000 pixels in colour, 360 MB. A bomb dies the sooner the less it gets."""

LESS_MEMORY_BYTES = 448 << 20
"""What is left for a file of which a page has broken the parser: where one bomb is, there are more."""

PAGE_CPU_SECONDS = 5.0
"""Processor time for opening a file, and for each page. The slowest honest page known takes about 3 s."""

DRAW_CPU_SECONDS = 10.0
"""Processor time for drawing a page, which a person asks for or recognition needs."""

STALL_SECONDS = 120.0
"""Wall-clock time without any progress after which a process that sleeps rather than works is ended."""

MAX_PAGES = 5_000
"""Pages read at once. A longer file is read by ranges."""

MAX_PAGE_CHARACTERS = 200_000
"""Characters of one page. The densest honest page known has about 30,000."""

MAX_FRAME_BYTES = 64 << 20
"""Longest message taken from a parsing process."""

PAGES_PER_PROCESS = 75
"""A document shorter than twice this is read by one process: starting a second costs more than it saves."""


def share_of(pages: int, processes: int, least: int) -> int:
    """How many pages each of so many processes reads at most, where each is to get at least so many."""
    shares = max(1, min(processes, pages // least))
    return -(-pages // shares)


PAGES_BEFORE_REOPENING = 100
"""pdfium keeps what it parsed until the file is closed; opening it anew costs less than a page."""

MAX_RESTARTS = 12
"""Pages that may break the parser before the file as a whole is called unreadable."""

MAX_LOST_SECONDS = 2.5
"""Wall-clock time that such pages may take together. One page may take longer alone."""


WATCHED = sys.platform in ("win32", "darwin")
"""Whether a thread has to watch the memory of a parsing process, because the system does not bound it."""


def limit_this_process(memory: int = MEMORY_BYTES) -> None:
    """Bound the memory of this process: by the system where it can, else by a thread that watches it."""
    if sys.platform == "win32" or sys.platform == "darwin":  # as WATCHED; spelled out for mypy
        _watch_memory(memory)
        return
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def limit_memory(memory: int) -> None:
    """Bound the memory of this process for the request at hand, within what it was given."""
    if sys.platform != "win32" and sys.platform != "darwin":
        import resource

        most = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (memory if most < 0 else min(memory, most), most))


def limit_processor_time(seconds: float) -> None:
    """End this process by SIGPROF when it uses more processor time from now; 0 lifts the limit.

    The signal's default action works inside foreign code, where no Python handler would run.
    """
    if sys.platform != "win32":
        import signal

        signal.setitimer(signal.ITIMER_PROF, seconds)


def _watch_memory(limit: int) -> None:
    import os
    import threading
    import time

    def watch() -> None:
        while True:
            if _peak_memory() > limit:
                os._exit(137)
            time.sleep(0.05)

    threading.Thread(target=watch, daemon=True).start()


def _peak_memory() -> int:
    """Largest resident size of this process so far, in bytes; 0 where it cannot be told."""
    if sys.platform == "win32":
        import ctypes
        from ctypes import wintypes

        class Counters(ctypes.Structure):
            _fields_ = [("cb", wintypes.DWORD), ("faults", wintypes.DWORD)] + [
                (name, ctypes.c_size_t)
                for name in ("peak", "now", "a", "b", "c", "d", "pagefile", "peak_pagefile")
            ]

        counters = Counters(cb=ctypes.sizeof(Counters))
        current = ctypes.windll.kernel32.GetCurrentProcess()
        ctypes.windll.psapi.GetProcessMemoryInfo(current, ctypes.byref(counters), counters.cb)
        return int(counters.peak)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
