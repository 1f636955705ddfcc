"""Search, SQL queries and spending reports."""

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
        """Return turns, then pages, that contain the words; best matches first, at most limit of each.

        Args:
            text: Words that must all occur, "phrases", prefixes*, -excluded words, OR.
            document: A full or shortened SHA-256, or part of a title or path.
            since: ISO date or time, UTC. Pages are left out if session, provider, status or unverified is
                given.

        Raises:
            UsageError: There is no word or an invalid filter.
        """
        from docanalyst.storage.reports import search

        filters = search.Filters(session, document, provider, since, status, unverified)
        with self._database.reading() as connection:
            found = search.find_turns(connection, text, filters, limit, offset) if turns else []
            if pages:
                found += search.find_pages(connection, text, filters, limit, offset)
        return found

    def query(self, sql: str) -> Answer:
        """Run one SELECT on a read-only connection.

        Raises:
            UsageError: Any other statement.
        """
        from docanalyst.storage.reports import query

        return query.run(self._ground.path, sql)

    def ready_queries(self) -> tuple[ReadyQuery, ...]:
        """Return the built-in queries."""
        from docanalyst.storage.reports import query

        return query.ready_queries()

    def spending(self, by: str = "provider", *, since: str | None = None) -> list[Spending]:
        """Return tokens, cost and time by provider, model, month, day, session or folder.

        Args:
            since: ISO, UTC.
        """
        from docanalyst.storage.reports import spending

        with self._database.reading() as connection:
            return spending.spent(connection, by, since=since)

    def billed_ratios(self, provider: str, model: str, limit: int = 20) -> list[float]:
        """Return billed over counted tokens of the latest estimated requests to a model, newest first."""
        with self._database.reading() as connection:
            rows = connection.execute(
                "SELECT 1.0 * billed_tokens / counted_tokens FROM turns WHERE provider = ? AND model = ? AND "
                "token_count = 'estimate' AND billed_tokens > 0 AND counted_tokens > 1000 AND "
                "context_complete IS NOT 0 ORDER BY id DESC LIMIT ?",
                (provider, model, limit),
            )
            return [row[0] for row in rows]

    def counts(self) -> dict[str, int]:
        """Return the number of documents, pages, sessions, turns and citations."""
        tables = ("documents", "pages", "sessions", "turns", "citations")
        with self._database.reading() as connection:
            return {
                table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables
            }
