"""`docanalyst ask`: ask questions about whole documents."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from docanalyst.cli import output
from docanalyst.cli.answering import Answering
from docanalyst.cli.files import STDIN, read_words
from docanalyst.cli.options import Globals, GlobalsCommand, read_options, skip_option
from docanalyst.domain.errors import UnverifiedCitations, UsageError
from docanalyst.domain.models import OFFLINE
from docanalyst.formats.detection import READABLE

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst, AskOptions
    from docanalyst.analyst.privacy import Consent
    from docanalyst.cli.each import Each
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
    each: bool
    by: str
    concurrency: int
    max_cost: float | None


class AskCommand(GlobalsCommand):
    """`ask PATH… -- "question"`: what stands last after `--` is a question, unless it is a file."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Treat the last argument after `--` as a question."""
        if "--" in args:
            last = len(args) - 1
            if args.index("--") < last and not Path(args[last]).exists():
                args = ["--question", args[last], *args[:last]]
        return super().parse_args(ctx, args)


@click.command(
    "ask",
    cls=AskCommand,
    examples=(
        "docanalyst ask contract.pdf -q 'What is the warranty period?'",
        "docanalyst ask deal/ -q 'Who may terminate?' -q 'On what notice?' --json",
        "docanalyst ask deals/ --each -q 'Which contracts cap liability, and at what amount?'",
        "docanalyst ask contract.pdf -- 'Who may terminate?'",
        "docanalyst ask --continue -q 'And for the amendment?'",
    ),
)
@read_options
@skip_option
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
@click.option(
    "--each",
    is_flag=True,
    help="Send each document whole in a request of its own, then ask over the verified passages.",
)
@click.option("--by", type=click.Choice(["file", "folder"]), default="file",
              help="With --each: one request for each file or each folder.")  # fmt: skip
@click.option("--concurrency", type=click.IntRange(1, 64), default=8, show_default=True, metavar="N",
              help="With --each: maximum number of simultaneous requests.")  # fmt: skip
@click.option(
    "--max-cost", type=click.FloatRange(min=0), metavar="USD", help="With --each: cost cap in US dollars."
)
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

    PATH is a document or a folder of them; contract.pdf:3-40,55 sends only those pages.
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

    if flags.each:
        turns = asyncio.run(_each(shared, paths, password, flags).ask(questions or ("",)))
        if flags.strict:
            _require_verified(turns)
        return

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
        raise UsageError("No documents given.", f"Name {READABLE} file, or a folder.")

    asked = _Questions(
        Answering(analyst, shared, stream=not flags.no_stream),
        documents,
        session,
        parent.id if parent and flags.fork else None,
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


def _each(shared: Globals, paths: tuple[str, ...], password: str | None, flags: _Flags) -> Each:
    """Return the command for `--each`. Raises UsageError for options that do not go with it."""
    from docanalyst.batch.jobs import JobOptions
    from docanalyst.cli.each import Each

    unfit = {"--session": flags.session_id, "--continue": flags.go_on, "--fork": flags.fork,
             "--reread": flags.reread, "--repair": flags.repair, "--no-store": flags.no_store}  # fmt: skip
    for name, given in unfit.items():
        if given:
            raise UsageError(f"--each and {name} cannot be combined.", f"Drop {name}.")
    if not paths:
        raise UsageError("No documents given.", f"Name {READABLE} file, or a folder.")
    wanted = JobOptions(
        by=flags.by,
        thinking=flags.think,
        max_output=flags.max_output,
        concurrency=flags.concurrency,
        max_cost_usd=flags.max_cost,
        password=password,
    )
    return Each(shared, paths, wanted, flags.prompt, not flags.no_stream, flags.yes, flags.passages)


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
    """Asks questions about the same documents, each as a follow-up of the one before."""

    screen: Answering
    documents: list[Document]
    session: Session | None
    parent_id: str | None
    consent: Consent

    async def ask(self, question: str, options: AskOptions) -> Turn:
        """Ask one question, print the answer and make it the turn to continue from."""
        from docanalyst.analyst.history import followed

        analyst = self.screen.analyst
        events = analyst.ask(
            self.documents,
            question,
            options=options,
            session=self.session,
            parent_id=self.parent_id,
            consent=self.consent,
        )
        finished = await self.screen.show(events, analyst.choose(options).spec)
        self.session, self.parent_id = followed(self.session, finished), finished.id
        return finished


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
