"""What a question asks for: its own words, the concepts it names, and what they look like in a document."""

from __future__ import annotations

import itertools
import math
import re
import tomllib
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from docanalyst.domain.language.words import stems, stop_stems, words_of

LEGAL_WEIGHT = 1.2
RESEARCH_WEIGHT = 0.4
HISTORY_WEIGHT = 0.2
FOLLOW_UP_WEIGHT = 0.6
SHARPNESS = 1.0
FOCUS = 2.0
DEFINES = 0.8
LONG_QUESTION = 5
ASIDE = 0.4
NEAR, FAR = 1, 4
"""Words that may stand between those that call a concept; more where one asks ("how long … last")."""
_INTERROGATIVE = frozenset(("how", "who", "when", "which", "what", "did", "anyon"))

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
            r"什么|哪些|哪个|哪一|如何|怎么样?|怎样|是否|多久|多少|为何|为什么|有没有|请问|吗|呢|关于|规定|本?合同的?|本?协议的?|条款|是|的",
        )
    ),
    re.IGNORECASE,
)
_FOCUS = re.compile(r"\b(?:with respect to|regarding|concerning|in terms of|as to)\b([^,?]{3,120})", re.I)
_DEFINES = re.compile(
    r"\b(?:what (?:is|are|was|were)|define|meaning of|definition of|what does)\s+(?:(?:an?|the)\s+)?"
    r"[\"“]?(?P<term>[^?,;.]{2,60}?)[\"”]?(?:\s+(?:mean|stand for|refer to)s?)?\s*\?*$",
    re.IGNORECASE,
)
_FOLLOW_UP = re.compile(r"\W*(?:and|or|what about|how about|same|also|but|then)\b", re.IGNORECASE)
_COMPARES = re.compile(
    r"\b(?:compar\w+|differ\w*|versus|vs|both|each|across|respective(?:ly)?|between D\d+ and|"
    r"all (?:the )?(?:documents|contracts|papers|agreements))\b|比较|区别",
    re.IGNORECASE,
)
_WORDS = re.compile(r"\w+(?:['’-]\w+)*")
_BEFORE = """
the a an any this that these those each every no its their his her your our of for about on under in by with
to mention mentions between against
"""
_BEFORE_NOUN = frozenset(_BEFORE.split())
_DOCUMENT_ID = re.compile(r"\b[Dd]\d{1,3}\b")
_GENERIC = (
    "agreement contract document paper article study clause provision section page party parties "
    "counterparty author authors certain describe described contain include"
)


@dataclass(frozen=True, slots=True)
class Concept:
    """A concept of the lexicon, in stems.

    asked: what calls it. words, phrases: what passages on it use. signs: what a sentence says that deals with
    it; against: what one says that has a sign and still does not.
    """

    name: str
    research: bool
    asked: tuple[tuple[str, ...], ...]
    words: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    signs: re.Pattern[str] | None = None
    against: re.Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """A question as weighted stems and phrases.

    own: the question's topical words by stem, without scaffolding. concepts: those it calls, with shares.
    defined: the term whose meaning is asked for. compares: it asks for several documents side by side.
    named: ids of documents that it names ("D2").
    """

    weights: dict[str, float]
    phrases: dict[tuple[str, ...], float]
    own: dict[str, str]
    concepts: tuple[tuple[Concept, float], ...] = ()
    defined: tuple[str, ...] = ()
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
            tuple(tuple(stems(text)) for text in entry["asked"]),
            tuple(dict.fromkeys(stems(" ".join(entry["words"])))),
            tuple(dict.fromkeys(tuple(stems(text)) for text in entry["phrases"])),
            _pattern(entry.get("signs", ())),
            _pattern(entry.get("against", ())),
        )
        for kind in ("legal", "research")
        for entry in data[kind]
    )


def _pattern(forms: Sequence[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(f"(?:{form})" for form in forms)) if forms else None


def read_question(question: str, history: Sequence[str] = (), *, research: float = 0.5) -> Query:
    """The weighted stems and phrases of a question. research: share of research writing in the documents.

    history: earlier questions, oldest first. Their words count less than those of this one, and more where
    it is a bare follow-up ("and for the amendment?"), which has hardly any of its own.
    """
    own = _own_words(question)
    weights = {token: 0.3 if token in _generic() else 1.0 for token, _ in own}
    if focus := _FOCUS.search(question):
        for token in set(stems(focus[1])) & weights.keys():
            weights[token] *= FOCUS
    phrases: dict[tuple[str, ...], float] = {}
    phrases.update(dict.fromkeys(_bigrams(question), 0.4))
    asked_term = _DEFINES.search(question)
    term = tuple(stems(asked_term["term"])) if asked_term else ()
    if 0 < len(term) <= 5:
        phrases.update({(*term, verb): DEFINES for verb in ("is", "are", "was", "mean", "refer")})
    else:
        term = ()
    concepts = _concepts(question, research)
    if concepts and len(own) > LONG_QUESTION:
        known = {token for concept, _ in concepts for run in (*concept.asked, concept.words) for token in run}
        weights = {token: weight if token in known else weight * ASIDE for token, weight in weights.items()}
    for concept, share in concepts:
        _add_concept(weights, phrases, concept, share)
    bare = not concepts and sum(weights.values()) < 2.0
    share = FOLLOW_UP_WEIGHT if bare or _FOLLOW_UP.match(question) else HISTORY_WEIGHT
    for earlier in reversed(history[-3:]):
        for token, _ in _own_words(earlier):
            weights.setdefault(token, share * (0.3 if token in _generic() else 1.0))
        if share >= FOLLOW_UP_WEIGHT:
            for concept, part in _concepts(earlier, research):
                _add_concept(weights, phrases, concept, part * share)
        share /= 2
    return Query(
        weights,
        phrases,
        {token: word for token, word in own if token not in _generic()},
        tuple(concepts),
        term,
        _COMPARES.search(question) is not None,
        frozenset(match.upper() for match in _DOCUMENT_ID.findall(question)),
    )


def names_concept(text: str) -> bool:
    """Whether a text names a concept whose signs are known."""
    return any(concept.signs for concept, _ in _concepts(text))


def telling_words(question: str, query: Query, present: Container[str]) -> dict[str, str]:
    """The words of a question whose absence tells something, by stem: names, numbers and nouns.

    A noun follows an article or a preposition and ends its run of topical words ("of the last invoice").
    A word of a concept is not among them where the documents have another of its words.
    Only English is read so.

    Args:
        present: The stems of the documents.
    """
    known = {
        token
        for concept, _ in query.concepts
        if any(word in present for word in concept.words)
        for run in (*concept.asked, concept.words)
        for token in run
    }
    stops = stop_stems()
    found: dict[str, str] = {}
    words = [
        (token, word, match.start())
        for match in _WORDS.finditer(question)
        for token, word in list(words_of(match.group()))[:1]
    ]
    for position, (token, word, start) in enumerate(words):
        if token in stops or token in known or token not in query.own:
            continue
        before = words[position - 1][1].lower() if position else ""
        after = words[position + 1][0] if position + 1 < len(words) else ""
        name = position > 0 and word[0].isupper() and before not in ("", ".")
        ends = not after or after in stops or question[start + len(word) : start + len(word) + 1] in ",;.?!)"
        if name or word[0].isdigit() or (before in _BEFORE_NOUN and ends):
            found[token] = word
    return found


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


def _concepts(question: str, research: float = 0.5) -> list[tuple[Concept, float]]:
    """The concepts that a question names, with their shares: their words stand close together, in any order.

    One whose words all belong to a longer match of another concept is left out. The longer the match, the
    larger the share.
    """
    places: dict[str, list[int]] = {}
    for position, token in enumerate(stems(_SCAFFOLDING.sub(" . ", question))):
        places.setdefault(token, []).append(position)
    matches: list[tuple[Concept, set[int]]] = []
    for concept in lexicon():
        found = [match for asked in concept.asked if (match := _close_together(asked, places))]
        if found:
            matches.append((concept, max(found, key=len)))
    kept = [(concept, own) for concept, own in matches if not any(own < other for _, other in matches)]
    longest = max((len(own) for _, own in kept), default=1)
    shares = [
        (len(own) / longest) ** SHARPNESS * min(1.0, 2 * (research if concept.research else 1 - research))
        for concept, own in kept
    ]
    norm = max(1.0, math.sqrt(sum(share * share for share in shares)))
    return [(concept, share / norm) for (concept, _), share in zip(kept, shares, strict=True)]


def _close_together(asked: tuple[str, ...], places: dict[str, list[int]]) -> set[int]:
    """Positions at which these words stand close together; none where they do not."""
    if not asked or any(token not in places for token in asked):
        return set()
    for start in places[asked[0]]:
        near = {min(places[token], key=lambda place: abs(place - start)) for token in asked}
        slack = FAR if _INTERROGATIVE.intersection(asked) else NEAR
        if len(near) == len(asked) and max(near) - min(near) <= len(asked) + slack:
            return near
    return set()
