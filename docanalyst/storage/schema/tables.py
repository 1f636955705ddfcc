# No `from __future__ import annotations` here: SQLModel reads the annotations as objects.
"""The rows, as SQLModel tables. `migrations` makes the schema; a test holds the two equal."""

from sqlmodel import Field, SQLModel


class DocumentRow(SQLModel, table=True):
    """A document in the library. warnings, metadata: JSON."""

    __tablename__ = "documents"

    sha256: str = Field(primary_key=True)
    title: str
    path: str
    page_count: int
    byte_count: int
    added_at: str
    warnings: str
    metadata_: str = Field(sa_column_kwargs={"name": "metadata"})


class PageRow(SQLModel, table=True):
    """A page.

    Attributes:
        words: The text with characters of unspaced scripts set apart, where it has any.
        line_numbers: JSON, where each numbered line begins in the text and its number; null without them.
    """

    __tablename__ = "pages"

    row_id: int | None = Field(default=None, primary_key=True)
    document_sha256: str = Field(foreign_key="documents.sha256", ondelete="CASCADE")
    number: int
    label: str | None = None
    text: str
    tokens: int | None = None
    ocr: int = 0
    words: str | None = None
    line_numbers: str | None = None


class SessionRow(SQLModel, table=True):
    """A session."""

    __tablename__ = "sessions"

    id: str = Field(primary_key=True)
    title: str
    created_at: str
    updated_at: str


class SessionDocumentRow(SQLModel, table=True):
    """A document of a session, with the path and the pages as they were given."""

    __tablename__ = "session_documents"

    session_id: str = Field(primary_key=True, foreign_key="sessions.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    document_sha256: str = Field(foreign_key="documents.sha256")
    pages: str
    title: str
    path: str


class TurnRow(SQLModel, table=True):
    """A turn.

    Attributes:
        remarks, parts, receipt_documents, receipt_left_out: JSON.
        owner: The process that runs it. *_words: as in PageRow.
    """

    __tablename__ = "turns"

    row_id: int | None = Field(default=None, primary_key=True)
    id: str = Field(unique=True)
    session_id: str = Field(foreign_key="sessions.id", ondelete="CASCADE")
    position: int
    parent_id: str | None = Field(default=None, foreign_key="turns.id", ondelete="SET NULL")
    question: str
    answer: str = ""
    reasoning: str | None = None
    status: str
    finish_reason: str | None = None
    provider: str
    model: str
    prompt_name: str | None = None
    prompt_sha256: str | None = None
    context_sha256: str | None = None
    window: int | None = None
    reserved_output: int | None = None
    counted_tokens: int | None = None
    token_count: str | None = None
    billed_tokens: int | None = None
    context_complete: int | None = None
    receipt_documents: str | None = None
    receipt_left_out: str | None = None
    statements: int | None = None
    supported: int | None = None
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    reasoning_tokens: int | None = None
    usage_estimated: int | None = None
    cost_micros: int | None = None
    currency: str | None = None
    cost_estimated: int | None = None
    started_at: str
    first_token_s: float | None = None
    total_s: float = 0.0
    tokens_per_s: float | None = None
    error: str | None = None
    remarks: str = "[]"
    owner: str | None = None
    question_words: str | None = None
    answer_words: str | None = None
    reasoning_words: str | None = None
    written_tokens: int | None = None
    doubt_micros: int = 0
    parts: str = "[]"


class CitationRow(SQLModel, table=True):
    """A checked quote of a turn.

    Attributes:
        differences, spans, cautions: JSON.
        place: `where` of a citation.
    """

    __tablename__ = "citations"

    turn_id: str = Field(primary_key=True, foreign_key="turns.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    number: int
    document: str
    document_sha256: str
    path: str
    page: int | None = None
    page_label: str | None = None
    quote: str
    verdict: str
    found_document: str | None = None
    found_document_sha256: str | None = None
    found_page: int | None = None
    found_page_label: str | None = None
    similarity: float
    differences: str
    span_document_sha256: str | None = None
    span_page: int | None = None
    span_start: int | None = None
    span_end: int | None = None
    spans: str
    occurrences: int
    closest: str
    note: str
    place: str = "definition"
    cautions: str = "[]"
    review_mark: str | None = None
    review_note: str | None = None
    reviewed_at: str | None = None


class BatchRunRow(SQLModel, table=True):
    """A batch run.

    Attributes:
        options: JSON, what is needed to resume it.
    """

    __tablename__ = "batch_runs"

    id: str = Field(primary_key=True)
    started_at: str
    updated_at: str
    status: str
    output: str
    provider: str
    model: str
    options: str
    owner: str | None = None


class BatchItemRow(SQLModel, table=True):
    """A unit of a batch run.

    Attributes:
        key: What it depends on, as a digest.
        record: JSON, the unit's result.
    """

    __tablename__ = "batch_items"

    run_id: str = Field(primary_key=True, foreign_key="batch_runs.id", ondelete="CASCADE")
    position: int = Field(primary_key=True)
    key: str
    unit: str
    status: str
    error: str | None = None
    record: str
    input_tokens: int | None = None
    cached_tokens: int | None = None
    output_tokens: int | None = None
    cost_micros: int | None = None
    currency: str | None = None
    seconds: float | None = None
    updated_at: str
