"""`verify --self-test`: both error rates on the user's own documents."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import SAMPLES, Cli

from docanalyst.domain.selftest.trials import KindResult, Mistake, SelfTest


def test_both_error_rates_are_told_first_and_by_kind(cli: Cli) -> None:
    ran = cli("verify", "--self-test", SAMPLES / "mutual-nda.pdf", "--trials", 1)
    assert ran.code == 0
    first = ran.out.splitlines()[0]
    assert first.startswith("The quote check verified ")
    assert "altered quotations" in first and "honest ones" in first and "in 1 document." in first
    assert "  minus sign dropped  " in ran.out
    assert "  line breaks on the page  " in ran.out


def test_as_data(cli: Cli) -> None:
    record = cli(
        "verify", SAMPLES / "mutual-nda.pdf", "--self-test", "--trials", 1, "--seed", 3, "--json"
    ).json
    assert record["seed"] == 3
    assert record["sentences"] > 10
    for name, wrong in (("altered", "verified"), ("honest", "refused")):
        side = record[name]
        assert side["tried"] == sum(kind["tried"] for kind in side["kinds"])
        assert side[wrong] == sum(kind[wrong] for kind in side["kinds"])
        assert side["rate"] == round(side[wrong] / side["tried"], 4)


@pytest.mark.parametrize(
    "others",
    [("--quote", "x"), ("--quotes", "-"), ("--answer", "-"), ("-o", "out.html")],
)
def test_it_takes_no_quotations_beside_it(cli: Cli, others: tuple[str, ...]) -> None:
    ran = cli("verify", "--self-test", SAMPLES / "mutual-nda.pdf", *others)
    assert ran.code == 2
    assert "--self-test makes its own quotations." in ran.err


def test_trials_without_it_are_refused(cli: Cli) -> None:
    assert cli("verify", SAMPLES / "mutual-nda.pdf", "--quote", "x", "--trials", 3).code == 2
    assert cli("verify", "--self-test", SAMPLES / "mutual-nda.pdf", "--trials", 0).code == 2
    assert cli("verify", "--self-test").code == 2


def test_a_document_without_sentences_is_an_error(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    path.write_text("Rent\nFees\nTaxes\n", encoding="utf-8")
    ran = cli("verify", "--self-test", path, "--json")
    assert ran.code == 3
    assert "No whole sentences found" in ran.json["error"]["message"]


def test_strict_fails_where_an_altered_quotation_was_verified(
    cli: Cli, monkeypatch: pytest.MonkeyPatch
) -> None:
    kind = KindResult(
        "minus sign dropped", "signs", 4, 1, (Mistake("5 [b]x[/b]\x1b[31m", "−5", "normalized"),)
    )
    result = SelfTest(3, (kind,), (KindResult("tab", "extraction", 4, 0, ()),))
    monkeypatch.setattr("docanalyst.analyst.Analyst.self_test", lambda *_, **__: result)
    ran = cli("verify", "--self-test", SAMPLES / "mutual-nda.pdf", "--strict")
    assert ran.code == 7
    assert "1 of 4 altered quotations were verified." in ran.err
    assert "quote: 5 [b]x[/b]" in ran.out and "\x1b" not in ran.out
    assert cli("verify", "--self-test", SAMPLES / "mutual-nda.pdf").code == 0
