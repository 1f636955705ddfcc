"""What is loaded ahead of a question, and that its failure is nobody's."""

from __future__ import annotations

import json
import subprocess
import sys
import threading

import pytest
from doubles import ToldModel

from docanalyst.analyst import Analyst, AskOptions
from docanalyst.analyst.warming import warm_up


@pytest.mark.slow
def test_what_a_question_needs_is_loaded() -> None:
    code = (
        "import json, sys\n"
        "from docanalyst.analyst import Analyst, AskOptions\n"
        "from docanalyst.analyst.warming import warm_up\n"
        "warm_up(Analyst(), AskOptions(provider=sys.argv[1])).join()\n"
        "print(json.dumps([name in sys.modules for name in ('tiktoken', 'sqlite3', 'httpx')]))\n"
    )
    for provider, client in (("extractive", False), ("groq", True)):
        done = subprocess.run(
            [sys.executable, "-c", code, provider], capture_output=True, text=True, check=True
        )
        assert json.loads(done.stdout) == [True, True, client]


def test_nothing_is_opened_where_nothing_is_kept() -> None:
    analyst = Analyst(model=ToldModel([]), keep=False)
    warm_up(analyst).join()
    assert not analyst.settings.data_dir.exists()


def test_a_failure_is_left_to_the_question(monkeypatch: pytest.MonkeyPatch) -> None:
    loud: list[object] = []
    monkeypatch.setattr(threading, "excepthook", loud.append)
    warm_up(Analyst(), AskOptions(provider="grok")).join()
    assert loud == []
