"""Version 1 of the schema, as SQL. Never edit it once released: a change is a new migration step."""

from __future__ import annotations

VERSION_1 = """
CREATE TABLE documents (
    sha256 TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    path TEXT NOT NULL,
    page_count INTEGER NOT NULL,
    byte_count INTEGER NOT NULL,
    added_at TEXT NOT NULL,
    warnings TEXT NOT NULL,
    metadata TEXT NOT NULL
);

CREATE TABLE pages (
    row_id INTEGER PRIMARY KEY,
    document_sha256 TEXT NOT NULL REFERENCES documents (sha256) ON DELETE CASCADE,
    number INTEGER NOT NULL,
    label TEXT,
    text TEXT NOT NULL,
    tokens INTEGER,
    ocr INTEGER NOT NULL DEFAULT 0,
    words TEXT,
    UNIQUE (document_sha256, number)
);

CREATE TABLE sessions (
    id TEXT PRIMARY KEY NOT NULL,
    title TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
);
CREATE INDEX sessions_by_update ON sessions (updated_at, id);

CREATE TABLE session_documents (
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    document_sha256 TEXT NOT NULL REFERENCES documents (sha256),
    pages TEXT NOT NULL,
    title TEXT NOT NULL,
    path TEXT NOT NULL,
    PRIMARY KEY (session_id, position)
);
CREATE INDEX session_documents_by_document ON session_documents (document_sha256);

CREATE TABLE turns (
    row_id INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    session_id TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    parent_id TEXT REFERENCES turns (id) ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED,
    question TEXT NOT NULL,
    answer TEXT NOT NULL DEFAULT '',
    reasoning TEXT,
    status TEXT NOT NULL,
    finish_reason TEXT,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    prompt_name TEXT,
    prompt_sha256 TEXT,
    context_sha256 TEXT,
    window INTEGER,
    reserved_output INTEGER,
    counted_tokens INTEGER,
    token_count TEXT,
    billed_tokens INTEGER,
    context_complete INTEGER,
    receipt_documents TEXT,
    statements INTEGER,
    supported INTEGER,
    input_tokens INTEGER,
    cached_tokens INTEGER,
    output_tokens INTEGER,
    reasoning_tokens INTEGER,
    usage_estimated INTEGER,
    cost_micros INTEGER,
    currency TEXT,
    cost_estimated INTEGER,
    started_at TEXT NOT NULL,
    first_token_s REAL,
    total_s REAL NOT NULL DEFAULT 0,
    tokens_per_s REAL,
    error TEXT,
    remarks TEXT NOT NULL DEFAULT '[]',
    owner TEXT,
    question_words TEXT,
    answer_words TEXT,
    reasoning_words TEXT,
    UNIQUE (session_id, position)
);
CREATE INDEX turns_by_parent ON turns (parent_id);
CREATE INDEX turns_by_start ON turns (started_at);
CREATE INDEX turns_running ON turns (status) WHERE status = 'running';

CREATE TABLE citations (
    turn_id TEXT NOT NULL REFERENCES turns (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    number INTEGER NOT NULL,
    document TEXT NOT NULL,
    document_sha256 TEXT NOT NULL,
    path TEXT NOT NULL,
    page INTEGER,
    page_label TEXT,
    quote TEXT NOT NULL,
    verdict TEXT NOT NULL,
    found_document TEXT,
    found_document_sha256 TEXT,
    found_page INTEGER,
    found_page_label TEXT,
    similarity REAL NOT NULL,
    differences TEXT NOT NULL,
    span_document_sha256 TEXT,
    span_page INTEGER,
    span_start INTEGER,
    span_end INTEGER,
    spans TEXT NOT NULL,
    occurrences INTEGER NOT NULL,
    closest TEXT NOT NULL,
    note TEXT NOT NULL,
    PRIMARY KEY (turn_id, position)
);
CREATE INDEX citations_by_document ON citations (document_sha256);

CREATE TABLE batch_runs (
    id TEXT PRIMARY KEY NOT NULL,
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    status TEXT NOT NULL,
    output TEXT NOT NULL,
    provider TEXT NOT NULL,
    model TEXT NOT NULL,
    options TEXT NOT NULL,
    owner TEXT
);
CREATE INDEX batch_runs_by_output ON batch_runs (output, started_at);

CREATE TABLE batch_items (
    run_id TEXT NOT NULL REFERENCES batch_runs (id) ON DELETE CASCADE,
    position INTEGER NOT NULL,
    key TEXT NOT NULL,
    unit TEXT NOT NULL,
    status TEXT NOT NULL,
    error TEXT,
    record TEXT NOT NULL,
    input_tokens INTEGER,
    cached_tokens INTEGER,
    output_tokens INTEGER,
    cost_micros INTEGER,
    currency TEXT,
    seconds REAL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (run_id, position),
    UNIQUE (run_id, key)
);
CREATE INDEX batch_items_by_key ON batch_items (key, status);
CREATE INDEX batch_items_by_unit ON batch_items (unit);

CREATE VIEW page_words AS
    SELECT row_id, coalesce(words, text) AS text FROM pages;
CREATE VIRTUAL TABLE pages_fts USING fts5 (
    text, content = 'page_words', content_rowid = 'row_id', tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER pages_added AFTER INSERT ON pages BEGIN
    INSERT INTO pages_fts (rowid, text) VALUES (new.row_id, coalesce(new.words, new.text));
END;
CREATE TRIGGER pages_changed AFTER UPDATE OF text, words ON pages BEGIN
    INSERT INTO pages_fts (pages_fts, rowid, text)
        VALUES ('delete', old.row_id, coalesce(old.words, old.text));
    INSERT INTO pages_fts (rowid, text) VALUES (new.row_id, coalesce(new.words, new.text));
END;
CREATE TRIGGER pages_removed AFTER DELETE ON pages BEGIN
    INSERT INTO pages_fts (pages_fts, rowid, text)
        VALUES ('delete', old.row_id, coalesce(old.words, old.text));
END;

CREATE VIEW turn_words AS
    SELECT row_id, coalesce(question_words, question) AS question, coalesce(answer_words, answer) AS answer,
           coalesce(reasoning_words, reasoning, '') AS reasoning
    FROM turns WHERE status <> 'running';
CREATE VIRTUAL TABLE turns_fts USING fts5 (
    question, answer, reasoning, content = 'turn_words', content_rowid = 'row_id',
    tokenize = 'unicode61 remove_diacritics 2'
);
CREATE TRIGGER turns_added AFTER INSERT ON turns WHEN new.status <> 'running' BEGIN
    INSERT INTO turns_fts (rowid, question, answer, reasoning) VALUES (
        new.row_id, coalesce(new.question_words, new.question), coalesce(new.answer_words, new.answer),
        coalesce(new.reasoning_words, new.reasoning, ''));
END;
CREATE TRIGGER turns_changed
AFTER UPDATE OF status, question, answer, reasoning, question_words, answer_words, reasoning_words ON turns
BEGIN
    INSERT INTO turns_fts (turns_fts, rowid, question, answer, reasoning)
        SELECT 'delete', old.row_id, coalesce(old.question_words, old.question),
               coalesce(old.answer_words, old.answer), coalesce(old.reasoning_words, old.reasoning, '')
        WHERE old.status <> 'running';
    INSERT INTO turns_fts (rowid, question, answer, reasoning)
        SELECT new.row_id, coalesce(new.question_words, new.question),
               coalesce(new.answer_words, new.answer), coalesce(new.reasoning_words, new.reasoning, '')
        WHERE new.status <> 'running';
END;
CREATE TRIGGER turns_removed AFTER DELETE ON turns WHEN old.status <> 'running' BEGIN
    INSERT INTO turns_fts (turns_fts, rowid, question, answer, reasoning) VALUES (
        'delete', old.row_id, coalesce(old.question_words, old.question),
        coalesce(old.answer_words, old.answer), coalesce(old.reasoning_words, old.reasoning, ''));
END;

CREATE VIEW answers AS
    SELECT turns.id AS turn_id, turns.session_id, sessions.title AS session, turns.started_at AS asked_at,
           turns.question, turns.answer, turns.status, turns.provider, turns.model,
           count(citations.position) AS citations,
           coalesce(sum(citations.verdict IN ('verbatim', 'normalized')), 0) AS verified,
           turns.statements, turns.supported, turns.context_complete,
           turns.cost_micros / 1000000.0 AS cost, turns.currency, turns.total_s AS seconds
    FROM turns JOIN sessions ON sessions.id = turns.session_id
    LEFT JOIN citations ON citations.turn_id = turns.id
    GROUP BY turns.row_id;

CREATE VIEW unverified_citations AS
    SELECT turns.session_id, sessions.title AS session, citations.turn_id, turns.started_at AS asked_at,
           turns.question, citations.number, citations.verdict, citations.document,
           coalesce(documents.title, '') AS title, citations.path, citations.page, citations.page_label,
           citations.quote, citations.found_page, citations.closest, citations.differences
    FROM citations JOIN turns ON turns.id = citations.turn_id
    JOIN sessions ON sessions.id = turns.session_id
    LEFT JOIN documents ON documents.sha256 = citations.document_sha256
    WHERE citations.verdict NOT IN ('verbatim', 'normalized');

CREATE VIEW spending AS
    SELECT 'turn' AS kind, id, session_id, started_at AS at, provider, model, input_tokens, cached_tokens,
           output_tokens, cost_micros, currency, coalesce(cost_estimated, 0) AS estimated, total_s AS seconds
    FROM turns WHERE status <> 'running'
    UNION ALL
    SELECT 'batch', run_id || '/' || position, NULL, batch_items.updated_at, provider, model, input_tokens,
           cached_tokens, output_tokens, cost_micros, currency, 0, seconds
    FROM batch_items JOIN batch_runs ON batch_runs.id = batch_items.run_id
    WHERE (batch_items.cost_micros IS NOT NULL OR batch_items.input_tokens IS NOT NULL)
        -- A unit that was asked in a session is counted there, turn by turn.
        AND coalesce(json_extract(batch_items.record, '$.session_id'), '') = '';

CREATE VIEW spending_by_month AS
    SELECT substr(at, 1, 7) AS month, provider, model, currency, count(*) AS answers,
           sum(input_tokens) AS input_tokens, sum(cached_tokens) AS cached_tokens,
           sum(output_tokens) AS output_tokens, sum(cost_micros) / 1000000.0 AS cost, sum(seconds) AS seconds
    FROM spending GROUP BY month, provider, model, currency;

CREATE VIEW documents_used AS
    SELECT documents.title, documents.path, documents.sha256, documents.page_count, documents.added_at,
           (SELECT count(*) FROM pages WHERE document_sha256 = documents.sha256) AS pages_read,
           (SELECT count(DISTINCT session_id) FROM session_documents WHERE document_sha256 = sha256)
               AS sessions,
           (SELECT count(*) FROM turns WHERE session_id IN (
               SELECT session_id FROM session_documents WHERE document_sha256 = documents.sha256)
           ) AS questions,
           (SELECT count(*) FROM citations WHERE document_sha256 = documents.sha256) AS citations,
           (SELECT count(*) FROM citations WHERE document_sha256 = documents.sha256
               AND verdict NOT IN ('verbatim', 'normalized')) AS unverified,
           (SELECT max(started_at) FROM turns WHERE session_id IN (
               SELECT session_id FROM session_documents WHERE document_sha256 = documents.sha256)
           ) AS last_asked
    FROM documents;
"""
