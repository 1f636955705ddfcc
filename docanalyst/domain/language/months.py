"""The names of the months in English, whole and cut short; in German and French, whole."""

from __future__ import annotations

MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)

SHORT_MONTHS = ("Jan", "Feb", "Mar", "Apr", "Jun", "Jul", "Aug", "Sept", "Sep", "Oct", "Nov", "Dec")
"""Months cut short. May is not: a full stop after it ends a sentence."""

MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?\.?|July?\.?|Aug(?:ust|\.)?"
    r"|Sept?(?:ember|\.)?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
"""A regular expression for a month, whole or cut short, with its full stop."""

_GERMAN = (
    *("Januar", "Februar", "März", "April", "Mai", "Juni"),
    *("Juli", "August", "September", "Oktober", "November", "Dezember"),
)
_FRENCH = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
_AUSTRIAN = {"jänner": 1, "feber": 2}
OTHER_MONTHS = {
    name.casefold(): number for names in (_GERMAN, _FRENCH) for number, name in enumerate(names, 1)
} | _AUSTRIAN
"""German and French names of months, in small letters → their numbers."""

OTHER_MONTH = f"(?:{'|'.join(sorted(OTHER_MONTHS, key=len, reverse=True))})"
"""A regular expression for a German or French month; to be used without regard to case."""
