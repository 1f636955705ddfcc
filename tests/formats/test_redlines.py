"""Redlines: accepting all changes gives the new version, rejecting all the old one."""

from __future__ import annotations

import io
import random
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
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

from docanalyst.domain.language.paragraphs import paragraphs
from docanalyst.formats.word.redline.making import make
from docanalyst.pdf import read_document
from docanalyst.pdf.reader import inspect_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DATE = "2026-12-01T09:00:00Z"


def redline(old: Any, new: Any) -> tuple[bytes, list[str]]:
    """The redline of two Word files, or of two lists of paragraphs; and what is told of it."""
    answers: list[tuple[str, bytes, dict[str, Any]]] = []
    request = {"date": DATE, "old": _version(old), "new": _version(new)}
    make(request, lambda event, payload=b"", **fields: answers.append((event, payload, fields)))
    ((event, data, fields),) = answers
    assert event == "file", fields
    return data, fields["notes"]


def _version(given: Any) -> dict[str, Any]:
    if isinstance(given, Path):
        document = read_document(given)
        return {"path": str(given), "paragraphs": [(item.text, False) for item in paragraphs(document)]}
    return {"path": "", "paragraphs": [(text, False) for text in given]}


def main_part(data: bytes) -> Any:
    """The main part of a Word file."""
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        assert file.testzip() is None
        return etree.fromstring(file.read("word/document.xml"))


def settled(root: Any, *, accepted: bool) -> list[str]:
    """The texts of the paragraphs after accepting or rejecting all, done apart from the code under test."""
    gone, stays = (("del", "moveFrom"), ("ins", "moveTo"))
    if not accepted:
        gone, stays = stays, gone
    for item in list(root.iter(*(f"{W}{name}" for name in gone))):
        parent = item.getparent()
        if parent is None or parent.tag == f"{W}rPr":
            continue
        if parent.tag == f"{W}trPr":
            lost = parent.getparent()
            lost.getparent().remove(lost)
        else:
            parent.remove(item)
    texts = []
    joined = ""
    for item in root.iter(f"{W}p"):
        words = "".join(
            part.text or "" if part.tag in (f"{W}t", f"{W}delText") else "\t"
            for part in item.iter(f"{W}t", f"{W}delText", f"{W}tab")
            if part.getparent().tag == f"{W}r"
        )
        joined += words
        mark = item.find(f"{W}pPr/{W}rPr")
        if mark is not None and any(mark.find(f"{W}{name}") is not None for name in gone):
            continue
        texts.append(joined)
        joined = ""
    return [" ".join(text.split()) for text in [*texts, joined] if text.strip()]


def assert_both(data: bytes, old: Sequence[str], new: Sequence[str]) -> None:
    """Both versions come back."""
    assert settled(main_part(data), accepted=True) == [" ".join(text.split()) for text in new]
    assert settled(main_part(data), accepted=False) == [" ".join(text.split()) for text in old]


CLAUSES = [
    "1. Term. This Agreement runs for two years from the Effective Date and then ends.",
    "2. Payment. The Customer shall pay each invoice within 30 days after it receives it.",
    "3. Notices. Notices are given in writing to the addresses on the first page.",
    "4. Law. The law of England governs this Agreement and every claim that arises from it.",
]


def test_words_are_marked_one_by_one() -> None:
    new = [CLAUSES[0], CLAUSES[1].replace("30 days", "45 days"), *CLAUSES[2:]]
    data, _ = redline(CLAUSES, new)
    root = main_part(data)
    (gone,), (come,) = root.findall(f".//{W}del"), root.findall(f".//{W}ins")
    assert "".join(gone.itertext()) == "30"
    assert "".join(come.itertext()) == "45"
    assert gone.get(f"{W}author") == come.get(f"{W}author") == "docanalyst"
    assert gone.get(f"{W}date") == DATE
    assert_both(data, CLAUSES, new)


def test_equal_versions_have_no_changes() -> None:
    data, _ = redline(CLAUSES, CLAUSES)
    root = main_part(data)
    assert not list(root.iter(f"{W}ins", f"{W}del", f"{W}moveFrom", f"{W}moveTo"))


def test_a_moved_clause_is_a_move() -> None:
    new = [CLAUSES[0], "2. " + CLAUSES[3][3:], "3. " + CLAUSES[1][3:], "4. " + CLAUSES[2][3:]]
    data, told = redline(CLAUSES, new)
    root = main_part(data)
    assert "moves 1" in told
    (start,), (end,) = root.findall(f".//{W}moveFromRangeStart"), root.findall(f".//{W}moveToRangeStart")
    assert start.get(f"{W}name") == end.get(f"{W}name")
    assert "The law of England" in "".join(root.find(f".//{W}moveTo/{W}r/..").itertext())
    assert_both(data, CLAUSES, new)


@pytest.mark.slow
@pytest.mark.parametrize(
    "change",
    [
        lambda texts: [texts[0], texts[1][:40], texts[1][41:], *texts[2:]],
        lambda texts: [texts[0], f"{texts[1]} {texts[2]}", texts[3]],
        lambda texts: [],
        lambda texts: ["An entirely different text."],
        lambda texts: [*texts, *texts],
        lambda texts: list(reversed(texts)),
        lambda texts: ["", *texts, ""],
        lambda texts: [text.replace(" ", "  ") for text in texts],
        lambda texts: [text.upper() for text in texts],
        lambda texts: [*texts, '<w:del> & "]]>" \\ \u200f\u202e \U0001f600 名前'],
        lambda texts: [f"{text} " * 400 for text in texts],
    ],
    ids=[
        "split",
        "joined",
        "empty",
        "rewritten",
        "twice",
        "reversed",
        "blank",
        "blanks",
        "case",
        "signs",
        "long",
    ],
)
def test_every_kind_of_change_can_be_taken_back(change: Callable[[list[str]], list[str]]) -> None:
    new = change(list(CLAUSES))
    for old, other in ((CLAUSES, new), (new, CLAUSES)):
        data, _ = redline(old, other)
        assert_both(data, [text for text in old if text.strip()], [text for text in other if text.strip()])


def test_control_characters_do_not_break_the_file() -> None:
    data, _ = redline(["a\x00b \x0b\x1b[31m"], ["a\x00c \x1b[31m"])
    assert settled(main_part(data), accepted=True) == ["ac [31m"]


def test_a_word_file_keeps_its_formatting(tmp_path: Path) -> None:
    bold = run("The Supplier shall pay ", "<w:b/>")
    old = make_word(tmp_path / "old.docx", paragraph(bold, run("30 days", "<w:i/>"), " after receipt."))
    new = make_word(tmp_path / "new.docx", paragraph(bold, run("45 days", "<w:i/>"), " after receipt."))
    data, _ = redline(old, new)
    root = main_part(data)
    for kind in ("ins", "del"):
        (change,) = root.findall(f".//{W}{kind}")
        assert change.find(f"{W}r/{W}rPr/{W}i") is not None
    assert_both(
        data,
        ["The Supplier shall pay 30 days after receipt."],
        ["The Supplier shall pay 45 days after receipt."],
    )


def test_tables_are_compared_row_by_row(tmp_path: Path) -> None:
    rows = [("Grade", "Rate a day"), ("Principal architect", "£1,150"), ("Consultant", "£760")]
    after = [rows[0], ("Principal architect", "£1,250"), ("Analyst, junior", "£400")]
    old = make_word(
        tmp_path / "old.docx", "".join((paragraph("Rates"), table(*(row(*cells) for cells in rows))))
    )
    new = make_word(
        tmp_path / "new.docx", "".join((paragraph("Rates"), table(*(row(*cells) for cells in after))))
    )
    data, _ = redline(old, new)
    root = main_part(data)
    assert [item.find(f"{W}trPr/{W}del") is not None for item in root.iter(f"{W}tr")].count(True) == 1
    assert [item.find(f"{W}trPr/{W}ins") is not None for item in root.iter(f"{W}tr")].count(True) == 1
    assert_both(
        data,
        ["Rates", *(cell for cells in rows for cell in cells)],
        ["Rates", *(cell for cells in after for cell in cells)],
    )


def test_a_table_that_goes_or_comes(tmp_path: Path) -> None:
    grid = table(row("Grade", "Rate"), row("Consultant", "£760"))
    old = make_word(tmp_path / "old.docx", paragraph("Rates") + grid + paragraph("The end"))
    new = make_word(tmp_path / "new.docx", paragraph("Rates") + paragraph("The end"))
    whole = ["Rates", "Grade", "Rate", "Consultant", "£760", "The end"]
    assert_both(redline(old, new)[0], whole, ["Rates", "The end"])
    assert_both(redline(new, old)[0], ["Rates", "The end"], whole)


def test_tracked_changes_of_a_version_count_as_accepted(tmp_path: Path) -> None:
    inside = paragraph("The fee is ", deleted("£500"), changed("ins", run("£600")), " a month.")
    old = make_word(tmp_path / "old.docx", inside)
    new = make_word(tmp_path / "new.docx", paragraph("The fee is £700 a month."))
    data, told = redline(old, new)
    assert "changes old" in told
    assert_both(data, ["The fee is £600 a month."], ["The fee is £700 a month."])
    data, told = redline(new, old)
    assert "changes new" in told
    assert_both(data, ["The fee is £700 a month."], ["The fee is £600 a month."])


def test_numbers_come_back_too(tmp_path: Path) -> None:
    lists = {"numbering": levels("%1.")}
    old = make_word(tmp_path / "old.docx", numbered("Term") + numbered("Payment") + numbered("Law"), lists)
    new = make_word(tmp_path / "new.docx", numbered("Term") + numbered("Law"), lists)
    data, told = redline(old, new)
    assert "numbers" not in told
    assert views(data, tmp_path) == (["1. Term", "2. Payment", "3. Law"], ["1. Term", "2. Law"])


def views(data: bytes, folder: Path) -> tuple[list[str], list[str]]:
    """The blocks of a redline with all changes rejected, and accepted."""
    made = folder / "made.docx"
    made.write_bytes(data)
    old, new = (
        "\n\n".join(page.text for page in inspect_document(made, view=view).document.pages).split("\n\n")
        for view in ("original", "final")
    )
    return old, new


def test_a_list_that_the_new_version_does_not_have(tmp_path: Path) -> None:
    old = make_word(tmp_path / "old.docx", numbered("Term") + numbered("Law"), {"numbering": levels("(%1)")})
    new = make_word(tmp_path / "new.docx", paragraph("Term") + paragraph("Costs"))
    data, told = redline(old, new)
    assert "layout" not in told
    assert "numbers" not in told
    assert views(data, tmp_path) == (["(1) Term", "(2) Law"], ["Term", "Costs"])


@pytest.mark.parametrize("kind", ["footnote", "endnote"])
def test_notes_that_change_come_and_go(tmp_path: Path, kind: str) -> None:
    first, second = reference(kind, 1), reference(kind, 2)
    old = make_word(
        tmp_path / "old.docx",
        paragraph("Rent", first, " is due", second, "."),
        {f"{kind}s": notes(kind, "At £500", "On Monday")},
    )
    new = make_word(
        tmp_path / "new.docx", paragraph("Rent", first, " is due."), {f"{kind}s": notes(kind, "At £600")}
    )
    bare = make_word(tmp_path / "bare.docx", paragraph("Rent is due."))
    for one in (old, new, bare):
        for other in (old, new, bare):
            data, told = redline(one, other)
            assert "layout" not in told
            wanted = [read_document(path).pages[0].text.split("\n\n") for path in (one, other)]
            assert list(views(data, tmp_path)) == wanted


def test_text_boxes_fields_and_signs(tmp_path: Path) -> None:
    def body(word: str) -> str:
        return (
            paragraph("Before ", box(paragraph(f"In the {word} box")), f" the {word}")
            + paragraph(
                "See page ", field("PAGEREF x", "12"), f" for the {word} rent<w:tab/>".replace("<w:tab/>", "")
            )
            + paragraph(f"<w:r><w:t>The {word}</w:t><w:tab/><w:t>rent</w:t><w:br/><w:noBreakHyphen/></w:r>")
        )

    old, new = (
        make_word(tmp_path / "old.docx", body("first")),
        make_word(tmp_path / "new.docx", body("second")),
    )
    data, told = redline(old, new)
    assert "layout" not in told
    wanted = [read_document(path).pages[0].text.split("\n\n") for path in (old, new)]
    assert list(views(data, tmp_path)) == wanted


def seeded(texts: Sequence[str], seed: int) -> list[str]:
    """Texts with 20 edits: words, clauses, moves, rows."""
    chance, made = random.Random(seed), list(texts)
    for turn in range(20):
        place = chance.choice([at for at, text in enumerate(made) if len(text.split()) > 9])
        words = made[place].split()
        at = chance.randrange(1, len(words) - 3)
        if turn % 6 == 0:
            words[at] = "ninety"
        elif turn % 6 == 1:
            del words[at : at + 2]
        elif turn % 6 == 2:
            words[at:at] = ["subject", "to", "Section", "9.9,"]
        made[place] = " ".join(words)
        if turn % 6 == 3:
            del made[place]
        elif turn % 6 == 4:
            made.insert(
                place, f"{turn}.7 New clause {turn}. The parties shall agree on “terms” & <further> steps."
            )
        elif turn % 6 == 5:
            made.insert(chance.randrange(len(made)), made.pop(place))
    rows = [at for at, text in enumerate(made) if " | " in text]
    if rows:
        made[rows[0]] += " (changed)"
        made.insert(rows[-1], "New row | 99%")
    return made


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    [
        "neonsystemsinc_03_01_1999_ex_10_5_distributor_ag",
        "vapotherm_inc_manufacturing_and_supply_agreement",
        "jointcorp_09_19_2014_ex_10_15_franchise_agreemen",
        "gooseheadinsurance_inc_04_02_2018_ex_10_6_franch",
    ],
)
def test_real_contracts_with_twenty_edits(shared: Path, name: str) -> None:
    texts = [item.text for item in paragraphs(read_document(shared / "corpus" / "legal" / f"{name}.pdf"))]
    for seed in (1, 2, 3):
        new = seeded(texts, seed)
        data, _ = redline(texts, new)
        assert_both(data, texts, new)


@pytest.mark.slow
def test_real_word_files_against_each_other(shared: Path) -> None:
    """Files that have nothing in common: whole stories go, and others come."""
    files = sorted((shared / "cases" / "word").glob("*.docx"))
    assert len(files) > 10
    plain = []
    for old, new in zip(files, files[1:] + files[:1], strict=True):
        _, told = redline(old, new)
        plain += [(old.name, new.name)] * ("layout" in told)
    assert len(plain) <= 3, plain


def headed(path: Path, text: str) -> Path:
    """A Word file with a header, or without one for an empty text."""
    if not text:
        return make_word(path, paragraph("The body"))
    section = '<w:sectPr><w:headerReference w:type="default" r:id="rheader1"/></w:sectPr>'
    return make_word(
        path, paragraph("The body") + section, {"header1": f"<w:hdr {NS}>{paragraph(text)}</w:hdr>"}
    )


@pytest.mark.parametrize(
    ("before", "after", "lost"),
    [("Draft of May", "Draft of June", False), ("", "Draft of June", False), ("Draft of May", "", True)],
)
def test_headers(tmp_path: Path, before: str, after: str, lost: bool) -> None:
    """A header that only the old version has cannot come back; that is told."""
    old, new = headed(tmp_path / "old.docx", before), headed(tmp_path / "new.docx", after)
    data, told = redline(old, new)
    assert ("heads" in told) is lost
    if not lost:
        seen = [" ".join(part.split("\n")[-1] for part in view) for view in views(data, tmp_path)]
        assert [before in seen[0], after in seen[1]] == [True, True]
        assert after not in seen[0]
