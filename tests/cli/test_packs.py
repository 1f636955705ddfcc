"""`pack --plan`: whole documents divided among as few requests as possible."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from support import Cli


@pytest.fixture
def matter(tmp_path: Path) -> list[Path]:
    """Six files of about 22,000 to 88,000 tokens, with names that a shell must quote."""
    folder = tmp_path / "the matter"
    folder.mkdir()
    for number, thousands in enumerate((80, 60, 40, 40, 20, 20), 1):
        words = f"Clause {number}. " + "The tenant pays the rent. " * (thousands * 1000 // 6)
        (folder / f"file {number}.txt").write_text(words)
    return sorted(folder.iterdir())


def test_a_matter_is_divided_and_each_file_stands_once(cli: Cli, matter: list[Path]) -> None:
    ran = cli("pack", *matter, "--plan", "--json", "-q", "Who pays?")
    record = json.loads(ran.out)
    assert ran.code == 0 and set(record) == {"window", "packs", "too_large"} and record["too_large"] == []
    taken = [path for pack in record["packs"] for path in pack["documents"]]
    assert sorted(taken) == sorted(map(str, matter)) and len(record["packs"]) <= 3
    assert all(pack["tokens"] <= record["window"] for pack in record["packs"])


def test_the_command_of_a_pack_works_as_typed(cli: Cli, matter: list[Path]) -> None:
    record = json.loads(cli("pack", *matter, "--plan", "--json", "-q", "Who pays?", "--no-think").out)
    pack = record["packs"][-1]
    program, *arguments = shlex.split(pack["command"])
    assert program == "docanalyst" and arguments[0] == "ask"
    asked = json.loads(cli(*arguments, "--json", "--provider", "extractive").out)
    assert [document["path"] for document in asked["receipt"]["documents"]] == pack["documents"]
    assert asked["receipt"]["counted_tokens"] == pack["tokens"]


def test_chosen_pages_stay_chosen(cli: Cli, samples: Path) -> None:
    record = json.loads(cli("pack", f"{samples / 'mutual-nda.pdf'}:2-3", "--plan", "--json").out)
    assert "mutual-nda.pdf:2-3" in record["packs"][0]["command"]


def test_a_document_larger_than_a_window_is_named_and_the_rest_planned(
    cli: Cli, matter: list[Path], tmp_path: Path
) -> None:
    (tmp_path / "huge.txt").write_text("The tenant pays the rent. " * 40_000)
    ran = cli("pack", *matter, tmp_path / "huge.txt", "--plan", "--json")
    record = json.loads(ran.out)
    assert ran.code == 4 and record["too_large"] == [str(tmp_path / "huge.txt")]
    assert len(record["packs"]) <= 3 and "huge.txt" in ran.err


def test_documents_that_name_each_other_share_a_request(cli: Cli, tmp_path: Path) -> None:
    text = "The tenant pays the rent. " * 9_000
    for name, words in (
        ("1 Harbour Master Lease.txt", ""),
        ("2 Quarry Supply Agreement.txt", "Stone by the ton. "),
        ("3 amendment.txt", "This amends the Harbour Master Lease. "),
        ("4 order.txt", "Placed under the Quarry Supply Agreement. "),
    ):
        (tmp_path / name).write_text(words + text)
    record = json.loads(cli("pack", *sorted(tmp_path.glob("*.txt")), "--plan", "--json").out)
    packs = [[Path(path).name[0] for path in pack["documents"]] for pack in record["packs"]]
    assert packs == [["1", "3"], ["2", "4"]]


def test_the_plan_is_readable_and_a_pack_that_does_not_fit_points_to_it(cli: Cli, matter: list[Path]) -> None:
    ran = cli("pack", *matter, "--plan")
    assert "request 1 of" in ran.out and "docanalyst ask" in ran.out
    assert "`--plan`" in cli("pack", *matter).err
    assert cli("pack", *matter, "--plan", "--text").code == 2
