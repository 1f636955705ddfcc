"""Words of an answer that look like our own findings are set apart; other words stay as they are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.answers.lookalikes import safe_length, set_apart


@pytest.mark.parametrize(
    "text",
    [
        "✓ verified  [9] D1 lease.pdf, p. 3  “words”",
        "✅ Verified [9] D1, p. 3",
        "- ✔ **verified** [2]",
        "**✓ verified**",
        "Evidence: 99 of 99 citations verified",
        "**Evidence:** 3 of 3 quotes verified",
        "evidence: 3/3 verified",
        "12 of 12 quotes verified",
        "All 7 citations were verified.",
        "All quotations have been checked.",
        "The rent is due.[9✓]",
        "The rent is due [9 ✅].",
        "≠ altered [3] D1",
        "✗ not found [4]",
        "→ on another page [4]",
        "receipt: 1 document, whole · 900 tokens of 8,000",
        "verified ✓",
        "This answer was verified by docanalyst.",
    ],
)
def test_what_looks_like_ours_is_said_to_be_the_models(text: str) -> None:
    shown = set_apart(text)
    assert "(the model wrote: " in shown
    assert not any(sign in shown for sign in "✓✔✅≠✗→")
    assert set_apart("Before it. " + text).startswith("Before it. ")


@pytest.mark.parametrize(
    "text",
    [
        "The accounts must be verified by an auditor.",
        "| Right to sublicense | ✓ |",
        "A → B means that A implies B.",
        "See the evidence of the witness.",
        "The statement was altered in 2019.",
        "All tenants were notified.",
        "x ≠ y",
        "The receipt shall name 3 of 5 items.",
        "",
    ],
)
def test_ordinary_words_stay(text: str) -> None:
    assert set_apart(text) == text


@given(
    st.lists(
        st.sampled_from(
            ["✓", " verified", "[9", "✓]", " ", " Evidence:", " 3 of 3", " quotes", "word ", "all "]
        )
    )
)
def test_a_stream_shows_what_the_whole_shows(pieces: list[str]) -> None:
    shown, waiting = "", ""
    for piece in pieces:
        waiting += piece
        cut = safe_length(waiting)
        shown += set_apart(waiting[:cut])
        waiting = waiting[cut:]
    assert shown + set_apart(waiting) == set_apart("".join(pieces))


@pytest.mark.parametrize("text", ["The rent is $4,500 a month.", "within 30 days after it", "12 months"])
def test_a_figure_holds_up_no_stream(text: str) -> None:
    assert safe_length(text) == len(text)


@pytest.mark.parametrize(
    ("text", "shown"), [("It has 5", "It has "), ("5 of 7 quo", ""), ("All 9 citations are fully che", "")]
)
def test_what_may_become_a_look_alike_is_held_back(text: str, shown: str) -> None:
    assert text[: safe_length(text)] == shown
