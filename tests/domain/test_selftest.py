"""The self-test of the quote check: its quotations are what they claim to be, and the check judges them."""

from __future__ import annotations

import json
import random
import re
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.selftest.catalogue import ALTERED, HONEST
from docanalyst.domain.selftest.kinds import Kind, Pair
from docanalyst.domain.selftest.passages import Passage, find_passages, sample_passages
from docanalyst.domain.selftest.trials import SelfTest, Trials, self_test
from docanalyst.pdf import read_document

CAMPAIGN = 40
"""Quotations of each kind in the whole campaign."""


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    folder = Path(__file__).resolve().parents[2] / "samples"
    return [read_document(path) for path in sorted(folder.glob("*.pdf"))]


@pytest.fixture(scope="module")
def corpus(documents: list[Document], request: pytest.FixtureRequest) -> list[Document]:
    """The samples, and real contracts and papers where they are on this machine."""
    try:
        shared: Path = request.getfixturevalue("shared")
    except pytest.skip.Exception:
        return documents
    found = list(documents)
    for name in ("contracts", "research"):
        sheet = shared / "evaldata" / name / "docs.jsonl"
        if sheet.is_file():
            lines = sheet.read_text(encoding="utf-8").splitlines()
            found += [_document(json.loads(line)) for line in lines[:12]]
    return found


def _document(record: dict[str, object]) -> Document:
    pages = record["pages"]
    assert isinstance(pages, list)
    return Document(
        str(record["id"]),
        str(record["id"]),
        tuple(Page(number, None, text) for number, text in enumerate(pages, 1)),
    )


def test_there_are_enough_kinds_and_each_has_a_name_of_its_own() -> None:
    assert len(ALTERED) >= 100
    assert len(HONEST) >= 60
    assert [
        name for name, count in Counter(kind.name for kind in (*ALTERED, *HONEST)).items() if count > 1
    ] == []


def test_every_kind_finds_a_sentence_in_the_samples(documents: list[Document]) -> None:
    trials = Trials(documents)
    barren = [
        kind.name for kind in (*ALTERED, *HONEST) if not list(trials.make(kind, 1, altered=kind in ALTERED))
    ]
    assert barren == []


def test_the_same_seed_makes_the_same_quotations(documents: list[Document]) -> None:
    def quotes(seed: int) -> list[str]:
        trials = Trials(documents, seed)
        return [trial.quote for kind in ALTERED[:30] for trial in trials.make(kind, 2, altered=True)]

    assert quotes(1) == quotes(1)
    assert quotes(1) != quotes(2)


def test_an_altered_quotation_does_not_stand_on_its_page(documents: list[Document]) -> None:
    trials = Trials(documents, 3)
    standing = [
        (kind.name, trial.quote)
        for kind in ALTERED
        if not kind.cut
        for trial in trials.make(kind, 3, altered=True)
        if " ".join(trial.quote.split()) in " ".join(trial.source.split())
    ]
    assert standing == []


_LETTERS_STAY = ("extraction", "marks")
_MORE_OR_LESS = re.compile(
    r"note|bracket|list mark|marker|left out|beginning|end of|ellipsis|power|raised|figure"
)


def test_an_honest_quotation_has_the_letters_of_its_page(documents: list[Document]) -> None:
    trials = Trials(documents, 4)
    differing = [
        (kind.name, trial.source, trial.quote)
        for kind in HONEST
        if kind.group in _LETTERS_STAY and not _MORE_OR_LESS.search(kind.name)
        for trial in trials.make(kind, 3, altered=False)
        if trial.planted and _letters(trial.quote) != _letters(trial.source)
    ]
    assert differing == []


def _letters(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def test_an_edit_that_changes_nothing_is_not_tried(documents: list[Document]) -> None:
    same = Kind("the same words", "none", lambda passage, chooser: Pair(f"“{passage.text}”"))
    elsewhere = Kind(
        "another sentence of the document", "none", lambda passage, chooser: Pair(_other(passage))
    )
    trials = Trials(documents)
    assert list(trials.make(same, 5, altered=True)) == []
    assert all(
        trial.passage.distant not in _whole(documents[trial.passage.document])
        for trial in trials.make(elsewhere, 5, altered=True)
    )


def _other(passage: Passage) -> str:
    return passage.distant


def _whole(document: Document) -> str:
    return " ".join(" ".join(page.text for page in document.pages).split())


def test_passages_are_whole_sentences() -> None:
    text = (
        "1. HEADING OF A PART\nThe buyer pays the whole price to the seller before the goods are sent.\n"
        "Total | 4 | 5\nThe seller keeps the papers that be-\nlong to the goods until the buyer has paid.\n"
        "Short one here."
    )
    document = Document("a" * 64, "T", (Page(1, None, text),))
    assert [passage.text for passage in find_passages([document])] == [
        "The buyer pays the whole price to the seller before the goods are sent."
    ]


def test_a_sentence_that_the_page_prints_twice_is_not_taken() -> None:
    """The check takes marks of another shape, other capitals and ligatures for the same words."""
    once = "The carrier keeps every paper of the sale until the buyer has paid the price."
    twice = "The seller’s final report names the buyer and all of the goods that were sold."
    for again in (
        twice.replace("’", "'"),
        twice.replace("fi", "ﬁ"),
        twice.replace("The seller", "the Seller"),
    ):
        document = Document("a" * 64, "T", (Page(1, None, f"{twice}\n\n{once}\n\n{again}"),))
        assert [passage.text for passage in sample_passages([document], 5)] == [once]


@pytest.mark.parametrize(
    "text", ["", " \n", "Total | 4 | 5\n" * 50, "\ufffd" * 4_000, "A" * 100_000, "1 " * 5_000]
)
def test_documents_without_sentences_make_no_trials(text: str) -> None:
    document = Document("a" * 64, "T", (Page(1, None, text),))
    assert sample_passages([document], 5) == []
    result = self_test([document], 2)
    assert (result.passages, result.altered_tried, result.honest_tried) == (0, 0, 0)


@pytest.mark.parametrize(
    "text",
    [
        "A b c d e f g h i j k l.",
        "The " * 40 + "end.",
        "The sum of 1 2 3 4 5 6 7 8 9 10 11 is.",
        "The “a (b “c” d) e” f of the ((g is h, i, j, k l.",
        "The " + "\u0301ä" * 200 + " 合同 не ist der dem den des.",
    ],
)
def test_every_kind_takes_odd_sentences(text: str) -> None:
    passage = Passage(text, 0, 0, 0, len(text), text, text)
    for kind in (*ALTERED, *HONEST):
        made = kind.make(passage, random.Random(1))
        assert made is None or (isinstance(made, Pair) and made.quote)


@pytest.mark.slow
def test_altered_quotations_are_not_verified_and_honest_ones_are(documents: list[Document]) -> None:
    result = self_test(documents, 1, seed=5)
    assert result.altered_tried == len(ALTERED)
    assert _mistakes(result.altered) == []
    assert result.honest_refused <= 0.01 * result.honest_tried, _mistakes(result.honest)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_ten_thousand_altered_and_five_thousand_honest_quotations(corpus: list[Document]) -> None:
    result = self_test(corpus, CAMPAIGN, seed=2_026)
    _show(result)
    assert result.altered_tried >= 10_000
    assert result.honest_tried >= 5_000
    assert _mistakes(result.altered) == []
    assert result.honest_refused <= 0.01 * result.honest_tried, _mistakes(result.honest)


def _mistakes(results: tuple[object, ...]) -> list[object]:
    return [kind for kind in results if getattr(kind, "wrong", 0)]


def _show(result: SelfTest) -> None:
    print(f"altered: {result.altered_verified} of {result.altered_tried} verified; ", end="")
    print(f"honest: {result.honest_refused} of {result.honest_tried} refused")
