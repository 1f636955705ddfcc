"""Tells what words in quotation marks are: a quotation, a defined term, scare quotes or a title.

Only a quotation is checked and counted. The rule, in this order; a word of a script without spaces counts as
half a word for each character:

1. A place directly beside the words, such as (D1, p. 3), makes them a quotation, however short.
2. Up to eight words after "so-called", "alleged", "sogenannt", "所谓" and the like are scare quotes.
3. Up to six words are a term where they are introduced as one: in brackets after "the", "each" or
   "hereinafter"; after "the term", "known as", "referred to as"; before "means" or "is defined".
4. Words after "entitled", "headed", "the article", or between 《 and 》, are a title; so are words in
   capital initials that a volume or a year follows.
5. Up to six words in capital initials, none of them a figure, are a defined term.
6. Up to five words between an article and a noun (a "use it or lose it" clause) are scare quotes,
   unless they hold a figure or an inner comma.
7. One or two words are too short to identify a place, unless two hold a figure, a negation or a modal verb:
   those decide what a clause says.
8. Everything else is a quotation.
"""

from __future__ import annotations

import re
from enum import StrEnum

from docanalyst.domain.language.folding import word_spans


class QuotedAs(StrEnum):
    """What words in quotation marks are."""

    QUOTATION = "quotation"
    TERM = "term"
    SCARE = "scare quotes"
    TITLE = "title"
    OTHER_SOURCE = "other source"


_SCARE_QUOTED = re.compile(
    r"(?:so[- ]called|alleged(?:ly)?|supposed(?:ly)?|purported(?:ly)?|self-styled|"
    r"quote[- ]unquote|proverbial|putative|"
    r"sogenannte[nrsm]?|so genannte[nrsm]?|angebliche[nrsm]?|vermeintliche[nrsm]?|soi-disant(?:e|"
    r"s|es)?|prétendue?s?|"
    r"llamad[oa]s?|supuest[oa]s?|cosiddett[oaie]|так называем\w{2,4})[ ,:]{0,2}$|"
    r"(?:所谓的?|所謂の?|いわゆる)$",
    re.IGNORECASE,
)
_INTRODUCED = re.compile(
    r"\((?:(?:[Tt]he|[Aa]n?|[Ee]ach|[Aa]ny|[Cc]ollectively|[Tt]ogether|[Ii]ndividually|[Jj]ointly|"
    r"[Ss]uch|[Aa]ll|or|and|"
    r"[Hh]ereinafter|[Hh]ereafter|[Hh]erein|[Rr]eferred|to|as|with|in|this|such|singularly?|im|"
    r"[Ff]olgenden|[Nn]achfolgend|"
    r"der|die|das|ci-après|le|la|les|en adelante|el|di seguito|以下简称|以下称为|以下)[ ,:]{0,2}){0,8}$|"
    r"\b(?:[Tt]he|[Tt]his|defined|capitali[sz]ed|a) (?:term|word|expression|label|name|"
    r"concept)s?[ ,:]{0,2}$|"
    r"\b(?:known as|referred to as|defined as|called|named|termed|dubbed|labell?ed|styled|"
    r"nicknamed|described as|"
    r"[Bb]egriff|genannt|bezeichnet als|le terme|appelée?s?|dénommée?s?|el término|"
    r"denominad[oa]s?|termine|terme)[ ,:]{0,2}"
    r"(?:an? |the )?$|(?:术语|术語|用語|简称|称为)[:：]?$"
)
_DEFINES = re.compile(
    r"^[”\"’'»]?,?[ ]?(?:\([^()]{0,60}\)[ ]?)?(?:shall (?:mean|have the meaning)|means?\b|"
    r"is defined|are defined|"
    r"has the meaning|as defined|bezeichnet|bedeutet|désigne|signifie|significa|指(?!出)|とは|是指)"
)
_ENTITLED = re.compile(
    r"(?:\b(?:entitled|titled|headed|captioned|heading|caption|title|subtitle|chapter|article|"
    r"essay|paper|book|report|memo|"
    r"memorandum|slide|file|folder|section [\w.]{1,8}|article [\w.]{1,8}|clause [\w.]{1,8}|"
    r"§ ?[\w.]{1,8}|exhibit [\w.]{1,4}|"
    r"schedule [\w.]{1,4}|überschrieben(?: mit)?|betitelt|mit dem titel|intitulée?s?|"
    r"titulad[oa]s?|intitolat[oaie])"
    r"[ ,:(]{0,3}|《)$",
    re.IGNORECASE,
)
_VOLUME = re.compile(
    r"^[”\"’']?,?[ ]{1,2}(?:\d{1,4}[ ][A-Z]|\((?:[^()]{0,40}[ ,])?(?:1[6-9]|20)\d\d\)|in [A-Z_*])"
)
_DETERMINER = re.compile(
    r"(?:^|[\s(\"“‘—–])(?:an?|the|this|that|these|those|any|no|such|its|their|his|her|our|each|"
    r"every|some|another|"
    r"ein|eine[mnrs]?|der|die|das|dem|den|des|diese[mnrs]?|une?|le|la|les|l[’']|cette|ce|cet|el|"
    r"los|las|un[oa]?|il|lo|gli)[ ]?$",
    re.IGNORECASE,
)
_NOUN = re.compile(
    r"^[ -](?!(?:and|or|but|nor|to|of|in|on|at|by|for|from|with|without|under|within|upon|after|"
    r"before|until|unless|if|when|"
    r"while|as|that|which|who|whose|is|are|was|were|be|been|has|have|had|does|do|did|may|must|"
    r"shall|will|would|can|could|"
    r"should|because|so|then|than|not|und|oder|von|zu|in|ist|sind|hat|et|ou|de|du|des|est|y|o|del|"
    r"es|e|di)\b)[^\W\d_]{2,}"
)
_FIGURE = re.compile(
    r"\d|[%$€£¥]|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|"
    r"twenty|thirty|forty|fifty|sixty|"
    r"seventy|eighty|ninety|hundred|thousand|million|half|double|twice|ein(?:e[mnrs]?)? (?:tag|"
    r"jahr|monat)\w*|zwei|drei|vier|"
    r"fünf|sechs|sieben|acht|neun|zehn|zwölf|deux|trois|quatre|cinq|huit|neuf|dix|dos|tres|cuatro|"
    r"cinco|seis|siete|ocho|nueve|"
    r"diez)\b|[一二三四五六七八九十百千万两]",
    re.IGNORECASE,
)
_DECIDES = re.compile(
    r"\b(?:not|no|never|neither|nor|cannot|without|shall|must|may|will|should|nicht|kein\w{0,2}|"
    r"nie|muss|darf|soll|kann|"
    r"ne|pas|jamais|doit|peut|no|nunca|debe|puede|non|mai|deve|può|не|нет)\b|不|未|无|無|非|勿",
    re.IGNORECASE,
)
_CAPITAL = re.compile(r"^[\W_]*[A-ZÀ-ÖØ-Þ0-9А-ЯΑ-Ω]")
_SMALL_WORDS = frozenset(
    (
        "a",
        "an",
        "the",
        "of",
        "and",
        "or",
        "for",
        "to",
        "in",
        "on",
        "by",
        "with",
        "at",
        "from",
        "as",
        "und",
        "der",
        "de",
        "la",
    )
)


def how_quoted(words: str, before: str, after: str, *, placed: bool) -> QuotedAs:
    """What words in quotation marks are, by the rule of this module.

    Args:
        words: Without their marks.
        before: The text of the paragraph up to the opening mark; its end is looked at.
        after: The text after the closing mark.
        placed: Whether a place is directly beside the words.
    """
    if placed:
        return QuotedAs.QUOTATION
    before, after = before[-70:].rstrip("*_\x00"), after[:90].lstrip("*_\x00")
    size = size_of(words)
    if size <= 8 and _SCARE_QUOTED.search(before):
        return QuotedAs.SCARE
    if size < 2:
        return QuotedAs.TERM
    if size <= 6 and (_INTRODUCED.search(before) or _DEFINES.match(after)):
        return QuotedAs.TERM
    if size <= 16 and _ENTITLED.search(before):
        return QuotedAs.TITLE
    if _in_capitals(words):
        if size <= 20 and (_VOLUME.match(after) or (words.rstrip().endswith(",") and size >= 3)):
            return QuotedAs.TITLE
        if size <= 6:
            return QuotedAs.TERM
    attributive = _DETERMINER.search(before) is not None and _NOUN.match(after) is not None
    if size <= 5 and attributive and not _FIGURE.search(words) and not re.search(r"[,;:.]\s", words):
        return QuotedAs.SCARE
    if size <= 2 and not _FIGURE.search(words) and not _DECIDES.search(words):
        return QuotedAs.TERM
    return QuotedAs.QUOTATION


def size_of(words: str) -> float:
    """Words of a text; a character of a script without spaces counts as half of one."""
    spans = word_spans(words)
    single = sum(1 for start, end in spans if end - start == 1 and ord(words[start]) > 0x0E00)
    return len(spans) - single / 2


def _in_capitals(words: str) -> bool:
    """Whether every word but the small ones begins with a capital, as in titles and defined terms.

    A figure is not part of a name ("Ten (10) Business Days" decides something), and a sentence that is set in
    capitals throughout is none.
    """
    pieces = [piece for piece in words.split() if piece.strip(".,;:’'\"()").lower() not in _SMALL_WORDS]
    if _FIGURE.search(words) or (words.isupper() and len(pieces) >= 4):
        return False
    return bool(pieces) and all(_CAPITAL.match(piece) for piece in pieces)
