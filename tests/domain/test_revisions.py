"""What changed between two versions: every seeded edit is found, and nothing else."""

from __future__ import annotations

import random
import textwrap
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from docanalyst.domain.analysis.revisions import Change, ChangeKind, compare_versions
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.word_diff import Edit, edits

CLAUSES = [
    "1.1 The Supplier shall deliver the goods to the warehouse in Galway within 30 days after each order.",
    "1.2 The Customer shall inspect the goods on arrival, and shall report a defect within five days.",
    "2.1 The price of each pallet is $1,250.00, excluding freight, insurance and value added tax.",
    "2.2 An invoice is payable within 45 days after its date; late payment bears interest at 8% a year.",
    "3.1 Neither party may assign this agreement without the prior written consent of the other party.",
    "3.2 The Supplier may subcontract the carriage of the goods, but remains liable for its subcontractors.",
    "4.1 This agreement begins on March 1, 2026 and continues for two years, unless it is ended earlier.",
    "4.2 Either party may terminate this agreement on 90 days' prior written notice to the other.",
    "5.1 The liability of the Supplier shall not exceed the price paid in the year before the claim arose.",
    "5.2 Nothing in this agreement limits liability for fraud, or for death or personal injury.",
    "6.1 This agreement is governed by the laws of Ireland, whose courts have exclusive jurisdiction.",
    "6.2 The Customer shall keep confidential the formula and the names of the growers of the fruit.",
]


def version(clauses: list[str], *, width: int = 80, lines: int = 9, head: str = "Draft") -> Document:
    """The clauses on pages of their own layout, with running heads."""
    wrapped = [line for clause in clauses for line in textwrap.wrap(clause, width, break_on_hyphens=False)]
    pages = [wrapped[start : start + lines] for start in range(0, len(wrapped), lines)]
    texts = [f"{head} {n}\n" + "\n".join(page) + f"\n{n}" for n, page in enumerate(pages, 1)]
    return Document(head, head, tuple(Page(n, str(n), text) for n, text in enumerate(texts, 1)))


def words(change: Change, kind: str) -> str:
    return " ".join(piece.text for piece in change.pieces if piece.kind == kind)


SUBSTITUTIONS = [
    ("30 days", "60 days", "number"),
    ("$1,250.00", "$1,520.00", "money"),
    ("March 1, 2026", "March 1, 2027", "date"),
    ("shall inspect", "may inspect", "modal"),
    ("may assign", "may not assign", "negation"),
    ("the Supplier shall not exceed", "the Customer shall not exceed", "party"),
    ("excluding freight", "including freight", "negation"),
    ("formula", "recipe", "word"),
    (", insurance and", " insurance and", ""),
    ("prior written consent", "prior consent", "word"),
    ("without the prior", "without the timely prior", "word"),
    ("for fraud, or for", "for fraud, gross negligence, or for", ""),
]


@pytest.mark.parametrize(("before", "after", "weight"), SUBSTITUTIONS)
def test_one_edit_is_found_alone(before: str, after: str, weight: str) -> None:
    changed = [clause.replace(before, after) for clause in CLAUSES]
    assert changed != CLAUSES
    found = compare_versions(version(CLAUSES), version(changed, width=61, lines=7, head="Final")).changes
    assert len(found) == 1
    change = found[0]
    assert " ".join(after.split()) in change.new and before in change.old
    assert not weight or change.weight == weight
    assert change.clause == "§ " + next(c.split()[0] for c in changed if c not in CLAUSES)


def test_another_layout_is_no_change() -> None:
    other = version([clause.replace("'", "’") for clause in CLAUSES], width=47, lines=5, head="Printed")
    assert compare_versions(version(CLAUSES), other).changes == ()
    assert compare_versions(version(CLAUSES), other).similarity == 1.0


def test_added_removed_moved_and_renumbered_clauses() -> None:
    new = [*CLAUSES[:4], "2.3 Freight is charged at cost, and shown on each invoice.", *CLAUSES[4:]]
    added = compare_versions(version(CLAUSES), version(new)).changes
    assert [(change.kind, change.clause, change.old) for change in added] == [(ChangeKind.ADDED, "§ 2.3", "")]
    removed = compare_versions(version(new), version(CLAUSES)).changes
    assert [(change.kind, change.clause, change.new) for change in removed] == [
        (ChangeKind.REMOVED, "§ 2.3", "")
    ]
    moved = [*CLAUSES[:2], *CLAUSES[3:8], CLAUSES[2].replace("2.1", "4.3"), *CLAUSES[8:]]
    kinds = [change.kind for change in compare_versions(version(CLAUSES), version(moved)).changes]
    assert kinds == [ChangeKind.MOVED]
    numbered = [clause.replace("6.1 ", "7.1 ") for clause in CLAUSES]
    kinds = [change.kind for change in compare_versions(version(CLAUSES), version(numbered)).changes]
    assert kinds == [ChangeKind.RENUMBERED]


@pytest.mark.parametrize("seed", range(5))
def test_twenty_seeded_edits_are_all_found(seed: int) -> None:
    draw = random.Random(seed)
    names = ["otters", "herons", "stoats", "badgers", "hares", "foxes", "crows", "trout"]
    many = [
        f"{number}.{index} {clause[4:-1]} of {name} and {name[::-1]}."
        for number, name in enumerate(names, 1)
        for index, clause in enumerate(CLAUSES, 1)
    ]
    places = draw.sample(range(len(many)), 20)
    changed = list(many)
    expected = []
    for place in places:
        parts = changed[place].split()
        index = draw.randrange(3, len(parts) - 1)
        new = draw.choice(["lynx", "17", "never", ""])
        expected.append((parts[index], new))
        parts[index : index + 1] = [new] if new else []
        changed[place] = " ".join(parts)
    found = compare_versions(version(many), version(changed, width=55, head="Final")).changes
    assert len(found) == 20
    for change, (_, (gone, here)) in zip(found, sorted(zip(places, expected, strict=True)), strict=True):
        assert here in words(change, "new")
        assert gone.strip(".,;") in change.old


ROWS = [
    "| P-1 | Oak boards, 2 m; planed. Grade A | €40.00 |",
    "| P-2 | Pine boards, 3 m; rough sawn | €12.50 |",
    "| P-3 | Glue, 5 l | €31.00 |",
]


@pytest.mark.parametrize(
    ("rows", "kind", "text"),
    [
        ([ROWS[0], ROWS[1].replace("12.50", "13.75"), ROWS[2]], "changed", ROWS[1].replace("12.50", "13.75")),
        ([ROWS[0].replace("Oak", "Elm").replace("40", "41"), *ROWS[1:]], "changed", None),
        ([ROWS[0], ROWS[2]], "removed", ROWS[1]),
        ([*ROWS[:2], "| P-9 | Nails; zinc | €9.00 |", ROWS[2]], "added", "| P-9 | Nails; zinc | €9.00 |"),
        ([*ROWS, "| P-4 | Nails; zinc | €9.00 |"], "added", "| P-4 | Nails; zinc | €9.00 |"),
    ],
)
def test_a_change_in_a_table_is_shown_with_its_whole_row(
    rows: list[str], kind: str, text: str | None
) -> None:
    def priced(table: list[str]) -> Document:
        lines = ["1. Price", "Prices are those of Table 1.", "Table 1", *table, "2. Term", "It ends in May."]
        return Document("d", "d", (Page(1, None, "\n".join(lines)),))

    (change,) = compare_versions(priced(ROWS), priced(rows)).changes
    assert change.kind == kind
    assert (change.old if kind == "removed" else change.new) == (text or rows[0])


def test_a_row_on_several_lines_is_one_row_and_a_value_is_no_clause_number() -> None:
    rows = "S-1 | Uptime | Minutes\nin the month\n99.80% See Table 2\nS-2 | Help | 95%"
    text = f"1. Levels\nRef. | Measure | Target\n{rows}"
    old = Document("o", "o", (Page(1, None, text),))
    new = Document("n", "n", (Page(1, None, text.replace("99.80", "99.90")),))
    (change,) = compare_versions(old, new).changes
    assert change.kind == "changed"
    assert change.new == "S-1 | Uptime | Minutes in the month 99.90% See Table 2"


def test_spans_are_the_words_themselves() -> None:
    old, new = version(CLAUSES), version([clause.replace("Galway", "Cork") for clause in CLAUSES])
    change = compare_versions(old, new).changes[0]
    for document, spans, text in ((old, change.old_spans, "Galway"), (new, change.new_spans, "Cork")):
        page = document.page(spans[0].page_number)
        assert page is not None and page.text[spans[0].start : spans[0].end] == text


@pytest.mark.parametrize("texts", [[], [""], ["word"], ["…"]])
def test_hardly_any_text(texts: list[str]) -> None:
    empty = Document("e", "e", tuple(Page(n, None, text) for n, text in enumerate(texts, 1)))
    compare_versions(empty, empty)
    assert len(compare_versions(empty, version(CLAUSES)).changes) <= 2
    assert len(compare_versions(version(CLAUSES), empty).changes) <= 2


sequences = st.lists(st.sampled_from("abcdefgh"), max_size=60)


@given(sequences, sequences)
@settings(max_examples=300)
def test_edits_turn_the_old_into_the_new(old: list[str], new: list[str]) -> None:
    result: list[str] = []
    position = 0
    for edit in edits(old, new):
        assert (edit.i1, edit.j1) >= (position, len(result)) or edit.i1 >= position
        result += old[position : edit.i1] + new[edit.j1 : edit.j2]
        position = edit.i2
    assert result + old[position:] == new


def test_equal_sequences_have_no_edits() -> None:
    assert edits(list("abc"), list("abc")) == []
    assert edits([], []) == []
    assert edits(list("ab"), []) == [Edit(0, 2, 0, 0)]


def test_long_repetitive_texts_take_no_time_to_speak_of() -> None:
    began = time.process_time()
    edits(["a", "b"] * 40_000, ["b", "a", "a"] * 30_000)
    edits([str(n) for n in range(60_000)], [str(-n) for n in range(60_000)])
    assert time.process_time() - began < 30
