"""Marked omissions ("…"): what they may leave out, and what they may not hide.

An omission may leave out words inside a sentence, or run to the beginning of another sentence. It may not
join the beginning of one sentence to the middle of another, nor leave out a word that changes the meaning: a
negation, an exception, a condition, a modal verb, a number, a restricting adverb."""

from __future__ import annotations

import re
from itertools import pairwise

from docanalyst.domain.citations import Difference
from docanalyst.domain.language.folding import fold, fold_word, word_spans
from docanalyst.domain.language.sentences import follows_abbreviation
from docanalyst.domain.language.words import STOP_WORDS
from docanalyst.domain.verification.index import IndexedDocument
from docanalyst.domain.verification.lookup import COMPARED, PLACES, Place, Sought, compare, find_exact
from docanalyst.domain.verification.vocabulary import (
    AUXILIARIES,
    CONDITIONS,
    FUNCTION_WORDS,
    MODAL_VERBS,
    MODALS,
    NEGATIONS,
    NUMBER_WORDS,
    RESTRICTIONS,
    SCALES,
)

GAP = 1_500
"""Characters that one marked omission may leave out."""

LEAST_WORDS = 3
"""Words of the shortest piece: shorter ones can be picked from any text ("is … quicker … to … the")."""

LEAST_IDEOGRAPHS = 4
"""The same for a script that is written without blanks."""

_QUALIFIERS = NEGATIONS | CONDITIONS
_BESIDE = MODALS | RESTRICTIONS | NUMBER_WORDS | SCALES
SHORT = 6
"""Words of an omission so short that each of them belongs to what is left: "five (5) business days"."""

_EDGE = 2
"""Words at either end of a longer omission that belong to what is left beside it: "shall be", "5 %"."""

_PHRASES = re.compile(
    r"n['’]t\b|\b(?:other|rather|more|less|fewer)\s+than\b|\bat\s+(?:least|most)\b|\bup\s+to\b|\bsubject\s+to\b|"
    r"\bto\s+the\s+extent\b|\b(?:so|as)\s+long\s+as\b|\bon\s+(?:the\s+)?condition\b|\bin\s+case\b|\bes\s+sei\s+denn\b|\bà\s+moins\b|\bau\s+moins\b|\bsous\s+réserve\b|\ba\s+menos\b|"
    r"\bpor\s+lo\s+menos\b|\bal\s+menos\b|\bsiempre\s+que\b|\bза\s+исключением\b|\bпри\s+условии\b|"
    r"\[(?:redacted|hidden text|struck|inserted|deleted|note)\b",
    re.IGNORECASE,
)
_NO_NUMBER = re.compile(r"\[\d{1,3}(?:\s?[,;–-]\s?\d{1,3}){0,20}\]|\bthird\s+part(?:y|ies)\b", re.IGNORECASE)
"""A reference mark, and a third party: they hold a number and do not count anything."""

_BORDER = re.compile(
    r"(?P<stop>[.!?]+)[\"'”’)\]]{0,3}(?=\s|$)|[。！？；][”’」』）]{0,2}|;(?=\s|$)|\n[^\S\n]*\n"
)
_ENDED = re.compile(r"\A[\"'”’)\]]{0,3}(?:[.!?;。！？；]|\s*\n[^\S\n]*\n)")
_STARTS = re.compile(r"[\s\"“‘'(\[•●▪–—-]*(?:(?:and|or|und|oder|et|ou|y|o)\s*)?[\"“‘'(\[]*\Z", re.IGNORECASE)
_NEW_SUBJECT = re.compile(
    r"\b(?:and|or|but|while|whereas|und|oder|aber|et|ou|mais|y|o|pero|и|или|а|но)\s+"
    r"(?:(?:the|an?|each|any|such|its|his|her|their|our|this|that|these|those|der|die|das|ein|eine|le|la|les|un|une|el|los|las)\s+"
    r"|(?=[A-ZÄÖÜА-Я]))(?:[^\W\d_]+\s+){0,3}[^\W\d_]+\s*\Z"
)
_COORDINATED = re.compile(r"[;:]|\b(?:and|or|but|while|whereas|which|who|und|oder|et|ou|y|и|или)\b")
_SUBORDINATE = re.compile(
    r"\b(?:that|which|who|whom|whose|as|what|how|because|where|que|qui|dont|où|quien(?:es)?|cuy[oa]s?|porque|dass|daß|"
    r"weil|wie|welche[rmns]?|что|чтобы|как|котор\w+)\b|,\s*(?:der|die|das|dem|den|deren|dessen)\b",
    re.IGNORECASE,
)
"""A word that begins a clause of its own. German relative pronouns are articles but for their comma."""

_COORDINATORS = frozenset(["and", "or", "und", "oder", "et", "ou", "y", "o", "и", "или"])
_NO_VERBS = (FUNCTION_WORDS | STOP_WORDS) - frozenset(
    ["be", "have", "do", "pay", "exceed", "equal", "make", "use", "let", "like"]
)
"""Words that no modal verb governs."""


def find_pieces(
    document: IndexedDocument, pieces: list[str], page: int | None, last: int | None
) -> tuple[Place | None, list[Place]]:
    """A quote with marked omissions: where its pieces are found in order and near one another.

    Returns that place (its `differences` tell what an omission may not do), or None, and the place of each
    piece where every piece is somewhere.
    """
    sought = [Sought.of(piece) for piece in pieces]
    anchors = [place for place in find_exact(document, pieces[0], page, last)[0] if place.sound]
    best: list[Place] | None = None
    hopeless = any(map(_too_short, pieces))  # whatever is between them: one place to show is enough
    for anchor in anchors[: 1 if hopeless else COMPARED]:
        chain = _follow(document, anchor, sought[1:])
        if chain and (best is None or _rank(chain, page, last) < _rank(best, page, last)):
            best = chain
        if best and not _faults(document, best, pieces):
            break
    if best is None:
        apart = [_anywhere(document, piece) for piece in sought]
        return None, [place for place in apart if place] if all(apart) else []
    omitted = tuple(" ".join(document.source(one.end, other.start).split()) for one, other in pairwise(best))
    parts = tuple((place.start, place.end) for place in best)
    faults = tuple(_faults(document, best, pieces))
    return Place(document, best[0].start, best[-1].end, False, faults, omitted, parts=parts), []


def _rank(chain: list[Place], page: int | None, last: int | None) -> tuple[bool, int]:
    return not any(place.on(page, last) for place in chain), chain[-1].end - chain[0].start


def _follow(document: IndexedDocument, anchor: Place, pieces: list[Sought]) -> list[Place] | None:
    """The nearest places of the other pieces after the first, each within reach of the one before."""
    chain = [anchor]
    view = document.body
    for piece in pieces:
        at = view.starts[view.first_word_after(chain[-1].end)]
        limit = at + GAP + len(piece.folded)
        offset = view.text.find(piece.folded, at, limit)
        for _ in range(PLACES):
            if offset < 0:
                return None
            place = compare(document, view, piece, offset)
            if place.sound and place.start >= chain[-1].end:
                chain.append(place)
                break
            offset = view.text.find(piece.folded, offset + 1, limit)
        else:
            return None
    return chain


def _anywhere(document: IndexedDocument, piece: Sought) -> Place | None:
    """The first sound place of a piece among a few."""
    for offset in document.body.occurrences(piece.folded, COMPARED // 8):
        place = compare(document, document.body, piece, offset)
        if place.sound:
            return place
    return None


def _faults(document: IndexedDocument, chain: list[Place], pieces: list[str]) -> list[Difference]:
    found = [Difference(piece, "", "omission") for piece in pieces if _too_short(piece)]
    for (one, other), piece in zip(pairwise(chain), pieces[1:], strict=True):
        omitted = document.source(one.end, other.start)
        if _misleads(document.source(max(one.start, one.end - 3), one.end), omitted, piece):
            found.append(Difference("…", " ".join(omitted.split()), "omission"))
    return found


def _too_short(piece: str) -> bool:
    words = word_spans(piece)
    if len(words) >= LEAST_WORDS:
        ideographs = sum(end - start == 1 and not piece[start].isascii() for start, end in words)
        return ideographs == len(words) and ideographs < LEAST_IDEOGRAPHS
    return True


def _misleads(before: str, omitted: str, after: str) -> bool:
    """Whether an omission hides a qualifier or joins what does not belong together.

    before: the last characters of the piece before it. after: the piece after it.
    """
    ended = bool(re.search(r"[.!?;。！？；][\"'”’)\]]{0,2}\Z", before.rstrip())) or bool(
        _ENDED.match(omitted)
    )
    borders = [match.end() for match in _BORDER.finditer(omitted) if _is_border(omitted, match)]
    if not borders and not ended:
        return hides_qualifier(omitted) or hides_modal(omitted, after) or _changes_subject(omitted, after)
    starts = not borders and not fold(omitted) if ended else bool(borders)
    if borders:
        starts = _STARTS.match(omitted, borders[-1]) is not None
    first = re.search(r"[^\W_]", after)
    if not starts or (
        first
        and first.group().islower()
        and omitted.rstrip()[-1:] not in ";；"
        and not after.lstrip().startswith("(")
    ):
        return True
    rest, sentences = ("", omitted) if ended else (omitted[: borders[0]], omitted[borders[0] :])
    return hides_qualifier(rest) or hides_qualifier(sentences, whole=True)


def _is_border(text: str, match: re.Match[str]) -> bool:
    """Whether a stop ends a sentence: not after an abbreviation or an initial, nor before a small letter."""
    if not match["stop"] or match["stop"] != ".":
        return True
    if follows_abbreviation(text, match.start()):
        return False
    following = text[match.end() : match.end() + 20].lstrip()
    return not (following and following[0].islower())


def hides_qualifier(omitted: str, *, whole: bool = False) -> bool:
    """Whether left-out words hold one that changes the meaning of the words kept.

    A negation, an exception or a condition does so anywhere; a modal verb, a number or a restricting word
    beside the words kept. whole: whole sentences are left out, in which only
    the former count."""
    text = _NO_NUMBER.sub(" ", omitted)
    if _PHRASES.search(text):
        return True
    spans = word_spans(text)
    words = [fold_word(text[start:end]) for start, end in spans]
    if not _QUALIFIERS.isdisjoint(words):
        return True
    if whole:
        return False
    beside = [
        word in _BESIDE
        or (_is_number(word) and not re.search(r"\w[-‐‑–]\Z", text[max(0, start - 2) : start]))
        for word, (start, _) in zip(words, spans, strict=True)
    ]
    return any(beside if len(words) <= SHORT else [*beside[:1], *beside[-_EDGE:]])


def hides_modal(omitted: str, after: str) -> bool:
    """Whether words left out of a sentence hold the modal verb of what is left, however far from it.

    "The Tenants [in their own discretion may at any time] cancel the lease" would be a plain statement. A
    modal verb of a clause of its own ("the fees that may be due") says nothing of what is left, nor does one
    before words that are no verb ("… of the lease").
    """
    words = [fold_word(after[start:end]) for start, end in word_spans(after)[:2]]
    if words[:1] and words[0] in _COORDINATORS:
        words = words[1:]
    if not words or words[0] in _NO_VERBS or _is_number(words[0]):
        return False
    for start, end in word_spans(omitted):
        if fold_word(omitted[start:end]) in MODAL_VERBS:
            return _SUBORDINATE.search(omitted, 0, start) is None
    return False


def _is_number(word: str) -> bool:
    """Whether a folded word is a number: its first character is a digit, as in "5", "10th" and "5mg"."""
    return word[:1].isdigit()


def _changes_subject(omitted: str, after: str) -> bool:
    """Whether the words after an omission belong to another subject than those before it."""
    words = [fold_word(after[start:end]) for start, end in word_spans(after)[:1]]
    first = words[0] if words else ""
    text = omitted.strip()
    if first in AUXILIARIES or first in MODALS:
        apposition = text[:1] in ",(–—" and text[-1:] in ",)–—"
        return not apposition and _COORDINATED.search(text) is not None
    return first not in FUNCTION_WORDS and _NEW_SUBJECT.search(text) is not None
