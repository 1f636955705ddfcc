"""Records hold what the interface promises, and give every field back."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.citations import Citation, Verdict
from docanalyst.domain.documents import Document, Page, Span
from docanalyst.domain.errors import UsageError
from docanalyst.domain.models import Usage
from docanalyst.domain.receipt import Coverage, Receipt
from docanalyst.domain.records.sessions import (
    records_from_lines,
    session_from_record,
    session_lines,
    session_record,
)
from docanalyst.domain.records.turns import citation_record, turn_from_record, turn_record
from docanalyst.domain.turns import Session, SessionDocument, Turn

# Hypothesis resolves every field of a dataclass from its annotation.
turns = st.from_type(Turn)
citations = st.from_type(Citation)
WORDS = st.text(max_size=20)
documents = st.builds(
    Document,
    sha256=WORDS,
    title=WORDS,
    pages=st.lists(st.builds(Page, st.integers(1, 9), st.none() | WORDS, WORDS, st.booleans())).map(tuple),
    warnings=st.lists(WORDS).map(tuple),
    path=WORDS,
    byte_count=st.integers(0, 10**9),
    page_count=st.integers(1, 9),
    metadata=st.dictionaries(WORDS, WORDS),
)


def through_json(record: Any) -> Any:
    return json.loads(json.dumps(record, allow_nan=False))


@given(turns)
def test_every_turn_survives_its_record(turn: Turn) -> None:
    try:
        record = through_json(turn_record(turn))
    except ValueError:
        return  # NaN and infinity are not JSON, and no field of a real turn is one
    assert turn_from_record(record) == turn


@pytest.mark.slow
@given(turns, documents)
def test_every_session_survives_as_json_and_as_lines(turn: Turn, document: Document) -> None:
    member = SessionDocument(document.sha256, document.title, document.path, document.page_count, "1-2")
    session = Session("s1", "Title", "2026-01-01", "2026-01-02", (member,), (turn,), 1)
    try:
        record = through_json(session_record(session, [document]))
    except ValueError:
        return
    read, pages = session_from_record(record)
    assert (read, pages) == (session, (document,))
    assert pages[0].metadata == document.metadata
    lines = [through_json(line) for line in session_lines(record)]
    assert [line["kind"] for line in lines] == ["session", "document", "turn"]
    assert list(records_from_lines([*lines, *lines])) == [record, record]


def test_the_record_has_the_promised_keys() -> None:
    citation = Citation(1, "D1", "q", Verdict.VERBATIM)
    turn = Turn(
        "t1", "s1", "Q?", "groq", "m", citations=(citation,), coverage=Coverage(2, 1),
        receipt=Receipt((), "ab", 10, 1, 5, "exact"),
    )  # fmt: skip
    record = turn_record(turn)
    assert set(record) >= {
        "session_id", "turn_id", "question", "answer", "reasoning", "status", "finish_reason", "provider",
        "model", "prompt", "citations", "coverage", "receipt", "usage", "cost", "timings",
    }  # fmt: skip
    assert set(record["citations"][0]) >= {
        "number", "document", "path", "sha256", "page", "page_label", "quote", "verdict", "found_document",
        "found_page", "found_page_label", "similarity", "differences", "span",
    }  # fmt: skip
    assert set(record["receipt"]) >= {
        "documents", "context_sha256", "window", "reserved_output", "counted_tokens", "token_count",
        "billed_tokens", "context_complete",
    }  # fmt: skip
    assert record["coverage"] == {"statements": 2, "supported": 1}
    assert set(record["timings"]) == {"first_token_s", "total_s", "tokens_per_s"}
    span = citation_record(replace(citation, span=Span("ab", 3, 0, 9)))["span"]
    assert span == {"page": 3, "start": 0, "end": 9, "sha256": "ab"}
    assert list(record)[:6] == ["session_id", "turn_id", "question", "answer", "reasoning", "status"]


def test_a_citation_of_the_interface_alone_is_read() -> None:
    """Spans written by another program name no document: they are in the found one."""
    record = citation_record(Citation(1, "D1", "q", Verdict.VERBATIM, sha256="aa"))
    record["span"] = {"page": 3, "start": 1, "end": 9}
    turn = turn_record(Turn("t", "s", "q", "p", "m"))
    read = turn_from_record({**turn, "citations": [record]})
    span = read.citations[0].span
    assert span is not None
    assert (span.document_sha256, span.page_number) == ("aa", 3)


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"turn_id": 5},
        {"status": "asleep"},
        {"citations": [{"number": 1}]},
        {"citations": "none"},
        {"receipt": {"window": "wide"}},
        {"cost": []},
        {"position": "first"},
    ],
)
def test_broken_records_are_refused(broken: dict[str, Any]) -> None:
    record = {**turn_record(Turn("t", "s", "q", "p", "m")), **broken} if broken else {}
    with pytest.raises(UsageError, match="record"):
        turn_from_record(record)


@pytest.mark.slow
@given(turns, st.booleans())
def test_a_field_that_an_older_export_lacks_has_its_default(turn: Turn, as_null: bool) -> None:
    full = turn_record(turn)
    required = {"turn_id", "session_id", "question", "provider", "model"}
    record = {key: full[key] for key in required} | {
        key: None for key in full if as_null and key not in required
    }
    read = turn_from_record({**record, "of_a_later_version": {"a": [1]}})
    assert read == Turn(turn.id, turn.session_id, turn.question, turn.provider, turn.model)


def test_what_is_null_inside_a_part_has_its_default() -> None:
    turn = turn_record(Turn("t", "s", "q", "p", "m"))
    citation = {
        "number": 1,
        "document": "D1",
        "quote": "q",
        "verdict": "altered",
        "spans": None,
        "page": None,
    }
    read = turn_from_record(
        {
            **turn,
            "citations": [citation],
            "usage": {"input_tokens": 7, "cached_tokens": None},
            "receipt": {
                "context_sha256": "ab", "window": 9, "reserved_output": 1, "counted_tokens": 5,
                "token_count": "exact", "documents": None,
            },
        }
    )  # fmt: skip
    assert read.citations == (Citation(1, "D1", "q", Verdict.ALTERED),)
    assert read.usage == Usage(7)
    assert read.receipt == Receipt((), "ab", 9, 1, 5, "exact")


def test_documents_read_alike_do_not_share_what_they_lack() -> None:
    record = session_record(Session("s", "t", "", ""))
    _, (first, second) = session_from_record(
        {**record, "documents": [{"sha256": "a", "title": "A"}, {"sha256": "b", "title": "B"}]}
    )
    first.metadata["author"] = "me"
    assert (first.pages, second.metadata) == ((), {})


def test_the_error_names_the_field_and_its_place() -> None:
    turn = turn_record(Turn("t", "s", "q", "p", "m"))
    with pytest.raises(UsageError, match=r"^This is not a turn record: it has no 'session_id'\.$"):
        turn_from_record({})
    with pytest.raises(UsageError, match=r"it has no 'document' in citations\[0\]\.$"):
        turn_from_record({**turn, "citations": [{"number": 1}]})
    with pytest.raises(UsageError, match=r"expected 'int', got 'str' in usage\.input_tokens\.$"):
        turn_from_record({**turn, "usage": {"input_tokens": "many"}})


def test_half_of_a_character_is_kept_in_text_and_refused_elsewhere() -> None:
    half = "a\ud800b"
    turn = turn_record(Turn("t", "s", "q", "p", "m", answer=half))
    assert turn_from_record(turn).answer == half
    for broken in ({half: 1}, {"status": half}, {"position": half}):
        with pytest.raises(UsageError, match="half of a character"):
            turn_from_record({**turn, **broken})


@pytest.mark.parametrize("record", [None, [], "turn", 5, {"turn_id": [[[]]]}])
def test_what_is_no_object_is_refused(record: Any) -> None:
    with pytest.raises(UsageError, match="record"):
        turn_from_record(record)


def test_other_files_and_newer_formats_are_refused() -> None:
    record = session_record(Session("s", "t", "", ""))
    with pytest.raises(UsageError, match="not a session"):
        session_from_record({"hello": 1})
    with pytest.raises(UsageError, match="newer"):
        session_from_record({**record, "version": 99, "documents": "of another shape"})
    with pytest.raises(UsageError, match="no 'version'"):
        session_from_record({"format": record["format"]})
    for documents in (5, "all", [1], [{"sha256": 1}]):
        with pytest.raises(UsageError, match="not a session record"):
            session_from_record({**record, "documents": documents})
    with pytest.raises(UsageError, match="Line 1"):
        list(records_from_lines([{"kind": "turn"}]))
    assert dataclasses.asdict(session_from_record(record)[0])["id"] == "s"
