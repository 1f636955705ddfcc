"""The ladder leads from nothing, and from every released schema, to the present one."""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support import exported

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import StorageError
from docanalyst.domain.records.sessions import session_from_record, session_record
from docanalyst.domain.turns import Turn
from docanalyst.storage import Store
from docanalyst.storage.database import Database
from docanalyst.storage.schema import migrations
from docanalyst.storage.schema.migrations import LADDER, SCHEMA_VERSION, Step, copy_path, statements, upgrade

Make = Callable[..., Turn]
SAMPLES = Path(__file__).parents[1] / "data" / "stores"


def schema(path: Path) -> list[tuple[str, str, str]]:
    connection = sqlite3.connect(path)
    rows = connection.execute(
        "SELECT type, name, coalesce(sql, '') FROM sqlite_master ORDER BY 1, 2"
    ).fetchall()
    connection.close()
    return rows


def content(path: Path) -> list[str]:
    connection = sqlite3.connect(path)
    lines = list(connection.iterdump())
    connection.close()
    return lines


def test_the_ladder_makes_the_tables_that_sqlmodel_knows(store: Store) -> None:
    from sqlalchemy import inspect
    from sqlmodel import SQLModel

    from docanalyst.storage.schema import tables  # noqa: F401

    inspector = inspect(store._ground.database.engine)
    for table in SQLModel.metadata.sorted_tables:
        made = {column["name"]: column for column in inspector.get_columns(table.name)}
        assert set(made) == {column.name for column in table.columns}, table.name
        for column in table.columns:
            ours = made[column.name]
            assert str(ours["type"]) == str(column.type.compile()).replace("VARCHAR", "TEXT").replace(
                "FLOAT", "REAL"
            ), (table.name, column.name)
            assert ours["nullable"] == bool(column.nullable and not column.primary_key) or ours["primary_key"]
        keys = {
            (row[3], row[2], row[6].replace("NO ACTION", "") or None)
            for row in store._ground.database.connection.execute(f"PRAGMA foreign_key_list({table.name})")
        }
        assert keys == {
            (key.parent.name, key.column.table.name, key.ondelete) for key in table.foreign_keys
        }, table.name
        unique = inspector.get_pk_constraint(table.name)["constrained_columns"]
        assert unique == [column.name for column in table.primary_key.columns]


def test_steps_are_numbered_from_one() -> None:
    assert [step.number for step in LADDER] == list(range(1, SCHEMA_VERSION + 1))


@pytest.mark.parametrize("version", range(1, SCHEMA_VERSION + 1))
def test_every_released_schema_upgrades(version: int, tmp_path: Path) -> None:
    path = tmp_path / "docanalyst.db"
    shutil.copy(SAMPLES / f"store-v{version}.db", path)
    records = json.loads((SAMPLES / f"store-v{version}.json").read_text("utf-8"))
    # Read and written again, because today's records have keys that those of the sample's day had not.
    expected = [session_record(*session_from_record(record)) for record in records]
    with Store.open(path) as store:
        assert [exported(store, session.id) for session in store.sessions.recent()] == expected
        assert store.maintenance.check() == []
        assert [hit.kind for hit in store.reports.search("consent")] == ["turn", "page"]
        assert [hit.kind for hit in store.reports.search("违约金")] == ["turn", "page"]
    fresh = tmp_path / "fresh.db"
    Store.open(fresh).close()
    assert schema(path) == schema(fresh)


WORDS = {"straße": "strasse", "oﬃce": "office", "œuvre": "oeuvre", "ﬁnal": "final", "ÆTHER": "aether"}


@pytest.mark.parametrize(("written", "sought"), WORDS.items())
def test_a_search_finds_ligatures_in_text_that_was_stored_before(
    written: str, sought: str, tmp_path: Path, asked: Make, finished: Make
) -> None:
    path = tmp_path / "docanalyst.db"
    texts = [
        f"The {written} of the mill.",
        f"违约金 and the {written}",
        "Nothing of the kind, naïve as it is.",
    ]
    with Store.open(path) as store:
        pages = tuple(Page(number, None, text) for number, text in enumerate(texts, 1))
        session = store.sessions.create("s", "Kept", [Document("1f" * 32, "t", pages, path="a.txt")])
        turn = store.turns.start(replace(asked(session.id), question=f"Which {written}?"))
        store.turns.finish(finished(turn, answer=f"The {written}.", reasoning=f"A {written}"))
    connection = sqlite3.connect(path, isolation_level=None)
    # As versions before step 7 indexed them: characters of unspaced scripts apart, ligatures as they stand.
    spread = texts[1].replace("违约金", "\x1f违\x1f约\x1f金\x1f")
    connection.execute("UPDATE pages SET words = CASE number WHEN 2 THEN ? END", (spread,))
    connection.execute("UPDATE turns SET question_words = NULL, answer_words = NULL, reasoning_words = NULL")
    connection.execute("PRAGMA user_version = 6")
    connection.close()
    with Store.open(path) as store:
        found = store.reports.search(sought)
        assert [hit.kind for hit in found] == ["turn", "page", "page"]
        assert {hit.page for hit in found if hit.kind == "page"} == {1, 2}
        assert all(written in hit.snippet or sought in hit.snippet.lower() for hit in found)
        assert [hit.page for hit in store.reports.search("违约金") if hit.kind == "page"] == [2]
        assert [hit.page for hit in store.reports.search("naive") if hit.kind == "page"] == [3]
        assert store.sessions.documents("s")[0].pages == pages
        assert store.maintenance.check() == []


@pytest.fixture
def old(tmp_path: Path, asked: Make, finished: Make) -> Path:
    """A store of the present schema, with something in it."""
    path = tmp_path / "docanalyst.db"
    with Store.open(path) as store:
        session = store.sessions.create("s", "Kept")
        store.turns.finish(finished(store.turns.start(asked(session.id))))
    return path


NEXT = Step(
    SCHEMA_VERSION + 1, "next", "ALTER TABLE turns ADD COLUMN mood TEXT; UPDATE turns SET mood = 'fine';"
)


def climb(path: Path, *steps: Step) -> None:
    database = Database.open(path)
    try:
        upgrade(database, (*LADDER, *steps))
    finally:
        database.close()


def test_an_upgrade_keeps_a_copy_of_the_file_first(old: Path) -> None:
    before = content(old)
    climb(old, NEXT)
    copy = copy_path(old, SCHEMA_VERSION)
    assert content(copy) == before
    assert copy.stat().st_mode & 0o077 == 0
    connection = sqlite3.connect(old)
    assert connection.execute("PRAGMA user_version").fetchone()[0] == NEXT.number
    assert connection.execute("SELECT mood FROM turns").fetchall() == [("fine",)]
    connection.close()


@pytest.mark.parametrize(
    "statements",
    [
        "ALTER TABLE turns ADD COLUMN mood TEXT; UPDATE turns SET nosuch = 1;",
        "DROP TABLE citations; CREATE TABLE turns (x);",
        "DELETE FROM sessions; INSERT INTO sessions (id) VALUES ('x');",
        "INSERT INTO citations SELECT 'orphan', position, number, document, document_sha256, path, page,"
        " page_label, quote, verdict, found_document, found_document_sha256, found_page, found_page_label,"
        " similarity, differences, span_document_sha256, span_page, span_start, span_end, spans, occurrences,"
        " closest, note FROM citations;",
    ],
)
def test_a_failing_step_leaves_the_file_as_it_was(old: Path, statements: str) -> None:
    before, schema_before = content(old), schema(old)
    with pytest.raises(StorageError, match="Cannot upgrade") as failed:
        climb(old, NEXT, Step(NEXT.number + 1, "faulty", statements))
    assert "Nothing was changed" in failed.value.hint
    assert (content(old), schema(old)) == (before, schema_before)
    with Store.open(old) as store:
        assert len(store.sessions.get("s").turns) == 1


def test_a_step_may_rebuild_a_table_that_others_refer_to(old: Path) -> None:
    rebuilt = "CREATE TABLE new (id TEXT PRIMARY KEY NOT NULL, title TEXT, created_at TEXT, updated_at TEXT);"
    rebuilt += (
        "INSERT INTO new SELECT * FROM sessions; DROP TABLE sessions; ALTER TABLE new RENAME TO sessions;"
    )
    drop = "".join(
        f"DROP VIEW {name};" for kind, name, _ in schema(old) if kind == "view" and "words" not in name
    )
    climb(old, Step(SCHEMA_VERSION + 1, "rebuilt", drop + rebuilt))
    connection = sqlite3.connect(old)
    assert connection.execute("SELECT count(*) FROM turns").fetchone() == (1,)
    assert connection.execute("SELECT title FROM sessions").fetchall() == [("Kept",)]
    connection.close()


def test_a_newer_store_is_refused_politely_and_left_alone(old: Path) -> None:
    climb(old, NEXT)
    before = content(old)
    with pytest.raises(StorageError, match="newer docanalyst") as refused:
        Store.open(old)
    assert refused.value.exit_code == 6
    assert "Upgrade" in refused.value.hint
    assert content(old) == before


def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "docanalyst.db"
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE recipes (name)")
    connection.close()
    with pytest.raises(StorageError, match="another program"):
        Store.open(path)
    assert [name for _, name, _ in schema(path)] == ["recipes"]


def test_first_starts_at_once_make_one_store(tmp_path: Path) -> None:
    path = tmp_path / "data" / "docanalyst.db"
    script = (
        "import sys; from pathlib import Path; from docanalyst.storage import Store\n"
        "sys.stdin.readline(); s = Store.open(Path(sys.argv[1]))\n"
        "s.sessions.rename\nprint(len(s.sessions.recent()), s.secret().hex())"
    )
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, str(path)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for _ in range(6)
    ]  # fmt: skip
    answers = [process.communicate("\n", timeout=120) for process in processes]
    assert {error for _, error in answers} == {""}
    assert len({output for output, _ in answers}) == 1


def test_statements_are_told_apart() -> None:
    script = "CREATE TABLE a (x);\nCREATE TRIGGER t AFTER INSERT ON a BEGIN\n SELECT 1;\n SELECT 2;\nEND;\n"
    assert [part.split()[1] for part in statements(script)] == ["TABLE", "TRIGGER"]
    with pytest.raises(ValueError, match="incomplete statement"):
        list(statements("SELECT 1"))
    assert all(step.statements for step in migrations.LADDER)
