"""New files are taken as they come, once they are written to their end."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from batch.grid_server import GridServer

from docanalyst.batch.watching import Watcher
from docanalyst.domain.errors import DocumentError


def pdf(path: Path, content: bytes = b"%PDF-1.4") -> Path:
    path.write_bytes(content)
    return path


def test_a_file_counts_when_it_has_stopped_growing(tmp_path: Path) -> None:
    looks = 0

    async def sleep(seconds: float) -> None:
        nonlocal looks
        looks += 1
        if looks in (2, 3, 4):
            pdf(tmp_path / "new.pdf", b"%PDF-1.4" + b"x" * looks)

    async def run() -> None:
        watcher = Watcher([str(tmp_path)], sleep=sleep)
        assert watcher.units() == []
        await watcher.changed()
        assert looks == 5
        assert [Path(unit.name).name for unit in watcher.units()] == ["new.pdf"]
        pdf(tmp_path / "two.pdf")
        await watcher.changed()
        assert len(watcher.units()) == 2
        (tmp_path / "two.pdf").unlink()
        await watcher.changed()
        assert [Path(unit.name).name for unit in watcher.units()] == ["new.pdf", "two.pdf"]

    asyncio.run(run())


def test_a_path_that_does_not_exist_is_not_waited_for(tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        Watcher([str(tmp_path / "none.pdf")]).units()


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT")
def test_watch_takes_what_comes_and_ends_with_ctrl_c(
    tmp_path: Path, served: Callable[[str], None], samples: Path
) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    first, second = samples / "mutual-nda.pdf", samples / "services-agreement.pdf"
    (folder / first.name).write_bytes(first.read_bytes())
    program = [sys.executable, "-m", "docanalyst", "batch", "in", "-q", "Who?", "-o", "out.csv"]

    def wait_for(condition: Callable[[], bool]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline and process.poll() is None
            time.sleep(0.05)

    def lines() -> int:
        table = tmp_path / "out.csv"
        return len(table.read_text(encoding="utf-8").splitlines()) if table.exists() else 0

    with GridServer() as server:
        served(server.url)
        process = subprocess.Popen(
            [*program, "--watch", "--yes"],
            cwd=tmp_path,
            env=dict(os.environ),
            stderr=subprocess.PIPE,
            text=True,
        )
        wait_for(lambda: lines() == 2)
        (folder / second.name).write_bytes(second.read_bytes())
        wait_for(lambda: lines() == 3)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
        assert len(server.requests) == 2
    assert process.returncode == 0, said
    assert said.count("Watching") == 2
