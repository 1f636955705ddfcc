"""The pictures of the README: the terminal UI on the samples, offline.

python tests/tui/make_screen.py
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
HELP = ROOT / "docanalyst" / "help"
QUESTION = "When must the Customer pay an invoice?"
DOCUMENTS = [str(ROOT / "samples" / name) for name in ("services-agreement.pdf", "first-amendment.pdf")]


async def until(condition: Callable[[], object]) -> None:
    """Wait until something holds."""
    while not condition():
        await asyncio.sleep(0.1)


async def picture(
    name: str,
    size: tuple[int, int],
    documents: list[str],
    act: Callable[[Any, Any], Awaitable[None]] | None = None,
) -> None:
    """Do as a user would, and keep what the screen shows."""
    from docanalyst.analyst import Analyst
    from docanalyst.tui.app import DocanalystApp

    app = DocanalystApp(Analyst, documents)
    async with app.run_test(size=size) as pilot:
        await app.ready()
        await until(lambda: app.standing.model)
        if act is not None:
            await until(lambda: app.main.plan is not None and not app.main.bar.counting)
            await act(app, pilot)
        await pilot.pause(1)
        drawn = app.export_screenshot(title="docanalyst")
    # A page that shows the picture should not have to fetch a font from somewhere else.
    drawn = re.sub(r"@font-face\s*\{.*?\}", "", drawn, flags=re.DOTALL)
    (HELP / f"{name}.svg").write_text(drawn, encoding="utf-8")


async def ask(app: Any, pilot: Any) -> None:
    """Ask, and stand on the first quote, the cursor back in the line."""
    for character in QUESTION:
        await pilot.press({" ": "space", "?": "question_mark"}.get(character, character))
    await pilot.press("enter")
    await until(lambda: app.desk.session is not None and not app.main.answers.is_asking)
    await until(lambda: not app.main.bar.counting)
    await pilot.press("ctrl+g")
    await pilot.pause(1)


async def ask_and_return(app: Any, pilot: Any) -> None:
    """The same, with the cursor back in the line."""
    await ask(app, pilot)
    await pilot.press("escape")


async def main() -> None:
    """The answer beside its evidence, the first run, and a small terminal."""
    await picture("screen-first", (100, 30), [])
    await picture("screen", (140, 40), DOCUMENTS, ask_and_return)
    await picture("screen-small", (80, 24), DOCUMENTS, ask)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"DOCANALYST_DATA_DIR": directory, "DOCANALYST_CONFIG": f"{directory}/none.toml"}
        asyncio.run(main())
