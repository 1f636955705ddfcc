"""The forms in which contracts and papers define terms: “X” means …, (the “X”), called the “X”, … (ABC)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from docanalyst.domain.language.sentences import follows_abbreviation

LONGEST_TERM = 8
"""Words of the longest defined term."""
_LONGEST_DEFINITION = 2_000

_QUOTED = (
    r"(?:[\"“”„«]|(?<!\w)[‘'])(?P<term>[^\"“”„«»()\n]{1,80}?(?:\n[^\"“”„«»()\n]{1,60}?)?)(?:\(e?s\))?[,.;:]?"
    r"(?:[\"”“»]|[’'](?!\w))"
)
_DOUBLE = r"[\"“”„«](?P<term>[^\"“”„«»()\n]{1,80}?(?:\n[^\"“”„«»()\n]{1,60}?)?)(?:\(e?s\))?[,.;:]?[\"”“»]"
_MEANING = (
    r"(?:shall\s+|will\s+)?(?:have\s+the\s+(?:\w+\s+)?meanings?|has\s+the\s+(?:\w+\s+)?meaning|means?\b|refers?\s+to\b|"
    r"(?:(?:be|is|are)\s+)?defined\b|includes?\b|denotes?\b|be\s+deemed\s+to\s+mean|is\s+used\s+to|is\s+(?:an?|the)\b)"
)
_MEANS = re.compile(
    rf"{_DOUBLE}(?:\s*(?:,|or|and|and/or)\s*(?:the\s+term\s+)?{_DOUBLE.replace('<term>', '<second>')}){{0,1}}"
    rf"(?:\s*\([^()]{{1,120}}\))?,?\s{{1,3}}(?:(?!not\b|[^.;:\"“”()]{{0,70}}\bnot\b)[^.;:\"“”()]{{0,70}}?\s)??{_MEANING}",
)
_PARENTHESES = re.compile(
    r"\((?=(?:[^()]|\([^()]{0,80}\)){0,300}[\"“”„‘'«])(?P<inner>(?:[^()]|\([^()]{0,80}\)){1,500})\)"
)
_CALLED = re.compile(
    rf"\b(?:(?:referred\s+to|called|known|designated)\s+(?:\w+\s+){{0,4}}?(?:as\s+)?(?:the\s+|an?\s+)?|"
    rf"(?:as|be|is|are)\s+(?:(?:collectively|together)\s+)?(?:the|your|our|its|an?)\s+){_DOUBLE}"
    rf"|\b[Tt]he\s+(?:term\s+)?{_DOUBLE.replace('<term>', '<other>')}"
    r"(?=\s+(?:will|shall|is)\b)"
)
_PLAIN = re.compile(
    r"(?:^|\n)[^\S\n]*(?:\(?[a-z0-9]{1,3}[.)]\s+|\d+(?:\.\d+){0,4}\.?\s+)?"
    r"(?P<term>[A-Z][\w&/’'-]*(?:[ \u00a0](?:[A-Z][\w&/’'-]*|of|and|or|the|for|in|to)){0,6}):?\s+"
    r"(?:shall\s+mean|means\b|has\s+the\s+meaning|shall\s+have\s+the\s+meaning)"
)
_HEREAFTER = re.compile(
    r"\((?:hereafter|hereinafter)\s+(?:referred\s+to\s+as\s+|called\s+)?(?:the\s+|an?\s+)?"
    r"(?P<term>[A-Z][\w&/’' -]{1,60}?)(?:\s+or\s+(?P<second>[A-Z][\w&/’' -]{1,60}))?\)"
)
_ABBREVIATION = re.compile(r"\((?P<term>[A-Z][A-Za-z0-9-]{0,6}[A-Z0-9]s?)\)")
_NOT_NAMING = re.compile(
    r"\b(?:see|e\.g|i\.e|including|for example|such as|quote|emphasis|other than|except)\b", re.I
)
_REFERENCE = re.compile(
    r"meanings?\s+(?:\w+\s+){0,3}?(?:set\s+(?:forth|out)|given|ascribed|assigned|specified|provided|stated|described|as)|"
    r"(?:is|are|be)\s+defined\s+in|as\s+defined\s+in",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"[.;](?=\s+(?:[A-Z“\"(]|\d+\.)|\s*\n|\s*$)")
_QUOTED_DEFINITION = re.compile(r"\s*:?\s*(?:“[^“”]{1,2000}”|\"[^\"]{1,2000}\")")
_SENTENCE_START = re.compile(r"(?:[.;:]\s+|\n\s*)(?=[A-Z“\"(\d])")


@dataclass(frozen=True, slots=True)
class Found:
    """A definition in a text. start, end: of the sentence. term_start: of the term. reference: it only
    points to another place."""

    term: str
    term_start: int
    start: int
    end: int
    reference: bool = False


def definitions_in(text: str) -> Iterator[Found]:
    """The definitions of a text, form by form; the same place may come in two forms."""
    for match in _MEANS.finditer(text):
        for group in ("term", "second"):
            if match[group] and (term := tidy(match[group], any_case=True)):
                yield _found(text, term, match.start(group), match.start(), match.end())
    for match in _PARENTHESES.finditer(text):
        yield from _named_in(text, match)
    for match in _CALLED.finditer(text):
        group = "term" if match["term"] else "other"
        if term := tidy(match[group]):
            yield _found(text, term, match.start(group), _before(text, match.start()), match.end())
    for match in _HEREAFTER.finditer(text):
        for group in ("term", "second"):
            if match[group] and (term := tidy(match[group])):
                yield Found(term, match.start(group), _before(text, match.start()), match.end())
    for match in _PLAIN.finditer(text):
        if (term := tidy(match["term"])) and term.split()[0].lower() not in (
            "this",
            "that",
            "it",
            "which",
            "the",
        ):
            yield _found(text, term, match.start("term"), match.start("term"), match.end())
    for match in _ABBREVIATION.finditer(text):
        if (start := _spelled_out(text, match.start(), match["term"])) is not None:
            yield Found(match["term"].rstrip("s"), match.start("term"), start, match.end())


def _named_in(text: str, match: re.Match[str]) -> Iterator[Found]:
    """Terms named in parentheses: (the “Buyer”), (each a “Party”, and together the “Parties”)."""
    inner = match["inner"]
    outside = re.sub(_QUOTED, " ", inner)
    if len(outside.split()) > 24 or _NOT_NAMING.search(outside):
        return
    for quoted in re.finditer(_QUOTED, inner):
        lead = inner[: quoted.start()].rstrip()
        if lead and not re.search(
            r"(?:\b(?:the|an?|this|such|as|called|and|or|its|our|us|is|mean(?:s|ing)?|collectively|individually|"
            r"each|together|hereinafter|hereafter|hereof|singular|plural|jointly|party)|[,;:/&])$",
            lead,
            re.I,
        ):
            continue
        if term := tidy(quoted["term"]):
            at = match.start("inner") + quoted.start("term")
            yield Found(
                term, at, _before(text, match.start()), match.end(), _REFERENCE.search(outside) is not None
            )


def _found(text: str, term: str, at: int, start: int, end: int) -> Found:
    stop = _end(text, end)
    verb = text.rfind(" ", at, end - 1)
    reference = _REFERENCE.search(text[max(at, verb - 40) : end + 60]) is not None
    reference = reference or text.endswith(("includes", "include"), 0, end)
    return Found(term, at, start, min(len(text), end + 300) if stop is None else stop, reference)


def _end(text: str, start: int) -> int | None:
    """Where the sentence of a definition ends: not inside a quoted definition, nor after "U.S."."""
    quoted = _QUOTED_DEFINITION.match(text, start)
    position = quoted.end() if quoted else start
    if quoted and text[position - 2] in ".;":
        after = text[position : position + 40].lstrip()
        if not after or after[0].isupper() or after[0] in '“"(':
            return position
    for match in _SENTENCE_END.finditer(text, position, start + _LONGEST_DEFINITION):
        if text[match.start()] == ";" or not follows_abbreviation(text, match.start()):
            return match.end()
    return None


def _before(text: str, position: int) -> int:
    """Where the sentence begins that ends at a position; at most 400 characters before it."""
    start = max(0, position - 400)
    borders = [match.end() for match in _SENTENCE_START.finditer(text, start, position)]
    return borders[-1] if borders else (start if not start else text.find(" ", start) + 1)


def _spelled_out(text: str, position: int, abbreviation: str) -> int | None:
    """Where the words begin that an abbreviation in parentheses stands for; None where none fit."""
    letters = [letter.lower() for letter in abbreviation if letter.isalpha() and letter.isupper()]
    words = list(re.finditer(r"[^\W\d_][\w’'-]*", text[max(0, position - 120) : position]))
    offset = max(0, position - 120)
    if len(letters) < 2:
        return None
    for first in range(len(words) - 1, max(-1, len(words) - len(letters) - 4), -1):
        initials = [
            part[0].lower()
            for word in words[first:]
            for part in re.split(r"[-’']", word.group())
            if part and part.lower() not in ("of", "and", "the", "for", "in", "to", "on", "a")
        ]
        if initials == letters:
            return offset + words[first].start()
    return None


def tidy(term: str, *, any_case: bool = False) -> str:
    """A term on one line without article and punctuation; "" where it is none."""
    clean = " ".join(term.split()).strip(" ,.;:*_")
    clean = re.sub(r"^(?:the|an?|this)\s+", "", clean, flags=re.IGNORECASE)
    words = clean.split()
    if not 0 < len(words) <= LONGEST_TERM or not any(letter.isalpha() for letter in clean):
        return ""
    if not any_case and not (clean[0].isupper() or clean[0].isdigit()):
        return ""
    return clean


def singular(word: str) -> str:
    """A word without its plural ending, roughly: enough to see that two forms are one term."""
    word = re.sub(r"[’'](?:s|S)?$", "", word)
    lower = word.lower()
    if lower.endswith("ies") and len(word) > 4:
        return word[:-3] + ("Y" if word.isupper() else "y")
    if lower.endswith(("sses", "shes", "ches", "xes")):
        return word[:-2]
    if lower.endswith("s") and not lower.endswith(("ss", "us", "is")) and len(word) > 3:
        return word[:-1]
    return word
