"""Numbers in the formats of Word's lists and notes."""

from __future__ import annotations

_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
    (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_ONES = (
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS = ("", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_ORDINALS = {
    "one": "first", "two": "second", "three": "third", "five": "fifth", "eight": "eighth", "nine": "ninth",
    "twelve": "twelfth",
}  # fmt: skip
_CHICAGO = "*†‡§"
_CIRCLED = {
    "decimalEnclosedCircle": 0x2460,
    "decimalEnclosedParen": 0x2474,
    "decimalEnclosedFullstop": 0x2488,
}
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def written(number: int, form: str, custom: str = "") -> str:
    """A number in a format by its name in the file; a format that is not known gives its digits.

    custom: the pattern of the format "custom", such as "001, 002, 003".
    """
    if form == "none":
        return ""
    if form == "custom":
        return str(number).zfill(len(custom.split(",")[0].strip()))
    if form == "decimalZero":
        return f"{number:02d}"
    if form in ("lowerRoman", "upperRoman"):
        return _roman(number) if form == "lowerRoman" else _roman(number).upper()
    if form in ("lowerLetter", "upperLetter"):
        return _letter(number) if form == "lowerLetter" else _letter(number).upper()
    if form == "ordinal":
        return f"{number}{_suffix(number)}"
    if form in ("cardinalText", "ordinalText"):
        words = _words(number) if form == "cardinalText" else _ordinal(_words(number))
        return words[:1].upper() + words[1:]
    if form == "numberInDash":
        return f"- {number} -"
    if form == "hex":
        return f"{number:X}"
    if form == "chicago" and number > 0:
        return _CHICAGO[(number - 1) % 4] * ((number - 1) // 4 + 1)
    if form in _CIRCLED and 1 <= number <= 20:
        return chr(_CIRCLED[form] + number - 1)
    return str(number)


def raised(number: int) -> str:
    """A number as a raised figure, the form in which marks of notes are in the text of a page."""
    return str(number).translate(_RAISED)


def _roman(number: int) -> str:
    if not 0 < number < 32_768:
        return str(number)
    pieces = []
    for value, letters in _ROMAN:
        count, number = divmod(number, value)
        pieces.append(letters * count)
    return "".join(pieces)


def _letter(number: int) -> str:
    """a … z, aa, bb … zz, aaa …: the letter is repeated, as Word does."""
    if not 0 < number <= 780:
        return str(number)
    return chr(97 + (number - 1) % 26) * ((number - 1) // 26 + 1)


def _suffix(number: int) -> str:
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")


def _words(number: int) -> str:
    if not 0 <= number < 1_000_000:
        return str(number)
    if number < 20:
        return _ONES[number]
    if number < 100:
        return _TENS[number // 10] + (f"-{_ONES[number % 10]}" if number % 10 else "")
    size, name = (1000, "thousand") if number >= 1000 else (100, "hundred")
    rest = number % size
    return f"{_words(number // size)} {name}" + (f" {_words(rest)}" if rest else "")


def _ordinal(words: str) -> str:
    cut = max(words.rfind(" "), words.rfind("-")) + 1
    last = words[cut:]
    if last in _ORDINALS:
        return words[:cut] + _ORDINALS[last]
    return words[:-1] + "ieth" if words.endswith("y") else words + "th"
