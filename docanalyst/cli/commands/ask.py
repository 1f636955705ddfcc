"""`docanalyst ask`: ask questions about whole documents."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.evidence import AnswerPrinter, budget_line, evidence_lines, receipt_line, usage_line
from docanalyst.cli.files import STDIN, read_words
from docanalyst.cli.options import Globals, GlobalsCommand, read_options
from docanalyst.domain.errors import UnverifiedCitations, UsageError
from docanalyst.domain.events import AnswerDelta, Finished, Planned
from docanalyst.domain.models import OFFLINE
from docanalyst.domain.turns import TurnStatus
from docanalyst.exporters.presentation.receipt import cut_short

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.analyst.privacy import Consent
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Session, Turn


@dataclass(frozen=True, slots=True)
class _Flags:
    """The options of the command, by the names that click gives them."""

    prompt: str | None
    session_id: str | None
    go_on: bool
    fork: str | None
    reread: bool
    think: bool | None
    max_output: int | None
    strict: bool
    repair: bool
    no_store: bool
    no_stream: bool
    yes: bool
    passages: int | None


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
    help="A question; repeatable; - reads it from stdin.",
)
@click.option("-p", "--prompt", metavar="NAME", help="A prompt (see `prompts list`).")
@click.option("--session", "session_id", metavar="ID", help="Continue this session.")
@click.option("--continue", "go_on", is_flag=True, help="Continue the latest session.")
@click.option("--fork", metavar="TURN", help="Continue from this earlier turn in a new branch.")
@click.option(
    "--reread", is_flag=True, help="Read the session's files again instead of using the saved pages."
)
@click.option("--think/--no-think", default=None, help="Turn the model's reasoning on or off.")
@click.option(
    "--max-output", type=click.IntRange(min=1), metavar="N", help="Tokens to reserve for the answer."
)
@click.option("--passages", type=click.IntRange(1, 50), metavar="N", help="Offline: show N passages in full.")
@click.option("--strict", is_flag=True, help="Exit with code 7 if any citation is not verified.")
@click.option("--repair", is_flag=True, help="Send unverified quotes back once for a corrected answer.")
@click.option("--no-store", is_flag=True, help="Do not save this session.")
@click.option("--no-stream", is_flag=True, help="Print the answer only when it is complete.")
@click.option("--yes", is_flag=True, help="Send without asking for confirmation.")
@click.pass_obj
def command(
    shared: Globals,
    /,
    paths: tuple[str, ...],
    password: str | None,
    questions: tuple[str, ...],
    **given: Any,
) -> None:
    """Ask questions about whole documents; the answer streams to stdout, then the check of its quotes.

    PATH is a PDF, .docx, .txt or .md file, or a folder of them; contract.pdf:3-40,55 sends only those pages.
    """
    flags = _Flags(**given)
    questions = tuple(read_words(STDIN).strip() if question == STDIN else question for question in questions)
    if not flags.prompt and not all(question.strip() for question in questions or ("",)):
        raise UsageError("No question given.", "Put the question after -q, or choose a prompt with -p NAME.")
    if flags.no_store and flags.repair:
        raise UsageError("--repair continues a saved session.", "Drop --no-store.")
    if sum(map(bool, (flags.session_id, flags.go_on, flags.fork))) > 1:
        raise UsageError("More than one session given.", "Use only one of --session, --continue and --fork.")
    if flags.no_store and (flags.session_id or flags.go_on or flags.fork):
        raise UsageError("A continued session is always saved.", "Drop --no-store.")

    import asyncio

    from docanalyst.analyst import AskOptions
    from docanalyst.analyst.warming import warm_up
    from docanalyst.cli.opening import (
        agree,
        announce_recovered,
        ask_for_consent,
        documents_of,
        read_documents,
    )

    shared.if_stopped = ("Nothing was sent.", "")
    analyst = shared.analyst(keep=not flags.no_store, traces=not flags.no_store)
    options = AskOptions(
        prompt=flags.prompt, thinking=flags.think, max_output=flags.max_output, passages=flags.passages
    )
    if not flags.no_store:
        announce_recovered(analyst, shared)
    session, parent = _session_to_continue(analyst, flags.session_id, flags.fork, go_on=flags.go_on)
    warm_up(analyst, options)
    if paths:
        documents = read_documents(analyst, paths, shared, password=password)
        if session is not None:
            _note_other_documents(session, parent, documents, shared)
    elif session is not None:
        documents = documents_of(analyst, session, parent, shared, reread=flags.reread, password=password)
    else:
        raise UsageError("No documents given.", "Name a PDF, a .docx, .txt or .md file, or a folder.")

    asked = _Questions(
        analyst,
        documents,
        shared,
        session,
        parent.id if parent and flags.fork else None,
        not flags.no_stream,
        agree if flags.yes else ask_for_consent,
    )
    turns = []
    waiting = list(questions or ("",))
    repaired = False
    while waiting:
        turn = asyncio.run(asked.ask(waiting.pop(0), options))
        turns.append(turn)
        again = _correction(turn) if flags.repair and not repaired else None
        repaired = again is not None
        if again is not None:
            output.note("note: sending the unverified quotes back to the model once", quiet=shared.quiet)
            waiting.insert(0, again)
            options = replace(options, prompt=None)
            turns.pop()
    if flags.strict:
        _require_verified(turns)


def _correction(turn: Turn) -> str | None:
    """Return the question that sends unverified quotes back; None where there is none to send."""
    from docanalyst.domain.answers.repair import repair_question

    return None if turn.provider == OFFLINE else repair_question(turn)


def _session_to_continue(
    analyst: Analyst, session_id: str | None, fork: str | None, *, go_on: bool
) -> tuple[Session | None, Turn | None]:
    """Return the session to continue and the turn to continue from; (None, None) for a new session."""
    from docanalyst.analyst.documents.sources import last_turn

    if fork is not None:
        turn = analyst.store.turns.get(fork)
        return analyst.store.sessions.get(turn.session_id), turn
    if session_id is not None:
        session = analyst.store.sessions.get(session_id)
        return session, last_turn(session)
    if not go_on:
        return None, None
    latest = analyst.store.sessions.latest()
    if latest is None:
        raise UsageError(
            "There is no session to continue.", "Start one with `docanalyst ask FILE -q QUESTION`."
        )
    return latest, last_turn(latest)


def _note_other_documents(
    session: Session, parent: Turn | None, documents: list[Document], shared: Globals
) -> None:
    """Note that a session continues with other documents than before."""
    from docanalyst.analyst.documents.sources import members_of

    before = members_of(session, parent)
    if [item.sha256 for item in before] != [document.sha256 for document in documents]:
        names = ", ".join(item.name for item in before)
        output.note(
            f"note: the previous question was about {names}; only the documents named now are sent",
            quiet=shared.quiet,
        )


@dataclass(slots=True)
class _Questions:
    """Asks questions about the same documents and prints the answers as they arrive."""

    analyst: Analyst
    documents: list[Document]
    shared: Globals
    session: Session | None
    parent_id: str | None
    stream: bool
    consent: Consent
    answered: int = 0
    shown: set[str] = field(default_factory=set)

    async def ask(self, question: str, options: AskOptions) -> Turn:
        """Ask one question, print the answer and make it the turn to continue from."""
        from asyncio import CancelledError

        from docanalyst.analyst.history import followed
        from docanalyst.cli.heartbeat import heartbeat

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
                spec = self.analyst.choose(options).spec
                if self.analyst.router.counts_itself(spec):
                    alive.sent(Path(spec.model_id).name, "is loading")
                async for event in events:
                    if isinstance(event, Planned):
                        self._announce(event)
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
        except (CancelledError, KeyboardInterrupt):
            printer.end()
            raise
        assert finished is not None
        self.session, self.parent_id = followed(self.session, finished), finished.id
        return finished

    def _announce(self, planned: Planned) -> None:
        """Print notes and warnings about the request, each only once."""
        for line in planned.notes:
            if line not in self.shown:
                output.note(line, quiet=self.shared.quiet)
        for line in planned.warnings:
            if line not in self.shown:
                output.warning(line)
        self.shown.update(planned.notes, planned.warnings)
        output.detail(budget_line(planned.budget, planned.cost), self.shared)
        if self.analyst.keep:
            output.detail(f"saving to {self.analyst.store.path}", self.shared)
        self._stopping(planned.session_id, "The partial answer was saved.")

    def _stopping(self, session_id: str, of_this: str) -> None:
        """Set the message for Ctrl-C.

        Args:
            of_this: About the partial answer; "" between two answers.
        """
        if not self.analyst.keep:
            self.shared.if_stopped = ("Nothing was saved (--no-store).", "")
            return
        before = f"Answers saved: {self.answered}." if self.answered else ""
        saved = " ".join(filter(None, (before, of_this)))
        self.shared.if_stopped = (saved, f"Run `docanalyst sessions show {session_id}` to see it.")


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
            "the answer was cut off at the output limit; raise it with --max-output N"
            if turn.answer
            else "the model used its whole output limit on reasoning and gave no answer; "
            "raise --max-output or use --no-think"
        )
    if turn.receipt is not None and turn.receipt.context_complete is False:
        output.warning(cut_short(turn.receipt))
    output.detail(usage_line(turn), shared)
    output.note(receipt_line(turn, kept=kept), quiet=shared.quiet)


def _require_verified(turns: list[Turn]) -> None:
    citations = [citation for turn in turns for citation in turn.citations]
    failed = [citation for citation in citations if not citation.verified]
    if failed or not citations:
        raise UnverifiedCitations(
            f"{len(failed)} of {len(citations)} citations {'is' if len(failed) == 1 else 'are'} not verified."
            if citations
            else "The answer has no citations, so nothing is verified.",
            "Check them in the evidence list above.",
        )
