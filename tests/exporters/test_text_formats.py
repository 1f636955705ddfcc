"""Markdown, JSON and JSON lines: complete, readable again, inert."""

from __future__ import annotations

import json

import pytest

from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.errors import UsageError
from docanalyst.domain.records.sessions import records_from_lines, session_from_record
from docanalyst.exporters import EXPORTERS, Made, Report, exporter_for
from docanalyst.exporters.markdown import inert


def _export(name: str, report: Report) -> str:
    (exporter,) = (exporter for exporter in EXPORTERS if exporter.name == name)
    (made,) = exporter.export(report)
    assert made.ending == ""
    return made.content.decode("utf-8")


def test_markdown_can_be_read_and_checked_again(report: Report) -> None:
    text = _export("markdown", report)
    citations = [citation for turn in report.session.turns for citation in turn.citations]
    quotes = read_quotes(text)
    assert [(q.text, q.document, q.page) for q in quotes] == [
        (c.quote, c.document, c.page) for c in citations
    ]
    assert [quote.number for quote in quotes] == [1, 2, 3, 4, 5, 6]
    assert "It was cut[^6]" in text


def test_markdown_tells_verdicts_differences_and_the_receipt(report: Report) -> None:
    text = _export("markdown", report)
    for words in (
        "≠ altered · Lease, p. 2 (printed 1), § 4.2",
        "- negation: the page has “not”; the quotation leaves it out",
        "### Statements without a verified citation",
        "- Nobody cites this.",
        "- Sent: 900 tokens (exact)",
        "- Context window: 131,072 tokens",
        "**Cut off at the output limit.**",
    ):
        assert words in text


def test_markdown_is_inert(hostile: Report) -> None:
    text = _export("markdown", hostile)
    assert "<script" not in text
    assert "![" not in text.replace("\\![", "")
    assert "](" not in text
    assert not any(c in text for c in "\x1b\x9b\u202e\r")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<b>x</b> a < b", "&lt;b>x&lt;/b> a < b"),
        ("![x](http://a)", "\\![x]\\(http://a)"),
        ("[x](http://a) [1] [^1]", "[x]\\(http://a) [1] [^1]"),
        ("[x][y] [a]: http://b", "[x]\\[y] [a]\\: http://b"),
        ("<http://a> <!-- c -->", "&lt;http://a> &lt;!-- c -->"),
    ],
)
def test_what_could_open_something_is_escaped(text: str, expected: str) -> None:
    assert inert(text) == expected


def test_json_is_the_whole_session(report: Report) -> None:
    session, documents = session_from_record(json.loads(_export("json", report)))
    assert session == report.session
    assert documents == report.documents


def test_json_lines_are_the_whole_session(report: Report) -> None:
    lines = [json.loads(line) for line in _export("jsonl", report).splitlines()]
    (record,) = records_from_lines(lines)
    session, documents = session_from_record(record)
    assert (session, documents) == (report.session, report.documents)


def test_json_of_hostile_text_is_complete_and_unseen_characters_are_escaped(hostile: Report) -> None:
    for name in ("json", "jsonl"):
        text = _export(name, hostile)
        assert not any(c in text for c in "\x1b\x9b\u202e\u2028")
    session, _ = session_from_record(json.loads(_export("json", hostile)))
    assert session == hostile.session


def test_the_exporter_is_chosen_by_suffix() -> None:
    assert exporter_for("a/b.HTML").name == "html"
    assert {exporter.suffix for exporter in EXPORTERS} == {".md", ".html", ".json", ".jsonl", ".docx", ".pdf"}
    with pytest.raises(UsageError, match=r"Cannot export to \.odt") as caught:
        exporter_for("b.odt")
    assert ".docx" in caught.value.hint
    with pytest.raises(UsageError):
        exporter_for("b")


def test_a_missing_package_is_named_with_its_remedy(report: Report, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "docx", None)
    with pytest.raises(UsageError) as caught:
        exporter_for("x.docx").export(report)
    assert "[office]" in caught.value.hint


def test_made_holds_bytes() -> None:
    assert Made(b"x").ending == ""
