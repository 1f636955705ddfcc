"""The raw pages of a PDF, out of limited processes: restarts after a bad page, several processes at once."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import DocumentError, PasswordRequired
from docanalyst.pdf import limits, process
from docanalyst.pdf.paths import page_numbers

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class RawPage:
    """A page as the parser gives it. boxes: left, top, right, bottom of each line, flat, in tenths of a point
    from the top left as displayed. label: the file's own, "" where it has none. failed: why there is no text,
    the end of a sentence."""

    number: int
    text: str = ""
    boxes: tuple[int, ...] = ()
    label: str = ""
    width: float = 0.0
    height: float = 0.0
    failed: str = ""


@dataclass(slots=True)
class RawFile:
    """A file as the parser gives it. fallback: read by the second parser, without positions."""

    page_count: int = 0
    encrypted: bool = False
    metadata: dict[str, str] = field(default_factory=dict)
    pages: dict[int, RawPage] = field(default_factory=dict)
    fallback: bool = False
    needed_password: bool = False


@dataclass(slots=True)
class _Job:
    path: Path
    password: str | None
    progress: Progress | None
    file: RawFile
    restarts: int = 0
    opener: process.ParsingProcess | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, page: RawPage, total: int) -> None:
        with self.lock:
            self.file.pages[page.number] = page
            done = len(self.file.pages)
            if self.progress is not None:
                self.progress(done, total)


def extract(
    path: Path,
    *,
    password: str | None = None,
    pages: str | Sequence[int] | None = None,
    progress: Progress | None = None,
) -> RawFile:
    """Read the pages asked for, all of them by default. progress: called with pages done and wanted.

    Raises DocumentError when the file cannot be read or a page passes a limit, and PasswordRequired.
    """
    job = _Job(path, password, progress, RawFile())
    try:
        return _extract(job, pages)
    finally:
        if job.opener is not None:
            process.give_back(job.opener)


def _extract(job: _Job, pages: str | Sequence[int] | None) -> RawFile:
    _open(job)
    path = job.path
    total = job.file.page_count
    if pages is None and total > limits.MAX_PAGES:
        raise DocumentError(
            f"{path.name} has {total:,} pages, over the limit of {limits.MAX_PAGES:,} at once.",
            f"Name the pages: {path.name}:1-{limits.MAX_PAGES}.",
            path=str(path),
        )
    wanted = list(range(1, total + 1)) if pages is None else page_numbers(pages, total, str(path))
    _read(job, [number for number in wanted if number not in job.file.pages], len(wanted))
    job.file.pages = {number: job.file.pages[number] for number in wanted}
    return job.file


def _open(job: _Job) -> None:
    """Open the file and say how many pages it has."""
    try:
        for answer in _ask(job, {"task": "open"}):
            _opened(job, answer)
    except process.ProcessDied as died:
        raise DocumentError(
            f"{job.path.name} cannot be read: it {died.reason}.",
            "Open it in a PDF program and save it anew, or leave it out.",
            path=str(job.path),
        ) from died


def _opened(job: _Job, answer: dict[str, Any]) -> None:
    if answer["event"] == "opened":
        job.file.page_count = int(answer["pages"])
        job.file.encrypted = bool(answer["encrypted"])
        job.file.metadata = {str(key): str(value) for key, value in answer["metadata"].items()}
        job.file.needed_password = bool(answer["password"])


def _read(job: _Job, numbers: list[int], total: int) -> None:
    """Read pages, in as many processes as pay."""
    shares = max(1, min(os.cpu_count() or 1, len(numbers) // limits.PAGES_PER_PROCESS))
    size = -(-len(numbers) // shares) if numbers else 0
    parts = [numbers[start : start + size] for start in range(0, len(numbers), size)] if numbers else []
    errors: list[BaseException] = []

    def work(part: list[int]) -> None:
        try:
            _read_part(job, part, total)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in parts[1:]]
    for thread in threads:
        thread.start()
    if parts:
        work(parts[0])
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _read_part(job: _Job, numbers: list[int], total: int) -> None:
    """Read pages in one process; a page that kills it is set aside and the next process goes on after it."""
    left = list(numbers)
    while left:
        try:
            for answer in _ask(job, {"task": "read", "numbers": left}):
                if answer["event"] == "page":
                    job.keep(_page(answer, job.path), total)
                    left.remove(int(answer["number"]))
            return
        except process.ProcessDied as died:
            job.keep(RawPage(left.pop(0), failed=f"it {died.reason}"), total)
            job.restarts += 1
            if job.restarts > limits.MAX_RESTARTS:
                raise DocumentError(
                    f"{job.path.name} cannot be read: more than {limits.MAX_RESTARTS} of its pages "
                    "break the parser.",
                    "Open it in a PDF program and save it anew, or leave it out.",
                    path=str(job.path),
                ) from died


def _page(answer: dict[str, Any], path: Path) -> RawPage:
    number = int(answer["number"])
    if "over" in answer:
        raise DocumentError(
            f"Page {number} of {path.name} has {int(answer['over']):,} characters, "
            f"over the limit of {limits.MAX_PAGE_CHARACTERS:,} a page.",
            f"Leave the page out: name the others, as in {path.name}:1-{max(1, number - 1)}.",
            path=str(path),
        )
    if "failed" in answer:
        return RawPage(number, failed=str(answer["failed"]))
    width, height = answer["size"]
    return RawPage(
        number, answer["text"], tuple(answer["boxes"]), answer["label"], float(width), float(height)
    )


def _ask(job: _Job, request: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Answers to a request about the job's file; the errors of the parser become ours.

    The process that opened the file is the one that reads its first pages, so that it is opened once.
    """
    with job.lock:
        parser, job.opener = job.opener, None
    parser = parser or process.borrow()
    good = False
    try:
        for answer, _ in parser.ask({**request, "path": str(job.path), "password": job.password}):
            good = answer["event"] in ("done", "failed")
            if answer["event"] == "failed":
                raise _refusal(job, answer)
            yield answer
    finally:
        with job.lock:
            keep = good and job.opener is None
            if keep:
                job.opener = parser
        if not keep:
            process.give_back(parser) if good else parser.kill()


def _refusal(job: _Job, answer: dict[str, Any]) -> DocumentError:
    name, kind = job.path.name, answer.get("kind")
    if kind == "password":
        if job.password is None:
            return PasswordRequired(
                f"{name} is encrypted and needs a password.", "Give it with --password.", path=str(job.path)
            )
        return PasswordRequired(
            f"The password given does not open {name}.", "Check it and try again.", path=str(job.path)
        )
    if kind == "security":
        return DocumentError(
            f"{name} is encrypted in a way that cannot be opened here.",
            "Save a copy without encryption.",
            path=str(job.path),
        )
    return DocumentError(
        f"{name} is not a PDF that can be read: it is damaged or incomplete.",
        "Get the file again, or open it in a PDF program and save it anew.",
        path=str(job.path),
    )
