"""An RTF file as tokens, and the encodings that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator

_TOKEN = re.compile(
    r"\\([A-Za-z]{1,32})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\(.)|([{}])|[\r\n]+|([^\\{}\r\n]+)|\\", re.DOTALL
)

WORD, BYTE, SIGN, OPEN, CLOSE, TEXT = range(6)
"""Kinds of tokens: a control word, a byte, a control sign, the brackets of a group, and text."""

Token = tuple[int, str, int | None]
"""Kind, word or text, and the number behind a word."""

_CHARSETS = {
    0: "cp1252", 77: "mac_roman", 128: "cp932", 129: "cp949", 130: "johab", 134: "cp936", 136: "cp950",
    161: "cp1253", 162: "cp1254", 163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251",
    222: "cp874", 238: "cp1250", 255: "cp437",
}  # fmt: skip
"""Encodings by the number of a font's character set (\\fcharset)."""


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a file whose bytes were decoded as Latin-1, so that each letter is a byte."""
    at, size = 0, len(text)
    match = _TOKEN.match
    while at < size:
        found = match(text, at)
        if found is None:
            at += 1
            continue
        at = found.end()
        kind = found.lastindex
        if kind == 6:
            yield TEXT, found[6], None
        elif kind in (1, 2):
            number = int(found[2]) if found[2] else None
            if found[1] == "bin" and number is not None and number > 0:
                at += number
                continue
            yield WORD, found[1], number
        elif kind == 3:
            yield BYTE, found[3], None
        elif kind == 5:
            yield (OPEN if found[5] == "{" else CLOSE), "", None
        elif kind == 4:
            yield SIGN, found[4], None


def encoding_of_charset(charset: int) -> str | None:
    """The encoding of a character set; None for the one that the file names for all."""
    return _CHARSETS.get(charset) if charset not in (1, 2) else None


def encoding_of_codepage(number: int) -> str:
    """The encoding of a code page of Windows."""
    if number in (10000, 10001):
        return "mac_roman"
    if number == 65001:
        return "utf-8"
    try:
        name = f"cp{number}"
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name
