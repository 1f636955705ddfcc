"""Fixtures for the reader's tests: PDFs made on the spot, and the shared real ones where they exist."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest


def _load(name: str) -> ModuleType:
    path = Path(__file__).with_name(f"{name}.py")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


_load("makepdf")
_load("hostile")

WritePdf = Callable[..., Path]


@pytest.fixture
def write_pdf(tmp_path: Path) -> WritePdf:
    """Write page contents as a PDF: write_pdf([content, …], name=…, **options of make_pdf) → path."""
    from makepdf import make_pdf

    def write(pages: list[bytes], name: str = "made.pdf", **options: object) -> Path:
        path = tmp_path / name
        path.write_bytes(make_pdf(pages, **options))
        return path

    return write


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of shared real documents; skips where there is none."""
    given = os.environ.get("DOCANALYST_SHARED")
    folder = Path(given) if given else Path(__file__).parents[3] / "shared"
    if not (folder / "corpus").is_dir():
        pytest.skip("the shared documents are not here (set DOCANALYST_SHARED)")
    return folder
