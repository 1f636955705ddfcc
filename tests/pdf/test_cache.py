"""Readings kept between runs."""

from __future__ import annotations

import json
import stat
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from makepdf import line, lines

from docanalyst.pdf import inspect_document, read_document
from docanalyst.pdf.reports import Reading
from docanalyst.pdf.sandbox import extraction

WritePdf = Callable[..., Path]


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


def pages() -> list[bytes]:
    return [
        lines([f"Page {n} of the infor-", "mation", "Fees   10", "Costs  20"])
        + line("white", y=500).replace(b"BT", b"1 g BT")
        + line(str(n + 1), 300, 30)
        for n in range(4)
    ]


def files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def forbid_parsing(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise AssertionError("the file was parsed again")

    monkeypatch.setattr(extraction, "extract", fail)


def test_a_warm_reading_is_the_cold_one(
    write_pdf: WritePdf, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_pdf(pages())
    cold = inspect_document(path, cache_dir=kept)
    forbid_parsing(monkeypatch)
    warm = inspect_document(path, cache_dir=kept)
    assert warm == cold and warm.document.warnings and warm.pages[1].hidden
    assert inspect_document(path, cache_dir=kept, pages="2-3").document.pages == cold.document.pages[1:3]


def test_a_selection_reads_as_the_whole_does(write_pdf: WritePdf, kept: Path) -> None:
    path = write_pdf(pages())
    assert read_document(path, pages="3").pages[0] == read_document(path).pages[2]


def test_the_same_file_under_another_name_is_known(
    write_pdf: WritePdf, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = read_document(write_pdf(pages(), name="a.pdf"), cache_dir=kept)
    other = write_pdf(pages(), name="b.pdf")
    forbid_parsing(monkeypatch)
    assert replace(read_document(other, cache_dir=kept), path=first.path) == first


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: data.replace(b"Fees", b"Feet"),
        lambda data: b"\0" * len(data),
        lambda data: b"[]\n" + data,
    ],
)
def test_a_damaged_entry_is_ignored_and_written_anew(
    write_pdf: WritePdf, kept: Path, damage: Callable[[bytes], bytes]
) -> None:
    path = write_pdf(pages())
    cold = read_document(path, cache_dir=kept)
    (entry,) = files(kept)
    good = entry.read_bytes()
    entry.write_bytes(damage(good))
    assert read_document(path, cache_dir=kept) == cold
    assert entry.read_bytes() == good


def test_a_well_formed_entry_of_another_shape_is_ignored(write_pdf: WritePdf, kept: Path) -> None:
    import hashlib

    path = write_pdf(pages())
    cold = read_document(path, cache_dir=kept)
    (entry,) = files(kept)
    for body in (json.dumps({"page_count": 4}), json.dumps({"pages": 1}) + "\n[1]", "{}\n[]", "[]"):
        entry.write_bytes(body.encode() + b"\n" + hashlib.sha256(body.encode()).hexdigest().encode() + b"\n")
        assert read_document(path, cache_dir=kept) == cold


def test_taking_hidden_text_in_is_another_reading(write_pdf: WritePdf, kept: Path) -> None:
    path = write_pdf(pages())
    for hidden in (False, True, False):
        document = read_document(path, cache_dir=kept, include_hidden=hidden)
        assert ("white" in document.pages[0].text) is hidden


def test_a_file_that_needs_a_password_is_not_kept(shared: Path, kept: Path) -> None:
    read_document(shared / "corpus/odd/aes256_both_passwords.pdf", password="foo", cache_dir=kept)
    assert not files(kept)


@pytest.mark.skipif(sys.platform == "win32", reason="modes")
def test_entries_are_their_owners_alone(write_pdf: WritePdf, kept: Path) -> None:
    read_document(write_pdf(pages()), cache_dir=kept)
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in files(kept))


def test_a_folder_that_cannot_be_written_costs_nothing(write_pdf: WritePdf, tmp_path: Path) -> None:
    blocked = tmp_path / "a file, not a folder"
    blocked.write_text("")
    assert read_document(write_pdf(pages()), cache_dir=blocked).pages[0].text


def test_no_half_written_entry_is_left(
    write_pdf: WritePdf, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    reading: Reading = inspect_document(write_pdf(pages()), cache_dir=kept)
    assert reading.document.pages[0].text and not files(kept)


def test_progress_is_told_of_a_warm_reading_too(write_pdf: WritePdf, kept: Path) -> None:
    path = write_pdf(pages())
    read_document(path, cache_dir=kept)
    seen: list[tuple[int, int]] = []
    read_document(path, cache_dir=kept, progress=lambda done, total: seen.append((done, total)))
    assert seen == [(4, 4)]
