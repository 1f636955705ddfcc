"""Words changed, put in, left out or moved."""

from __future__ import annotations

import random
import re

from docanalyst.domain.selftest.kinds import (
    Pair,
    choose,
    first_of,
    inner_words,
    kinds,
    planted,
    replaced,
    swapped,
)
from docanalyst.domain.selftest.passages import Passage

_HELPERS = re.compile(
    r"\b(?:shall|must|will|may|can|is|are|was|were|has|have|had|should|would|could)\b(?! not)"
)


def negation_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """ "not" after an auxiliary verb."""
    match = choose(_HELPERS.finditer(passage.text), chooser)
    return (
        None
        if match is None
        else Pair(replaced(passage.text, match, match[0] + chooser.choice([" not", " never"])))
    )


def negation_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without its "not", "no" or "never"."""
    match = choose(re.finditer(r" (?:not|no|never|nor)\b", passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, ""))


def only_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """ "only" before a preposition."""
    match = choose(re.finditer(r" (?:in|for|by|to|from|with|under|upon)\b", passage.text), chooser)
    return (
        None
        if match is None
        else Pair(replaced(passage.text, match, chooser.choice([" only", " solely", " always"]) + match[0]))
    )


def word_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without one of its inner words."""
    match = choose(inner_words(passage.text, lambda word: len(word) > 3), chooser)
    if match is None or passage.text[match.start() - 1] != " ":
        return None
    return Pair(passage.text[: match.start() - 1] + passage.text[match.end() :])


def small_word_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """The sentence without one of its articles or prepositions."""
    match = choose(
        re.finditer(r"(?<=[a-z]) (?:the|an?|of|to|in|by|for|with|that|such|its) ", passage.text), chooser
    )
    return None if match is None else Pair(replaced(passage.text, match, " "))


def word_repeated(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word of the sentence twice."""
    match = choose(inner_words(passage.text), chooser)
    return None if match is None else Pair(replaced(passage.text, match, f"{match[0]} {match[0]}"))


def word_from_elsewhere(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word of another sentence of the document in the place of one of this."""
    match = choose(inner_words(passage.text, lambda word: word.islower() and len(word) > 4), chooser)
    other = choose(inner_words(passage.distant, lambda word: word.islower() and len(word) > 4), chooser)
    if match is None or other is None or other[0] == match[0]:
        return None
    return Pair(replaced(passage.text, match, other[0]))


def word_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """A word of another sentence of the document put into this."""
    match = choose(re.finditer(r"(?<=[a-z]) (?=[a-z])", passage.text), chooser)
    other = choose(inner_words(passage.distant, lambda word: word.islower() and len(word) > 3), chooser)
    return None if match is None or other is None else Pair(replaced(passage.text, match, f" {other[0]} "))


def neighbours_exchanged(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two neighbouring words exchanged."""
    found = re.finditer(r"(?<= )([a-z]{2,}) ([a-z]{2,})(?= )", passage.text)
    match = choose((pair for pair in found if pair[1] != pair[2]), chooser)
    return None if match is None else Pair(replaced(passage.text, match, f"{match[2]} {match[1]}"))


def sides_exchanged(passage: Passage, chooser: random.Random) -> Pair | None:
    """The words on the two sides of "and", "or", "of", "by", "to" exchanged."""
    found = re.finditer(r"(?<= )(\w{3,}) (and|or|of|by|to|than) (\w{3,})(?= )", passage.text)
    match = choose((sides for sides in found if sides[1] != sides[3]), chooser)
    return None if match is None else Pair(replaced(passage.text, match, f"{match[3]} {match[2]} {match[1]}"))


def clauses_exchanged(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two clauses of the sentence, on the two sides of a comma, exchanged."""
    body, stop = passage.text[:-1], passage.text[-1]
    places = [
        at
        for at in range(len(body))
        if body.startswith(", ", at) and len(body[:at].split()) > 2 and len(body[at:].split()) > 3
    ]
    if not places:
        return None
    at = chooser.choice(places)
    return Pair(f"{body[at + 2 :]}, {body[:at]}{stop}")


def words_left_out(passage: Passage, chooser: random.Random) -> Pair | None:
    """Several words of the sentence left out, and nothing says so."""
    words = passage.text.split()
    length = chooser.randrange(3, 6)
    if len(words) < length + 8:
        return None
    at = chooser.randrange(4, len(words) - length - 3)
    return Pair(" ".join(words[:at] + words[at + length :]))


def sentence_left_out(passage: Passage, chooser: random.Random) -> Pair | None:
    """A sentence and one from elsewhere, as if one followed the other."""
    return Pair(f"{passage.text} {passage.distant}") if passage.distant else None


def heads_and_tails(passage: Passage, chooser: random.Random) -> Pair | None:
    """The first half of one sentence with the second half of another."""
    first, other = passage.text.split(), passage.distant.split()
    return Pair(" ".join(first[: len(first) // 2] + other[len(other) // 2 :])) if len(other) > 7 else None


def opening_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """Words put before the sentence."""
    opening = chooser.choice(
        ["It is denied that ", "Subject to clause 5, ", "Unless agreed otherwise, ", "We doubt that "]
    )
    return Pair(opening + passage.text[0].lower() + passage.text[1:])


def ending_put_in(passage: Passage, chooser: random.Random) -> Pair | None:
    """Words put after the sentence."""
    ending = chooser.choice(
        [
            " without exception.",
            ", except as agreed.",
            " at its own expense.",
            " in all cases.",
            " if requested.",
        ]
    )
    return Pair(passage.text[:-1] + ending)


def another_name(passage: Passage, chooser: random.Random) -> Pair | None:
    """Another name in the place of a name of the sentence."""
    match = choose(inner_words(passage.text, lambda word: len(word) > 3 and word.istitle()), chooser)
    if match is None:
        return None
    return Pair(
        replaced(passage.text, match, chooser.choice(["Delaware", "Hendricks", "Northwind", "Marlowe"]))
    )


def _turned(*pairs: tuple[str, str]) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for one, other in pairs:
        table.setdefault(one, []).append(other)
        table.setdefault(other, []).append(one)
    return table


WORDS = kinds(
    "words",
    {
        "negation put in": negation_put_in,
        "negation dropped": first_of(
            negation_dropped, planted(("may not be", "may be"), ("never", ""), ("no", ""))
        ),
        "negation turned into another word": planted(
            ("is not paid", "is now paid"),
            ("shall not be", "shall also be"),
            ("was never seen", "was ever seen"),
            ("has no right", "has a right"),
            ("not later", "now later"),
        ),
        "negative contraction lost": planted(
            ("isn’t paid", "is paid"),
            ("cannot pay", "can pay"),
            ("won't pay", "will pay"),
            ("didn’t pay", "did pay"),
            ("doesn't pay", "does pay"),
        ),
        "negative prefix lost": planted(
            ("unable to", "able to"),
            ("invalid form", "valid form"),
            ("a non-exclusive right", "an exclusive right"),
            ("illegal acts", "legal acts"),
            ("dissatisfied", "satisfied"),
            ("non-exempt", "exempt"),
        ),
        "without turned into with": first_of(
            swapped({"without": ["with"]}), planted(("without notice", "with notice"))
        ),
        "neither turned into either": planted(
            ("neither party nor agent", "either party or agent"),
            ("nor any other", "or any other"),
            ("none of these", "some of these"),
        ),
        "exception turned into inclusion": planted(
            ("excluding taxes", "including taxes"),
            ("except Sundays", "also Sundays"),
            ("unless paid", "if paid"),
            ("other than rent", "such as rent"),
            ("save as agreed", "and as agreed"),
        ),
        "condition turned": planted(
            ("if paid", "until paid"),
            ("provided that", "despite that"),
            ("only if paid", "if paid"),
            ("until the sale", "after the sale"),
            ("subject to tax", "free of tax"),
        ),
        "modal verb changed": first_of(
            swapped(
                {
                    "shall": ["may", "should", "might"],
                    "must": ["may", "should"],
                    "may": ["shall", "must"],
                    "will": ["may", "might"],
                    "should": ["must"],
                    "can": ["must"],
                    "could": ["can"],
                    "would": ["will"],
                    "might": ["will"],
                }
            ),
            planted(("which shall apply", "which may apply"), ("who must sign", "who should sign")),
        ),
        "modal verb dropped or put in": planted(
            ("which shall apply", "which apply"),
            ("may be paid", "be paid"),
            ("which applies here", "which may apply here"),
        ),
        "duty turned into right": planted(
            ("is required to", "is entitled to"),
            ("is obliged to", "is permitted to"),
            ("agrees to", "offers to"),
            ("is prohibited from", "is exempt from"),
        ),
        "word of quantity changed": first_of(
            swapped(
                {
                    "all": ["some", "most"],
                    "any": ["every", "one"],
                    "each": ["any", "either"],
                    "every": ["any"],
                    "both": ["either"],
                    "some": ["all"],
                    "many": ["most", "few"],
                    "most": ["many", "all"],
                    "several": ["many"],
                    "no": ["some"],
                }
            ),
            planted(("all of them", "some of them"), ("both of them", "either of them")),
        ),
        "limit turned": first_of(
            swapped(
                _turned(
                    ("more", "less"),
                    ("before", "after"),
                    ("above", "below"),
                    ("maximum", "minimum"),
                    ("under", "over"),
                    ("within", "after"),
                    ("least", "most"),
                )
            ),
            planted(
                ("at least {n}", "at most {n}"),
                ("up to {n}", "over {n}"),
                ("no later than", "no earlier than"),
            ),
        ),
        "word turned into its opposite": first_of(
            swapped(
                _turned(
                    ("increase", "decrease"),
                    ("increased", "decreased"),
                    ("higher", "lower"),
                    ("high", "low"),
                    ("positive", "negative"),
                    ("accept", "reject"),
                    ("buy", "sell"),
                    ("first", "last"),
                    ("include", "exclude"),
                    ("new", "old"),
                    ("same", "different"),
                    ("direct", "indirect"),
                    ("public", "private"),
                    ("significant", "negligible"),
                )
            ),
            planted(
                ("increased by {n}", "decreased by {n}"), ("with positive results", "with negative results")
            ),
        ),
        "and turned into or": first_of(
            swapped({"and": ["or"], "or": ["and"]}), planted(("costs and fees", "costs or fees"))
        ),
        "word that joins clauses changed": first_of(
            swapped(
                {
                    "because": ["although"],
                    "although": ["because"],
                    "when": ["unless"],
                    "if": ["unless"],
                    "while": ["until"],
                    "however": ["therefore"],
                    "therefore": ["however"],
                    "but": ["and"],
                }
            ),
            planted(("because of it", "despite it"), ("as well as these", "rather than these")),
        ),
        "only put in": only_put_in,
        "only dropped": first_of(
            swapped({"only": ["also"], "solely": ["partly"], "exclusively": ["partly"]}),
            planted(("only", ""), ("solely", ""), ("exclusively", "")),
        ),
        "hedge dropped": planted(
            ("may possibly be", "is"),
            ("it is suggested that", "it is known that"),
            ("approximately {n}", "{n}"),
            ("reasonably", ""),
            ("substantially", ""),
        ),
        "hedge put in": planted(
            ("{n}", "about {n}"), ("in writing", "usually in writing"), ("at once", "almost at once")
        ),
        "party changed": first_of(
            swapped(
                _turned(
                    ("licensor", "licensee"),
                    ("lessor", "lessee"),
                    ("landlord", "tenant"),
                    ("buyer", "seller"),
                    ("supplier", "customer"),
                    ("employer", "employee"),
                    ("lender", "borrower"),
                    ("franchisor", "franchisee"),
                    ("plaintiff", "defendant"),
                    ("company", "distributor"),
                    ("petitioner", "respondent"),
                    ("patients", "controls"),
                )
            ),
            planted(
                ("the Licensor", "the Licensee"),
                ("the Mortgagor", "the Mortgagee"),
                ("the Assignor", "the Assignee"),
                ("Plaintiff", "Defendant"),
            ),
        ),
        "defined term changed": planted(
            ("the Effective Date", "the Execution Date"),
            ("Confidential Information", "Proprietary Information"),
            ("the Initial Term", "the Renewal Term"),
            ("Net Sales", "Gross Sales"),
        ),
        "name changed": first_of(
            another_name,
            planted(
                ("Ms Hendricks", "Ms Henricks"), ("New York", "New Jersey"), ("J. A. Smith", "J. B. Smith")
            ),
        ),
        "initial or title of a name dropped": planted(
            ("J. A. Smith", "J. Smith"),
            ("John Smith Jr.,", "John Smith,"),
            ("Acme, Inc.", "Acme"),
            ("Acme Holdings Ltd", "Acme Ltd"),
        ),
        "pronoun changed": first_of(
            swapped(
                {
                    "its": ["their"],
                    "their": ["its"],
                    "his": ["her"],
                    "they": ["it"],
                    "it": ["they"],
                    "he": ["she"],
                    "this": ["that"],
                    "these": ["those"],
                    "our": ["your"],
                }
            ),
            planted(("at its expense", "at his expense")),
        ),
        "article changed": swapped({"the": ["a", "any"], "a": ["the", "any"], "an": ["the"]}),
        "preposition changed": swapped(
            {
                "of": ["for", "from"],
                "to": ["from"],
                "from": ["to"],
                "by": ["for"],
                "for": ["by"],
                "in": ["on"],
                "on": ["in"],
                "with": ["against"],
            }
        ),
        "tense changed": swapped(
            {
                "is": ["was"],
                "are": ["were"],
                "was": ["is"],
                "were": ["are"],
                "has": ["had"],
                "have": ["had"],
                "had": ["has"],
            }
        ),
        "latin abbreviation changed": planted(
            ("e.g. rent", "i.e. rent"),
            ("cf. page {n}", "see page {n}"),
            ("et al. were", "et alia were"),
            ("{n} a.m.", "{n} p.m."),
        ),
        "word dropped": word_dropped,
        "small word dropped": small_word_dropped,
        "word repeated": word_repeated,
        "word taken from another sentence": word_from_elsewhere,
        "word put in": word_put_in,
        "neighbouring words exchanged": neighbours_exchanged,
        "sides of and, or, of, by, to exchanged": sides_exchanged,
        "clauses exchanged": clauses_exchanged,
        "words left out without a mark": words_left_out,
        "sentence from elsewhere joined on": sentence_left_out,
        "halves of two sentences joined": heads_and_tails,
        "words put before the sentence": opening_put_in,
        "words put behind the sentence": ending_put_in,
        "word of another spelling": planted(
            ("in colour", "in color"),
            ("licence of", "license of"),
            ("the centre", "the center"),
            ("was cancelled", "was canceled"),
        ),
        "word of the same sound": planted(
            ("the principal sum", "the principle sum"),
            ("to effect it", "to affect it"),
            ("their costs", "there costs"),
            ("to ensure it", "to insure it"),
            ("fewer than {n}", "less than {n}"),
        ),
    },
)
