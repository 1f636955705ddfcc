"""Providers that other packages bring."""

from __future__ import annotations

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from conftest import CANARY
from wires import CATALOG, collect, joined

from docanalyst.domain.errors import UsageError
from docanalyst.domain.request import Request
from docanalyst.providers import create_chat_model
from docanalyst.providers.choice import choose
from docanalyst.providers.opening import open_model
from docanalyst.providers.preflight import destination

pytestmark = pytest.mark.anyio

Make = Callable[..., Request]

CODE = """
from langchain_core.language_models import FakeListChatModel

def make(model, lookup):
    return FakeListChatModel(responses=[f"{model} {lookup('X')}"])

def broken(model, lookup):
    raise RuntimeError("no licence for %s" % lookup("X"))
"""


@pytest.fixture(autouse=True)
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An installed package with two providers."""
    (tmp_path / "office_models.py").write_text(CODE)
    info = tmp_path / "office_models-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: office-models\nVersion: 1.0\n")
    points = "office = office_models:make\nbad = office_models:broken\nmissing = office_models:nothing\n"
    (info / "entry_points.txt").write_text(f"[docanalyst.providers]\n{points}")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delitem(sys.modules, "office_models", raising=False)


async def test_a_provider_of_another_package_answers(request_for: Make) -> None:
    spec = choose(CATALOG, provider="office", model="m-1", lookup={}.get, today=date(2026, 11, 22)).spec
    model = open_model(spec, lookup={"X": "y"}.get)
    assert joined(await collect(model, request_for()))[0] == "m-1 y"
    assert model.spec.provider == "office"


async def test_without_a_model_it_takes_its_own_default(request_for: Make) -> None:
    choice = choose(CATALOG, provider="office", lookup={}.get, today=date(2026, 11, 22))
    assert "DOCANALYST_OFFICE_WINDOW" in choice.warnings[0]
    assert joined(await collect(open_model(choice.spec, lookup={}.get), request_for()))[0] == "None None"


def test_it_is_used_only_when_named_and_counts_as_outside() -> None:
    assert choose(CATALOG, lookup={}.get, today=date(2026, 11, 22)).spec.provider == "extractive"
    spec = choose(CATALOG, provider="office", lookup={}.get, today=date(2026, 11, 22)).spec
    found = destination(spec, CATALOG, {}.get)
    assert not found.stays_here and "plug-in office" in found.sentence
    with pytest.raises(UsageError):
        choose(CATALOG, provider="office", lookup={}.get, today=date(2026, 11, 22), local_only=True)


@pytest.mark.parametrize("name", ["bad", "missing"])
def test_a_plug_in_that_does_not_work_says_so(name: str) -> None:
    spec = choose(CATALOG, provider=name, lookup={}.get, today=date(2026, 11, 22)).spec
    with pytest.raises(UsageError, match="does not work") as raised:
        open_model(spec, lookup={"X": CANARY}.get)
    assert CANARY not in raised.value.message


def test_a_name_that_no_package_brings() -> None:
    with pytest.raises(UsageError) as raised:
        CATALOG.provider("offic")
    assert "'office'" in raised.value.hint
    with pytest.raises(UsageError, match="another package"):
        create_chat_model("office", "m")
