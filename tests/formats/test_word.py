"""Word files: every story once, numbers as Word shows them, both views of tracked changes, hostile files."""

# ruff: noqa: E501 (XML is easier to read on one line)

from __future__ import annotations

import os
import random
import re
import zipfile
from pathlib import Path

import pytest
from makeword import (
    NS,
    box,
    changed,
    deleted,
    field,
    levels,
    make_word,
    notes,
    numbered,
    paragraph,
    reference,
    row,
    run,
    table,
)

from docanalyst.domain.documents import Document, Page, page_reference
from docanalyst.domain.errors import DocumentError
from docanalyst.domain.verification import verify
from docanalyst.formats.word.numerals import written
from docanalyst.pdf import collect, read_document
from docanalyst.pdf.paths import left_out


def texts(path: Path, **options: object) -> list[str]:
    """The paragraphs of a document, on all its pages."""
    document = read_document(path, **options)  # type: ignore[arg-type]
    return "\n\n".join(page.text for page in document.pages).split("\n\n")


def test_the_text_of_every_story_is_read_once_and_in_order(tmp_path: Path) -> None:
    sdt = "<w:sdt><w:sdtContent>{}</w:sdtContent></w:sdt>"
    body = (
        paragraph("One.", reference("footnote", 1), " Two.", reference("endnote", 1))
        + paragraph("A box hangs here.", box(paragraph("In the box.")))
        + sdt.format(paragraph("In a control, ", sdt.format(run("inline"))))
        + paragraph(
            f'<w:hyperlink r:id="x">{run("a link")}</w:hyperlink>', " and ", field("REF secret", "a field")
        )
        + table(row("Cell 1", "Cell 2"), row("Only one cell", ""))
        + paragraph("Last.")
        + '<w:sectPr><w:headerReference w:type="default" r:id="rheader1"/>'
        '<w:footerReference w:type="first" r:id="rfooter1"/></w:sectPr>'
    )
    parts = {
        "footnotes": notes("footnote", "A footnote."),
        "endnotes": notes("endnote", "An endnote."),
        "header1": f"<w:hdr {NS}>{paragraph('The header')}</w:hdr>",
        "footer1": f"<w:ftr {NS}>{paragraph('A footer that no page shows')}</w:ftr>",
        "comments": f'<w:comments {NS}><w:comment w:id="5" w:author="Bob">{paragraph("Why?")}</w:comment></w:comments>',
    }
    assert texts(make_word(tmp_path / "a.docx", body, parts)) == [
        "One.¹ Two.¹\n¹ A footnote.\n¹ An endnote.",
        "A box hangs here.",
        "In the box.",
        "In a control, inline",
        "a link and a field",
        "Cell 1 | Cell 2",
        "Only one cell",
        "Last.",
        "The header",
        "[note by Bob: Why?]",
    ]
    document = read_document(tmp_path / "a.docx")
    assert [page.label for page in document.pages] == ["¶¶ 1-8", "headers and footers", "comments"]


def test_characters_that_are_no_text_elements_are_read(tmp_path: Path) -> None:
    sym = '<w:r><w:sym w:font="{}" w:char="{}"/></w:r>'
    tick = (
        '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="1"/></w:checkBox></w:ffData>'
        '</w:fldChar></w:r><w:r><w:instrText>FORMCHECKBOX</w:instrText></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    body = (
        paragraph(sym.format("Wingdings", "F0FE"), "yes", sym.format("Symbol", "F0A7"), sym.format("Nobody", "F0FF"))
        + paragraph("a<w:r/>".replace("a", run("10")), "<w:r><w:noBreakHyphen/></w:r>", "K", "<w:r><w:tab/></w:r>", "so")
        + paragraph("soft<w:r/>".replace("soft", run("co")), "<w:r><w:softHyphen/></w:r>", "operate")
        + paragraph(tick, " agreed")
        + paragraph("<w:ruby><w:rt><w:r><w:t>over</w:t></w:r></w:rt></w:ruby>" + "<w:r><w:ruby><w:rt>" + run("kana")
                    + "</w:rt><w:rubyBase>" + run("漢") + "</w:rubyBase></w:ruby></w:r>")
        + paragraph("<m:oMath><m:f><m:num><m:r><m:t>a+b</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>")
        + paragraph(run("Seller", "<w:caps/>"), run(" Buyer", "<w:smallCaps/>"), run(" old", "<w:strike/>"), " new")
    )  # fmt: skip
    read = texts(make_word(tmp_path / "a.docx", body))
    assert read[0] == "☑yes♣\ufffd"
    assert read[1] == "10-K\tso"
    assert read[2:4] == ["cooperate", "☒ agreed"]
    assert "漢" in read[4] and "kana" not in read[4]
    assert read[5] == "(a+b)/2"
    assert read[6] == "SELLER Buyer [struck: old] new"


def test_hidden_text_is_told_and_never_read_as_text(tmp_path: Path) -> None:
    hidden = "<w:vanish/>"
    body = (
        paragraph("The fee is ", run("not ", hidden), "due.")
        + paragraph(run("All hidden.", hidden))
        + paragraph("End.")
    )
    path = make_word(tmp_path / "a.docx", body)
    assert texts(path) == ["The fee is [hidden text] due.", "End."]
    assert any("Hidden text" in line and "3 words" in line for line in read_document(path).warnings)
    assert texts(path, include_hidden=True) == ["The fee is not due.", "All hidden.", "End."]


def test_numbers_restart_and_go_on_as_in_word(tmp_path: Path) -> None:
    body = "".join(
        numbered(text, level, identity)
        for text, level, identity in (
            ("a", 0, 1), ("b", 1, 1), ("c", 1, 1), ("d", 2, 1), ("e", 0, 1), ("f", 1, 1), ("g", 0, 2), ("h", 0, 1),
            ("i", 2, 1), ("j", 1, 1),
        )
    )  # fmt: skip
    path = make_word(tmp_path / "a.docx", body, {"numbering": levels("%1.", "%1.%2", "(%3)")})
    # The last two: a level that was skipped counts as used.
    assert texts(path) == [
        "1. a",
        "1.1 b",
        "1.2 c",
        "(1) d",
        "2. e",
        "2.1 f",
        "1. g",
        "2. h",
        "(1) i",
        "2.2 j",
    ]


def test_a_number_by_style_and_none_where_the_paragraph_says_so(tmp_path: Path) -> None:
    styles = (
        f'<w:styles {NS}><w:style w:type="paragraph" w:styleId="Clause"><w:name w:val="Clause"/><w:pPr><w:numPr>'
        '<w:numId w:val="1"/></w:numPr></w:pPr></w:style><w:style w:type="paragraph" w:styleId="Sub"><w:name '
        'w:val="Sub"/><w:basedOn w:val="Clause"/></w:style></w:styles>'
    )
    numbering = levels("Article %1 ", "%1.%2").replace(
        '<w:lvl w:ilvl="1"><w:start', '<w:lvl w:ilvl="1"><w:pStyle w:val="Sub"/><w:start'
    )
    style = '<w:pStyle w:val="{}"/>'
    body = (
        paragraph("Rent", properties=style.format("Clause"))
        + paragraph("Due date", properties=style.format("Sub"))
        + paragraph("No number", properties=style.format("Sub") + '<w:numPr><w:numId w:val="0"/></w:numPr>')
        + paragraph("Term", properties=style.format("Clause"))
    )
    path = make_word(tmp_path / "a.docx", body, {"styles": styles, "numbering": numbering})
    assert texts(path) == ["Article 1  Rent", "1.1 Due date", "No number", "Article 2  Term"]


@pytest.mark.parametrize(
    ("number", "form", "shown"),
    [
        (4, "upperRoman", "IV"), (28, "lowerLetter", "bb"), (3, "decimalZero", "03"), (22, "ordinal", "22nd"),
        (13, "ordinal", "13th"), (21, "ordinalText", "Twenty-first"), (8, "cardinalText", "Eight"), (5, "none", ""),
        (0, "upperRoman", "0"), (3, "chicago", "‡"), (7, "somethingNew", "7"),
    ],
)  # fmt: skip
def test_numbers_are_written_in_the_formats_of_word(number: int, form: str, shown: str) -> None:
    assert written(number, form) == shown


TRACKED = (
    paragraph("The term is ", deleted("three"), changed("ins", run("five"), "Bob"), " years.")
    + f'<w:p><w:pPr><w:rPr>{changed("del", "")}</w:rPr></w:pPr>{run("First half, ")}</w:p>'
    + paragraph("second half.")
    + f'<w:p><w:pPr><w:rPr>{changed("ins", "")}</w:rPr></w:pPr>{changed("ins", run("A new paragraph."))}</w:p>'
    + table(
        f'<w:tr><w:trPr>{changed("ins", "")}</w:trPr><w:tc>{paragraph(changed("ins", run("new row")))}</w:tc></w:tr>',
        f'<w:tr><w:trPr>{changed("del", "")}</w:trPr><w:tc>{paragraph(deleted("old row"))}</w:tc></w:tr>',
        row("kept", "row"),
    )
    + paragraph("Moved ", changed("moveFrom", run("from here")), "and ", changed("moveTo", run("to here")), ".")
)  # fmt: skip


@pytest.mark.parametrize(
    ("view", "expected"),
    [
        ("final", ["The term is five years.", "First half, second half.", "A new paragraph.", "new row", "kept | row",
                   "Moved and to here."]),
        ("original", ["The term is three years.", "First half,", "second half.", "old row", "kept | row",
                      "Moved from hereand ."]),
    ],
)  # fmt: skip
def test_changes_are_accepted_or_rejected_with_marks_rows_and_moves(
    tmp_path: Path, view: str, expected: list[str]
) -> None:
    assert texts(make_word(tmp_path / "a.docx", TRACKED), view=view) == expected


def test_marked_changes_name_their_authors_and_final_ones_are_told(tmp_path: Path) -> None:
    path = make_word(tmp_path / "a.docx", TRACKED)
    assert (
        texts(path, view="marked")[0] == "The term is [deleted by Ann: three][inserted by Bob: five] years."
    )
    told = " ".join(read_document(path).warnings)
    assert "[deleted by Ann: three]" in told and "[inserted by Bob: five]" in told
    document = read_document(path)
    quotes = ["The term is five years.", "The term is three years."]
    assert [item.verified for item in verify(quotes, [document])] == [True, False]


def test_saved_page_breaks_are_pages_and_are_called_so(tmp_path: Path) -> None:
    saved = "<w:r><w:lastRenderedPageBreak/></w:r>"
    hard = '<w:r><w:br w:type="page"/></w:r>'
    body = (
        paragraph("Page one begins and ", saved, "goes on on page two.")
        + paragraph(hard)
        + paragraph(saved, "Page three.")
    )
    document = read_document(make_word(tmp_path / "a.docx", body))
    assert [page.text for page in document.pages] == [
        "Page one begins and",
        "goes on on page two.",
        "Page three.",
    ]
    assert [page.label for page in document.pages] == [f"as last saved, ¶ {n}" for n in (1, 1, 2)]
    (found,) = verify(["begins and goes on on page two"], [document])
    assert found.verified
    assert page_reference(found.found_page, found.found_page_label) == "p. 1 (as last saved, ¶ 1)"
    assert any("saved last" in line for line in document.warnings)


def test_without_saved_pages_a_quotation_is_placed_by_its_paragraph(tmp_path: Path) -> None:
    body = "".join(
        paragraph(f"Clause {n} says that the buyer pays {n} dollars. " + "More words. " * 30)
        for n in range(1, 90)
    )
    document = read_document(make_word(tmp_path / "a.docx", body))
    assert len(document.pages) > 5
    for number in (1, 40, 89):
        (found,) = verify([f"Clause {number} says that the buyer pays {number} dollars."], [document])
        assert page_reference(found.found_page, found.found_page_label) == f"¶ {number}"
    stored = Document(document.sha256, "t", tuple(Page(p.number, p.label, p.text) for p in document.pages))
    assert verify(["Clause 40 says that the buyer pays 40 dollars."], [stored])[0].found_page_label == "¶ 40"


def test_the_strict_form_and_parts_of_any_name_are_read(tmp_path: Path) -> None:
    assert texts(make_word(tmp_path / "strict.docx", paragraph("Strict words."), strict=True)) == [
        "Strict words."
    ]


def test_bytes_decide_what_a_file_is(tmp_path: Path) -> None:
    good = make_word(tmp_path / "a.docx", paragraph("Words of the contract."))
    for name in ("b.pdf", "c.txt", "d.bin"):
        (tmp_path / name).write_bytes(good.read_bytes())
        assert texts(tmp_path / name) == ["Words of the contract."]


@pytest.mark.parametrize(
    ("name", "data", "said", "hint"),
    [
        ("old.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old Office format", "save it as .docx"),
        ("locked.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password", "remove"),
        ("a.pages", b"PK\3\4" + b"Index/Document.iwa" + bytes(100), "Pages", "Export To"),
        ("a.ods", b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.sheet", "OpenDocument", "PDF"),
        ("a.xlsx", b"PK\3\4" + b"xl/workbook.xml", "Excel", "PDF"),
        ("a.zip", b"PK\3\4" + bytes(50), "ZIP", "Unpack"),
        ("a.jpg", b"\xff\xd8\xff\xe0", "picture", "PDF"),
    ],
)  # fmt: skip
def test_other_kinds_are_refused_with_what_to_do(
    tmp_path: Path, name: str, data: bytes, said: str, hint: str
) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(DocumentError, match=said) as caught:
        read_document(tmp_path / name)
    assert hint in caught.value.hint


def test_a_folder_takes_all_kinds_and_says_what_it_leaves_out(tmp_path: Path) -> None:
    make_word(tmp_path / "b.docx", paragraph("x"))
    for name, data in (("a.pdf", b"%PDF-1.4"), ("n.txt", b"x"), ("~$b.docx", b"lock"), ("x.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
                       ("p.png", b"\x89PNG"), (".hidden", b"x"), ("hurt.docx", b"PK\3\4x")):  # fmt: skip
        (tmp_path / name).write_bytes(data)
    assert [Path(item.path).name for item in collect([str(tmp_path)])] == [
        "a.pdf",
        "b.docx",
        "hurt.docx",
        "n.txt",
    ]
    assert [Path(file).name for file, _ in left_out([str(tmp_path)])] == ["p.png", "x.doc", "~$b.docx"]


def tags(name: str, count: int) -> str:
    return f"<w:{name}/>" * count


@pytest.mark.parametrize(
    ("body", "before", "said"),
    [
        (paragraph("&x;"), '<!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "document type"),
        (paragraph("&a;"), '<!DOCTYPE d [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>', "document type"),
        (paragraph("x"), "<!--" + "x" * 50_000 + '--><!DOCTYPE d [<!ENTITY a "ha">]>', "document type"),
        (
            "<w:sdt><w:sdtContent>" * 400 + paragraph("x") + "</w:sdtContent></w:sdt>" * 400,
            "",
            "nested too deeply",
        ),
        (
            "<w:tbl><w:tr><w:tc>" * 70 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 70,
            "",
            "nested too deeply",
        ),
        (tags("p", 3_000_000), "", "ZIP bomb"),
        ("<w:p><w:r></w:p>", "", "not valid XML"),
        ("", "", "no words"),
    ],
    ids=["external", "entities", "late doctype", "deep", "deep tables", "bomb", "broken", "empty"],
)
def test_hostile_files_are_refused_with_a_reason(tmp_path: Path, body: str, before: str, said: str) -> None:
    path = make_word(tmp_path / "a.docx", "x")
    with zipfile.ZipFile(path) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    document = f"<?xml version='1.0'?>{before}<w:document {NS}><w:body>{body}</w:body></w:document>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name, data in parts.items():
            new.writestr(name, document.encode() if name == "word/document.xml" else data)
    with pytest.raises(DocumentError, match=said):
        read_document(path)


@pytest.mark.slow
def test_a_million_cells_are_refused_before_they_are_parsed(tmp_path: Path) -> None:
    chance = random.Random(1)
    cells = "".join(f"<w:tc>{paragraph(f'{chance.getrandbits(20):x}')}</w:tc>" for _ in range(1000))
    path = make_word(tmp_path / "a.docx", f"<w:tbl>{f'<w:tr>{cells}</w:tr>' * 1000}</w:tbl>")
    with pytest.raises(DocumentError, match=r"tags, over the limit|ZIP bomb|over the limit"):
        read_document(path)


def test_a_truncated_file_is_damaged_not_a_defect(tmp_path: Path) -> None:
    path = make_word(tmp_path / "a.docx", paragraph("x" * 5000))
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(DocumentError, match="damaged"):
        read_document(path)


SHARED = Path(os.environ.get("DOCANALYST_SHARED") or Path(__file__).parents[3] / "shared") / "cases" / "word"


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here (set DOCANALYST_SHARED)")
@pytest.mark.parametrize(
    ("name", "inside"),
    [
        ("headings_numbered", ["1.2.1. Section 1.2.3", "2.1.1. Section 2.1.1"]),
        ("numbering_resumed", ["2. Second ordered item", "3. Third ordered item"]),
        ("contract_contractor", ["1.1 Performing Services.", "1.4 Insurance."]),
        ("textbox_vml", ["Datum plane"]),
        ("sdt_in_textbox", ["rich-text-content-control_inside-text-box"]),
        ("endnotes", ["Ouch¹.²\n¹ A tachyon walks into a bar."]),
        ("tracked_moves_sdt", ["You can also type a keyword.\n\nTo make your document look."]),
    ],
)
def test_real_files(name: str, inside: list[str]) -> None:
    text = "\n\n".join(page.text for page in read_document(SHARED / f"{name}.docx").pages)
    for words in inside:
        assert words in text
        assert name.startswith("tracked") or text.count(words) == 1


@pytest.mark.skipif(not SHARED.is_dir(), reason="the shared documents are not here (set DOCANALYST_SHARED)")
def test_a_real_file_that_states_its_own_numbers() -> None:
    pages = read_document(SHARED / "numbering_override.docx").pages
    lines = "\n\n".join(page.text for page in pages).split("\n\n")
    pairs = [line.split(" ", 1) for line in lines if re.fullmatch(r"\S+ \S+", line)]
    # One paragraph is a bullet, and one abbreviates its number with dots.
    wrong = [pair for pair in pairs if pair[0] != pair[1]]
    assert len(pairs) > 40
    assert wrong == [["•", "·"], ["1.1.1.1.1.1.1", "1.1.1.1...1"]]
