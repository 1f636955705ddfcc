"""Figures, units, dates and references changed."""

from __future__ import annotations

import random
import re

from docanalyst.domain.language.months import MONTHS
from docanalyst.domain.selftest.kinds import Pair, first_of, kinds, planted, replaced, swapped
from docanalyst.domain.selftest.passages import Passage

_NUMBER = re.compile(r"(?<![\w.,-])\d+(?:[.,]\d+)*(?![\w.,]*\w)")


def digit_changed(passage: Passage, chooser: random.Random) -> Pair | None:
    """Another digit in a number of the sentence."""
    match = _number(passage, chooser)
    if match is None:
        return None
    place = chooser.choice([at for at, sign in enumerate(match[0]) if sign.isdigit()])
    other = chooser.choice([digit for digit in "123456789" if digit != match[0][place]])
    return Pair(replaced(passage.text, match, match[0][:place] + other + match[0][place + 1 :]))


def digits_exchanged(passage: Passage, chooser: random.Random) -> Pair | None:
    """Two neighbouring digits of a number exchanged."""
    match = _number(passage, chooser)
    if match is None:
        return None
    places = [
        at
        for at in range(len(match[0]) - 1)
        if match[0][at : at + 2].isdigit() and match[0][at] != match[0][at + 1]
    ]
    if not places:
        return None
    at = chooser.choice(places)
    return Pair(
        replaced(passage.text, match, match[0][:at] + match[0][at + 1] + match[0][at] + match[0][at + 2 :])
    )


def digit_dropped(passage: Passage, chooser: random.Random) -> Pair | None:
    """A number of two or more digits without its last one."""
    match = _number(passage, chooser)
    if match is None or not match[0][-2:].isdigit() or len(match[0]) < 2:
        return None
    return Pair(replaced(passage.text, match, match[0][:-1]))


def digit_added(passage: Passage, chooser: random.Random) -> Pair | None:
    """A number with one more digit."""
    match = _number(passage, chooser)
    return (
        None
        if match is None
        else Pair(replaced(passage.text, match, match[0] + chooser.choice("0123456789")))
    )


def _number(passage: Passage, chooser: random.Random) -> re.Match[str] | None:
    found = [
        match
        for match in _NUMBER.finditer(passage.text)
        if match.start() > 0 and match.end() < len(passage.text)
    ]
    return chooser.choice(found) if found else None


_MONTHS = [month for month in MONTHS if month != "May"]
"""Without May, which may be a verb."""

_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]
_ONES = [
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "fifteen",
    "twenty",
    "thirty",
    "sixty",
    "ninety",
]
_ORDINALS = ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth"]


def _others(words: list[str]) -> dict[str, list[str]]:
    return {word.lower(): [other for other in words if other != word] for word in words}


NUMBERS = kinds(
    "numbers",
    {
        "digit changed": first_of(digit_changed, planted(("{n}", "{m}"), ("{t}", "{u}"))),
        "two digits exchanged": first_of(digits_exchanged, planted(("{n}{k}1", "{n}1{k}"))),
        "digit dropped": first_of(digit_dropped, planted(("{n}", "{k}"), ("{u}", "{n}"))),
        "digit added": first_of(digit_added, planted(("{n}", "{n}0"), ("{k}", "{k}{j}"))),
        "decimal point dropped": planted(
            ("{n}.{k}", "{n}{k}"), ("{k}.{j} mg", "{k}{j} mg"), ("0.{k}", "0{k}")
        ),
        "decimal point turned into a blank": planted(("{n}.{k}", "{n} {k}"), ("{k}.{j}%", "{k} {j}%")),
        "decimal point moved": planted(
            ("{n}.{k}{j}", "{n}{k}.{j}"), ("{k}.{n}", "{k}{n}.0"), ("0.{n}", "0.0{n}")
        ),
        "decimal point at the start of a figure dropped": planted(
            (".{k} mg", "{k} mg"), (".{n}", "{n}"), ("P = .0{k}", "P = 0{k}")
        ),
        "decimal point at the start of a figure put in": planted(("{k} mg", ".{k} mg"), ("{n}", ".{n}")),
        "thousands comma turned into a decimal point": planted(("{t}", "1.{u}"), ("12,{u}", "12.{u}")),
        "decimal comma dropped": planted(("{k},{j}", "{k}{j}"), ("{n},{k}%", "{n}{k}%")),
        "list of numbers run together": planted(
            ("{k}, {u}", "{k},{u}"), ("{k}; {j}", "{k}{j}"), ("{n}, {m} and {k}", "{n} {m} and {k}")
        ),
        "zeros dropped": planted(("{k},000", "{k}"), ("{n},000,000", "{n},000"), ("{k}00", "{k}0")),
        "sign of an exponent dropped": planted(
            ("{k}.{j}e-5", "{k}.{j}e5"), ("{k}E−{j}", "{k}E{j}"), ("10⁻⁵", "10⁵"), ("10^-{k}", "10^{k}")
        ),
        "sign of an exponent turned": planted(
            ("{k}.{j}e-5", "{k}.{j}e+5"), ("{k}e+{j}", "{k}e-{j}"), ("10⁻³", "10⁺³")
        ),
        "exponent changed": planted(
            ("10⁵", "10⁶"), ("{k}e{j}", "{k}e1{j}"), ("x²", "x³"), ("10^{k}", "10^{j}")
        ),
        "raised figure set on the line": planted(
            ("10⁵", "105"), ("x²", "x2"), ("{k} × 10⁶", "{k} × 106"), ("2ⁿ", "2n")
        ),
        "lowered figure set on the line": planted(
            ("log₂{k}", "log2{k}"), ("x₁{k}", "x1{k}"), ("log₁₀{n}", "log10{n}")
        ),
        "raised figure lowered": planted(("x²", "x₂"), ("a₁", "a¹"), ("n³", "n₃")),
        "raised or lowered figure dropped": planted(
            ("{n} m²", "{n} m"), ("x³ + y", "x + y"), ("10⁵ cells", "10 cells"), ("t₁ and t₂", "t and t")
        ),
        "range run together": planted(("{k}–{n}", "{k}{n}"), ("{k}-{j}", "{k}{j}"), ("{n}—{m}", "{n}{m}")),
        "range turned into a list or fraction": planted(
            ("{k}–{j}", "{k} {j}"), ("{k}-{j}", "{k}/{j}"), ("{n}–{m}", "{n}, {m}"), ("{k}–{n}", "{k}.{n}")
        ),
        "ends of a range exchanged": planted(
            ("{k}–1{j}", "1{j}–{k}"), ("from {n} to {m}", "from {m} to {n}"), ("{n}-{m}", "{m}-{n}")
        ),
        "ratio run together": planted(("{k}:{j}", "{k}{j}"), ("{n}:{k}", "{n} {k}"), ("1:{u}", "1{u}")),
        "ratio turned round": planted(("{k}:1", "1:{k}"), ("{k}:{j}", "{j}:{k}"), ("{k}/{j}", "{j}/{k}")),
        "fraction run together": planted(
            ("{k}/{j}", "{k}{j}"), ("1/{k}", "1{k}"), ("{k} 1/2", "{k}1/2"), ("1/{k}", "1 {k}")
        ),
        "fraction character changed": planted(("½", "¼"), ("{k}¾", "{k}¼"), ("⅓", "⅔"), ("{k}½", "{k}")),
        "fraction character set as a whole number": planted(
            ("{k}½", "{k}12"), ("½", "12"), ("{k}½", "{k}1/2")
        ),
        "time changed": planted(
            ("{k}:30", "{k}30"), ("10:{n} a.m.", "10:{n} p.m."), ("{k}:00", "{j}:00"), ("9 am", "9 pm")
        ),
        "day and month exchanged": planted(
            ("0{k}/0{j}/{y}", "0{j}/0{k}/{y}"), ("{y}-0{k}-0{j}", "{y}-0{j}-0{k}")
        ),
        "date run together": planted(
            ("0{k}/0{j}/{y}", "0{k}0{j}{y}"), ("{y}-0{k}-1{j}", "{y}0{k}1{j}"), ("{k}.{j}.{y}", "{k}{j}.{y}")
        ),
        "month changed": first_of(
            swapped(_others(_MONTHS)),
            planted(("on {k} March {y}", "on {k} May {y}"), ("in June {y}", "in July {y}")),
        ),
        "weekday changed": first_of(
            swapped(_others(_DAYS)), planted(("on Monday", "on Friday"), ("by Thursday", "by Tuesday"))
        ),
        "year changed": planted(
            ("in {y}", "in {z}"), ("by {k} May {y}", "by {k} May {z}"), ("FY{y}", "FY{z}")
        ),
        "era changed": planted(("{n} BC", "{n} AD"), ("{u} BCE", "{u} CE")),
        "number word changed": first_of(
            swapped(_others(_ONES)), planted(("five", "nine"), ("sixty", "sixteen"))
        ),
        "ordinal changed": first_of(
            swapped(_others(_ORDINALS)), planted(("the third", "the fourth"), ("the {n}th", "the {m}th"))
        ),
        "number in brackets differs from the words": planted(
            ("thirty (30) days", "thirty (20) days"), ("ten (10)", "ten (12)"), ("five (5)", "six (5)")
        ),
        "number in brackets dropped": planted(
            ("thirty (30) days", "thirty days"),
            ("ten (10) units", "(10) units"),
            ("five (5) pages", "5 pages"),
        ),
        "scale word changed": planted(
            ("${k} million", "${k} billion"),
            ("{n} thousand", "{n} million"),
            ("{k} hundred", "{k} thousand"),
            ("${k}m", "${k}bn"),
        ),
        "scale word dropped": planted(
            ("${k} million of", "${k} of"),
            ("five hundred pages", "five pages"),
            ("{k} dozen boxes", "{k} boxes"),
            ("{k} million people", "{k} people"),
        ),
        "fraction in words changed": planted(
            ("one-third", "two-thirds"),
            ("half", "a third"),
            ("two thirds", "two fifths"),
            ("a quarter", "three quarters"),
        ),
        "multiple changed": planted(
            ("twice", "thrice"), ("double", "triple"), ("once", "twice"), ("three-fold", "two-fold")
        ),
        "figure set in words": planted(("{k} days", "nineteen days"), ("12 months", "twenty months")),
        "unit changed": planted(
            ("{n} mg", "{n} g"),
            ("{n} km", "{n} m"),
            ("{n} µg", "{n} mg"),
            ("{k} ml", "{k} l"),
            ("{n} kW", "{n} kWh"),
            ("{n} kg", "{n} lb"),
            ("{n} Hz", "{n} kHz"),
        ),
        "unit character changed": planted(
            ("{n}㎎", "{n}㎏"), ("{n}℃", "{n}℉"), ("{n}㎜", "{n}㎝"), ("{n}㎡", "{n}㎥"), ("{n}㎾", "{n}㎿")
        ),
        "unit dropped": planted(
            ("{n} mg of", "{n} of"),
            ("{n} km from", "{n} from"),
            ("{k}.{j} mmol in", "{k}.{j} in"),
            ("{n}℃ in", "{n} in"),
        ),
        "degrees of another scale": planted(("{n} °C", "{n} °F"), ("{n}°F", "{n}°C"), ("{n} K", "{n} °C")),
        "power of a unit changed": planted(
            ("{n} mm²", "{n} mm³"), ("{n} m³", "{n} m²"), ("{n} s⁻¹", "{n} s⁻²"), ("{n} kg/m²", "{n} kg/m")
        ),
        "unit of time changed": first_of(
            swapped(
                {
                    "days": ["months", "weeks", "hours"],
                    "months": ["days", "years"],
                    "years": ["months"],
                    "hours": ["days", "minutes"],
                    "weeks": ["days"],
                    "year": ["month"],
                    "month": ["week"],
                    "day": ["week"],
                }
            ),
            planted(("{n} days", "{n} months"), ("{k} hours", "{k} minutes")),
        ),
        "kind of day changed": planted(
            ("{n} business days", "{n} calendar days"),
            ("{k} working days", "{k} days"),
            ("{n} days", "{n} business days"),
        ),
        "currency code changed": planted(
            ("USD {n}", "EUR {n}"),
            ("{t} CHF", "{t} CZK"),
            ("GBP {n}", "GIP {n}"),
            ("{n} dollars", "{n} euros"),
        ),
        "section number changed": planted(
            ("Section {k}.{j}", "Section {j}.{k}"),
            ("clause {n}.{k}", "clause {n}.{j}"),
            ("Article {k}", "Article {j}"),
        ),
        "point of a section number dropped": planted(
            ("Section {k}.{j}", "Section {k}{j}"), ("clause {k}.{j}.1", "clause {k}.{j}1")
        ),
        "letter of a section changed": planted(
            ("Section {k}(a)", "Section {k}(b)"),
            ("clause {k}(c)", "clause {k}(e)"),
            ("paragraph (d)", "paragraph (b)"),
        ),
        "letter of a section dropped": planted(
            ("Section {k}(a)", "Section {k}"),
            ("Section {k}(a)(i)", "Section {k}(a)"),
            ("Section {k}(b)", "Section {k}b"),
        ),
        "Roman number changed": planted(
            ("Article IV", "Article VI"),
            ("Part III", "Part II"),
            ("Phase II", "Phase III"),
            ("(ii)", "(iii)"),
        ),
        "table or figure number changed": planted(
            ("Table {k}", "Table {j}"), ("Figure {k}A", "Figure {k}B"), ("Exhibit B", "Exhibit D")
        ),
        "statute or case number changed": planted(
            ("{n} U.S.C. § {u}", "{m} U.S.C. § {u}"),
            ("{u} U.S. {n}", "{u} U.S. {m}"),
            ("No. {n}-{u}", "No. {m}-{u}"),
        ),
        "telephone number changed": planted(
            ("(555) 010-23{n}", "(555) 010-23{m}"),
            ("+1 555 010", "+7 555 010"),
            ("555-010-{u}", "555-010{u}"),
        ),
        "version changed": planted(
            ("version {k}.{j}", "version {k}{j}"),
            ("v{k}.0.{j}", "v{k}.{j}"),
            ("Python {k}.{n}", "Python {k}.{m}"),
        ),
        "statistic changed": planted(
            ("p = 0.0{k}", "p = 0.{k}"),
            ("{n}% CI", "{m}% CI"),
            ("r = 0.{n}", "r = −0.{n}"),
            ("n = {n}", "n = {m}"),
            ("SD {k}.{j}", "SE {k}.{j}"),
        ),
    },
)
