"""Two hundred times kill -9, at every kind of moment: nothing that was acknowledged is lost."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

KILLS = 200
SEED = 20261122
MEMORY = Path("/dev/shm")


@pytest.mark.skipif(sys.platform == "win32", reason="needs fork and SIGKILL")
@pytest.mark.timeout(900)
def test_two_hundred_kills_lose_nothing() -> None:
    # A killed process loses nothing that it wrote, on whatever disk: one in memory saves the waiting.
    directory = tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None)
    script = Path(__file__).with_name("kill_campaign.py")
    try:
        done = subprocess.run(
            [sys.executable, str(script), directory, str(SEED), str(KILLS)],
            capture_output=True, text=True, check=False,
        )  # fmt: skip
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    assert done.stderr == ""
    result = json.loads(done.stdout)
    assert result["wrong"] == []
    assert sum(result["kills"].values()) >= KILLS
    kinds = ("asking", "importing", "deleting", "purging", "migrating", "batching", "rescuing")
    assert min(result["kills"].get(kind, 0) for kind in kinds) >= 3
