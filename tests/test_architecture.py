"""The house: folders, docstrings, words, and what a command loads. Layers and circles are import-linter's."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = sorted((ROOT / "docanalyst").rglob("*.py"))
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef
HEAVY = (
    *("textual", "langchain_core", "pypdf", "pypdfium2", "tiktoken", "sqlmodel", "httpx", "pydantic"),
    *("openpyxl", "jinja2", "asyncio", "sqlite3", "ssl"),
)


def test_a_folder_is_one_idea_of_about_a_dozen_modules() -> None:
    # cli/commands has one file a command, however many there are.
    wide = {
        str(folder.relative_to(ROOT)): len(modules)
        for folder in {path.parent for path in MODULES} - {ROOT / "docanalyst/cli/commands"}
        if len(modules := [path for path in folder.glob("*.py") if path.name != "__init__.py"]) > 15
    }
    assert wide == {}


def test_modules_and_public_names_have_docstrings() -> None:
    bare = []
    for path in MODULES:
        tree = _tree(path)
        bare += [str(path.relative_to(ROOT))] if tree.body and not ast.get_docstring(tree) else []
        bare += [
            f"{path.relative_to(ROOT)}: {name}"
            for name, node in _public(tree.body)
            if not ast.get_docstring(node)
        ]
    assert bare == []


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def _public(body: list[ast.stmt], within: str = "") -> Iterator[tuple[str, Definition]]:
    """Public functions, classes and, methods of public classes; setters and overloads left out."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            continue
        decorators = {ast.unparse(decorator).rpartition(".")[2] for decorator in node.decorator_list}
        if node.name.startswith("_") or decorators & {"setter", "deleter", "overload", "override"}:
            continue
        yield within + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _public(node.body, f"{within}{node.name}.")


def test_nothing_is_left_to_do() -> None:
    marked = [
        f"{path.relative_to(ROOT)}: {mark}"
        for path in MODULES
        for mark in re.findall(r"\b(?:TODO|FIXME|XXX|HACK)\b", path.read_text(encoding="utf-8"))
    ]
    stubs = [
        f"{path.relative_to(ROOT)}: {node.name}, line {node.lineno}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and _is_stub(node)
    ]
    assert (marked, stubs) == ([], [])


def _is_stub(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a function is a bare `pass`, or raises NotImplementedError and no other of its name is written.

    A method that a subclass must write raises it; it is a stub only while none does.
    """
    last = node.body[-1]
    if len(node.body) > 2:
        return False
    if isinstance(last, ast.Raise) and last.exc is not None:
        return ast.unparse(last.exc) == "NotImplementedError" and _functions()[node.name] < 2
    return isinstance(last, ast.Pass)


@cache
def _functions() -> Counter[str]:
    """name → how many functions of the package have it."""
    return Counter(
        node.name
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    )


NOT_USED = re.compile(r"chunk|conversation|template|backend|engine|repositor", re.IGNORECASE)
OTHERS = ("engine",)
"""What SQLAlchemy calls its own."""


def test_one_idea_has_one_word() -> None:
    named = {
        f"{path.relative_to(ROOT)}: {node.name}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        and NOT_USED.search(node.name)
        and node.name not in OTHERS
    }
    assert named == set()
    assert [str(path) for path in MODULES if NOT_USED.search(path.stem)] == []


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["ask", "--help"], ["nonsense"]])
def test_help_loads_nothing_heavy(arguments: list[str]) -> None:
    assert _loaded_by(arguments) & {*HEAVY} == set()


def test_help_loads_no_rule_of_documents() -> None:
    # Each class and pattern of the domain costs a part of a millisecond, and help needs none.
    own = {name for name in _loaded_by(["--help"]) if name.startswith("docanalyst.domain.")}
    assert own == {"docanalyst.domain.errors"}


def test_counting_a_request_loads_nothing_that_only_an_answer_needs(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The term is 30 days.")
    needless = {"asyncio", "importlib.metadata", "docanalyst.domain.verification.verify", "httpx"}
    arguments = ["pack", str(tmp_path / "note.txt"), "--quiet", "--data-dir", str(tmp_path / "data")]
    assert _loaded_by(arguments) & needless == set()


def test_a_request_goes_out_before_the_rules_of_checking_are_loaded(tmp_path: Path) -> None:
    (tmp_path / "note.txt").write_text("The term is 30 days.")
    needless = ("verification", "answers.grammar", "answers.coverage", "retrieval", "grid")
    arguments = [
        *("ask", str(tmp_path / "note.txt"), "-q", "How long?", "--provider", "scripted"),
        *("--data-dir", str(tmp_path / "data")),
    ]
    code = (
        "import json, sys\n"
        "from docanalyst.cli.app import run\n"
        "from docanalyst.providers.scripted import ScriptedModel\n"
        "stream = ScriptedModel.stream\n"
        "def sent(self, request):\n"
        "    loaded = [name.removeprefix('docanalyst.domain.') for name in sys.modules]\n"
        f"    print('LOADED', json.dumps([name for name in {needless!r} if name in loaded]))\n"
        "    return stream(self, request)\n"
        "ScriptedModel.stream = sent\n"
        f"sys.exit(run({arguments!r}))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "LOADED []" in done.stdout.splitlines()
    assert "The documents do not address this." in done.stdout


def _loaded_by(arguments: list[str]) -> set[str]:
    """The modules that a run of the program imports, its first and last lines included."""
    command = [sys.executable, "-X", "importtime", "-m", "docanalyst", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    rows = [line.rpartition("|") for line in done.stderr.splitlines() if line.startswith("import time:")]
    assert rows
    return {name.strip() for _, _, name in rows}


def test_importing_the_package_is_cheap() -> None:
    code = (
        "import sys, docanalyst\n"
        "docanalyst.Document\n"
        f"assert not [name for name in {HEAVY!r} if name in sys.modules]\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
