"""An absence is only believed after a look."""

from __future__ import annotations

import pytest
from support import SAMPLES

from docanalyst.domain.documents import Document
from docanalyst.domain.retrieval.absence import absent_statements, probe
from docanalyst.domain.retrieval.ranking import RetrievalIndex
from docanalyst.pdf import read_document


@pytest.fixture(scope="module")
def agreement() -> Document:
    return read_document(SAMPLES / "services-agreement.pdf")


@pytest.mark.parametrize(
    "answer",
    [
        "The lease does not address the warranty period.",
        "The warranty period is not specified.",
        "The documents are silent on the warranty period.",
        "There is no provision on a warranty period.",
        "No warranty period could be found.",
        "- warranty period: not addressed",
        "未提及保修期。",
    ],
)
def test_an_absence_is_recognised(answer: str) -> None:
    assert len(absent_statements(answer, [])) == 1


@pytest.mark.parametrize(
    "answer",
    ["The warranty period is two years.", "The Tenant shall not assign the lease.", "No rent is due in May."],
)
def test_other_statements_are_no_absence(answer: str) -> None:
    assert absent_statements(answer, []) == []


@pytest.mark.parametrize(
    ("answer", "question"),
    [
        ("The agreement does not address this.", "What is the limit of liability?"),
        ("- limit of liability: not addressed\n- pets: not addressed", "Fill the fields."),
    ],
)
def test_a_passage_that_speaks_against_it_is_shown(answer: str, question: str, agreement: Document) -> None:
    (remark,) = probe(answer, question, [], RetrievalIndex([agreement]))
    assert (remark.kind, remark.document, remark.page) == ("absence", "D1", 14)
    assert "printed 11" in remark.text
    page = agreement.page(14)
    assert page is not None
    assert remark.quote in " ".join(page.text.split())


def test_a_true_absence_stays_unremarked(agreement: Document) -> None:
    answer = "The agreement does not mention pets."
    assert probe(answer, "Are dogs or cats allowed?", [], RetrievalIndex([agreement])) == ()
