"""What a test is: something that can fail. Each asserts, or calls a helper that does."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parent
FILES = sorted(path for path in TESTS.rglob("test_*.py") if "benchmarks" not in path.parts)
HELPERS = sorted(
    path
    for path in TESTS.rglob("*.py")
    if not path.name.startswith("test_") and "benchmarks" not in path.parts
)
EXPECTING = ("raises", "warns", "fail")
"""Of pytest: to leave or to lack an exception is an assertion."""
OF_PYTHON = ("subprocess", "asyncio", "json", "os", "shutil", "sqlite3")
Function = ast.FunctionDef | ast.AsyncFunctionDef


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(TESTS)))
def test_every_test_asserts(path: Path) -> None:
    asserting = Asserting(path)
    assert [
        node.name for node in _functions(path) if node.name.startswith("test") and not asserting(node)
    ] == []


def test_a_test_without_an_assertion_is_found(tmp_path: Path) -> None:
    path = tmp_path / "test_none.py"
    path.write_text(
        "def look(): return 1\n"
        "def check(): assert look()\n"
        "def test_looks(): look()\n"
        "def test_checks(): check()\n"
        "def test_raises():\n    with pytest.raises(ValueError): look()\n",
        encoding="utf-8",
    )
    asserting = Asserting(path)
    assert {node.name for node in _functions(path) if not asserting(node)} == {"look", "test_looks"}


class Asserting:
    """Whether a function of a test file asserts, by itself or by functions of that file or of helpers."""

    def __init__(self, path: Path) -> None:
        self.known: dict[str, list[Function]] = {}
        for node in [*_functions(path), *(node for helper in HELPERS for node in _functions(helper))]:
            self.known.setdefault(node.name, []).append(node)

    def __call__(self, node: Function, seen: frozenset[str] = frozenset()) -> bool:
        if any(isinstance(inner, ast.Assert) or _raises_assertion(inner) for inner in ast.walk(node)):
            return True
        for name in _called(node):
            if name in EXPECTING or name.startswith("assert_"):
                return True
            if name not in seen and any(self(helper, seen | {name}) for helper in self.known.get(name, ())):
                return True
        return False


def _raises_assertion(node: ast.AST) -> bool:
    return isinstance(node, ast.Raise) and node.exc is not None and "AssertionError" in ast.unparse(node.exc)


def _called(node: ast.AST) -> Iterator[str]:
    """Names of what a function calls, those of Python's own modules left out."""
    for inner in ast.walk(node):
        if isinstance(inner, ast.Call):
            called = inner.func
            if isinstance(called, ast.Name):
                yield called.id
            elif isinstance(called, ast.Attribute) and ast.unparse(called.value) not in OF_PYTHON:
                yield called.attr


@cache
def _functions(path: Path) -> tuple[Function, ...]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return tuple(node for node in ast.walk(tree) if isinstance(node, Function))
