"""All kinds of edits: the altered, of which none may be verified, and the honest, all of which should be."""

from __future__ import annotations

from docanalyst.domain.selftest.altered.additions import ADDITIONS
from docanalyst.domain.selftest.altered.edges import EDGES
from docanalyst.domain.selftest.altered.letters import LETTERS
from docanalyst.domain.selftest.altered.numbers import NUMBERS
from docanalyst.domain.selftest.altered.omissions import OMISSIONS
from docanalyst.domain.selftest.altered.page_breaks import PAGE_BREAKS
from docanalyst.domain.selftest.altered.punctuation import PUNCTUATION
from docanalyst.domain.selftest.altered.signs import SIGNS
from docanalyst.domain.selftest.altered.words import WORDS
from docanalyst.domain.selftest.honest.copying import EDITING, MARKS, MARKUP, SAME_SIGNS
from docanalyst.domain.selftest.honest.extraction import EXTRACTION

ALTERED = (*SIGNS, *NUMBERS, *LETTERS, *WORDS, *PUNCTUATION, *EDGES, *OMISSIONS, *ADDITIONS, *PAGE_BREAKS)
"""Edits that change what a quotation says."""

HONEST = (*EXTRACTION, *MARKS, *MARKUP, *EDITING, *SAME_SIGNS)
"""Damage that changes nothing of what a quotation says."""
