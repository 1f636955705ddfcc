"""Hostile text from everywhere: it is shown as it is, and nothing breaks or disappears."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.errors import BadResponse
from docanalyst.domain.turns import Turn, TurnStatus
from docanalyst.providers.scripted import Reply, ScriptedModel, reply
from docanalyst.tui.text import markdown, turn_rows
from docanalyst.tui.text.blocks import Block
from docanalyst.tui.text.layout import Row, lay_out
from docanalyst.tui.text.markdown import MarkdownReader, read_markdown
from docanalyst.tui.text.plain import fit, fit_path, one_line, plain
from docanalyst.tui.text.turn_rows import TurnRows

pytestmark = pytest.mark.slow

Run = Callable[..., None]

HOSTILE = {
    "markup": "[/b] [sic] [bold red]x[/] [@click=app.quit]y[/] $accent",
    "escape": "\x1b[31mred\x1b[0m \x1b]0;title\x07 \x9b31m bell\x07",
    "rtl": "שלום עולם \u202egnp.exe\u202c مرحبا",
    "emoji": "👩‍👩‍👧‍👦 ☂️ 🇩🇪 e\u0301 क्षि",
    "zero": "zero\u200bwidth\u2060joiner\ufeffmark\u00adhyphen",
    "tabs": "a\tb\r\nc\x0bd\x0ce\x85f\u2028g\u2029h",
    "wide": "漢字かな交じり文。" * 30,
    "surrogate": "lone \ud800 half",
    "nul": "nul\x00byte\x7fdelete",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_plain_keeps_every_character_in_its_place(name: str) -> None:
    text = HOSTILE[name]
    shown = plain(text)
    assert len(shown) == len(text)
    assert not set(shown) & {chr(code) for code in (*range(0x0A), 0x0B, 0x0C, 0x1B, *range(0x7F, 0xA0))}
    shown.encode("utf-8")
    for ours, theirs in zip(shown, text, strict=True):
        if theirs.isprintable():
            assert ours == theirs


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [1, 2, 7, 40])
def test_one_line_never_passes_its_width(name: str, width: int) -> None:
    from rich.cells import cell_len

    for line in (
        one_line(HOSTILE[name], width),
        fit(plain(HOSTILE[name]), width),
        fit_path(HOSTILE[name], width),
    ):
        assert cell_len(line) <= width
        assert "\n" not in one_line(HOSTILE[name], width)


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("width", [1, 9, 60])
def test_every_character_of_an_answer_is_laid_out_once(name: str, width: int) -> None:
    rows = lay_out(read_markdown(HOSTILE[name]), width)
    shown = "".join(row.block.text[row.start : row.end] for row in rows if not row.block.table)
    wanted = plain(HOSTILE[name])
    assert "".join(shown.split()) == "".join("".join(wanted.split("\\")).split())


def test_an_answer_read_in_pieces_is_the_answer_read_at_once() -> None:
    text = (
        "# Head\n\npara *one*[^1]\n\n- a\n- b\n  - c\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n"
        "```\ncode [/b]\n```\n\n> quote\n\nlast **bold"
    ) * 3
    reader = MarkdownReader()
    for end in range(0, len(text), 7):
        reader.update(text[:end])
    reader.update(text)
    assert [row.text for row in lay_out(reader.blocks, 40)] == [
        row.text for row in lay_out(read_markdown(text), 40)
    ]


PIECES = (
    *(
        "\n",
        "\n\n",
        "- ",
        "\n- ",
        "> ",
        "\n> ",
        "\n1. ",
        "\n7) ",
        "| ",
        " | ",
        "|\n|---|---|\n|",
        "\n# ",
        "*",
    ),
    *("**", "`", "\n```", "\n~~~\n", "~~", "[", "](", ' "', '")', ")", "![", "<", ">", "\\", "\n    ", "\t"),
    *("[^1]", "\n===\n", "\n---\n", "]: ", "<!-- ", " -->", "<b>", "&", ";", "\n[^2]: ", "_", "http://"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=40))
def test_no_word_of_an_answer_disappears(pieces: list[str]) -> None:
    source = "".join(f"{piece}w{number}x" for number, piece in enumerate(pieces))
    shown = "".join(row.text for row in lay_out(read_markdown(source), 2_000))
    shown = "".join(shown.replace("▎", "").split())
    assert [number for number in range(len(pieces)) if f"w{number}x" not in shown] == []


@pytest.mark.parametrize(
    ("source", "wanted"),
    [
        ("It was signed in\n\n1986.", "1986."),
        ("4. Rent\n7. Term", "7. Term"),
        ("2) a\n9) b", "9) b"),
        ("2*3*4 and 5 * 6", "2*3*4 and 5 * 6"),
        ("`2*3*4`", "2*3*4"),
        ("[sic]: so", "[sic]: so"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 45,000 |", "45,000"),
        ("> | a | b |\n> |---|---|\n> | 1 | 2 | 45,000[^1] |", "45,000[1]"),
        ("![plan](plan.png 'of 1986')", "[picture: plan (plan.png of 1986)]"),
        ("[a](u 'of 1986')", "a (u of 1986)"),
        ("```python 3\ncode\n```", "python 3"),
        (">" * 200 + " deep", "> deep"),
        ("- " * 200 + "deep", "- deep"),
        ("<!-- a --> <b>c</b> &lt;", "<!-- a --> <b>c</b> <"),
    ],
)
def test_what_markdown_would_leave_out_or_change_is_shown(source: str, wanted: str) -> None:
    rows = lay_out(read_markdown(source), 60)
    assert wanted in "\n".join(row.text for row in rows)


@pytest.mark.parametrize(
    "line",
    ["**b** ", "[", "a[^1] ", "`a", "\x1b[31m", "漢字", "שלום ", "👩‍👩‍👧‍👦", "x", "|", "*", "<a "],
)
def test_a_line_of_a_megabyte_is_read_as_it_was_written(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[int] = []
    parser = markdown._parser()
    monkeypatch.setattr(markdown, "_parser", lambda: parser)
    parse = parser.parse
    monkeypatch.setattr(parser, "parse", lambda text: read.append(len(text)) or parse(text))
    source = line * (1_000_000 // len(line))
    reader = MarkdownReader()
    reader.update(f"Before.\n\n{source}\n\nAfter.", at_once=None)
    assert sum(read) < 100
    assert max(len(block.text) for block in reader.blocks) <= markdown.LONGEST * 2
    rows = lay_out(reader.blocks, 60)
    shown = "".join(row.block.text[row.start : row.end] for row in rows)
    assert "".join(shown.split()) == "".join(f"Before.{plain(source)}After.".replace("[^1]", "[1]").split())
    assert [row.ends for row in rows].count(True) == 5


@pytest.mark.parametrize(
    ("piece", "again"),
    [
        ("- a point of several **words**\n", 2 * markdown.SHORT),
        ("- a point of several words\n\n", 2 * markdown.SHORT),
        ("A paragraph of several words.\n\n", 2 * markdown.SHORT),
        ("| a | b | c |\n", 2 * markdown.LONGEST + 1_000),
        ("code = 1\n", 2 * markdown.LONGEST + 1_000),
        ("words and more words ", 2 * markdown.LONGEST + 1_000),
    ],
)
def test_a_stream_reads_and_lays_out_only_what_may_still_change(
    piece: str, again: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[int] = []
    laid_out: list[int] = []
    parse = markdown._parse
    monkeypatch.setattr(markdown, "_parse", lambda text: read.append(len(text)) or parse(text))

    def counted(blocks: Iterable[Block], width: int) -> list[Row]:
        rows = lay_out(blocks, width)
        laid_out.append(len(rows))
        return rows

    monkeypatch.setattr(turn_rows, "lay_out", counted)
    head = {"|": "| x | y | z |\n|---|---|---|\n", "c": "```\n"}.get(piece[0], "")
    item = TurnRows(Turn("", "", "Q?", "", "", status=TurnStatus.RUNNING))
    source = head
    for _ in range(60):
        source += piece * (1_000 // len(piece))
        read.clear()
        laid_out.clear()
        item.replace(dataclasses.replace(item.turn, answer=source))
        item.lay_out(60)
        assert sum(read) <= again
        assert sum(laid_out) <= 60 + again // 8
    assert len(item.rows) > 600


def test_a_very_long_answer_is_laid_out_in_steps_that_come_to_the_same() -> None:
    answer = "Some words of **an** answer, and a list:\n\n- one\n- two\n\n" * 10_000
    item = TurnRows(Turn("", "", "Q?", "", "", status=TurnStatus.COMPLETE, answer=answer))
    steps = 1
    item.lay_out(60)
    while item.unread:
        assert "more of this answer is being laid out" in item.rows[-1].text
        item.lay_out(60)
        steps += 1
    assert steps > 5
    whole = lay_out(read_markdown(answer), 60)
    assert [row.text for row in item.rows[2 : 2 + len(whole)]] == [row.text for row in whole]


def test_hostile_answers_names_pages_and_errors_are_shown_as_they_are(
    run_tour: Run, tmp_path: Path, model: ScriptedModel
) -> None:
    folder = tmp_path / "papers [b]"
    folder.mkdir()
    document = folder / "[bold]‮name\x1b[31m.txt"
    document.write_text("\n".join(plain(text) for text in HOSTILE.values()), encoding="utf-8")
    answer = "\n\n".join(HOSTILE.values())
    failing = Reply(error=BadResponse(f"Bad: {HOSTILE['markup']}", f"Hint {HOSTILE['escape']}", provider="x"))

    async def walk(tour: Any) -> None:
        await tour.see("[bold]")
        await tour.ask(f"What of {HOSTILE['markup']}?")
        await tour.see("[/b] [sic] [bold red]x[/] [@click=app.quit]y[/] $accent", "␛[31mred")
        kept = tour.store.sessions.latest().turns[0]
        assert kept.answer == answer.replace("\ud800", "\ufffd")
        await tour.press("f2", "enter")
        await tour.see("[bold red]x[/]")
        await tour.press("right", "left", "f3", "home", "end", "c", "i")
        await tour.see("What was sent")
        await tour.press("escape", "ctrl+s")
        await tour.see("[sic]")
        await tour.write("sic")
        await tour.see("1 session found")
        await tour.press("escape")
        await tour.ask("Again?")
        await tour.see("Bad: [/b] [sic] [bold red]x[/]", "Hint ␛[31mred")
        for size in ((80, 24), (30, 10), (200, 60)):
            await tour.pilot.resize_terminal(*size)
            await tour.pilot.pause()
        await tour.press("ctrl+q")

    run_tour(walk, [document], replies=[reply(answer), failing])


@pytest.mark.parametrize("name", [*HOSTILE, "megabyte"])
def test_a_message_of_anything_is_shown_as_it_is(run_tour: Run, name: str) -> None:
    text = HOSTILE.get(name, "x" * 1_000_000)

    async def walk(tour: Any) -> None:
        tour.app.tell(f"It says: {text}", "A way on.", severity="error")
        beginning = plain(text).split()[0][:20]
        await tour.see("It says:", beginning, "A way on.")
        if name == "megabyte":
            await tour.see("999,409 more characters")
            assert max(len(message) for message in tour.messages) < 1_000
        await tour.press("f2", "f3")
        await tour.write("Still here?")
        await tour.see("Still here?")

    run_tour(walk, size=(100, 30))


def test_an_error_of_a_megabyte_stands_in_its_turn_in_full(run_tour: Run, lease: Path) -> None:
    words = "Bad. " * 200_000
    failing = Reply(error=BadResponse(f"Beginning. {words}The end of it.", "A way on.", provider="x"))

    async def walk(tour: Any) -> None:
        await tour.ask("Now?")
        await tour.press("f3", "end")
        await tour.see("A way on.")
        item = tour.app.main.answers.view.items[-1]
        shown = " ".join(row.text.strip() for row in item.rows)
        assert "Beginning. Bad. Bad." in shown and "The end of it." in shown
        assert shown.count("Bad.") == 200_000

    run_tour(walk, [lease], replies=[failing])


def test_a_line_of_a_megabyte_is_a_line_like_any_other(
    run_tour: Run, tmp_path: Path, model: ScriptedModel
) -> None:
    model.spec = dataclasses.replace(model.spec, context_window=1_000_000)
    document = tmp_path / "long.txt"
    document.write_text("word " * 200_000 + "\n\nThe end is here.", encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.ask("Long?")
        await tour.see("x" * 20)
        await tour.press("f3", "end")
        await tour.see("Last words.")
        await tour.press("f2", "enter", "end")
        await tour.see("The end is here.")

    run_tour(
        walk,
        [document],
        replies=[Reply((*reply("x" * 1_000_000 + "\n\nLast words.").deltas,))],
        offline=False,
    )
