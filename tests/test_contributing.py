"""What the guides for contributors name is there: .github/CONTRIBUTING.md and the plan of the house."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
GUIDE = (ROOT / ".github/CONTRIBUTING.md").read_text(encoding="utf-8")


def test_the_plan_of_the_house_names_every_folder_and_only_files_that_are_there() -> None:
    package = ROOT / "docanalyst"
    text = (package / "help/architecture.md").read_text(encoding="utf-8")
    folders = set(re.findall(r"`((?:[a-z_]+/)+)`", text))
    there = {f"{path.parent.relative_to(package)}/" for path in package.rglob("__init__.py")} - {"./"}
    assert folders == there
    files = set(re.findall(r"`((?:[a-z_]+/)+\w+\.\w+)`", text))
    assert len(files) > 40
    assert sorted(name for name in files if not (package / name).is_file()) == []
    bare = set(re.findall(r"`(\w+\.py)`", text))
    assert bare <= {path.name for path in package.rglob("*.py")}


def test_every_file_and_folder_that_it_names_is_there() -> None:
    named = set(re.findall(r"`?((?:docanalyst|tests|prompts|samples)/[\w./]*\w/?)`?", GUIDE))
    named -= {"prompts/NAME.md"}
    assert len(named) > 20
    assert sorted(name for name in named if not (ROOT / name).exists()) == []


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("docanalyst/providers/dialects/base.py", "class Dialect(Protocol)"),
        ("docanalyst/providers/dialects/__init__.py", "def dialect("),
        ("docanalyst/exporters/formats.py", "EXPORTERS: tuple"),
        ("docanalyst/exporters/report.py", "class Report"),
        ("docanalyst/cli/app.py", "COMMANDS = {"),
        ("docanalyst/tui/screens/dialog.py", "class Dialog("),
        ("docanalyst/tui/host.py", "class Host("),
        ("docanalyst/domain/models.py", "def cost_of("),
        ("docanalyst/pdf/records.py", "READER_VERSION"),
    ],
)
def test_what_it_says_to_extend_is_there(file: str, name: str) -> None:
    assert name in (ROOT / file).read_text(encoding="utf-8")
    assert Path(file).name in GUIDE


def test_the_steps_of_ci_that_it_names_are_there() -> None:
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    steps = set(re.findall(r"^(\w+)\(\) \{", script, re.MULTILINE))
    assert {
        "environment",
        "tests",
        "slow",
        "suites",
        "coverage",
        "lint",
        "types",
        "layers",
        "packages",
    } <= steps
    for line in re.findall(r"bash \.ci/run ([\w ]+)`", GUIDE):
        assert set(line.split()) <= steps


def test_a_step_that_is_not_there_is_refused() -> None:
    done = subprocess.run(
        ["bash", str(ROOT / ".ci/run"), "nonsense"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "nonsense" in done.stdout
