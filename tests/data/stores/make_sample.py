"""Writes the sample store of the present schema, once, when a schema is released: `python make_sample.py`.

The samples of released schemas are kept for ever; the tests upgrade each of them. `--unreleased` replaces
the sample of a schema that has not been released yet.
"""

from __future__ import annotations

import importlib.util
import json
import sqlite3
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from docanalyst.domain.records.sessions import session_record
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store
from docanalyst.storage.schema.migrations import SCHEMA_VERSION

HERE = Path(__file__).parent


def main() -> None:
    """Makes `store-vN.db` and `store-vN.json` beside this file; refuses to replace them."""
    target = HERE / f"store-v{SCHEMA_VERSION}.db"
    if "--unreleased" in sys.argv:
        target.unlink(missing_ok=True)
    if target.exists():
        raise SystemExit(f"{target.name} is there already: a released schema does not change.")
    fixtures = importlib.util.spec_from_file_location("fixtures", HERE.parents[1] / "storage" / "conftest.py")
    assert fixtures is not None and fixtures.loader is not None
    values = importlib.util.module_from_spec(fixtures)
    fixtures.loader.exec_module(values)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "docanalyst.db"
        with Store.open(path, clock=values.Clock()) as store:
            store.sessions.create("0sample000000001", "Assignment", [values.LEASE, values.JUDGMENT])
            turn = Turn("0sample000000002", "0sample000000001", "May the tenant assign?", "scripted", "echo")
            store.turns.finish(
                values._finished(store.turns.start(turn), answer="Not without consent; 违约金。")
            )
            begun = Turn("0sample000000003", "0sample000000001", "And sublet?", "scripted", "echo")
            store.turns.finish(
                replace(begun, status=TurnStatus.FAILED, parent_id=turn.id, error="The provider hung up.")
            )
            store.sessions.create("0sample000000004", "Empty")
            kept = [store.sessions.get(session.id) for session in store.sessions.recent()]
            records = [session_record(session, store.sessions.documents(session.id)) for session in kept]
            store.maintenance.backup(target)
    connection = sqlite3.connect(target)
    connection.execute("VACUUM")
    connection.close()
    target.with_suffix(".json").write_text(json.dumps(records, ensure_ascii=False, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
