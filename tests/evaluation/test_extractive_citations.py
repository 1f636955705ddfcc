"""On real documents every citation of an offline answer reads back and verifies, on the page it names."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.citations import Where
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.words import word_count
from docanalyst.domain.retrieval.extractive import answer
from docanalyst.domain.retrieval.ranking import RetrievalIndex
from docanalyst.domain.verification.verify import VerificationIndex

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["contracts", "research"])
def test_every_citation_verifies(shared: Path, kind: str) -> None:
    folder = shared / "evaldata" / kind
    if not (folder / "docs.jsonl").exists():
        pytest.skip("the evaluation data is not on this machine")
    asked: dict[str, list[str]] = {}
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        asked.setdefault(row["doc"], []).append(row["question"])
    checked = 0
    for line in (folder / "docs.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        pages = tuple(Page(number, None, text) for number, text in enumerate(row["pages"], 1))
        document = Document(row["id"], row["title"], pages)
        index, checks = RetrievalIndex([document]), VerificationIndex([document])
        for question in asked.get(row["id"], [])[::6]:
            text = "".join(answer(index, question, passages=5 if checked % 2 else None))
            quotes = read_quotes(text)
            defined = re.findall(r"^\[\^(\d+)\]: D1 p\.\d+ ", text, re.MULTILINE)
            named = [str(quote.number) for quote in quotes if quote.where is Where.DEFINITION]
            assert named == defined, question
            assert all(word_count(q.text) <= 60 for q in quotes if q.where is Where.DEFINITION)
            for citation in checks.verify(quotes):
                checked += 1
                assert citation.verified, (row["id"], question, citation)
    assert checked > 500
