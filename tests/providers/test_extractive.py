"""The offline analyst as a model."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from contextlib import aclosing

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.packing import pack
from docanalyst.domain.request import Exchange, Request
from docanalyst.providers.extractive import KEPT_INDEXES, ExtractiveModel, _indexes, index_of
from docanalyst.providers.model import Model

LEASE = Document(
    "sha-lease",
    "lease",
    (Page(1, "i", "The Tenant pays rent monthly."), Page(2, "1", "This lease is governed by Irish law.")),
)


def request(question: str, *documents: Document, history: tuple[Exchange, ...] = ()) -> Request:
    packed = pack(documents, mark="m", count=len)
    return Request("", packed, documents, "", question, history)


async def collect(asked: Request) -> list[Delta]:
    model = ExtractiveModel()
    async with aclosing(model.stream(asked)) as deltas:
        found = [delta async for delta in deltas]
    await model.aclose()
    return found


def test_it_is_a_model() -> None:
    assert isinstance(ExtractiveModel(), Model)
    assert ExtractiveModel().spec.provider == "extractive"


def test_it_streams_passage_by_passage_and_ends_once() -> None:
    deltas = asyncio.run(collect(request("Which law governs the lease? Who pays rent?", LEASE)))
    assert len([delta for delta in deltas if delta.answer]) >= 3
    assert [delta.finish_reason for delta in deltas if delta.finish_reason] == ["stop"]
    assert deltas[-1].usage == Usage() and not deltas[-1].answer
    assert 'D1 p.2 "This lease is governed by Irish law."' in "".join(delta.answer for delta in deltas)


def test_history_is_used() -> None:
    other = Document(
        "sha-amendment", "amendment", (Page(1, None, "Rent is now paid weekly, says this change."),)
    )
    deltas = asyncio.run(
        collect(request("and in the amendment?", LEASE, other, history=(Exchange("How is rent paid?", "…"),)))
    )
    answer = "".join(delta.answer for delta in deltas)
    assert answer.index("D2 p. 1") < answer.index("D1 p.") if "D1 p." in answer else "D2 p. 1" in answer


def test_stopping_early_leaves_nothing_behind() -> None:
    async def first() -> str:
        async with aclosing(ExtractiveModel().stream(request("rent", LEASE))) as deltas:
            async for delta in deltas:
                return delta.answer
        return ""

    assert "Extractive answer" in asyncio.run(first())


def test_an_index_is_kept_for_the_next_question_and_no_more_than_two() -> None:
    _indexes.clear()
    documents = (LEASE,)
    assert index_of(documents) is index_of(documents)
    for number in range(KEPT_INDEXES + 2):
        index_of((Document(f"s{number}", "t", (Page(1, None, "text"),)),))
    assert len(_indexes) == KEPT_INDEXES


def test_a_selection_of_pages_is_another_index() -> None:
    assert index_of((LEASE,)) is not index_of((LEASE.select([2]),))


def test_many_at_once() -> None:
    async def all_at_once() -> list[list[Delta]]:
        return await asyncio.gather(*(collect(request(f"rent {n}", LEASE)) for n in range(16)))

    answers = {"".join(delta.answer for delta in deltas) for deltas in asyncio.run(all_at_once())}
    assert all("[^1]: D1 p.1 " in answer for answer in answers)


def test_no_model_library_is_loaded() -> None:
    code = (
        "import sys, docanalyst.providers.extractive; "
        "print([name for name in ('langchain_core', 'httpx') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
