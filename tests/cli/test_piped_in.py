"""Questions, quotes and texts that are piped in, named by "-"."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
from support import SAMPLES, Cli


@pytest.fixture
def pipe(monkeypatch: pytest.MonkeyPatch) -> Callable[[bytes], None]:
    def pipe(content: bytes) -> None:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))

    return pipe


def test_a_question(cli: Cli, pipe: Callable[[bytes], None]) -> None:
    pipe(b"How long does confidentiality last?\n")
    turn = cli("ask", SAMPLES / "mutual-nda.pdf", "-q", "-", "--json").json
    assert turn["question"] == "How long does confidentiality last?" and turn["citations"]


def test_nothing_is_no_question(cli: Cli, pipe: Callable[[bytes], None]) -> None:
    pipe(b"\n")
    assert cli("ask", SAMPLES / "mutual-nda.pdf", "-q", "-").code == 2


def test_quotes(cli: Cli, pipe: Callable[[bytes], None]) -> None:
    pipe(b'{"id": "a", "quote": "Confidential Information"}\n')
    found = cli("verify", SAMPLES / "mutual-nda.pdf", "--quotes", "-", "--json").json
    assert (found["id"], found["verdict"]) == ("a", "verbatim")


def test_a_text(cli: Cli, pipe: Callable[[bytes], None], tmp_path: Path) -> None:
    pipe("It says “governed by the laws of the State of Texas, without regard”.".encode())
    report = tmp_path / "report.md"
    ran = cli("verify", SAMPLES / "mutual-nda.pdf", "--answer", "-", "--strict", "-o", report)
    assert ran.code == 7 and "“Texas”" in ran.out and "Delaware" in ran.out
    assert "quotes" in report.read_text()


def test_what_is_no_text_is_refused(cli: Cli, pipe: Callable[[bytes], None]) -> None:
    pipe(b"\xff\xfe\x00")
    ran = cli("verify", SAMPLES / "mutual-nda.pdf", "--quotes", "-")
    assert ran.code == 2 and "not UTF-8" in ran.err
