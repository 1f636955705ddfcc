"""The tools over the protocol, called by the SDK's own client as another program calls them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import anyio
import httpx
import pytest
from support import SAMPLES

mcp = pytest.importorskip("mcp", reason="the extra `mcp` is not installed")

from docanalyst.analyst import Analyst  # noqa: E402 - after the check that the extra is there
from docanalyst.mcp.roots import Roots  # noqa: E402
from docanalyst.mcp.server import make_server  # noqa: E402
from docanalyst.mcp.tools import Tools  # noqa: E402

TOOLS = {
    "list_documents",
    "read_document",
    "pack_plan",
    "verify_quotes",
    "check_brief",
    "find_passages",
    "search_documents",
    "search_sessions",
    "ask",
}
Call = Callable[..., Any]


@pytest.fixture
def call() -> Call:
    """call("tool", …) → its data; roots: folders that may be read."""

    def run(tool: str, *, roots: tuple[Path, ...] = (SAMPLES,), **arguments: Any) -> Any:
        async def ask(client: Any) -> Any:
            result = await client.call_tool(tool, arguments)
            words = "".join(getattr(item, "text", "") for item in result.content)
            return words if result.is_error else result.structured_content

        return with_client(ask, roots)

    return run


def with_client(work: Callable[[Any], Awaitable[Any]], roots: tuple[Path, ...] = (SAMPLES,)) -> Any:
    async def go() -> Any:
        tools = Tools(Analyst(keep=False), Analyst(), Roots([str(root) for root in roots]))
        async with mcp.Client(make_server(tools)) as client:
            return await work(client)

    return anyio.run(go)


def test_the_tools_say_what_is_read_only_and_what_leaves_the_machine() -> None:
    async def listed(client: Any) -> Any:
        return (await client.list_tools()).tools

    tools = {tool.name: tool for tool in with_client(listed)}
    assert set(tools) == TOOLS and all(tool.description for tool in tools.values())
    open_world = {name for name, tool in tools.items() if tool.annotations.open_world_hint}
    writing = {name for name, tool in tools.items() if not tool.annotations.read_only_hint}
    assert open_world == writing == {"ask"}


def test_twenty_quotes_over_three_documents(call: Call) -> None:
    read = call("read_document", path="mutual-nda.pdf", pages="2")
    words = read["pages"][0]["text"].split()
    true = [" ".join(words[place : place + 9]) for place in range(0, 180, 10)][:18]
    paths = ["mutual-nda.pdf", "first-amendment.pdf", "field-study.pdf"]
    false = ["The Recipient shall pay ninety thousand dollars at once.", true[0] + " never"]
    checked = call("verify_quotes", paths=paths, quotes=[*true, *false])
    verdicts = [citation["verdict"] for citation in checked["citations"]]
    assert len(verdicts) == 20 and checked["verified"] == 18
    assert not {"verbatim", "normalized"} & set(verdicts[18:])
    assert [document["id"] for document in checked["documents"]] == ["D1", "D2", "D3"]


def test_a_quote_is_held_to_the_place_that_it_names(call: Call) -> None:
    text = call("read_document", path="mutual-nda.pdf", pages="2")["pages"][0]["text"]
    words = " ".join(text.split()[5:20])
    quotes = [{"quote": words, "document": "D1", "page": 2}, {"quote": words, "document": "D1", "page": 4}]
    checked = call("verify_quotes", paths=["mutual-nda.pdf"], quotes=quotes)["citations"]
    assert checked[0]["verdict"] in ("verbatim", "normalized") and checked[1]["verdict"] == "wrong_page"


def test_a_brief_is_checked_with_the_line_of_each_quotation(call: Call, tmp_path: Path) -> None:
    text = call("read_document", path="mutual-nda.pdf", pages="2")["pages"][0]["text"]
    words = " ".join(text.split()[5:20])
    brief = (
        f"The agreement says “{words}.”\n\nIt adds that “the tenant may keep nine lively parrots at home.”"
    )
    checked = call("check_brief", sources=["mutual-nda.pdf"], text=brief)
    assert [citation["line"] for citation in checked["citations"]] == [1, 3] and checked["verified"] == 1
    (tmp_path / "brief.md").write_text(brief, encoding="utf-8")
    again = call("check_brief", roots=(SAMPLES, tmp_path), sources=["mutual-nda.pdf"], brief="brief.md")
    assert again["verified"] == 1
    assert "either" in call("check_brief", sources=["mutual-nda.pdf"])


@pytest.mark.parametrize("tool", ["read_document", "verify_quotes", "check_brief", "find_passages", "ask"])
def test_nothing_outside_the_folders_is_read(call: Call, tmp_path: Path, tool: str) -> None:
    inside, outside = tmp_path / "inside", tmp_path / "outside"
    inside.mkdir()
    outside.mkdir()
    (outside / "secret.txt").write_text("The canary sings at dawn.")
    (inside / "link.txt").symlink_to(outside / "secret.txt")
    (inside / "folder").symlink_to(outside)
    (inside / "open.txt").write_text("Nothing to see.")
    for path in (
        str(outside / "secret.txt"),
        "../outside/secret.txt",
        "link.txt",
        "folder/secret.txt",
        str(inside / ".." / "outside" / "secret.txt"),
        str(outside / "missing.txt"),
        "../outside/secret.txt:1",
        "~/secret.txt",
    ):
        arguments: dict[str, Any] = {
            "read_document": {"path": path},
            "verify_quotes": {"paths": [path], "quotes": ["The canary sings at dawn."]},
            "check_brief": {"sources": ["open.txt"], "brief": path},
            "find_passages": {"paths": [path], "question": "Who sings?"},
            "ask": {"paths": [path], "question": "Who sings?", "provider": "extractive"},
        }[tool]
        told = call(tool, roots=(inside,), **arguments)
        assert isinstance(told, str) and "canary" not in told and "outside" in told, (path, told)


def test_saved_sessions_about_other_folders_are_not_found(call: Call, tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("The canary sings at dawn.")
    here = (SAMPLES, tmp_path)
    asked = call("ask", roots=here, paths=["other.txt"], question="Who sings?", provider="extractive")
    assert asked["status"] == "complete" and asked["citations"][0]["verdict"] == "verbatim"
    assert call("search_sessions", roots=here, text="canary")["hits"]
    assert call("search_sessions", text="canary")["hits"] == []


def test_passages_and_hits_name_their_pages(call: Call) -> None:
    found = call("find_passages", paths=["mutual-nda.pdf"], question="How long does it last?", limit=2)
    assert found["reader"] == "extractive" and 1 <= len(found["passages"]) <= 2
    assert all(
        passage["page"] and passage["verdict"] in ("verbatim", "normalized") for passage in found["passages"]
    )
    hits = call("search_documents", paths=["mutual-nda.pdf"], text="CONFIDENTIAL   information", limit=3)
    assert len(hits["hits"]) == 3 < hits["total"] and hits["hits"][0]["page"] >= 1


def test_a_plan_counts_and_says_when_it_does_not_fit(call: Call, tmp_path: Path) -> None:
    plan = call("pack_plan", paths=["mutual-nda.pdf"], question="How long?")
    assert plan["fits"] and plan["token_count"] == "exact" and plan["documents"][0]["tokens"] > 1_000
    (tmp_path / "long.txt").write_text("word and word again. " * 60_000)
    large = call("pack_plan", roots=(tmp_path,), paths=["long.txt"])
    assert not large["fits"] and large["overflow_tokens"] > 0 and large["suggestion"]


def test_a_page_is_a_resource(tmp_path: Path) -> None:
    folder = tmp_path / "a folder"
    folder.mkdir()
    shutil.copy(SAMPLES / "first-amendment.pdf", folder / "one two.pdf")
    (tmp_path / "out.txt").write_text("Out of bounds.")

    async def read(client: Any) -> tuple[str, bool]:
        listed = (await client.call_tool("list_documents", {})).structured_content
        (document,) = listed["documents"]
        text = (await client.read_resource(document["resource"])).contents[0].text
        refused = False
        try:
            await client.read_resource("document://..%2Fout.txt/1")
        except mcp.MCPError:
            refused = True
        return text, refused

    text, refused = with_client(read, (folder,))
    assert "Amendment" in text and refused


def test_errors_have_a_hint_and_no_traceback(call: Call) -> None:
    for told in (
        call("read_document", path="missing.pdf"),
        call("read_document", path="mutual-nda.pdf", pages="90"),
        call("verify_quotes", paths=["mutual-nda.pdf"], quotes=[]),
        call("verify_quotes", paths=["mutual-nda.pdf"], quotes=[{"page": 3}]),
        call("search_documents", paths=["mutual-nda.pdf"], text="  "),
        call("ask", paths=["mutual-nda.pdf"], question="How long?", provider="nowhere"),
        call("read_document", path=""),
    ):
        assert isinstance(told, str) and "Traceback" not in told and told.rstrip().endswith("."), told


def test_nothing_is_sent_without_the_users_own_consent(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-canary")
    sent: list[bytes] = []

    async def send(_: object, request: httpx.Request, **named: object) -> httpx.Response:
        sent.append(request.content)
        raise httpx.ConnectError("no network")

    monkeypatch.setattr("httpx.AsyncClient.send", send)
    (tmp_path / "canary.txt").write_text("The canary sings at dawn.")
    told = call("ask", roots=(tmp_path,), paths=["canary.txt"], question="Who sings?", provider="groq")
    assert isinstance(told, str) and "have not agreed" in told and "gsk-canary" not in told
    assert not any(b"canary" in content for content in sent)


@pytest.mark.slow
def test_stdio_in_a_process_of_its_own_with_progress(tmp_path: Path) -> None:
    from mcp.client.stdio import stdio_client

    told: list[float] = []

    async def heard(progress: float, total: float | None, message: str | None) -> None:
        told.append(progress)

    async def go() -> Any:
        server = mcp.StdioServerParameters(
            command=sys.executable,
            args=["-m", "docanalyst", "mcp", "--root", str(SAMPLES), "--data-dir", str(tmp_path / "data")],
            env={**os.environ, "HOME": str(tmp_path)},
        )
        async with stdio_client(server) as streams, mcp.ClientSession(*streams) as session:
            await session.initialize()
            return await session.call_tool(
                "read_document", {"path": "services-agreement.pdf"}, progress_callback=heard
            )

    result = anyio.run(go)
    data = result.structured_content or json.loads(result.content[0].text)
    assert len(data["pages"]) == 23 and told
