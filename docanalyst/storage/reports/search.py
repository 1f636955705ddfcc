"""Full-text search over questions, answers, reasoning and document pages.

The index is SQLite's FTS5. Queries are parsed here, not by FTS5, so that no input is a syntax error.
"""

from __future__ import annotations

import re
import sqlite3
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import TurnStatus
from docanalyst.storage import lookup
from docanalyst.storage.sessions.sessions import OF_UNITS
from docanalyst.storage.words import gather, spread, storable

OPEN, SHUT = "\x02", "\x03"
SNIPPET_WORDS = 32

_TERM = re.compile(r'(-?)"([^"]*)"?(\*?)|(\S+)')
_WORD = re.compile(r"\w")
_QUOTES = str.maketrans(dict.fromkeys("“”„«»＂", '"'))


@dataclass(frozen=True, slots=True)
class Hit:
    """One turn or page found.

    Attributes:
        snippet: Plain text around the words.
        marks: Their offsets in it.
        kind: "turn" or "page".
        field: "question", "answer", "reasoning" or "page".
        title: Of the session, or of the document.
        score: Higher is better, comparable within one kind. Attributes that do not apply are None.
    """

    kind: str
    field: str
    title: str
    snippet: str
    marks: tuple[tuple[int, int], ...]
    score: float
    session_id: str | None = None
    turn_id: str | None = None
    question: str | None = None
    status: str | None = None
    provider: str | None = None
    model: str | None = None
    started_at: str | None = None
    document_sha256: str | None = None
    path: str | None = None
    page: int | None = None
    page_label: str | None = None


@dataclass(frozen=True, slots=True)
class Filters:
    """The filters of a search.

    Attributes:
        since: ISO date or time, UTC.
        unverified: Turns with an unverified citation.
        wording: The text of prompts by name, which is no hit in a question.
        batch: Whether the answers of batch units are searched too.
        document: A full or shortened SHA-256, or part of a title or path. Filters that apply to turns only
            (session, provider, status, unverified) leave pages out.
    """

    session: str | None = None
    document: str | None = None
    provider: str | None = None
    since: str | None = None
    status: str | None = None
    unverified: bool = False
    batch: bool = False
    wording: Mapping[str, str] = field(default_factory=dict)

    @property
    def only_turns(self) -> bool:
        """Whether pages are left out."""
        return bool(self.provider or self.status or self.unverified or self.session)


def find_turns(
    connection: sqlite3.Connection, text: str, filters: Filters, limit: int, offset: int = 0
) -> list[Hit]:
    """Return turns that contain the words, best first.

    Raises:
        UsageError: There is no word or a bad filter.
    """
    expression = match_expression(text)
    where, values = _turn_conditions(connection, filters)
    rows = connection.execute(
        f"""
        SELECT snippet(turns_fts, -1, '{OPEN}', '{SHUT}', '…', {SNIPPET_WORDS}),
               snippet(turns_fts, 1, '{OPEN}', '{SHUT}', '…', {SNIPPET_WORDS}),
               turns.row_id IN (SELECT rowid FROM turns_fts WHERE turns_fts MATCH ?),
               turns_fts.rank, turns.id, turns.session_id, sessions.title, turns.question, turns.answer,
               turns.status, turns.provider, turns.model, turns.started_at, turns.prompt_name
        FROM turns_fts CROSS JOIN turns ON turns.row_id = turns_fts.rowid
        CROSS JOIN sessions ON sessions.id = turns.session_id
        WHERE turns_fts MATCH ? {where}
        ORDER BY turns_fts.rank LIMIT ? OFFSET ?
        """,
        (f"{{answer reasoning}} : ({expression})", expression, *values, limit, offset),
    )
    hits = []
    for best, answered, elsewhere, rank, turn_id, session_id, title, question, answer, *rest in rows:
        status, provider, model, at, prompt = rest
        snippet, marks = marked(best or "")
        where_found = _field(snippet, question, answer)
        if where_found == "question" and _is_ours(snippet, marks, question, filters.wording.get(prompt)):
            if not elsewhere:
                continue
            snippet, marks = marked(answered or "")
            where_found = _field(snippet, "", answer)
        hits.append(
            Hit(
                "turn",
                where_found,
                title,
                snippet,
                marks,
                -rank,
                session_id=session_id,
                turn_id=turn_id,
                question=question,
                status=status,
                provider=provider,
                model=model,
                started_at=at,
            )
        )
    return hits


def _field(snippet: str, question: str, answer: str) -> str:
    inner = snippet.strip("…")
    return "question" if inner in question else "answer" if inner in answer else "reasoning"


def _is_ours(snippet: str, marks: Sequence[tuple[int, int]], question: str, wording: str | None) -> bool:
    """Return whether the words found in a question are all in the wording of its prompt."""
    own = question
    for part in (wording or "").split("{question}"):
        own = own.replace(part.strip(), " ") if part.strip() else own
    own = own.casefold()
    return wording is not None and not any(snippet[start:end].casefold() in own for start, end in marks)


def find_pages(
    connection: sqlite3.Connection, text: str, filters: Filters, limit: int, offset: int = 0
) -> list[Hit]:
    """Return pages that contain the words, best first.

    Raises:
        UsageError: There is no word or a bad filter.
    """
    expression = match_expression(text)
    if filters.only_turns:
        return []
    conditions, values = [], []
    if filters.document:
        shas = documents_named(connection, filters.document)
        conditions.append(f"AND pages.document_sha256 IN ({_places(shas)})")
        values += shas
    if filters.since:
        conditions.append("AND documents.added_at >= ?")
        values.append(_moment(filters.since))
    rows = connection.execute(
        f"""
        SELECT snippet(pages_fts, 0, '{OPEN}', '{SHUT}', '…', {SNIPPET_WORDS}), pages_fts.rank,
               documents.title, documents.sha256, documents.path, pages.number, pages.label,
               (SELECT session_id FROM session_documents JOIN sessions ON sessions.id = session_id
                WHERE document_sha256 = documents.sha256 ORDER BY sessions.updated_at DESC LIMIT 1)
        FROM pages_fts CROSS JOIN pages ON pages.row_id = pages_fts.rowid
        CROSS JOIN documents ON documents.sha256 = pages.document_sha256
        WHERE pages_fts MATCH ? {" ".join(conditions)}
        ORDER BY pages_fts.rank LIMIT ? OFFSET ?
        """,
        (expression, *values, limit, offset),
    )
    hits = []
    for part, rank, title, sha256, path, number, label, session_id in rows:
        snippet, marks = marked(part or "")
        hits.append(
            Hit(
                "page",
                "page",
                title,
                snippet,
                marks,
                -rank,
                session_id=session_id,
                document_sha256=sha256,
                path=path,
                page=number,
                page_label=label,
            )
        )
    return hits


def match_expression(text: str) -> str:
    """Return a typed query as an FTS5 expression.

    All words must occur; "a phrase" must occur verbatim; word* is a prefix; -word or NOT word must not occur;
    OR between words means either. Everything else is text.

    Raises:
        UsageError: There is no word to search for.
    """
    groups: list[tuple[list[str], list[str]]] = [([], [])]
    unwanted_next = False
    for minus, phrase, star, word in _TERM.findall(_plain(text)):
        if word in ("AND", "OR", "NOT"):
            unwanted_next = word == "NOT"
            if word == "OR":
                groups.append(([], []))
            continue
        if word:
            minus, word = ("-", word[1:]) if word.startswith("-") else ("", word)
            star = "*" if word.endswith("*") else ""
        term = _term(word or phrase, star)
        if term:
            groups[-1][1 if minus or unwanted_next else 0].append(term)
        unwanted_next = False
    alternatives = []
    for wanted, unwanted in groups:
        if not wanted:
            continue
        expression = " AND ".join(wanted)
        if unwanted:
            expression = f"({expression}) NOT ({' OR '.join(unwanted)})"
        alternatives.append(f"({expression})")
    if not alternatives:
        raise UsageError(
            "There is no word to search for.", 'Type words, a "phrase" or a prefix such as term*.'
        )
    return " OR ".join(alternatives)


def marked(snippet: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Return a raw snippet as plain text, with the offsets of the matches."""
    plain: list[str] = []
    marks: list[tuple[int, int]] = []
    length, start = 0, -1
    for part in re.split(f"([{OPEN}{SHUT}])", gather(snippet)):
        if part == OPEN:
            start = length
        elif part == SHUT:
            if start >= 0:
                marks.append((start, length))
            start = -1
        else:
            plain.append(part)
            length += len(part)
    return "".join(plain), tuple(marks)


def documents_named(connection: sqlite3.Connection, name: str) -> list[str]:
    """Return the SHA-256 of each document that matches a name.

    Raises:
        UsageError: None does.
    """
    escaped = re.sub(r"([\\%_])", r"\\\1", storable(name.strip()))
    rows = connection.execute(
        "SELECT sha256 FROM documents"
        " WHERE sha256 LIKE ? ESCAPE '\\' OR title LIKE ? ESCAPE '\\' OR path LIKE ? ESCAPE '\\'"
        " UNION SELECT document_sha256 FROM session_documents"
        " WHERE title LIKE ? ESCAPE '\\' OR path LIKE ? ESCAPE '\\'",
        (f"{escaped}%", *[f"%{escaped}%"] * 4),
    ).fetchall()
    if not rows or not escaped:
        raise UsageError(f"No document in the database matches {name!r}.", lookup.DOCUMENT.how_to_list)
    return [row[0] for row in rows]


def _turn_conditions(connection: sqlite3.Connection, filters: Filters) -> tuple[str, list[str]]:
    conditions: list[str] = []
    values: list[str] = []
    if filters.session:
        conditions.append("AND turns.session_id = ?")
        values.append(lookup.resolve(connection, lookup.SESSION, filters.session))
    if filters.document:
        shas = documents_named(connection, filters.document)
        conditions.append(
            "AND turns.session_id IN (SELECT session_id FROM session_documents"
            f" WHERE document_sha256 IN ({_places(shas)}))"
        )
        values += shas
    if filters.provider:
        conditions.append("AND turns.provider = ?")
        values.append(storable(filters.provider))
    if filters.since:
        conditions.append("AND turns.started_at >= ?")
        values.append(_moment(filters.since))
    if filters.status:
        if filters.status not in list(TurnStatus):
            raise UsageError(f"Unknown status: {filters.status!r}.", f"Use one of {', '.join(TurnStatus)}.")
        conditions.append("AND turns.status = ?")
        values.append(filters.status)
    if not (filters.batch or filters.session):
        conditions.append(f"AND turns.session_id NOT IN ({OF_UNITS})")
    if filters.unverified:
        conditions.append(
            "AND EXISTS (SELECT 1 FROM citations WHERE citations.turn_id = turns.id"
            " AND citations.verdict NOT IN ('verbatim', 'normalized'))"
        )
    return " ".join(conditions), values


def _plain(text: str) -> str:
    kept = "".join(" " if unicodedata.category(sign) in ("Cc", "Cs") else sign for sign in text)
    return unicodedata.normalize("NFC", kept).translate(_QUOTES)


def _term(text: str, star: str) -> str:
    if not _WORD.search(text):
        return ""
    words = (spread(text) or text).replace('"', " ").replace("*", " ")
    return f'"{words}"{" *" if star else ""}'


def _moment(since: str) -> str:
    try:
        date.fromisoformat(since[:10])
    except ValueError:
        raise UsageError(f"Invalid date: {since!r}.", "Write it as 2026-01-31.") from None
    return since


def _places(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
