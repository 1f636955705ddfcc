"""`verify --authorities`: what documents and briefs cite, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
from support import Cli


@pytest.fixture
def opinion(tmp_path: Path) -> Path:
    path = tmp_path / "opinion.txt"
    path.write_text(
        "The rule of Alto v. Bravo, 7 F.4th 9 (10th Cir. 2021), and of 42 U.S.C. § 1983 decides this case.\n",
        encoding="utf-8",
    )
    return path


def test_a_table_with_pages(cli: Cli, opinion: Path) -> None:
    ran = cli("verify", opinion, "--authorities")
    assert ran.code == 0
    lines = [line.split("  ") for line in ran.out.splitlines()]
    assert lines[0][0] == "Cases"
    assert lines[1][0] == "Alto v. Bravo, 7 F.4th 9 (10th Cir. 2021)" and lines[1][-1].strip() == "1"
    assert "42 U.S.C. § 1983" in ran.out


def test_a_brief_beside_the_documents(cli: Cli, opinion: Path, tmp_path: Path) -> None:
    brief = tmp_path / "brief.md"
    brief.write_text("Hill v. Dale, 7 F.4th 9, and Rev. Rul. 81-100.", encoding="utf-8")
    ran = cli("verify", opinion, "--authorities", "--answer", brief, "--json", "--strict")
    assert ran.code == 7
    first = ran.lines[0]
    assert [(item["text"], item["places"]) for item in first["authorities"]] == [
        ("Hill v. Dale, 7 F.4th 9", [{"document": "D1", "pages": [1]}]),
        ("Rev. Rul. 81-100", []),
    ]
    assert first["mispaired"] == [
        {"text": "Hill v. Dale, 7 F.4th 9", "part": "name", "given": "Hill v. Dale", "found": "Alto v. Bravo"}
    ]
    shown = cli("verify", opinion, "--authorities", "--answer", brief)
    assert shown.code == 0
    assert "not found" in shown.out
    assert "your documents give another name for this citation: Alto v. Bravo." in shown.out


def test_nothing_cited(cli: Cli, tmp_path: Path) -> None:
    path = tmp_path / "note.txt"
    path.write_text("The rent is due.", encoding="utf-8")
    assert cli("verify", path, "--authorities").out.strip() == "No authorities found."
    assert cli("verify", path, "--authorities", "--json").json == {"authorities": [], "mispaired": []}


def test_it_checks_no_quotations(cli: Cli, opinion: Path) -> None:
    for other in (("--quote", "x"), ("--self-test",), ("-o", "x.html")):
        assert cli("verify", opinion, "--authorities", *other).code == 2
