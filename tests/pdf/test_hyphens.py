"""Line-end hyphens: the document is its own dictionary."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from makepdf import lines

from docanalyst.pdf import read_document
from docanalyst.pdf.layout.assembly import Decisions, assemble, pieces
from docanalyst.pdf.layout.hyphens import Dictionary
from docanalyst.pdf.rawpages import RawPage

WritePdf = Callable[..., Path]


@pytest.mark.parametrize(
    ("text", "before", "after", "joined"),
    [
        ("information is here", "the infor", "mation of", True),
        ("a well-known rule", "the well", "known rule", False),
        ("nothing of it", "the infor", "mation of", True),
        ("state state aided aided", "the state", "aided school", False),
        ("Third-Party and third party", "any third", "party that", False),
        ("the cross-border-trade", "a cross-border", "trade of", False),
        ("no no table table", "it is no", "table that", True),
        ("appear appear ing ing", "it is appear", "ing that", True),
        ("an employment", "a self", "employment of", False),
    ],
)
def test_a_word_is_joined_as_the_document_writes_it(text: str, before: str, after: str, joined: bool) -> None:
    assert Dictionary([RawPage(1, text)]).joins(before, after, soft=True) is joined


def test_halves_of_broken_words_are_no_words() -> None:
    page = RawPage(1, "a state\nment of\na govern\nment of\na state\nment", joins="nhnhnh")
    assert Dictionary([page]).joins("the state", "ment", soft=True)


def test_a_hyphen_that_stands_there_is_kept_where_the_document_does_not_know_better() -> None:
    assert not Dictionary([RawPage(1, "nothing")]).joins("the non", "payment of", soft=False)
    assert Dictionary([RawPage(1, "nonpayment")]).joins("the non", "payment of", soft=False)


def test_a_joined_word_goes_up_and_the_line_ends_after_it() -> None:
    page = RawPage(1, "of infor\nmation and\nmore", joins="nhn")
    assert assemble(page, Decisions((), "j")) == "of information\nand\nmore"
    assert assemble(page, Decisions((), "k")) == "of infor-mation\nand\nmore"


def test_a_hyphen_before_a_line_left_out_ends_its_line() -> None:
    page = RawPage(1, "of infor\nPage 3\nmation", joins="nhn")
    assert assemble(page, Decisions((1,), "j")) == "of infor-\nmation"


def test_pieces_say_where_each_character_comes_from() -> None:
    page = RawPage(1, "of infor\nmation and\n12", joins="nhn")
    decisions = Decisions((2,), "j")
    texts = page.texts
    assert "".join(piece for piece, _, _ in pieces(page, decisions)) == assemble(page, decisions)
    for piece, number, start in pieces(page, decisions):
        assert number < 0 or texts[number][start : start + len(piece)] == piece


def test_hyphens_in_a_pdf(write_pdf: WritePdf) -> None:
    page = lines(
        ["All the infor-", "mation of a well-", "known party, and", "information of well-known parties"]
    )
    text = read_document(write_pdf([page])).pages[0].text
    assert text == "All the information\nof a well-known\nparty, and\ninformation of well-known parties"
