"""Stems, numbers and character pairs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from docanalyst.domain.language.words import stem, stems, tokens, topical, word_count, words_of


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Termination terminates TERMINATED", ["termin", "termin", "termin"]),
        ("a fee of $1,250.50", ["a", "fee", "of", "1,250.50"]),
        ("the Licensor's marks", ["the", "licensor", "mark"]),
        ("合同终止", ["合同", "同终", "终止"]),
        ("甲 party", ["甲", "parti"]),
        ("", []),
        ("___ --- \n", []),
    ],
)
def test_stems(text: str, expected: list[str]) -> None:
    assert stems(text) == expected


def test_offsets_are_into_the_whole_text() -> None:
    text = "One two three"
    assert [text[offset:][:3] for offset, _ in tokens(text, 4)] == ["two", "thr"]


def test_topical_words_leave_function_words_out() -> None:
    assert topical(stems("what is the notice period")) == ["notic", "period"]


def test_words_keep_their_spelling() -> None:
    assert dict(words_of("Terminating the Lease")) == {"termin": "Terminating", "the": "the", "leas": "Lease"}


@pytest.mark.parametrize(
    ("text", "count"), [("one two, three", 3), ("合同终止", 2), ("", 0), ("x" * 50_000, 1)]
)
def test_word_count(text: str, count: int) -> None:
    assert word_count(text) == count


def test_stems_are_the_same_from_several_threads() -> None:
    words = [
        f"{root}{ending}" for root in ("negotiat", "indemnif", "arbitrat") for ending in ("ing", "ion", "ed")
    ]
    alone = [stem(word) for word in words]
    with ThreadPoolExecutor(8) as pool:
        rounds = list(pool.map(lambda _: [stem(word + "x") and stem(word) for word in words], range(40)))
    assert all(found == alone for found in rounds)
