"""What a question asks for: its own words, the concepts it names, and what they look like in a document."""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from docanalyst.domain.words import stems, stop_stems, topical, words_of

LEGAL_WEIGHT = 0.8
RESEARCH_WEIGHT = 0.4
HISTORY_WEIGHT = 0.2
FOLLOW_UP_WEIGHT = 0.6

_THING = r"(?:agreement|contract|paper|article|study|document|lease|opinion|statute|authors?)s?"
_SAYS = r"(?:contain|include|say|state|provide|mention|discuss|report|describe|have|specify|define)s?"
_SCAFFOLDING = re.compile(
    "|".join(
        (
            r"highlight the parts?(?: \(if any\))? of (?:this|the) \w+ (?:that are )?related to",
            r"that should be reviewed by a lawyer|\bdetails:",
            rf"\b(?:does|do|did|is|are|was|can|could|would|will|has|have)\s+(?:this|the|that)\s+{_THING}\b"
            rf"(?:\s+{_SAYS})?(?:\s+(?:anything|something))?",
            r"\b(?:is|are|was|were|can|could|would|will) there\b(?:\s+be)?\s*(?:any|an?)?\s*"
            r"(?:clauses?|provisions?|requirements?|sections?|passages?|mentions?)?",
            r"\bthis category includes?|\bthis (?:also )?includes?|\baccording to (?:this|the) \w+",
            rf"\b(?:what|where|how) (?:does|do|did) (?:this|the) {_THING} {_SAYS}(?: about| on)?",
            r"\b(?:tell me|show me|find|list|summari[sz]e|explain|quote|cite)\b|\bwith respect to\b",
            rf"\b(?:in|under|of) (?:this|the) {_THING}\b",
        )
    ),
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(r"\W*(?:and|or|what about|how about|same|also|but|then)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|both|each|across|respective(?:ly)?|between D\d+ and|"
    r"all (?:the )?(?:documents|contracts|papers|agreements))\b|比较|区别",
    re.IGNORECASE,
)
_DOCUMENT_ID = re.compile(r"\b[Dd]\d{1,3}\b")
_GENERIC = (
    "agreement contract document paper article study clause provision section page party parties "
    "counterparty author authors certain describe described contain include"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the lexicon, in stems.

    asked: what calls it. words, phrases: what passages on it use.
    """

    name: str
    research: bool
    asked: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Query:
    """A question as weighted stems and phrases.

    own: the question's topical words by stem, without scaffolding. concepts: names of those it calls.
    compares: it asks for several documents side by side. named: ids of documents that it names ("D2").
    """

    weights: dict[str, float]
    phrases: dict[tuple[str, ...], float]
    own: dict[str, str]
    concepts: tuple[str, ...] = ()
    compares: bool = False
    named: frozenset[str] = frozenset()


@cache
def lexicon() -> tuple[Concept, ...]:
    """All concepts, read once from the data file beside this module."""
    data = tomllib.loads(resources.files(__package__).joinpath("lexicon.toml").read_text("utf-8"))
    return tuple(
        Concept(
            entry["name"],
            kind == "research",
            tuple(tuple(topical(stems(text))) for text in entry["asked"]),
            tuple(dict.fromkeys(stems(" ".join(entry["words"])))),
            tuple(dict.fromkeys(tuple(stems(text)) for text in entry["phrases"])),
        )
        for kind in ("legal", "research")
        for entry in data[kind]
    )


def read_question(question: str, history: Sequence[str] = ()) -> Query:
    """The weighted stems and phrases of a question.

    history: earlier questions, oldest first. Their words count less than those of this one, and more where
    it is a bare follow-up ("and for the amendment?"), which has hardly any of its own.
    """
    own = _own_words(question)
    weights = {token: 0.3 if token in _generic() else 1.0 for token, _ in own}
    phrases: dict[tuple[str, ...], float] = {}
    phrases.update(dict.fromkeys(_bigrams(question), 0.4))
    concepts = _concepts([token for token, _ in own])
    for concept in concepts:
        _add_concept(weights, phrases, concept, 1.0 / math.sqrt(len(concepts)))
    bare = not concepts and sum(weights.values()) < 2.0
    share = FOLLOW_UP_WEIGHT if bare or _FOLLOW_UP.match(question) else HISTORY_WEIGHT
    for earlier in reversed(history[-3:]):
        words = [token for token, _ in _own_words(earlier)]
        for token in words:
            weights.setdefault(token, share * (0.3 if token in _generic() else 1.0))
        if share >= FOLLOW_UP_WEIGHT:
            for concept in _concepts(words):
                _add_concept(weights, phrases, concept, share)
        share /= 2
    return Query(
        weights,
        phrases,
        {token: word for token, word in own if token not in _generic()},
        tuple(concept.name for concept in concepts),
        _COMPARES.search(question) is not None,
        frozenset(match.upper() for match in _DOCUMENT_ID.findall(question)),
    )


def _add_concept(
    weights: dict[str, float], phrases: dict[tuple[str, ...], float], concept: Concept, share: float
) -> None:
    weight = (RESEARCH_WEIGHT if concept.research else LEGAL_WEIGHT) / math.sqrt(len(concept.words)) * share
    for word in concept.words:
        weights[word] = max(weights.get(word, 0.0), weight)
    for phrase in concept.phrases:
        if len(phrase) > 1:
            phrases[phrase] = max(phrases.get(phrase, 0.0), (0.2 if concept.research else 0.4) * share)
        elif phrase:
            weights[phrase[0]] = max(weights.get(phrase[0], 0.0), weight)


@cache
def _generic() -> frozenset[str]:
    return frozenset(stems(_GENERIC))


def _own_words(question: str) -> list[tuple[str, str]]:
    """The topical words of a question as (stem, word); all of its words where nothing else is left."""
    stops = stop_stems()
    for text in (_SCAFFOLDING.sub(" ", question), question):
        words = list(words_of(text))
        topical_words = [(token, word) for token, word in words if token not in stops]
        if topical_words:
            return topical_words
    return words


def _bigrams(question: str) -> Iterable[tuple[str, str]]:
    stops = stop_stems()
    for part in re.split(r"[.,;:?!()\"“”]", _SCAFFOLDING.sub(" . ", question)):
        words = stems(part)
        for first, second in itertools.pairwise(words):
            if first not in stops and second not in stops:
                yield first, second


def _concepts(own: Sequence[str]) -> list[Concept]:
    """The concepts that a question names: their words stand close together in it, in any order."""
    places: dict[str, list[int]] = {}
    for position, token in enumerate(own):
        places.setdefault(token, []).append(position)
    found = []
    for concept in lexicon():
        if any(_close_together(asked, places) for asked in concept.asked):
            found.append(concept)
    return found


def _close_together(asked: tuple[str, ...], places: dict[str, list[int]]) -> bool:
    if not asked or any(token not in places for token in asked):
        return False
    if len(asked) == 1:
        return True
    return any(
        all(any(abs(place - start) <= len(asked) for place in places[token]) for token in asked[1:])
        for start in places[asked[0]]
    )
