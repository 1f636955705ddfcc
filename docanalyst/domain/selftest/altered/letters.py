"""Letters changed inside a word: case, look-alikes, diacritics, slips, words cut or joined."""

from __future__ import annotations

import random
import re

from docanalyst.domain.selftest.kinds import Pair, choose, inner_words, kinds, planted, replaced
from docanalyst.domain.selftest.passages import Passage

_CYRILLIC = str.maketrans("aceopxyAHKMOPTX", "асеорхуАНКМОРТХ")
_GREEK = str.maketrans("oAEHIKMNOPTXZ", "οΑΕΗΙΚΜΝΟΡΤΧΖ")


def inner_word_capitalised(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word inside the sentence with a capital that the page does not have."""
    match = choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 3), chooser)
    return None if match is None else Pair(replaced(passage.text, match, match[0].capitalize()))


def inner_word_decapitalised(passage: Passage, chooser: random.Random) -> Pair | None:
    """A defined term or name inside the sentence without its capital."""
    match = choose(inner_words(passage.text, lambda word: len(word) > 2 and word.istitle()), chooser)
    return None if match is None else Pair(replaced(passage.text, match, match[0].lower()))


def inner_word_in_capitals(passage: Passage, chooser: random.Random) -> Pair | None:
    """One word of the sentence set in capitals."""
    match = choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 2), chooser)
    return None if match is None else Pair(replaced(passage.text, match, match[0].upper()))


def every_word_capitalised(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence set as a title."""
    return Pair(re.sub(r"(?<![\w’'])[a-z]", lambda match: match[0].upper(), passage.text))


def every_capital_lost(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without its inner capitals."""
    rest = passage.text[1:].lower()
    return Pair(passage.text[0] + rest) if rest != passage.text[1:] else None


def letter_inside_raised(passage: Passage, chooser: random.Random) -> Pair | None:
    """A capital in the middle of a word."""
    match = choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 4), chooser)
    if match is None:
        return None
    at = chooser.randrange(1, len(match[0]) - 1)
    return Pair(replaced(passage.text, match, match[0][:at] + match[0][at].upper() + match[0][at + 1 :]))


def cyrillic_letter(passage: Passage, chooser: random.Random) -> Pair | None:
    """A Cyrillic letter in the place of the Latin one that looks like it."""
    return _lookalike(passage, chooser, _CYRILLIC)


def greek_letter(passage: Passage, chooser: random.Random) -> Pair | None:
    """A Greek letter in the place of the Latin one that looks like it."""
    return _lookalike(passage, chooser, _GREEK)


def _lookalike(passage: Passage, chooser: random.Random, twins: dict[int, int]) -> Pair | None:
    match = choose(
        inner_words(passage.text, lambda word: len(word) > 3 and word.translate(twins) != word), chooser
    )
    if match is None:
        return None
    at = chooser.choice([at for at, letter in enumerate(match[0]) if ord(letter) in twins])
    word = match[0][:at] + match[0][at].translate(twins) + match[0][at + 1 :]
    return Pair(replaced(passage.text, match, word))


def _misread(passage: Passage, chooser: random.Random, read: dict[str, str]) -> Pair | None:
    found = [
        match
        for match in re.finditer("|".join(map(re.escape, read)), passage.text)
        if match.start() > 0
        and passage.text[match.start() - 1].isalpha()
        and passage.text[match.end() : match.end() + 1].isalpha()
    ]
    match = choose(found, chooser)
    return None if match is None else Pair(replaced(passage.text, match, read[match[0]]))


def letters_misread(passage: Passage, chooser: random.Random) -> Pair | None:
    """Letters mistaken for others of the same shape, as recognition of pictures does."""
    return _misread(
        passage, chooser, {"rn": "m", "m": "rn", "cl": "d", "d": "cl", "w": "vv", "li": "h", "ri": "n"}
    )


def letter_misread_as_digit(passage: Passage, chooser: random.Random) -> Pair | None:
    """A letter mistaken for a digit."""
    return _misread(
        passage,
        chooser,
        {"l": "1", "o": "0", "O": "0", "S": "5", "s": "5", "I": "1", "g": "9", "B": "8", "Z": "2"},
    )


def _slipped(passage: Passage, chooser: random.Random) -> re.Match[str] | None:
    return choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 5), chooser)


def letters_exchanged(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two neighbouring letters of a word exchanged."""
    match = _slipped(passage, chooser)
    if match is None:
        return None
    places = [at for at in range(1, len(match[0]) - 1) if match[0][at] != match[0][at + 1]]
    at = chooser.choice(places)
    word = match[0]
    return Pair(replaced(passage.text, match, word[:at] + word[at + 1] + word[at] + word[at + 2 :]))


def letter_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word without one of its letters."""
    match = _slipped(passage, chooser)
    if match is None:
        return None
    at = chooser.randrange(1, len(match[0]))
    return Pair(replaced(passage.text, match, match[0][:at] + match[0][at + 1 :]))


def letter_doubled(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word with one of its letters twice."""
    match = _slipped(passage, chooser)
    if match is None:
        return None
    at = chooser.randrange(1, len(match[0]))
    return Pair(replaced(passage.text, match, match[0][: at + 1] + match[0][at:]))


def letter_changed(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word with another letter."""
    match = _slipped(passage, chooser)
    if match is None:
        return None
    at = chooser.randrange(1, len(match[0]))
    other = chooser.choice([letter for letter in "aeioutrnsl" if letter != match[0][at]])
    return Pair(replaced(passage.text, match, match[0][:at] + other + match[0][at + 1 :]))


def plural_changed(passage: Passage, chooser: random.Random) -> Pair | None:
    """A plural without its s, or a singular with one."""
    match = _slipped(passage, chooser)
    if match is None or match[0].endswith("ss"):
        return None
    return Pair(replaced(passage.text, match, match[0][:-1] if match[0].endswith("s") else match[0] + "s"))


def accent_added(passage: Passage, chooser: random.Random) -> Pair | None:
    """A letter with an accent that the page does not have."""
    match = choose(
        inner_words(
            passage.text, lambda word: word.isascii() and len(word) > 4 and any(v in word for v in "aeiou")
        ),
        chooser,
    )
    if match is None:
        return None
    at = chooser.choice([at for at, letter in enumerate(match[0]) if letter in "aeiou"])
    accented = dict(zip("aeiou", chooser.choice(["áéíóú", "àèìòù", "äëïöü"]), strict=True))
    return Pair(replaced(passage.text, match, match[0][:at] + accented[match[0][at]] + match[0][at + 1 :]))


LETTERS = kinds(
    "letters",
    {
        "word inside a sentence capitalised": inner_word_capitalised,
        "capital of a term inside a sentence lost": inner_word_decapitalised,
        "one word set in capitals": inner_word_in_capitals,
        "sentence set as a title": every_word_capitalised,
        "all inner capitals lost": every_capital_lost,
        "capital inside a word": letter_inside_raised,
        "acronym in small letters": planted(
            ("in the US market", "in the us market"),
            ("with AIDS patients", "with aids patients"),
            ("the WHO list", "the who list"),
            ("the IT staff", "the it staff"),
            ("CO levels", "Co levels"),
        ),
        "small letters turned into an acronym": planted(
            ("for us both", "for US both"), ("it is", "IT is"), ("who were", "WHO were")
        ),
        "case of a unit changed": planted(
            ("{n} MW", "{n} mW"),
            ("{n} mM", "{n} MM"),
            ("{n} Mb", "{n} mb"),
            ("{n} kB", "{n} kb"),
            ("{n} Pa", "{n} pa"),
        ),
        "case of a Greek letter changed": planted(
            ("Δ values", "δ values"),
            ("σ = {k}", "Σ = {k}"),
            ("Φ angles", "φ angles"),
            ("ω values", "Ω values"),
        ),
        "case of a name that is also a word changed": planted(
            ("from Turkey", "from turkey"),
            ("by Polish firms", "by polish firms"),
            ("in China", "in china"),
            ("to Mark", "to mark"),
        ),
        "case of the German Sie changed": planted(
            ("dass Sie zahlen", "dass sie zahlen"), ("wenn Ihr Vertrag endet", "wenn ihr Vertrag endet")
        ),
        "case of a letter that names something changed": planted(
            ("point A to", "point a to"),
            ("the X axis", "the x axis"),
            ("value N of", "value n of"),
            ("gene tp53", "gene TP53"),
        ),
        "Cyrillic look-alike of a letter": cyrillic_letter,
        "Greek look-alike of a letter": greek_letter,
        "look-alike of a sign of money or science": planted(
            ("{n} µg", "{n} ug"),
            ("α levels", "a levels"),
            ("β cells", "ß cells"),
            ("χ² tests", "x² tests"),
            ("ν values", "v values"),
        ),
        "letters misread": letters_misread,
        "letter misread as a digit": letter_misread_as_digit,
        "digit misread as a letter": planted(
            ("{k}0 units", "{k}O units"),
            ("1{k} units", "l{k} units"),
            ("5{k} units", "S{k} units"),
            ("{k}8 units", "{k}B units"),
        ),
        "accent dropped": planted(
            ("the Geschäftsführer", "the Geschaftsfuhrer"),
            ("his résumé", "his resume"),
            ("el año", "el ano"),
            ("a pâté", "a pate"),
            ("Señor Núñez", "Senor Nunez"),
            ("schon für", "schon fur"),
        ),
        "special letter taken apart": planted(
            ("Encyclopædia pages", "Encyclopaedia pages"),
            ("Søren was", "Soren was"),
            ("the Führer", "the Fuehrer"),
            ("Łódź plants", "Lodz plants"),
            ("œuvre of", "oeuvre of"),
        ),
        "accent added": accent_added,
        "accent changed": planted(
            ("péché", "pêche"),
            ("Müller", "Mûller"),
            ("où il", "ou il"),
            ("più", "piu"),
            ("está", "esta"),
            ("könnte", "konnte"),
        ),
        "letters exchanged": letters_exchanged,
        "letter dropped": letter_dropped,
        "letter doubled": letter_doubled,
        "letter changed": letter_changed,
        "plural changed": plural_changed,
        "possessive changed": planted(
            ("the employee's rights", "the employees' rights"),
            ("the parties’ duties", "the party’s duties"),
            ("the owner’s costs", "the owners’ costs"),
            ("each party's name", "each partys name"),
            ("its own", "it's own"),
        ),
        "apostrophe lost, which makes another word": planted(
            ("we’ll pay", "well pay"),
            ("he'll pay", "hell pay"),
            ("she’d go", "shed go"),
            ("we're here", "were here"),
            ("I'll pay", "Ill pay"),
            ("can’t pay", "cant pay"),
        ),
        "hyphen lost, which makes another word": planted(
            ("shall re-sign the", "shall resign the"),
            ("may re-cover the", "may recover the"),
            ("a co-op store", "a coop store"),
            ("will re-lease it", "will release it"),
            ("to re-present it", "to represent it"),
            ("an un-ionized gas", "an unionized gas"),
        ),
        "hyphen added, which makes another word": planted(
            ("shall resign the", "shall re-sign the"),
            ("may recover the", "may re-cover the"),
            ("to recreate it", "to re-create it"),
            ("will release it", "will re-lease it"),
        ),
        "hyphen of a compound turned into a blank": planted(
            ("a small-business owner", "a small business owner"),
            ("a non-exclusive right", "a non exclusive right"),
            ("old-furniture dealers", "old furniture dealers"),
        ),
        "hyphen of a compound put in": planted(
            ("old furniture dealers", "old-furniture dealers"),
            ("a man eating fish", "a man-eating fish"),
            ("more skilled staff", "more-skilled staff"),
        ),
        "space lost, which makes another word": planted(
            ("it may be so", "it maybe so"),
            ("a part of", "apart of"),
            ("was not able to", "was notable to"),
            ("are now here", "are nowhere"),
            ("was in valid form", "was invalid form"),
            ("every one of", "everyone of"),
            ("the rapist was", "therapist was"),
        ),
        "space added, which makes other words": planted(
            ("a notable case", "a not able case"),
            ("was nowhere seen", "was now here seen"),
            ("an invalid form", "an in valid form"),
            ("stood apart from", "stood a part from"),
            ("were maybe paid", "were may be paid"),
        ),
    },
)
