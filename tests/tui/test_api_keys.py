"""API keys in the terminal UI: entered for a session or in the keyring, listed, removed, never shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from tui.streaming_server import StreamingServer

from docanalyst import settings
from docanalyst.domain.errors import DocanalystError

pytestmark = pytest.mark.slow

Run = Callable[..., None]
KEY = "gsk_canary0123456789"


class Ring:
    """A keyring in memory; without `works` it cannot be used."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.errors = SimpleNamespace(KeyringError=OSError)
        self.works = True

    def get_password(self, app: str, name: str) -> str | None:
        if not self.works:
            raise OSError("locked")
        return self.kept.get(name)

    def set_password(self, app: str, name: str, value: str) -> None:
        self.kept[name] = value

    def delete_password(self, app: str, name: str) -> None:
        del self.kept[name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Ring:
    """The system's keyring."""
    found = Ring()
    monkeypatch.setattr(settings, "_keyring", lambda: found)
    monkeypatch.setattr(settings, "_held", {})
    return found


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[StreamingServer]:
    """Groq, on this machine."""
    with StreamingServer() as running:
        monkeypatch.setenv("DOCANALYST_GROQ_BASE_URL", running.url)
        yield running


def traces_of(key: str, folder: Path, tour: Any) -> list[str]:
    """Where a key can be read: files, messages, the screen."""
    found = [str(path) for path in folder.rglob("*") if path.is_file() and key.encode() in path.read_bytes()]
    return found + [name for name, text in (("told", tour.told), ("screen", tour.text)) if key in text]


async def choose(tour: Any, provider: str) -> None:
    """Open the keys from the first screen and go to a provider."""
    await tour.press("ctrl+k")
    await tour.see("API keys", provider, "no key")
    names = [key.provider for key in tour.app.screen.keys]
    tour.app.screen.listed.highlighted = names.index(provider)
    await tour.press("enter")
    await tour.see("Paste the key")


def test_a_key_for_this_session_answers_and_leaves_no_trace(
    run_tour: Run, lease: Path, ring: Ring, server: StreamingServer, tmp_path: Path
) -> None:
    async def walk(tour: Any) -> None:
        await tour.see("^K  enter an API key, so that a model answers", "press ^K to enter an API key")
        await choose(tour, "groq")
        await tour.write(KEY)
        assert KEY not in tour.text
        await tour.press("enter")
        await tour.until(lambda: tour.app.focused.id == "session", "the buttons")
        await tour.press("down", "up", "enter")
        await tour.hear("is used until docanalyst closes.")
        await tour.see("for this session only")
        assert ring.kept == {}
        await tour.press("escape")
        await tour.until(lambda: "enter an API key" not in tour.text, "the first screen")
        tour.app.main.prompt.take("When is an invoice due?")
        await tour.press("enter")
        await tour.until(lambda: tour.app.desk.session is not None, "the answer")
        await tour.settled()
        assert server.authorizations == [f"Bearer {KEY}"]
        session = tour.store.sessions.latest().id
        await asyncio.to_thread(tour.app._analyst.export, session, str(tmp_path / "out.json"))
        assert traces_of(KEY, tmp_path, tour) == []

    run_tour(walk, [lease], offline=True)


def test_a_key_is_saved_in_the_keyring_and_removed_once_it_is_agreed(
    run_tour: Run, ring: Ring, tmp_path: Path
) -> None:
    async def walk(tour: Any) -> None:
        await choose(tour, "mistral")
        await tour.write(KEY)
        await tour.press("enter", "tab", "enter")
        await tour.hear("is saved in the keyring.")
        assert ring.kept == {"MISTRAL_API_KEY": KEY}
        await tour.see("✓ mistral", "in the keyring")
        await tour.press("delete")
        await tour.see("Remove the key of")
        await tour.press("enter")
        await tour.gone("Remove the key of")
        assert ring.kept
        await tour.press("delete")
        await tour.see("Remove the key of")
        await tour.agree()
        await tour.hear("was removed.")
        assert ring.kept == {}
        assert traces_of(KEY, tmp_path, tour) == []

    run_tour(walk, offline=True)


def test_without_a_keyring_a_key_is_for_the_session(run_tour: Run, ring: Ring) -> None:
    ring.works = False

    async def walk(tour: Any) -> None:
        await choose(tour, "groq")
        await tour.see("The system's keyring cannot be used")
        assert tour.app.screen.query_one("#keyring").disabled
        await tour.write("two words")
        await tour.press("enter", "enter")
        await tour.hear("No usable key given; nothing was saved.")
        assert settings._held == {}

    run_tour(walk, offline=True, size=(80, 24))


def test_a_key_of_the_environment_is_named_and_not_removed(
    run_tour: Run, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", KEY)

    async def walk(tour: Any) -> None:
        await tour.press("ctrl+k")
        await tour.see("✓ groq", "in the environment · GROQ_API_KEY")
        await tour.press("delete")
        await tour.hear("The key of Groq is in the environment, as GROQ_API_KEY.")
        assert KEY not in tour.text + tour.told

    run_tour(walk, offline=True)


def test_a_model_without_a_key_asks_for_it(run_tour: Run, ring: Ring, server: StreamingServer) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("ctrl+l")
        await tour.see("needs an API key")
        await tour.write("groq qwen3.6")
        await tour.until(lambda: tour.app.screen.current is not None, "the row")
        await tour.press("enter")
        await tour.see("Paste the key")
        await tour.write(KEY)
        await tour.press("enter", "enter")
        await tour.gone("Paste the key")
        await tour.until(lambda: tour.app.screen.current and tour.app.screen.current.ready, "the model")
        await tour.press("ctrl+k")
        await tour.see("for this session only")

    run_tour(walk, offline=True)


def test_a_defect_prints_no_local_variable(run_tour: Run, capsys: pytest.CaptureFixture[str]) -> None:
    async def walk(tour: Any) -> None:
        def fail() -> None:
            secret = KEY
            raise ZeroDivisionError(secret[:0])

        tour.app.call_later(fail)
        await tour.until(lambda: tour.app._exception is not None, "the defect")

    with pytest.raises(ZeroDivisionError):
        run_tour(walk)
    shown = capsys.readouterr()
    assert KEY not in shown.out + shown.err


def test_a_key_that_is_refused_is_not_told(ring: Ring) -> None:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.setup.keys import Place, save_key

    entry = Analyst().catalog.provider("groq")
    with pytest.raises(DocanalystError) as caught:
        save_key(entry, f"{KEY} and more", Place.SESSION)
    assert KEY not in caught.value.message + caught.value.hint
