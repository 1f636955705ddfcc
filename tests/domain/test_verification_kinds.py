"""Quotes by kinds of change: what a copy may change, and what it never may. One line a case, source first."""

from __future__ import annotations

import json
import re
import unicodedata
from collections import defaultdict
from pathlib import Path

import pytest

from docanalyst.domain.citations import Caution, Citation, Quote, Verdict
from docanalyst.domain.documents import Document, Page
from docanalyst.domain.verification import verify

HARMLESS = {
    "blank runs": [("the fee\u00a0is\n  due", "the fee is due"), ("p<0.05 holds", "p < 0.05 holds")],
    "line end": [
        ("the infor-\nmation is here", "the information is here"),
        ("a non-\nexclusive right", "a non-exclusive right"),
    ],
    "soft hyphen": [
        ("the infor\u00admation is", "the information is"),
        ("infor\u00ad\nmation is here", "information is here"),
    ],
    "quotation marks": [
        ("the “Agent” acts", 'the "Agent" acts'),
        ("the “Agent” acts", "the ‘Agent’ acts"),
        ("it’s due now", "it's due now"),
    ],
    "dashes": [
        ("pages 10–12 hold", "pages 10-12 hold"),
        ("a fee — if any — is", "a fee - if any - is"),
        ("change of −5 units", "change of -5 units"),
    ],
    "markup": [
        ("the fee is due", "the **fee** is _due_"),
        ("the fee is due", "the ==fee== is `due`"),
        ("the fee of $5 is due", r"the fee of \$5 is due"),
    ],
    "tags": [("the fee is due", "the <b>fee</b> is<br>due"), ("10⁵ cells were", "10<sup>5</sup> cells were")],
    "latex": [
        ("p ≤ 0.05 was set", r"$p \leq 0.05$ was set"),
        ("a 5 % fee is", r"a 5 \% fee is"),
        ("of 1/2 cup each", r"of $\frac{1}{2}$ cup each"),
    ],
    "powers": [
        ("10⁵ cells were", "10^5 cells were"),
        ("10⁻⁵ m was", "10^{-5} m was"),
        ("10 5 cells were", "10⁵ cells were"),
        ("10 5 cells were", "10**5 cells were"),
    ],
    "fractions": [("½ cup was used", "1/2 cup was used"), ("1½ cups were", "1 1⁄2 cups were")],
    "look of signs": [
        ("at 37 ℃ for", "at 37 °C for"),
        ("n ≤ 5 days", "n <= 5 days"),
        ("3 × 4 arrays", "3 x 4 arrays"),
        ("5 ± 2 days", "5 +/- 2 days"),
    ],
    "thousands": [("5 000 cells were", "5000 cells were")],
    "composition": [
        ("Erdős proved it", "Erdo\u030bs proved it"),
        ("the ﬁnal oﬃce", "the final office"),
        ("ｆｅｅ is due", "fee is due"),
        ("1 ㎎ of it", "1 mg of it"),
    ],
    "first letter": [
        ("The fee is due", "the fee is due"),
        ("The fee is due", "[t]he fee is due"),
        ("see the fee", "The fee"),
    ],
    "capitals": [
        ("THE FEE SHALL BE DUE", "the fee shall be due"),
        ("the fee shall be due", "THE FEE SHALL BE DUE"),
    ],
    "footnote marks": [
        ("was paid.³ The fee", "was paid. The fee"),
        ("was paid,16 in full", "was paid, in full"),
        ("the moderate³ patients", "the moderate patients"),
        ("the total revenueᵃ was", "the total revenue was"),
        ("was found [12], and so", "was found, and so"),
        ("was paid.^21 The fee", "was paid. The fee"),
        ("the patients* were", "the patients were"),
    ],
    "lost blanks": [
        ("the points of the list are inthree parts", "the list are in three parts"),
        ("the use of the asupplementation is that", "the use of the a supplementation is"),
    ],
    "editorial": [
        ("the fee is due", "the fee [sic] is due"),
        ("the fee is due", "the fee is due (emphasis added)"),
        ("the fee is due", "the fee is due (footnotes and citations omitted)"),
        ("the fee is due", "the fee is due (cleaned up)"),
    ],
    "brackets": [
        ("it applied the rule", "it appli[] the rule"),
        ("all obligations under it", "all obligation[] under it"),
    ],
    "list mark": [("The fee is due", "(a) The fee is due"), ("The fee is due", "1. The fee is due")],
    "cells": [("Fee | monthly | paid", "Fee monthly paid")],
    "page marker": [("the fee is due", "[D1 p.3 · 3f9ac21b] the fee is due")],
}

CHANGED = {
    "decimals": [(".5 mg of it", "5 mg of it"), ("1.5 mg of it", "15 mg of it"), ("a 1,5 b", "a 1.5 b")],
    "accounting": [("loss of (1,234) in", "loss of 1,234 in"), ("loss of 47 in", "loss of (47) in")],
    "minus": [
        ("rate – 2.5 was", "rate 2.5 was"),
        ("1.2e-5 m was", "1.2e5 m was"),
        ("types-1 and 2", "types 1 and 2"),
        ("types-1 and", "types -1 and"),
    ],
    "height": [
        ("log₂8 was used", "log28 was used"),
        ("x² was used", "x₂ was used"),
        ("x² was used", "x2 was used"),
        ("105 cells were", "10⁵ cells were"),
        ("see Section 5ᵇ of it", "see Section 5b of it"),
        ("see Section 5b of it", "see Section 5ᵇ of it"),
    ],
    "cells of figures": [("in 12 | 345 cases", "in 12 345 cases")],
    "symbols": [
        ("☒ yes or no", "☐ yes or no"),
        ("CD4⁺ cells were", "CD4⁻ cells were"),
        ("a ↑ in b", "a ↓ in b"),
        ("♂ in a", "♀ in a"),
        ("a ° in b", "a in b"),
    ],
    "currency": [
        ("of ₩5 each", "of ₱5 each"),
        ("of 5¢ each", "of 5 each"),
        ("of €5 each", "of $5 each"),
        ("of 5 € each", "of 5 $"),
    ],
    "units": [
        ("at 5 ℃ for", "at 5 ℉ for"),
        ("1 ㎎ of it", "1 ㎏ of it"),
        ("is 6′ long", "is 6″ long"),
        ("is 6' long", 'is 6" long'),
    ],
    "addresses": [
        ("at www.the-rapist.com/a-b now", "at www.therapist.com/a-b now"),
        ("at a_b@c.org now", "at ab@c.org now"),
    ],
    "names": [
        ("in C# or", "in C or"),
        ("a C++ tool", "a C tool"),
        ("the Yahoo! site", "the Yahoo site"),
        ("an E*TRADE site", "an ETRADE site"),
        ("n/a in it", "na in it"),
    ],
    "commas": [
        ("Smith, Jones and", "Smith Jones and"),
        ("paid, in full", "paid in full"),
        ("paid in full", "paid, in full"),
    ],
    "stops": [
        ("all losses. In cases of fraud", "all losses in cases of fraud"),
        ("all losses in cases", "all losses. In cases"),
    ],
    "questions": [("the fee is due.", "the fee is due?"), ("is the fee due? Yes", "is the fee due. Yes")],
    "brackets": [
        ("the fee (if any) is", "the fee if any is"),
        ("the fee is (if any)", "the fee (is if any)"),
    ],
    "apostrophes": [("the employee's duty", "the employees' duty"), ("so he’ll pay", "so hell pay")],
    "hyphens": [
        ("to re-sign it", "to resign it"),
        ("to recover it", "to re-cover it"),
        ("a well-known rule", "a well known rule"),
    ],
    "and/or": [("A and/or B is", "A and or B is")],
    "case": [
        ("this Agreement is", "this agreement is"),
        ("for US persons", "for us persons"),
        ("5 MW each", "5 mW each"),
        ("if Sie it", "if sie it"),
        ("a Δ of", "a δ of"),
        ("the CO level", "the Co level"),
    ],
    "blanks": [
        ("is no table here", "is notable here"),
        ("it is indirect here", "it is in direct here"),
        ("will be hold it", "will behold it"),
    ],
    "hidden words": [
        ("it shall keep it", "it shall [^not] keep it"),
        ("it shall keep it", "it shall <b not> keep it"),
        ("it shall be [7] days", "it shall be days"),
        ("is equal to [7], and", "is equal to, and"),
    ],
    "invented signs": [
        ("18 years or more", "> 18 years or more"),
        ("5 years or more", "- 5 years or more"),
        ("a total of 5 is", "a total of $5 is"),
    ],
    "cut numbers": [
        ("of $5 million is", "of $5"),
        ("of five hundred is", "in it of five"),
        ("is 1 1/2 cups", "1/2 cups"),
        ("has > 18 cases", "18 cases"),
        ("is twenty-five days", "five days"),
        ("of 7 × 10⁶ cells", "it is of 7"),
        ("in Section 8(a) of", "it is in Section 8"),
        ("in 30 days it", "it is in 30"),
        ("two-thirds of it", "it is two"),
    ],
    "cut words": [
        ("it is unable to", "able to"),
        ("it is careless of", "it is care"),
        ("an alcohol-free zone", "free zone"),
        ("paid A$45 each", "$45 each"),
    ],
    "letters": [
        ("in der Straße", "in der Strasse"),
        ("the Geschäftsführer is", "the Geschaftsfuhrer is"),
        ("the Agreement is", "the Аgreement is"),
        ("item ① is", "item 1 is"),
    ],
    "redactions": [
        ("The parties [redacted] admit fault", "The parties admit fault"),
        ("It [struck: shall] may pay", "It may pay"),
    ],
}


def check(source: str, quote: str, *, exact: bool = True) -> Citation:
    """The verdict over a page that holds the source between two other sentences, whatever it begins with."""
    page = f"This is the first line of it. So it is {source}"
    if re.match(r"[A-Z(]", quote) or source[:1].isupper():
        page = f"This is the first line of it.\n{source}"
    return verify([Quote(quote, "D1", 1)], [Document("0" * 64, "T", (Page(1, None, page),))])[0]


@pytest.mark.parametrize("kind", HARMLESS)
def test_what_a_copy_may_change(kind: str) -> None:
    for source, quote in HARMLESS[kind]:
        citation = check(source, quote)
        assert citation.verified, (source, quote, citation.differences)


@pytest.mark.parametrize("kind", CHANGED)
def test_what_a_copy_may_never_change(kind: str) -> None:
    for source, quote in CHANGED[kind]:
        citation = check(source, quote)
        assert not citation.verified, (source, quote)


def _symbols() -> list[str]:
    """One character in twenty of every category that is not a letter, a digit, a mark or a blank."""
    wanted = {"Pc", "Pd", "Po", "Sc", "Sm", "Sk", "So"}
    every = [chr(code) for code in range(0x21, 0x2E00) if unicodedata.category(chr(code)) in wanted]
    return every[::20]


_NEVER_SEEN = set("•●▪◦‣■")
"""Bullets and the like, which may be lost at the start of a line, but not within one."""


@pytest.mark.parametrize(
    "place", ["before a word", "behind a word", "between blanks", "before a figure", "within a word"]
)
def test_no_symbol_of_any_category_is_lost_or_put_in(place: str) -> None:
    form = {
        "before a word": ("value {}one here", "value one here"),
        "behind a word": ("value ab{} here", "value ab here"),
        "between blanks": ("value {} one here", "value one here"),
        "before a figure": ("value {}7 here", "value 7 here"),
        "within a word": ("value ab{}cd here", "value abcd here"),
    }[place]
    for symbol in _symbols():
        with_it, without = form[0].format(symbol), form[1]
        assert not check(with_it, f"So it is {without}").verified, (symbol, unicodedata.name(symbol, "?"))
        assert not check(without, f"So it is {with_it}").verified, (symbol, unicodedata.name(symbol, "?"))


def test_the_shared_cases_by_kind(shared: Path) -> None:
    path = shared / "cases" / "quotes.jsonl"
    if not path.is_file():
        pytest.skip("the shared cases are not on this machine")
    wrong: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        document = Document("0" * 64, "T", (Page(1, None, case["source"]),))
        citation = verify([Quote(case["quote"], "D1", 1)], [document])[0]
        if citation.verified != (case["expect"] == "verified"):
            wrong[case["kind"]].append(case["quote"][:120])
    assert not wrong


LEASE = (
    "The Seller delivers the goods to the port of Genoa, a free port. The Buyer bears the cost of it. "
    "The Buyer shall pay within five (5) days, unless the goods are damaged. It may not sell them."
)


@pytest.mark.parametrize(
    ("quote", "verified"),
    [
        ("The Seller delivers the goods … a free port.", True),
        ("The Seller delivers the goods to the port [...] a free port.", True),
        ("to the port of Genoa. . . . The Buyer bears the cost of it.", True),
        ("The Seller delivers the goods … bears the cost of it.", False),
        ("bears the cost of it … goods are damaged. It may", False),
        ("The Buyer shall pay within … unless the goods are damaged", False),
        ("The Buyer … pay within five (5) days, unless", False),
        ("The Buyer shall pay within five (5) days … It may not sell them.", False),
        ("Seller … goods … port … free … cost", False),
        ("It may … sell them.", False),
    ],
)
def test_omissions(quote: str, verified: bool) -> None:
    document = Document("0" * 64, "T", (Page(1, None, LEASE),))
    citation = verify([Quote(quote, "D1", 1)], [document])[0]
    assert citation.verified is verified
    assert not verified or Caution.OMISSION in citation.cautions


@pytest.mark.parametrize(
    ("source", "quote"),
    [
        (
            "Der Mieter darf die Wohnung nicht an einen Dritten vermieten.",
            "Der Mieter darf die Wohnung … einen Dritten vermieten.",
        ),
        (
            "Le locataire paie le loyer sauf en cas de force majeure au bailleur.",
            "Le locataire paie le loyer … au bailleur le jour",
        ),
        (
            "El inquilino paga la renta solo si quiere a la propietaria cada mes.",
            "El inquilino paga la renta … a la propietaria cada mes.",
        ),
        (
            "Арендатор платит ренту только если хочет каждый месяц хозяину дома.",
            "Арендатор платит ренту … каждый месяц хозяину дома.",
        ),
        (
            "承租人应当在每月第一日除节假日外支付全部租金给出租人。",
            "承租人应当在每月第一日…支付全部租金给出租人",
        ),
    ],
)
def test_omissions_in_other_languages(source: str, quote: str) -> None:
    assert not verify([quote], [Document("0" * 64, "T", (Page(1, None, source),))])[0].verified


def _cautions(source: str, quote: str, *, ocr: bool = False) -> tuple[Verdict, tuple[Caution, ...]]:
    document = Document("0" * 64, "T", (Page(1, None, source, ocr),))
    citation = verify([Quote(quote, "D1", 1)], [document])[0]
    return citation.verdict, citation.cautions


def test_cautions() -> None:
    goes_on = "The fee for the use of it is due at once, unless the Buyer disputes it in good faith."
    assert _cautions(goes_on, "The fee for the use of it is due at once") == (
        Verdict.VERBATIM,
        (Caution.SENTENCE_GOES_ON,),
    )
    assert _cautions(goes_on, "The fee for the use of it is due at once.") == (
        Verdict.ALTERED,
        (Caution.SENTENCE_GOES_ON,),
    )
    assert _cautions(goes_on, "The fee for the use of it is due at once …")[0].verified
    assert _cautions("The fee is due in cash at once.", "The fee is due in cash", ocr=True)[1] == (
        Caution.OCR,
    )
    assert _cautions("Fee: [struck: the old fee is five] of it", "the old fee is five")[1] == (
        Caution.STRUCK,
    )
    assert _cautions("It pays [redacted] to the other party.", "It pays [redacted] to the other")[1] == (
        Caution.REDACTED_INSIDE,
    )
    assert _cautions("The fee is due now. The fee is due now.", "The fee is due now.")[1] == (
        Caution.REPEATED,
    )
    assert _cautions(
        "He said “we never owed them any of this money” there.", "we never owed them any of this"
    )[1] == (Caution.QUOTED_SPEECH,)


def test_a_page_without_text_cannot_be_checked() -> None:
    document = Document("0" * 64, "T", (Page(1, None, "Some words of it."), Page(2, None, "")))
    citation = verify([Quote("The tenant shall pay the rent", "D1", 2)], [document])[0]
    assert citation.verdict is Verdict.NOT_FOUND
    assert "cannot be checked: page 2 has no text" in citation.note
