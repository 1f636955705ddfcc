"""What is said of checked quotations, what stands apart from them, and how each is marked."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from citing_styles import FALSE, LEASE, OTHER, TRUE

from docanalyst.analyst.review.briefs import CheckedBrief, apart_line, check_brief
from docanalyst.domain.answers.citing import CitedText, cite_answer
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.answers.marking import marked
from docanalyst.domain.answers.reading.quoted_as import QuotedAs
from docanalyst.domain.citations import Where
from docanalyst.domain.verification import verify

SHARED = Path(os.environ.get("DOCANALYST_SHARED", Path(__file__).parents[3] / "shared"))
MEMO = Path(__file__).parents[1] / "data" / "memo_red_river.md"


def _cited(answer: str) -> CitedText:
    return cite_answer(answer, verify(read_quotes(answer), [LEASE]), [LEASE])


def _brief(text: str) -> CheckedBrief:
    return check_brief(text, [LEASE])


def test_a_citation_says_where_it_stands() -> None:
    cited = _cited(f'It says “{FALSE}”.[^1]\n\n[^1]: D1 p.2 "{TRUE}"')
    assert [(c.where, c.verified) for c in cited.citations] == [
        (Where.DEFINITION, True),
        (Where.BODY, False),
    ]


def test_a_range_of_many_pages_is_told_as_vague_and_verifies_only_where_found() -> None:
    (vague,) = _cited(f"“{TRUE}” (D1, pp. 1-3)").citations
    assert vague.verified
    assert vague.note == "cited vaguely as pp. 1–3; found on p. 2"
    (near,) = _cited(f"“{TRUE}” (D1, pp. 2-3)").citations
    assert (near.verified, near.note) == (True, "")
    (beyond,) = _cited(f"“{TRUE}” (D1, pp. 3-9)").citations
    assert not beyond.verified


def test_two_definitions_with_one_number_are_told() -> None:
    cited = _cited(f'Due.[^1]\n\n[^1]: D1 p.2 "{TRUE}"\n[^1]: D1 p.3 "{OTHER}"')
    assert all("two definitions have the number 1" in citation.note for citation in cited.citations)


def test_a_false_quotation_gets_its_own_mark_and_the_true_definition_steps_back() -> None:
    answer = f'It says “{FALSE}”.[^1] It is due.[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    shown = marked(answer, _cited(answer).citations)
    assert shown.startswith(f"It says “{FALSE}”[^2]. [1 quotes other words] It is due.[^1]\n")


def test_a_true_quotation_leaves_the_definition_its_mark() -> None:
    answer = f'It gives “fifteen (15) days” to pay.[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    shown = marked(answer, _cited(answer).citations)
    assert shown.startswith("It gives “fifteen (15) days”[^2] to pay.[^1]\n")


def test_words_that_no_definition_of_their_sentence_holds_are_said_not_to_be_checked() -> None:
    answer = f'It is “exclusive”.[^1] The “Tenant” pays.[^1]\n\n[^1]: D1 p.2 "{TRUE}"'
    shown = marked(answer, _cited(answer).citations)
    assert shown.startswith("It is “exclusive” [words not checked].[^1] The “Tenant” pays.[^1]\n")


@pytest.mark.parametrize(
    "text",
    [
        "In *Oak v. Elm*, 12 F.3d 34 (9th Cir. 2001), the court said “silence is no consent to anything”.",
        "The rule is that “silence is no consent to anything.” *Oak v. Elm*, 12 F.3d 34, 35 (2001).",
        "As Black’s Law Dictionary has it, “silence is no consent to anything at all”.",
        "As Lord Denning said, “silence is no consent to anything at all”.",
        "Under 42 U.S.C. § 1983, “silence is no consent to anything at all”.",
        "“Silence is no consent to anything.” Restatement (Second) of Contracts § 69.",
    ],
)
def test_words_of_another_named_source_stand_apart(text: str) -> None:
    checked = _brief(text)
    assert checked.citations == ()
    assert [item.quoted_as for item in checked.apart] == [QuotedAs.OTHER_SOURCE]
    assert "attributed to" in apart_line(checked.apart[0])


@pytest.mark.parametrize(
    "text",
    [
        "The Lease says “silence is no consent to anything at all”.",
        "“Silence is no consent to anything at all.” *Lease*, 12 F.3d 34, 35 (2001).",
        "The Tenant wrote “silence is no consent to anything at all”.",
        "“Silence is no consent to anything at all.” Slip op. at 2. See *Oak v. Elm*, 12 F.3d 34.",
        "> Silence is no consent to anything at all.\n> (Lease, p. 2)",
        "“Silence is no consent to anything at all.”[^1]\n\n[^1]: Lease at 2.",
    ],
)
def test_false_words_of_the_documents_never_stand_apart(text: str) -> None:
    checked = _brief(text)
    assert [citation.verified for citation in checked.citations] == [False]


def test_a_brief_with_footnote_definitions_is_checked_in_its_body_too() -> None:
    text = (
        f"The lease says “{FALSE}.”[^1] And “{OTHER}.”[^2]\n\n[^1]: Lease at 2, “{TRUE}”.\n[^2]: Lease at 3."
    )
    checked = _brief(text)
    assert [citation.verified for citation in checked.citations] == [False, True, True]
    assert [citation.page_label for citation in checked.citations][:2] == ["2", "3"]


def test_a_citation_sentence_is_no_part_of_a_block_quote() -> None:
    for ending in ("Lease at 2.", "*Id.* at 2.", "*Alder v. Birch*, slip op. at 2 (quoting § 3 (Rent))."):
        (citation,) = _brief(f"It says:\n\n> {TRUE}.\n>\n> {ending}\n").citations
        assert (citation.quote, citation.verified) == (f"{TRUE}.", True), ending


@pytest.mark.slow
def test_a_good_memo_passes_and_a_bad_brief_names_its_two_quotations() -> None:
    source = SHARED / "corpus" / "legal" / "scotus_slip_opinion.pdf"
    if not source.exists():
        pytest.skip("the shared corpus is not here")
    from docanalyst.pdf import read_document

    opinion = read_document(source)
    memo = check_brief(MEMO.read_text("utf-8"), [opinion])
    assert len(memo.citations) >= 15
    assert [citation.quote for citation in memo.citations if not citation.verified] == []
    assert {item.quoted_as for item in memo.apart} == set(QuotedAs) - {QuotedAs.QUOTATION}
    brief = check_brief((SHARED / "cases" / "brief.md").read_text("utf-8"), [opinion])
    assert [citation.verified for citation in brief.citations] == [False, False, True]
