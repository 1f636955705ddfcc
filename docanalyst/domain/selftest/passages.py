"""Real sentences of documents, chosen at random for the self-test."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence
from dataclasses import dataclass

from docanalyst.domain.documents import Document, Page
from docanalyst.domain.language.folding import fold
from docanalyst.domain.language.sentences import body_spans, split_page

SHORTEST, LONGEST = 9, 60
"""Words in a sentence that is taken: enough to occur in one place only, few enough to be quoted."""

_OPENING_WORDS = 5
"""First words of a sentence that must be in the documents only once."""

_WORDS = re.compile(r"[^\W\d_]{2,}")
_UNFIT = re.compile(
    r"[|\ufffd\\{}`~]|\.\s*\.\s*\.|…|_{2}|\*{2}|\[(?:redacted|hidden|struck|inserted|deleted|note)\b|-\s*\n|[\ufffe\x02]"
    r"|(?:\b[A-Z]{2,}\b[\s,]+){2,}[A-Z]{2,}\b"
)
_OPENING = re.compile(r"[A-Z][a-z]*\s")
_SENTENCE_END = re.compile(r"[a-z]{3}\.$")


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a document.

    Attributes:
        text: the sentence on one line.
        document: position of the document among those given, from 0.
        page: index of the page in the document, from 0.
        start, end: offsets of the sentence in the text of that page.
        following: the sentence that follows on the page, on one line; "" at the end of a page.
        distant: a sentence from elsewhere in the documents.
    """

    text: str
    document: int
    page: int
    start: int
    end: int
    following: str
    distant: str


def find_passages(documents: Sequence[Document]) -> list[Passage]:
    """All whole sentences of running text, in order; headings, table rows and damaged lines are left out."""
    found: list[Passage] = []
    for position, document in enumerate(documents):
        for index, (page, stretches) in enumerate(
            zip(document.pages, body_spans(document.pages), strict=True)
        ):
            for first, last in stretches:
                found += _of_stretch(page, position, index, first, last)
    return found


def _of_stretch(page: Page, document: int, index: int, first: int, last: int) -> list[Passage]:
    spans = split_page(page.text, first, last)
    texts = [" ".join(page.text[start:end].split()) for start, end in spans]
    fit = [_is_fit(page.text[start:end], text) for (start, end), text in zip(spans, texts, strict=True)]
    return [
        Passage(
            text,
            document,
            index,
            *spans[place],
            texts[place + 1] if place + 1 < len(texts) and fit[place + 1] else "",
            "",
        )
        for place, text in enumerate(texts)
        if fit[place]
    ]


def _is_fit(raw: str, text: str) -> bool:
    """Whether a sentence is a whole one of running text, free of what reading the page may have broken."""
    return (
        SHORTEST <= len(_WORDS.findall(text)) <= LONGEST
        and _UNFIT.search(raw) is None
        and "\n\n" not in raw
        and _OPENING.match(text) is not None
        and _SENTENCE_END.search(text) is not None
        and text.count("(") == text.count(")")
        and text.count("“") == text.count("”")
        and text.count('"') % 2 == 0
    )


def sample_passages(documents: Sequence[Document], count: int, seed: int = 0) -> list[Passage]:
    """Passages chosen at random, the same for the same seed.

    Args:
        documents: in pack order.
        count: how many at most.
        seed: of the choice.

    Returns:
        Passages in random order, each with a sentence from elsewhere beside it; fewer than count where the
        documents hold fewer.
    """
    chooser = random.Random(seed)
    texts = [fold("\n".join(page.text for page in document.pages)) for document in documents]
    found = [passage for passage in find_passages(documents) if _names_one_place(passage, texts)]
    chosen = chooser.sample(found, min(count, len(found)))
    return [_with_distant(passage, found, chooser) for passage in chosen]


def _names_one_place(passage: Passage, texts: Sequence[str]) -> bool:
    """Whether the first words of a sentence occur only once: else a part of it could be of another one.

    texts: folded as the check folds them. A page may print its summary twice, with “curly” and "straight"
    marks.
    """
    opening = fold(" ".join(passage.text.split()[:_OPENING_WORDS]))
    return sum(text.count(opening) for text in texts) == 1


def _with_distant(passage: Passage, found: Sequence[Passage], chooser: random.Random) -> Passage:
    for _ in range(20):
        other = chooser.choice(found)
        if (other.document, other.page) != (passage.document, passage.page):
            return Passage(
                passage.text,
                passage.document,
                passage.page,
                passage.start,
                passage.end,
                passage.following,
                other.text,
            )
    return passage
