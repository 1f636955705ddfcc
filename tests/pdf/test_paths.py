"""PATHs of a command: files, folders, ranges."""

from __future__ import annotations

from pathlib import Path

import pytest

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf.paths import collect, page_numbers, split_pages


def touch(path: Path, data: bytes = b"%PDF-1.4\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_folder_gives_its_documents_in_natural_order(tmp_path: Path) -> None:
    for name in ("exhibit 10.pdf", "exhibit 2.PDF", "a/deep/1.pdf", ".hidden.pdf", ".git/x.pdf", "notes.txt"):
        touch(tmp_path / name)
    names = [Path(item.path).relative_to(tmp_path).as_posix() for item in collect([str(tmp_path)])]
    assert names == ["a/deep/1.pdf", "exhibit 2.PDF", "exhibit 10.pdf", "notes.txt"]


def test_ranges_are_split_off_only_when_no_such_file_exists(tmp_path: Path) -> None:
    plain = touch(tmp_path / "contract.pdf")
    assert [item.pages for item in collect([f"{plain}:3-40, 55"])] == ["3-40,55"]
    literal = touch(tmp_path / "odd.pdf:3-4")
    assert split_pages(str(literal)) == (str(literal), None)


@pytest.mark.parametrize("name", ["gone.pdf", "gone.pdf:3-4", "*.pdf"])
def test_a_missing_file_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(DocumentError, match=r"There is no file .*pdf"):
        collect([str(tmp_path / name)])


def test_a_folder_without_documents_says_so(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="No document found in"):
        collect([str(tmp_path)])


def test_a_folder_has_no_pages(tmp_path: Path) -> None:
    touch(tmp_path / "a.pdf")
    with pytest.raises(DocumentError, match="is a folder"):
        collect([f"{tmp_path}:1-2"])


def test_other_files_are_refused_unless_they_are_pdfs_inside(tmp_path: Path) -> None:
    assert collect([str(touch(tmp_path / "scan.tmp"))])
    with pytest.raises(DocumentError, match=r"letter\.tex is not a PDF"):
        collect([str(touch(tmp_path / "letter.tex", b"words"))])


def test_globs_expand_where_the_shell_did_not(tmp_path: Path) -> None:
    touch(tmp_path / "b10.pdf"), touch(tmp_path / "b9.pdf")
    assert [Path(item.path).name for item in collect([str(tmp_path / "b*.pdf")])] == ["b9.pdf", "b10.pdf"]


def test_page_numbers_are_sorted_and_unique() -> None:
    assert page_numbers("5,3-4,4", 9) == [3, 4, 5]
    assert page_numbers("7-", 9) == [7, 8, 9]
    assert page_numbers([9, 1], 9) == [1, 9]


@pytest.mark.parametrize(
    ("pages", "message"),
    [
        ("3-40", "has 9 pages; there is no page 40"),
        ("0", "no page 0"),
        ("5-3", "backwards"),
        ("x", "not a page"),
    ],
)
def test_impossible_ranges_say_how_many_pages_there_are(pages: str, message: str) -> None:
    with pytest.raises(DocumentError, match=message):
        page_numbers(pages, 9, "contract.pdf")


def test_a_range_of_a_billion_pages_is_refused_at_once() -> None:
    with pytest.raises(DocumentError, match="there is no page 999999999"):
        page_numbers("1-999999999", 9)
