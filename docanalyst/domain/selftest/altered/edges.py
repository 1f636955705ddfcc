"""Quotations cut in the wrong place, or with something put on at an end."""

from __future__ import annotations

import random
import re

from docanalyst.domain.selftest.kinds import Make, Pair, figures, filled, gaps, kinds
from docanalyst.domain.selftest.passages import Passage

_LEAST_WORDS = 6


def cut_at_end(*pairs: tuple[str, str]) -> Make:
    """Makes quotations that end inside words put into the sentence: the page has the first of a pair, the
    quotation ends with the second."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        places = [at for at in gaps(passage.text) if len(passage.text[:at].split()) >= _LEAST_WORDS]
        if not places:
            return None
        at, values = chooser.choice(places), figures(chooser)
        written, kept = (filled(side, values) for side in chooser.choice(pairs))
        return Pair(f"{passage.text[:at]} {kept}", f"{passage.text[:at]} {written}{passage.text[at:]}")

    return make


def cut_at_start(*pairs: tuple[str, str]) -> Make:
    """Makes quotations that begin inside words put into the sentence."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        places = [at for at in gaps(passage.text) if len(passage.text[at:].split()) >= _LEAST_WORDS]
        if not places:
            return None
        at, values = chooser.choice(places), figures(chooser)
        written, kept = (filled(side, values) for side in chooser.choice(pairs))
        return Pair(kept + passage.text[at:], f"{passage.text[:at]} {written}{passage.text[at:]}")

    return make


def word_cut_at_end(passage: Passage, chooser: random.Random) -> Pair | None:
    """A quotation that ends inside a word."""
    found = [
        match
        for match in re.finditer(r"(?<= )[a-z]{7,}(?= )", passage.text)
        if len(passage.text[: match.start()].split()) >= _LEAST_WORDS
    ]
    if not found:
        return None
    match = chooser.choice(found)
    return Pair(passage.text[: match.end() - chooser.randrange(2, 5)])


def word_cut_at_start(passage: Passage, chooser: random.Random) -> Pair | None:
    """A quotation that begins inside a word."""
    found = [
        match
        for match in re.finditer(r"(?<= )[a-z]{7,}(?= )", passage.text)
        if len(passage.text[match.end() :].split()) >= _LEAST_WORDS
    ]
    if not found:
        return None
    match = chooser.choice(found)
    return Pair(passage.text[match.start() + chooser.randrange(2, 5) :])


EDGES = [
    *kinds(
        "edges",
        {
            "cut: amount from its scale": cut_at_end(
                ("${k} million", "${k}"),
                ("{k} billion", "{k}"),
                ("€{n} thousand", "€{n}"),
                ("{n} lakh", "{n}"),
            ),
            "cut: number word from its scale": cut_at_end(
                ("five hundred", "five"),
                ("two thousand", "two"),
                ("three million", "three"),
                ("six dozen", "six"),
            ),
            "cut: number from its percent or degree": cut_at_end(
                ("{n}%", "{n}"), ("{n} percent", "{n}"), ("{n}°", "{n}"), ("{n} °C", "{n}"), ("{n}‰", "{n}")
            ),
            "cut: number from its unit": cut_at_end(
                ("{n} mg", "{n}"),
                ("{n} km", "{n}"),
                ("{k}.{j} kg", "{k}.{j}"),
                ("{n} days", "{n}"),
                ("{n} years", "{n}"),
                ("{n} hours", "{n}"),
            ),
            "cut: number from its currency behind it": cut_at_end(
                ("{n} €", "{n}"),
                ("{t} euros", "{t}"),
                ("{n} USD", "{n}"),
                ("{n}¢", "{n}"),
                ("{n} cents", "{n}"),
            ),
            "cut: number inside its decimals": cut_at_end(
                ("{k}.{n}", "{k}"), ("0.{n}", "0"), ("{n}.{k}%", "{n}")
            ),
            "cut: number inside its thousands": cut_at_end(
                ("{k},{u}", "{k}"), ("1,{u},000", "1,{u}"), ("{k} 000 000", "{k}")
            ),
            "cut: number inside its digits": cut_at_end(("{n}{k}", "{n}"), ("{u}{u}", "{u}")),
            "cut: number from its power": cut_at_end(
                ("10⁵", "10"), ("10^{k}", "10"), ("{k}e{j}", "{k}"), ("{n} m²", "{n} m"), ("{k} × 10⁶", "{k}")
            ),
            "cut: range at its start": cut_at_end(
                ("{k}–{n}", "{k}"), ("{n}-{m}", "{n}"), ("1:{n}", "1"), ("{k}/{j}", "{k}")
            ),
            "cut: fraction behind a whole number": cut_at_end(
                ("{k}½", "{k}"), ("{k} 1/2", "{k}"), ("{k} ¾", "{k}")
            ),
            "cut: time or date inside": cut_at_end(
                ("{k}:30", "{k}"), ("0{k}/0{j}/{y}", "0{k}/0{j}"), ("{y}-0{k}-0{j}", "{y}")
            ),
            "cut: sign behind a name": cut_at_end(
                ("C++", "C"),
                ("CD{k}⁺", "CD{k}"),
                ("grade A−", "grade A"),
                ("C#", "C"),
                ("{k}!", "{k}"),
                ("Na⁺", "Na"),
            ),
            "cut: web or e-mail address": cut_at_end(
                ("example.org/a", "example"),
                ("ann@example.org", "ann"),
                ("www.example.org/v{k}", "www.example.org"),
                ("www.example.co.uk", "www.example.co"),
            ),
            "cut: section number inside": cut_at_end(
                ("Section {k}.{j}", "Section {k}"),
                ("clause {k}.{j}.1", "clause {k}.{j}"),
                ("Section {k}(a)", "Section {k}"),
            ),
            "cut: compound number word": cut_at_end(
                ("twenty-five", "twenty"), ("one-third", "one"), ("forty-two", "forty")
            ),
            "cut: compound or name inside": cut_at_end(
                ("a well-known", "a well"), ("the cost-free", "the cost"), ("Smith-Jones", "Smith")
            ),
            "cut: word at the end": word_cut_at_end,
            "cut: word at the start": word_cut_at_start,
            "cut: minus at the start": cut_at_start(
                ("−{n}", "{n}"), ("-{k}.{j}", "{k}.{j}"), ("– {n}", "{n}"), ("−{n}%", "{n}%")
            ),
            "cut: plus-minus or about sign at the start": cut_at_start(
                ("±{k}", "{k}"), ("~{n}", "{n}"), ("≈ {n}", "{n}"), ("± {n}", "{n}")
            ),
            "cut: comparison at the start": cut_at_start(
                ("> {n}", "{n}"),
                ("<{n}", "{n}"),
                ("≥ {n}", "{n}"),
                ("≤{n}%", "{n}%"),
                ("≤ {k}.{j}", "{k}.{j}"),
            ),
            "cut: currency at the start": cut_at_start(
                ("${t}", "{t}"), ("€{n}", "{n}"), ("£ {n}", "{n}"), ("₩{t}", "{t}"), ("A${n}", "${n}")
            ),
            "cut: decimals at the start": cut_at_start(
                ("{k}.{n}", "{n}"), (".{n}", "{n}"), ("0.{k}%", "{k}%")
            ),
            "cut: thousands at the start": cut_at_start(
                ("{k},{u}", "{u}"), ("{k} {u} 000", "{u} 000"), ("1,{u},000", "{u},000")
            ),
            "cut: digits at the start": cut_at_start(("{k}{n}", "{n}"), ("{n}{u}", "{u}")),
            "cut: range at its end": cut_at_start(
                ("{k}–{n}", "{n}"), ("{k}-{n}", "{n}"), ("{k}:{j}", "{j}"), ("{k}/{j}", "{j}")
            ),
            "cut: whole number before a fraction": cut_at_start(
                ("{k} 1/2", "1/2"), ("{k}½", "½"), ("{k} ¾", "¾")
            ),
            "cut: scale before a number word": cut_at_start(
                ("five hundred", "hundred"),
                ("twenty-five", "five"),
                ("one-third", "third"),
                ("two hundred five", "five"),
            ),
            "cut: prefix at the start": cut_at_start(
                ("non-exclusive", "exclusive"),
                ("un-American", "American"),
                ("anti-dumping", "dumping"),
                ("ex-owner", "owner"),
            ),
            "cut: sign before a name": cut_at_start(
                ("¬A", "A"),
                ("√{n}", "{n}"),
                ("∂f", "f"),
                ("#{k}", "{k}"),
                ("☐ Yes", "Yes"),
                ("☒ No", "No"),
            ),
            "cut: exponent at the start": cut_at_start(
                ("{k}e−{j}", "{j}"), ("10⁻⁵", "⁵"), ("{k}^{j}", "{j}")
            ),
        },
        cut=True,
    ),
    *kinds(
        "edges",
        {
            "put on: comparison at the start": cut_at_start(
                ("{n}", "> {n}"),
                ("{n}", "<{n}"),
                ("{n}%", "≥ {n}%"),
                ("{k}.{j}", "≤ {k}.{j}"),
                ("{n}", ">{n}"),
            ),
            "put on: minus at the start": cut_at_start(
                ("{n}", "−{n}"), ("{k}.{j}", "-{k}.{j}"), ("{n}%", "–{n}%")
            ),
            "put on: currency at the start": cut_at_start(("{t}", "${t}"), ("{n}", "€{n}"), ("{n}", "£{n}")),
            "put on: plus-minus or about at the start": cut_at_start(
                ("{k}", "±{k}"), ("{n}", "~{n}"), ("{n}", "≈{n}")
            ),
            "put on: decimal point at the start": cut_at_start(("{n}", ".{n}"), ("{k} mg", ".{k} mg")),
            "put on: percent or unit at the end": cut_at_end(
                ("{n}", "{n}%"), ("{n}", "{n} mg"), ("{n}", "{n}°"), ("{k}", "{k} km")
            ),
            "put on: scale at the end": cut_at_end(
                ("{k}", "{k} million"), ("${n}", "${n} billion"), ("five", "five hundred")
            ),
            "put on: currency at the end": cut_at_end(("{n}", "{n} €"), ("{n}", "{n}¢"), ("{t}", "{t} USD")),
            "put on: power at the end": cut_at_end(("{n}", "{n}²"), ("10", "10⁵"), ("{n} m", "{n} m³")),
            "put on: digit at an end": cut_at_end(("{n}", "{n}{k}"), ("{k}", "{k}.{j}"), ("{n}", "{n},000")),
            "turned: sign at the start": cut_at_start(
                (">{n}", "<{n}"), ("≥ {n}", "≤ {n}"), ("+{n}", "−{n}"), ("±{n}", "+{n}"), ("${n}", "€{n}")
            ),
            "turned: sign at the end": cut_at_end(
                ("{n} €", "{n} $"),
                ("{n}%", "{n}‰"),
                ("{k}′", "{k}″"),
                ("{n} ℃", "{n} ℉"),
                ("{n}¢", "{n}€"),
                ("A−", "A+"),
            ),
        },
    ),
]
