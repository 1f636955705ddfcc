"""Coverage of the process that parses documents: `pytest --cov -p measured`.

That process loads no site packages and is killed when it is no longer needed. Under this plugin it starts
coverage first, and is given the time to write what it saw. Nothing else about it changes.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path

import coverage
import pytest

_SECONDS = 5.0
_MEASURED = """import sys
sys.path[:0] = sys.argv[1:]
sys.path.append({packages!r})
import coverage
options = dict(data_suffix=True, branch=True, include=[{include!r}], config_file=False)
measured = coverage.Coverage({data!r}, **options)
measured.start()
try:
    exec({boot!r})
finally:
    measured.stop()
    measured.save()
"""


@pytest.fixture(scope="session", autouse=True)
def measured_parsing() -> Iterator[None]:
    """Every parsing process of this run is measured, where the run itself is."""
    running = coverage.Coverage.current()
    if running is None:
        yield
        return
    from docanalyst.pdf.sandbox import process

    process._BOOT = _MEASURED.format(
        packages=str(Path(coverage.__file__).parents[1]),
        data=str(Path(running.config.data_file).absolute()),
        include=str(Path(process.__file__).parents[2] / "*"),
        boot=process._BOOT,
    )
    kill = process.ParsingProcess.kill

    def end(self: process.ParsingProcess) -> None:
        """Let it write first; one that hangs is killed as ever."""
        if self.alive and self._process.stdin is not None:
            try:
                self._process.stdin.close()
                self._process.wait(_SECONDS)
            except (OSError, subprocess.TimeoutExpired):
                pass
        kill(self)

    process.ParsingProcess.kill = end  # type: ignore[method-assign]
    yield
    process.end_idle()
