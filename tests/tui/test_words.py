"""The words of the terminal UI: no talk of the command line, waits with their reason, and messages apart."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from textual.widgets._toast import Toast

import docanalyst
from docanalyst.domain.answers.body import more_passages
from docanalyst.domain.models import Delta
from docanalyst.providers.model import Waiting
from docanalyst.tui.keys import shown_keys
from docanalyst.tui.text.hints import has_command_line, in_app

Run = Callable[..., None]
PACKAGE = Path(docanalyst.__file__).parent
ELSEWHERE = ("cli", "mcp", "tui/text/hints.py", "tui/viewer.py", "tui/web.py", "pdf/ocr/tesseract.py")
"""What no user of the terminal UI reads: the command line itself, and commands for other programs."""


def default_key(name: str) -> str:
    """The first default key of an action."""
    return shown_keys(name, {})[0]


def strings_of(path: Path) -> Iterator[str]:
    """The texts of a module apart from its docstrings, with X for what is filled in."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    skipped = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(value) for value in node.values}
            yield "".join(
                str(value.value) if isinstance(value, ast.Constant) else "X" for value in node.values
            )
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.value


@pytest.mark.slow
def test_no_text_below_or_in_the_terminal_ui_talks_of_the_command_line() -> None:
    seen = 0
    for path in sorted(PACKAGE.rglob("*.py")):
        if path.relative_to(PACKAGE).as_posix().startswith(ELSEWHERE):
            continue
        for text in strings_of(path):
            if has_command_line(text):
                seen += 1
                assert not has_command_line(in_app(text, default_key)), (path, text)
    assert seen > 30


@pytest.mark.parametrize(
    ("told", "here"),
    [
        ("Check GROQ_API_KEY. It may lack rights.", "Press ^K to enter another key. It may lack rights."),
        (
            "Its successor there is qwen-3.1: --model qwen-3.1.",
            "Its successor there is qwen-3.1: choose it with ^L.",
        ),
        (
            "Add credit there, lower --max-output, or use another provider.",
            "Add credit there, lower max_output in the settings (F9), or use another provider.",
        ),
        ("Ask again: it is loaded again. `docanalyst doctor` checks the file.", None),
        (
            "Ask again with --no-think, or ask another model.",
            "Turn reasoning off with ^T and ask again, or ask another model.",
        ),
        ("Give it with --password.", "Press Enter on it in the list of documents (F2)."),
        ("Name another file, or use --overwrite.", "Name another file."),
        ("A stroke -- and a dash--like this. Nothing to change.", None),
        ("To read it again, use --reread-scans.", ""),
        ("", ""),
    ],
)
def test_hints_name_keys(told: str, here: str | None) -> None:
    assert in_app(told, default_key) == (told if here is None else here)


def test_hints_follow_the_keymap_of_the_user() -> None:
    told = in_app("`docanalyst models --live` lists what is served.", lambda name: f"<{name}>")
    assert told == "<models> lists what is served."


def test_an_offline_answer_names_a_key_for_the_passages_left_out(run_tour: Run, tmp_path: Path) -> None:
    path = tmp_path / "lease.txt"
    clauses = [f"{n}. The tenant shall pay the rent of the unit {n} on the first day." for n in range(1, 30)]
    path.write_text("\n\n".join(clauses), encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.ask("When shall the tenant pay the rent?")
        await tour.see("more: M")
        assert "--passages" not in tour.text
        before = tour.app.desk.session.turns[-1].answer
        await tour.press("f3", "m")
        await tour.until(lambda: len(tour.app.desk.session.turns) == 2, "all passages")
        await tour.settled()
        assert tour.app.desk.session.turns[-1].answer.count("[^") > before.count("[^")
        assert tour.app.desk.choice.passages is None

    run_tour(walk, [path], offline=True)
    assert "--passages" in more_passages(3, 8)


class WaitingModel:
    """A model whose provider is limiting requests: it says so, waits, and then answers."""

    def __init__(self, model: Any) -> None:
        self.spec = model.spec
        self._model = model
        self.tell: Callable[[Waiting], None] | None = None
        self.go_on = False

    async def stream(self, request: Any) -> Any:
        """Wait until the test has looked, then answer."""
        import asyncio

        assert self.tell is not None
        self.tell(Waiting("groq", "Groq is limiting requests: [b]429[/b]", 30.0, 1, True, 2))
        while not self.go_on:
            await asyncio.sleep(0.02)
        async for delta in self._model.stream(request):
            assert isinstance(delta, Delta)
            yield delta

    async def aclose(self) -> None:
        """Close the model."""
        await self._model.aclose()


def test_a_wait_shows_its_reason_the_retry_and_a_countdown(run_tour: Run, lease: Path, model: Any) -> None:
    from docanalyst.analyst import Analyst

    slow = WaitingModel(model)
    analyst = Analyst(model=slow)  # type: ignore[arg-type]

    async def walk(tour: Any) -> None:
        slow.tell = lambda waiting: analyst.router.on_wait(waiting)  # type: ignore[misc]
        tour.app.main.prompt.take("What is the rent?")
        await tour.press("enter")
        await tour.see("retry 1 of 2 in", "Groq is", "^C stops")
        assert any(f"in {left} s" in tour.text for left in (28, 29, 30))
        slow.go_on = True
        await tour.settled()
        assert "limiting" not in tour.text

    run_tour(walk, [lease], analyst=analyst)


def test_a_message_covers_nothing(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        tour.app.tell("Something happened [b]here[/b].", "Check OPENAI_API_KEY.", severity="error")
        await tour.see("Something happened [b]here[/b].", "Press ^K to enter another key.")
        toast = tour.app.screen.query(Toast).first().region
        for widget in (tour.app.main.prompt, tour.app.main.answers, tour.app.main.query_one("#keys")):
            assert not widget.region.overlaps(toast)
        await tour.press("ctrl+o")
        await tour.see("Add documents")
        toast = tour.app.screen.query(Toast).first().region
        assert not tour.app.screen.query_one(".window").region.overlaps(toast)

    run_tour(walk, [lease], size=(80, 24))
