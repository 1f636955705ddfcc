"""Whether the words of a page are words: a font with a shifted or broken table gives letters, but of no
language.

Judged by pairs of letters and by the small words that every sentence has, in twenty languages of Latin
letters
(counted in the wordfreq lists, 4,000 words a language). Of these languages 57 to 90 % of all pairs are common
ones; a text with shifted letters has 14 to 54 %. Other alphabets are not judged.
"""

from __future__ import annotations

import itertools
import re

PIECE = 1200
"""Characters judged together: a page may have one broken font among good ones."""

_GLANCE = 300
"""Characters of each piece looked at first: 15 µs, and enough for nearly all text."""

FEWEST_WORDS = 25
COMMON_SHARE = 0.45
DOUBTFUL_SHARE = 0.57
"""Shares of common pairs under which words are none: with few small words among them, and with none."""

SMALL_WORDS = frozenset((
    "af", "al", "als", "an", "and", "any", "are", "as", "at", "att", "au", "auch", "auf", "av", "az",
    "be", "bir", "bu", "by", "bylo", "care", "che", "com", "con", "có", "của", "da", "dan", "dans", "das",
    "dat", "de", "del", "della", "dem", "den", "dengan", "der", "des", "det", "di", "die", "do", "du",
    "een", "egy", "ei", "ein", "eine", "el", "em", "en", "est", "et", "ett", "että", "for", "from", "för",
    "für", "han", "has", "have", "het", "hogy", "ikke", "il", "ile", "im", "in", "ini", "inte", "is",
    "ist", "it", "için", "ja", "je", "jeg", "jest", "không", "la", "las", "le", "les", "lo", "los", "là",
    "met", "mit", "na", "ne", "nem", "nicht", "nie", "niet", "no", "non", "not", "nu", "não", "och", "of",
    "og", "on", "op", "or", "os", "ovat", "pada", "par", "para", "pas", "pentru", "per", "por", "pour",
    "på", "que", "qui", "se", "shall", "si", "sich", "się", "som", "sono", "su", "sur", "that", "the",
    "this", "til", "to", "um", "uma", "un", "una", "und", "une", "untuk", "van", "ve", "von", "và", "was",
    "which", "will", "with", "yang", "zijn", "zu", "är", "és", "że", "že",
))  # fmt: skip

_PAIRS = frozenset((
    "aa", "ac", "ad", "ag", "ah", "ai", "aj", "ak", "al", "am", "an", "ap", "ar", "as", "at", "au", "av",
    "ay", "ba", "bb", "be", "bi", "bl", "bo", "bu", "by", "ca", "ce", "ch", "ci", "ck", "co", "cs", "cu",
    "cz", "da", "de", "di", "dn", "do", "dr", "dy", "dz", "ea", "eb", "ec", "ed", "ee", "eg", "eh", "ei",
    "ej", "ek", "el", "em", "en", "er", "es", "et", "eu", "fa", "fo", "ga", "ge", "gi", "go", "gy", "ha",
    "he", "hi", "ho", "hr", "ht", "hu", "hv", "ia", "ic", "id", "ie", "ig", "ih", "ii", "ij", "ik", "il",
    "im", "in", "io", "ir", "is", "it", "iy", "ja", "je", "ji", "jn", "jo", "js", "ka", "kd", "ke", "kh",
    "ki", "kk", "ko", "kt", "ku", "la", "ld", "le", "li", "lj", "ll", "lo", "ls", "lt", "lu", "ly", "ma",
    "mb", "me", "mi", "mo", "mu", "na", "nd", "ne", "ng", "nh", "ni", "nj", "nn", "no", "ns", "nt", "ny",
    "oa", "ob", "oc", "od", "oe", "og", "oi", "ok", "ol", "om", "on", "oo", "or", "os", "ot", "ou", "ov",
    "ow", "pa", "pe", "ph", "po", "pr", "pu", "qu", "ra", "rd", "re", "ri", "ro", "rs", "rt", "ru", "rz",
    "sa", "sc", "se", "si", "sk", "so", "ss", "st", "su", "sz", "ta", "te", "th", "ti", "to", "tr", "ts",
    "tt", "tu", "ty", "ua", "ud", "ue", "ui", "uk", "ul", "um", "un", "uo", "ur", "us", "ut", "uu", "uy",
    "va", "ve", "vi", "vo", "wa", "we", "wh", "wi", "ya", "ye", "yo", "za", "ze", "zi", "zt", "zy",
))  # fmt: skip

_LETTERED = re.compile(r"(?<!\S)(?=[^\s0-9]*[A-Za-z])[^\s0-9(]*[^\s0-9.,:;)](?=[.,:;)]*(?:\s|$))")
_WORD = re.compile(r"[^\W\d_]{3,}")


def is_gibberish(text: str) -> bool:
    """Whether a part of a text is letters, but in no language that uses them."""
    for start in range(0, max(1, len(text) - PIECE // 3), PIECE):
        piece = text[start : start + PIECE]
        if len(SMALL_WORDS.intersection(piece[:_GLANCE].lower().split())) > 1:
            continue
        if len(SMALL_WORDS.intersection(piece.lower().split())) < 3 and _is_unlike(piece.lower()):
            return True
    return False


def shifted_back(text: str) -> tuple[str, int]:
    """The words of a text whose letters are all a number of places off, and that number; the text itself and
    0
    where no number makes a language of it.

    Fonts that are numbered by their glyphs are 29 off: "WKH EX\\HU" is "the buyer". Figures stay as they are.
    """
    for shift in (29, *range(1, 29), *range(30, 65), *range(-64, 0)):
        sample = _shifted(text[:PIECE], shift)
        words = sample.lower().split()
        small = [word for word in words if word in SMALL_WORDS]
        if len(set(small)) > 1 and 12 * len(small) > len(words) and not _is_unlike(sample.lower()):
            found = _shifted(text, shift)
            return (text, 0) if is_gibberish(found) else (found, shift)
    return text, 0


def _shifted(text: str, shift: int) -> str:
    def word(match: re.Match[str]) -> str:
        core = match.group()
        return "".join(
            chr(ord(letter) + shift) if 32 < ord(letter) + shift < 127 else letter for letter in core
        )

    return _LETTERED.sub(word, text)


def _is_unlike(piece: str) -> bool:
    words = _WORD.findall(piece)
    latin = [word for word in words if min(word) < "\u0250"]
    if len(latin) < FEWEST_WORDS or 2 * len(latin) < len(words):
        return False
    pairs = common = 0
    for word in latin:
        for first, second in itertools.pairwise(word):
            pairs += 1
            # A letter with an accent is as good as its neighbours; two in a row are rare.
            common += (
                first + second in _PAIRS
                if first < "\x80" and second < "\x80"
                else first < "\x80" or second < "\x80"
            )
    small = sum(word in SMALL_WORDS for word in piece.split())
    if 25 * small > len(latin):
        return False
    return common < (COMMON_SHARE if small else DOUBTFUL_SHARE) * pairs
