"""Two hundred processes are killed while they delete and purge; no byte of the text is left."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

CAMPAIGN = Path(__file__).with_name("purge_campaign.py")
KILLS = 200
MEMORY = Path("/dev/shm")


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork and SIGKILL")
@pytest.mark.timeout(900)
def test_a_killed_purge_is_carried_to_its_end() -> None:
    directory = tempfile.mkdtemp(dir=MEMORY if MEMORY.is_dir() else None)
    environment = {**os.environ, "PYTHONPATH": str(CAMPAIGN.parents[2])}
    try:
        ran = subprocess.run(
            [sys.executable, str(CAMPAIGN), directory, "7", str(KILLS)],
            capture_output=True, text=True, check=False, env=environment,
        )  # fmt: skip
    finally:
        shutil.rmtree(directory, ignore_errors=True)
    assert ran.returncode == 0, ran.stderr
    result = json.loads(ran.stdout)
    assert result["wrong"] == []
    assert result["rounds"] == KILLS
    finished = {name for name in result["outcomes"] if name.endswith(": finished")}
    assert finished == {"purge: finished", "forget: finished", "orphans: finished"}
