"""What every test stands on: its own data and configuration directories, no keys, no network."""

from __future__ import annotations

import os
import signal
import socket
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"
_KEPT = {"PATH", "HOME", "LANG", "LC_ALL", "TERM", "TMPDIR", "DOCANALYST_SHARED", "VIRTUAL_ENV", "SYSTEMROOT"}

# A run in the background of a shell ignores Ctrl-C, one under nohup the end of its terminal, and so would
# every program that a test starts.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_IGN:
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """How many workers `-n auto` starts: half as many again as cores, since many tests wait for a process.

    Measured on two cores: 218 s with two workers, 156 s with three. A hook of pytest-xdist, which need not be
    installed.
    """
    cores = os.cpu_count()
    return max(2, (cores or 1) * 3 // 2)


@pytest.fixture(autouse=True)
def isolated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reads the developer's keys, configuration or data, or reaches beyond this machine."""
    for name in list(os.environ):
        if name not in _KEPT and not name.startswith(("PYTEST", "COV_", "COVERAGE", "HYPOTHESIS")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DOCANALYST_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DOCANALYST_CONFIG", str(tmp_path / "config.toml"))
    monkeypatch.setenv("LANGSMITH_TRACING", "false")
    connect = socket.socket.connect

    def loopback_only(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if host not in ("127.0.0.1", "::1", "localhost", ""):
            raise PermissionError(f"a test tried to reach {host}")
        connect(self, address)  # type: ignore[arg-type]

    monkeypatch.setattr(socket.socket, "connect", loopback_only)


@pytest.fixture
def samples() -> Path:
    """The folder of sample PDFs."""
    return SAMPLES


@pytest.fixture(scope="session")
def shared() -> Path:
    """Reference data of the team; absent outside of it."""
    path = Path(os.environ.get("DOCANALYST_SHARED", ROOT.parent / "shared"))
    if not path.is_dir():
        pytest.skip("the shared reference data is not on this machine")
    return path
