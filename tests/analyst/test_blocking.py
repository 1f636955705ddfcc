"""`Analyst.ask_sync`, for scripts and notebooks, and the examples of `docanalyst help python`."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest

from docanalyst import Analyst
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import TurnStatus

ROOT = Path(__file__).resolve().parents[2]
GUIDE = (ROOT / "docanalyst" / "help" / "python.md").read_text(encoding="utf-8")


@pytest.fixture
def lease(tmp_path: Path) -> str:
    path = tmp_path / "lease.txt"
    path.write_text("The Tenant shall pay rent of $4,500 per month on the first day.", encoding="utf-8")
    return str(path)


def test_it_waits_for_the_checked_and_saved_turn(lease: str) -> None:
    with Analyst() as analyst:
        documents, _ = analyst.read([lease])
        turn = analyst.ask_sync(documents, "What is the rent?")
        assert turn.status is TurnStatus.COMPLETE and turn.citations[0].verified
        assert analyst.store.turns.get(turn.id) == turn
        session = analyst.store.sessions.get(turn.session_id)
        assert analyst.ask_sync(documents, "When?", session=session).parent_id == turn.id


def test_it_works_where_an_event_loop_runs(lease: str) -> None:
    async def notebook() -> TurnStatus:
        with Analyst() as analyst:
            return analyst.ask_sync(analyst.read([lease])[0], "What is the rent?").status

    assert asyncio.run(notebook()) is TurnStatus.COMPLETE


def test_errors_come_through(lease: str) -> None:
    with Analyst(keep=False, traces=False) as analyst, pytest.raises(UsageError, match="No question"):
        analyst.ask_sync(analyst.read([lease])[0], " ")


def test_closed_it_opens_the_database_again(lease: str) -> None:
    analyst = Analyst()
    with analyst:
        turn = analyst.ask_sync(analyst.read([lease])[0], "What is the rent?")
    with analyst:
        assert analyst.store.turns.get(turn.id) == turn


@pytest.mark.parametrize("code", re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL))
def test_an_example_of_the_guide_runs(code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, object] = {}
    exec(compile(code, "python.md", "exec"), names)
    assert {"Analyst", "qwen3"} & set(names)
