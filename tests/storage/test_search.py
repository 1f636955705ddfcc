"""What was asked, answered and read is found again, however it is typed."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.storage import Store, new_id
from docanalyst.storage.reports.search import Filters, Hit, marked, match_expression
from docanalyst.storage.words import gather, spread

Make = Callable[..., Turn]


def found(hit: Hit) -> list[str]:
    """The marked words of a hit."""
    return [hit.snippet[start:end] for start, end in hit.marks]


@pytest.fixture
def library(store: Store, session_id: str, asked: Make, finished: Make) -> Store:
    def ask(question: str, answer: str, **changes: object) -> None:
        begun = store.turns.start(asked(session_id, question, **changes))
        store.turns.finish(finished(begun, answer=answer, reasoning=None, citations=()))

    ask("What is the rent?", "The rent is 1,200 pounds a month, payable quarterly.")
    ask("May the tenant sublet?", "Subletting needs prior written consent.", provider="groq")
    ask("違約金是多少？", "违约金为人民币五十万元。")
    return store


def test_words_phrases_beginnings_and_exclusions(library: Store) -> None:
    def questions(text: str) -> list[str | None]:
        return [hit.question for hit in library.reports.search(text, pages=False)]

    assert questions("rent") == ["What is the rent?"]
    assert questions("RENT monthly") == []
    assert questions('"payable quarterly"') == ["What is the rent?"]
    assert questions('"quarterly payable"') == []
    assert questions("sub*") == ["May the tenant sublet?"]
    assert questions("sub") == []
    assert sorted(filter(None, questions("rent OR consent"))) == [
        "May the tenant sublet?",
        "What is the rent?",
    ]
    assert questions("the -rent") == ["May the tenant sublet?"]
    assert questions("the NOT rent") == ["May the tenant sublet?"]
    assert questions("rent AND month") == ["What is the rent?"]
    assert questions("“payable quarterly”") == ["What is the rent?"]
    assert questions('"payable quart"*') == ["What is the rent?"]
    assert questions("1,200") == ["What is the rent?"]


def test_a_hit_says_where_and_marks_what(library: Store, session_id: str) -> None:
    (hit,) = library.reports.search("pounds", pages=False)
    assert (hit.kind, hit.field, hit.title, hit.session_id) == ("turn", "answer", "Assignment", session_id)
    assert (hit.status, hit.provider, hit.model) == ("complete", "scripted", "echo")
    assert hit.turn_id is not None
    assert library.turns.get(hit.turn_id).question == hit.question == "What is the rent?"
    assert hit.snippet == "The rent is 1,200 pounds a month, payable quarterly."
    assert found(hit) == ["pounds"]
    (hit,) = library.reports.search('"may the tenant"', pages=False)
    assert (hit.field, found(hit)) == ("question", ["May the tenant"])


def test_pages_are_found_with_document_and_label(library: Store, lease: Document) -> None:
    (hit,) = library.reports.search("landlord's consent")
    assert (hit.kind, hit.field, hit.title, hit.path) == ("page", "page", lease.title, lease.path)
    assert (hit.document_sha256, hit.page, hit.page_label) == (lease.sha256, 3, "1")
    assert found(hit) == ["Landlord's", "consent"]
    assert hit.turn_id is None


def test_chinese_is_found_by_words_within_a_run(library: Store, judgment: Document) -> None:
    turn, page = library.reports.search("违约金")
    assert (turn.kind, page.kind) == ("turn", "page")
    assert (page.title, page.page) == (judgment.title, 1)
    assert page.snippet == judgment.pages[0].text
    assert found(page) == ["违约金"]
    assert found(turn) == ["违约金"]
    assert [found(hit) for hit in library.reports.search("被告", turns=False)] == [["被告"]]
    assert library.reports.search("约违") == []
    assert [hit.kind for hit in library.reports.search("人民币五十万元")] == ["turn", "page"]


def test_what_was_thought_is_found(store: Store, session_id: str, asked: Make, finished: Make) -> None:
    store.turns.finish(finished(store.turns.start(asked(session_id))))
    (hit,) = store.reports.search("forbids", pages=False)
    assert hit.field == "reasoning"
    (hit,) = store.reports.search("转让", pages=False)
    assert (hit.field, found(hit)) == ("reasoning", ["转让"])


def test_the_best_comes_first(store: Store) -> None:
    pages = (Page(1, None, "notice " + "word " * 400), Page(2, None, "notice notice of termination"))
    store.documents.add(Document("ab" * 32, "Notices", pages))
    assert [hit.page for hit in store.reports.search("notice")] == [2, 1]
    assert [hit.page for hit in store.reports.search("notice", limit=1, offset=1)] == [1]


def test_filters(library: Store, session_id: str, asked: Make, finished: Make, lease: Document) -> None:
    other = library.sessions.create(new_id(), "Elsewhere", [dataclasses.replace(lease, path="b/Mill.pdf")])
    begun = library.turns.start(asked(other.id, "What of the rent?"))
    library.turns.finish(finished(begun, status=TurnStatus.TRUNCATED))

    def titles(text: str = "rent OR consent", **filters: object) -> set[tuple[str, str]]:
        return {(hit.kind, hit.title) for hit in library.reports.search(text, Filters(**filters))}  # type: ignore[arg-type]

    everything = {("turn", "Assignment"), ("turn", "Elsewhere"), ("page", lease.title)}
    assert titles() == everything
    assert titles(provider="groq") == {("turn", "Assignment")}
    assert titles(provider="scripted", status="truncated") == {("turn", "Elsewhere")}
    assert titles(unverified=True) == {("turn", "Elsewhere")}
    assert titles(session=other.id[:12]) == {("turn", "Elsewhere")}
    assert titles(document=lease.sha256[:6]) == everything
    assert titles(document="mill") == everything
    assert titles(document="判決") == {("turn", "Assignment")}
    assert titles(since="2026-01-01") == everything
    assert titles(since="2027-01-01") == set()
    for filters in (
        {"document": "nothing%like_it"},
        {"document": " "},
        {"status": "asleep"},
        {"since": "soon"},
    ):
        with pytest.raises(UsageError):
            titles(**filters)


def test_what_changes_is_found_as_it_is_now(
    store: Store, session_id: str, asked: Make, finished: Make, lease: Document
) -> None:
    begun = store.turns.start(asked(session_id, "Unfinished business?"))
    assert store.reports.search("unfinished") == []
    store.turns.finish(finished(begun, answer="First wording."))
    assert len(store.reports.search("unfinished")) == 1
    store.turns.finish(finished(begun, answer="Second 说法."))
    assert store.reports.search("first wording") == []
    assert len(store.reports.search("second 说法")) == 1
    store.documents.add(dataclasses.replace(lease, pages=(Page(1, "i", "Rewritten 页面."),)))
    assert store.reports.search("Aldous") == []
    assert len(store.reports.search("rewritten 页面")) == 1
    store.sessions.delete(session_id, purge=True)
    assert store.reports.search("second OR rewritten OR tenant") == []
    assert store.maintenance.check() == []


@pytest.mark.parametrize("nothing", ["", "  ", '""', "—…", "-rent", "-rent OR -lease", "*", '"', "OR"])
def test_nothing_to_look_for_is_said(store: Store, nothing: str) -> None:
    with pytest.raises(UsageError, match="no word"):
        store.reports.search(nothing)


@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    st.text(alphabet=st.one_of(st.sampled_from("\"*-()^:+{}[]\\'.,ANDORT被 \x00\x02\x1f"), st.characters()))
)
@example('NEAR("a b", 3)')
@example("question : rent")
@example("a AND (b")
@example("rent\x00drop")
def test_nothing_typed_is_a_syntax_error(text: str) -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE t USING fts5 (x)")
    try:
        expression = match_expression(text)
    except UsageError:
        return
    assert connection.execute("SELECT * FROM t WHERE t MATCH ?", (expression,)).fetchall() == []
    connection.close()


@given(st.text(alphabet=st.sampled_from("ab 被告人ノ한글ก\n.")))
def test_spreading_is_undone_by_gathering(text: str) -> None:
    assert gather(spread(text) or text) == text


def test_marks_in_the_text_itself_do_no_harm() -> None:
    assert marked("a\x02b\x03c") == ("abc", ((1, 2),))
    assert marked("\x03a\x02\x02b") == ("ab", ())
