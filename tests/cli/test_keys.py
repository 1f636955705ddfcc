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


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system without a session bus, and nothing remembered of another one."""
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "XDG_CONFIG_HOME", "PYTHON_KEYRING_BACKEND"):
        monkeypatch.delenv(name, raising=False)
    settings._keyring.cache_clear()
    monkeypatch.setattr("sys.platform", "linux")


def test_a_server_without_a_keyring_is_told_what_to_do(
    cli: Cli, bare: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("keyring")
    monkeypatch.setattr("sys.stdin", io.StringIO("gsk_secretsecretsecret\n"))
    ran = cli("keys", "set", "groq")
    settings._keyring.cache_clear()
    assert ran.code == 2 and "no keyring" in ran.err
    assert "GROQ_API_KEY" in ran.err and "gsk_secret" not in ran.err + ran.out


def test_a_question_does_not_import_the_package_where_there_is_no_keyring(bare: None) -> None:
    pytest.importorskip("keyring")
    assert settings._keyring() is False
    assert settings._from_keyring("GROQ_API_KEY") is None
    settings._keyring.cache_clear()


@pytest.mark.parametrize("name", ["DBUS_SESSION_BUS_ADDRESS", "PYTHON_KEYRING_BACKEND"])
def test_a_session_or_a_chosen_backend_is_asked(
    bare: None, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("keyring")
    monkeypatch.setenv(name, "unix:path=/nonexistent" if "BUS" in name else "keyring.backends.null.Keyring")
    assert settings._keyring() is not False
    settings._keyring.cache_clear()


def test_a_keyring_that_fails_says_that_there_is_none(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    class NoKeyringError(RuntimeError):
        """As the package has it."""

    class Failing:
        errors = SimpleNamespace(KeyringError=NoKeyringError)

        def get_password(self, *_: str) -> str:
            raise NoKeyringError("gsk_secretsecretsecret")

    monkeypatch.setattr(settings, "_keyring", Failing)
    ran = cli("keys", "remove", "groq")
    assert ran.code == 2 and "no keyring" in ran.err and "gsk_secret" not in ran.err + ran.out
