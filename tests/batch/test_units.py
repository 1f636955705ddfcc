"""What a row is about, and what its answers depend on."""

from __future__ import annotations

from pathlib import Path

import pytest
from batch.batch_support import write_contracts

from docanalyst.batch.units import collect_units, identify, unit_key
from docanalyst.domain.errors import DocumentError

ASKED = [1, "grid", "provider", "model", False, 4_096]


def pdf(path: Path, content: bytes = b"%PDF-1.4 x") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_file_is_a_unit_once_and_in_order(tmp_path: Path) -> None:
    one, two = write_contracts(tmp_path, 2)
    units = collect_units([str(two), str(one), str(two), f"{one}:1"])
    assert [unit.name for unit in units] == [str(two), str(one), f"{one}:1"]
    assert units[2].files[0].pages == "1"


def test_a_folder_of_folders_by_file_and_by_folder(tmp_path: Path) -> None:
    for name in ("deal10/b.pdf", "deal2/a.pdf", "deal2/annex/c.pdf", "top.pdf"):
        pdf(tmp_path / name)
    by_file = collect_units([str(tmp_path)])
    assert [Path(unit.name).name for unit in by_file] == ["a.pdf", "c.pdf", "b.pdf", "top.pdf"]
    by_folder = collect_units([str(tmp_path)], "folder")
    assert {Path(unit.name).relative_to(tmp_path).as_posix(): len(unit.files) for unit in by_folder} == {
        "deal2": 1, "deal2/annex": 1, "deal10": 1, ".": 1,
    }  # fmt: skip


def test_a_path_that_does_not_exist_ends_it_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(DocumentError):
        collect_units([str(tmp_path / "none.pdf")])


def test_the_key_changes_with_content_pages_and_question_and_not_with_the_name(tmp_path: Path) -> None:
    first, other = pdf(tmp_path / "a.pdf"), pdf(tmp_path / "other.pdf")
    key = unit_key(identify(collect_units([str(first)])[0]), ASKED)
    assert unit_key(identify(collect_units([str(other)])[0]), ASKED) == key
    assert unit_key(identify(collect_units([f"{first}:1-2"])[0]), ASKED) != key
    assert unit_key(identify(collect_units([str(first)])[0]), [*ASKED[:3], "model-2", *ASKED[4:]]) != key
    pdf(first, b"%PDF-1.4 y")
    assert unit_key(identify(collect_units([str(first)])[0]), ASKED) != key


def test_the_order_of_files_in_a_folder_counts(tmp_path: Path) -> None:
    pdf(tmp_path / "x" / "1.pdf", b"%PDF-1.4 one")
    pdf(tmp_path / "x" / "2.pdf", b"%PDF-1.4 two")
    pdf(tmp_path / "y" / "1.pdf", b"%PDF-1.4 two")
    pdf(tmp_path / "y" / "2.pdf", b"%PDF-1.4 one")
    keys = [unit_key(identify(unit), ASKED) for unit in collect_units([str(tmp_path)], "folder")]
    assert len(set(keys)) == 2
