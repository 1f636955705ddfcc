"""Signs: what a sentence says when it deals with a concept, rather than using its words.

"Assignment of the invoice number" has the words of an assignment clause; "shall not be assigned without
consent" has its sign. Signs lift passages, and they earn a band above *possible* (`ranking.band_of`).
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterable, Mapping, Sequence

from docanalyst.domain.documents import Document
from docanalyst.domain.language.sentences import Sentence
from docanalyst.domain.retrieval.questions import Concept

_UNIT = r"(?:days?|weeks?|months?|years?|hours?|minutes?)"
_NUMBER = (
    r"(?:\d[\d.,]*|\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|sixty"
    r"|ninety))"
)
_FORMS = (
    (
        r"\bhow long\b|\bwhat (?:is the )?(?:period|duration|term)\b"
        r"|\bhow (?:many|much) (?:days|notice|time|months|years)\b",
        rf"{_NUMBER}\W{{0,3}}(?:\(\d+\)\s)?(?:calendar |business |working |consecutive )?{_UNIT}\b",
    ),
    (
        r"\bhow much\b"
        r"|\bwhat (?:is the )?(?:price|fee|rent|amount|cost|salary|royalty|percentage|share|rate)\b",
        r"[$€£¥]\s?\d|\d\s?%|\bpercent\b|\b\d[\d.,]*\s(?:dollars|euros?|pounds)\b",
    ),
    (
        r"\bwhen\b|\bwhat date\b|\bwhich (?:date|year|day)\b",
        r"\b(?:19|20)\d\d\b|\b\d{1,2}(?:st|nd|rd|th)\b|\bdays?\b",
    ),
)
_HOW_MANY = re.compile(r"\bhow many (?P<what>[a-z-]+(?: [a-z-]+)?)")

CANDIDATES = 150
"""Windows that are searched for signs: the best by their words. Measured: more change no ranking."""

SHORTEST = 6
"""Words of a sentence that can have a sign; a shorter one is a heading or a scrap."""
ITEMS, LEAD = 12, 200
"""List items over which a lead-in holds, and characters of it that are read."""

_ITEM = re.compile(r"\(?(?:[a-z]|[ivx]{1,5}|\d{1,2})[.)]\s")
_AS_TYPED = str.maketrans(
    {
        "’": "'",
        "‘": "'",
        "“": '"',
        "”": '"',
        "–": "-",
        "—": "-",
        "‑": "-",
        "‐": "-",
        "\ufffe": "-",
        "\x02": "-",
        "\u00ad": None,
    }
)


def form_of_answer(question: str) -> re.Pattern[str] | None:
    """What the sentence that answers a question looks like, whatever it is about; None where it may be any.

    A number and a unit for "how long", a sum for "how much", a number before the noun for "how many".
    """
    text = plain(question)
    if (counted := _HOW_MANY.search(text)) is not None and not re.match(rf"{_UNIT}\b", counted["what"]):
        noun = re.escape(counted["what"].split()[0].rstrip("s"))
        return re.compile(
            rf"{_NUMBER}\s?(?:[km]\b|million|billion|thousand)?\W{{0,2}}(?:[\w-]+ ){{0,2}}?{noun}"
        )
    return next((re.compile(form) for asked, form in _FORMS if re.search(asked, text)), None)


def plain(text: str) -> str:
    """Text as signs are written: in small letters, on one line, with typewriter marks."""
    return " ".join(text.split()).translate(_AS_TYPED).lower()


class SignReader:
    """Finds the signs of concepts in the sentences of some documents; each is read once a concept."""

    def __init__(self, sentences: Sequence[Sentence]) -> None:
        self._sentences = sentences
        self._plain: dict[int, str] = {}
        self._found: dict[tuple[str, int], bool] = {}

    def has(self, concept: Concept, sentence: int, document: Document) -> bool:
        """Whether a sentence has a sign of a concept. document: the one that it belongs to."""
        key = (concept.name, sentence)
        if key not in self._found:
            self._found[key] = self._search(concept, sentence, document)
        return self._found[key]

    def matches(self, form: re.Pattern[str], sentence: int, document: Document) -> bool:
        """Whether a sentence has a form."""
        return form.search(self._text(sentence, document)) is not None

    def _search(self, concept: Concept, sentence: int, document: Document) -> bool:
        own = self._sentences[sentence]
        if concept.signs is None or own.heading or own.contents or own.words < SHORTEST:
            return False
        text = self._text(sentence, document)
        if _ITEM.match(text):
            text = f"{self._lead(sentence, document)} {text}"
        if concept.signs.search(text) is None:
            return False
        return concept.against is None or concept.against.search(text) is None

    def _text(self, sentence: int, document: Document) -> str:
        text = self._plain.get(sentence)
        if text is None:
            parts = self._sentences[sentence].parts
            text = plain(" ".join(document.pages[page].text[start:end] for page, start, end in parts))
            self._plain[sentence] = text
        return text

    def _lead(self, item: int, document: Document) -> str:
        """The end of the sentence that introduces a list item: "shall not" counts for each item."""
        for sentence in range(item - 1, max(-1, item - 1 - ITEMS), -1):
            text = self._text(sentence, document)
            if not _ITEM.match(text):
                return text[-LEAD:] if text.endswith((":", ",", "-", "not", "to")) else ""
        return ""


def likeliest(scores: Mapping[int, float]) -> Iterable[int]:
    """The windows that signs are looked for in."""
    return heapq.nlargest(CANDIDATES, scores, key=lambda window: (scores[window], -window))
