"""Programs to compare with: each is installed by pip in an environment of its own, and is never a dependency.

The environments stay in a cache folder ($DOCANALYST_BENCHMARK_CACHE, else ~/.cache/docanalyst-benchmarks), so
that a second run needs no network. A peer that cannot be installed is named in the table, and left out.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

PACKAGES = {
    "llm": ("llm", "llm-echo"),
    "llm-pdf": ("llm", "llm-echo", "llm-fragments-pdf", "pymupdf4llm<2"),
    "oterm": ("oterm",),
    "parllama": ("parllama",),
    "pymupdf": ("pymupdf", "tiktoken"),
    "pypdf": ("pypdf", "tiktoken"),
    "rapidfuzz": ("rapidfuzz",),
}
"""name of an environment → what is installed in it."""

SECONDS = 1_200


class NotInstalled(Exception):
    """The peer is not here, and could not be installed; the reason, for a table."""


@cache
def programs(name: str) -> Path:
    """The folder of programs of a peer's environment, installed first where that is needed.

    Raises NotInstalled, for example without a network.
    """
    folder = _cache() / name
    binaries = folder / ("Scripts" if sys.platform == "win32" else "bin")
    if (folder / "complete").exists():
        return binaries
    print(f"  installing {', '.join(PACKAGES[name])} …", file=sys.stderr)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True, capture_output=True)
        reason = _install(binaries, PACKAGES[name])
    except subprocess.TimeoutExpired:
        reason = f"not installed within {SECONDS} s"
    except (OSError, subprocess.CalledProcessError):
        reason = "no environment could be made for it"
    if reason:
        raise NotInstalled(reason)
    (folder / "complete").touch()
    return binaries


def _install(binaries: Path, packages: tuple[str, ...]) -> str:
    """Install packages; why that failed, or nothing. uv, itself from pip, finds versions that go together in
    seconds where pip alone takes half an hour (parllama); where uv does not reach an index, pip may."""
    python = str(binaries / "python")
    pip = [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    quick = [python, "-m", "uv", "pip", "install", "--quiet", "--python", python]
    if _run([*pip, "uv"]).returncode == 0 and _run([*quick, *packages]).returncode == 0:
        return ""
    done = _run([*pip, *packages])
    if done.returncode == 0:
        return ""
    errors = [line for line in done.stderr.splitlines() if line.startswith("ERROR")] or ["pip failed"]
    return errors[-1].removeprefix("ERROR: ")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False)


def version(name: str, package: str) -> str:
    """The version of a package in a peer's environment."""
    code = f"from importlib.metadata import version; print(version({package!r}))"
    python = programs(name) / "python"
    return subprocess.run(
        [str(python), "-c", code], capture_output=True, text=True, check=True
    ).stdout.strip()


def site_packages(name: str) -> Path:
    """The folder of packages of a peer's environment, which is of this very Python."""
    code = "import sysconfig; print(sysconfig.get_path('purelib'))"
    python = programs(name) / "python"
    return Path(
        subprocess.run([str(python), "-c", code], capture_output=True, text=True, check=True).stdout.strip()
    )


def _cache() -> Path:
    named = os.environ.get("DOCANALYST_BENCHMARK_CACHE")
    folder = Path(named) if named else Path.home() / ".cache" / "docanalyst-benchmarks"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
