"""A text as its letters and digits, as written, and everything between them."""

from __future__ import annotations

import re
import unicodedata

from docanalyst.domain.language.folding import expanded, fold_units, word_pattern

_RAISED = str.maketrans(
    "0123456789+-−–=()abcdefghijklmnoprstuvwxyz", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁻⁼⁽⁾ᵃᵇᶜᵈᵉᶠᵍʰⁱʲᵏˡᵐⁿᵒᵖʳˢᵗᵘᵛʷˣʸᶻ"
)
_LOWERED = str.maketrans("0123456789+-−–=()aehijklmnoprstuvx", "₀₁₂₃₄₅₆₇₈₉₊₋₋₋₌₍₎ₐₑₕᵢⱼₖₗₘₙₒₚᵣₛₜᵤᵥₓ")
_POWER = re.compile(
    r"(?<=[^\W_]|[)\]])(?:\*\*(?=[-−–+]?\d)(?<=\d\*\*)|\^)(?:\{([^{}\s]{1,12})\}|([-−–+]?\d{1,4}|[a-z](?![a-z])))"
)
_INDEX = re.compile(r"(?<=[^\W_])_(?:\{([^{}\s]{1,12})\}|(\d{1,3}|[a-z])(?!\w))")
_MIXED_FRACTION = re.compile(r"(?<=\d)(?=[¼-¾⅐-⅞])")


class _Expansions(dict[int, str]):
    def __missing__(self, code: int) -> str:
        found = self[code] = chr(code) if code < 128 else expanded(chr(code))
        return found


_EXPANSIONS = _Expansions()


def plain_characters(text: str) -> str:
    """Text with one way of writing each character: composed, without ligatures and full-width forms, with
    powers and indexes as raised and lowered characters ("10^5", "10**5" and "10⁵" are the same)."""
    if not text.isascii():
        text = unicodedata.normalize("NFC", _MIXED_FRACTION.sub(" ", text)).translate(_EXPANSIONS)
    if "^" in text or "**" in text:
        text = _POWER.sub(lambda match: _shifted(match, _RAISED), text)
    if "_" in text:
        text = _INDEX.sub(lambda match: _shifted(match, _LOWERED), text)
    return text


def _shifted(match: re.Match[str], table: dict[int, int]) -> str:
    """The power or index as raised or lowered characters; as written where Unicode does not have them all."""
    written = match[1] or match[2]
    shifted = written.translate(table)
    return match[0] if any(map(str.__eq__, written, shifted)) else shifted


def height(character: str) -> int:
    """1 for a raised character, -1 for a lowered one, else 0."""
    if character.isascii():
        return 0
    decomposition = unicodedata.decomposition(character)
    return 1 if decomposition.startswith("<super>") else -1 if decomposition.startswith("<sub>") else 0


class Characters:
    """The letters and digits of a text, folded and as written, and the gaps between them.

    text: as `plain_characters` writes it. fold: one folded character each. raw: the same as written, without
    its height; a letter that folds to several is followed by its position ("ß", "ß1"). heights: see `height`.
    gaps: what is before each, and after the last; one more than there are characters.
    """

    __slots__ = ("ends", "fold", "gaps", "heights", "raw", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text = plain_characters(text)
        self.fold: list[str] = []
        self.raw: list[str] = []
        self.heights: list[int] = []
        self.starts: list[int] = []
        self.ends: list[int] = []
        for match in word_pattern(text).finditer(text):
            start, end = match.span()
            word = text[start:end]
            if word.isascii():
                self.fold += word.lower()
                self.raw += word
                self.heights += [0] * len(word)
                self.starts += range(start, end)
                self.ends += range(start + 1, end + 1)
            else:
                self._add(word, start)
        self.gaps = [
            text[end:start] for end, start in zip([0, *self.ends], [*self.starts, len(text)], strict=True)
        ]
        for index in range(1, len(self.starts)):
            if self.starts[index] == self.starts[index - 1]:
                self.gaps[index] = ""

    def _add(self, word: str, start: int) -> None:
        units = fold_units(word)
        for position, (unit, at) in enumerate(units):
            after = units[position + 1][1] if position + 1 < len(units) else len(word)
            raised = height(word[at])
            cluster = word[at:after]
            raw = unicodedata.normalize("NFKC", cluster) if raised else cluster
            for place, character in enumerate(unit):
                self.fold.append(character)
                self.raw.append(raw if place == 0 else f"{raw}{place}")
                self.heights.append(raised)
                self.starts.append(start + at)
                self.ends.append(start + after)

    def __len__(self) -> int:
        return len(self.fold)

    def words_around(self, index: int) -> str:
        """The words, with what is between them, of the characters before and after a gap, for people."""
        text = self.text
        start = self.starts[max(0, index - 1)] if self.starts else 0
        end = self.ends[min(index, len(self.ends) - 1)] if self.ends else len(text)
        while start > 0 and not text[start - 1].isspace():
            start -= 1
        while end < len(text) and not text[end].isspace():
            end += 1
        return " ".join(text[start:end].split())

    def word_bounds(self, index: int) -> tuple[int, int]:
        """The first character of the word that holds a character, and the first after that word."""
        first, last = index, index + 1
        while first > 0 and not self.gaps[first]:
            first -= 1
        while last < len(self.fold) and not self.gaps[last]:
            last += 1
        return first, last
