"""Access tokens from Google's own library, without Google."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import CANARY

from docanalyst.domain.errors import AuthenticationFailed
from docanalyst.providers.wire import google

pytestmark = pytest.mark.anyio


class Credentials:
    """Expires at once when told to; counts its refreshes."""

    def __init__(self) -> None:
        self.token = ""
        self.valid = False
        self.refreshed = 0

    def refresh(self, request: object) -> None:
        self.refreshed += 1
        self.token, self.valid = f"ya29.token-number-{self.refreshed}", True


class GoogleAuthError(Exception):
    pass


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> Any:
    credentials = Credentials()
    auth = ModuleType("google.auth")
    auth.default = lambda scopes: (credentials, "project")  # type: ignore[attr-defined]
    requests = ModuleType("google.auth.transport.requests")
    requests.Request = object  # type: ignore[attr-defined]
    exceptions = ModuleType("google.auth.exceptions")
    exceptions.GoogleAuthError = GoogleAuthError  # type: ignore[attr-defined]
    for module in (auth, requests, exceptions):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    monkeypatch.setattr(google, "_credentials", [])
    auth.credentials = credentials  # type: ignore[attr-defined]
    return auth


async def test_a_token_is_refreshed_only_when_it_has_expired(library: Any) -> None:
    assert await google.access_token() == "ya29.token-number-1"
    assert await google.access_token() == "ya29.token-number-1"
    library.credentials.valid = False
    assert await google.access_token() == "ya29.token-number-2"


async def test_what_google_says_is_passed_on_without_keys(library: Any) -> None:
    def refuse(scopes: list[str]) -> None:
        raise GoogleAuthError(f"no credentials for {CANARY}")

    library.default = refuse
    with pytest.raises(AuthenticationFailed) as raised:
        await google.access_token()
    assert "no credentials for [key]" in raised.value.message
    assert "gcloud" in raised.value.hint


async def test_without_the_library_the_way_in_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "google.auth", None)
    with pytest.raises(AuthenticationFailed) as raised:
        await google.access_token()
    assert "pip install '.[vertex]'" in raised.value.hint


async def test_the_real_library_refuses_a_file_that_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("google.auth", reason="google-auth is not installed")
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    monkeypatch.setattr(google, "_credentials", [])
    for path in (tmp_path / "missing.json", broken):
        monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(path))
        with pytest.raises(AuthenticationFailed):
            await google.access_token()
