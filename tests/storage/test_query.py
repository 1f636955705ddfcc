"""SQL over the store reads everything and changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store

Make = Callable[..., Turn]


@pytest.fixture
def used(store: Store, session_id: str, asked: Make, finished: Make) -> Store:
    store.turns.finish(finished(store.turns.start(asked(session_id))))
    begun = store.turns.start(asked(session_id, "And the deposit?", provider="groq", model="m"))
    store.turns.finish(finished(begun, status=TurnStatus.INTERRUPTED, citations=(), cost=None))
    store.turns.start(asked(session_id, "Still running?"))
    return store


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    return list(store.reports.query(sql).rows)


def test_tables_and_views_are_read(used: Store, lease: Document) -> None:
    answer = used.reports.query("SELECT question AS asked, status FROM turns ORDER BY position")
    assert answer.columns == ("asked", "status")
    assert list(answer.rows)[1] == ("And the deposit?", "interrupted")
    assert rows(used, "SELECT question, citations, verified, cost, seconds FROM answers LIMIT 1") == [
        ("May the tenant assign?", 3, 1, 0.001234, 2.5)
    ]
    assert rows(used, "SELECT number, verdict, title, quote FROM unverified_citations") == [
        (1, "altered", "判決書", "违约金人民币六十万元"),
        (7, "unknown_document", "", "nowhere"),
    ]
    assert rows(used, "SELECT month, provider, answers, input_tokens, cost FROM spending_by_month") == [
        ("2026-01", "groq", 1, 420, None),
        ("2026-01", "scripted", 1, 420, 0.001234),
    ]
    assert rows(used, f"SELECT pages_read, sessions, questions, citations FROM documents_used"
                      f" WHERE sha256 = '{lease.sha256}'") == [(3, 1, 3, 1)]  # fmt: skip
    assert rows(used, "SELECT count(*) FROM pages_fts WHERE pages_fts MATCH 'tenant'") == [(1,)]


def test_every_ready_query_runs(used: Store) -> None:
    ready = used.reports.ready_queries()
    assert len(ready) >= 10
    assert len({query.name for query in ready}) == len(ready)
    for query in ready:
        answer = used.reports.query(query.sql)
        assert answer.columns
        list(answer.rows)
        assert query.title
    by_name = {query.name: query.sql for query in ready}
    assert len(rows(used, by_name["unverified"])) == 2
    assert [row[2] for row in rows(used, by_name["unfinished"])] == ["interrupted"]


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM turns",
        "INSERT INTO sessions VALUES ('a', 'b', 'c', 'd')",
        "DROP TABLE turns",
        "CREATE TABLE mine (x)",
        "CREATE TEMP TABLE mine (x)",
        "ATTACH 'stolen.db' AS other",
        "VACUUM INTO 'stolen.db'",
        "PRAGMA user_version = 9",
        "PRAGMA writable_schema = ON",
        "BEGIN",
        "SELECT load_extension('x')",
        "INSERT INTO pages_fts (pages_fts) VALUES ('rebuild')",
        "SELECT 1; DELETE FROM turns",
        "UPDATE turns SET answer = '' RETURNING id",
        "",
        "-- nothing",
        "SELEC 1",
        "SELECT nosuch FROM turns",
        "SELECT * FROM nosuch",
        "SELECT '\x00",
    ],
)
def test_everything_but_one_select_is_refused(
    used: Store, sql: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = rows(used, "SELECT * FROM turns")
    with pytest.raises(UsageError):
        list(used.reports.query(sql).rows)
    assert rows(used, "SELECT * FROM turns") == before
    assert not (tmp_path / "stolen.db").exists()


def test_a_misspelt_name_lists_what_there_is(used: Store) -> None:
    with pytest.raises(UsageError) as refused:
        used.reports.query("SELECT * FROM answer")
    assert "no such table: answer" in refused.value.message
    assert "unverified_citations" in refused.value.hint
    assert "pages_fts_data" not in refused.value.hint


def test_an_error_in_the_middle_of_the_rows_is_told(used: Store) -> None:
    with pytest.raises(UsageError, match="Cannot run"):
        list(
            used.reports.query(
                "SELECT CASE position WHEN 2 THEN abs(-9223372036854775808) END FROM turns"
            ).rows
        )


def test_a_long_query_does_not_hold_up_the_writer(used: Store, session_id: str, asked: Make) -> None:
    answer = used.reports.query("SELECT a.id FROM turns a, turns b, turns c")
    next(answer.rows)
    begun = used.turns.start(asked(session_id, "Meanwhile?"))
    assert used.turns.get(begun.id).question == "Meanwhile?"
    assert len(list(answer.rows)) == 26


def test_the_file_reads_well_without_us(used: Store) -> None:
    """Every table, view and index opens with plain SQLite, without our functions."""
    connection = sqlite3.connect(used.path)
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type <> 'index'")]
    triggers = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for name in set(names) - triggers:
        connection.execute(f"SELECT * FROM {name} LIMIT 3").fetchall()
        connection.execute(f"SELECT count(*) FROM {name}").fetchall()
    found = connection.execute(
        "SELECT snippet(pages_fts, 0, '[', ']', '…', 8) FROM pages_fts WHERE pages_fts MATCH 'assign'"
    ).fetchone()[0]
    assert "[assign]" in found
    connection.close()
