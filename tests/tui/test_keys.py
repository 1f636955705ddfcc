"""Every key of every screen has a test that presses it. Those that no other file has are here."""

from __future__ import annotations

import ast
import importlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from textual.binding import Binding
from textual.dom import DOMNode

import docanalyst.tui
from docanalyst.providers.scripted import ScriptedModel, reply

Run = Callable[..., None]
HERE = Path(__file__).parent

PRESSED = {
    "test_asking": {
        "test_a_fork_goes_on_from_an_earlier_turn": {
            "AnswersPanel.fork": "f",
            "MainScreen.panel('answers')": "f3",
        },
        "test_asking_again_puts_the_answers_beside_each_other": {
            "AnswersPanel.branch": "b",
            "MainScreen.retry": "ctrl+r",
        },
        "test_enter_asks_and_the_answer_stands_beside_its_checked_evidence": {
            "PromptInput.submit": "enter",
        },
        "test_quitting_in_mid_answer_asks_first_and_keeps_what_has_come": {
            "DocanalystApp.quit": "ctrl+q",
        },
        "test_the_answer_is_shown_while_it_comes_in_and_stopping_keeps_what_has_come": {
            "MainScreen.leave": "escape",
            "MainScreen.stop": "ctrl+c",
        },
        "test_thinking_is_folded_until_t_unfolds_it": {
            "AnswersView.fold('thinking')": "t",
        },
    },
    "test_batch_screen": {
        "count": {
            "BatchStartScreen.count": "f8",
        },
        "fill_in": {
            "MainScreen.batch": "f8",
        },
        "test_a_prompt_gives_the_columns_and_a_folder_the_rows": {
            "FilesScreen.folder": "a",
            "PickField.pick": "enter",
            "WordField.turn(1)": "right",
        },
        "test_a_table_of_thousands_is_walked_to_its_end": {
            "BatchTable.move(-1000000)": "home",
            "BatchTable.move(1000000)": "end",
            "BatchTable.page(-1)": "pageup",
            "BatchTable.page(1)": "pagedown",
        },
        "test_a_dollar_sign_sets_a_cap_on_the_plan_too": {
            "BatchPlanScreen.cap": "dollar_sign",
        },
        "test_delete_deletes_an_earlier_batch_once_it_is_agreed": {
            "BatchScreen.new": "ctrl+n",
            "BatchesScreen.remove": "delete",
        },
        "test_enter_opens_a_unit_and_then_its_session_with_the_cited_page": {
            "BatchScreen.open": "enter",
            "BatchTable.move(1)": "down",
            "BatchTable.open": "enter",
            "BatchUnitScreen.copy": "c",
            "BatchUnitScreen.session": "enter",
            "BatchUnitScreen.turn(-1)": "left",
            "BatchUnitScreen.turn(1)": "right",
        },
        "test_f7_shows_earlier_batches_opens_them_and_goes_on": {
            "BatchStartScreen.earlier": "f7",
            "BatchesScreen.wish('go on')": "ctrl+r",
        },
        "test_f8_asks_every_document_and_writes_the_table": {
            "BatchPlanScreen.send": "ctrl+r",
        },
        "test_fields_by_mouse_and_keys": {
            "BatchStartScreen.app.focus_next": "down",
            "BatchStartScreen.app.focus_previous": "up",
            "PickField.clear": "backspace",
            "WordField.turn(-1)": "left",
        },
        "test_hostile_names_questions_and_errors_are_text": {
            "BatchTable.move(-1)": "up",
        },
        "test_o_opens_the_table_outside": {
            "BatchScreen.table": "o",
        },
        "test_control_c_pauses_control_r_goes_on_and_everything_is_billed_once": {
            "BatchScreen.pause": "ctrl+c",
            "BatchScreen.resume": "ctrl+r",
        },
        "test_the_cap_holds_and_a_dollar_sign_raises_it": {
            "BatchScreen.cap": "dollar_sign",
        },
        "test_what_does_not_fit_is_named_with_the_reason_and_the_rest_is_asked": {
            "BatchPlanScreen.problems": "h",
            "BatchScreen.gaps": "h",
        },
    },
    "test_documents": {
        "test_alt_down_changes_the_order_in_which_documents_are_sent": {
            "DocumentsPanel.move(1)": "alt+down",
        },
        "test_delete_takes_a_document_off_and_z_brings_it_back": {
            "DocumentsPanel.remove": "delete",
            "DocumentsPanel.undo": "z",
        },
        "test_enter_reads_a_document_here": {
            "DocumentsPanel.look": "enter",
            "MainScreen.panel('documents')": "f2",
            "PageView.turn(-1)": "left",
            "PageView.turn(1)": "right",
        },
        "test_s_takes_only_some_pages_and_the_receipt_says_so": {
            "DocumentsPanel.pages": "s",
        },
        "test_space_switches_a_document_off_and_the_next_question_goes_without_it": {
            "DocumentsPanel.switch": "space",
        },
    },
    "test_evidence": {
        "test_a_changed_number_is_shown_beside_the_page": {
            "MainScreen.panel('evidence')": "f4",
        },
        "test_a_key_stands_on_the_cited_page_with_the_quote_marked": {
            "AnswersView.number": "2",
        },
        "test_c_copies_the_answer_without_its_citation_lines": {
            "AnswersPanel.screen.copy_answer": "c",
        },
        "test_twenty_citations_are_reviewed_with_twenty_five_keys": {
            "EvidencePanel.hide": "h",
            "EvidencePanel.note": "ctrl+e",
            "EvidencePanel.review('accept')": "ctrl+a",
            "EvidencePanel.review('flag')": "ctrl+f",
            "EvidencePanel.review('reject')": "ctrl+d",
            "EvidencePanel.to_review(-1)": "p",
            "EvidencePanel.to_review(1)": "n",
        },
        "test_control_g_reaches_the_next_quote_from_the_prompt": {
            "MainScreen.next_quote": "ctrl+g",
        },
        "test_i_shows_the_receipt": {
            "AnswersPanel.screen.receipt": "i",
        },
        "test_n_walks_through_the_quotes_of_the_answer": {
            "AnswersView.citation(-1)": "p",
            "AnswersView.citation(1)": "n",
        },
        "test_o_opens_the_file_outside_at_the_page": {
            "EvidencePanel.open": "o",
        },
        "test_c_in_the_evidence_copies_the_quote_with_its_place": {
            "EvidencePanel.copy": "c",
        },
    },
    "test_api_keys": {
        "choose": {
            "MainScreen.keys": "ctrl+k",
        },
        "test_a_key_is_saved_in_the_keyring_and_removed_once_it_is_agreed": {
            "KeysScreen.remove": "delete",
        },
        "test_a_key_for_this_session_answers_and_leaves_no_trace": {
            "KeyEntryScreen.app.focus_next": "down",
            "KeyEntryScreen.app.focus_previous": "up",
        },
        "test_a_model_without_a_key_asks_for_it": {
            "ModelsScreen.keys": "ctrl+k",
        },
    },
    "test_keys": {
        "test_the_palette_is_named_in_the_footer": {
            "DocanalystApp.command_palette": "ctrl+p",
        },
        "test_a_new_line_in_the_question": {
            "PromptInput.newline": "ctrl+j",
        },
        "test_a_page_is_turned_scrolled_and_flows": {
            "PageView.flow": "w",
            "PageView.scroll_down": "j",
            "PageView.scroll_up": "k",
        },
        "test_alt_up_sends_a_document_earlier": {
            "DocumentsPanel.move(-1)": "alt+up",
        },
        "test_an_answer_is_scrolled_by_keys": {
            "AnswersView.scroll_down": "j",
            "AnswersView.scroll_end": "end",
            "AnswersView.scroll_home": "home",
            "AnswersView.scroll_up": "k",
        },
        "test_brackets_walk_through_the_questions": {
            "AnswersView.turn(-1)": "left_square_bracket",
            "AnswersView.turn(1)": "right_square_bracket",
        },
        "test_e_changes_the_question_in_its_place": {
            "AnswersPanel.screen.edit": "e",
        },
        "test_enter_in_an_answer_stands_on_the_page_of_its_quote": {
            "AnswersView.look": "enter",
        },
        "test_enter_in_the_evidence_goes_into_the_page": {
            "EvidencePanel.page": "enter",
        },
        "test_help_is_closed_with_the_key_that_opened_it": {
            "HelpScreen.close": "f1",
        },
        "test_keys_of_the_table_of_models": {
            "ModelsScreen.list": "down",
            "ModelsScreen.live": "f6",
            "ModelsScreen.thinking": "ctrl+t",
        },
        "test_o_opens_a_document_of_the_list_outside": {
            "DocumentsPanel.open": "o",
        },
        "test_slash_and_x_in_the_list_of_sessions": {
            "SessionsScreen.search": "slash",
            "SessionsScreen.wish('export')": "x",
        },
        "test_the_arrows_move_between_the_answers_to_a_question": {
            "QuestionScreen.app.focus_next": "right",
        },
        "test_the_receipt_is_copied_and_closed": {
            "ReceiptScreen.close": "i",
            "ReceiptScreen.copy": "c",
        },
        "test_u_unfolds_a_long_question": {
            "AnswersView.fold('question')": "u",
        },
    },
    "test_picture": {
        "test_v_says_what_to_do_where_there_are_no_pictures": {
            "EvidencePanel.picture": "v",
        },
    },
    "test_fitting": {
        "test_all_a_folder_or_the_others_are_switched_with_a_key": {
            "DocumentsPanel.all": "asterisk",
            "DocumentsPanel.folder": "d",
            "DocumentsPanel.invert": "tilde",
        },
        "test_make_it_fit_proposes_what_to_switch_off_and_the_requests": {
            "DocumentsPanel.fit": "equals_sign",
        },
        "test_the_evidence_is_filtered_by_verdict_document_and_review": {
            "EvidencePanel.filter": "slash",
        },
    },
    "test_words": {
        "test_an_offline_answer_names_a_key_for_the_passages_left_out": {
            "AnswersPanel.screen.more_passages": "m",
        },
    },
    "test_screens": {
        "test_a_chosen_model_answers_and_retired_ones_are_marked": {
            "ModelsScreen.all": "f10",
            "MainScreen.models": "ctrl+l",
        },
        "test_a_folder_above_and_a_typed_path": {
            "FilesScreen.path": "slash",
            "FilesScreen.up": "backspace",
        },
        "test_a_prompt_that_cannot_be_read_is_not_kept_and_nothing_typed_is_lost": {
            "PromptsScreen.new": "ctrl+n",
        },
        "test_a_setting_is_changed_in_the_file_and_holds_at_once": {
            "MainScreen.settings": "f9",
        },
        "test_control_t_switches_thinking_for_the_next_question": {
            "MainScreen.thinking": "ctrl+t",
        },
        "test_delete_deletes_at_the_end_and_z_brings_back": {
            "MainScreen.new": "ctrl+n",
            "SessionsScreen.remove": "delete",
            "SessionsScreen.undo": "z",
        },
        "test_f1_lists_the_keys_of_this_place": {
            "DocanalystApp.help": "f1",
        },
        "test_f_forks_a_kept_session": {
            "SessionsScreen.wish('fork')": "f",
        },
        "test_files_are_marked_and_added": {
            "FilesScreen.mark": "space",
            "FilesScreen.open": "enter",
            "MainScreen.files": "ctrl+o",
        },
        "test_r_renames_a_session": {
            "Dialog.close": "escape",
            "MainScreen.sessions": "ctrl+s",
            "SessionsScreen.rename": "r",
        },
        "test_the_library_is_looked_through_and_a_copy_is_kept": {
            "EditorScreen.keep": "ctrl+s",
            "MainScreen.prompts": "f5",
            "PromptsScreen.edit": "e",
            "PromptsScreen.remove": "delete",
        },
        "test_x_exports_the_session": {
            "AnswersPanel.screen.export": "x",
        },
    },
}
"""For each test: the actions whose keys it presses, with the key as it is pressed there."""


def bindings() -> Iterator[tuple[type[DOMNode], Binding]]:
    """Every binding that the terminal UI declares."""
    root = Path(docanalyst.tui.__file__).parent
    for path in sorted(root.rglob("*.py")):
        name = ".".join(("docanalyst.tui", *path.relative_to(root).with_suffix("").parts))
        module = importlib.import_module(name.removesuffix(".__init__"))
        for found in vars(module).values():
            if isinstance(found, type) and issubclass(found, DOMNode) and found.__module__ == module.__name__:
                for binding in vars(found).get("BINDINGS", ()):
                    assert isinstance(binding, Binding)
                    yield found, binding


@cache
def pressed_in(file: str) -> dict[str, set[str]]:
    """The short texts of each function of a test file: the keys that it presses are among them."""
    tree = ast.parse((HERE / f"{file}.py").read_text(encoding="utf-8"))
    return {
        node.name: {
            item.value
            for item in ast.walk(node)
            if isinstance(item, ast.Constant) and isinstance(item.value, str)
        }
        for node in tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }


def test_every_key_has_a_test_that_presses_it() -> None:
    declared: dict[str, list[str]] = {}
    for owner, binding in bindings():
        declared.setdefault(f"{owner.__name__}.{binding.action}", []).extend(binding.key.split(","))
    tested = {action for tests in PRESSED.values() for actions in tests.values() for action in actions}
    assert set(declared) - tested == set(), "a new action needs a test, and a line in PRESSED"
    assert tested - set(declared) == set(), "these actions are gone"
    for file, tests in PRESSED.items():
        for test, actions in tests.items():
            assert test in pressed_in(file), f"there is no {file}.{test}"
            for action, key in actions.items():
                assert key in pressed_in(file)[test], f"{test} presses no {key}"
                assert key in declared[action], f"{key} is no key of {action}"


def test_the_keys_of_one_place_do_not_meet() -> None:
    keys: dict[tuple[type[DOMNode], str], str] = {}
    for owner, binding in bindings():
        for key in binding.key.split(","):
            assert keys.setdefault((owner, key), binding.action) == binding.action


def test_every_action_with_an_id_can_be_given_another_key() -> None:
    seen: dict[str, str] = {}
    for owner, binding in bindings():
        if binding.id:
            place = f"{owner.__name__}.{binding.action}"
            assert seen.setdefault(binding.id, place) == place, f"{binding.id} names two actions"


def test_every_line_of_the_palette_names_an_action_that_there_is(run_tour: Run) -> None:
    from docanalyst.tui.main.commands import COMMANDS

    async def walk(tour: Any) -> None:
        main = tour.app.main
        for command in COMMANDS:
            node = main.query_one(f"#{command.panel}") if command.panel else main
            assert hasattr(node, f"action_{command.action.partition('(')[0]}"), command

    run_tour(walk)


# Answers


def test_e_changes_the_question_in_its_place(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("May I asign?")
        await tour.press("f3", "e")
        await tour.until(lambda: tour.app.main.prompt.text == "May I asign?", "the words")
        tour.app.main.prompt.take("May I assign?")
        await tour.press("enter")
        await tour.until(lambda: len(tour.store.sessions.latest().turns) == 2, "the second answer")
        await tour.settled()
        assert [turn.parent_id for turn in tour.store.sessions.latest().turns] == [None, None]
        await tour.see("May I assign?", "answer 2 of 2")

    run_tour(walk, [lease], replies=[reply("One."), reply("Two.")])


def test_u_unfolds_a_long_question(run_tour: Run, lease: Path) -> None:
    question = " ".join(f"word{number}" for number in range(400))

    async def walk(tour: Any) -> None:
        await tour.ask(question)
        await tour.press("f3")
        assert "word399" not in tour.text
        await tour.press("u", "home")
        view = tour.app.main.answers.view
        await tour.until(lambda: view.items[0].question_open, "the question")
        shown = " ".join(row.text for row in view.items[0].rows)
        assert "word399" in shown
        await tour.press("u")
        await tour.until(lambda: not view.items[0].question_open, "the fold")

    run_tour(walk, [lease], replies=[reply("Yes.")])


def test_enter_in_an_answer_stands_on_the_page_of_its_quote(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "enter")
        await tour.until(lambda: tour.app.focused is tour.app.main.evidence.view, "the page")
        await tour.see("D1 p. 1 of 2", "The Tenant shall not assign")

    run_tour(walk, [lease])


def test_an_answer_is_scrolled_by_keys(run_tour: Run, lease: Path) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(80))

    async def walk(tour: Any) -> None:
        await tour.ask("Long?")
        await tour.press("f3", "home")
        view = tour.app.main.answers.view
        await tour.until(lambda: view.scroll_offset.y == 0, "the top")
        await tour.see("Paragraph 0.")
        await tour.press("j", "down")
        await tour.until(lambda: view.scroll_offset.y == 2, "two lines down")
        await tour.press("k")
        await tour.until(lambda: view.scroll_offset.y == 1, "one line up")
        await tour.press("end")
        await tour.see("Paragraph 79.")

    run_tour(walk, [lease], size=(80, 24), replies=[reply(long)])


def test_brackets_walk_through_the_questions(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.ask("Two?")
        await tour.press("f3", "left_square_bracket")
        panel = tour.app.main.answers
        await tour.until(lambda: panel.current_turn.question == "One?", "the first question")
        await tour.press("right_square_bracket")
        await tour.until(lambda: panel.current_turn.question == "Two?", "the second question")

    run_tour(walk, [lease], replies=[reply("A."), reply("B.")])


# Documents and evidence


def test_alt_up_sends_a_document_earlier(run_tour: Run, lease: Path, annex: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f2", "down", "alt+up")
        await tour.see("D1 annex.txt", "D2 lease.txt")
        await tour.ask("Which?")
        documents = tour.store.sessions.latest().documents
        assert [Path(item.path).name for item in documents] == ["annex.txt", "lease.txt"]

    run_tour(walk, [lease, annex])


def test_o_opens_a_document_of_the_list_outside(
    run_tour: Run, lease: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from docanalyst.tui import viewer

    opened: list[tuple[str, int]] = []

    def open_outside(path: str, page: int) -> str:
        opened.append((Path(path).name, page))
        return "Opened outside."

    monkeypatch.setattr(viewer, "open_outside", open_outside)

    async def walk(tour: Any) -> None:
        await tour.press("f2", "o")
        await tour.hear("Opened outside.")
        assert opened == [("lease.txt", 1)]

    run_tour(walk, [lease])


def test_enter_in_the_evidence_goes_into_the_page(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f4", "enter")
        await tour.until(lambda: tour.app.focused is tour.app.main.evidence.view, "the page")

    run_tour(walk, [lease])


def test_a_page_is_turned_scrolled_and_flows(run_tour: Run, tmp_path: Path) -> None:
    path = tmp_path / "long.txt"
    path.write_text("\n".join(f"Line {number}." for number in range(90)), encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.press("f2", "enter")
        await tour.see("Line 0.")
        view = tour.app.main.evidence.view
        await tour.press("j", "down")
        await tour.until(lambda: view.scroll_offset.y == 2, "two lines down")
        await tour.press("k")
        await tour.until(lambda: view.scroll_offset.y == 1, "one line up")
        flows = view.flows
        await tour.press("w")
        await tour.until(lambda: view.flows is not flows, "the other way")

    run_tour(walk, [path], size=(80, 24))


# The question


def test_a_new_line_in_the_question(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.write("One")
        await tour.press("ctrl+j")
        await tour.write("two?")
        assert tour.app.main.prompt.text == "One\ntwo?"
        await tour.press("enter")
        await tour.until(lambda: tour.app.desk.session is not None, "the answer")
        await tour.settled()
        assert tour.store.sessions.latest().turns[0].question == "One\ntwo?"

    run_tour(walk, [lease])


# Windows


@pytest.mark.slow
def test_the_receipt_is_copied_and_closed(run_tour: Run, lease: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("f3", "i")
        await tour.see("What was counted")
        await tour.press("c")
        await tour.hear("The receipt was copied.")
        turn = tour.store.sessions.latest().turns[0]
        assert turn.receipt.context_sha256 in tour.app.clipboard
        await tour.press("i")
        await tour.until(lambda: "What was counted" not in tour.text, "the main screen")

    run_tour(walk, [lease])


def test_help_is_closed_with_the_key_that_opened_it(run_tour: Run) -> None:
    async def walk(tour: Any) -> None:
        await tour.press("f1")
        await tour.see("Writing the question")
        await tour.press("f1")
        await tour.until(lambda: "Writing the question" not in tour.text, "the main screen")

    run_tour(walk)


@pytest.mark.slow
def test_slash_and_x_in_the_list_of_sessions(run_tour: Run, lease: Path, tmp_path: Path) -> None:
    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("ctrl+s")
        await tour.see("1 session")
        await tour.press("down")
        await tour.until(lambda: tour.app.focused.id == "sessions", "the list")
        await tour.press("slash")
        await tour.until(lambda: tour.app.focused.id == "search", "the search")
        await tour.write("assign")
        await tour.see("1 session found")
        await tour.press("down", "x")
        await tour.see("Export the session", "assign.md")
        await tour.press("enter")
        await tour.hear("Wrote ")
        assert (tmp_path / "assign.md").exists()

    run_tour(walk, [lease])


def test_keys_of_the_table_of_models(run_tour: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    from docanalyst.analyst.setup import overview

    async def ask_providers(analyst: Any) -> list[Any]:
        return [overview.LiveRow("extractive", {"passages": 131_072})]

    monkeypatch.setattr(overview, "ask_providers", ask_providers)

    async def walk(tour: Any) -> None:
        await tour.press("ctrl+l")
        await tour.see("let docanalyst choose", "reasoning is off")
        await tour.press("ctrl+t")
        await tour.see("reasoning is on")
        await tour.press("f6")
        await tour.hear("Asking the providers")
        await tour.until(lambda: tour.app.screen.live, "the providers' answers")
        await tour.press("down")
        await tour.until(lambda: tour.app.focused.id == "models", "the table")
        await tour.press("enter")
        await tour.until(lambda: tour.app.desk.choice.provider == "extractive", "the choice")
        assert tour.app.desk.choice.thinking is True

    run_tour(walk, offline=True)


def test_what_is_missing_for_a_model_is_said_where_one_stands(run_tour: Run) -> None:
    async def walk(tour: Any) -> None:
        await tour.see("^L  choose the model", "^K  enter an API key")
        await tour.press("ctrl+l")
        await tour.see("No provider is set up yet")
        await tour.write("groq")
        await tour.see("To use it: press Enter to enter its API key.")

    run_tour(walk, size=(80, 24), offline=True)


def test_the_arrows_move_between_the_answers_to_a_question(run_tour: Run) -> None:
    from docanalyst.tui.screens.question import QuestionScreen

    async def walk(tour: Any) -> None:
        given: list[bool | None] = []
        tour.app.push_screen(QuestionScreen("Really?", "[/b] It is [sic]."), given.append)
        await tour.see("Really?", "[/b] It is [sic].", "Yes", "No")
        assert tour.app.focused.id == "no"
        await tour.press("right")
        assert tour.app.focused.id == "yes"
        await tour.press("enter")
        await tour.until(lambda: given == [True], "the answer")
        tour.app.push_screen(QuestionScreen("Really?", ""), given.append)
        await tour.see("Really?")
        await tour.press("enter")
        await tour.until(lambda: given == [True, False], "the answer")

    run_tour(walk)


@pytest.mark.slow
def test_a_click_on_a_windows_keys_does_what_the_key_does(
    run_tour: Run, lease: Path, tmp_path: Path, model: ScriptedModel
) -> None:
    (tmp_path / "config.toml").write_text('[keymap]\n"sessions.rename" = "f12"\n', encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.ask("Assign?")
        await tour.press("ctrl+s")
        await tour.see("F12 renames")
        rows = tour.text.splitlines()
        y = next(place for place, row in enumerate(rows) if "F12 renames" in row)
        await tour.pilot.click(offset=(rows[y].index("renames"), y))
        await tour.see("Rename the session")
        await tour.press("escape", "down")
        await tour.until(lambda: tour.app.focused.id == "sessions", "the list")
        await tour.press("f12")
        await tour.see("Rename the session")
        await tour.press(*["backspace"] * 7, *"Mill", "enter")
        await tour.until(lambda: tour.store.sessions.recent()[0].title == "Mill", "the title")

    run_tour(walk, [lease])


# What the keys mean


def test_the_palette_is_named_in_the_footer(run_tour: Run, tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text('[keymap]\n"add" = "f12"\n"stop" = "f11"\n', encoding="utf-8")

    async def walk(tour: Any) -> None:
        await tour.see("^P Commands", "F1 Help", "F12 Add", "F12  add PDFs", "F12 adds some.")
        await tour.press("ctrl+p")
        await tour.see("Search for commands")
        await tour.press("escape", "f2")
        await tour.press("question_mark")
        await tour.see("Writing the question")
        await tour.press("end")
        await tour.see("F12  Add", "F11  Stop the answer")

    run_tour(walk)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        ('[keymap]\n"seesion.new" = "f12"\n', ("unknown action: 'seesion.new'", "'session.new'")),
        ('[keymap]\n"add" = "crtl+o"\n', ("unknown key: 'crtl+o'", "'ctrl+o'")),
        ('theme = "hi-contrast"\n', ("no theme named 'hi-contrast'", "'high-contrast'")),
        ('theme = "zzz"\n', ("no theme named 'zzz'", "dark, light, high-contrast, no-colour")),
    ],
)
def test_unknown_actions_keys_and_themes_are_refused_with_the_nearest(
    config: str, words: tuple[str, str], tmp_path: Path
) -> None:
    import asyncio

    from docanalyst.analyst import Analyst
    from docanalyst.tui.app import DocanalystApp

    (tmp_path / "config.toml").write_text(config, encoding="utf-8")

    async def go() -> DocanalystApp:
        app = DocanalystApp(Analyst)
        async with app.run_test() as pilot:
            for _ in range(500):
                if app.failure is not None:
                    break
                await pilot.pause(0.02)
        return app

    app = asyncio.run(go())
    assert app.failure is not None and app.failure.exit_code == 2
    assert words[0] in app.failure.message and words[1] in app.failure.hint


def test_a_letter_means_one_thing() -> None:
    """The keys that write, send or take back are the same wherever they are."""
    from docanalyst.tui.keys import BY_ID

    meanings: dict[str, set[str]] = {}
    for name, key in BY_ID.items():
        for one in key.keys.split(","):
            meanings.setdefault(one, set()).add(name.rpartition(".")[2])
    assert {one: meanings.get(one) for one in "rxuzcy"} == {
        "r": {"rename"},
        "x": {"export"},
        "u": {"question"},
        "z": {"undo"},
        "c": {"copy"},
        "y": None,
    }
    assert meanings["delete"] <= {"remove", "delete"}


def test_no_letter_sends_agrees_deletes_or_overwrites() -> None:
    from docanalyst.tui.keys import BY_ID

    for name in ("ask.again", "batch.send", "batch.resume", "batches.resume", "editor.keep"):
        assert all(key.startswith("ctrl+") for key in BY_ID[name].keys.split(","))
    for name in ("sessions.delete", "prompts.delete", "batches.delete", "keys.remove", "documents.remove"):
        assert BY_ID[name].keys == "delete"


def test_the_guide_of_keys_lists_every_key() -> None:
    from importlib.resources import files

    from docanalyst.tui.keys import guide

    assert files("docanalyst").joinpath("help", "keys.md").read_text(encoding="utf-8") == guide()


@pytest.mark.slow
def test_the_turn_in_view_is_the_current_one(run_tour: Run, lease: Path) -> None:
    long = "\n\n".join(f"Paragraph {number}." for number in range(60))

    async def walk(tour: Any) -> None:
        await tour.ask("One?")
        await tour.ask("Two?")
        panel = tour.app.main.answers
        await tour.press("f3", "home")
        await tour.until(lambda: panel.current_turn.question == "One?", "the first turn")
        await tour.until(lambda: tour.app.main.evidence.turn.question == "One?", "its evidence")
        await tour.press(*["pagedown"] * 9)
        await tour.until(lambda: panel.current_turn.question == "Two?", "the second turn")
        await tour.press("c")
        assert tour.app.clipboard.startswith("Second.")

    run_tour(walk, [lease], size=(100, 30), replies=[reply("First.\n\n" + long), reply("Second.\n\n" + long)])


def test_stopping_leaves_the_reader_where_he_is_and_more_below_is_said(run_tour: Run, lease: Path) -> None:
    from docanalyst.providers.model import Delta
    from docanalyst.providers.scripted import Reply

    long = "\n\n".join(f"Paragraph {number}." for number in range(60))
    slow = Reply((Delta(answer=long), Delta(answer="Never.")), (0.0, 60.0))

    async def walk(tour: Any) -> None:
        tour.app.main.prompt.take("Long?")
        await tour.press("enter")
        await tour.see("Paragraph 5.", "more below: End")
        await tour.press("f3", "end")
        await tour.see("Paragraph 59.")
        view = tour.app.main.answers.view
        await tour.until(lambda: not view.has_more_below, "the end")
        await tour.press("k", "k", "k", "k", "k", "k")
        await tour.until(lambda: view.has_more_below, "some lines up")
        before = view.scroll_offset.y
        await tour.press("ctrl+c")
        await tour.until(lambda: not tour.app.main.answers.is_asking, "the stop")
        await tour.pilot.pause()
        assert view.scroll_offset.y == before

    run_tour(walk, [lease], size=(100, 30), replies=[slow])
