"""Where a setting comes from, and what is refused."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from docanalyst.domain.errors import StorageError, UsageError
from docanalyst.settings import load_settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


def test_option_before_environment_before_file_before_default(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().provider is None
    config.write_text('provider = "file"', encoding="utf-8")
    assert load_settings().provider == "file"
    monkeypatch.setenv("DOCANALYST_PROVIDER", "environment")
    assert load_settings().provider == "environment"
    assert load_settings(provider="option").provider == "option"


def test_an_unknown_key_is_refused_with_the_nearest(config: Path) -> None:
    config.write_text('providr = "x"', encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert "'providr'" in caught.value.message
    assert "provider" in caught.value.hint


@pytest.mark.parametrize("text", ['max_output = "many"', "max_output = 0", "a b"])
def test_a_wrong_value_is_refused(config: Path, text: str) -> None:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert str(config) in caught.value.message


@pytest.mark.parametrize(
    ("text", "name", "expected"),
    [
        ('max_output = "4096"', "max_output", 4_096),
        ("think = true", "think", True),
        ('fallback = ["vllm", "extractive"]', "fallback", ("vllm", "extractive")),
        ('keymap = { ask = "f7" }', "keymap", {"ask": "f7"}),
        ("[providers.mine]\nbase_url = 'http://127.0.0.1:1/v1'", "providers", None),
    ],
)
def test_values_of_the_file(config: Path, text: str, name: str, expected: object) -> None:
    config.write_text(text, encoding="utf-8")
    found = getattr(load_settings(), name)
    assert found == (expected or {"mine": {"base_url": "http://127.0.0.1:1/v1"}})


@pytest.mark.parametrize(
    ("variable", "name", "expected"),
    [
        ("off", "think", False),
        ("1", "local_only", True),
        ("vllm, extractive", "fallback", ("vllm", "extractive")),
        ('["vllm"]', "allowed_providers", ("vllm",)),
        ('{"ask": "f7"}', "keymap", {"ask": "f7"}),
    ],
)
def test_values_of_the_environment(
    variable: str, name: str, expected: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(f"DOCANALYST_{name.upper()}", variable)
    assert getattr(load_settings(), name) == expected


@pytest.mark.parametrize(
    "text",
    [
        "provider = 3",
        "think = 2",
        "local_only = 'perhaps'",
        "max_output = -1",
        "fallback = [1]",
        "fallback = 4",
        "keymap = { ask = 7 }",
        "providers = { mine = 'http://127.0.0.1' }",
        "providers = 'no json'",
    ],
)
def test_a_value_of_the_wrong_kind_names_the_file_and_the_key(config: Path, text: str) -> None:
    config.write_text(text, encoding="utf-8")
    with pytest.raises(UsageError) as caught:
        load_settings()
    named, _, reason = caught.value.message.partition(f"invalid value for {text.partition(' ')[0]}: ")
    assert named == f"{config}: " and reason


def test_settings_cannot_be_changed_in_place() -> None:
    with pytest.raises(AttributeError):
        load_settings().provider = "groq"  # type: ignore[misc]


def test_a_wrong_value_in_the_environment_names_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOCANALYST_MAX_OUTPUT", "many")
    with pytest.raises(UsageError) as caught:
        load_settings()
    assert "DOCANALYST_MAX_OUTPUT" in caught.value.message


def test_a_named_file_must_exist(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        load_settings(str(tmp_path / "none.toml"))


def test_an_endpoint_of_the_file_is_found_and_the_environment_goes_first(
    config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config.write_text('[providers.my-host]\nbase_url = "http://127.0.0.1:1/v1"', encoding="utf-8")
    settings = load_settings()
    assert settings.lookup("DOCANALYST_MY_HOST_BASE_URL") == "http://127.0.0.1:1/v1"
    monkeypatch.setenv("DOCANALYST_MY_HOST_BASE_URL", "http://127.0.0.1:2/v1")
    assert settings.lookup("DOCANALYST_MY_HOST_BASE_URL") == "http://127.0.0.1:2/v1"


def test_the_data_directory_is_its_owners_alone(tmp_path: Path) -> None:
    made = load_settings(data_dir=str(tmp_path / "deep" / "data")).make_data_dir()
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_a_data_directory_that_cannot_be_made_is_a_store_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(StorageError) as caught:
        load_settings(data_dir=str(tmp_path / "file" / "data")).make_data_dir()
    assert "--data-dir" in caught.value.hint


def test_a_home_directory_is_meant_by_a_tilde(
    config: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    config.write_text('data_dir = "~/papers"', encoding="utf-8")
    monkeypatch.delenv("DOCANALYST_DATA_DIR")
    assert load_settings().data_dir == tmp_path / "home" / "papers"
    monkeypatch.setenv("DOCANALYST_CONFIG", "~/other.toml")
    assert load_settings().prompts_dir == tmp_path / "home" / "prompts"


def test_an_empty_variable_is_no_value(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATA_DIR", "THINK", "MAX_OUTPUT", "PROVIDER"):
        monkeypatch.setenv(f"DOCANALYST_{name}", "")
    settings = load_settings()
    assert settings.data_dir.is_absolute()
    assert (settings.think, settings.max_output, settings.provider) == (None, None, None)
