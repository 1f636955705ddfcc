"""The picture of the README: the terminal UI on the samples, offline.

python tests/tui/make_screen.py
"""

from __future__ import annotations

import asyncio
import os
import re
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docanalyst" / "help" / "screen.svg"
QUESTION = "When must the Customer pay an invoice?"
SIZE = (140, 40)


async def main() -> None:
    """Ask as a user would, and keep what the screen shows."""
    from docanalyst.analyst import Analyst
    from docanalyst.tui.app import DocanalystApp

    documents = [str(ROOT / "samples" / name) for name in ("services-agreement.pdf", "first-amendment.pdf")]
    app = DocanalystApp(Analyst, documents)
    async with app.run_test(size=SIZE) as pilot:
        await pilot.pause(5)
        for character in QUESTION:
            await pilot.press({" ": "space", "?": "question_mark"}.get(character, character))
        await pilot.press("enter")
        await pilot.pause(5)
        picture = app.export_screenshot(title="docanalyst")
    # A page that shows the picture should not have to fetch a font from somewhere else.
    TARGET.write_text(re.sub(r"@font-face\s*\{.*?\}", "", picture, flags=re.DOTALL), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as directory:
        os.environ |= {"DOCANALYST_DATA_DIR": directory, "DOCANALYST_CONFIG": f"{directory}/none.toml"}
        asyncio.run(main())
