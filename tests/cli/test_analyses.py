"""The commands that need no model: terms, dates."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import SAMPLES, Cli


def test_terms_of_an_agreement(cli: Cli) -> None:
    (record,) = cli("terms", SAMPLES / "mutual-nda.pdf", "--json").json
    terms = {term["name"]: term for term in record["defined"]}
    assert {"Confidential Information", "Purpose", "Effective Date", "Representatives"} <= set(terms)
    assert terms["Effective Date"]["definitions"][0]["page"] == 1
    assert terms["Confidential Information"]["uses"] > 5
    assert "Confidential Information" in cli("terms", SAMPLES / "mutual-nda.pdf").out


def test_dates_and_amounts_of_an_amendment(cli: Cli) -> None:
    found = cli("dates", SAMPLES / "first-amendment.pdf", "--json").json
    values = {(item["kind"], item["value"]) for item in found}
    assert ("amount", "GBP 750,000") in values
    assert all(item["page"] >= 1 and item["text"] in item["context"] for item in found if item["context"])
    only = cli("dates", SAMPLES / "first-amendment.pdf", "--kind", "amount", "--json").json
    assert {item["kind"] for item in only} == {"amount"}


def test_what_changed_between_two_versions(cli: Cli, tmp_path: Path) -> None:
    clauses = [
        "1. Term. This Agreement runs for two years from the Effective Date.",
        "2. Payment. The Customer shall pay each invoice within 30 days after it receives it.",
        "3. Notices. Notices are given in writing to the addresses on the first page.",
    ]
    old, new = tmp_path / "old.txt", tmp_path / "new.txt"
    old.write_text("\n\n".join(clauses), encoding="utf-8")
    clauses[1] = clauses[1].replace("30 days", "45 days")
    new.write_text("\n\n".join(clauses), encoding="utf-8")
    (change,) = cli("compare", old, new, "--json").json["changes"]
    assert change["new_places"][0]["page"] == 1
    assert {piece["text"].strip() for piece in change["pieces"] if piece["kind"] != "same"} == {"30", "45"}
    shown = cli("compare", old, new)
    assert "[-30-]" in shown.out
    assert "{+45+}" in shown.out
    assert cli("compare", old, old, "--json").json["changes"] == []
    assert cli("compare", old, SAMPLES).code == 2


def test_what_an_amendment_does_to_its_agreement(cli: Cli) -> None:
    found = cli("compare", SAMPLES / "services-agreement.pdf", SAMPLES / "first-amendment.pdf", "--json").json
    clauses = {item["clause"] for item in found["amendments"]}
    assert len(found["amendments"]) >= 5
    assert any("7.3" in clause for clause in clauses)
    assert any("18.3" in clause for clause in clauses)
    payment = next(item for item in found["amendments"] if "7.3" in item["clause"])
    assert "45 days" in payment["instruction"]
    assert "30 days" in payment["standing"]
    shown = cli("compare", SAMPLES / "services-agreement.pdf", SAMPLES / "first-amendment.pdf").out
    assert all(item["instruction"] in shown for item in found["amendments"])
    assert " more characters; --json has them)" in shown
    parts = {
        (item["clause"], change["part"], change["action"]): change
        for item in found["amendments"]
        for change in item["changes"]
    }
    row = parts["schedule 2", "row F-3 of Table 2A", "replaced"]
    assert row["before"].startswith("F-3 | Storage | 40 TB")
    assert row["as_amended"].startswith("F-3 | Storage | 60 TB")
    assert ("schedule 3", "row SL-1 of Table 3A", "replaced") in parts
    assert ("schedule 3", "Table 3B", "replaced") in parts
    added = parts["schedule 4", "new row of Table 4B", "added"]
    assert added["before"] == ""
    assert "Quillmark" in added["as_amended"]
    assert "within 45 days" in parts["clause 7.3", "words", "replaced"]["as_amended"]
    assert not any("MSA-2025-0417/A1" in item["instruction"] for item in found["amendments"])


def test_two_documents_that_have_nothing_to_do_with_each_other(cli: Cli) -> None:
    pair = (SAMPLES / "field-study.pdf", SAMPLES / "mutual-nda.pdf")
    found = cli("compare", *pair, "--json").json
    assert (found["relation"], found["amendments"]) == ("unrelated", [])
    assert cli("compare", *pair).out.startswith("These documents look unrelated: ")
    strangers = cli("compare", SAMPLES / "mutual-nda.pdf", SAMPLES / "first-amendment.pdf", "--json").json
    assert strangers["relation"] == "unrelated"


@pytest.mark.slow
def test_the_samples_are_evaluated_offline(cli: Cli, tmp_path: Path) -> None:
    plot = tmp_path / "plot.svg"
    ran = cli("eval", SAMPLES, "--limit", "8", "-o", plot, "--json", "--quiet")
    (result,) = ran.json
    assert (result["at"], result["questions"], result["failed"]) == ("extractive", 8, 0)
    assert result["verified"] == 1.0
    assert result["page_hits"]["5"] > 0.5
    assert len(result["outcomes"]) == 8
    assert plot.read_text(encoding="utf-8").startswith("<svg")
    table = cli("eval", SAMPLES, "--limit", "2")
    assert "hit@5" in table.out
    assert cli("eval", tmp_path).code == 2


def test_the_agreement_as_amended(cli: Cli, tmp_path: Path) -> None:
    given = ("compare", SAMPLES / "services-agreement.pdf", SAMPLES / "first-amendment.pdf", "--conformed")
    found = cli(*given, "--json")
    texts = [item["text"] for item in found.json["paragraphs"]]
    assert any("invoice within 45 days" in text for text in texts)
    assert not any("invoice within 30 days" in text for text in texts)
    (left,) = found.json["not_applied"]
    assert left["clause"] == "clause 28.3"
    assert "5 changes carried out, 1 not." in found.err
    shown = cli(*given).out
    assert "within 45 days after it receives it.[^1]" in shown
    assert "[^1]: Amended by First Amendment" in shown
    for name in ("conformed.docx", "conformed.md"):
        assert cli(*given, "-o", tmp_path / name).code == 0
    read = cli("read", tmp_path / "conformed.docx").out
    assert "exceed the greater of £750,000 and 150% of the Charges" in read
    assert "Instructions not carried out" in read
    assert cli(*given, "-o", tmp_path / "conformed.pdf").code == 2


def test_redlines_to_files(cli: Cli, tmp_path: Path) -> None:
    old, new = tmp_path / "old.txt", tmp_path / "new <b>.md"
    text = "1. Term. Two years <script>alert(1)</script> from the start.\n\n2. Payment. Within 30 days."
    old.write_text(text, encoding="utf-8")
    new.write_text(text.replace("30", "45"), encoding="utf-8")
    made = tmp_path / "redline.docx"
    assert cli("compare", old, new, "-o", made).code == 0
    assert (
        "Within [deleted by docanalyst: 30][inserted by docanalyst: 45] days"
        in cli("read", made, "--as", "marked").out
    )
    assert "Within 30 days" in cli("read", made, "--as", "original").out
    page = tmp_path / "page.html"
    assert cli("compare", old, new, "-o", page).code == 0
    html = page.read_text(encoding="utf-8")
    assert "<del>30</del>" in html
    assert "<ins>45</ins>" in html
    assert "<script" not in html
    assert "new &lt;b&gt;.md" in html
    given = cli("compare", SAMPLES / "services-agreement.pdf", SAMPLES / "first-amendment.pdf", "-o", page)
    assert "add --conformed" in given.err
    assert "--conformed" not in cli("compare", old, new, "-o", page).err
    # Nothing of the user is overwritten.
    theirs = tmp_path / "theirs.docx"
    theirs.write_bytes(b"mine")
    assert cli("compare", old, new, "-o", theirs).code == 2
    assert theirs.read_bytes() == b"mine"
    assert cli("compare", old, new, "-o", new, "--overwrite").code == 2
    assert cli("compare", old, new, "-o", tmp_path / "x.pdf").code == 2
    assert cli("compare", old, new, old).code == 2
