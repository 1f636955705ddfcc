"""Reading the documents of a command: several at a time, each whole, each file once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docanalyst.analyst.planning import merge_duplicates
from docanalyst.domain.documents import Document

Progress = Callable[[str, int, int], None]
"""Called with a path, the pages read of it so far, and its pages."""

READERS = 2
"""Documents read at the same time; each has a process of its own."""


def read_all(
    paths: Sequence[str], *, password: str | None, progress: Progress | None, cache_dir: Path
) -> tuple[list[Document], list[str]]:
    """The documents behind PATHs, in order, and notes for the user. Raises DocumentError for any of them."""
    from docanalyst.pdf import collect, read_document

    selected = collect(paths)

    def read_one(path: str, pages: str | None) -> Document:
        report = None if progress is None else (lambda done, total: progress(path, done, total))
        return read_document(path, password=password, pages=pages, cache_dir=cache_dir, progress=report)

    if len(selected) == 1:
        return merge_duplicates([read_one(selected[0].path, selected[0].pages)])
    with ThreadPoolExecutor(READERS) as pool:
        waiting = [pool.submit(read_one, item.path, item.pages) for item in selected]
        try:
            return merge_duplicates([future.result() for future in waiting])
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            raise
