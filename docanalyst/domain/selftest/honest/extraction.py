"""Damage that reading a PDF does: lines, hyphens, ligatures, blanks, pages, notes glued to words."""

from __future__ import annotations

import random
import re
import textwrap
import unicodedata

from docanalyst.domain.selftest.kinds import (
    Make,
    Pair,
    choose,
    first_of,
    gap,
    inner_words,
    kinds,
    planted,
    replaced,
)
from docanalyst.domain.selftest.passages import Passage

_LIGATURES = {"ffi": "ﬃ", "ffl": "ﬄ", "ff": "ﬀ", "fi": "ﬁ", "fl": "ﬂ"}
_LIGATURE = re.compile("ffi|ffl|ff|fi|fl")
_PLAIN_WORDS = re.compile(r"[A-Z]?[a-z]+(?:[,;:]? [A-Z]?[a-z]+)*\.")


def unchanged(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence as printed on the page."""
    return Pair(passage.text)


def first_words(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence to one of its inner commas."""
    found = [
        match
        for match in re.finditer(r"(?<=[a-z]{2}),(?= [a-z])", passage.text)
        if len(passage.text[: match.start()].split()) > 5
    ]
    match = choose(found, chooser)
    return None if match is None else Pair(passage.text[: match.start()])


def two_sentences(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two sentences that follow one another."""
    return Pair(f"{passage.text} {passage.following}") if passage.following else None


def broken_lines(passage: Passage, chooser: random.Random) -> Pair | None:
    """Line breaks of another width in the quotation."""
    lines = textwrap.wrap(passage.text, chooser.randrange(30, 80), break_on_hyphens=False)
    return Pair("\n".join(lines)) if len(lines) > 1 else None


def broken_lines_of_the_page(passage: Passage, chooser: random.Random) -> Pair | None:
    """Short lines on the page."""
    return Pair(
        passage.text,
        "\n".join(textwrap.wrap(passage.text, chooser.randrange(25, 60), break_on_hyphens=False)),
    )


def indented_lines(passage: Passage, chooser: random.Random) -> Pair | None:
    """Indented lines in the quotation."""
    return Pair("\n    ".join(textwrap.wrap(passage.text, 50, break_on_hyphens=False)))


def _blanks(blank: str, *, on_page: bool = False) -> Make:
    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        at = chooser.choice([match.start() for match in re.finditer(" ", passage.text)])
        text = passage.text[:at] + blank + passage.text[at + 1 :]
        return Pair(passage.text, text) if on_page else Pair(text)

    return make


def _hyphenated(mark: str, *, on_page: bool) -> Make:
    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        match = choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 7), chooser)
        if match is None:
            return None
        at = chooser.randrange(3, len(match[0]) - 3)
        text = replaced(passage.text, match, match[0][:at] + mark + match[0][at:])
        return Pair(passage.text, text) if on_page else Pair(text)

    return make


def _ligated(*, on_page: bool) -> Make:
    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        text = _LIGATURE.sub(lambda match: _LIGATURES[match[0]], passage.text)
        if text == passage.text:
            return None
        return Pair(passage.text, text) if on_page else Pair(text)

    return make


def _invisible(sign: str, *, on_page: bool = False) -> Make:
    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        match = choose(inner_words(passage.text, lambda word: word.isalpha() and len(word) > 4), chooser)
        if match is None:
            return None
        at = chooser.randrange(1, len(match[0]))
        text = replaced(passage.text, match, match[0][:at] + sign + match[0][at:])
        return Pair(passage.text, text) if on_page else Pair(text)

    return make


def blank_before_punctuation(passage: Passage, chooser: random.Random) -> Pair | None:
    """A blank before a comma, on the page."""
    match = choose(re.finditer(r"(?<=[a-z]{2}),(?= [a-z])", passage.text), chooser)
    return None if match is None else Pair(passage.text, replaced(passage.text, match, " ,"))


def _blank_lost(pattern: str, *, on_page: bool) -> Make:
    """Two words run together that make no word of their own."""
    joined = re.compile(pattern)

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        match = choose(joined.finditer(passage.text), chooser)
        if match is None:
            return None
        text = replaced(passage.text, match, match[0].replace(" ", ""))
        return Pair(passage.text, text) if on_page else Pair(text)

    return make


_LONG_WORDS = r"(?<= )[a-z]{5,} [a-z]{6,}(?= )"
_SHORT_FIRST = r"(?<= )(?:in|no|of|to|by) (?:th(?:is|e|ese|ose)|such|which|each|connection|accordance)(?= )"


def in_capitals_on_the_page(passage: Passage, chooser: random.Random) -> Pair | None:
    """A passage in capitals on the page, quoted in ordinary letters."""
    return Pair(passage.text, passage.text.upper()) if _PLAIN_WORDS.fullmatch(passage.text) else None


def in_capitals_in_the_quotation(passage: Passage, chooser: random.Random) -> Pair | None:
    """A passage quoted in capitals."""
    return Pair(passage.text.upper()) if _PLAIN_WORDS.fullmatch(passage.text) else None


def page_turned(passage: Passage, chooser: random.Random) -> Pair | None:
    """A page that ends inside the sentence."""
    place = gap(passage.text, chooser)
    return (
        None if place is None else Pair(passage.text, f"{passage.text[:place]}\f{passage.text[place + 1 :]}")
    )


def page_turned_inside_a_word(passage: Passage, chooser: random.Random) -> Pair | None:
    """A page that ends inside a word, with a hyphen."""
    match = choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 8), chooser)
    if match is None:
        return None
    return Pair(passage.text, replaced(passage.text, match, f"{match[0][:4]}-\f{match[0][4:]}"))


def empty_line(passage: Passage, chooser: random.Random) -> Pair | None:
    """An empty line inside the sentence, on the page."""
    place = gap(passage.text, chooser)
    return (
        None
        if place is None
        else Pair(passage.text, f"{passage.text[:place]}\n\n{passage.text[place + 1 :]}")
    )


def decomposed(passage: Passage, chooser: random.Random) -> Pair | None:
    """Letters and their accents as separate characters."""
    place = gap(passage.text, chooser)
    if place is None:
        return None
    name = chooser.choice(["Erdős", "Núñez", "Geschäftsführer", "Møller", "café", "Çelik"])
    source = f"{passage.text[:place]} {name}{passage.text[place:]}"
    return Pair(unicodedata.normalize("NFD", source), source)


def _note_left_out(*marks: str, behind: str) -> Make:
    """A mark of a note on the page that the quotation leaves out. behind: what the mark is after."""
    pattern = re.compile(behind)

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        match = choose(pattern.finditer(passage.text), chooser)
        if match is None:
            return None
        return Pair(
            passage.text, passage.text[: match.end()] + chooser.choice(marks) + passage.text[match.end() :]
        )

    return make


def _note_between_left_out(*marks: str) -> Make:
    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        if not passage.following:
            return None
        quote = f"{passage.text} {passage.following}"
        return Pair(quote, f"{passage.text}{chooser.choice(marks)} {passage.following}")

    return make


_REFERENCE_PLACE = re.compile(r"(?<= )[a-z]{7,}(?= (?:and|or|in|for|with|by|as|that|which|from|on|at) )")
_NUMBERED = frozenset(
    (
        *("section", "article", "paragraph", "according", "pursuant", "subject", "between", "without"),
        *("another", "whether", "through", "against", "because", "besides", "despite", "however"),
    )
)
"""Words after which a number in brackets may be a term that was filled in, or no author puts a reference."""


def _references_left_out(*forms: str, behind: str = "", between: bool = False) -> Make:
    """Numbers in brackets left out, in a text that has several as a paper does.

    Args:
        forms: of the mark, with {} for its number.
        behind: pattern of what one of the marks is after; the others are after words.
        between: one of the marks is between two sentences.
    """

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        text = passage.text
        words = [match for match in _REFERENCE_PLACE.finditer(text) if match[0] not in _NUMBERED]
        first = choose(re.finditer(behind, text), chooser) if behind else None
        least = 3 - bool(behind or between)
        if len(words) < least or (behind and first is None) or (between and not passage.following):
            return None
        places = {match.end() for match in chooser.sample(words, least)} | ({first.end()} if first else set())
        form, number = chooser.choice(forms), chooser.randrange(3, 60)
        source, quote = text, text
        for count, place in enumerate(sorted(places, reverse=True)):
            source = source[:place] + form.format(number + 9 - count) + source[place:]
        if between:
            source += f"{form.format(number + 10)} {passage.following}"
            quote += f" {passage.following}"
        return Pair(quote, source)

    return make


_WORD_END = r"(?<= )[a-z]{5,}(?= [a-z])"
_COMMA = r"(?<=[a-z]{4}),(?= [a-z])"

EXTRACTION = kinds(
    "extraction",
    {
        "unchanged": unchanged,
        "the beginning of a sentence": first_words,
        "two sentences": two_sentences,
        "line breaks in the quotation": broken_lines,
        "line breaks on the page": broken_lines_of_the_page,
        "indented lines": indented_lines,
        "two blanks for one": first_of(_blanks("  ")),
        "no-break space": _blanks("\u00a0"),
        "no-break space on the page": _blanks("\u00a0", on_page=True),
        "thin or narrow space": first_of(_blanks("\u2009"), _blanks("\u202f")),
        "thin space on the page": _blanks("\u2009", on_page=True),
        "tab": _blanks("\t"),
        "spaces run together on the page": _blanks("    ", on_page=True),
        "line-end hyphen on the page": _hyphenated("-\n", on_page=True),
        "line-end hyphen in the quotation": _hyphenated("-\n", on_page=False),
        "line-end hyphen copied with a blank": _hyphenated("- ", on_page=False),
        "soft hyphen": _hyphenated("\u00ad", on_page=False),
        "soft hyphen on the page": _hyphenated("\u00ad", on_page=True),
        "soft hyphen and line break on the page": _hyphenated("\u00ad\n", on_page=True),
        "ligatures": _ligated(on_page=False),
        "ligatures on the page": _ligated(on_page=True),
        "zero-width space": _invisible("\u200b"),
        "zero-width joiner or mark of direction": first_of(_invisible("\u200d"), _invisible("\u200e")),
        "byte-order mark inside": _invisible("\ufeff"),
        "word joiner on the page": _invisible("\u2060", on_page=True),
        "space before a comma on the page": blank_before_punctuation,
        "space lost between two long words": _blank_lost(_LONG_WORDS, on_page=False),
        "space lost between two long words on the page": _blank_lost(_LONG_WORDS, on_page=True),
        "space lost after in, no, of, to, by on the page": _blank_lost(_SHORT_FIRST, on_page=True),
        "passage in capitals on the page": in_capitals_on_the_page,
        "passage quoted in capitals": in_capitals_in_the_quotation,
        "page break inside the sentence": page_turned,
        "page break inside a word": page_turned_inside_a_word,
        "empty line inside the sentence": empty_line,
        "accents as characters of their own": decomposed,
        "raised note left out behind a word": _note_left_out("³", "¹²", "⁷", behind=_WORD_END),
        "raised note left out behind a comma": _note_left_out("³", "¹²", "⁴⁵", behind=_COMMA),
        "notes in brackets left out behind words": _references_left_out(
            " [{}]", "[{}]", " [2, {}]", " [1–{}]"
        ),
        "notes in brackets left out behind a comma": _references_left_out(" [{}]", "[{}]", behind=_COMMA),
        "note glued to a comma left out": _note_left_out("16", "7", "29", behind=_COMMA),
        "note with a caret left out": _note_left_out("^21", "^7", behind=_COMMA),
        "raised note left out between sentences": _note_between_left_out("³", "¹²", "⁷"),
        "notes in brackets left out between sentences": _references_left_out("[{}]", " [{}]", between=True),
        "note glued to a full stop left out": _note_between_left_out("16", "7", "129"),
        "note with a caret left out between sentences": _note_between_left_out("^16", "^7"),
        "raised figure with a blank before it on the page": planted(
            ("10 5 bp", "10^5 bp"), ("10 6 cells", "10⁶ cells"), ("× 10 7 CFU", "× 10⁷ CFU")
        ),
    },
)
