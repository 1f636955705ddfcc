"""The program's side of the limited process: starts it, sends requests, and ends it when it hangs."""

from __future__ import annotations

import atexit
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, BinaryIO, cast

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import limits
from docanalyst.pdf.sandbox import frames

_BOOT = """import sys
sys.path[:0] = sys.argv[1:]
# Packages without their __init__: what those import for the program, the process does not need.
for name in ("docanalyst", "docanalyst.pdf"):
    sys.modules[name] = package = type(sys)(name)
    package.__path__ = [sys.argv[1] + "/" + name.replace(".", "/")]
from docanalyst.pdf.sandbox.worker import main
main()
"""
_IDLE_PROCESSES = 2
_REQUESTS_PER_PROCESS = 64

_idle: list[ParsingProcess] = []
_lock = threading.Lock()


class ProcessDied(Exception):
    """The parsing process ended before it answered. reason: for people, the end of a sentence."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ParsingProcess:
    """A process that parses PDFs within limits. One request at a time."""

    def __init__(self) -> None:
        """Start it: no site packages but our own, nothing from the working directory, no keys."""
        if not sys.executable:
            raise DocumentError("No Python interpreter found.", "Run `python -m docanalyst`.")
        options: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            options = {"creationflags": subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP}
        try:
            self._process = subprocess.Popen(
                [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT, *_roots()],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                **options,
            )
        except OSError as error:
            raise DocumentError(
                f"The process that reads PDFs could not be started: {error.strerror or error}.",
                "Free some memory or processes and try again.",
            ) from error
        _widen(self._process.stdout)
        self._frames: queue.Queue[tuple[dict[str, Any], bytes] | None] = queue.Queue(maxsize=32)
        self.requests = 0
        self._seconds, self._memory = 0.0, 0
        self._collector = threading.Thread(target=self._collect, daemon=True, name="docanalyst-pdf")

    def ask(self, request: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bytes]]:
        """Send a request and yield its answers up to and including `done` or `failed`.

        Raises ProcessDied when the process crashes, hangs or passes a limit.
        """
        self.requests += 1
        self._seconds = request.get("seconds", limits.DRAW_CPU_SECONDS)
        self._memory = request.get("memory", limits.MEMORY_BYTES)
        try:
            frames.write_frame(cast("BinaryIO", self._process.stdin), request)
        except OSError as error:
            raise ProcessDied(self._obituary()) from error
        if not self._collector.ident:
            # Only now: a thread that starts waits for its turn, and the process could be at work.
            self._collector.start()
        while True:
            try:
                answer = self._frames.get(timeout=limits.STALL_SECONDS)
            except queue.Empty:
                self.kill()
                raise ProcessDied("took too long") from None
            if answer is None:
                raise ProcessDied(self._obituary())
            yield answer
            if answer[0].get("event") in ("done", "failed"):
                return

    def kill(self) -> None:
        """End the process and forget it."""
        try:
            self._process.kill()
        except OSError:
            pass
        self._process.wait()
        for pipe in (self._process.stdin, None if self._collector.ident else self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except OSError:
                pass
        while self._collector.is_alive():
            try:
                self._frames.get(timeout=0.05)
            except queue.Empty:
                pass

    @property
    def alive(self) -> bool:
        """Whether it still runs."""
        return self._process.poll() is None

    def _collect(self) -> None:
        with cast("BinaryIO", self._process.stdout) as answers:
            try:
                while (frame := frames.read_frame(answers)) is not None:
                    self._frames.put(frame)
            except (OSError, frames.BrokenFrame):
                self._process.kill()
        self._frames.put(None)

    def _obituary(self) -> str:
        try:
            code = self._process.wait(timeout=5)
        except subprocess.TimeoutExpired:
            self.kill()
            return "made the PDF parser misbehave"
        if sys.platform != "win32":
            import signal

            if code == -signal.SIGPROF:
                return f"takes more than {self._seconds:g} s of processor time"
        if code == 137:
            return f"takes more than {self._memory >> 20} MiB of memory"
        return f"makes the PDF parser crash or takes more than {self._memory >> 20} MiB of memory"


def borrow() -> ParsingProcess:
    """A parsing process: an idle one, else a new one. Give it back with `give_back`, or kill it."""
    with _lock:
        while _idle:
            process = _idle.pop()
            if process.alive:
                return process
            process.kill()
    return ParsingProcess()


def give_back(process: ParsingProcess) -> None:
    """Keep a process that answered well for the next request; end it when it is old or not needed."""
    with _lock:
        if process.alive and process.requests < _REQUESTS_PER_PROCESS and len(_idle) < _IDLE_PROCESSES:
            _idle.append(process)
            return
    process.kill()


def ask_once(request: dict[str, Any]) -> Iterator[tuple[dict[str, Any], bytes]]:
    """Answers to one request, in a process borrowed for it. Raises ProcessDied."""
    parser = borrow()
    good = False
    try:
        for answer in parser.ask(request):
            good = answer[0].get("event") in ("done", "failed")
            yield answer
    finally:
        if good:
            give_back(parser)
        else:
            parser.kill()


def end_idle() -> None:
    """End the processes that wait for work."""
    with _lock:
        idle, _idle[:] = list(_idle), []
    for process in idle:
        process.kill()


atexit.register(end_idle)
if hasattr(os, "register_at_fork"):
    # A forked program must not talk to its parent's processes.
    os.register_at_fork(after_in_child=_idle.clear)


def _widen(pipe: Any) -> None:
    """Let a process read on while this program is busy: 64 KiB are full after 25 pages."""
    try:
        import fcntl

        fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, 1 << 20)
    except (ImportError, AttributeError, OSError):
        return


def _roots() -> list[str]:
    """Where docanalyst, pypdfium2, pypdf, lxml, olefile and brotli are installed."""
    roots = [str(Path(__file__).resolve().parents[3])]
    for name in ("pypdfium2_raw", "pypdf", "lxml", "olefile", "typing_extensions", "brotli"):
        spec = find_spec(name)
        if spec is not None and spec.origin:
            roots.append(str(Path(spec.origin).parents[1 if spec.submodule_search_locations else 0]))
    return list(dict.fromkeys(roots))


def _environment() -> dict[str, str]:
    """What the process needs of the environment: no keys of providers among it."""
    kept = ("PATH", "SYSTEMROOT", "TEMP", "TMP", "TMPDIR", "LANG", "LC_ALL", "LD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ}
