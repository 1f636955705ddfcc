"""A model file in the terminal UI: asking, and Esc while it loads, reads or writes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from model_files import QWEN3_32B, write_header

from docanalyst.analyst import Analyst
from docanalyst.providers.local import server as servers
from docanalyst.providers.local.gguf import read_model_file
from docanalyst.settings import load_settings

LLAMA = Path(__file__).parents[1] / "llama"
Run = Callable[..., None]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A model file, and a stand-in for the package that runs it."""
    monkeypatch.syspath_prepend(str(LLAMA))
    monkeypatch.setenv("PYTHONPATH", str(LLAMA))
    monkeypatch.setattr(servers, "free_memory", lambda: 64 << 30)
    monkeypatch.setattr(servers, "_GRACE", 0.2)
    yield write_header(tmp_path / "Qwen3-32B.gguf", QWEN3_32B)
    servers.stop_servers()
    servers._servers.clear()


def analyst_for(file: Path) -> Analyst:
    return Analyst(load_settings(provider="local", model=str(file), local_only=True))


def test_a_model_file_answers_and_is_named(run_tour: Run, lease: Path, file: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("What is the rent?")
        await tour.see("The rent is $4,500.")
        turn = tour.store.sessions.latest().turns[0]
        assert (turn.provider, turn.receipt.token_count) == ("local", "exact")

    run_tour(walk, [lease], analyst=analyst_for(file))


@pytest.mark.parametrize("how", ["slow_load", "never_lets_go"])
def test_stopping_ends_a_model_that_is_busy(
    run_tour: Run, lease: Path, file: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_LLAMA", how)

    async def walk(tour: Any) -> None:
        server = servers.server_of(read_model_file(str(file)))
        tour.app.main.prompt.take("What is the rent?")
        await tour.press("enter")
        if how == "slow_load":
            await tour.until(server._door.locked, "the loading")
        else:
            await tour.see("The rent")
        await tour.press("ctrl+c")
        await tour.until(lambda: not tour.app.main.answers.is_asking, "the stop")
        await tour.until(lambda: not server._alive() and not server._door.locked(), "the end of the model")
        assert server.is_idle

    run_tour(walk, [lease], analyst=analyst_for(file))
