"""The server process of a local model, with a stand-in for llama.cpp: start, share, stop, ways to fail."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import aclosing
from pathlib import Path
from typing import Any

import pytest
from conftest import CANARY
from model_files import QWEN3_32B, write_header

from docanalyst.domain.errors import ConnectionFailed, DocanalystError, ModelUnavailable, UsageError
from docanalyst.domain.models import Delta
from docanalyst.domain.request import Request
from docanalyst.providers import create_chat_model
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.local import memory
from docanalyst.providers.local import server as servers
from docanalyst.providers.local.files import entry_of
from docanalyst.providers.local.gguf import read_model_file
from docanalyst.providers.local.memory import NotEnoughMemory
from docanalyst.providers.local.model import LocalModel, count
from docanalyst.providers.model import Options
from docanalyst.providers.preflight import destination

pytestmark = pytest.mark.anyio

LLAMA = Path(__file__).parents[1] / "llama"
CATALOG = load_catalog()
Make = Callable[..., Request]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts the stand-in where the package would be, and says how it misbehaves."""
    monkeypatch.syspath_prepend(str(LLAMA))
    monkeypatch.setenv("PYTHONPATH", str(LLAMA))
    monkeypatch.setattr(servers, "free_memory", lambda: 64 << 30)
    yield lambda how: monkeypatch.setenv("FAKE_LLAMA", how)
    servers.stop_servers()
    servers._servers.clear()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return write_header(tmp_path / "Qwen3-32B.gguf", QWEN3_32B)


def model_of(file: Path) -> LocalModel:
    provider = CATALOG.provider("local")
    return LocalModel(entry_of(provider, str(file)).spec, provider, CATALOG, Options())


async def collect(model: LocalModel, request: Request) -> list[Delta]:
    async with aclosing(model.stream(request)) as deltas:
        return [delta async for delta in deltas]


def process_of(file: Path) -> Any:
    return servers.server_of(read_model_file(str(file)))._process


async def ended(process: Any) -> bool:
    for _ in range(100):
        if not process.is_alive:
            return True
        await asyncio.sleep(0.05)
    return False


async def test_the_first_question_starts_it_and_the_next_shares_it(
    library: Any, file: Path, request_for: Make
) -> None:
    model = model_of(file)
    assert process_of(file) is None
    deltas = await collect(model, request_for())
    assert "".join(delta.answer for delta in deltas) == "The rent is $4,500."
    assert deltas[-1].finish_reason == "stop" and deltas[-1].usage is not None
    first = process_of(file)
    await collect(model, request_for("And the term?"))
    assert process_of(file) is first and first.is_alive


async def test_several_questions_at_once_share_one_process(
    library: Any, file: Path, request_for: Make
) -> None:
    model = model_of(file)
    answers = await asyncio.gather(*(collect(model, request_for(f"Question {n}?")) for n in range(8)))
    assert {"".join(delta.answer for delta in deltas) for deltas in answers} == {"The rent is $4,500."}
    assert servers.server_of(read_model_file(str(file))).is_idle


async def test_a_larger_request_loads_it_again_with_a_larger_context(
    library: Any, file: Path, request_for: Make
) -> None:
    model, server = model_of(file), servers.server_of(read_model_file(str(file)))
    await collect(model, request_for())
    first, before = process_of(file), server.fit
    await collect(model, request_for(max_output=60_000))
    assert before is not None and server.fit is not None
    assert before.context < 60_000 <= server.fit.context and server.fit.factor == 2
    assert not first.is_alive and process_of(file).is_alive


async def test_it_answers_to_its_own_key_alone(library: Any, file: Path, request_for: Make) -> None:
    await collect(model_of(file), request_for())
    address = process_of(file).address
    assert address.url.startswith("http://127.0.0.1:") and len(address.key) >= 32
    for headers in ({}, {"Authorization": "Bearer wrong"}):
        with pytest.raises(urllib.error.HTTPError) as caught:
            urllib.request.urlopen(urllib.request.Request(address.url + "/slots", headers=headers))
        assert caught.value.code == 401
    command = Path(f"/proc/{process_of(file)._process.pid}/cmdline")
    if command.exists():
        assert address.key not in command.read_bytes().decode()


async def test_it_counts_by_the_file_and_loads_what_the_answer_needs(
    library: Any, file: Path, request_for: Make
) -> None:
    provider = CATALOG.provider("local")
    spec, request = entry_of(provider, str(file)).spec, request_for()
    words = sum(len(message.content.split()) for message in request.messages())
    assert await count(spec, provider, request) == words
    first = process_of(file)
    await collect(model_of(file), request)
    assert process_of(file) is first


async def test_a_request_far_over_the_window_does_not_load_it(
    library: Any, file: Path, request_for: Make
) -> None:
    provider = CATALOG.provider("local")
    spec = entry_of(provider, str(file)).spec
    assert await count(spec, provider, request_for(max_output=200_000)) is None
    assert process_of(file) is None


@pytest.mark.parametrize(
    ("how", "kind", "words"),
    [
        ("cannot_load", ModelUnavailable, "something nobody has seen before"),
        ("unknown_family", ModelUnavailable, "does not know the family 'nextgen'"),
        ("out_of_memory", ModelUnavailable, "not enough memory"),
        ("crashes", ModelUnavailable, "signal 6"),
        ("dies_before_answer", ConnectionFailed, "signal 9"),
        ("dies_in_answer", ConnectionFailed, "signal 9"),
    ],
)
async def test_an_end_is_told_with_its_reason(
    library: Any, file: Path, request_for: Make, how: str, kind: type[DocanalystError], words: str
) -> None:
    library(how)
    said = ""
    with pytest.raises(kind, match=words) as caught:
        async with aclosing(model_of(file).stream(request_for())) as deltas:
            async for delta in deltas:
                said += delta.answer
    assert caught.value.hint.endswith(".") and caught.value.message.endswith(".")
    assert ("partial answer is kept" in caught.value.hint) == (how == "dies_in_answer") == bool(said)
    assert servers.server_of(read_model_file(str(file))).is_idle


async def test_after_an_end_the_next_question_starts_it_again(
    library: Any, file: Path, request_for: Make
) -> None:
    model = model_of(file)
    await collect(model, request_for())
    process_of(file)._process.kill()
    assert await ended(process_of(file))
    assert await collect(model, request_for())


async def test_a_stopped_answer_leaves_an_idle_model_loaded(
    library: Any, file: Path, request_for: Make
) -> None:
    model = model_of(file)
    async with aclosing(model.stream(request_for())) as deltas:
        async for _ in deltas:
            break
    process = process_of(file)
    await asyncio.sleep(0.3)
    assert process.is_alive and process_of(file) is process


async def test_a_stopped_answer_ends_a_model_that_does_not_let_go(
    library: Any, file: Path, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "_GRACE", 0.2)
    library("never_lets_go")
    async with aclosing(model_of(file).stream(request_for())) as deltas:
        async for _ in deltas:
            process = process_of(file)
            break
    assert await ended(process)


async def test_a_question_stopped_while_the_model_is_loading_ends_it(
    library: Any, file: Path, request_for: Make
) -> None:
    library("slow_load")
    asking = asyncio.ensure_future(collect(model_of(file), request_for()))
    await asyncio.sleep(0.5)
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    server = servers.server_of(read_model_file(str(file)))
    for _ in range(100):
        if not server._door.locked():
            break
        await asyncio.sleep(0.05)
    assert not server._door.locked() and not server._alive() and server.is_idle


async def test_too_little_memory_is_refused_before_anything_is_loaded(
    library: Any, file: Path, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(servers, "free_memory", lambda: 1 << 30)
    with pytest.raises(NotEnoughMemory, match=r"1\.0 GiB is free"):
        await collect(model_of(file), request_for(max_output=8_000))
    assert process_of(file) is None


async def test_without_the_package_it_says_what_installs_it(
    file: Path, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(memory, "find_spec", lambda name: None)
    with pytest.raises(UsageError, match="xllamacpp") as caught:
        await collect(model_of(file), request_for())
    assert "[local]" in caught.value.hint and "pip install xllamacpp" in caught.value.hint


async def test_a_package_that_cannot_be_loaded_is_told(
    library: Any, file: Path, request_for: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise ImportError('GLIBC_2.99 not found')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with pytest.raises(UsageError, match=r"GLIBC_2\.99 not found"):
        await collect(model_of(file), request_for())


async def test_a_module_of_the_current_folder_is_never_run(
    library: Any, file: Path, request_for: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "xllamacpp.py").write_text("raise SystemExit('planted')")
    (tmp_path / "json.py").write_text("raise SystemExit('planted')")
    monkeypatch.chdir(tmp_path)
    assert await collect(model_of(file), request_for())


async def test_another_file_takes_the_place_of_an_idle_one(
    library: Any, file: Path, request_for: Make, tmp_path: Path
) -> None:
    await collect(model_of(file), request_for())
    first = process_of(file)
    other = write_header(tmp_path / "other.gguf", QWEN3_32B | {"general.name": "Other"})
    await collect(model_of(other), request_for())
    assert not first.is_alive and process_of(other).is_alive


async def test_it_is_a_langchain_model_like_any_other(library: Any, file: Path) -> None:
    chat = create_chat_model("local", str(file), max_tokens=500)
    answer = await chat.ainvoke("What is the rent?")
    assert answer.content == "The rent is $4,500." and answer.usage_metadata["output_tokens"] == 2
    assert chat.destination.stays_here  # type: ignore[attr-defined]


async def test_it_is_on_this_machine_for_every_rule(file: Path) -> None:
    spec = entry_of(CATALOG.provider("local"), str(file)).spec
    target = destination(spec, CATALOG, {}.get)
    assert target.stays_here and not target.needs_consent and target.sends
    assert "local" in target.allowed_as


_PARENT = """
import asyncio, sys, threading
from docanalyst.providers.local import server
from docanalyst.providers.local.gguf import read_model_file
server.free_memory = lambda: 64 << 30
wanted = threading.Event(); wanted.set()
found = server.server_of(read_model_file(sys.argv[1]))
def tell():
    server.time.sleep(0.5)
    print(server_pid(), flush=True)
threading.Thread(target=tell, daemon=True).start()
def server_pid():
    import os, pathlib
    own = str(os.getpid())
    for task in pathlib.Path(f"/proc/{own}/task").iterdir():
        for child in (task / "children").read_text().split():
            return child
found.enter(5000, 10000, wanted)
if sys.argv[2] == "exit":
    server.time.sleep(1); raise SystemExit
server.time.sleep(60)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="finds the process by /proc")
@pytest.mark.parametrize("how", ["exit", "SIGKILL", "SIGTERM", "SIGINT"])
@pytest.mark.parametrize("while_loading", [False, True], ids=["loaded", "loading"])
def test_no_server_outlives_the_program(
    file: Path, how: str, while_loading: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "exit" and while_loading:
        pytest.skip("the program does not end by itself while it waits")
    root = Path(__file__).parents[2]
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join((str(LLAMA), str(root))))
    monkeypatch.setenv("FAKE_LLAMA", "slow_load" if while_loading else "")
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, str(file), how], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    assert b"worker.py" in Path(f"/proc/{child}/cmdline").read_bytes()
    if how != "exit":
        time.sleep(0.3)
        parent.send_signal(getattr(signal, how))
    parent.wait(20)
    for _ in range(100):
        try:
            if Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                break
        except FileNotFoundError:
            break
        time.sleep(0.05)
    else:
        os.kill(child, signal.SIGKILL)
        pytest.fail("the server outlived the program")


def test_a_caller_that_gives_up_before_its_turn_leaves_nothing_behind(library: Any, file: Path) -> None:
    server = servers.server_of(read_model_file(str(file)))
    wanted = threading.Event()
    with server._door, pytest.raises(servers.GivenUp):
        server.enter(1_000, 10_000, wanted)
    assert server.is_idle


def test_a_key_in_the_environment_is_in_no_error(
    library: Any, file: Path, request_for: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", CANARY)
    library("cannot_load")
    with pytest.raises(ModelUnavailable) as caught:
        asyncio.run(collect(model_of(file), request_for()))
    assert CANARY not in caught.value.message + caught.value.hint
