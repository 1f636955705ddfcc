"""JSON as models write it: in fences, with words around it, with stray commas and quotes, or cut off.

What can be read is read; nothing here ever raises for what a model wrote.
"""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 4_000_000
"""Characters looked at; a longer reply is no grid."""

DEEPEST = 40

_SPACE = re.compile(r"[\s\ufeff]*")
_BARE = re.compile(r"[^\s,:{}\[\]\"]+")
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS = {"true": True, "false": False, "null": None, "none": None, "nan": None}


class _Cut(Exception):
    """The text ends inside a value."""


def read_json(text: str) -> Any:
    """The first JSON object or list of a text, as far as it can be read; None where there is none."""
    text = text[:LONGEST]
    start = 0
    while (start := _opening(text, start)) >= 0:
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(text, start)
        except (ValueError, RecursionError):
            value = _Reader(text, start).read()
        if isinstance(value, dict | list) and value:
            return value
        start += 1
        if text.count("{", start) + text.count("[", start) > 2_000:
            return None
    return None


def _opening(text: str, start: int) -> int:
    """Where an object begins, or a list of objects; a mark like [^1] is neither."""
    match = re.compile(r"\{|\[(?=\s*\{)").search(text, start)
    return match.start() if match else -1


class _Reader:
    """A forgiving reader: what is cut off ends where the text ends."""

    def __init__(self, text: str, start: int) -> None:
        self.text = text
        self.at = start

    def read(self) -> Any:
        """The value at the start."""
        holder: list[Any] = []
        try:
            self._value(holder.append, 0)
        except _Cut:
            pass
        return holder[0] if holder else None

    def _peek(self) -> str:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at
        if self.at >= len(self.text):
            raise _Cut
        return self.text[self.at]

    def _value(self, keep: Any, depth: int) -> None:
        """Read one value and keep it; a container before it is filled, so that a cut loses little."""
        mark = self._peek()
        if depth > DEEPEST:
            raise _Cut
        if mark == "{":
            table: dict[str, Any] = {}
            keep(table)
            self._members(table, depth)
        elif mark == "[":
            items: list[Any] = []
            keep(items)
            self._items(items, depth)
        elif mark in "\"“'":
            text, whole = self._string(mark)
            keep(text)
            if not whole:
                raise _Cut
        else:
            keep(self._bare())

    def _members(self, table: dict[str, Any], depth: int) -> None:
        self.at += 1
        while (mark := self._peek()) != "}":
            if mark in ",;":
                self.at += 1
                continue
            if mark in "\"“'":
                name, whole = self._string(mark)
                if not whole:
                    raise _Cut
            else:
                name = str(self._bare())
            if self._peek() not in ":=":
                continue
            self.at += 1
            if self._peek() in ",}":
                table[name] = None
                continue
            self._value(lambda value, name=name: table.__setitem__(name, value), depth + 1)
        self.at += 1

    def _items(self, items: list[Any], depth: int) -> None:
        self.at += 1
        while (mark := self._peek()) != "]":
            if mark == "}":
                return
            if mark in ",;:":
                self.at += 1
                continue
            self._value(items.append, depth + 1)
        self.at += 1

    def _bare(self) -> Any:
        match = _BARE.match(self.text, self.at)
        if match is None:
            self.at += 1
            return None
        self.at = match.end()
        word = match.group().strip("'")
        if word.lower() in _WORDS:
            return _WORDS[word.lower()]
        try:
            return json.loads(word)
        except ValueError:
            return word

    def _string(self, opening: str) -> tuple[str, bool]:
        """A string and whether it was closed. A mark inside that cannot be its end stays in."""
        closing = "”" if opening == "“" else opening
        pieces: list[str] = []
        position = self.at + 1
        while position < len(self.text):
            character = self.text[position]
            if character == "\\" and position + 1 < len(self.text):
                piece, position = self._escape(position)
                pieces.append(piece)
                continue
            if character == closing and self._ends(position, bare_names=opening == "'"):
                self.at = position + 1
                return "".join(pieces), True
            pieces.append(character)
            position += 1
        self.at = len(self.text)
        return "".join(pieces), False

    def _escape(self, position: int) -> tuple[str, int]:
        mark = self.text[position + 1]
        if mark == "u":
            digits = self.text[position + 2 : position + 6]
            if re.fullmatch(r"[0-9A-Fa-f]{4}", digits):
                return chr(int(digits, 16)), position + 6
        return _ESCAPES.get(mark, mark), position + 2

    def _ends(self, position: int, *, bare_names: bool) -> bool:
        """Whether a quotation mark here ends its string: what follows must be able to follow a string."""
        rest = self.text[position + 1 : position + 200].lstrip()
        if not rest or rest[0] in "}]:":
            return True
        if rest[0] not in ",;":
            return False
        after = rest[1:].lstrip()
        if bare_names and re.match(r"\w+\s*:", after):
            return True
        return not after or after[0] in "\"'“{[}]" or re.match(r"-?\d|true|false|null", after) is not None
