"""Cases, statutes, dockets and DOIs of an answer, and which of them no document names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.answers.authorities import authorities, foreign_authorities, mispaired_cases
from docanalyst.domain.answers.authorities.reporters import reporter
from docanalyst.domain.answers.authorities.table import cited_in, table_of_authorities
from docanalyst.domain.documents import Document, Page


def _document(text: str) -> Document:
    return Document("a" * 64, "T", (Page(1, None, text),))


def _missing(answer: str, text: str) -> list[str]:
    return [item.text for item in foreign_authorities(answer, [_document(text)])]


@pytest.mark.parametrize(
    ("text", "cited", "kind"),
    [
        ("It follows 567 U.S. 519, 527 (2012).", "567 U.S. 519", "case"),
        ("It follows 132 S. Ct. 2566.", "132 S. Ct. 2566", "case"),
        ("See 925 F.3d 1339 (11th Cir. 2019).", "925 F.3d 1339", "case"),
        ("See 2023 WL 1234567, at *3.", "2023 WL 1234567", "case"),
        ("See 2019 U.S. Dist. LEXIS 12345.", "2019 U.S. Dist. LEXIS 12345", "case"),
        ("The court in [2019] UKSC 12 held so.", "[2019] UKSC 12", "case"),
        (
            "Held in Varghese v. China Southern Airlines Co. that",
            "Varghese v. China Southern Airlines Co",
            "case name",
        ),
        ("In re Enron Corp. The debtor", "In re Enron Corp", "case name"),
        ("under 42 U.S.C. § 1983 he", "42 U.S.C. § 1983", "statute"),
        ("under 17 C.F.R. § 240.10b-5(b).", "17 C.F.R. § 240.10b-5(b)", "statute"),
        ("Fed. R. Civ. P. 12(b)(6) applies", "Fed. R. Civ. P. 12(b)(6)", "statute"),
        ("Cal. Civ. Code § 1542 is waived", "Cal. Civ. Code § 1542", "statute"),
        ("Regulation (EU) 2016/679 binds", "Regulation (EU) 2016/679", "statute"),
        ("nach § 433 BGB hat", "§ 433 BGB", "statute"),
        ("the Companies Act 2006 says", "Companies Act 2006", "statute"),
        ("Case No. 1:21-cv-01234-ABC is", "Case No. 1:21-cv-01234-ABC", "docket"),
        ("Bravo v. Alto, 570 U. S. ____ (2013)", "570 U. S. ____", "case"),
        ("See T.C. Memo. 2011-45.", "T.C. Memo. 2011-45", "case"),
        ("held in 9 Cranch 43, 50", "9 Cranch 43", "case"),
        ("held in 5 U.S. (1 Cranch) 137", "5 U.S. (1 Cranch) 137", "case"),
        ("in 88 Vt. 112, 115", "88 Vt. 112", "case"),
        ("in 31 Idaho 404.", "31 Idaho 404", "case"),
        ("in 2011-Ohio-3011, ¶ 7", "2011-Ohio-3011", "case"),
        ("in 2014 IL App (2d) 130045, ¶ 9", "2014 IL App (2d) 130045", "case"),
        ("Act of 1940, 54 Stat. 789, as", "54 Stat. 789", "statute"),
        ("at 84 Fed. Reg. 10,120 (2019)", "84 Fed. Reg. 10,120", "statute"),
        ("under U.S. Const. art. I, § 8, cl. 3 it", "U.S. Const. art. I, § 8, cl. 3", "statute"),
        ("under U.S. Const. amend. XIV, § 1.", "U.S. Const. amend. XIV, § 1", "statute"),
        (
            "Restatement (Second) of Torts § 402A holds",
            "Restatement (Second) of Torts § 402A",
            "statute",
        ),
        ("Rev. Rul. 81-100 says", "Rev. Rul. 81-100", "statute"),
        ("Minn. Stat. § 80C.14 bars", "Minn. Stat. § 80C.14", "statute"),
        ("as 2 App. 336–382 shows", "2 App. 336", "record"),
        ("doi:10.1038/s41586-020-2012-7.", "10.1038/s41586-020-2012-7", "doi"),
        ("arXiv:2103.06268 shows", "arXiv:2103.06268", "doi"),
    ],
)
def test_forms(text: str, cited: str, kind: str) -> None:
    assert (cited, kind) in [(item.text.rstrip("."), item.kind) for item in authorities(text)]


def test_ordinary_text_cites_nothing() -> None:
    text = "The rent of 30 days in Section 4.2 is 5 % of 100 units. Mr. A. Smith paid Acme Inc. $5."
    assert authorities(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "There are 20 Ohio 3 counties and 5 F 10 units.",
        "On 12 Dec. 2019 and 3 Jan. 2020 they met.",
        "We compared IG vs. CG, CVVH vs. CVVHD, and 3 Iowa 12 farms.",
        "No. 5 Table 3 shows 14 A 20 values; Section 12 Part 4 follows.",
        "Batch C-3957/14 was kept at 4 C 30 days.",
        "The order of 30 Sept. 2024 names 25 Units 4 times.",
    ],
)
def test_words_and_numbers_of_running_text_are_no_authorities(text: str) -> None:
    assert [item for item in authorities(text) if item.kind != "docket"] == []


def test_names_of_reporters() -> None:
    assert reporter("F. Supp. 2d") == reporter("F.Supp.2d") == "F. Supp. 2d"
    assert reporter("U. S.") == "U.S."
    assert reporter("Dec.") is None
    assert reporter("Units") is None


PAIRED = (
    "In Roe v. Wade, 410 U.S. 113 (1973), the Court held so. Obergefell v. Hodges, 576 U.S. 644 (2015), "
    "followed. See Smith v. Jones, 12 F.3d 5 (2d Cir. 1994); Alto v. Bravo, 7 F.4th 9 (CA10 2021). "
    "Later, 99 F.3d 100 was cited for Brown v. Green."
)


@pytest.mark.parametrize(
    ("answer", "part", "found"),
    [
        ("Roe v. Wade, 576 U.S. 644 (2015)", "name", "Obergefell v. Hodges"),
        ("Roe v. Wade, 410 U. S. 113 (1974)", "year", "1973"),
        ("Smith v. Jones, 12 F.3d 5 (9th Cir. 1994)", "court", "2d Cir."),
        ("United States v. Jones, 12 F.3d 5", "name", "Smith v. Jones"),
        ("Brown v. Green, 410 U.S. 113", "name", "Roe v. Wade"),
    ],
)
def test_parts_that_the_documents_pair_otherwise(answer: str, part: str, found: str) -> None:
    (wrong,) = mispaired_cases(f"It was so held in {answer}.", [_document(PAIRED)])
    assert (wrong.part, wrong.found) == (part, found)
    assert wrong.sentence.endswith(f"{found}.") or wrong.sentence.endswith(f"{found}")


@pytest.mark.parametrize(
    "answer",
    [
        "Roe v. Wade, 410 U. S. 113, 120 (1973)",
        "Jane Roe v. Henry Wade, 410 U.S. 113, 93 S. Ct. 705 (1973)",
        "Smith v. Jones, 12 F.3d 5 (2d Cir. 1994)",
        "Alto v. Bravo, 7 F.4th 9 (10th Cir. 2021)",
        "Hill v. Dale, 4 U.S. 5 (1800)",
        "Hill v. Dale, 570 U.S. ___ (2013)",
        "99 F.3d 100",
        "",
    ],
)
def test_parts_that_agree_or_cannot_be_judged(answer: str) -> None:
    assert mispaired_cases(answer, [_document(PAIRED)]) == []


@pytest.mark.parametrize(
    ("text", "court", "year"),
    [
        ("410 U. S. 113, 120 (1973)", "", "1973"),
        ("410 U.S. 113, 93 S. Ct. 705 (1973)", "", "1973"),
        ("12 F.3d 5, 9 n. 3 (2d Cir. 1994)", "2d Cir.", "1994"),
        ("12 F.3d 5, and Hill v. Dale, 13 F.3d 6 (2d Cir. 1994)", "", ""),
        ("12 F.3d 5 (en banc)", "", ""),
    ],
)
def test_court_and_year_belong_to_the_citation_before_them(text: str, court: str, year: str) -> None:
    slot = authorities(text)[0].slot
    assert slot is not None
    assert (slot.court, slot.year) == (court, year)


def test_a_name_and_a_place_that_stand_apart() -> None:
    apart = "Roe v. Wade was argued twice. " + "Much was said of it by others. " * 8 + "See 576 U.S. 644."
    (wrong,) = mispaired_cases("Roe v. Wade, 576 U.S. 644", [_document(apart)])
    assert (wrong.part, wrong.found) == ("name", "")
    assert "not together" in wrong.sentence


def test_a_table_of_authorities_has_each_once_with_its_pages() -> None:
    pages = (
        "Roe v. Wade, 410 U.S. 113 (1973), and 42 U.S.C. § 1983. See Alto v. Bravo, 7 F.4th 9.",
        "Roe v. Wade again; and 410 U. S. 113.",
        "Nothing. 1 App. 4.",
        "42 U. S. C. § 1983 and Roe v. Wade, 410 U.S. 113.",
    )
    document = Document("a" * 64, "T", tuple(Page(n, None, text) for n, text in enumerate(pages, 1)))
    entries = [(entry.kind, entry.text, entry.places[0].pages) for entry in table_of_authorities([document])]
    assert entries == [
        ("case", "Alto v. Bravo, 7 F.4th 9", (1,)),
        ("case", "Roe v. Wade, 410 U.S. 113 (1973)", (1, 2, 4)),
        ("statute", "42 U.S.C. § 1983", (1, 4)),
    ]
    assert table_of_authorities([]) == table_of_authorities([_document("")]) == []


def test_what_a_brief_cites_beside_the_documents() -> None:
    entries = cited_in(
        "Roe v. Wade, 410 U.S. 113; Pub. L. No. 91-52; Hill v. Dale, 4 U.S. 5", [_document(PAIRED)]
    )
    assert [(entry.text, [place.pages for place in entry.places]) for entry in entries] == [
        ("Hill v. Dale, 4 U.S. 5", []),
        ("Roe v. Wade, 410 U.S. 113", [(1,)]),
        ("Pub. L. No. 91-52", []),
    ]


def test_what_the_documents_name_is_not_foreign() -> None:
    source = (
        "As in Jane Roe et al. v. Henry Wade, 410 U. S. 113; 42 U.S.C. Section 1983; Art. 28 of the GDPR."
    )
    answer = "Roe v. Wade, 410 U.S. 113, and 42 U.S.C. § 1983 with Article 28 GDPR."
    assert _missing(answer, source) == []


def test_what_they_do_not_name_is() -> None:
    source = "410 U.S. 1135 and 1410 U.S. 113 are other cases. Roe was here. Wade was not."
    assert _missing("Roe v. Wade, 410 U.S. 113.", source) == ["Roe v. Wade", "410 U.S. 113"]
    assert _missing("42 U.S.C. § 1983", "42 U.S.C. § 1985") == ["42 U.S.C. § 1983"]
    assert _missing("42 U.S.C. § 1983, 42 U.S.C. § 1983", "") == ["42 U.S.C. § 1983"]


@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    for item in authorities(text):
        assert text[item.start : item.end]
    foreign_authorities(text, [_document(text)])


@pytest.mark.timeout(60)
@pytest.mark.parametrize("unit", ["1 U.S. ", "A. ", "Aa ", "v. ", "10.1234/", "§", "Smith v. ", "In re "])
def test_hostile_text_takes_time_in_proportion(unit: str) -> None:
    text = unit * (500_000 // len(unit))
    assert all(0 <= item.start < item.end <= len(text) for item in authorities(text))
