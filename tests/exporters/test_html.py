"""The HTML page: what it shows, that it loads and runs nothing, whatever the answer holds."""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser

import pytest

from docanalyst.domain.turns import Turn
from docanalyst.exporters import EXPORTERS, Picture, Report


class _Page(HTMLParser):
    """Tags with their attributes, and the text."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in ("meta", "img", "br", "hr"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if "style" not in self.open:
            self.text += data


def _html(report: Report) -> str:
    (exporter,) = (exporter for exporter in EXPORTERS if exporter.name == "html")
    (made,) = exporter.export(report)
    return made.content.decode("utf-8")


def test_every_citation_is_shown_with_its_verdict(report: Report) -> None:
    page = _Page(_html(report))
    for word in ("verified", "altered", "in another document", "on another page", "no such document"):
        assert word in page.text
    assert "2 of 5 quotations verified" not in page.text
    assert "1 of 5 quotations verified" in page.text
    assert "Lease, p. 1 (printed i), § 4.1" in page.text
    assert "cited as D1 p. 1" in page.text
    assert page.open == []


def test_marks_link_to_their_evidence(report: Report) -> None:
    page = _Page(_html(report))
    identities = [attributes["id"] for _, attributes in page.tags if "id" in attributes]
    links = [attributes["href"] for tag, attributes in page.tags if tag == "a"]
    assert len(identities) == len(set(identities))
    assert links
    assert all(link and link.startswith("#") and link[1:] in identities for link in links)


def test_differences_are_shown_word_by_word(report: Report) -> None:
    page = _html(report)
    assert "<ins>not</ins>" in page
    assert "<del>sixty (60)</del> <ins>thirty (30)</ins>" in page


def test_an_uncited_statement_is_marked_and_a_cited_one_is_not(report: Report) -> None:
    page = _html(report)
    assert 'Nobody cites this.<span class="uncited"' in page
    assert '<strong>$5,000</strong>.<sup class="good"><a href="#t1c1">1✓</a></sup> It' in page


def test_the_receipt_and_the_limits_are_told(report: Report) -> None:
    text = _Page(_html(report)).text
    for words in (
        "qwen/qwen3-32b",
        "900 tokens (exact)",
        "$0.0012",
        "lease-abstract",
        "docanalyst 1.2.3",
    ):
        assert words in text
    assert "whether it supports the statement is for the reader to judge" in text
    assert "Cut off at the output limit." in text
    assert "Smith v. Jones is not in your documents." in text


def test_pictures_are_inside_the_page(report: Report) -> None:
    (attributes,) = [attributes for tag, attributes in _Page(_html(report)).tags if tag == "img"]
    assert str(attributes["src"]).startswith("data:image/png;base64,")
    assert attributes["alt"] == "Lease, p. 1 (printed i), § 4.1"


def test_bad_pictures_are_left_out(report: Report) -> None:
    wrong = {("t1", 0): (Picture(b"GIF89a", 1), Picture(b"", 1), Picture(b"\x89PNG\r\n\x1a\n", 1))}
    assert "<img" not in _html(replace(report, pictures=wrong))


def test_nothing_of_a_hostile_answer_runs_or_loads(hostile: Report) -> None:
    source = _html(hostile)
    page = _Page(source)
    allowed = {
        "html", "head", "meta", "title", "style", "body", "main", "header", "section", "footer", "h1", "h2",
        "h3", "h4", "p", "b", "i", "span", "sup", "a", "cite", "blockquote", "mark", "del", "ins", "ul", "ol",
        "li", "dl", "dt", "dd", "div", "details", "summary", "pre", "code", "figure", "img", "br",
    }  # fmt: skip
    assert {tag for tag, _ in page.tags} <= allowed
    for _, attributes in page.tags:
        assert not any(name.startswith("on") for name in attributes)
        for name in ("href", "src", "action", "srcset"):
            assert str(attributes.get(name) or "#").startswith(("#", "data:image/png;base64,"))
    assert "default-src 'none'" in source
    assert not any(c in source for c in "\x1b\x9b\u202e")
    assert "<script>alert(1)</script>" in page.text
    assert page.open == []


def test_an_empty_session_is_a_page(report: Report) -> None:
    assert _Page(_html(replace(report, session=replace(report.session, turns=(), title="")))).open == []


@pytest.mark.slow
def test_a_huge_answer(report: Report) -> None:
    answer = "The rent is due.[^1] " * 20_000 + "**" * 20_000 + "[" * 20_000 + "> " * 2_000
    turn: Turn = replace(report.session.turns[0], answer=answer)
    assert len(_html(replace(report, session=replace(report.session, turns=(turn,))))) > 400_000
