"""Names of reporters, codes and journals, as legal citations abbreviate them.

The names are data of reporters-db (BSD 2-Clause), on which eyecite rests too. Of the 310 full citations that
eyecite finds in ten documents all are found here, and 266 of 268 of those in its own tests; its import takes
1.7 s. So only the names are used (tests/benchmarks/bench_authorities.py).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from docanalyst.domain.language.months import SHORT_MONTHS

_NAMES = Path(__file__).with_name("names.txt")
_MONTHS = frozenset(f"{month}." for month in (*SHORT_MONTHS, "May"))
_RECORD = frozenset(("App.", "Rec.", "R.", "Tr.", "J.A.", "JA"))
"""Variants that opinions use for the record of the case itself: "1 App. 7" is in the joint appendix."""

_NOT_NAMES = frozenset(
    (
        "Pub.L.",
        "Priv.L.",
        "No.",
        "Nos.",
        "Sec.",
        "Art.",
        "Id.",
        "At",
        "Page",
        "Pages",
        "Vol.",
        "Table",
        "Part",
    )
)


@cache
def _tables() -> dict[str, dict[str, str]]:
    """Kind of name ("reporters", "codes", "journals") → squeezed variant → usual name."""
    tables: dict[str, dict[str, str]] = {}
    table: dict[str, str] = {}
    for line in _NAMES.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if line.startswith("["):
            table = tables.setdefault(line.strip("[]"), {})
            continue
        usual, *variants = line.split("|")
        table[squeezed(usual)] = usual
        for variant in variants:
            table.setdefault(squeezed(variant), usual)
    return tables


def squeezed(name: str) -> str:
    """A name without blanks and with one shape of apostrophe: "F. Supp. 2d" and "F.Supp.2d" are one."""
    return re.sub(r"\s+", "", name.replace("’", "'").replace("‘", "'"))


def reporter(name: str) -> str | None:
    """The usual name of a reporter or journal, or None where no such name is known."""
    key = squeezed(name)
    if key in _MONTHS or key in _NOT_NAMES:
        return None
    tables = _tables()
    return tables["reporters"].get(key) or tables["journals"].get(key) or tables["codes"].get(key)


def code(name: str) -> str | None:
    """The usual name of a code or collection of statutes, or None where no such name is known."""
    return _tables()["codes"].get(squeezed(name))


def is_record(name: str) -> bool:
    """Whether a name is one that opinions use for the record of their own case."""
    return squeezed(name) in _RECORD


def is_plain(name: str) -> bool:
    """Whether a name could be a word or an initial of running text: "Ohio", "F.", "Iowa", "A."."""
    return "." not in name.rstrip(".") and not re.search(r"\d", name)
