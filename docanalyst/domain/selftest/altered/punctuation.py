"""Punctuation inside a sentence dropped, put in, turned or moved; borders of sentences moved."""

from __future__ import annotations

import random
import re

from docanalyst.domain.selftest.kinds import Pair, choose, first_of, gap, kinds, planted, replaced
from docanalyst.domain.selftest.passages import Passage

_COMMA = re.compile(r"(?<=[a-z]{2}),(?= [a-z])")


def comma_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without one of its commas."""
    match = choose(_COMMA.finditer(passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, ""))


def commas_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without all of its commas."""
    return Pair(_COMMA.sub("", passage.text)) if _COMMA.search(passage.text) else None


def comma_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """A comma that the page does not have."""
    place = gap(passage.text, chooser)
    return None if place is None else Pair(passage.text[:place] + "," + passage.text[place:])


def comma_moved(passage: Passage, chooser: random.Random) -> Pair | None:
    """A comma one word further on."""
    match = choose(re.finditer(r"(?<=[a-z]{2}), ([a-z]+)(?= )", passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, f" {match[1]},"))


def comma_turned(passage: Passage, chooser: random.Random) -> Pair | None:
    """Another mark in the place of a comma."""
    match = choose(_COMMA.finditer(passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, chooser.choice(";:.")))


def stop_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """A full stop inside the sentence, the next word with a capital."""
    place = gap(passage.text, chooser)
    if place is None:
        return None
    return Pair(f"{passage.text[:place]}. {passage.text[place + 1].upper()}{passage.text[place + 2 :]}")


def stop_put_in_alone(passage: Passage, chooser: random.Random) -> Pair | None:
    """A full stop inside the sentence."""
    place = gap(passage.text, chooser)
    return None if place is None else Pair(passage.text[:place] + "." + passage.text[place:])


def sentences_joined(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two sentences as one, without the full stop between them."""
    other = passage.following
    if not other or other[:2].isupper():
        return None
    return Pair(f"{passage.text[:-1]} {other[0].lower()}{other[1:]}")


def stop_between_turned(passage: Passage, chooser: random.Random) -> Pair | None:
    """Another mark in the place of the full stop between two sentences."""
    if not passage.following:
        return None
    return Pair(f"{passage.text[:-1]}{chooser.choice(',;:?!')} {passage.following}")


def stop_between_lost(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two sentences without the full stop between them, the capital kept."""
    return Pair(f"{passage.text[:-1]} {passage.following}") if passage.following else None


def stop_between_moved(passage: Passage, chooser: random.Random) -> Pair | None:
    """The last word of a sentence as the first of the next."""
    match = re.search(r" ([a-z]{2,})\.$", passage.text)
    if match is None or not passage.following:
        return None
    other = passage.following
    return Pair(f"{passage.text[: match.start()]}. {match[1].capitalize()} {other[0].lower()}{other[1:]}")


def statement_turned(passage: Passage, chooser: random.Random) -> Pair | None:
    """A statement set as a question."""
    return Pair(passage.text[:-1] + "?")


def brackets_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without a pair of brackets around words."""
    match = choose(re.finditer(r"(?<= )\(([^()]*[a-z]{3}[^()]*)\)", passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, match[1]))


def brackets_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """Brackets around two words of the sentence."""
    match = choose(re.finditer(r"(?<=[a-z] )[a-z]{3,} [a-z]{3,}(?= [a-z])", passage.text), chooser)
    return (
        None if match is None or "(" in passage.text else Pair(replaced(passage.text, match, f"({match[0]})"))
    )


def quotation_marks_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """Quotation marks around a word of the sentence."""
    match = choose(re.finditer(r"(?<=[a-z] )[a-z]{4,}(?= [a-z])", passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, f"“{match[0]}”"))


def dash_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """A dash between two words of the sentence."""
    place = gap(passage.text, chooser)
    return None if place is None else Pair(passage.text[:place] + " —" + passage.text[place:])


PUNCTUATION = kinds(
    "punctuation",
    {
        "comma dropped": first_of(comma_dropped, planted(("costs, fees and taxes", "costs fees and taxes"))),
        "all commas dropped": first_of(commas_dropped, planted(("costs, fees, taxes", "costs fees taxes"))),
        "comma put in": comma_put_in,
        "comma moved": first_of(comma_moved, planted(("the heirs, who sign", "the heirs who, sign"))),
        "comma turned into another mark": first_of(comma_turned, planted(("costs, fees", "costs; fees"))),
        "comma of a name dropped": planted(
            ("Smith, Jones and Lee", "Smith Jones and Lee"),
            ("Dallas, Texas", "Dallas Texas"),
            ("Acme, Beta", "Acme Beta"),
            ("July {k}, {y}", "July {k} {y}"),
        ),
        "semicolon turned": planted(
            ("costs; fees", "costs, fees"), ("paid; and", "paid and"), ("done; the", "done: the")
        ),
        "colon dropped or turned": planted(
            ("as follows: rent", "as follows rent"),
            ("these: rent", "these; rent"),
            ("note: pay", "note, pay"),
        ),
        "full stop put in, next word capitalised": stop_put_in,
        "full stop put in": stop_put_in_alone,
        "two sentences joined": sentences_joined,
        "full stop between sentences turned": stop_between_turned,
        "full stop between sentences lost": stop_between_lost,
        "word moved over the end of a sentence": stop_between_moved,
        "sentence begun with In joined to the one before": planted(
            ("all losses. In cases of fraud they", "all losses in cases of fraud they"),
            ("the fees. If unpaid they", "the fees if unpaid they"),
            ("no refund. Unless agreed it", "no refund unless agreed it"),
        ),
        "sentence split before In": planted(
            ("all losses in cases of fraud they", "all losses. In cases of fraud they"),
            ("the fees if unpaid they", "the fees. If unpaid they"),
        ),
        "statement turned into a question": statement_turned,
        "question turned into a statement": planted(
            ("paid it? They say", "paid it. They say"), ("due? No one", "due. No one")
        ),
        "exclamation mark changed": planted(
            ("paid it! They say", "paid it? They say"), ("now! They", "now they")
        ),
        "brackets around words dropped": first_of(
            brackets_dropped, planted(("(without tax)", "without tax"), ("(if any)", "if any"))
        ),
        "brackets around words put in": first_of(brackets_put_in, planted(("if any", "(if any)"))),
        "brackets moved": planted(
            ("the sum (with tax) paid", "the sum with (tax paid)"),
            ("(a and b) or c", "a and (b or c)"),
            ("rent (and fees) due", "rent and (fees due)"),
        ),
        "shape of brackets changed": planted(
            ("[not numbered]", "(not numbered)"),
            ("({n}, {m}]", "({n}, {m})"),
            ("[{k}, {j})", "[{k}, {j}]"),
            ("<{n}>", "({n})"),
        ),
        "quotation marks inside put in": quotation_marks_put_in,
        "quotation marks inside dropped": planted(
            ("the “expert” said", "the expert said"),
            ('called "Rent" here', "called Rent here"),
            ("so-called ‘fee’ is", "so-called fee is"),
        ),
        "quotation marks inside moved": planted(
            ("“gross rent” paid", "gross “rent” paid"), ('"net sales" tax', '"net sales tax"')
        ),
        "dash put in": dash_put_in,
        "dash dropped": planted(
            ("rent — if due — is", "rent if due is"),
            ("the fee – paid", "the fee paid"),
            ("buyer—seller", "buyer seller"),
        ),
        "dash turned into another mark": planted(
            ("rent — that is", "rent, that is"),
            ("the fee – paid", "the fee: paid"),
            ("rent—fees", "rent/fees"),
        ),
        "points of an abbreviation dropped": planted(
            ("the U.S. market", "the us market"), ("no. {k}", "no {k}"), ("p. {n} of", "p {n} of")
        ),
        "hidden mark put in": planted(
            ("that sum", "that, sum"), ("this fee is", "this fee; is"), ("rent is", "rent: is")
        ),
    },
)
