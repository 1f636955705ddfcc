"""What tests share."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from docanalyst.domain.records.sessions import session_record
from docanalyst.storage import Store

ROOT = Path(__file__).resolve().parents[1]
SAMPLES = ROOT / "samples"


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one JSON value on stdout."""
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        """The JSON values on stdout, a line each."""
        return [json.loads(line) for line in self.out.splitlines()]


Cli = Callable[..., Ran]


def exported(store: Store, session_id: str, *, pages: bool = True) -> dict[str, Any]:
    """A session of a store as a record, with the text of its documents' pages unless told otherwise."""
    documents = store.sessions.documents(session_id) if pages else ()
    return session_record(store.sessions.get(session_id), documents)
