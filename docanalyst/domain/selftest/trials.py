"""Trials of the quote check: quotations made of real sentences, checked, and counted by kind."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from docanalyst.domain.citations import Citation, Quote, Verdict
from docanalyst.domain.documents import Document, Page, document_id
from docanalyst.domain.selftest.catalogue import ALTERED, HONEST
from docanalyst.domain.selftest.kinds import Kind, Pair
from docanalyst.domain.selftest.passages import Passage, sample_passages
from docanalyst.domain.verification import VerificationIndex

EXAMPLES = 3
"""Examples kept of the quotations of a kind that were judged wrongly."""

_MOST_PASSAGES = 2_000
_TRIES = 6
"""Passages tried for each quotation wanted: many sentences have no number, bracket or negation to edit."""

_ACCEPTED = (Verdict.VERBATIM, Verdict.NORMALIZED, Verdict.WRONG_PAGE, Verdict.WRONG_DOCUMENT)
_SAME = str.maketrans(
    dict.fromkeys("‘’‚‛`´", "'") | dict.fromkeys("“”„«»", '"') | dict.fromkeys("‐‑‒–—―−", "-")
)


@dataclass(frozen=True, slots=True)
class Trial:
    """A quotation to check. source: what is on the page. planted: the page was changed to hold it."""

    kind: Kind
    passage: Passage
    quote: str
    source: str
    planted: bool


@dataclass(frozen=True, slots=True)
class Mistake:
    """A quotation that was judged wrongly. source: what is on the page. verdict: what the check said."""

    quote: str
    source: str
    verdict: str


@dataclass(frozen=True, slots=True)
class KindResult:
    """What became of the quotations of one kind. wrong: altered ones verified, or honest ones refused."""

    name: str
    group: str
    tried: int
    wrong: int
    examples: tuple[Mistake, ...]


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The quote check tried on documents. passages: sentences that the quotations were made of."""

    passages: int
    altered: tuple[KindResult, ...]
    honest: tuple[KindResult, ...]

    @property
    def altered_tried(self) -> int:
        """Altered quotations checked."""
        return sum(result.tried for result in self.altered)

    @property
    def altered_verified(self) -> int:
        """Altered quotations that were verified: each is a mistake."""
        return sum(result.wrong for result in self.altered)

    @property
    def honest_tried(self) -> int:
        """Honest quotations checked."""
        return sum(result.tried for result in self.honest)

    @property
    def honest_refused(self) -> int:
        """Honest quotations that were not verified."""
        return sum(result.wrong for result in self.honest)


class Trials:
    """Makes quotations of the sentences of documents and checks them.

    Args:
        documents: in pack order; only their text is used.
        seed: of every random choice; the same seed makes the same quotations.
    """

    def __init__(self, documents: Sequence[Document], seed: int = 0) -> None:
        self.documents = documents
        self.seed = seed
        self.passages = sample_passages(documents, _MOST_PASSAGES, seed)
        self._indexes: dict[int, VerificationIndex] = {}
        self._loose: dict[int, str] = {}

    def run(self, count: int, progress: Callable[[int, int], None] | None = None) -> SelfTest:
        """Check so many quotations of every kind, fewer where the documents offer fewer.

        Args:
            count: quotations of each kind.
            progress: told how many kinds are done, and of how many.
        """
        results: dict[bool, list[KindResult]] = {True: [], False: []}
        total = len(ALTERED) + len(HONEST)
        for kind in (*ALTERED, *HONEST):
            altered = len(results[True]) < len(ALTERED)
            results[altered].append(self.result(kind, count, altered=altered))
            if progress is not None:
                progress(len(results[True]) + len(results[False]), total)
        return SelfTest(len(self.passages), tuple(results[True]), tuple(results[False]))

    def result(self, kind: Kind, count: int, *, altered: bool) -> KindResult:
        """What becomes of so many quotations of one kind."""
        tried = wrong = 0
        examples: list[Mistake] = []
        for trial in self.make(kind, count, altered=altered):
            tried += 1
            verdict = self.check(trial).verdict
            if (verdict in _ACCEPTED) if altered else not verdict.verified:
                wrong += 1
                if len(examples) < EXAMPLES:
                    examples.append(Mistake(trial.quote, trial.source, verdict.value))
        return KindResult(kind.name, kind.group, tried, wrong, tuple(examples))

    def make(self, kind: Kind, count: int, *, altered: bool) -> Iterator[Trial]:
        """Quotations of one kind. An altered one that is somewhere else in the document is left out."""
        chooser = random.Random(f"{self.seed} {kind.name}")
        made, seen = 0, set()
        for passage in self._in_turn(chooser, count):
            pair = kind.make(passage, chooser)
            if (
                pair is None
                or pair.quote in seen
                or (altered and not self._says_another_thing(kind, passage, pair))
            ):
                continue
            seen.add(pair.quote)
            yield Trial(kind, passage, pair.quote, pair.source or passage.text, bool(pair.source))
            made += 1
            if made == count:
                return

    def check(self, trial: Trial) -> Citation:
        """The verdict on a quotation, with the page named where its passage is."""
        passage = trial.passage
        page = self.documents[passage.document].pages[passage.page]
        if trial.planted:
            index = VerificationIndex([self._changed(passage, trial.source)])
        else:
            index = self._index(passage.document)
        return index.verify([Quote(trial.quote, document_id(0), page.number)])[0]

    def _in_turn(self, chooser: random.Random, count: int) -> Iterator[Passage]:
        if not self.passages:
            return
        start = chooser.randrange(len(self.passages))
        for place in range(max(count * _TRIES, len(self.passages))):
            yield self.passages[(start + place) % len(self.passages)]

    def _says_another_thing(self, kind: Kind, passage: Passage, pair: Pair) -> bool:
        """Whether the quotation is nowhere in what it is checked against; a cut one is there once."""
        quoted = _loose(pair.quote)
        written = (quoted, quoted[:1].upper() + quoted[1:])
        if pair.source:
            text = _loose(" ".join(page.text for page in self._changed(passage, pair.source).pages))
        else:
            text = self._text(passage.document)
        return sum(text.count(words) for words in set(written)) == (1 if kind.cut else 0)

    def _text(self, document: int) -> str:
        if document not in self._loose:
            self._loose[document] = _loose(" ".join(page.text for page in self.documents[document].pages))
        return self._loose[document]

    def _index(self, document: int) -> VerificationIndex:
        if document not in self._indexes:
            self._indexes[document] = VerificationIndex([self.documents[document]])
        return self._indexes[document]

    def _changed(self, passage: Passage, source: str) -> Document:
        """The page of a passage as a document, with another text in the passage's place."""
        document = self.documents[passage.document]
        page = document.pages[passage.page]
        text = page.text[: passage.start] + source + page.text[passage.end :]
        pages = tuple(Page(page.number + turn, None, part) for turn, part in enumerate(text.split("\f")))
        return replace(document, pages=pages, page_count=len(pages))


def self_test(
    documents: Sequence[Document],
    count: int,
    *,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> SelfTest:
    """The quote check tried on documents.

    Args:
        documents: in pack order.
        count: quotations of each kind.
        seed: of every random choice.
        progress: told how many kinds are done, and of how many.
    """
    return Trials(documents, seed).run(count, progress)


def _loose(text: str) -> str:
    """A text with one shape of blanks, quotation marks and dashes, without marks and capital at its start and
    marks at its end."""
    words = re.sub(r"\s+", " ", text.translate(_SAME)).strip(" \"',;:").rstrip(" \"'.,;:")
    return words[:1].lower() + words[1:]
