"""A terminal UI and a batch write into one store at once."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter

import pytest

from docanalyst.domain.turns import TurnStatus
from docanalyst.storage import Store

TURNS = 1_000

WRITING = f"""
import dataclasses, sys
from pathlib import Path
from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id

store = Store.open(Path(sys.argv[1]))
citation = Citation(1, "D1", "quote", Verdict.VERBATIM)
sys.stdin.readline()
for place in range({TURNS}):
    turn = store.turns.start(Turn(new_id(), sys.argv[2], f"Question {{place}}?", sys.argv[3], "echo"))
    if place % 50 == 0:
        store.turns.save_partial(turn.id, "part")
        store.sessions.recent()
        store.turns.recover()
    done = dataclasses.replace(turn, status=TurnStatus.COMPLETE, answer=f"Answer {{place}}")
    store.turns.finish(dataclasses.replace(done, citations=(citation,)))
store.close()
"""


@pytest.mark.slow
def test_two_thousand_turns_written_together_are_all_there(store: Store, session_id: str) -> None:
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", WRITING, str(store.path), session_id, name],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for name in ("first", "second")
    ]  # fmt: skip
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    outputs = [process.communicate() for process in processes]
    assert outputs == [("", ""), ("", "")]
    turns = store.sessions.get(session_id).turns
    assert Counter(turn.provider for turn in turns) == {"first": TURNS, "second": TURNS}
    assert [turn.position for turn in turns] == list(range(1, 2 * TURNS + 1))
    assert {turn.status for turn in turns} == {TurnStatus.COMPLETE}
    assert {len(turn.citations) for turn in turns} == {1}
    for name in ("first", "second"):
        asked = [turn.question for turn in turns if turn.provider == name]
        assert asked == [f"Question {place}?" for place in range(TURNS)]
    assert store.maintenance.check() == []
