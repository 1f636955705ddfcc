"""Kills processes while they delete and purge, and searches every byte of the data directory afterwards.

Run as a program: `python purge_campaign.py DIRECTORY SEED ROUNDS`. Prints one JSON object: rounds by
operation and by what the kill left, and the traces found after the next start. A kill strikes at a seeded
count of calls of functions, or of the database's own instructions, so that every step of a purge is hit,
files included.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id
from docanalyst.storage.batches import BatchItem, BatchRun

RUN = 12
OPERATIONS = ("purge", "delete", "forget", "orphans")


def text(rng: random.Random, length: int) -> str:
    letters = "bcdfghjklmnprstvz  "
    return "".join(rng.choice(letters) for _ in range(length))


class Matter:
    """One document with all that may be stored of it, and the texts that must not be found again."""

    def __init__(self, store: Store, rng: random.Random) -> None:
        self.secrets: list[str] = []
        self.session, self.run = new_id(), new_id()
        self.sha256 = f"{rng.getrandbits(256):064x}"
        pages = tuple(Page(number, None, self.secret(rng, 600)) for number in (1, 2))
        self.document = Document(self.sha256, "Lease", pages, path=f"/nowhere/{self.sha256[:8]}.pdf")
        store.sessions.create(self.session, self.secret(rng, 40), [self.document])
        for _ in range(2):
            turn = store.turns.start(Turn(new_id(), self.session, self.secret(rng, 80), "scripted", "echo"))
            store.turns.save_partial(turn.id, pages[0].text[:300])
            store.turns.finish(
                replace(
                    turn,
                    answer=self.secret(rng, 300),
                    reasoning=self.secret(rng, 100),
                    status=TurnStatus.COMPLETE,
                )
            )
        options = {"job": {"questions": [self.secret(rng, 60)]}}
        store.batches.start(
            BatchRun(self.run, "out.csv", "groq", "m", options=options),
            [BatchItem(self.run, 1, self.sha256, "lease.pdf")],
        )
        record = {"session_id": self.session, "digests": [self.sha256], "answers": [self.secret(rng, 120)]}
        store.batches.save(BatchItem(self.run, 1, self.sha256, "lease.pdf", "complete", record=record))
        store.batches.finish(self.run, "complete")
        cache = store.directory / "cache" / "readings" / "14"
        cache.mkdir(parents=True, exist_ok=True)
        (cache / f"{self.sha256}.json").write_text(pages[1].text)
        (cache / ".new-draft").write_text(pages[1].text)
        requests = store.directory / "batches"
        requests.mkdir(exist_ok=True)
        (requests / f"{self.run}-1.jsonl").write_text(pages[0].text)

    def secret(self, rng: random.Random, length: int) -> str:
        self.secrets.append(text(rng, length))
        return self.secrets[-1]

    def traces(self, directory: Path) -> list[str]:
        wanted = {
            secret[start : start + RUN].encode()
            for secret in self.secrets
            for start in range(len(secret) - RUN + 1)
        }
        found = []
        for path in directory.rglob("*"):
            if path.is_file():
                content = path.read_bytes()
                if any(content[at : at + RUN] in wanted for at in range(len(content) - RUN + 1)):
                    found.append(path.name)
        return found


def act(store: Store, operation: str, matter: Matter) -> None:
    if operation == "purge":
        store.sessions.delete(matter.session, purge=True)
    elif operation == "forget":
        store.documents.forget([matter.sha256])
    else:
        if operation == "delete" or store.documents.sessions_about([matter.sha256]):
            store.sessions.delete(matter.session)
        if operation == "orphans":
            store.maintenance.purge(orphans=True)


def killed(path: Path, operation: str, matter: Matter, calls: int, instructions: int) -> bool:
    """Run an operation in a process of its own that kills itself; return whether it was killed."""
    child = os.fork()
    if child:
        return os.WIFSIGNALED(os.waitpid(child, 0)[1])
    left = [calls]

    def profile(frame: Any, event: str, argument: Any) -> None:
        if event in ("call", "c_call"):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)

    def tick() -> int:
        ticks[0] -= 1
        if ticks[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
        return 0

    ticks = [instructions]
    with Store.open(path) as store:
        if instructions:
            store._ground.database.connection.set_progress_handler(tick, 20)
        if calls:
            sys.setprofile(profile)
        act(store, operation, matter)
        sys.setprofile(None)
    os._exit(0)


def main(directory: Path, seed: int, rounds: int) -> dict[str, Any]:
    rng = random.Random(seed)
    path = directory / "docanalyst.db"
    outcomes: Counter[str] = Counter()
    wrong: list[str] = []
    with Store.open(path) as store:
        kept = Matter(store, rng)
    while sum(outcomes.values()) < rounds:
        operation = OPERATIONS[sum(outcomes.values()) % len(OPERATIONS)]
        with Store.open(path) as store:
            matter = Matter(store, rng)
        by_calls = rng.random() < 0.6
        calls = rng.randrange(1, 900) if by_calls else 0
        instructions = 0 if by_calls else rng.randrange(1, 900)
        if not killed(path, operation, matter, calls, instructions):
            continue
        intended = any((directory / "purging").glob("*.json"))
        with Store.open(path) as store:
            if store.maintenance.unfinished_purges():
                wrong.append(f"{operation}: the purge was not carried to its end")
            there = bool(store.documents.sessions_about([matter.sha256]))
            outcomes[f"{operation}: {'finished' if intended else 'still there' if there else 'gone'}"] += 1
            if operation == "delete" and not there:
                act(store, "orphans", matter)
            elif there or (operation == "orphans" and not intended):
                act(store, "purge" if there else "orphans", matter)
            found = matter.traces(directory)
            if found:
                wrong.append(f"{operation} after {calls} calls, {instructions} instructions: {found}")
            if store.sessions.documents(kept.session) != (kept.document,) or store.maintenance.check():
                wrong.append(f"{operation}: the other session was harmed")
    return {"rounds": sum(outcomes.values()), "outcomes": dict(outcomes), "wrong": wrong}


if __name__ == "__main__":
    place = Path(sys.argv[1])
    place.mkdir(parents=True, exist_ok=True)
    print(json.dumps(main(place, int(sys.argv[2]), int(sys.argv[3]))))
