"""Leaves out lines of content beside a page break, as if they were running heads."""

from __future__ import annotations

import random

from docanalyst.domain.selftest.kinds import Make, Pair, gap, kinds
from docanalyst.domain.selftest.passages import Passage

PAGE_BREAK = "\f"


def line_lost(*lines: str) -> Make:
    """Makes quotations that leave out a line of content at the head of a page."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        place = gap(passage.text, chooser)
        if place is None:
            return None
        line = chooser.choice(lines)
        before, after = passage.text[:place], passage.text[place + 1 :]
        return Pair(passage.text, f"{before}{PAGE_BREAK}{line}\n{after}")

    return make


def last_line_lost(*lines: str) -> Make:
    """Makes quotations that leave out a line of content at the foot of a page."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        place = gap(passage.text, chooser)
        if place is None:
            return None
        before, after = passage.text[:place], passage.text[place + 1 :]
        return Pair(passage.text, f"{before}\n{chooser.choice(lines)}{PAGE_BREAK}{after}")

    return make


def line_inside_lost(*lines: str) -> Make:
    """Makes quotations that leave out a line in the middle of a page."""

    def make(passage: Passage, chooser: random.Random) -> Pair | None:
        place = gap(passage.text, chooser)
        if place is None:
            return None
        before, after = passage.text[:place], passage.text[place + 1 :]
        return Pair(passage.text, f"{before}\n{chooser.choice(lines)}\n{after}")

    return make


_CLAUSES = (
    "(c) or the Buyer has defaulted",
    "(b) unless the Lender objects",
    "(iii) if no notice was given,",
    "except as set out in Section 3",
    "subject to the limits in Schedule 2",
    "and is not a Restricted Person",
)
_LOOKALIKES = (
    "Copyright holders excepted,",
    "Published claims alone,",
    "Proceedings in bankruptcy excluded,",
    "Continued use not permitted,",
    "Table 3 patients excepted,",
    "Scheme 2 members excluded,",
    "Box 5 income not counted,",
    "Figure 4 doses only,",
    "Note 7 debts excluded,",
    "Page 2 items excepted,",
    "Vol. 3 claims not included,",
    "DRAFT versions excluded,",
    "Confidential matters excepted,",
)

PAGE_BREAKS = kinds(
    "page breaks",
    {
        "clause at the head of a page left out": line_lost(*_CLAUSES),
        "clause at the foot of a page left out": last_line_lost(*_CLAUSES),
        "line of content that begins like furniture left out at a page's head": line_lost(*_LOOKALIKES),
        "line of content that begins like furniture left out at a page's foot": last_line_lost(*_LOOKALIKES),
        "line of content left out in the middle of a page": line_inside_lost(*_CLAUSES, *_LOOKALIKES),
        "number alone on a line left out": line_inside_lost("1,250", "$40", "– 12", "30 days", "not"),
        "table row left out": line_inside_lost("Total | 1,250 | 37", "Year 2 | $5,000", "Rent | none"),
    },
)
