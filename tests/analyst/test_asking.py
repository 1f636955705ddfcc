"""However a turn ends, it is kept, checked and accounted for."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import replace

import pytest
from doubles import ANSWER, ToldModel, in_pieces

from docanalyst.analyst import Analyst, AskOptions
from docanalyst.analyst.saving import StoreSaver
from docanalyst.domain.citations import Verdict
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import ConnectionFailed, ContextTooLarge, StorageError, UsageError
from docanalyst.domain.events import AnswerDelta, CitationsChecked, Event, Finished, Planned
from docanalyst.domain.models import Delta, Usage
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.tokens import qwen3


async def collect(analyst: Analyst, documents: list[Document], question: str, **how: object) -> list[Event]:
    async with aclosing(analyst.ask(documents, question, **how)) as events:  # type: ignore[arg-type]
        return [event async for event in events]


def ask(analyst: Analyst, document: Document, question: str = "What is the rent?", **how: object) -> Turn:
    events = asyncio.run(collect(analyst, [document], question, **how))
    finished = events[-1]
    assert isinstance(finished, Finished)
    return finished.turn


def stored(analyst: Analyst, turn: Turn) -> Turn:
    return analyst.store.turns.get(turn.id)


def test_events_come_in_order_and_the_turn_is_kept(lease: Document) -> None:
    usage = Usage(input_tokens=1_000, cached_tokens=100, output_tokens=50)
    model = ToldModel(in_pieces(ANSWER, usage=usage))
    analyst = Analyst(model=model)
    events = asyncio.run(collect(analyst, [lease], "What is the rent?"))
    kinds = [type(event) for event in events]
    assert kinds[0] is Planned
    assert kinds[-2:] == [CitationsChecked, Finished]
    assert set(kinds[1:-2]) == {AnswerDelta}
    assert "".join(event.text for event in events if isinstance(event, AnswerDelta)) == ANSWER
    turn = events[-1].turn  # type: ignore[union-attr]
    assert turn.status is TurnStatus.COMPLETE
    assert [citation.verdict for citation in turn.citations] == [Verdict.VERBATIM, Verdict.VERBATIM]
    assert turn.cost is not None and turn.cost.micros == 900 * 1 + 100 * 1 + 50 * 2
    assert stored(analyst, turn) == turn
    assert model.closed == 1


def test_the_request_holds_every_page_once_and_its_count_is_exact(lease: Document) -> None:
    model = ToldModel(in_pieces("No."))
    turn = ask(Analyst(model=model), lease)
    (request,) = model.requests
    messages = request.messages()
    assert [message.role for message in messages] == ["system", "user"]
    for page in lease.pages:
        assert messages[1].content.count(page.text) == 1
    rows = [{"role": message.role, "content": message.content} for message in messages]
    assert turn.receipt is not None
    assert turn.receipt.counted_tokens == qwen3.count_messages(rows, thinking=False)
    assert turn.receipt.documents[0].tokens < turn.receipt.counted_tokens


def test_a_changed_number_is_not_verified(lease: Document) -> None:
    answer = 'Rent.[^1]\n\n[^1]: D1 p.2 "The Tenant shall pay rent of $5,400 per month"\n'
    turn = ask(Analyst(model=ToldModel(in_pieces(answer))), lease)
    assert [citation.verdict for citation in turn.citations] == [Verdict.ALTERED]
    assert turn.coverage is not None and turn.coverage.supported == 0


def test_a_stopped_answer_is_kept_as_interrupted(lease: Document) -> None:
    model = ToldModel([Delta(answer=ANSWER), None])
    analyst = Analyst(model=model)

    async def stop_after_the_first() -> str:
        async with aclosing(analyst.ask([lease], "What is the rent?")) as events:
            async for event in events:
                if isinstance(event, Planned):
                    turn_id = event.turn_id
                if isinstance(event, AnswerDelta):
                    return turn_id
        raise AssertionError

    turn = analyst.store.turns.get(asyncio.run(stop_after_the_first()))
    assert turn.status is TurnStatus.INTERRUPTED
    assert turn.answer == ANSWER
    assert len(turn.citations) == 2
    assert model.closed == 1


def test_a_cancelled_task_keeps_what_came_in(lease: Document) -> None:
    analyst = Analyst(model=ToldModel([Delta(reasoning="Let me look."), Delta(answer="Rent is"), None]))

    async def cancel_in_the_middle() -> None:
        received = asyncio.Event()

        async def consume() -> None:
            async with aclosing(analyst.ask([lease], "What is the rent?")) as events:
                async for event in events:
                    if isinstance(event, AnswerDelta):
                        received.set()

        task = asyncio.create_task(consume())
        await received.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(cancel_in_the_middle())
    session = analyst.store.sessions.latest()
    assert session is not None
    (turn,) = session.turns
    assert (turn.status, turn.answer, turn.reasoning) == (TurnStatus.INTERRUPTED, "Rent is", "Let me look.")


@pytest.mark.parametrize(
    ("before", "status"), [([], TurnStatus.FAILED), ([Delta(answer="Rent is")], TurnStatus.INTERRUPTED)]
)
def test_a_provider_that_fails_leaves_its_words_and_its_error(
    lease: Document, before: list[Delta], status: TurnStatus
) -> None:
    analyst = Analyst(model=ToldModel([*before, ConnectionFailed("The connection broke.")]))
    with pytest.raises(ConnectionFailed):
        asyncio.run(collect(analyst, [lease], "What is the rent?"))
    session = analyst.store.sessions.latest()
    assert session is not None
    (turn,) = session.turns
    assert turn.status is status
    assert turn.answer == "".join(delta.answer for delta in before)
    assert turn.error == "The connection broke."


def test_an_answer_cut_at_its_limit_is_truncated(lease: Document) -> None:
    turn = ask(Analyst(model=ToldModel(in_pieces("Rent is", finish="length"))), lease)
    assert (turn.status, turn.finish_reason) == (TurnStatus.TRUNCATED, "length")


def test_a_provider_that_read_less_is_found_out(lease: Document) -> None:
    big = replace(lease, pages=tuple(replace(page, text=page.text * 200) for page in lease.pages))
    turn = ask(Analyst(model=ToldModel(in_pieces("No.", usage=Usage(2_048, 0, 1)))), big)
    assert turn.receipt is not None
    assert turn.receipt.billed_tokens == 2_048
    assert turn.receipt.context_complete is False


def test_usage_that_is_not_reported_is_counted_and_says_so(lease: Document) -> None:
    turn = ask(Analyst(model=ToldModel(in_pieces("No."))), lease)
    assert turn.usage is not None and turn.usage.estimated
    assert turn.usage.output_tokens == qwen3.count("No.")
    assert turn.receipt is not None
    assert turn.receipt.billed_tokens is None
    assert turn.receipt.context_complete is None


def test_what_fits_exactly_is_sent_and_one_token_more_is_refused(lease: Document) -> None:
    plan = Analyst(model=ToldModel([])).plan([lease], "What is the rent?")
    needed = plan.budget.used + plan.budget.reserved_output
    model = ToldModel(in_pieces("Yes."), context_window=needed)
    assert ask(Analyst(model=model), lease).status is TurnStatus.COMPLETE
    model = ToldModel(in_pieces("Yes."), context_window=needed - 1)
    analyst = Analyst(model=model)
    with pytest.raises(ContextTooLarge) as caught:
        ask(analyst, lease)
    assert caught.value.budget.overflow == 1
    assert "exceed it by 1 token." in caught.value.message
    assert model.requests == []
    assert len(analyst.store.sessions.recent()) == 1


def test_a_follow_up_repeats_the_documents_byte_for_byte(lease: Document) -> None:
    model = ToldModel(in_pieces("It is $4,500."))
    analyst = Analyst(model=model)
    first = ask(analyst, lease)
    session = analyst.store.sessions.get(first.session_id)
    second = ask(analyst, lease, "Per month?", session=session)
    before, after = (request.messages() for request in model.requests)
    assert after[: len(before)] == before
    assert [message.role for message in after] == ["system", "user", "assistant", "user"]
    assert after[2].content == "It is $4,500."
    assert second.session_id == first.session_id
    assert second.parent_id == first.id
    rows = [{"role": message.role, "content": message.content} for message in after]
    assert second.receipt is not None
    assert second.receipt.counted_tokens == qwen3.count_messages(rows, thinking=False)


def test_nothing_is_kept_when_nothing_is_to_be_kept(lease: Document) -> None:
    analyst = Analyst(model=ToldModel(in_pieces(ANSWER)), keep=False)
    turn = ask(analyst, lease)
    assert turn.status is TurnStatus.COMPLETE
    assert not analyst.settings.store_path.exists()


def test_thinking_reserves_more(lease: Document) -> None:
    analyst = Analyst(model=ToldModel([]))
    plain = analyst.plan([lease], "Q?")
    thinking = analyst.plan([lease], "Q?", AskOptions(thinking=True))
    assert thinking.budget.reserved_output > plain.budget.reserved_output
    assert plain.budget.used - thinking.budget.used == 4


@pytest.mark.parametrize("question", ["", "  \n"])
def test_no_question_is_a_usage_error(lease: Document, question: str) -> None:
    model = ToldModel(in_pieces("Yes."))
    with pytest.raises(UsageError):
        asyncio.run(collect(Analyst(model=model), [lease], question))
    assert model.requests == []


def test_nothing_is_sent_where_the_turn_cannot_be_kept(
    lease: Document, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*arguments: object) -> None:
        raise StorageError("The disk is full.")

    monkeypatch.setattr(StoreSaver, "start", full)
    model = ToldModel(in_pieces("Yes."))
    with pytest.raises(StorageError):
        asyncio.run(collect(Analyst(model=model), [lease], "What is the rent?"))
    assert (model.requests, model.closed) == ([], 1)


def test_no_document_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        asyncio.run(collect(Analyst(model=ToldModel([])), [], "Q?"))
