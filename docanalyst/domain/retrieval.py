"""Ranking verbatim passages of documents for a question.

A passage is a run of whole sentences up to 110 words. Its score is BM25 over stems, with the words and
phrases of the concepts that the question names, and a share of its neighbours' scores.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from docanalyst.domain.documents import Document, Span, document_id
from docanalyst.domain.headers import Place, asked_field, find_field
from docanalyst.domain.questions import Query, read_question
from docanalyst.domain.sentences import Sentence, split_document
from docanalyst.domain.words import stems, tokens, topical

PASSAGE_WORDS = 110
K1 = 1.5
B = 0.5
NEIGHBOUR = 0.15
NAMED = 1.3
"""Factor on the scores of a document whose title the question names, among several."""
STRONG = 0.20
POSSIBLE = 0.09


class Band(StrEnum):
    """How close the nearest passages are. nothing: none is close, which proves no absence."""

    STRONG = "strong"
    POSSIBLE = "possible"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of a document, word for word.

    document: "D1" as packed. page_number, page_label: where it begins. spans: its stretches of page text,
    one a page. text: the same, pages joined by a newline. best: the stretches of its most relevant sentence.
    """

    document: str
    document_sha256: str
    page_number: int
    page_label: str | None
    spans: tuple[Span, ...]
    text: str
    best: tuple[Span, ...]
    score: float


@dataclass(frozen=True, slots=True)
class Ranking:
    """Passages, best first, and how close the best one is.

    confidence: 0 to about 1. absent: words of the question that occur nowhere in the documents.
    """

    passages: tuple[Passage, ...]
    confidence: float
    band: Band
    absent: tuple[str, ...] = ()


class RetrievalIndex:
    """An index over the sentences of some documents; built once, asked often, never changed."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self.sentences: list[Sentence] = []
        self._first_sentence: list[int] = []
        self._positions: dict[str, array[int]] = {}
        self._sentence_starts: array[int] = array("L")
        self._size = 0
        for document in self.documents:
            self._add(document)
        self._sentence_starts.append(self._size)
        self._make_windows()

    def _add(self, document: Document) -> None:
        self._first_sentence.append(len(self.sentences))
        position = self._size
        positions = self._positions
        for sentence in split_document(document.pages):
            self.sentences.append(sentence)
            self._sentence_starts.append(position)
            for page, start, end in sentence.parts:
                for _, token in tokens(document.pages[page].text, start, end):
                    try:
                        positions[token].append(position)
                    except KeyError:
                        positions[token] = array("L", (position,))
                    position += 1
        self._size = position + 1

    def _make_windows(self) -> None:
        """For each sentence the window that starts there, its length, and the first window that holds it."""
        count = len(self.sentences)
        self._window_end = array("L", bytes(8 * count))
        self._window_words = array("L", bytes(8 * count))
        self._first_window = array("L", bytes(8 * count))
        borders = [*self._first_sentence[1:], count]
        for first, last in zip(self._first_sentence, borders, strict=True):
            end = words = 0
            for start in range(first, last):
                if end <= start:
                    end, words = start, 0
                while end < last and (end == start or words + self.sentences[end].words <= PASSAGE_WORDS):
                    words += self.sentences[end].words
                    self._first_window[end] = start
                    end += 1
                self._window_end[start], self._window_words[start] = end, words
                words -= self.sentences[start].words
        mean = sum(self._window_words) / count if count else 1.0
        self._norms = [K1 * (1 - B + B * words / mean) for words in self._window_words]

    def document_of(self, sentence: int) -> int:
        """The position of the document that a sentence belongs to."""
        return bisect_right(self._first_sentence, sentence) - 1

    def _windows_with(self, positions: Sequence[int]) -> dict[int, int]:
        """How often each window holds one of these token positions."""
        found: dict[int, int] = {}
        starts, first = self._sentence_starts, self._first_window
        for position in positions:
            sentence = bisect_right(starts, position) - 1
            for window in range(first[sentence], sentence + 1):
                found[window] = found.get(window, 0) + 1
        return found

    def _phrase_positions(self, phrase: tuple[str, ...]) -> list[int]:
        runs = [self._positions.get(token) for token in phrase]
        if any(run is None for run in runs):
            return []
        rarest = min(range(len(runs)), key=lambda index: len(runs[index] or ()))
        starts = {position - rarest for position in runs[rarest] or ()}
        for offset, run in enumerate(runs):
            if offset != rarest and starts:
                starts = {start for start in starts if _holds(run or array("L"), start + offset)}
        return sorted(starts)

    def idf(self, windows: int) -> float:
        """Weight of something that this many windows hold."""
        return math.log(1 + (len(self.sentences) - windows + 0.5) / (windows + 0.5))

    def scores(self, query: Query) -> tuple[dict[int, float], float]:
        """Score of each window that holds anything asked for, and the most that a window could reach."""
        scores: dict[int, float] = {}
        most = 0.0
        norms = self._norms
        for token, weight in query.weights.items():
            windows = self._windows_with(self._positions.get(token, ()))
            rarity = weight * self.idf(len(windows)) * (K1 + 1)
            most += rarity
            for window, count in windows.items():
                scores[window] = scores.get(window, 0.0) + rarity * count / (count + norms[window])
        for phrase, weight in query.phrases.items():
            windows = self._windows_with(self._phrase_positions(phrase))
            bonus = weight * self.idf(len(windows))
            for window in windows:
                scores[window] = scores.get(window, 0.0) + bonus
        return self._with_neighbours(scores), most

    def _with_neighbours(self, scores: dict[int, float]) -> dict[int, float]:
        result = {}
        for window, score in scores.items():
            after = scores.get(self._window_end[window], 0.0)
            before = scores.get(self._first_window[window - 1], 0.0) if window else 0.0
            result[window] = score + NEIGHBOUR * (after + before)
        return result

    def rank(self, question: str, *, limit: int = 10, history: Sequence[str] = ()) -> Ranking:
        """The best passages for a question; `limit` at most, none sharing a sentence with another."""
        query = read_question(question, history)
        scores, most = self.scores(query)
        highest = max(scores.values(), default=0.0)
        confidence = highest / most if most else 0.0
        if len(self.documents) > 1:
            self._favour_named(scores, query, question)
        headers = self._header_windows(question)
        if headers:
            confidence = max(confidence, STRONG)
            highest = max(scores.values(), default=0.0)
            for position, window in enumerate(headers):
                scores[window] = highest + 1 / (1 + position)
        chosen = self._choose(scores, limit)
        if query.compares and len(self.documents) > 1:
            chosen = self._one_of_each(scores, chosen, limit)
        passages = tuple(self._passage(window, scores[window], query) for window in chosen)
        absent = tuple(word for token, word in query.own.items() if token not in self._positions)
        return Ranking(passages, confidence, band_of(confidence) if passages else Band.NOTHING, absent)

    def _choose(self, scores: dict[int, float], limit: int) -> list[int]:
        """The best windows that share no sentence."""
        chosen: list[int] = []
        taken: set[int] = set()
        for window in sorted(scores, key=lambda item: (-scores[item], item)):
            covered = range(window, self._window_end[window])
            if len(chosen) == limit:
                break
            if not any(sentence in taken for sentence in covered):
                chosen.append(window)
                taken.update(covered)
        return chosen

    def _one_of_each(self, scores: dict[int, float], chosen: list[int], limit: int) -> list[int]:
        """The best window of each document first, then the others, in order of score."""
        best: dict[int, int] = {}
        for window in chosen:
            best.setdefault(self.document_of(window), window)
        for window in sorted(scores, key=lambda item: (-scores[item], item)):
            best.setdefault(self.document_of(window), window)
        leaders = sorted(best.values(), key=lambda item: -scores[item])[:limit]
        return (leaders + [window for window in chosen if window not in leaders])[:limit]

    def _favour_named(self, scores: dict[int, float], query: Query, question: str) -> None:
        """Raise the scores of documents that the question names by id, file name or title."""
        asked = set(topical(stems(question)))
        names = [set(topical(stems(f"{document.title} {document.name}"))) for document in self.documents]
        common = set.intersection(*names)
        for owner, name in enumerate(names):
            if document_id(owner) in query.named or asked & (name - common):
                last = self._first_sentence[owner + 1] if owner + 1 < len(names) else len(self.sentences)
                factor = 2.0 if document_id(owner) in query.named else NAMED
                for window in range(self._first_sentence[owner], last):
                    if window in scores:
                        scores[window] *= factor

    def _header_windows(self, question: str) -> list[int]:
        """Windows where the documents state the header field asked for, likeliest of each document first."""
        field = asked_field(question)
        if field is None:
            return []
        found: list[tuple[int, int, int]] = []
        for owner, document in enumerate(self.documents):
            for position, place in enumerate(find_field(document, field)):
                window = self._window_at(owner, place)
                if window is not None:
                    found.append((position, owner, window))
        return list(dict.fromkeys(window for _, _, window in sorted(found)))

    def _window_at(self, owner: int, place: Place) -> int | None:
        """The window that starts with the sentence at a place of a document."""
        first = self._first_sentence[owner]
        last = self._first_sentence[owner + 1] if owner + 1 < len(self.documents) else len(self.sentences)
        for sentence in range(first, last):
            for page, start, end in self.sentences[sentence].parts:
                if page == place.page and start < place.end and end > place.start:
                    return sentence
        return None

    def _passage(self, window: int, score: float, query: Query) -> Passage:
        owner = self.document_of(window)
        document = self.documents[owner]
        members = range(window, self._window_end[window])
        spans = self._spans(document, members)
        best = max(members, key=lambda sentence: (self._sentence_score(sentence, query), -sentence))
        pages = {page.number: page for page in document.pages}
        page = pages[spans[0].page_number]
        text = "\n".join(pages[span.page_number].text[span.start : span.end] for span in spans)
        return Passage(
            document_id(owner),
            document.sha256,
            page.number,
            page.label,
            spans,
            text,
            self._spans(document, (best,)),
            score,
        )

    def _spans(self, document: Document, members: Sequence[int]) -> tuple[Span, ...]:
        """Sentences as one span a page."""
        bounds: dict[int, tuple[int, int]] = {}
        for sentence in members:
            for page, start, end in self.sentences[sentence].parts:
                first, last = bounds.get(page, (start, end))
                bounds[page] = (min(first, start), max(last, end))
        return tuple(
            Span(document.sha256, document.pages[page].number, start, end)
            for page, (start, end) in bounds.items()
        )

    def _sentence_score(self, sentence: int, query: Query) -> float:
        first, last = self._sentence_starts[sentence], self._sentence_starts[sentence + 1]
        total = 0.0
        for token, weight in query.weights.items():
            run = self._positions.get(token)
            if run is not None and bisect_right(run, last - 1) > bisect_right(run, first - 1):
                total += weight * self.idf(len(run))
        return total / (4 + math.sqrt(self.sentences[sentence].words))


def _holds(run: array[int], value: int) -> bool:
    index = bisect_right(run, value) - 1
    return index >= 0 and run[index] == value


def band_of(confidence: float) -> Band:
    """The band of a confidence."""
    if confidence >= STRONG:
        return Band.STRONG
    return Band.POSSIBLE if confidence >= POSSIBLE else Band.NOTHING


def rank(
    documents: Sequence[Document], question: str, *, limit: int = 10, history: Sequence[str] = ()
) -> Ranking:
    """The best passages of these documents for a question. For several questions build a `RetrievalIndex`."""
    return RetrievalIndex(documents).rank(question, limit=limit, history=history)
