"""Sessions, prompts, models, settings, files, export and help: each key, what is seen, what is kept."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from docanalyst.providers.scripted import ScriptedModel, reply

pytestmark = pytest.mark.slow

Run = Callable[..., None]


# Sessions


def test_a_session_is_found_while_one_types_and_opened_with_its_documents(
    run_tour: Run, lease: Path, annex: Path
) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("May I assign the lease?")
        await tour.press("ctrl+n")
        await tour.see("2 documents, 3 pages: ask.")
        await tour.press("f2", "delete")
        await tour.settled()
        await tour.ask("Who insures?")
        await tour.press("ctrl+s")
        await tour.see("Sessions", "May I assign the lease?", "Who insures?")
        await tour.write("written consent")
        await tour.see("1 session found", "Written consent is needed")
        await tour.press("enter")
        await tour.see("1  May I assign the lease?", "D1 lease.txt", "D2 annex.txt")
        assert tour.app.desk.session.title == "May I assign the lease?"

    run_tour(walk, [lease, annex], replies=[reply("Written consent is needed."), reply("The landlord.")])


def test_enter_in_the_search_opens_what_is_on_top(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Is consent needed for an assignment?")
        await tour.press("ctrl+n")
        await tour.ask("Who repairs the roof?")
        await tour.press("ctrl+s")
        await tour.see("2 sessions")
        assert tour.app.screen.current.title == "Who repairs the roof?"
        await tour.write("assignment")
        await tour.see("sessions found")
        top = tour.app.screen.found[0].session
        assert top.title == "Is consent needed for an assignment?"
        await tour.until(lambda: tour.app.screen.current.id == top.id)
        await tour.press("enter")
        await tour.see("docanalyst   Is consent needed")

    run_tour(walk, [lease], replies=[reply("Yes."), reply("Nobody here; no assignment says so.")])


def test_words_of_a_page_find_the_session_too(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.press("ctrl+s")
        await tour.write("instalments")
        await tour.see("1 session found", "page 2:")
        await tour.write("xyzzy")
        await tour.see("No matches for")

    run_tour(walk, [lease])


def test_r_renames_a_session(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.press("ctrl+s")
        await tour.see("1 session")
        await tour.press("down", "r")
        await tour.see("Rename the session")
        await tour.press(*["backspace"] * 4)
        await tour.write("Mill [x]")
        await tour.press("enter")
        await tour.see("Mill [x]")
        assert tour.store.sessions.recent()[0].title == "Mill [x]"
        await tour.press("escape")
        await tour.see("docanalyst   Mill [x]")

    run_tour(walk, [lease])


def test_delete_deletes_at_the_end_and_z_brings_back(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    kept: list[Any] = []

    async def walk(tour: Any) -> None:
        for question in ("One?", "Two?", "Three?"):
            await tour.ask(question)
            await tour.press("ctrl+n")
        await tour.press("ctrl+s")
        await tour.see("3 sessions")
        await tour.press("down", "delete")
        await tour.see("Delete the session “Three?”?", "until then Z restores it")
        await tour.press("enter")
        await tour.gone("Delete the session")
        assert tour.app.deleted == {}
        await tour.press("delete")
        await tour.see("Delete the session")
        await tour.agree()
        await tour.see("2 sessions")
        await tour.press("delete")
        await tour.see("Delete the session")
        await tour.agree()
        await tour.see("1 session")
        await tour.press("z")
        await tour.see("2 sessions")
        assert len(tour.store.sessions.recent()) == 3
        kept.append(tour.store)

    run_tour(walk, [lease])
    assert [session.title for session in kept[0].sessions.recent()] == ["Two?", "One?"]


def test_the_open_session_is_not_deleted(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.press("ctrl+s")
        await tour.see("1 session")
        await tour.press("down", "delete")
        await tour.hear("An open session cannot be deleted.")
        assert tour.app.deleted == {}

    run_tour(walk, [lease])


def test_f_forks_a_kept_session(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.ask("Two?")
        await tour.press("ctrl+s")
        await tour.see("1 session")
        await tour.press("down", "f")
        await tour.see("the next question forks here")

    run_tour(walk, [lease])


# Prompts


def test_slash_offers_prompts_and_the_chosen_one_is_asked_with(
    run_tour: Run, lease: Path, model: ScriptedModel
) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("slash")
        await tour.see("/case-brief", "/contract-review")
        await tour.write("lease")
        await tour.until(lambda: "/contract-review" not in tour.text)
        await tour.press("enter")
        await tour.see("Ask with the prompt lease-abstract")
        await tour.press("enter")
        await tour.until(lambda: tour.app.desk.session is not None, "the answer")
        await tour.settled()
        assert tour.store.sessions.latest().turns[0].prompt.name == "lease-abstract"
        await tour.press("backspace")
        await tour.until(lambda: "Ask with the prompt" not in tour.text)

    run_tour(walk, [lease])


def test_the_library_is_looked_through_and_a_copy_is_kept(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f5")
        await tour.see("Prompts", "/case-brief", "Wording")
        await tour.press("e")
        await tour.see("^S saves")
        await tour.press(*"Extra", "enter", "ctrl+s")
        await tour.see("Save the prompt", "my-case-brief")
        await tour.press("enter")
        await tour.hear("Saved as /my-case-brief.")
        await tour.see("your own")
        own = tour.app._analyst.settings.prompts_dir / "my-case-brief.md"
        assert own.read_text(encoding="utf-8").startswith("Extra\n+++")
        await tour.press("delete")
        await tour.see("Delete the prompt my-case-brief?")
        await tour.agree()
        await tour.until(lambda: not own.exists(), "the deletion")

    run_tour(walk, [lease])


def test_a_prompt_that_cannot_be_read_is_not_kept_and_nothing_typed_is_lost(
    run_tour: Run, lease: Path
) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f5")
        await tour.see("Wording")
        await tour.press("ctrl+n")
        await tour.see("^S saves")
        await tour.press("ctrl+home", "delete", "ctrl+s")
        await tour.see("Save the prompt")
        editor_text = tour.app.screen
        assert editor_text is not None
        await tour.press(*["backspace"] * 12, "exclamation_mark", "enter")
        await tour.hear("Invalid prompt name")
        await tour.see("^S saves", "title =")

    run_tour(walk, [lease])


# Models


def test_the_table_of_models_says_what_is_missing_and_typing_narrows_it(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("ctrl+l")
        await tour.see("let docanalyst choose", "extractive", "ready · on this machine", "needs an API key")
        await tour.write("groq gpt")
        await tour.until(lambda: "alibaba" not in tour.text)
        await tour.press("enter")
        await tour.see("API key of Groq", "Paste the key")
        assert tour.app.desk.choice.provider is None

    run_tour(walk, [lease], offline=True)


def test_a_chosen_model_answers_and_retired_ones_are_marked(
    run_tour: Run, lease: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-test-key-0123456789")

    async def walk(tour: Any) -> None:
        await tour.see("at groq")
        await tour.press("ctrl+l")
        await tour.see("let docanalyst choose")
        await tour.press("f10")
        await tour.write("groq qwen3-32b")
        await tour.see("✗ retired 2026-07-17", "Successor")
        await tour.press(*["backspace"] * 14)
        await tour.write("extractive")
        await tour.press("enter")
        await tour.settled()
        await tour.see("offline (no model)")
        assert tour.app.desk.choice.provider == "extractive"
        assert "gsk-test" not in tour.text

    run_tour(walk, [lease], offline=True)


def test_control_t_switches_thinking_for_the_next_question(
    run_tour: Run, lease: Path, model: ScriptedModel
) -> None:
    async def walk(tour: Any) -> None:
        before = tour.app.main.plan.budget.reserved_output
        await tour.press("ctrl+t")
        await tour.hear("Reasoning is on.")
        await tour.see("reasoning")
        await tour.until(lambda: tour.app.main.plan.budget.reserved_output > before, "the reserve")
        await tour.ask("Think?")
        assert model.requests[0].thinking is True

    run_tour(walk, [lease])


# Consent


def test_before_the_first_sending_the_user_agrees_or_nothing_is_sent(
    run_tour: Run, lease: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GROQ_API_KEY", "gsk-test-key-0123456789")

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("Send?")
        await tour.press("enter")
        await tour.see("Send documents to Groq?", "Retention", "Do not send")
        await tour.press("escape")
        await tour.hear("Nothing was sent")
        assert tour.app.main.prompt.text == "Send?"
        assert tour.store.sessions.recent() == []

    run_tour(walk, [lease], offline=True)


# Files


def test_files_are_marked_and_added(run_tour: Run, lease: Path, annex: Path) -> None:
    (lease.parent / "[b]odd[x].txt").write_text("Odd.", encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.press("ctrl+o")
        await tour.see("Add documents", "papers/")
        await tour.press("end", "enter")
        await tour.see("[b]odd[x].txt", "annex.txt", "lease.txt")
        await tour.press("space", "space")
        await tour.see("2 files marked")
        await tour.press("enter")
        await tour.settled()
        await tour.see("D1 [b]odd[x].txt", "D2 annex.txt")

    run_tour(walk)


def test_a_folder_above_and_a_typed_path(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("ctrl+o")
        await tour.see("papers/")
        await tour.press("end", "enter")
        await tour.see("lease.txt")
        await tour.press("backspace")
        await tour.see("papers/")
        await tour.press("slash")
        for character in f"{lease}:2":
            await tour.pilot.press(character)
        await tour.press("enter")
        await tour.settled()
        await tour.see("pages 2 of 2")

    run_tour(walk)


def test_a_pasted_path_is_read_and_other_text_is_the_question(run_tour: Run, lease: Path) -> None:
    from textual import events

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.input.post_message(events.Paste(f"'{lease}'"))
        await tour.see("D1 lease.txt")
        tour.app.main.prompt.input.post_message(events.Paste("What of\nthis?\x1b[31m"))
        await tour.until(lambda: tour.app.main.prompt.text == "What of\nthis?␛[31m", "the text")

    run_tour(walk)


# Export, settings, help, palette


def test_x_exports_the_session(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "x")
        await tour.see("Export the session", ".md", ".json", "assign.md")
        await tour.press("enter")
        await tour.hear("Wrote ")
        text = (tmp_path / "assign.md").read_text(encoding="utf-8")
        assert "**consent** is needed" in text
        await tour.press("x")
        await tour.see("Export the session")
        await tour.press("enter")
        await tour.see("assign.md already exists.", "Replace it", "Keep the file")
        await tour.press("enter")
        (tmp_path / "assign.md").write_text("mine", encoding="utf-8")
        await tour.press("x")
        await tour.see("Export the session")
        await tour.press("enter")
        await tour.see("was changed after docanalyst wrote it.")
        await tour.press("escape")
        assert (tmp_path / "assign.md").read_text(encoding="utf-8") == "mine"
        await tour.press("x")
        await tour.see("Export the session")
        await tour.press("enter")
        await tour.see("was changed after docanalyst wrote it.")
        await tour.agree()
        await tour.until(
            lambda: "consent" in (tmp_path / "assign.md").read_text(encoding="utf-8"), "the export"
        )
        await tour.press("x", "backspace", "backspace", *"json", "enter")
        await tour.until(lambda: (tmp_path / "assign.json").exists(), "the file")
        assert json.loads((tmp_path / "assign.json").read_text(encoding="utf-8"))["turns"]

    run_tour(walk, [lease])


def test_a_setting_is_changed_in_the_file_and_holds_at_once(run_tour: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("# mine\nmax_output = 2000\n", encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.press("f9")
        await tour.see("Settings", "max_output", "2000", "theme")
        settings = tour.app.screen
        names = [item.name for item in settings.preferences]
        assert all(item.value not in (None, (), {}) or item.unset for item in settings.preferences)
        await tour.see("default: dark", "default: any")
        await tour.see("default: the first with an API key and a large enough context window")
        await tour.press("home", *["down"] * names.index("theme"), "enter")
        await tour.see("Theme of the terminal UI.")
        await tour.press(*"light", "enter")
        await tour.until(lambda: tour.app.theme == "docanalyst-light", "the theme")
        assert (tmp_path / "config.toml").read_text(encoding="utf-8") == (
            '# mine\nmax_output = 2000\ntheme = "light"\n'
        )
        await tour.press("home", *["down"] * names.index("max_output"), "enter")
        await tour.see("Tokens to reserve")
        await tour.press(*["backspace"] * 4, *"many", "enter")
        await tour.hear("Invalid value for max_output: 'many'.", "Enter a whole number.")
        assert tour.app._analyst.settings.max_output == 2000

    run_tour(walk)


def test_f1_lists_the_keys_of_this_place(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "f1")
        await tour.see("Keys", "On / off", "Remove")
        assert tour.text.index("On / off") < tour.text.index("Writing the question")
        await tour.press("escape", "escape", "f1")
        await tour.see("Writing the question")
        assert tour.text.index("Choose a prompt") < tour.text.index("On / off")

    run_tour(walk, [lease])


def test_the_palette_does_what_a_key_does(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("ctrl+p")
        await tour.write("receipt")
        await tour.see("What was sent, counted")
        await tour.press("enter")
        await tour.see("sha256", "What was counted")

    run_tour(walk, [lease])


def test_keys_can_be_changed_in_the_settings(run_tour: Run, tmp_path: Path, lease: Path) -> None:
    (tmp_path / "config.toml").write_text('[keymap]\n"session.list" = "f12"\n', encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.see("F12 Sessions")
        await tour.ask("One?")
        await tour.press("f12")
        await tour.see("1 session")

    run_tour(walk, [lease])


def test_what_an_earlier_run_left_is_told_at_the_start(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    from docanalyst.analyst import Analyst
    from docanalyst.domain.turns import Turn

    store = Analyst().store
    session = store.sessions.create("0" * 26, "Broken off", [])
    store.turns.start(Turn("1" * 26, session.id, "What was it?", "scripted", "m"))
    store.turns.save_partial("1" * 26, "Half of the words")
    store.close()

    async def walk(tour: Any) -> None:
        await tour.hear(
            "An earlier run was interrupted while answering", "What was it?", "the partial answer was saved"
        )

    run_tour(walk, [lease])


def test_nothing_is_kept_and_no_sessions_shown_without_a_store(
    run_tour: Run, lease: Path, tmp_path: Path
) -> None:
    from docanalyst.analyst import Analyst

    keeping_nothing = Analyst(model=ScriptedModel(_spec(), [reply("Yes.")]), keep=False)

    async def walk(tour: Any) -> None:
        await tour.ask("Kept?")
        await tour.see("Yes.")
        await tour.press("ctrl+s")
        await tour.hear("This window does not save anything")
        assert not (tmp_path / "data" / "docanalyst.db").exists()

    run_tour(walk, [lease], analyst=keeping_nothing)


def _spec() -> Any:
    from docanalyst.domain.models import ModelSpec

    return ModelSpec("scripted", "m", 131_072)
