"""The server processes of local models: started on first use, kept for the session, gone when asked.

A server listens on this machine alone and answers only to a key that is made for it and passed through a
pipe, so that other users of the machine cannot use it.
"""

from __future__ import annotations

import atexit
import json
import os
import queue
import re
import secrets
import subprocess
import sys
import threading
import time
from collections import deque
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docanalyst.domain.errors import (
    ConnectionFailed,
    ModelUnavailable,
    ProviderError,
    UsageError,
)
from docanalyst.providers.local.gguf import HINT, ModelFile
from docanalyst.providers.local.memory import (
    BATCH,
    LIBRARY,
    NATIVE_QWEN3,
    PROVIDER,
    Fit,
    choose_fit,
    free_memory,
    require_library,
)

_LOOK = 0.05
"""Seconds between two looks at whether a loading model is still wanted."""
_GRACE = 1.0
"""Seconds that a stopped answer may take to let go before the process is ended."""
_KEPT_LINES = 60
_ENVIRONMENT = {"OMP_WAIT_POLICY": "passive"}
"""Threads that wait for each other sleep: spinning takes the processor from other programs, and where it is
shared an answer takes several times as long."""

_CAUSES = (
    (r"unknown model architecture: '([^']*)'", "The installed llama.cpp does not know the family {0!r}.",
     f"Update it: `pip install -U {LIBRARY}`; or use another model."),
    (r"not within the file bounds|corrupted or incomplete", "The file is cut short or damaged.",
     "Copy or download it again."),
    (r"failed to allocate|unable to allocate|out of memory|cannot allocate|bad_alloc",
     "There is not enough memory for it.", "Close other programs, or use a smaller model."),
    (r"unknown pre-tokenizer type: '([^']*)'", "The installed llama.cpp does not know its tokenizer {0!r}.",
     f"Update it: `pip install -U {LIBRARY}`."),
    (r"invalid magic|failed to read|invalid ", "llama.cpp cannot read the file.", HINT),
)  # fmt: skip
"""What llama.cpp writes when it cannot load a file, what that means, and what to do."""


class GivenUp(Exception):
    """The model is no longer wanted."""


@dataclass(frozen=True, slots=True)
class Address:
    """Where a loaded model answers. key: what it must be asked with."""

    url: str
    key: str


class ModelServer:
    """One model file and the process that serves it, if any.

    Threads may use it at the same time: requests share the process, and one that needs a larger context waits
    until the others are done.
    """

    def __init__(self, file: ModelFile) -> None:
        self.file = file
        self.fit: Fit | None = None
        self._process: _Process | None = None
        self._door = threading.Lock()
        self._state = threading.Condition()
        self._users = 0

    def enter(self, needed: int, window: int, wanted: threading.Event) -> Address:
        """Load the model if necessary and return its address; `leave` must follow.

        Args:
            needed: Tokens of prompt and answer.
            window: The largest context allowed.
            wanted: Cleared when the caller gives up.

        Raises:
            GivenUp, UsageError, ProviderError.
        """
        while not self._door.acquire(timeout=_LOOK):
            if not wanted.is_set():
                raise GivenUp
        try:
            if not self._serves(min(needed, window)):
                with self._state:
                    while self._users and self._alive():
                        if not wanted.is_set():
                            raise GivenUp
                        self._state.wait(_LOOK)
                self._start(needed, window, wanted)
            if not wanted.is_set():
                raise GivenUp
            assert self._process is not None
            with self._state:
                self._users += 1
            return self._process.address
        finally:
            self._door.release()

    def leave(self, *, stopped: bool = False) -> None:
        """Say that a request is over. stopped: before its end, so that the model may still work on it."""
        with self._state:
            self._users -= 1
            process, alone = self._process, self._users == 0
            self._state.notify_all()
        if stopped and alone and process is not None:
            # In a thread, because who stops does not wait.
            threading.Thread(target=self._free, args=(process,), name="freeing", daemon=True).start()

    def fault(self) -> ProviderError | None:
        """Why the process has ended, or None while it runs."""
        process = self._process
        return None if process is None or not process.has_ended() else process.why_it_ended(self.file)

    def stop(self) -> None:
        """End the process, at once."""
        process, self._process = self._process, None
        if process is not None:
            process.end()

    @property
    def is_idle(self) -> bool:
        """Whether nobody uses it now."""
        return self._users == 0

    def _alive(self) -> bool:
        return self._process is not None and self._process.is_alive

    def _serves(self, needed: int) -> bool:
        return self._alive() and self.fit is not None and self.fit.context >= needed

    def _start(self, needed: int, window: int, wanted: threading.Event) -> None:
        ours = self.fit.cached + self.fit.buffers if self.fit and self._alive() else 0
        process = _Process(wanted)
        try:
            free = free_memory()
            free = None if free is None else free + ours + process.free_on_gpu
            fit = choose_fit(self.file, needed, window, free)
            self.stop()
            process.load(self.file, fit, wanted)
        except BaseException:
            process.end()
            raise
        self._process, self.fit = process, fit

    def _free(self, process: _Process) -> None:
        """End a process that does not let go of a stopped request within the grace."""
        if not process.is_busy(_GRACE):
            return
        with self._door:  # so that nobody is given its address meanwhile
            if self._process is process and self.is_idle:
                self.stop()


class _Process:
    """A started worker. load: gives it a file, once."""

    def __init__(self, wanted: threading.Event) -> None:
        require_library()
        self.address = Address("", secrets.token_urlsafe(32))
        self._log: deque[str] = deque(maxlen=_KEPT_LINES)
        self._replies: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        own_group: dict[str, Any] = {"start_new_session": True}
        if sys.platform == "win32":
            own_group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
        # A group of its own: Ctrl-C is for the program, which decides what it stops. -P: no module of the
        # folder that the user is in.
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("worker.py"))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            errors="replace",
            env=os.environ | _ENVIRONMENT,
            **own_group,
        )
        for name, target in (("replies", self._read_replies), ("log", self._read_log)):
            threading.Thread(target=target, name=f"local model {name}", daemon=True).start()
        try:
            said = self._reply(wanted)
        except BaseException:
            self.end()
            raise
        if "missing" in said:
            self.end()
            raise UsageError(
                f"The package {LIBRARY} cannot be loaded: {said['missing'][:300]}.",
                f"Reinstall it: `pip install --force-reinstall {LIBRARY}`.",
            )
        self.free_on_gpu = int(said.get("free_on_gpu", 0))

    @property
    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def has_ended(self, seconds: float = 0.5) -> bool:
        """Whether it ends within a moment: its connections break a little earlier."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def load(self, file: ModelFile, fit: Fit, wanted: threading.Event) -> None:
        """Load a file and wait until it is served. Raises ModelUnavailable with the reason, GivenUp."""
        asked = {
            "path": str(file.path),
            "alias": file.path.stem,
            "key": self.address.key,
            "context": fit.context,
            "batch": BATCH,
            "cache": fit.cache.name,
            "factor": fit.factor,
            "native": NATIVE_QWEN3,
            "gpu": self.free_on_gpu > 0,
        }
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(json.dumps(asked) + "\n")
            self._process.stdin.flush()
        except OSError:
            raise self.why_it_ended(file, loading=True) from None
        said = self._reply(wanted)
        if "address" not in said:
            raise self.why_it_ended(file, loading=True)
        self.address = Address(str(said["address"]), self.address.key)

    def is_busy(self, seconds: float) -> bool:
        """Whether it still works on a request after so many seconds."""
        import urllib.error
        import urllib.request

        asked = urllib.request.Request(
            f"{self.address.url}/slots", headers={"Authorization": f"Bearer {self.address.key}"}
        )
        direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        deadline = time.monotonic() + seconds
        while (left := deadline - time.monotonic()) > 0:
            try:
                with direct.open(asked, timeout=left) as answer:
                    slots = json.load(answer)
                if not any(slot.get("is_processing") for slot in slots):
                    return False
            except (OSError, ValueError, AttributeError, urllib.error.URLError):
                if not self.is_alive:
                    return False
            time.sleep(_LOOK)
        return True

    def why_it_ended(self, file: ModelFile, *, loading: bool = False) -> ProviderError:
        """The reason in words, from what it wrote last and how it ended."""
        try:
            self._process.wait(1.0)
        except subprocess.TimeoutExpired:
            pass
        text, code = "\n".join(self._log), self._process.returncode
        doing = f"{file.path.name} cannot be loaded" if loading else f"The model {file.path.name} stopped"
        for pattern, cause, hint in _CAUSES:
            if loading and (found := re.search(pattern, text, re.IGNORECASE)):
                return ModelUnavailable(f"{doing}. {cause.format(*found.groups())}", hint, provider=PROVIDER)
        how = "by itself"
        if code is not None and code < 0:
            how = f"ended by signal {-code}"
        elif code:
            how = f"exit code {code}"
        hint = (
            "The system may have ended it for want of memory: close other programs, or use a smaller model."
        )
        if code not in (-9, -6, 137):
            hint = "Ask again: it is loaded again. `docanalyst doctor` checks the file."
        last = next((line.strip() for line in reversed(self._log) if " E " in line), "")
        said = f": {re.sub(r'^[0-9.]+ E +', '', last)[:200].rstrip('.')}" if last else ""
        kind = ModelUnavailable if loading else ConnectionFailed
        return kind(f"{doing} ({how}){said}.", hint, provider=PROVIDER, retryable=not loading)

    def end(self) -> None:
        """End it, at once."""
        if self.is_alive:
            self._process.kill()
        try:
            self._process.wait(5.0)
        except subprocess.TimeoutExpired:
            pass
        if self._process.stdin is not None:
            try:
                self._process.stdin.close()
            except OSError:
                pass

    def _reply(self, wanted: threading.Event) -> dict[str, Any]:
        """Its next line; {} where it ended without one. Raises GivenUp."""
        while True:
            try:
                line = self._replies.get(timeout=_LOOK)
            except queue.Empty:
                if not wanted.is_set():
                    raise GivenUp from None
                continue
            try:
                said = json.loads(line or "{}")
            except ValueError:
                continue
            return said if isinstance(said, dict) else {}

    def _read_replies(self) -> None:
        stream = self._process.stdout
        assert stream is not None
        with stream:
            for line in stream:
                self._replies.put(line)
        self._replies.put(None)

    def _read_log(self) -> None:
        stream = self._process.stderr
        assert stream is not None
        with stream:
            for line in stream:
                self._log.append(line)


_servers: dict[Path, ModelServer] = {}
_registry = threading.Lock()


def server_of(file: ModelFile) -> ModelServer:
    """The server of a file, which this process keeps; not yet started where it is new.

    One model is in memory at a time: those of other files are ended when nobody uses them.
    """
    place = file.path.resolve()
    with _registry:
        for other, server in list(_servers.items()):
            if other != place and server.is_idle:
                server.stop()
                del _servers[other]
        found = _servers.get(place)
        if found is None or found.file != file:
            if found is not None:
                found.stop()
            found = _servers[place] = ModelServer(file)
        return found


def stop_servers(*, idle: bool = False) -> None:
    """End the servers of this process. idle: only those that nobody uses now."""
    with _registry:
        for server in _servers.values():
            if server.is_idle or not idle:
                server.stop()


atexit.register(stop_servers)
