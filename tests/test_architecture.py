"""The layers, the doors and the sizes, as the design has them."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "docanalyst").rglob("*.py"))
HEAVY = ("textual", "langchain_core", "pypdf", "pypdfium2", "tiktoken", "sqlmodel", "httpx", "pydantic")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_module_is_above_300_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 300


def test_folders_are_no_deeper_than_two() -> None:
    deepest = max(len(path.relative_to(ROOT / "docanalyst").parts) for path in MODULES)
    assert deepest <= 3


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_public_names_have_docstrings(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree) or not tree.body, f"{path.name} has no docstring"
    missing = []
    for node in tree.body:
        named = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        if named and not node.name.startswith("_") and not ast.get_docstring(node):
            missing.append(node.name)
    assert missing == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"], ["nonsense"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    code = (
        "import sys, json\n"
        "from docanalyst.cli.app import run\n"
        f"run({arguments!r})\n"
        f"print('LOADED', json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = done.stdout.rsplit("LOADED ", 1)[1]
    assert json.loads(loaded) == []


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, docanalyst\n"
        "docanalyst.Document\n"
        f"assert not [name for name in {HEAVY!r} if name in sys.modules]\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
