"""Documents go nowhere that their owner, or the rules beside them, did not agree to."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from docanalyst.analyst.privacy import Consents, require_consent, require_permitted, rules_for
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.errors import UsageError
from docanalyst.providers.wire.destinations import Destination, offline_destination


def document(folder: Path, name: str = "a.pdf") -> Document:
    return Document(name * 8, name, (Page(1, None, "words"),), path=str(folder / name))


def destination(*, stays_here: bool = False) -> Destination:
    return Destination(
        "groq", "Groq", "https://api.groq.com/openai/v1", "api.groq.com", stays_here, True, "none", "2026-11"
    )


def write_rules(folder: Path, text: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ".docanalyst.toml").write_text(text, encoding="utf-8")


def permitted(name: str, documents: list[Document], own: tuple[str, ...] | None = None) -> bool:
    target = Destination(name, name, "https://x", "x", False, True, "", "")
    try:
        require_permitted(target, rules_for(documents, own), local_only=False)
    except UsageError as refused:
        assert "nothing was sent" in refused.message.lower()
        return False
    return True


def test_without_rules_any_provider_will_do(tmp_path: Path) -> None:
    assert rules_for([document(tmp_path)], None) == ()
    assert permitted("groq", [document(tmp_path)])


def test_rules_of_a_sub_folder_only_narrow(tmp_path: Path) -> None:
    write_rules(tmp_path, 'allowed_providers = ["vllm"]')
    deep = document(tmp_path / "deal" / "annexes")
    (tmp_path / "deal" / "annexes").mkdir(parents=True)
    assert permitted("vllm", [deep]) and not permitted("ollama", [deep])
    write_rules(tmp_path / "deal", 'allowed_providers = ["ollama", "vllm"]')
    assert permitted("vllm", [deep]) and not permitted("ollama", [deep])
    write_rules(tmp_path / "deal", "allowed_providers = []")
    assert not permitted("vllm", [deep])
    assert permitted("vllm", [document(tmp_path)])


def test_an_empty_list_allows_nobody_and_what_sends_nothing_needs_no_permission(tmp_path: Path) -> None:
    assert not permitted("groq", [document(tmp_path)], ())
    offline = offline_destination("extractive", "extractive")
    require_permitted(offline, rules_for([document(tmp_path)], ()), local_only=True)


def test_a_file_of_rules_without_a_list_forbids_nothing(tmp_path: Path) -> None:
    write_rules(tmp_path, "# nothing yet\n")
    assert permitted("groq", [document(tmp_path)])


def test_a_link_does_not_lead_round_the_rules(tmp_path: Path) -> None:
    write_rules(tmp_path / "deal", 'allowed_providers = ["vllm"]')
    (tmp_path / "deal" / "a.pdf").write_bytes(b"")
    (tmp_path / "desk").mkdir()
    try:
        (tmp_path / "desk" / "a.pdf").symlink_to(tmp_path / "deal" / "a.pdf")
    except OSError:
        pytest.skip("links cannot be made here")
    assert not permitted("groq", [document(tmp_path / "desk")])


def test_every_document_and_the_settings_must_permit(tmp_path: Path) -> None:
    write_rules(tmp_path / "one", 'allowed_providers = ["vllm", "groq"]')
    write_rules(tmp_path / "two", 'allowed_providers = ["Groq ", "ollama"]')
    both = [document(tmp_path / "one"), document(tmp_path / "two", "b.pdf")]
    assert permitted("groq", both) and not permitted("vllm", both)
    assert permitted("vllm", both[:1], ("vllm",)) and not permitted("groq", both, ("vllm",))


def test_only_what_certainly_runs_here_is_local(tmp_path: Path) -> None:
    for here, allowed in ((True, True), (False, False)):
        target = Destination("vllm", "vLLM", "http://127.0.0.1", "127.0.0.1", here, True, "", "",
                             on_this_machine=True)  # fmt: skip
        if allowed:
            require_permitted(target, (), local_only=True)
            continue
        with pytest.raises(UsageError, match="may be a proxy"):
            require_permitted(target, (), local_only=True)


@pytest.mark.parametrize("text", ["allowed = []", "allowed_providers = 3", "a b", "allowed_providers = [1]"])
def test_rules_that_cannot_be_read_are_refused_and_not_ignored(tmp_path: Path, text: str) -> None:
    write_rules(tmp_path, text)
    with pytest.raises(UsageError) as caught:
        rules_for([document(tmp_path)], None)
    assert ".docanalyst.toml" in caught.value.message


def test_the_user_is_asked_once(tmp_path: Path) -> None:
    asked: list[Destination] = []

    async def yes(target: Destination) -> bool:
        asked.append(target)
        return True

    for _ in range(2):
        asyncio.run(require_consent(destination(), Consents(tmp_path), (), yes))
    assert len(asked) == 1


def test_a_no_is_final_and_is_asked_again(tmp_path: Path) -> None:
    async def no(target: Destination) -> bool:
        return False

    for ask in (no, None):
        with pytest.raises(UsageError) as caught:
            asyncio.run(require_consent(destination(), Consents(tmp_path), (), ask))
        assert "Nothing was sent" in caught.value.message
        assert "api.groq.com" in caught.value.hint
    assert not Consents(tmp_path).has("groq", "api.groq.com")


def test_settings_agree_and_this_machine_needs_no_agreement(tmp_path: Path) -> None:
    asyncio.run(require_consent(destination(), Consents(tmp_path), ("groq",), None))
    asyncio.run(require_consent(destination(stays_here=True), Consents(tmp_path), (), None))
    assert not Consents(tmp_path).has("groq", "api.groq.com")  # nothing was asked, so nothing is remembered


def test_an_agreement_holds_for_one_host(tmp_path: Path) -> None:
    consents = Consents(tmp_path)
    consents.add("groq", "api.groq.com")
    assert consents.has("groq", "api.groq.com")
    assert not consents.has("groq", "evil.example")
    (tmp_path / "consent.json").write_text("not json", encoding="utf-8")
    assert not consents.has("groq", "api.groq.com")


def test_an_agreement_for_this_time_is_not_remembered(tmp_path: Path) -> None:
    async def yes(target: Destination) -> bool:
        return True

    asyncio.run(require_consent(destination(), Consents(tmp_path, remember=False), (), yes))
    assert list(tmp_path.iterdir()) == []
