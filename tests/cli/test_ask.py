"""The main job, as a user does it, offline."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support import SAMPLES, Cli

from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.tokens import qwen3

NDA = SAMPLES / "mutual-nda.pdf"
AGREEMENT = SAMPLES / "services-agreement.pdf"
QUESTION = "How long do the confidentiality obligations last?"


def test_plain_output_is_the_answer_then_the_evidence(cli: Cli) -> None:
    ran = cli("ask", NDA, "-q", QUESTION)
    assert ran.code == 0
    answer, _, evidence = ran.out.partition("\nEvidence: ")
    assert "extractive" in answer.splitlines()[0].lower()
    assert "[^1]:" not in answer
    assert "✓ verified" in evidence
    assert "D1 p. 1, mutual-nda.pdf" in evidence
    assert ran.err.splitlines()[-1].startswith("receipt: 1 document, whole · ")
    assert "\x1b" not in ran.out + ran.err


def test_json_is_the_contract(cli: Cli) -> None:
    turn = cli("ask", NDA, "-q", QUESTION, "--json").json
    assert turn["question"] == QUESTION
    assert (turn["status"], turn["provider"], turn["finish_reason"]) == ("complete", "extractive", "stop")
    assert turn["prompt"]["name"] == "question"
    assert len(turn["prompt"]["sha256"]) == 64
    assert len(turn["citations"]) == len(read_quotes(turn["answer"])) > 0
    for citation in turn["citations"]:
        assert citation["verdict"] in ("verbatim", "normalized")
        assert citation["document"] == "D1"
        assert citation["page"] == citation["found_page"] == citation["span"]["page"]
    receipt = turn["receipt"]
    (document,) = receipt["documents"]
    assert document["pages_sent"] == f"1-{document['pages']}"
    assert document["tokens"] < receipt["counted_tokens"]
    assert receipt["counted_tokens"] + receipt["reserved_output"] <= receipt["window"] == 131_072
    assert receipt["token_count"] == "exact"
    assert receipt["billed_tokens"] is None
    assert turn["cost"] == {"micros": 0, "currency": "USD", "estimated": False}


def test_the_receipt_counts_what_pack_shows(cli: Cli) -> None:
    turn = cli("ask", NDA, AGREEMENT, "-q", QUESTION, "--json").json
    plan = cli("pack", NDA, AGREEMENT, "-q", QUESTION, "--json").json
    assert plan["total_tokens"] == turn["receipt"]["counted_tokens"]
    assert plan["context_sha256"] == turn["receipt"]["context_sha256"]
    assert [item["tokens"] for item in plan["documents"]] == [
        item["tokens"] for item in turn["receipt"]["documents"]
    ]
    parts = sum(item["tokens"] for item in plan["documents"]) + plan["index_tokens"]
    assert parts + plan["instructions_tokens"] + plan["question_tokens"] == plan["total_tokens"]
    assert plan["total_tokens"] + plan["reserved_output"] + plan["free_tokens"] == plan["window"]


def test_the_packed_text_is_what_was_counted(cli: Cli) -> None:
    text = cli("pack", NDA, "--text").out
    plan = cli("pack", NDA, "--json").json
    assert qwen3.count(text) == plan["documents"][0]["tokens"] + plan["index_tokens"]


def test_a_folder_and_a_file_twice(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    folder.mkdir()
    for name in ("b10.pdf", "b2.pdf"):
        (folder / name).write_bytes(NDA.read_bytes())
    (folder / "a.pdf").write_bytes(AGREEMENT.read_bytes())
    ran = cli("pack", folder, "--json")
    assert [Path(item["path"]).name for item in ran.json["documents"]] == ["a.pdf", "b2.pdf"]
    assert "b10.pdf was given twice (the same file as b2.pdf)" in ran.err


def test_pages_of_one_file_given_twice_are_put_together(cli: Cli) -> None:
    ran = cli("pack", f"{NDA}:1-2", f"{NDA}:4", "--json")
    assert [item["pages_sent"] for item in ran.json["documents"]] == ["1-2,4"]
    assert "sent once, with pages 1-2,4." in ran.err


def test_chosen_pages_are_all_that_is_sent(cli: Cli) -> None:
    plan = cli("pack", f"{NDA}:2-3", "--json").json
    assert plan["documents"][0]["pages_sent"] == "2-3"
    text = cli("pack", f"{NDA}:2-3", "--text").out
    assert "[D1 p.2" in text and "[D1 p.3" in text
    assert "[D1 p.1" not in text and "[D1 p.4" not in text


def test_text_files(cli: Cli, tmp_path: Path) -> None:
    note = tmp_path / "note.md"
    note.write_text("# Note\n\nThe warranty period is eighteen months.\n", encoding="utf-8")
    turn = cli("ask", note, "-q", "What is the warranty period?", "--json").json
    assert any("eighteen months" in citation["quote"] for citation in turn["citations"])


def test_too_much_is_refused_with_the_numbers_and_a_way_out(cli: Cli, tmp_path: Path) -> None:
    big, small = tmp_path / "big.txt", tmp_path / "small.txt"
    big.write_text("\f".join(f"Page {page}: " + "word " * 3_000 for page in range(50)), encoding="utf-8")
    small.write_text("A small note.", encoding="utf-8")
    ran = cli("ask", big, small, "-q", "What?", "--json")
    error = ran.json["error"]
    assert ran.code == error["exit_code"] == 4
    assert error["overflow_tokens"] == error["total_tokens"] + error["reserved_output"] - error["window"] > 0
    assert "D1 big.txt" in error["hint"]
    packed = cli("pack", big, small, "-q", "What?", "--json")
    assert packed.code == 4
    assert packed.json["fits"] is False
    assert packed.json["overflow_tokens"] == error["overflow_tokens"]
    assert "big.txt" in packed.json["suggestion"]
    suggested = cli("pack", big, "--json").json["suggestion"]
    pages = suggested.split("big.txt:")[1].split(",")[0]
    assert cli("pack", f"{big}:{pages}", "--json").json["fits"] is True


def test_several_questions_are_one_session_and_it_goes_on(cli: Cli) -> None:
    first, second = cli("ask", NDA, "-q", QUESTION, "-q", "Which law governs?", "--json").lines
    assert first["session_id"] == second["session_id"]
    third = cli("ask", "--continue", "-q", "And who are the parties?", "--json").json
    assert third["session_id"] == first["session_id"]
    shown = cli("sessions", "show", first["session_id"][:10], "--json").json
    assert [turn["turn_id"] for turn in shown["turns"]] == [
        turn["turn_id"] for turn in (first, second, third)
    ]
    listed = cli("sessions", "list", "--json").json
    assert [session["session_id"] for session in listed] == [first["session_id"]]


def test_no_store_leaves_no_trace(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran = cli("ask", NDA, "-q", QUESTION, "--no-store")
    assert ran.code == 0
    assert "session" not in ran.err
    monkeypatch.setenv("OPENROUTER_API_KEY", "key")
    monkeypatch.setenv("DOCANALYST_OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1")
    cli("ask", NDA, "-q", QUESTION, "--no-store", "--yes", "--provider", "openrouter")
    assert not (tmp_path / "data").exists()


def test_questions_without_a_store_are_one_line_too(cli: Cli) -> None:
    first, second = cli("ask", NDA, "-q", QUESTION, "-q", "Which law governs?", "--no-store", "--json").lines
    assert second["session_id"] == first["session_id"]
    assert second["parent_id"] == first["turn_id"]
    assert second["receipt"]["counted_tokens"] > first["receipt"]["counted_tokens"]


def test_global_options_go_before_or_after_the_command(cli: Cli, tmp_path: Path) -> None:
    for arguments in (["--json", "pack", NDA], ["pack", NDA, "--json"], ["pack", "--json", NDA]):
        assert cli(*arguments).json["provider"] == "extractive"
    before = cli("--data-dir", tmp_path / "one", "ask", NDA, "-q", QUESTION, "--json").json
    after = cli("sessions", "list", "--json", "--data-dir", tmp_path / "one").json
    assert [session["session_id"] for session in after] == [before["session_id"]]


def test_verify_by_file(cli: Cli, tmp_path: Path) -> None:
    text = cli("pack", f"{NDA}:2", "--text").out
    page = text.split("]\n", 1)[1]
    words = " ".join(page.split()[10:22])
    quotes = tmp_path / "quotes.jsonl"
    rows = [
        {"id": "good", "quote": words, "page": 2},
        {"id": "bad", "quote": "No such words stand here at all."},
    ]
    quotes.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    ran = cli("verify", NDA, "--quotes", quotes, "--json")
    assert [row["id"] for row in ran.lines] == ["good", "bad"]
    assert ran.lines[0]["verdict"] in ("verbatim", "normalized")
    assert ran.lines[0]["found_page"] == 2
    assert ran.lines[1]["verdict"] == "not_found"
    assert ran.code == 0
    assert cli("verify", NDA, "--quotes", quotes, "--strict").code == 7


@pytest.mark.parametrize(
    "arguments", [["models"], ["prompts", "list"], ["doctor"], ["prompts", "show", "question"]]
)
def test_the_lists_are_readable_and_have_data(cli: Cli, arguments: list[str]) -> None:
    plain, data = cli(*arguments), cli(*arguments, "--json")
    assert plain.code == data.code == 0
    assert plain.out.strip()
    assert data.json


def test_read_shows_the_page_as_it_is_sent(cli: Cli) -> None:
    shown = cli("read", NDA, "--page", "2", "--json").json
    assert [page["number"] for page in shown["pages"]] == [2]
    sent = cli("pack", f"{NDA}:2", "--text").out
    assert shown["pages"][0]["text"] in sent


def test_the_last_token_of_the_window_fits_and_one_more_does_not(cli: Cli) -> None:
    def plan(max_output: int) -> dict[str, int]:
        options = ("-q", "What?", "--max-output", max_output, "--json")
        return dict(cli("pack", NDA, AGREEMENT, *options).json)

    room = plan(1)["free_tokens"] + 1
    full, over = plan(room), plan(room + 1)
    assert (full["fits"], full["free_tokens"], full["overflow_tokens"]) == (True, 0, 0)
    assert full["total_tokens"] + full["reserved_output"] == full["window"] == 131_072
    assert (over["fits"], over["overflow_tokens"]) == (False, 1)
    assert cli("ask", NDA, AGREEMENT, "-q", "What?", "--max-output", room).code == 0
    refused = cli("ask", NDA, AGREEMENT, "-q", "What?", "--max-output", room + 1)
    assert refused.code == 4
    assert "exceed it by 1 token." in refused.err


def test_a_turn_is_no_error_object(cli: Cli) -> None:
    turn = cli("ask", NDA, "-q", QUESTION, "--json").json
    assert "error" not in turn
    assert turn["failure"] is None


def test_verbose_adds_figures_to_the_notes_and_nothing_to_the_data(cli: Cli) -> None:
    plain, verbose = cli("ask", NDA, "-q", QUESTION), cli("ask", NDA, "-q", QUESTION, "--verbose")
    assert verbose.out == plain.out
    assert "documents 1, pages 5" in verbose.err
    assert "reserved for answer 4,096" in verbose.err
    assert "docanalyst.db" in verbose.err
    assert len(plain.err.splitlines()) < len(verbose.err.splitlines())
    assert cli("ask", NDA, "-q", QUESTION, "--verbose", "--quiet").err == ""


def test_a_reserve_that_is_too_large_is_named_as_the_way_out(cli: Cli) -> None:
    asked = ("pack", NDA, "-q", "What?", "--json", "--max-output")
    suggested = cli(*asked, 500_000).json["suggestion"]
    fitting = suggested.split("--max-output ")[1].split(")")[0]
    assert "fewer pages" not in suggested
    full = cli(*asked, fitting).json
    assert (full["fits"], full["free_tokens"]) == (True, 0)


def test_an_offline_answer_fits_on_a_screen(cli: Cli, samples: Path) -> None:
    asked = ("ask", samples / "services-agreement.pdf", samples / "first-amendment.pdf", "--no-store")
    ran = cli(*asked, "-q", "What is the time for payment of an invoice?")
    rows = sum(max(1, -(-len(line) // 100)) for line in (ran.out + ran.err).splitlines())
    assert rows <= 30
    assert "“30 days” is replaced by “45 days”" in ran.out
    assert ran.out.count("within 30 days after it receives it") == 1


def test_more_passages_are_shown_in_full(cli: Cli, samples: Path) -> None:
    asked = ("ask", samples / "services-agreement.pdf", "-q", "Who may terminate?", "--no-store")
    short, long = cli(*asked), cli(*asked, "--passages", "4")
    assert "`--passages" in short.out and "`--passages" not in long.out
    assert "**4.** D1 p" in long.out and "**5.**" not in long.out
    assert cli(*asked, "--passages", "0").code == 2


def test_a_question_may_stand_last_after_two_dashes(cli: Cli, tmp_path: Path) -> None:
    note = tmp_path / "note.txt"
    note.write_text("The rent is $4,500 per month.", encoding="utf-8")
    ran = cli("ask", note, "--json", "--", "What is the rent?")
    assert ran.code == 0 and ran.json["question"] == "What is the rent?"
    weird = tmp_path / "-odd.txt"
    weird.write_text("The rent is $4,500 per month.", encoding="utf-8")
    ran = cli("ask", "-q", "Rent?", "--json", "--", weird)
    assert ran.code == 0 and ran.json["receipt"]["documents"][0]["path"] == str(weird)


def test_unreadable_files_of_a_folder_stop_it_unless_they_may_be_skipped(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "deal"
    folder.mkdir()
    (folder / "note.txt").write_text("The rent is $4,500 per month.", encoding="utf-8")
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (folder / "torn.pdf").write_bytes(b"%PDF-1.4 nothing either")
    stopped = cli("ask", folder, "-q", "What is the rent?")
    assert stopped.code == 3 and "broken.pdf" in stopped.err and "torn.pdf" in stopped.err
    ran = cli("ask", folder, "-q", "What is the rent?", "--skip-unreadable", "--json")
    assert ran.code == 0
    assert {Path(path).name for path in ran.json["receipt"]["left_out"]} == {"broken.pdf", "torn.pdf"}
    assert "broken.pdf was left out" in ran.err
    each = cli("ask", folder, "--each", "-q", "What is the rent?", "--skip-unreadable", "--json")
    assert each.code == 0 and len(each.json["parts"]) == 1
    named = cli("ask", folder / "broken.pdf", folder, "-q", "What is the rent?", "--skip-unreadable")
    assert named.code == 3, "a file that is named is never left out"
    (folder / "note.txt").unlink()
    assert cli("ask", folder, "-q", "What is the rent?", "--skip-unreadable").code == 3
