"""Reasoning split from the answer in every form, however the stream is cut."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.providers.wire.reasoning import ReasoningSplitter


def streamed(parts: list[str], *, expects: bool = False, finish: str = "stop") -> tuple[str, str]:
    splitter = ReasoningSplitter(expects_reasoning=expects)
    answer = reasoning = ""
    for step in [*(splitter.feed(part) for part in parts), splitter.finish(finish)]:
        if step.was_reasoning:
            answer, reasoning = "", reasoning + answer
        answer += step.answer
        reasoning += step.reasoning
    return answer, reasoning


FORMS = {
    "no tags": ("The term is 3 years.", "The term is 3 years.", ""),
    "think": ("<think>Hm.</think>Yes.", "Yes.", "Hm."),
    "think, as Qwen3 writes it": ("<think>\nHm.\n</think>\n\nYes.", "Yes.", "\nHm.\n"),
    "reasoning, as Bedrock writes it": ("<reasoning>Hm.</reasoning>Yes.", "Yes.", "Hm."),
    "blank before the opener": ("\n\n<think>Hm.</think>Yes.", "Yes.", "Hm."),
    "empty pair": ("<think>\n\n</think>\n\nYes.", "Yes.", "\n\n"),
    "no opener": ("Hm, let me see.\n</think>\n\nYes.", "Yes.", "Hm, let me see.\n"),
    "no closer": ("<think>Hm, and then", "", "Hm, and then"),
    "an answer that begins with a bracket": ("<b>Yes</b>", "<b>Yes</b>", ""),
    "an answer with a lesser-than sign": ("a < b and c <", "a < b and c <", ""),
    "a tag that is none": ("<thinking>x", "<thinking>x", ""),
    "nothing": ("", "", ""),
    "only blanks": ("  \n", "  \n", ""),
    "the start of an opener, and no more": ("<thi", "<thi", ""),
    "a tag inside the answer": ("<think>Hm.</think>Use <think> here.", "Use <think> here.", "Hm."),
}


@pytest.mark.parametrize("name", FORMS)
def test_every_form_whole(name: str) -> None:
    text, answer, reasoning = FORMS[name]
    assert streamed([text]) == (answer, reasoning)


@pytest.mark.parametrize("name", FORMS)
def test_every_form_character_by_character(name: str) -> None:
    text, answer, reasoning = FORMS[name]
    assert streamed(list(text)) == (answer, reasoning)


@given(st.sampled_from(sorted(FORMS)), st.data())
def test_where_a_stream_is_cut_does_not_matter(name: str, data: st.DataObject) -> None:
    text, answer, reasoning = FORMS[name]
    cuts = sorted(data.draw(st.sets(st.integers(0, len(text)), max_size=6)))
    parts = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    assert streamed(parts) == (answer, reasoning)


@given(st.lists(st.text(alphabet="<>/think reasoning\nab", max_size=9), max_size=12))
def test_no_character_is_lost_but_tags_and_blanks(parts: list[str]) -> None:
    whole = "".join(parts)
    answer, reasoning = streamed(parts)
    for tag in ("<think>", "</think>", "<reasoning>", "</reasoning>"):
        whole, answer, reasoning = (text.replace(tag, "") for text in (whole, answer, reasoning))
    assert "".join((reasoning + answer).split()) == "".join(whole.split())


def test_a_field_beside_the_content_is_taken_as_it_is() -> None:
    splitter = ReasoningSplitter(expects_reasoning=True)
    assert splitter.feed("", "Hm ").reasoning == "Hm "
    step = splitter.feed("Yes.", "")
    assert (step.answer, step.reasoning) == ("Yes.", "")
    step = splitter.feed(" </think> is a tag.")
    assert (step.answer, step.was_reasoning) == (" </think> is a tag.", False)


def test_text_before_a_field_is_answer() -> None:
    splitter = ReasoningSplitter(expects_reasoning=True)
    splitter.feed("\n")
    assert splitter.feed("", "Hm").reasoning == "Hm"
    assert splitter.feed("Yes.").answer == "Yes."


def test_expected_reasoning_without_an_opener_never_streams_as_answer() -> None:
    splitter = ReasoningSplitter(expects_reasoning=True)
    assert splitter.feed("Let me see. ").reasoning == "Let me see. "
    assert splitter.feed("It says 3.</think>\n\n").reasoning == "It says 3."
    assert splitter.feed("Three.").answer == "Three."
    assert splitter.finish("stop").answer == ""


def test_expected_reasoning_that_never_closed_was_the_answer_after_all() -> None:
    assert streamed(["Three", " years."], expects=True)[0] == "Three years."


def test_expected_reasoning_cut_by_the_output_limit_is_no_answer() -> None:
    assert streamed(["Let me", " see"], expects=True, finish="length") == ("", "Let me see")


def test_a_late_closer_moves_the_answer_once() -> None:
    splitter = ReasoningSplitter()
    assert splitter.feed("Let me see.").answer == "Let me see."
    step = splitter.feed(" So.</think>Yes.")
    assert (step.was_reasoning, step.reasoning, step.answer) == (True, " So.", "Yes.")
    step = splitter.feed("</think>")
    assert (step.was_reasoning, step.answer) == (False, "</think>")


def test_a_long_stream_is_linear() -> None:
    splitter = ReasoningSplitter()
    words = ["word "] * 50_000
    assert sum(len(splitter.feed(word).answer) for word in words) == 250_000
