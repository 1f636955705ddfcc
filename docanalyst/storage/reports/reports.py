"""Search, SQL queries and spending reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from docanalyst.storage.base import Ground

if TYPE_CHECKING:
    from docanalyst.storage.reports.query import Answer, ReadyQuery
    from docanalyst.storage.reports.search import Filters, Hit
    from docanalyst.storage.reports.spending import Spending


class Reports:
    """What can be asked of all that is kept."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._database = ground.database

    def search(
        self,
        text: str,
        filters: Filters | None = None,
        *,
        limit: int = 20,
        offset: int = 0,
        turns: bool = True,
        pages: bool = True,
    ) -> list[Hit]:
        """Return turns, then pages, that contain the words; best matches first, at most limit of each.

        Args:
            text: words that all have to occur, "phrases", beginnings*, -unwanted, OR.
            filters: what narrows the search.
            limit: hits of each kind.
            offset: hits of each kind to leave out before these.
            turns: whether questions and answers are searched.
            pages: whether the pages of documents are.

        Raises:
            UsageError: there is no word in the text, or a filter has an unknown value.
        """
        from docanalyst.storage.reports import search

        narrowed = filters or search.Filters()
        with self._database.reading() as connection:
            found = search.find_turns(connection, text, narrowed, limit, offset) if turns else []
            if pages:
                found += search.find_pages(connection, text, narrowed, limit, offset)
        return found

    def query(self, sql: str, timeout: float | None = None) -> Answer:
        """Run one SELECT on a read-only connection.

        Args:
            timeout: Seconds that it may take; None for no limit.

        Raises:
            UsageError: Any other statement, or one that takes too long.
        """
        from docanalyst.storage.reports import query

        return query.run(self._ground.path, sql, timeout)

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
