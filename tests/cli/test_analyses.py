"""The commands that need no model: terms, dates."""

from __future__ import annotations

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
