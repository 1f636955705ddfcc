"""Keys in the keyring: saved, listed without being shown, removed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from types import SimpleNamespace

import pytest
from support import Cli

from docanalyst import settings

KEY = "gsk_canary0123456789"


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.errors = SimpleNamespace(KeyringError=OSError)
        self.locked = False

    def get_password(self, app: str, name: str) -> str | None:
        if self.locked:
            raise OSError("locked")
        return self.kept.get((app, name))

    def set_password(self, app: str, name: str, value: str) -> None:
        self.kept[app, name] = value

    def delete_password(self, app: str, name: str) -> None:
        del self.kept[app, name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    found = Ring()
    monkeypatch.setattr(settings, "_keyring", lambda: found)
    yield found


def test_a_key_is_saved_listed_and_removed(cli: Cli, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(KEY + "\n"))
    ran = cli("keys", "set", "groq")
    assert ran.code == 0 and KEY not in ran.out + ran.err
    assert ring.kept == {("docanalyst", "GROQ_API_KEY"): KEY}
    listed = cli("keys", "list", "--json").json
    assert listed == [{"provider": "groq", "variable": "GROQ_API_KEY", "place": "keyring"}]
    monkeypatch.setenv("GROQ_API_KEY", "other")
    assert cli("keys", "list", "--json").json[0]["place"] == "environment"
    assert cli("keys", "remove", "groq").code == 0
    assert ring.kept == {}
    assert cli("keys", "remove", "groq").code == 2


@pytest.mark.parametrize("typed", ["", "  \n", "a b\n", "kéy\n", "a\x1bb\n"])
def test_what_is_no_key_is_not_saved(
    typed: str, cli: Cli, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(typed))
    assert cli("keys", "set", "groq").code == 2
    assert ring.kept == {}


def test_providers_without_a_key_or_that_do_not_exist(cli: Cli, ring: Ring) -> None:
    assert cli("keys", "set", "extractive").code == 2
    assert cli("keys", "set", "grock").code == 2


def test_a_keyring_that_is_locked_or_missing(cli: Cli, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.locked = True
    assert "cannot be used" in cli("keys", "remove", "groq").err
    monkeypatch.setattr(settings, "_keyring", lambda: None)
    ran = cli("keys", "list")
    assert ran.code == 0 and "'.[keyring]'" in ran.err
