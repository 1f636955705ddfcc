"""The raw pages of a PDF, out of limited processes: restarts after a bad page, several processes at once."""

from __future__ import annotations

import os
import threading
import time
from array import array
from collections.abc import Callable, Generator, Sequence
from pathlib import Path
from typing import Any

from docanalyst.domain.documents import format_ranges
from docanalyst.domain.errors import DocumentError, PasswordRequired
from docanalyst.pdf import limits
from docanalyst.pdf.ranges import page_numbers
from docanalyst.pdf.rawpages import RawFile, RawPage
from docanalyst.pdf.sandbox import process

Progress = Callable[[int, bool], None]
Answers = Generator[dict[str, Any], None, None]


class DamagedFile(DocumentError):
    """A file that is no PDF to a parser."""


class BreakingPages(DocumentError):
    """A file of which too many pages break the parser."""


class _Job:
    """One file in the reading. opener: the process that opened it, until it reads. unchecked: pages that are
    read without the look for hidden text, for it broke the parser."""

    def __init__(
        self, path: Path, password: str | None, include_hidden: bool, progress: Progress | None, look: bool
    ) -> None:
        self.path, self.password, self.progress = path, password, progress
        self.include_hidden, self.look = include_hidden, look
        self.file = RawFile()
        self.restarts, self.lost = 0, 0.0
        self.unchecked: set[int] = set()
        self.parser = "first"
        self.opener: process.ParsingProcess | None = None
        self.lock = threading.Lock()

    def request(self, task: dict[str, Any]) -> dict[str, Any]:
        """A task about the job's file."""
        task = {**task, "path": str(self.path), "password": self.password, "parser": self.parser}
        memory = limits.LESS_MEMORY_BYTES if self.restarts else limits.MEMORY_BYTES
        return {**task, "seconds": limits.PAGE_CPU_SECONDS, "memory": memory}

    def opening(self, *, whole: bool) -> dict[str, Any]:
        """The task of opening; whole: and of reading on, as one of the processes that read it."""
        return {**self.reading([]), "task": "open", "ahead": _shares() if whole else ()}

    def reading(self, numbers: list[int]) -> dict[str, Any]:
        """The task of reading pages."""
        return {
            "task": "read",
            "numbers": numbers,
            "include_hidden": self.include_hidden,
            "look": self.look,
            "unchecked": sorted(self.unchecked),
        }

    def keep(self, page: RawPage, total: int) -> None:
        with self.lock:
            self.file.pages[page.number] = page
        if self.progress is not None:
            waits = page.kind in ("picture", "stamped") or page.garbled or page.pictures
            self.progress(total, not waits)


def extract(
    path: Path,
    *,
    password: str | None = None,
    pages: str | Sequence[int] | None = None,
    whole: bool = True,
    progress: Progress | None = None,
    include_hidden: bool = False,
    look: bool = True,
) -> RawFile:
    """Read a file, and at least the pages asked for.

    whole: read all pages where the file is short enough to be read at once, because what recurs is only seen
    on many pages. progress: called for each page with the number of pages to read, and whether the page is
    done with. look: look for hidden text; off only to measure what it costs.

    Raises DocumentError when the file cannot be read or a wanted page passes a limit, and PasswordRequired.
    """
    job = _Job(path, password, include_hidden, progress, look)
    ahead: Answers | None = None
    try:
        ahead = _open(job, whole=whole)
        total = job.file.page_count
        wanted = list(range(1, total + 1)) if pages is None else page_numbers(pages, total, str(path))
        if len(wanted) > limits.MAX_PAGES:
            raise DocumentError(
                f"{path.name} has {total:,} pages, over the limit of {limits.MAX_PAGES:,} at once.",
                f"Name the pages: {path.name}:1-{limits.MAX_PAGES}.",
                path=str(path),
            )
        numbers = list(range(1, total + 1)) if whole and total <= limits.MAX_PAGES else wanted
        try:
            _read(job, numbers, ahead)
        except BreakingPages:
            if len(wanted) == len(numbers):
                raise
            job.restarts, job.lost, numbers = 0, 0.0, wanted
            _read(job, [number for number in wanted if number not in job.file.pages])
    finally:
        if ahead is not None:
            ahead.close()
        if job.opener is not None:
            process.give_back(job.opener)
    for number in wanted:
        _refuse_overlong(job.file.pages[number], path)
    job.file.pages = {number: job.file.pages[number] for number in numbers}
    return job.file


def _refuse_overlong(page: RawPage, path: Path) -> None:
    if page.overlong:
        others = f"1-{page.number - 1}" if page.number > 1 else f"{page.number + 1}-"
        raise DocumentError(
            f"Page {page.number} of {path.name} has {page.overlong:,} characters, "
            f"over the limit of {limits.MAX_PAGE_CHARACTERS:,} a page.",
            f"Leave the page out: name the others, as in {path.name}:{others}.",
            path=str(path),
        )


def _shares() -> tuple[int, int]:
    """How many processes read one long file at the same time, and the least number of pages for each."""
    return os.cpu_count() or 1, limits.PAGES_PER_PROCESS


def _open(job: _Job, *, whole: bool) -> Answers | None:
    """Open the file and say how many pages it has; with the second parser where the first refuses it.

    whole: it is to be read whole, so its reading begins at once. Returns the answers about pages read so.
    """
    try:
        answers = _ask(job, job.opening(whole=whole))
        _opened(job, next(answers))
    except process.ProcessDied as died:
        raise _broken(job, died) from died
    except DamagedFile as damaged:
        job.parser = "second"
        try:
            for answer in _ask(job, job.opening(whole=False)):
                _opened(job, answer)
        except (process.ProcessDied, DamagedFile):
            raise damaged from None
        job.file.fallback = True
        return None
    if whole and job.file.page_count <= limits.MAX_PAGES:
        return answers
    for _ in answers:
        pass
    return None


def _broken(job: _Job, died: process.ProcessDied) -> DocumentError:
    return DocumentError(
        f"{job.path.name} cannot be read: it {died.reason}.",
        "Open it in a PDF program and save it again, or leave it out.",
        path=str(job.path),
    )


def _opened(job: _Job, answer: dict[str, Any]) -> None:
    if answer["event"] == "opened":
        job.file.page_count = int(answer["pages"])
        job.file.encrypted = bool(answer["encrypted"])
        job.file.metadata = {str(key): str(value) for key, value in answer["metadata"].items()}
        job.file.needed_password = bool(answer["password"])
        job.file.unread = str(answer.get("unread", ""))
        job.file.attachments = tuple(map(str, answer.get("attachments", ())))
        job.file.form_data = tuple((str(name), str(value)) for name, value in answer.get("form_data", ()))


def _read(job: _Job, numbers: list[int], ahead: Answers | None = None) -> None:
    """Read pages, in as many processes as pay. ahead: answers about the first of them, already asked for."""
    total = len(numbers)
    size = limits.share_of(total, *_shares())
    parts = [numbers[start : start + size] for start in range(0, total, size)] if numbers else []
    errors: list[BaseException] = []

    def work(part: list[int], ahead: Answers | None = None) -> None:
        try:
            _read_part(job, part, total, ahead)
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work, args=(part,)) for part in parts[1:]]
    for thread in threads:
        thread.start()
    if parts:
        work(parts[0], ahead)
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _read_part(job: _Job, numbers: list[int], total: int, ahead: Answers | None) -> None:
    """Read pages in one process; a page that kills it is set aside and the next process goes on after it."""
    left = list(numbers)
    while left:
        begun = time.monotonic()
        looking = False
        try:
            answers, ahead = ahead or _ask(job, job.reading(left)), None
            for answer in answers:
                if answer["event"] == "page":
                    job.keep(_page(answer), total)
                    left.pop(0)
                    begun, looking = time.monotonic(), False
                elif answer["event"] == "looking":
                    looking = True
            return
        except process.ProcessDied as died:
            if looking and left[0] not in job.unchecked:
                # The page can be read; it was the drawing of it that broke the parser.
                with job.lock:
                    job.unchecked.add(left[0])
                continue
            job.keep(RawPage(left.pop(0), failed=died.reason), total)
            with job.lock:
                job.restarts += 1
                job.lost += time.monotonic() - begun
            if left:
                _refuse_breakers(job, died)


def _refuse_breakers(job: _Job, died: process.ProcessDied) -> None:
    """Raise the error for a file whose pages break the parser too often, or for too long."""
    broken = [number for number, page in sorted(job.file.pages.items()) if page.failed]
    if job.restarts > limits.MAX_RESTARTS or (job.restarts > 1 and job.lost > limits.MAX_LOST_SECONDS):
        pages = f"page{'s' if len(broken) > 1 else ''} {format_ranges(broken, ', ')}"
        raise BreakingPages(
            f"{job.path.name} cannot be read: the PDF parser crashed or exceeded its limits on {pages}.",
            "Open it in a PDF program and save it again, or name the pages that are needed, "
            f"as in {job.path.name}:1-3.",
            path=str(job.path),
        ) from died


def _page(answer: dict[str, Any]) -> RawPage:
    number = int(answer["number"])
    if "over" in answer:
        return RawPage(number, failed="has too many characters", overlong=int(answer["over"]))
    if "failed" in answer:
        return RawPage(number, failed=str(answer["failed"]))
    return RawPage(
        number,
        answer["lines"],
        array("i", answer["boxes"]),
        answer["joins"],
        tuple(answer["size"]),
        answer["label"],
        kind=answer.get("kind", ""),
        hidden=tuple((reason, words) for reason, words in answer.get("hidden", ())),
        garbled=answer.get("garbled", 0),
        reordered=answer.get("reordered", False),
        margin=tuple(answer.get("margin", ())),
        numbered=answer.get("numbered", ()),
        unlaid=answer.get("unlaid", False),
        remarks=tuple((kind, words) for kind, words in answer.get("remarks", ())),
        added=tuple(answer.get("added", ())),
        pictures=tuple((left, top, right, bottom) for left, top, right, bottom in answer.get("pictures", ())),
    )


def _ask(job: _Job, request: dict[str, Any]) -> Answers:
    """Answers to a request about the job's file; the errors of the parser become ours.

    The process that opened the file is the one that reads its first pages, so that it is opened once.
    """
    with job.lock:
        parser, job.opener = job.opener, None
    parser = parser or process.borrow()
    good = False
    try:
        for answer, _ in parser.ask(job.request(request)):
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
        return PasswordRequired(f"Wrong password for {name}.", "Check it and try again.", path=str(job.path))
    if kind == "security":
        return DocumentError(
            f"{name} is encrypted in a way that cannot be opened here.",
            "Save a copy without encryption.",
            path=str(job.path),
        )
    if kind == "brotli":
        return DocumentError(
            f"{name} cannot be read: its Brotli streams could not be decompressed.",
            "Run `pip install brotli`, or open it in a PDF program and save it again.",
            path=str(job.path),
        )
    return DamagedFile(
        f"{name} cannot be read: the PDF is damaged or incomplete.",
        "Get the file again, or open it in a PDF program and save it again.",
        path=str(job.path),
    )
