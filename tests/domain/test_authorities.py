"""Cases, statutes, dockets and DOIs of an answer, and which of them no document names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.answers.authorities import authorities, foreign_authorities
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
        ("doi:10.1038/s41586-020-2012-7.", "10.1038/s41586-020-2012-7", "doi"),
        ("arXiv:2103.06268 shows", "arXiv:2103.06268", "doi"),
    ],
)
def test_forms(text: str, cited: str, kind: str) -> None:
    assert (cited, kind) in [(item.text.rstrip("."), item.kind) for item in authorities(text)]


def test_ordinary_text_cites_nothing() -> None:
    text = "The rent of 30 days in Section 4.2 is 5 % of 100 units. Mr. A. Smith paid Acme Inc. $5."
    assert authorities(text) == []


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
