"""Reading what a command names: all of it, or one error that names what is wrong."""

from __future__ import annotations

import _thread
import stat
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from docanalyst.analyst import Analyst
from docanalyst.analyst.documents.reading import writable
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import DocumentError
from docanalyst.settings import load_settings


def text_file(folder: Path, name: str, text: str = "Some words.") -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_documents_come_in_the_order_in_which_they_were_named(tmp_path: Path) -> None:
    names = [text_file(tmp_path, f"{number}.txt", f"Words {number}.") for number in (5, 1, 4, 2, 3)]
    documents, notes = Analyst().read(names)
    assert [document.path for document in documents] == names
    assert notes == []


def test_every_document_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    good, empty = text_file(tmp_path, "good.txt"), text_file(tmp_path, "empty.pdf", "")
    fake = text_file(tmp_path, "fake.pdf", "no PDF at all")
    with pytest.raises(DocumentError) as caught:
        Analyst().read([empty, good, fake])
    assert "2 of 3 documents cannot be read" in caught.value.message
    assert "empty.pdf" in caught.value.message and "fake.pdf" in caught.value.message
    with pytest.raises(DocumentError) as caught:
        Analyst().read([good, fake])
    assert caught.value.message.startswith("fake.pdf")


def test_an_interrupted_reading_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ended = threading.Event()

    def endless(path: str, *, progress: Callable[[int, int], None], **options: object) -> Document:
        _thread.interrupt_main()
        try:
            while True:
                progress(1, 1_000)
                time.sleep(0.001)
        finally:
            ended.set()

    monkeypatch.setattr("docanalyst.pdf.read_document", endless, raising=False)
    with pytest.raises(KeyboardInterrupt):
        Analyst().read([text_file(tmp_path, "long.txt")])
    assert ended.wait(timeout=60)


def test_a_name_that_is_no_utf8_can_be_kept_and_shown() -> None:
    assert writable("b\udcffd.pdf") == "b\ufffdd.pdf"
    assert writable("合同 ü.pdf") == "合同 ü.pdf"


def test_the_directory_of_the_cache_is_its_owners_alone(tmp_path: Path, samples: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path / "new" / "data"))
    Analyst(settings).read([str(samples / "mutual-nda.pdf")])
    assert settings.cache_dir.is_dir()
    assert stat.S_IMODE(settings.data_dir.stat().st_mode) == 0o700


def test_without_traces_nothing_is_written(tmp_path: Path, samples: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path / "data"))
    Analyst(settings, keep=False, traces=False).read([str(samples / "mutual-nda.pdf")])
    assert not settings.data_dir.exists()
