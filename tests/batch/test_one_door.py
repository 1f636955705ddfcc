"""Canary text goes down every path to every destination that is not allowed, and the wire stays silent."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from langchain_core.language_models.fake_chat_models import FakeListChatModel
from support import Cli

from docanalyst.analyst import Analyst, AskOptions
from docanalyst.batch.cluster import ClusterWorkers
from docanalyst.batch.units import File, Unit
from docanalyst.domain.errors import DocanalystError
from docanalyst.providers import create_chat_model
from docanalyst.settings import load_settings

CANARY = "zanzibarine"
KEY = "gsk_canary0123456789abcdef"
QUESTION = "What is the notice period?"


class Wiretap:
    """Plays every kind of server at once, and keeps every byte that it was sent."""

    def __init__(self) -> None:
        self.bodies: list[tuple[str, bytes]] = []
        self.shown: dict[str, Any] = {"model_info": {"qwen3.context_length": 40_960}}
        outer = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *arguments: object) -> None:
                pass

            def _go(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length", 0)))
                outer.bodies.append((self.path, body))
                kind, data = outer.answer(self.path)
                self.send_response(200)
                self.send_header("content-length", str(len(data)))
                self.send_header("content-type", kind)
                self.end_headers()
                self.wfile.write(data)

            do_GET = do_POST = do_DELETE = _go  # noqa: N815

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def answer(self, path: str) -> tuple[str, bytes]:
        if path.endswith("/chat/completions"):
            frames = [
                {"choices": [{"index": 0, "delta": {"content": "Thirty days."}}]},
                {"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]},
            ]
            lines = [*(json.dumps(item) for item in frames), "[DONE]"]
            return "text/event-stream", "".join(f"data: {line}\n\n" for line in lines).encode()
        if path.endswith("/api/chat"):
            row = {"message": {"content": "Thirty days."}, "done": True, "done_reason": "stop"}
            return "application/x-ndjson", json.dumps(row).encode() + b"\n"
        if path.endswith("/api/show"):
            return "application/json", json.dumps(self.shown).encode()
        found = {"id": "id-1", "status": "validating", "data": [], "models": [], "tokens": [1], "prompt": "x"}
        return "application/json", json.dumps(found).encode()

    @property
    def leaked(self) -> list[str]:
        return [path for path, body in self.bodies if CANARY.encode() in body]

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Iterator[Wiretap]:
    tap = Wiretap()
    monkeypatch.setenv("GROQ_API_KEY", KEY)
    monkeypatch.setenv("HF_TOKEN", KEY)
    for name, path in (
        ("GROQ", "/openai/v1"),
        ("HUGGINGFACE", "/v1"),
        ("VLLM", "/v1"),
        ("LLAMACPP", "/v1"),
        ("OPENAI_COMPATIBLE", "/v1"),
        ("OLLAMA", ""),
    ):
        monkeypatch.setenv(f"DOCANALYST_{name}_BASE_URL", tap.url + path)
    yield tap
    tap.close()


@pytest.fixture
def matter(tmp_path: Path) -> Path:
    """A folder with a document, and questions for `eval`."""
    folder = tmp_path / "client" / "matter"
    folder.mkdir(parents=True)
    (folder / "note.txt").write_text(f"The {CANARY} notice period is thirty days.\n", encoding="utf-8")
    asked = {"id": "1", "documents": ["note.txt"], "question": QUESTION, "answerable": True,
             "gold": [{"document": "note.txt", "page": 1, "text": "thirty days"}]}  # fmt: skip
    (folder / "questions.jsonl").write_text(json.dumps(asked) + "\n", encoding="utf-8")
    return folder


Path_ = Callable[[Cli, Path, str, str, bool], None]


def _flags(provider: str, model: str, local: bool) -> list[str]:
    return ["--provider", provider, "--model", model, *(["--local-only"] if local else [])]


def ask(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    cli("ask", folder / "note.txt", "-q", QUESTION, "--yes", *_flags(provider, model, local))


def follow_up(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    cli("ask", folder / "note.txt", "-q", QUESTION, "--provider", "extractive")
    cli("ask", "--continue", "-q", "And then?", "--yes", *_flags(provider, model, local))


def fallback(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    script = folder.parents[1] / "script.json"
    script.write_text(json.dumps([{"error": "rate_limited", "message": "Busy."}]), encoding="utf-8")
    config = folder.parents[1] / "config.toml"
    before = config.read_text(encoding="utf-8") if config.exists() else ""
    config.write_text(f'fallback = ["{provider}/{model}"]\n{before}', encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("DOCANALYST_SCRIPT", str(script))
        cli("ask", folder / "note.txt", "-q", QUESTION, "--yes", *_flags("scripted", "scripted", local))


def batch(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    out = folder.parents[1] / "out.csv"
    cli("batch", folder / "note.txt", "-q", QUESTION, "-o", out, "--yes", *_flags(provider, model, local))


def provider_batch(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    out = folder.parents[1] / "out.csv"
    flags = _flags(provider, model, local)
    cli("batch", folder / "note.txt", "-q", QUESTION, "-o", out, "--provider-batch", "--yes", *flags)


def bench(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    cli("bench", folder / "note.txt", "-q", QUESTION, "-n", 1, "--yes", *_flags(provider, model, local))


def evaluation(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    cli("eval", folder, "--yes", *_flags(provider, model, local))


def given_model(cli: Cli, folder: Path, provider: str, model: str, local: bool) -> None:
    given = create_chat_model(provider, model)
    settings = load_settings(local_only=local or None)
    analyst = Analyst(settings, model=given, keep=False)
    documents, _ = analyst.read([str(folder / "note.txt")])

    async def run() -> None:
        async with aclosing(analyst.ask(documents, QUESTION)) as events:
            async for _event in events:
                pass

    with pytest.raises(DocanalystError):
        asyncio.run(run())


PATHS = {
    item.__name__: item
    for item in (ask, follow_up, fallback, batch, provider_batch, bench, evaluation, given_model)
}
GROQ, QWEN = "openai/gpt-oss-120b", "Qwen/Qwen3-32B"
FORBIDDEN: dict[str, tuple[str, str, bool, str, str]] = {
    # what forbids it: provider, model, --local-only, rules beside the document, rules of the folder above
    "rules that name another": ("groq", GROQ, False, '["vllm"]', ""),
    "rules that name nobody": ("groq", GROQ, False, "[]", ""),
    "rules above that a sub-folder would widen": ("groq", GROQ, False, '["groq", "vllm"]', '["vllm"]'),
    "nobody above": ("groq", GROQ, False, '["groq"]', "[]"),
    "local models alone": ("groq", GROQ, False, '["local"]', ""),
    "only this machine, and a proxy on it": ("groq", GROQ, True, "", ""),
    "only this machine, and an unknown server on it": ("openai-compatible", "m", True, "", ""),
    "another host behind the router": ("huggingface", QWEN + ":nebius", False, '["huggingface:nscale"]', ""),
    "any host behind the router": ("huggingface", QWEN, False, '["huggingface:nscale"]', ""),
    "a local server that may count": ("llamacpp", "gpt-oss", False, '["groq"]', ""),
    "a cloud model by its name": ("ollama", "gpt-oss:120b-cloud", True, "", ""),
    "a cloud behind the local daemon": ("ollama", "kimi", True, "", ""),
    "a cloud that its daemon's name does not cover": ("ollama", "kimi", False, '["ollama", "local"]', ""),
}


@pytest.mark.parametrize("way", PATHS)
@pytest.mark.parametrize("case", FORBIDDEN)
def test_nothing_reaches_what_is_not_allowed(
    case: str, way: str, cli: Cli, wire: Wiretap, matter: Path, tmp_path: Path
) -> None:
    provider, model, local, rules, above = FORBIDDEN[case]
    if way == "provider_batch" and provider != "groq":
        pytest.skip("this provider has no batch API")
    if "behind the local daemon" in case or "daemon's name" in case:
        wire.shown = {"remote_host": "https://ollama.com:443", "remote_model": "kimi-k2"}
    for folder, text in ((matter, rules), (matter.parent, above)):
        if text:
            (folder / ".docanalyst.toml").write_text(f"allowed_providers = {text}\n", encoding="utf-8")
    PATHS[way](cli, matter, provider, model, local)
    assert wire.leaked == []
    kept = [path for path in (tmp_path / "data").rglob("*") if path.is_file()]
    assert not any(KEY.encode() in path.read_bytes() for path in kept)
    assert not any(path.suffix == ".jsonl" for path in kept)


@pytest.mark.parametrize("way", [name for name in PATHS if name != "given_model"])
def test_the_wiretap_hears_what_is_allowed(way: str, cli: Cli, wire: Wiretap, matter: Path) -> None:
    (matter / ".docanalyst.toml").write_text('allowed_providers = ["groq"]\n', encoding="utf-8")
    PATHS[way](cli, matter, "groq", GROQ, False)
    assert wire.leaked


def test_settings_that_allow_nobody(cli: Cli, wire: Wiretap, matter: Path, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("allowed_providers = []\n", encoding="utf-8")
    ran = cli("ask", matter / "note.txt", "-q", QUESTION, "--yes", "--provider", "groq")
    assert ran.code == 2 and "nobody" in ran.err
    assert wire.leaked == []
    assert cli("ask", matter / "note.txt", "-q", QUESTION, "--provider", "extractive").code == 0


@pytest.mark.parametrize("local", [True, False])
def test_a_model_of_another_package_follows_the_rules(matter: Path, local: bool) -> None:
    if not local:
        (matter / ".docanalyst.toml").write_text('allowed_providers = ["vllm"]\n', encoding="utf-8")
    told: list[str] = []

    class Fake(FakeListChatModel):
        def _call(self, messages: Any, *arguments: Any, **options: Any) -> str:
            told.append(str(messages))
            return "Yes."

    analyst = Analyst(load_settings(local_only=local or None), model=Fake(responses=["Yes."]), keep=False)
    documents, _ = analyst.read([str(matter / "note.txt")])

    async def run() -> None:
        async with aclosing(analyst.ask(documents, QUESTION)) as events:
            async for _event in events:
                pass

    with pytest.raises(DocanalystError):
        asyncio.run(run())
    assert told == []


def test_a_local_model_stays_allowed(cli: Cli, wire: Wiretap, matter: Path) -> None:
    (matter / ".docanalyst.toml").write_text('allowed_providers = ["local"]\n', encoding="utf-8")
    for provider, model in (("ollama", "qwen3:32b"), ("vllm", QWEN)):
        wire.bodies.clear()
        assert cli("ask", matter / "note.txt", "-q", QUESTION, *_flags(provider, model, True)).code == 0
        assert wire.leaked


def test_a_cloud_behind_a_daemon_needs_an_agreement_of_its_own(cli: Cli, wire: Wiretap, matter: Path) -> None:
    wire.shown = {"remote_host": "https://ollama.com:443", "remote_model": "kimi-k2"}
    asked = ("ask", matter / "note.txt", "-q", QUESTION, "--provider", "ollama", "--model", "kimi")
    ran = cli(*asked)
    assert ran.code == 2 and "ollama.com" in ran.err and wire.leaked == []
    assert cli(*asked, "--yes").code == 0
    assert wire.leaked


@pytest.mark.parametrize("settings", [{"allowed_providers": "[]"}, {"local_only": "true"}])
@pytest.mark.parametrize("address", ["tcp://10.0.0.5:8786", "tcp://127.0.0.1:8786"])
def test_a_cluster_follows_the_settings(
    address: str, settings: dict[str, str], matter: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(f"DOCANALYST_{name.upper()}", value)
    sent: list[object] = []

    class Told(ClusterWorkers):
        async def run(self, function: Any, *values: Any) -> Any:
            sent.append(values)
            return function(*values)

    unit = Unit("note", (File(str(matter / "note.txt")),))
    with pytest.raises(DocanalystError, match="not sent to the cluster"):
        asyncio.run(Told(address, load_settings()).read(unit, None))
    assert sent == []
    assert asyncio.run(Told("local:2", load_settings()).read(unit, None))[0]


def test_counting_by_the_server_waits_for_the_rules(wire: Wiretap, matter: Path) -> None:
    (matter / ".docanalyst.toml").write_text('allowed_providers = ["groq"]\n', encoding="utf-8")
    analyst = Analyst(load_settings(), keep=False)
    documents, _ = analyst.read([str(matter / "note.txt")])
    with pytest.raises(DocanalystError):
        asyncio.run(analyst.prepare(documents, QUESTION, AskOptions("llamacpp", "gpt-oss")))
    assert wire.leaked == []
