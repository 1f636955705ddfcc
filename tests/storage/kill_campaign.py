"""Kills a process that uses a store, again and again, and checks after each kill that nothing was lost.

Run as a program: `python kill_campaign.py DIRECTORY SEED ROUNDS`. Prints one JSON object: kills by what was
going on, and what was found wrong. Half of the kills strike at a seeded count of the database's own
instructions, so they can be repeated exactly; the others at a seeded moment of the clock, so that they also
strike inside a write.
"""

from __future__ import annotations

import json
import os
import random
import select
import signal
import sqlite3
import sys
import time
from collections import Counter
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.records.sessions import session_record
from docanalyst.domain.records.turns import turn_record
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, database, new_id
from docanalyst.storage.batches import BatchItem, BatchRun
from docanalyst.storage.database import Database
from docanalyst.storage.schema import migrations

KINDS = ("asking", "importing", "deleting", "purging", "migrating", "batching", "rescuing")
WEIGHTS = (8, 4, 3, 2, 4, 2, 2)
STEPS = (
    migrations.Step(
        migrations.SCHEMA_VERSION + 1, "mood",
        "ALTER TABLE turns ADD COLUMN mood TEXT; UPDATE turns SET mood = 'calm', answer = answer;",
    ),
    migrations.Step(
        migrations.SCHEMA_VERSION + 2, "places",
        "CREATE TABLE places AS SELECT * FROM pages; CREATE INDEX by_place ON places (text);",
    ),
)  # fmt: skip
NEWEST = STEPS[-1].number


def document(rng: random.Random) -> Document:
    mark = f"{rng.getrandbits(256):064x}"
    pages = tuple(
        Page(n, None, f"Page {n} of {mark[:9]} 合同 " + "clause " * rng.randrange(400)) for n in (1, 2, 3)
    )
    return Document(mark, f"Contract {mark[:6]}", pages, path=f"{mark[:6]}.pdf")


def answered(rng: random.Random, turn: Turn) -> Turn:
    citations = tuple(
        Citation(n, "D1", f"quote {rng.random()}", Verdict.VERBATIM) for n in range(rng.randrange(4))
    )
    text = f"Answer {rng.random()} 违约 " * rng.randrange(1, 300)
    return replace(turn, status=TurnStatus.COMPLETE, answer=text, citations=citations, finish_reason="stop")


def digest(turn: Turn) -> str:
    return sha256(json.dumps(turn_record(turn)).encode()).hexdigest()


class Child:
    """The process that is killed. Tells over a pipe what it begins and what the store has acknowledged."""

    def __init__(self, path: Path, seed: int, kind: str, instructions: int, pipe: int) -> None:
        self.rng, self.kind, self.pipe, self.path = random.Random(seed), kind, pipe, path
        self.left, self.armed = instructions, False
        connect = database.connect

        def watched(*args: Any, **options: Any) -> sqlite3.Connection:
            connection = connect(*args, **options)
            connection.set_progress_handler(self.tick, 5)
            return connection

        for module in (database, sys.modules["docanalyst.storage.copies"]):
            module.connect = watched  # type: ignore[attr-defined]

    def tick(self) -> int:
        if self.armed and self.left:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), signal.SIGKILL)
        return 0

    def tell(self, *words: str) -> None:
        os.write(self.pipe, (json.dumps(words) + "\n").encode())

    def run(self) -> None:
        if self.kind == "migrating":
            self.arm()
            opened = Database.open(self.path)
            migrations.upgrade(opened, (*migrations.LADDER, *STEPS))
            self.tell("migrated")
            return
        with Store.open(self.path) as store:
            self.ask(store, 1)
            if self.kind in ("deleting", "purging"):
                for _ in range(3):
                    self.ask(store, 2)
            session = store.sessions.latest()
            assert session is not None
            record = session_record(session, store.sessions.documents(session.id))
            self.arm()
            for place in range(6):
                getattr(self, self.kind)(store, record, place)

    def arm(self) -> None:
        self.armed = True
        self.tell("armed")

    def ask(self, store: Store, turns: int) -> None:
        session = store.sessions.create(new_id(), "Asked", [document(self.rng)])
        self.tell("session", session.id)
        for place in range(turns):
            turn = store.turns.start(Turn(new_id(), session.id, f"Question {place}?", "scripted", "echo"))
            self.tell("started", turn.id, session.id)
            for _ in range(self.rng.randrange(3)):
                store.turns.save_partial(turn.id, "part " * self.rng.randrange(500), "thought")
            done = answered(self.rng, turn)
            self.tell("finishing", turn.id, session.id, digest(done))
            store.turns.finish(done)
            self.tell("finished", turn.id, session.id, digest(done))

    def asking(self, store: Store, record: dict[str, Any], place: int) -> None:
        self.ask(store, 3)

    def importing(self, store: Store, record: dict[str, Any], place: int) -> None:
        copy = json.loads(json.dumps(record))
        copy["session_id"] = new_id()
        copy["turns"] = [
            turn_record(
                answered(self.rng, Turn(new_id(), copy["session_id"], "Imported?", "p", "m", position=n))
            )
            for n in range(1, 9)
        ]
        ids = [turn["turn_id"] for turn in copy["turns"]]
        self.tell("importing", copy["session_id"], *ids)
        store.sessions.add_record(copy)
        self.tell("imported", copy["session_id"], *ids)

    def deleting(self, store: Store, record: dict[str, Any], place: int, purge: bool = False) -> None:
        sessions = store.sessions.recent(3)
        if sessions:
            victim = sessions[-1].id
            self.tell("deleting", victim)
            store.sessions.delete(victim, purge=purge)
            self.tell("deleted", victim)

    def purging(self, store: Store, record: dict[str, Any], place: int) -> None:
        self.deleting(store, record, place, purge=True)

    def batching(self, store: Store, record: dict[str, Any], place: int) -> None:
        run = store.batches.start(BatchRun(new_id(), "out.csv", "p", "m"))
        for position in range(8):
            store.batches.save(
                BatchItem(run.id, position, f"k{position}", "u", "complete", record={"a": position})
            )
            self.tell("item", run.id, str(position))

    def rescuing(self, store: Store, record: dict[str, Any], place: int) -> None:
        turn = store.turns.start(Turn(new_id(), record["session_id"], "Rescued?", "scripted", "echo"))
        self.tell("started", turn.id, record["session_id"])
        done = answered(self.rng, turn)
        self.tell("finishing", turn.id, record["session_id"], digest(done))
        store.turns.rescue(done)
        self.tell("finished", turn.id, record["session_id"], digest(done))


class Campaign:
    """What must be in the store, and whether it is."""

    def __init__(self, directory: Path, seed: int) -> None:
        self.path = directory / "data" / "docanalyst.db"
        self.scratch = directory / "scratch" / "docanalyst.db"
        self.rng = random.Random(seed)
        self.sessions: set[str] = set()
        self.turns: dict[str, tuple[str, set[str]]] = {}
        self.items: dict[str, set[int]] = {}
        self.wrong: list[str] = []
        self.kills: Counter[str] = Counter()
        self.survived = 0

    def round(self, number: int) -> None:
        kind = self.rng.choices(KINDS, WEIGHTS)[0]
        seed = self.rng.getrandbits(32)
        instructions = int(10 ** self.rng.uniform(1, 4.3)) if number % 2 else 0
        delay = self.rng.uniform(0, 0.06) if not instructions else 5.0
        path = self.path
        if kind == "migrating":
            path = self.scratch
            path.parent.mkdir(exist_ok=True)
            for stale in path.parent.iterdir():
                stale.unlink()
            with Store.open(self.path) as store:
                store.maintenance.backup(path)
        events, status = self.child(path, seed, kind, instructions, delay)
        if os.WIFSIGNALED(status):
            self.kills[kind] += 1
        elif os.WEXITSTATUS(status):
            self.wrong.append(f"round {number}: {kind} failed by itself")
        else:
            self.survived += 1
        (self.check_migration if kind == "migrating" else self.check)(number, events)

    def child(
        self, path: Path, seed: int, kind: str, instructions: int, delay: float
    ) -> tuple[list[list[str]], int]:
        reader, writer = os.pipe()
        pid = os.fork()
        if pid == 0:
            code = 1
            try:
                os.close(reader)
                Child(path, seed, kind, instructions, writer).run()
                code = 0
            except BaseException as error:
                print(repr(error), getattr(error, "message", ""), file=sys.stderr)
            finally:
                os._exit(code)
        os.close(writer)
        content, until = b"", time.monotonic() + 60.0
        armed = False
        while True:
            ready, _, _ = select.select([reader], [], [], max(0.0, until - time.monotonic()))
            if not ready:
                os.kill(pid, signal.SIGKILL)
                until = time.monotonic() + 60.0
                continue
            part = os.read(reader, 65536)
            if not part:
                break
            content += part
            if not armed and b'"armed"' in content:
                armed, until = True, time.monotonic() + delay
        os.close(reader)
        _, status = os.waitpid(pid, 0)
        return [json.loads(line) for line in content.decode().splitlines() if line.endswith("]")], status

    def check(self, number: int, events: list[list[str]]) -> None:
        begun: dict[str, list[str]] = {}
        for name, *words in events:
            if name == "session":
                self.sessions.add(words[0])
            elif name == "started":
                self.turns[words[0]] = (words[1], {""})
            elif name == "finishing":
                self.turns[words[0]][1].add(words[2])
            elif name == "finished":
                self.turns[words[0]] = (words[1], {words[2]})
            elif name in ("importing", "deleting"):
                begun[words[0]] = words[1:]
            elif name == "imported":
                del begun[words[0]]
                self.sessions.add(words[0])
                self.turns.update({turn_id: (words[0], {"any"}) for turn_id in words[1:]})
            elif name == "deleted":
                del begun[words[0]]
                self.forget(words[0])
            elif name == "item":
                self.items.setdefault(words[0], set()).add(int(words[1]))
        with Store.open(self.path) as store:
            store.turns.recover()
            store.batches.recover()
            self.compare(number, store, begun)
            sessions = store.sessions.recent(1000)
            for session in sessions[12:]:
                store.sessions.delete(session.id, purge=number % 5 == 0)
                self.forget(session.id)

    def forget(self, session_id: str) -> None:
        self.sessions.discard(session_id)
        self.turns = {turn: known for turn, known in self.turns.items() if known[0] != session_id}

    def compare(self, number: int, store: Store, begun: dict[str, list[str]]) -> None:
        def found(text: str) -> None:
            self.wrong.append(f"round {number}: {text}")

        for problem in store.maintenance.check():
            found(problem)
        stored = {session.id: session for session in store.sessions.recent(1000)}
        for session_id, turn_ids in begun.items():
            present = (
                [turn.id for turn in store.sessions.get(session_id).turns] if session_id in stored else []
            )
            if turn_ids and present not in ([], turn_ids):
                found(f"half an import: {len(present)} of {len(turn_ids)} turns")
            if session_id not in stored:
                self.forget(session_id)
            elif turn_ids:
                self.sessions.add(session_id)
                self.turns.update({turn_id: (session_id, {"any"}) for turn_id in turn_ids})
        if lost := self.sessions - set(stored):
            found(f"sessions lost: {lost}")
        # A session that was written but not yet acknowledged may be there; it is whole, so it is kept.
        self.sessions |= set(stored)
        turns = {turn.id: turn for session_id in stored for turn in store.sessions.get(session_id).turns}
        for turn_id, (_, allowed) in self.turns.items():
            turn = turns.get(turn_id)
            if turn is None:
                found(f"turn {turn_id} lost")
            elif turn.status is TurnStatus.RUNNING:
                found(f"turn {turn_id} still running")
            elif "any" not in allowed:
                state = "" if turn.status is TurnStatus.INTERRUPTED else digest(turn)
                if state not in allowed:
                    found(f"turn {turn_id} is {turn.status}, which it was not to be")
                self.turns[turn_id] = (turn.session_id, {state})
        for turn in turns.values():
            if turn.status is not TurnStatus.COMPLETE and turn.citations:
                found(f"turn {turn.id} is both {turn.status} and finished")
        for run_id, positions in self.items.items():
            if not positions <= {item.position for item in store.batches.items(run_id, status="complete")}:
                found(f"batch run {run_id} lost units")

    def check_migration(self, number: int, events: list[list[str]]) -> None:
        versions = []
        for ladder in (None, (*migrations.LADDER, *STEPS)):
            opened = Database.open(self.scratch)
            if ladder:
                migrations.upgrade(opened, ladder)
            versions.append(opened.connection.execute("PRAGMA user_version").fetchone()[0])
            rows = opened.connection.execute("SELECT id, answer FROM turns ORDER BY id").fetchall()
            sound = opened.connection.execute("PRAGMA integrity_check").fetchone()[0]
            opened.close()
            with Store.open(self.path) as store:
                kept = store._ground.database.connection.execute(
                    "SELECT id, answer FROM turns ORDER BY id"
                ).fetchall()
            if rows != kept or sound != "ok":
                self.wrong.append(f"round {number}: an upgrade lost rows, or: {sound}")
        if versions[0] not in (migrations.SCHEMA_VERSION, NEWEST) or versions[1] != NEWEST:
            self.wrong.append(f"round {number}: versions {versions} after an upgrade was killed")
        if ["migrated"] in events and versions[0] != NEWEST:
            self.wrong.append(f"round {number}: a finished upgrade was lost")


def main(directory: str, seed: str, rounds: str) -> None:
    """Runs the campaign and prints what it found."""
    campaign = Campaign(Path(directory), int(seed))
    Store.open(campaign.path).close()
    number = 0
    while sum(campaign.kills.values()) < int(rounds) and number < 3 * int(rounds):
        campaign.round(number)
        number += 1
    summary: dict[str, Any] = {"kills": dict(campaign.kills), "survived": campaign.survived}
    print(json.dumps({**summary, "wrong": campaign.wrong, "turns": len(campaign.turns)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
