"""Rules for title, parties and dates."""

from __future__ import annotations

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.retrieval.headers import DATE, Field, asked_field, find_field


def document(*texts: str) -> Document:
    return Document("s", "t", tuple(Page(number, None, text) for number, text in enumerate(texts, 1)))


def found(doc: Document, field: Field) -> list[str]:
    return [doc.pages[place.page].text[place.start : place.end] for place in find_field(doc, field)]


LEASE = document(
    "Exhibit 10.3\nEXECUTION COPY\nMASTER TOWER LEASE\nThis Lease is entered into as of the 3rd day of May, "
    "2019, by and between Northern Mast Ltd. (“Landlord”) and Otter Radio LLC (“Tenant”).\nRECITALS\n",
    "1. Term. This Lease shall become effective on July 1, 2019 (the “Effective Date”).",
    "IN WITNESS WHEREOF\nBy: ____\nDate: May 9, 2019",
)


def test_title() -> None:
    assert found(LEASE, Field.TITLE) == ["MASTER TOWER LEASE"]


def test_parties() -> None:
    place = find_field(LEASE, Field.PARTIES)[0]
    text = LEASE.pages[place.page].text
    assert text.index("This Lease") < place.start < text.index("RECITALS")


def test_date() -> None:
    assert found(LEASE, Field.DATE)[0] == "3rd day of May, 2019"


def test_effective_date() -> None:
    place = find_field(LEASE, Field.EFFECTIVE)[0]
    assert place.page == 1


def test_a_paper_has_a_title_too() -> None:
    paper = document("Otters sleep longer in winter\n\nA. Author, B. Author\n\nAbstract. We watched otters.")
    assert found(paper, Field.TITLE) == ["Otters sleep longer in winter"]


@pytest.mark.parametrize("field", list(Field))
@pytest.mark.parametrize("text", ["", "\n\n", "word", "§" * 9_000, "(“" * 4_000])
def test_nothing_to_find(field: Field, text: str) -> None:
    assert isinstance(find_field(document(text), field), list)


@pytest.mark.parametrize(
    "text",
    [
        "May 3, 2019",
        "3 May 2019",
        "the 18th day of May, 2001".removeprefix("the "),
        "____ day of ___________, 2000",
        "14 day of SEPTEMBER, 200_",
        "12/31/2020",
        "2024-02-29",
        "March 2021",
        "2023年5月1日",
    ],
)
def test_dates(text: str) -> None:
    match = DATE.search(f"made on {text} by")
    assert match and match.group().strip() == text


@pytest.mark.parametrize("text", ["may 5 people", "section 12", "in the year 2019 alone", "1,250.00"])
def test_no_dates(text: str) -> None:
    assert not DATE.search(text)


@pytest.mark.parametrize(
    ("question", "field"),
    [
        ("The name of the contract", Field.TITLE),
        ("Document Name", Field.TITLE),
        ("Who are the parties?", Field.PARTIES),
        ("The two or more parties who signed the contract", Field.PARTIES),
        ("The date of the contract", Field.DATE),
        ("When was this agreement signed?", Field.DATE),
        ("The date when the contract is effective", Field.EFFECTIVE),
        ("Which party pays for insurance?", None),
        ("Is there a cap on liability?", None),
    ],
)
def test_which_field_is_asked(question: str, field: Field | None) -> None:
    assert asked_field(question) is field
