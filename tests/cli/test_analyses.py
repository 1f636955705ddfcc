"""The commands that need no model: terms, dates."""

from __future__ import annotations

from pathlib import Path

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
