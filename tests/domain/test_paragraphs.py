"""Paragraphs of pages, and which paragraphs of two versions belong together."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docanalyst.domain.analysis.side_by_side import side_by_side
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.block_diff import Group, groups, moved, without_number
from docanalyst.domain.language.paragraphs import paragraphs


def document(*pages: str) -> Document:
    """A document of these pages."""
    return Document(
        sha256="a" * 64,
        title="A",
        pages=tuple(Page(number, str(number + 4), text) for number, text in enumerate(pages, 1)),
        path="a.txt",
    )


PAGE = """3. Payment
3.1 The Customer shall pay each valid and undisputed invoice within thirty
30 days after it receives it, and the Supplier shall give a receipt for each
payment.
3.2 The Customer may:
(a) withhold a sum that it disputes; and
(b) ask for the reasons.

Grade | Rate
Consultant | £760

The parties shall settle a dispute in good faith and shall not, while they are"""


def test_wrapped_lines_are_one_paragraph() -> None:
    found = paragraphs(document(PAGE, "talking, begin any proceedings.\n4. Law"))
    assert [item.text.split()[0] for item in found] == [
        *("3.", "3.1", "3.2", "(a)", "(b)", "Grade", "Consultant", "The", "4."),
    ]
    assert found[1].text.endswith(
        "thirty 30 days after it receives it, and the Supplier shall give a receipt for each payment."
    )
    assert found[-2].text.endswith("while they are talking, begin any proceedings.")
    assert [(item.page, item.label) for item in (found[-2], found[-1])] == [(1, "5"), (2, "6")]
    assert [item.text for item in found if item.heading] == ["3. Payment", "4. Law"]


@pytest.mark.parametrize(
    "text", ["Schedule 1: Fees … 16", "ARTICLE 5 ........ 7", "99.80% See Table 3B", "30"]
)
def test_no_heading(text: str) -> None:
    assert [item.heading for item in paragraphs(document(text))] == [False]


@given(st.lists(st.text(alphabet="aA1. |\n(“", max_size=60), max_size=4))
def test_no_word_is_lost(pages: list[str]) -> None:
    joined = " ".join(item.text for item in paragraphs(document(*pages)))
    assert joined.split() == " ".join(pages).split()


def test_comments_and_headers_are_left_out() -> None:
    whole = Document("a" * 64, "A", (Page(1, None, "Body"), Page(2, "comments", "[note by X: y]")))
    assert [item.text for item in paragraphs(whole)] == ["Body"]


_TEXTS = st.lists(
    st.sampled_from(["", "a b c d", "a b c e", "a b", "c d", "x", "1. a b c d e f g h"]), max_size=9
)


@given(_TEXTS, _TEXTS)
def test_groups_hold_every_block_once_in_order(old: list[str], new: list[str]) -> None:
    found = groups(old, new, (["p"] * len(old), ["p"] * len(new)))
    i = j = 0
    for group in found:
        assert (group.i1, group.j1) == (i, j)
        assert group.i1 < group.i2 or group.j1 < group.j2
        assert min(group.i2 - group.i1, group.j2 - group.j1) <= 1
        i, j = group.i2, group.j2
    assert (i, j) == (len(old), len(new))


def test_blocks_of_different_kinds_never_belong_together() -> None:
    found = groups(["Grade Rate"], ["Grade Rate"], (["p"], ["tbl"]))
    assert found == [Group(0, 1, 0, 0), Group(1, 1, 0, 1)]


def test_a_paragraph_split_in_two_is_one_group() -> None:
    old = ["The Customer shall pay at once and the Supplier shall give a receipt for it"]
    new = ["The Customer shall pay at once", "and the Supplier shall give a receipt for it"]
    assert groups(old, new, (["p"], ["p", "p"])) == [Group(0, 1, 0, 2)]
    assert groups(new, old, (["p", "p"], ["p"])) == [Group(0, 2, 0, 1)]


def test_a_clause_that_moves_takes_another_number() -> None:
    clause = "The law of England governs this Agreement and every claim"
    old, new = [f"2. {clause}", "x y z", "u v w"], ["x y z", "u v w", f"3. {clause}"]
    found = groups(old, new, (["p"] * 3, ["p"] * 3))
    assert moved(old, new, found) == {0: 2}
    assert without_number("(a) the rent") == "the rent"
    assert without_number("Rent is due") == "Rent is due"


@given(_TEXTS, _TEXTS)
def test_every_word_of_both_versions_is_in_one_row(old: list[str], new: list[str]) -> None:
    rows = side_by_side(document("\n\n".join(old)), document("\n\n".join(new)))
    assert " ".join(piece.text for row in rows for piece in row.old).split() == " ".join(old).split()
    assert " ".join(piece.text for row in rows for piece in row.new).split() == " ".join(new).split()
