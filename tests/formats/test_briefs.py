"""Briefs in Word: every quotation in every story, named by its place, and returned as comments."""

# ruff: noqa: E501 (XML is easier to read on one line)

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from lxml import etree
from makeword import NS, box, changed, deleted, field, make_word, notes, paragraph, reference, row, run, table

from docanalyst.analyst.review.briefs import check_brief, commented_copy, read_brief
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import read_document

CLAUSES = [
    f"The {who} shall {what} within thirty days after written notice."
    for who in ("Supplier", "Customer", "Tenant", "Lender")
    for what in ("repair the northern warehouse", "deliver the audited accounts", "insure the cooling plant")
]
SOURCE = Document("a" * 64, "Agreement", (Page(1, None, "\n\n".join(CLAUSES)),), path="agreement.txt")
FALSE = [clause.replace("shall", "may") for clause in CLAUSES]
STYLES = f'<w:styles {NS}><w:style w:type="paragraph" w:styleId="Q"><w:name w:val="Block Text"/></w:style></w:styles>'
INDENTED = '<w:ind w:left="720" w:right="720"/>'


@pytest.fixture
def brief(tmp_path: Path) -> Path:
    """A brief with a true and a false quotation in each kind of place."""
    body = (
        paragraph(f"The agreement says “{CLAUSES[0]}” and “{FALSE[1]}” today.")
        + paragraph("It reads:")
        + paragraph(FALSE[2], properties='<w:pStyle w:val="Q"/>')
        + paragraph("It reads on:")
        + paragraph(CLAUSES[3], properties=INDENTED)
        + paragraph("A statement.", reference("footnote", 1), " Another.", reference("endnote", 1))
        + paragraph("A box.", box(paragraph(f"“{FALSE[6]}”")))
        + paragraph("An insertion: ", deleted("“The Lender shall never pay anything to anybody at all.” "),
                    changed("ins", run(f"“{FALSE[7]}”")))
        + table(row("Clause", f"“{CLAUSES[8]}”"), row("Clause", f"“{FALSE[9]}”"))
        + f"<w:sdt><w:sdtContent>{paragraph(f'“{CLAUSES[10]}”')}</w:sdtContent></w:sdt>"
        + paragraph("By field: ", field('REF "not a quotation at all, only code"', f"“{FALSE[11]}”"))
        + "<w:sectPr/>"
    )  # fmt: skip
    parts = {
        "styles": STYLES,
        "footnotes": notes("footnote", f"See “{FALSE[4]}”."),
        "endnotes": notes("endnote", f"“{CLAUSES[5]}”"),
    }
    return make_word(tmp_path / "brief.docx", body, parts)


PLACES = {
    0: "¶ 1", 1: "¶ 1", 2: "¶ 3", 3: "¶ 5", 4: "footnote 1", 5: "endnote i", 6: "¶ 8, text box", 7: "¶ 9",
    8: "¶ 10, table 1, row 1", 9: "¶ 11, table 1, row 2", 10: "¶ 12", 11: "¶ 13",
}  # fmt: skip
WRONG = {1, 2, 4, 6, 7, 9, 11}


def test_every_quotation_is_checked_and_named_by_its_place(brief: Path) -> None:
    checked = check_brief(read_brief(str(brief)), [SOURCE])
    found = {
        number: (citation.verified, checked.place(at))
        for at, citation in enumerate(checked.citations)
        for number in range(len(CLAUSES))
        if citation.quote.strip() in (CLAUSES[number], FALSE[number])
    }
    assert len(checked.citations) == len(CLAUSES)
    assert found == {number: (number not in WRONG, place) for number, place in PLACES.items()}
    assert all("quoted in" in citation.note for citation in checked.citations)


def test_the_commented_copy_has_a_comment_for_each_quotation_and_the_same_text(
    brief: Path, tmp_path: Path
) -> None:
    checked = check_brief(read_brief(str(brief)), [SOURCE])
    copy = tmp_path / "copy.docx"
    copy.write_bytes(commented_copy(str(brief), checked, "2026-11-30T10:00:00+00:00"))
    with zipfile.ZipFile(copy) as made, zipfile.ZipFile(brief) as original:
        assert made.testzip() is None
        assert set(original.namelist()) < set(made.namelist())
        comments = etree.fromstring(made.read("word/comments_docanalyst.xml"))
        main = made.read("word/document.xml").decode()
    assert len(comments) == len(CLAUSES)
    said = ["".join(item.itertext()) for item in comments]
    assert sum("verified" in words for words in said) == len(CLAUSES) - len(WRONG)
    assert any(words.startswith("footnote 1: “") for words in said)
    assert (
        main.count("commentRangeStart")
        == main.count("commentRangeEnd")
        == main.count("commentReference")
        == 12
    )
    # Text boxes take no comments in Word.
    assert "commentReference" not in main.partition("<w:txbxContent")[2].partition("</w:txbxContent")[0]
    before, after = read_document(brief), read_document(copy)
    assert [page.text for page in before.pages] == [page.text for page in after.pages[:-1]]
    assert after.pages[-1].label == "comments"


def test_a_comment_spans_the_quoted_words_alone(tmp_path: Path) -> None:
    path = make_word(tmp_path / "b.docx", paragraph(f"Before “{CLAUSES[0]}” after."))
    checked = check_brief(read_brief(str(path)), [SOURCE])
    copy = tmp_path / "c.docx"
    copy.write_bytes(commented_copy(str(path), checked, "2026-11-30T10:00:00Z"))
    with zipfile.ZipFile(copy) as made:
        main = made.read("word/document.xml").decode()
    marked = main.partition("commentRangeStart")[2].partition("commentRangeEnd")[0]
    words = "".join(
        etree.fromstring(f"<a {NS}>{'<' + marked.partition('<')[2].rpartition('<')[0]}</a>").itertext()
    )
    assert words.strip(" .”“") == CLAUSES[0].strip(".")


def test_comments_of_others_stay(tmp_path: Path) -> None:
    comments = (
        f'<w:comments {NS}><w:comment w:id="5" w:author="Bob">{paragraph("Why?")}</w:comment></w:comments>'
    )
    path = make_word(tmp_path / "b.docx", paragraph(f"“{CLAUSES[0]}”"), {"comments": comments})
    checked = check_brief(read_brief(str(path)), [SOURCE])
    copy = tmp_path / "c.docx"
    copy.write_bytes(commented_copy(str(path), checked, "2026-11-30T10:00:00Z"))
    text = read_document(copy).pages[-1].text
    assert "[note by Bob: Why?]" in text and "[note by docanalyst: ✓ verified" in text


def test_a_brief_that_is_no_word_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "b.docx").write_text("no", encoding="utf-8")
    with pytest.raises(DocumentError, match="damaged"):
        read_brief(str(tmp_path / "b.docx"))
