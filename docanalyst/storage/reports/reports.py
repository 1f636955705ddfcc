"""What the store can tell: search, SQL, spending."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.storage.base import Ground

if TYPE_CHECKING:
    from docanalyst.storage.reports.query import Answer, ReadyQuery
    from docanalyst.storage.reports.search import Hit
    from docanalyst.storage.reports.spending import Spending


class Reports:
    """What can be asked of all that is kept."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def search(
        self,
        text: str,
        *,
        limit: int = 20,
        offset: int = 0,
        turns: bool = True,
        pages: bool = True,
        session: str | None = None,
        document: str | None = None,
        provider: str | None = None,
        since: str | None = None,
        status: str | None = None,
        unverified: bool = False,
    ) -> list[Hit]:
        """Turns, then pages, that hold the words: the best of each first, at most limit of each.

        text: words that all have to occur, "phrases", beginnings*, -unwanted, OR. document: a sha256, whole
        or shortened, or a part of a title or path. since: ISO date or time, UTC. Pages are left out where
        session, provider, status or unverified is given. Raises UsageError: no word, unknown filter value.
        """
        from docanalyst.storage.reports import search

        filters = search.Filters(session, document, provider, since, status, unverified)
        with self._database.reading() as connection:
            found = search.find_turns(connection, text, filters, limit, offset) if turns else []
            if pages:
                found += search.find_pages(connection, text, filters, limit, offset)
        return found

    def query(self, sql: str) -> Answer:
        """One SELECT, on a connection that cannot write. Raises UsageError for any other statement."""
        from docanalyst.storage.reports import query

        return query.run(self._ground.path, sql)

    def ready_queries(self) -> tuple[ReadyQuery, ...]:
        """The queries that come with docanalyst."""
        from docanalyst.storage.reports import query

        return query.ready_queries()

    def spending(self, by: str = "provider", *, since: str | None = None) -> list[Spending]:
        """Tokens, money and time by provider, model, month, day, session or folder. since: ISO, UTC."""
        from docanalyst.storage.reports import spending

        with self._database.reading() as connection:
            return spending.spent(connection, by, since=since)

    def billed_ratios(self, provider: str, model: str, limit: int = 20) -> list[float]:
        """Billed over counted tokens of the latest estimated requests to a model, the latest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT 1.0 * billed_tokens / counted_tokens FROM turns WHERE provider = ? AND model = ? AND "
                "token_count = 'estimate' AND billed_tokens > 0 AND counted_tokens > 1000 AND "
                "context_complete IS NOT 0 ORDER BY id DESC LIMIT ?",
                (provider, model, limit),
            )
            return [row[0] for row in rows]

    def counts(self) -> dict[str, int]:
        """How many documents, pages, sessions, turns and citations there are."""
        tables = ("documents", "pages", "sessions", "turns", "citations")
        with self._database.reading() as connection:
            return {
                table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
            }
