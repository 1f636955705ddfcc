"""`docanalyst ask`: questions over whole documents."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import click

from docanalyst.cli import output
from docanalyst.cli.evidence import AnswerPrinter, budget_line, evidence_lines, receipt_line, usage_line
from docanalyst.cli.files import STDIN, read_words
from docanalyst.cli.heartbeat import heartbeat
from docanalyst.cli.options import Globals, GlobalsCommand, read_options
from docanalyst.domain.answers.repair import repair_question
from docanalyst.domain.errors import UnverifiedCitations, UsageError
from docanalyst.domain.events import AnswerDelta, Finished, Planned
from docanalyst.domain.turns import TurnStatus

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.analyst.privacy import Consent
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Session, Turn


@click.command(
    "ask",
    cls=GlobalsCommand,
    examples=(
        "docanalyst ask contract.pdf -q 'What is the warranty period?'",
        "docanalyst ask deal/ -q 'Who may terminate?' -q 'On what notice?' --json",
        "docanalyst ask --continue -q 'And for the amendment?'",
    ),
)
@read_options
@click.option(
    "-q",
    "--question",
    "questions",
    multiple=True,
    metavar="TEXT",
    help="A question; repeatable; - for stdin.",
)
@click.option("-p", "--prompt", metavar="NAME", help="A prompt of the library (see `prompts`).")
@click.option("--session", "session_id", metavar="ID", help="Go on with this session.")
@click.option("--continue", "go_on", is_flag=True, help="Go on with the latest session.")
@click.option("--fork", metavar="TURN", help="Go on from this turn of a session, beside what came after it.")
@click.option("--reread", is_flag=True, help="Read a session's files again instead of the stored pages.")
@click.option("--think/--no-think", default=None, help="Let the model think first, or not.")
@click.option("--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to keep for the answer.")
@click.option("--strict", is_flag=True, help="Exit 7 if any citation is not verified.")
@click.option("--repair", is_flag=True, help="Send failed quotes back once, for a corrected answer.")
@click.option("--no-store", is_flag=True, help="Keep nothing of this.")
@click.option("--no-stream", is_flag=True, help="Print the answer when it is whole.")
@click.option("--yes", is_flag=True, help="Do not ask before sending.")
@click.pass_obj
def command(
    shared: Globals,
    paths: tuple[str, ...],
    password: str | None,
    questions: tuple[str, ...],
    prompt: str | None,
    session_id: str | None,
    go_on: bool,
    fork: str | None,
    reread: bool,
    think: bool | None,
    max_output: int | None,
    strict: bool,
    repair: bool,
    no_store: bool,
    no_stream: bool,
    yes: bool,
) -> None:
    """Ask over the whole documents; the answer streams to stdout, with its evidence checked.

    PATH is a PDF, a .txt or .md file, or a folder (its PDFs); contract.pdf:3-40,55 takes only those pages.
    """
    questions = tuple(read_words(STDIN).strip() if question == STDIN else question for question in questions)
    if not prompt and not all(question.strip() for question in questions or ("",)):
        raise UsageError("There is no question.", "Ask one with -q TEXT, or choose a prompt with -p NAME.")
    if no_store and repair:
        raise UsageError("--repair goes on with the answer, so it needs the store.", "Leave out --no-store.")
    if sum(map(bool, (session_id, go_on, fork))) > 1:
        raise UsageError("A question goes on from one place.", "Give --session, --continue or --fork alone.")
    if no_store and (session_id or go_on or fork):
        raise UsageError("--no-store keeps nothing, so there is no session to go on with.", "Leave it out.")

    from docanalyst.analyst import AskOptions
    from docanalyst.analyst.remarks import OFFLINE
    from docanalyst.analyst.warming import warm_up
    from docanalyst.cli.opening import (
        agree,
        announce_recovered,
        ask_for_consent,
        documents_of,
        read_documents,
    )

    shared.if_stopped = ("Nothing was sent.", "")
    analyst = shared.analyst(keep=not no_store, traces=not no_store)
    options = AskOptions(prompt=prompt, thinking=think, max_output=max_output)
    if not no_store:
        announce_recovered(analyst, shared)
    session, parent = _session_to_go_on(analyst, session_id, fork, go_on=go_on)
    warm_up(analyst, options)
    if paths:
        documents = read_documents(analyst, paths, shared, password=password)
        if session is not None:
            _tell_of_others(session, parent, documents, shared)
    elif session is not None:
        documents = documents_of(analyst, session, parent, shared, reread=reread, password=password)
    else:
        raise UsageError("There is nothing to ask over.", "Name a PDF, a text file or a folder.")

    line = _Line(
        analyst,
        documents,
        shared,
        session,
        parent.id if parent and fork else None,
        not no_stream,
        agree if yes else ask_for_consent,
    )
    turns = []
    waiting = list(questions or ("",))
    repaired = False
    while waiting:
        turn = asyncio.run(line.ask(waiting.pop(0), options))
        turns.append(turn)
        again = repair_question(turn) if repair and not repaired and turn.provider != OFFLINE else None
        repaired = again is not None
        if again is not None:
            output.note("note: the quotes that failed go back to the model once", quiet=shared.quiet)
            waiting.insert(0, again)
            options = replace(options, prompt=None)
            turns.pop()
    if strict:
        _require_verified(turns)


def _session_to_go_on(
    analyst: Analyst, session_id: str | None, fork: str | None, *, go_on: bool
) -> tuple[Session | None, Turn | None]:
    """The session that a question belongs to, and the turn it goes on from; None for a new one."""
    from docanalyst.analyst.documents.sources import last_turn

    if fork is not None:
        turn = analyst.store.get_turn(fork)
        return analyst.store.get_session(turn.session_id), turn
    if session_id is not None:
        session = analyst.store.get_session(session_id)
        return session, last_turn(session)
    if not go_on:
        return None, None
    latest = analyst.store.latest_session()
    if latest is None:
        raise UsageError("There is no session yet to go on with.", "Name documents and ask a question.")
    return latest, last_turn(latest)


def _tell_of_others(
    session: Session, parent: Turn | None, documents: list[Document], shared: Globals
) -> None:
    """Say so when a session goes on over other documents than before."""
    from docanalyst.analyst.documents.sources import members_of

    before = members_of(session, parent)
    if [item.sha256 for item in before] != [document.sha256 for document in documents]:
        names = ", ".join(item.name for item in before)
        output.note(
            f"note: the question before was asked over {names}; only what is named now is sent",
            quiet=shared.quiet,
        )


@dataclass(slots=True)
class _Line:
    """A line of questions over the same documents, printed as they are answered."""

    analyst: Analyst
    documents: list[Document]
    shared: Globals
    session: Session | None
    parent_id: str | None
    stream: bool
    consent: Consent
    answered: int = 0
    told: set[str] = field(default_factory=set)

    async def ask(self, question: str, options: AskOptions) -> Turn:
        """Ask one question, print what comes, and stand on its turn."""
        from docanalyst.analyst.history import followed

        printer = AnswerPrinter(stream=self.stream and not self.shared.json)
        finished: Turn | None = None
        events = self.analyst.ask(
            self.documents,
            question,
            options=options,
            session=self.session,
            parent_id=self.parent_id,
            consent=self.consent,
        )
        try:
            async with heartbeat(quiet=self.shared.quiet) as alive, aclosing(events):
                async for event in events:
                    if isinstance(event, Planned):
                        self._tell(event)
                        alive.sent(event.model.provider)
                        continue
                    alive.came()
                    if isinstance(event, AnswerDelta):
                        printer.write(event.text)
                    elif isinstance(event, Finished):
                        finished = event.turn
                        self.answered += 1
                        self._stopping(finished.session_id, "")
                        _show(finished, printer, self.shared, kept=self.analyst.keep)
        except (asyncio.CancelledError, KeyboardInterrupt):
            printer.end()
            raise
        assert finished is not None
        self.session, self.parent_id = followed(self.session, finished), finished.id
        return finished

    def _tell(self, planned: Planned) -> None:
        """What is about to be sent; what was told before is not told again."""
        for line in planned.notes:
            if line not in self.told:
                output.note(line, quiet=self.shared.quiet)
        for line in planned.warnings:
            if line not in self.told:
                output.warning(line)
        self.told.update(planned.notes, planned.warnings)
        output.detail(budget_line(planned.budget, planned.cost), self.shared)
        if self.analyst.keep:
            output.detail(f"kept in {self.analyst.store.path}", self.shared)
        self._stopping(planned.session_id, "What had come in is saved.")

    def _stopping(self, session_id: str, of_this: str) -> None:
        """Set the words for Ctrl-C. of_this: about the answer that is coming in; "" between two answers."""
        if not self.analyst.keep:
            self.shared.if_stopped = ("Nothing is kept (--no-store).", "")
            return
        before = f"Questions answered and saved: {self.answered}." if self.answered else ""
        saved = " ".join(filter(None, (before, of_this)))
        self.shared.if_stopped = (saved, f"See it with: docanalyst sessions show {session_id}")


def _show(turn: Turn, printer: AnswerPrinter, shared: Globals, *, kept: bool) -> None:
    if shared.json:
        from docanalyst.domain.records.turns import turn_record

        output.data_json(turn_record(turn))
    else:
        printer.finish(turn.answer)
        for line in evidence_lines(turn):
            output.data(*line)
    if turn.status is TurnStatus.TRUNCATED:
        output.warning(
            "the answer was cut off at the output limit; raise it with --max-output"
            if turn.answer
            else "the model spent its whole output on thinking and gave no answer; "
            "raise --max-output or use --no-think"
        )
    if turn.receipt is not None and turn.receipt.context_complete is False:
        output.warning(
            f"the provider counted {turn.receipt.billed_tokens:,} tokens where "
            f"{turn.receipt.counted_tokens:,} were sent: it did not read all of the documents"
        )
    output.detail(usage_line(turn), shared)
    output.note(receipt_line(turn, kept=kept), quiet=shared.quiet)


def _require_verified(turns: list[Turn]) -> None:
    citations = [citation for turn in turns for citation in turn.citations]
    failed = [citation for citation in citations if not citation.verified]
    if failed or not citations:
        raise UnverifiedCitations(
            f"{len(failed)} of {len(citations)} citations are not verified."
            if citations
            else "The answer cites nothing, so nothing is verified.",
            "See the evidence list above.",
        )
