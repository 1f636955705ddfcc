"""Sliding windows of whole sentences over documents, and how well each fits a question.

A window is a run of sentences up to 140 words; one starts at every sentence. Its score is BM25 over stems,
with the words and phrases of the concepts that the question names, and a share of its neighbours' scores.
"""

from __future__ import annotations

import math
from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Sequence
from itertools import repeat

from docanalyst.domain.documents import Document
from docanalyst.domain.language.sentences import Sentence, split_document
from docanalyst.domain.language.words import stems, tokens
from docanalyst.domain.retrieval.questions import Query

PASSAGE_WORDS = 140
K1 = 1.5
B = 0.5
NEIGHBOUR = 0.2
CONTENTS = 0.25
"""Factor on windows that begin with a line of a table of contents: it names everything and says nothing."""
FEWEST = 100
"""Sentences that a short text is taken to have, so that what it says once is as rare as in a long one."""
FIRST = 0.5
"""Share of its idf that the first place of a term adds where its meaning is asked for."""

_LEGAL_WORDS = "shall hereby herein hereof hereto thereof pursuant agreement party parties court statute"
_RESEARCH_WORDS = "et al figure fig table method result study data analysis significant abstract doi"


class WindowIndex:
    """The sentences of some documents with their stems; built once, asked often, never changed."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self.documents = tuple(documents)
        self.sentences: list[Sentence] = []
        self.first_sentence: list[int] = []
        self.positions: dict[str, array[int]] = {}
        self._sentence_starts: array[int] = array("I")
        self._sentence_of: array[int] = array("I")
        self._size = 0
        for document in self.documents:
            self._add(document)
        self._sentence_starts.append(self._size)
        self._make_windows()
        self.research = self._research_share()

    def _research_share(self) -> float:
        """How much of the writing is research rather than law, 0 to 1, by the words that each is full of."""
        legal, research = (
            sum(len(self.positions.get(token, ())) for token in stems(words)) + 1
            for words in (_LEGAL_WORDS, _RESEARCH_WORDS)
        )
        return research / (legal + research)

    def _add(self, document: Document) -> None:
        self.first_sentence.append(len(self.sentences))
        position = self._size
        positions = self.positions
        for sentence in split_document(document.pages):
            self._sentence_starts.append(position)
            for page, start, end in sentence.parts:
                for _, token in tokens(document.pages[page].text, start, end):
                    try:
                        positions[token].append(position)
                    except KeyError:
                        positions[token] = array("I", (position,))
                    position += 1
            self._sentence_of.extend(repeat(len(self.sentences), position - self._sentence_starts[-1]))
            self.sentences.append(sentence)
        self._sentence_of.append(max(0, len(self.sentences) - 1))
        self._size = position + 1

    def _make_windows(self) -> None:
        """For each sentence the window that starts there, its length, and the first window that holds it.

        A window does not end with a heading: that belongs to what follows.
        """
        count = len(self.sentences)
        self.window_end = array("I", bytes(4 * count))
        self._window_words = array("I", bytes(4 * count))
        self._first_window = array("I", bytes(4 * count))
        borders = [*self.first_sentence[1:], count][: len(self.first_sentence)]
        for first, last in zip(self.first_sentence, borders, strict=True):
            end, words, covered = first, 0, first
            for start in range(first, last):
                while end < last and (end <= start or words + self.sentences[end].words <= PASSAGE_WORDS):
                    words += self.sentences[end].words
                    end += 1
                close, length = end, words
                while close > start + 1 and self.sentences[close - 1].heading:
                    close -= 1
                    length -= self.sentences[close].words
                self.window_end[start], self._window_words[start] = close, length
                while covered < close:
                    self._first_window[covered] = start
                    covered += 1
                words -= self.sentences[start].words
        mean = sum(self._window_words) / count if count else 1.0
        self._norms = [K1 * (1 - B + B * words / mean) for words in self._window_words]

    def document_of(self, sentence: int) -> int:
        """The position of the document that a sentence belongs to."""
        return bisect_right(self.first_sentence, sentence) - 1

    def _windows_with(self, positions: Sequence[int]) -> dict[int, int]:
        """How often each window holds one of these token positions."""
        found: dict[int, int] = {}
        first = self._first_window
        for sentence, count in Counter(map(self._sentence_of.__getitem__, positions)).items():
            for window in range(first[sentence], sentence + 1):
                found[window] = found.get(window, 0) + count
        return found

    def _phrase_positions(self, phrase: tuple[str, ...]) -> list[int]:
        runs = [self.positions.get(token) for token in phrase]
        if any(run is None for run in runs):
            return []
        rarest = min(range(len(runs)), key=lambda index: len(runs[index] or ()))
        starts = {position - rarest for position in runs[rarest] or ()}
        for offset, run in enumerate(runs):
            if offset != rarest and starts:
                starts = _followed(starts, run or (), offset)
        return sorted(starts)

    def sentences_with(self, token: str) -> list[int]:
        """The sentences that hold a stem, in order."""
        return sorted(set(map(self._sentence_of.__getitem__, self.positions.get(token, ()))))

    def _sentences_with(self, positions: Sequence[int]) -> int:
        """How many sentences hold one of these token positions."""
        return len(set(map(self._sentence_of.__getitem__, positions)))

    def idf(self, sentences: int) -> float:
        """Weight of something that this many sentences hold."""
        return math.log(1 + (max(len(self.sentences), FEWEST) - sentences + 0.5) / (sentences + 0.5))

    def rarities(self, query: Query) -> dict[str, float]:
        """What each stem of a question counts for: its weight times its idf."""
        return {
            token: weight * self.idf(self._sentences_with(self.positions.get(token, ())))
            for token, weight in query.weights.items()
        }

    def phrase_places(self, query: Query) -> list[tuple[list[int], float]]:
        """Where each phrase of a question stands, with what it adds."""
        found = []
        for phrase, weight in query.phrases.items():
            if places := self._phrase_positions(phrase):
                found.append((places, weight * self.idf(self._sentences_with(places))))
        return found

    def scores(
        self, query: Query, rarities: dict[str, float], phrases: list[tuple[list[int], float]]
    ) -> dict[int, float]:
        """Score of each window that holds anything asked for."""
        scores: dict[int, float] = {}
        norms = self._norms
        for token, rarity in rarities.items():
            most = rarity * (K1 + 1)
            for window, count in self._windows_with(self.positions.get(token, ())).items():
                scores[window] = scores.get(window, 0.0) + most * count / (count + norms[window])
        for places, bonus in phrases:
            for window in self._windows_with(places):
                scores[window] = scores.get(window, 0.0) + bonus
        if query.defined and (places := self._phrase_positions(query.defined)):
            bonus = FIRST * self.idf(self._sentences_with(places))
            for window in self._windows_with(places[:1]):
                scores[window] += bonus
        return self._with_neighbours(scores)

    def _with_neighbours(self, scores: dict[int, float]) -> dict[int, float]:
        """Scores with a share of those of the windows right before and after, within the document."""
        result = {}
        borders = set(self.first_sentence)
        for window, score in scores.items():
            end = self.window_end[window]
            after = scores.get(end, 0.0) if end not in borders else 0.0
            before = scores.get(self._first_window[window - 1], 0.0) if window not in borders else 0.0
            share = CONTENTS if self.sentences[window].contents else 1.0
            result[window] = share * (score + NEIGHBOUR * (after + before))
        return result

    def holds(self, window: int, token: str) -> bool:
        """Whether a window holds a stem."""
        first, last = self._sentence_starts[window], self._sentence_starts[self.window_end[window]]
        run = self.positions.get(token)
        return run is not None and bisect_left(run, last) > bisect_left(run, first)

    def sentence_holds(self, sentence: int, token: str) -> bool:
        """Whether a sentence holds a stem."""
        first, last = self._sentence_starts[sentence], self._sentence_starts[sentence + 1]
        run = self.positions.get(token)
        return run is not None and bisect_left(run, last) > bisect_left(run, first)

    def sentence_score(
        self, sentence: int, rarities: dict[str, float], phrases: list[tuple[list[int], float]]
    ) -> float:
        """How much of what is asked for a sentence holds, for its length."""
        first, last = self._sentence_starts[sentence], self._sentence_starts[sentence + 1]
        total = 0.0
        for token, rarity in rarities.items():
            run = self.positions.get(token)
            if run is not None and bisect_left(run, last) > bisect_left(run, first):
                total += rarity
        for places, bonus in phrases:
            if bisect_left(places, last) > bisect_left(places, first):
                total += bonus
        return total / (4 + math.sqrt(self.sentences[sentence].words))


def _followed(starts: set[int], run: Sequence[int], offset: int) -> set[int]:
    """Those of the positions that have one of a sorted run at this distance."""
    if len(run) < 8 * len(starts):
        return starts & {position - offset for position in run}
    kept = set()
    for start in starts:
        index = bisect_right(run, start + offset)
        if index and run[index - 1] == start + offset:
            kept.add(start)
    return kept
