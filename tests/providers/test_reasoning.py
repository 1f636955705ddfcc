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
    "no opener": ("Hm.\n</think>\n\nYes.", "Hm.\n</think>\n\nYes.", ""),
    "a closer in quotation marks": ("It ends with “</think>” here.", "It ends with “</think>” here.", ""),
    "a late closer": ("It is 3.\n</think>\nYes.", "It is 3.\n</think>\nYes.", ""),
    "a quoted closer in reasoning": ("<think>A `</think>` tag</think>Yes.", "Yes.", "A `</think>` tag"),
    "a stray closer": ("</think>\n\nYes.", "Yes.", ""),
    "an answer that begins with the tag": ("</think> is a tag.", "</think> is a tag.", ""),
    "capitals": ("<THINK>Hm.</THINK>Yes.", "Yes.", "Hm."),
    "thinking": ("<thinking>Hm.</thinking>Yes.", "Yes.", "Hm."),
    "another name does not close": ("<think>Hm </thinking> on</think>Yes.", "Yes.", "Hm </thinking> on"),
    "a second block stays": (
        "<think>a</think>Yes <think>b</think> no",
        "Yes <think>b</think> no",
        "a",
    ),
    "channels of gpt-oss": (
        "<|channel|>analysis<|message|>Hm.<|end|><|start|>assistant<|channel|>final<|message|>Yes.<|return|>",
        "Yes.",
        "Hm.",
    ),
    "the last channel alone": ("<|channel|>final<|message|>Yes <|e.", "Yes <|e.", ""),
    "no closer": ("<think>Hm, and then", "", "Hm, and then"),
    "an answer that begins with a bracket": ("<b>Yes</b>", "<b>Yes</b>", ""),
    "an answer with a lesser-than sign": ("a < b and c <", "a < b and c <", ""),
    "a tag that is none": ("<thinks>x", "<thinks>x", ""),
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
    assert step.answer == " </think> is a tag."


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


@given(st.lists(st.sampled_from([*"ab <>", "</think>", "</THINK>", "“</think>”", "\n"]), max_size=20))
def test_an_answer_with_thinking_off_keeps_every_character(parts: list[str]) -> None:
    text = "It says: " + "".join(parts)
    assert streamed([text]) == streamed(list(text)) == (text, "")


def test_a_long_stream_is_linear() -> None:
    splitter = ReasoningSplitter()
    words = ["word "] * 50_000
    assert sum(len(splitter.feed(word).answer) for word in words) == 250_000
