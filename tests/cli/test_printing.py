"""The answer on stdout: streamed, without its citation lines, and inert."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.cli import evidence, output
from docanalyst.domain.answers.body import answer_body

ANSWER = (
    "Rent is $4,500.[^1] See [the annex] too.\n\n- one\n- two [sic]\n\n"
    '[^1]: D1 p.2 "rent of $4,500\nper month"\n\n[^2]: D1 p.3 "consent"\n'
)


def printed(pieces: list[str], monkeypatch: pytest.MonkeyPatch, *, stream: bool = True) -> list[str]:
    shown: list[str] = []
    monkeypatch.setattr(output, "data", lambda *texts, newline=True: shown.extend(texts))
    printer = evidence.AnswerPrinter(stream=stream)
    for piece in pieces:
        printer.write(piece)
    printer.finish("".join(pieces))
    return shown


@given(st.lists(st.integers(0, len(ANSWER)), max_size=30), st.booleans())
def test_however_it_is_cut_the_body_is_printed_once(cuts: list[int], stream: bool) -> None:
    edges = [0, *sorted(cuts), len(ANSWER)]
    pieces = [ANSWER[start:end] for start, end in pairwise(edges)]
    with pytest.MonkeyPatch.context() as patch:
        assert "".join(printed(pieces, patch, stream=stream)) == answer_body(ANSWER).rstrip() + "\n"


def test_words_appear_before_the_line_is_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    shown = printed(["Rent ", "is ", "due", "."], monkeypatch)
    assert shown[:3] == ["Rent ", "is ", "due"]


def test_words_after_the_citations_are_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    answer = 'Rent.[^1]\n\n[^1]: D1 p.2 "rent"\n\nAlso: the deposit is due.\n'
    assert "the deposit is due" in "".join(printed([answer], monkeypatch))


def test_nothing_on_the_terminal_is_obeyed(capsys: pytest.CaptureFixture[str]) -> None:
    output.data("a\x1b]52;c;ZXZpbA==\x07b\u202ec", output.styled("\x1b[2Jd", fg="red"))
    assert capsys.readouterr().out == "a]52;c;ZXZpbA==bc[2Jd\n"
