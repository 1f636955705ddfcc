"""Words of an answer that look like this program's own findings ("✓ verified"), set apart from them.

A model, or a document that it repeats, can write what our evidence list says. In everything that people read
such words lose their sign and say who wrote them; the stored answer keeps them.
"""

from __future__ import annotations

import re

LONGEST = 120
"""Characters of the longest words that are set apart, so that a stream knows how much to hold back."""
WRITTEN = "the model wrote:"
"""The prefix of words that were set apart."""

_SIGNS = "✓✔☑✅🗸🗹✗✘❌❎☒≠→⇒➜⚠"
_SIGN = re.compile(f"[{_SIGNS}]\ufe0f?[ \t\u00a0]?")
_BETWEEN = r"[\ufe0f \t\u00a0*_:–—-]{0,4}"
_VERDICTS = "|".join(
    sorted(
        {
            "verified",
            "on another page",
            "in another document",
            "altered",
            "not found",
            "no such document",
            "unverified",
            "not verified",
            "checked",
            "confirmed",
            "verbatim",
            "verifiziert",
            "geprüft",
            "已验证",
            "已核实",
        },
        key=len,
        reverse=True,
    )
)
_COUNTED = r"(?:citations?|quotes?|quotations?|statements?|footnotes?|references?)"
_LOOKS_LIKE_OURS = re.compile(
    rf"[{_SIGNS}]{_BETWEEN}(?:{_VERDICTS})(?!\w)(?:{_BETWEEN}\[\^?\d{{1,5}}\])?"
    rf"|(?<!\w)(?:{_VERDICTS}){_BETWEEN}[{_SIGNS}]"
    rf"|[\[【]\^?\d{{1,5}}\^?[ \u00a0]?[{_SIGNS}]\ufe0f?[\]】]"
    rf"|(?<!\w)(?:evidence|receipt|coverage|"
    rf"verification)[*_]{{0,2}}:[*_ ]{{0,3}}(?=[^\n]{{0,40}}(?:\d+ (?:of|/) ?\d+|tokens|verified))"
    rf"(?:(?!\n)[^.\n]){{0,70}}"
    rf"|(?<!\w)(?:all|every|\d{{1,5}}(?: (?:of|out of|"
    rf"/) ?\d{{1,5}})?)(?: (?:of )?(?:the )?(?:\d{{1,5}} )?)?{_COUNTED}"
    rf"(?: (?:is|are|were|was|have been|has been))?(?: \w{{1,12}})? (?:verified|checked|supported|"
    rf"confirmed)(?!\w)"
    rf"|(?<!\w)closest passage:|(?<!\w)(?:verified|checked|confirmed) by docanalyst(?!\w)",
    re.IGNORECASE,
)

_WORDS = (
    "evidence",
    "receipt",
    "coverage",
    "verification",
    "all",
    "every",
    *_VERDICTS.replace("\\", "").lower().split("|"),
)
_BEGINS = re.compile(
    rf"[{_SIGNS}]|(?<!\w)(?:evidence|receipt|coverage|verification|{_VERDICTS})(?!\w)", re.IGNORECASE
)
_COUNTS = re.compile(r"(?<!\w)(?:all|every|\d{1,5})(?!\w)", re.IGNORECASE)
_NUMBERED = re.compile(r"[\[【]")
_SMALL = ("of", "out", "the", "is", "are", "were", "was", "have", "has", "been")
_COUNTABLE = ("citations", "quotes", "quotations", "statements", "footnotes", "references")
_CHECKED = ("verified", "checked", "supported", "confirmed")


def set_apart(text: str) -> str:
    """The text with each look-alike of our findings in brackets, without its sign: "(the model wrote: …)"."""
    return _LOOKS_LIKE_OURS.sub(_apart, text) if text else text


def safe_length(text: str) -> int:
    """How much of an unfinished line can be set apart and shown, whatever follows."""
    cut = len(text)
    for pattern, longest in ((_BEGINS, LONGEST), (_NUMBERED, 12)):
        if match := pattern.search(text, max(0, len(text) - longest)):
            cut = min(cut, match.start())
    for match in _COUNTS.finditer(text, max(0, len(text) - 60)):
        if _may_count_citations(text[match.end() :]):
            cut = min(cut, match.start())
            break
    for match in _LOOKS_LIKE_OURS.finditer(text):
        if match.start() < cut < match.end():
            return match.start()
    last = re.search(r"\w+$", text[:cut])
    if last and any(word.startswith(last.group().lower()) for word in _WORDS):
        return last.start()
    return cut


def _may_count_citations(rest: str) -> bool:
    """Whether what follows a number may still say that so many citations are verified."""
    if rest and rest[0] not in " /":
        return False
    words = rest.lower().replace("/", " ").split()
    counted, others = False, 0
    for place, word in enumerate(words):
        unfinished = place == len(words) - 1 and not rest.endswith(" ")
        if word.isdigit() or word in _SMALL:
            continue
        if re.fullmatch(_COUNTED, word):
            counted = True
        elif unfinished and any(known.startswith(word) for known in (*_SMALL, *_COUNTABLE, *_CHECKED)):
            return True
        elif counted and word.isalpha() and len(word) <= 12 and not others:
            others += 1
        else:
            return False
    return True


def _apart(match: re.Match[str]) -> str:
    words = _SIGN.sub("", match.group()).strip(" \t*_:–—")
    return f"({WRITTEN} {words})"
