"""`ask --each`: every document whole in a request of its own, then one answer over what was verified."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from batch.batch_support import CLAUSES, write_contracts
from batch.grid_server import GridServer, Seen
from support import Cli

from docanalyst.analyst import Analyst
from docanalyst.batch.parts.evidence import excerpts_of, gather
from docanalyst.domain.citations import Quote
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.grid.grids import FieldAnswer, Row, RowStatus, Stated
from docanalyst.domain.verification.verify import verify
from docanalyst.settings import load_settings

MERGE = "Each document was read whole in a request of its own."
QUESTION = "What is the rent?"
Served = Callable[[str], None]


def words_of(seen: Seen) -> str:
    return "\n".join(message["content"] for message in seen.body["messages"])


def is_merging(seen: Seen) -> bool:
    return MERGE in words_of(seen)


def test_every_document_is_read_whole_once_and_the_answer_cites_the_originals(
    tmp_path: Path, served: Served, cli: Cli
) -> None:
    paths = write_contracts(tmp_path / "contracts", 5)
    with GridServer() as server:
        served(server.url)
        ran = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes", "--json")
    assert ran.code == 0, ran.err
    parts = server.requests[:-1]
    assert [is_merging(seen) for seen in server.requests] == [False] * 5 + [True]
    for path in paths:
        for page in path.read_text(encoding="utf-8").split("\f"):
            assert sum(page in words_of(seen) for seen in parts) == 1, "each page is on the wire once"
    turn = json.loads(ran.out)
    assert turn["status"] == "complete"
    assert {citation["verdict"] for citation in turn["citations"]} <= {"verbatim", "normalized"}
    assert {citation["document"] for citation in turn["citations"]} == {f"D{n}" for n in range(1, 6)}
    assert {citation["path"] for citation in turn["citations"]} == {str(path) for path in paths}
    assert [part["documents"] for part in turn["parts"]] == [[f"D{n}"] for n in range(1, 6)]
    assert all(part["status"] == "complete" and part["tokens"] > 0 for part in turn["parts"])
    billed = sum(part["cost"]["micros"] for part in turn["parts"]) + turn["cost"]["micros"]
    assert billed == server.bill.micros


def test_the_merging_request_holds_verified_words_alone(tmp_path: Path, served: Served, cli: Cli) -> None:
    write_contracts(tmp_path / "contracts", 4)

    def behave(seen: Seen) -> str:
        return "wrong quote" if "CONTRACT-0002" in words_of(seen) and not is_merging(seen) else ""

    with GridServer(behave) as server:
        served(server.url)
        ran = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes", "--json")
    assert ran.code == 0, ran.err
    merging = words_of(next(seen for seen in server.requests if is_merging(seen)))
    assert "these words stand nowhere" not in merging
    assert "value of passages" not in merging, "no word of an answer is evidence"
    listed = re.findall(r"^(D\d) \| .+ \| (.+)$", merging, re.MULTILINE)
    assert [name for name, _ in listed] == ["D1", "D2", "D3", "D4"], "documents without a finding are listed"
    assert dict(listed)["D2"] == "nothing found on 2 pages"
    shown = re.findall(r"^\[(D\d) p\.\d[^\]]*\]\n(.+?)\n\n(?=\[D|</doc)", merging, re.MULTILINE | re.DOTALL)
    for name, text in shown:
        original = (tmp_path / "contracts" / f"contract-000{name[1]}.txt").read_text(encoding="utf-8")
        assert all(piece in original for piece in text.split("\n\n"))
    turn = json.loads(ran.out)
    assert turn["parts"][1]["unverified"] == 1 and turn["parts"][1]["passages"] == 0
    assert "D2" not in {citation["document"] for citation in turn["citations"]}


def test_a_part_that_failed_makes_the_answer_partial_by_name_and_is_asked_again(
    tmp_path: Path, served: Served, cli: Cli
) -> None:
    write_contracts(tmp_path / "contracts", 4)
    broken = {"CONTRACT-0003"}

    def behave(seen: Seen) -> str:
        return (
            "malformed frame"
            if any(name in words_of(seen) for name in broken) and not is_merging(seen)
            else ""
        )

    with GridServer(behave) as server:
        served(server.url)
        ran = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes")
        assert ran.code == 8
        assert "contract-0003.txt" in ran.err and "partial" in ran.err
        assert "Run the same command again" in ran.err
        broken.clear()
        before = len(server.requests)
        again = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes", "--json")
        assert again.code == 0, again.err
    assert json.loads(again.out)["status"] == "complete"
    asked = server.requests[before:]
    assert ["CONTRACT-0003" in words_of(seen) for seen in asked] == [True, True]
    assert [is_merging(seen) for seen in asked] == [False, True]


def test_the_cap_holds_over_parts_and_merging(tmp_path: Path, served: Served, cli: Cli) -> None:
    write_contracts(tmp_path / "contracts", 6)
    with GridServer() as server:
        served(server.url)
        ran = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes", "--max-cost", "0.012",
                  "--concurrency", "1")  # fmt: skip
        assert ran.code == 9, ran.err
        assert not any(is_merging(seen) for seen in server.requests)
        assert server.bill.micros <= 12_000
        whole = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes", "--max-cost", "5")
    assert whole.code == 0, whole.err
    assert [len(bills) for bills in server.bill.tokens.values()] and server.bill.seen["0001"] <= 2


def test_what_does_not_fit_alone_or_cannot_be_read_is_refused_before_anything_is_sent(
    tmp_path: Path, served: Served, cli: Cli
) -> None:
    folder = tmp_path / "contracts"
    write_contracts(folder, 2)
    (folder / "huge.txt").write_text("A clause of many words and figures. " * 20_000, encoding="utf-8")
    with GridServer() as server:
        served(server.url)
        ran = cli("ask", folder, "--each", "-q", QUESTION, "--yes")
        assert ran.code == 4 and "tokens" in ran.err
        assert "skipped" not in ran.err, "nothing is left out in silence here"
        (folder / "huge.txt").unlink()
        (folder / "broken.pdf").write_bytes(b"%PDF-1.4 nothing")
        ran = cli("ask", folder, "--each", "-q", QUESTION, "--yes")
        assert ran.code == 3 and "broken.pdf" in ran.err
    assert not server.requests


def test_evidence_larger_than_the_window_is_merged_in_whole_sets(
    tmp_path: Path, served: Served, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "contracts"
    write_contracts(folder, 12)
    model = {"Qwen/Qwen3-32B": {"price": {"input": 1.0, "output": 2.0}, "structured": "", "window": 3200}}
    with GridServer() as server:
        served(server.url)
        monkeypatch.setenv("DOCANALYST_PROVIDERS", json.dumps({"vllm": {"models": model}}))
        monkeypatch.setenv("DOCANALYST_MAX_OUTPUT", "600")
        ran = cli("ask", folder, "--each", "-q", QUESTION, "--yes", "--json")
    merging = [seen for seen in server.requests if is_merging(seen)]
    assert ran.code == 0, ran.err
    turn = json.loads(ran.out)
    sets = [part["documents"] for part in turn["parts"] if part["level"] == 1]
    assert len(sets) > 1 and sorted(name for names in sets for name in names) == sorted(
        f"D{n}" for n in range(1, 13)
    )
    assert len(merging) == len(sets) + 1
    assert {citation["verdict"] for citation in turn["citations"]} == {"verbatim"}
    assert "merged in" in ran.err


def test_evidence_that_merging_does_not_make_smaller_is_refused(
    tmp_path: Path, served: Served, cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_contracts(tmp_path / "contracts", 12)
    model = {"Qwen/Qwen3-32B": {"price": {"input": 1.0, "output": 2.0}, "structured": "", "window": 1900}}
    with GridServer() as server:
        served(server.url)
        monkeypatch.setenv("DOCANALYST_PROVIDERS", json.dumps({"vllm": {"models": model}}))
        monkeypatch.setenv("DOCANALYST_MAX_OUTPUT", "600")
        ran = cli("ask", tmp_path / "contracts", "--each", "-q", QUESTION, "--yes")
    assert ran.code == 4
    assert "tokens" in ran.err and "narrower question" in ran.err


def test_only_the_words_of_verified_quotations_are_taken() -> None:
    page = Page(1, None, f"{CLAUSES[0]}\n{CLAUSES[1]}\n{CLAUSES[2]}")
    document = Document("a" * 64, "Lease", (page,), path="lease.txt")
    other = replace(document, sha256="b" * 64, path="other.txt")
    true, false = verify(
        [Quote(CLAUSES[1], "D1", 1, 1), Quote(CLAUSES[1].replace("4,500", "5,400"), "D1", 1, 2)], [document]
    )
    assert true.verified and not false.verified
    first, second = excerpts_of([document, other], [true, false])
    assert first.pages[0].text.endswith(CLAUSES[1]) and "5,400" not in first.pages[0].text
    assert CLAUSES[2] not in first.pages[0].text
    assert CLAUSES[0] in first.pages[0].text, "the line with its date stays"
    assert second.pages == ()
    row = Row("lease.txt", RowStatus.COMPLETE, (FieldAnswer("passages", Stated.STATED, "x", (true, false)),))
    assert gather([document], [row]).parts[0].unverified == 1


def test_offline_it_says_that_no_model_has_read(tmp_path: Path, cli: Cli) -> None:
    write_contracts(tmp_path / "contracts", 3)
    ran = cli(
        "ask", tmp_path / "contracts", "--each", "-q", "What is the monthly rent?", "--provider", "extractive"
    )
    assert ran.code == 0, ran.err
    assert "No model has read" in ran.out and "verified" in ran.out
    assert "3 of 3 parts" in ran.err


def test_it_refuses_what_does_not_go_with_it(tmp_path: Path, cli: Cli) -> None:
    write_contracts(tmp_path / "c", 1)
    for option in ("--continue", "--no-store", "--repair", "--reread"):
        ran = cli("ask", tmp_path / "c", "--each", "-q", QUESTION, option)
        assert ran.code == 2 and option in ran.err


def test_its_run_is_no_batch_of_the_user(tmp_path: Path, served: Served, cli: Cli) -> None:
    write_contracts(tmp_path / "c", 2)
    with GridServer() as server:
        served(server.url)
        assert cli("ask", tmp_path / "c", "--each", "-q", QUESTION, "--yes").code == 0
    listed = cli("batch", "status")
    assert "each-" not in listed.out + listed.err


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_in_the_middle_it_goes_on_without_paying_twice(tmp_path: Path, served: Served) -> None:
    write_contracts(tmp_path / "contracts", 30)
    command = [sys.executable, "-m", "docanalyst", "ask", str(tmp_path / "contracts"), "--each", "-q"]
    command += [QUESTION, "--yes", "--json"]
    kill_at = [10, 24]
    running: dict[str, subprocess.Popen[str]] = {}

    def behave(seen: Seen) -> str:
        if kill_at and len(server.requests) >= kill_at[0] and running:
            kill_at.pop(0)
            running.pop("now").send_signal(signal.SIGKILL)
        return ""

    with GridServer(behave, latency=0.05) as server:
        served(server.url)
        for _ in range(3):
            pipe = subprocess.PIPE
            process = subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True)
            running["now"] = process
            out, err = process.communicate(timeout=120)
    assert process.returncode == 0 and not kill_at, err
    turn = json.loads(out)
    assert turn["status"] == "complete" and len(turn["parts"]) == 30
    merged = 1
    lost = sum(len(bills) - 1 for bills in server.bill.tokens.values()) - merged
    assert lost <= 2 * 8, "only what was in flight at a kill may be asked again"
    assert sum(is_merging(seen) for seen in server.requests) == merged


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.skipif("DOCANALYST_BATCH_PDFS" not in os.environ, reason="the long campaign, with real PDFs")
def test_sixty_real_documents_of_more_than_a_million_tokens(
    served: Served, cli: Cli, shared: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = [path for name in ("corpus", "evaldata") for path in sorted((shared / name).rglob("*.pdf"))
             if path.parent.name != "hostile"]  # fmt: skip
    documents: dict[str, Document] = {}
    analyst = Analyst(load_settings(None))
    for path in found:
        with suppress(DocumentError):  # a few of the odd ones cannot be read
            document = analyst.read([str(path)])[0][0]
            documents[document.sha256] = document
    size = {key: sum(len(page.text) for page in item.pages) for key, item in documents.items()}
    documents = {key: documents[key] for key in sorted(size, key=size.__getitem__)[-60:]}
    paths = [document.path for document in documents.values()]
    # Two of them are books of 150,000 tokens.
    model = {"Qwen/Qwen3-32B": {"price": {"input": 1.0, "output": 2.0}, "structured": "", "window": 262_144}}
    with GridServer(latency=0.2) as server:
        served(server.url)
        monkeypatch.setenv("DOCANALYST_PROVIDERS", json.dumps({"vllm": {"models": model}}))
        ran = cli("ask", *paths, "--each", "-q", QUESTION, "--yes", "--json", "--concurrency", "16")
    assert ran.code == 0, ran.err
    turn = json.loads(ran.out)
    parts = [words_of(seen) for seen in server.requests if not is_merging(seen)]
    assert sum(part["tokens"] for part in turn["parts"]) > 1_000_000
    assert len(turn["parts"]) == len(documents) == len(parts)
    for document in documents.values():
        for page in document.pages:
            if len(page.text) > 300:
                assert sum(page.text in words for words in parts) >= 1
    assert sum(len(page.text) for document in documents.values() for page in document.pages) <= sum(
        map(len, parts)
    )
    assert all(citation["verdict"] in ("verbatim", "normalized") for citation in turn["citations"])
    cited = {citation["sha256"] for citation in turn["citations"]}
    assert len(cited) > len(documents) * 0.8
