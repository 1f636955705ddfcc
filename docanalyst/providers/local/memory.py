"""How large a context of a model file may be, and how much memory that takes; refuses what does not fit."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from docanalyst.domain.errors import ProviderError, UsageError, install_extra
from docanalyst.providers.local.gguf import ModelFile

PROVIDER = "local"
LIBRARY = "xllamacpp"

NATIVE_QWEN3 = 32_768
"""Context that Qwen3 was trained with; its files state 40,960, of which 8,192 are for a prompt beside an
answer of 32,768 (model card)."""
STRETCHED_QWEN3 = 131_072
_STATED_QWEN3 = 40_960
_FACTORS = (2, 4)
"""How far YaRN stretches: by 2 up to 65,536 and by 4 up to 131,072, since more hurts (model card)."""

_STEP = 256
"""llama.cpp's contexts are multiples of it."""
_ROOM = 8_192
"""Tokens kept for follow-up questions where memory allows, so that the model is not loaded again for them."""
BATCH = 512
"""Tokens that are read at a time; also how soon a stopped request lets go."""
_PROCESS = 300 << 20
"""Bytes of the server process itself: 148 MB were measured with 16 MB of cache and 128 MB of buffers."""
_SPARE = 512 << 20
"""Bytes left to the rest of the machine."""
_GIB = float(1 << 30)


@dataclass(frozen=True, slots=True)
class CacheType:
    """How the cache of read tokens is kept. size: bytes of one number."""

    name: str
    title: str
    size: float


CACHE_TYPES = (CacheType("f16", "16 bit", 2.0), CacheType("q8_0", "8 bit", 34 / 32))
"""In the order tried. Coarser ones are not used: they change what the model reads."""


class NotEnoughMemory(ProviderError):
    """The model and its context do not fit into the memory that is free."""

    kind = "not_enough_memory"


@dataclass(frozen=True, slots=True)
class Fit:
    """How a model is loaded.

    context: tokens. factor: by which YaRN stretches, 1 for not at all. weights, cached, buffers: bytes.
    """

    context: int
    cache: CacheType
    factor: int
    weights: int
    cached: int
    buffers: int

    @property
    def total(self) -> int:
        """Bytes in all."""
        return self.weights + self.cached + self.buffers

    @property
    def sentence(self) -> str:
        """The figures for people."""
        stretched = f", stretched {self.factor} times by YaRN" if self.factor > 1 else ""
        return (
            f"a context of {self.context:,} tokens{stretched}: {gib(self.weights)} of weights,"
            f" {gib(self.cached)} of cache at {self.cache.title}, {gib(self.buffers)} of buffers"
        )


def largest_window(file: ModelFile) -> int:
    """The largest context that a model takes, in tokens."""
    return STRETCHED_QWEN3 if _stretches(file) else file.trained_window or 4_096


def bytes_per_token(file: ModelFile, cache: CacheType = CACHE_TYPES[0]) -> int:
    """What one more token takes in the cache, in bytes."""
    return round(file.cache.full * cache.size)


def fit(file: ModelFile, context: int, cache: CacheType) -> Fit:
    """What a context of so many tokens takes."""
    sliding = file.cache.sliding * min(context, file.cache.window + BATCH)
    cached = round((file.cache.full * context + sliding) * cache.size)
    buffers = BATCH * (2 * context + 16 * file.embedding + 12 * file.feed_forward) + _PROCESS
    return Fit(context, cache, _factor(file, context), file.size, cached, buffers)


def choose_fit(file: ModelFile, needed: int, window: int, free: int | None) -> Fit:
    """How to load a model for a request.

    16 bit with room for follow-up questions is preferred, then 16 bit without, then 8 bit.

    Args:
        needed: Tokens of prompt and answer.
        window: The largest context allowed.
        free: Bytes of free memory; None where that is not known.

    Raises:
        NotEnoughMemory: With the figures.
    """
    least = min(_rounded(needed), window)
    roomy = min(_rounded(needed + _ROOM), window)
    if _factor(file, roomy) > _factor(file, least):
        roomy = least  # stretching further costs quality, which follow-up questions are not worth
    for cache in CACHE_TYPES:
        for context in (roomy, least):
            found = fit(file, context, cache)
            if free is None or found.total + _SPARE <= free:
                return found
    raise _refusal(file, least, free or 0)


def most_context(file: ModelFile, window: int, free: int) -> int:
    """The largest context that fits into free memory at 8 bit, in tokens; 0 where not even the weights do."""
    low, high = 0, window // _STEP
    while low < high:
        middle = (low + high + 1) // 2
        fits = fit(file, middle * _STEP, CACHE_TYPES[-1]).total + _SPARE <= free
        low, high = (middle, high) if fits else (low, middle - 1)
    return low * _STEP


def free_memory() -> int | None:
    """Bytes of memory that may be used without swapping, within this process's own limit; None if unknown."""
    known = (_available_on_linux, _left_in_group, _available_on_windows, _usual_share)
    return min((value for measure in known if (value := measure()) is not None), default=None)


def require_library() -> None:
    """Raise UsageError if the package that runs models is not installed."""
    if find_spec(LIBRARY) is None:
        raise UsageError(
            f"Running models on this machine needs the package {LIBRARY}.",
            f"{install_extra('local')} Or run `pip install {LIBRARY}`.",
        )


def gib(size: float) -> str:
    """A size for people."""
    return f"{size / _GIB:.1f} GiB" if size >= _GIB / 10 else f"{size / (1 << 20):.0f} MiB"


def _stretches(file: ModelFile) -> bool:
    return file.is_qwen3 and not file.has_own_scaling and file.trained_window <= _STATED_QWEN3


def _factor(file: ModelFile, context: int) -> int:
    if not _stretches(file) or context <= NATIVE_QWEN3:
        return 1
    return next((factor for factor in _FACTORS if context <= factor * NATIVE_QWEN3), _FACTORS[-1])


def _rounded(tokens: int) -> int:
    return -(-tokens // _STEP) * _STEP


def _refusal(file: ModelFile, context: int, free: int) -> NotEnoughMemory:
    wide, narrow = (fit(file, context, cache) for cache in CACHE_TYPES)
    most = most_context(file, context, free)
    message = (
        f"{file.path.name} needs {gib(narrow.total)} of memory for {context:,} tokens, and {gib(free)} is"
        f" free: {gib(narrow.weights)} of weights, {gib(narrow.cached)} of cache at {narrow.cache.title}"
        f" ({gib(wide.cached)} at {wide.cache.title}), {gib(narrow.buffers)} of buffers."
    )
    if most >= 2_048:
        way = f"About {most:,} tokens fit: give fewer documents or pages, or lower --max-output; or"
    else:
        way = "Not even a short context fits:"
    hint = f"{way} close other programs, or use a smaller model or one quantised to fewer bits (Q4_K_M)."
    return NotEnoughMemory(message, hint, provider=PROVIDER)


def _available_on_linux() -> int | None:
    try:
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            if line.startswith("MemAvailable:"):
                return int(line.split()[1]) * 1_024
    except (OSError, ValueError):
        return None
    return None


def _left_in_group() -> int | None:
    """What the limits of this process's control group, and of those above it, leave; None without limits."""
    try:
        path = Path("/proc/self/cgroup").read_text(encoding="utf-8").partition("0::")[2].partition("\n")[0]
        root = Path("/sys/fs/cgroup")
        group = root / path.lstrip("/")
        left = [
            value
            for place in (group, *group.parents)
            if place.is_relative_to(root) and (value := _left_in(place)) is not None
        ]
        return min(left, default=None)
    except OSError:
        return None


def _left_in(group: Path) -> int | None:
    try:
        most = (group / "memory.max").read_text(encoding="ascii").strip()
        if most == "max":
            return None
        used = int((group / "memory.current").read_text(encoding="ascii"))
        counts = dict(line.split() for line in (group / "memory.stat").read_text("ascii").splitlines())
        return int(most) - used + int(counts.get("inactive_file", 0)) + int(counts.get("active_file", 0))
    except (OSError, ValueError):
        return None


def _available_on_windows() -> int | None:
    import ctypes

    library = getattr(ctypes, "windll", None)
    if library is None:
        return None

    class Status(ctypes.Structure):
        _fields_ = (
            ("length", ctypes.c_ulong),
            ("load", ctypes.c_ulong),
            *((name, ctypes.c_ulonglong) for name in ("total", "available", "a", "b", "c", "d", "e")),
        )

    status = Status()
    status.length = ctypes.sizeof(Status)
    known = library.kernel32.GlobalMemoryStatusEx(ctypes.byref(status))
    return int(status.available) if known else None


def _usual_share() -> int | None:
    """Three quarters of the machine's memory: what macOS has free is not told without another package."""
    if platform.system() != "Darwin":
        return None
    return int(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") * 0.75)
