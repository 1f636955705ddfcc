"""An e-mail (.eml) as blocks: its headers, its text as it is shown, and the names of its attachments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from email.message import Message as Parsed

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.composing import Composer
from docanalyst.formats.encodings import decode
from docanalyst.formats.mail.parts import Parts, header, parse
from docanalyst.formats.web.page import Walker, decode_page
from docanalyst.formats.web.page import parse as parse_page
from docanalyst.formats.word.blocks import Block

HEADERS = ("From", "To", "Cc", "Bcc", "Date", "Subject")
MAX_TEXT_BYTES = 64 << 20
_WORD = re.compile(r"\w+")
_ADDRESS = re.compile(r"(?:https?://|www\.|mailto:)\S+|\[[^\]\n]{0,200}\]")
"""Addresses of links and names of pictures, which only a plain-text form writes out."""

_OTHER_WORDS = 0.2
"""Share of the words of the plain-text form that may be missing from the form that is shown: some programs
write captions and lines between parts into it."""


class Message:
    """A message in a file."""

    macros = False

    def __init__(self, path: str, view: str, *, include_hidden: bool) -> None:
        message = parse(path)
        self._parts = Parts(message)
        self._composer = Composer(view, include_hidden=include_hidden)
        self._headers = [(name, header(message, name)) for name in HEADERS]
        self.title = header(message, "subject")
        self.told: list[str] = []

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""
        return self._composer.unread

    def blocks(self) -> Iterator[Block]:
        """The headers as one paragraph, then the text, then the names of the attachments."""
        composer = self._composer
        lines = [f"{name}: {value}" for name, value in self._headers if value]
        names = [item.name for item in self._parts.attached if not item.inline]
        if names:
            lines.append(f"Attachments: {', '.join(names)}")
        composer.say("\n".join(lines))
        composer.end()
        shown: list[str] = []
        for part in self._parts.bodies:
            for _ in self._body(part):
                found = composer.take()
                shown += (block.text for block in found)
                yield from found
        found = composer.take()
        shown += (block.text for block in found)
        yield from found
        self._compare(" ".join(shown))

    def _body(self, part: Parsed) -> Iterator[None]:
        data = payload(part)
        declared = _charset(part)
        if part.get_content_type() == "text/html":
            text, told = decode_page(data, declared)
            self.told += told
            if not text.strip():
                return
            yield from Walker(parse_page(text), self._composer).walk()
        else:
            text, told = decode(data, declared)
            self.told += told
            if (part.get_param("format") or "") == "flowed":
                text = _unflowed(text)
            yield from say_plain(text, self._composer)

    def _compare(self, shown: str) -> None:
        """Tell where another form of the text, which few programs show, has other words."""
        if not self._parts.alternatives:
            return
        known = set(_WORD.findall(shown.lower()))
        for part in self._parts.alternatives:
            if part.get_content_type() != "text/plain":
                continue
            plain = decode(payload(part), _charset(part))[0].lower()
            words = _WORD.findall(_ADDRESS.sub(" ", plain))
            missing = [word for word in words if word not in known]
            if len(words) > 5 and len(missing) > _OTHER_WORDS * len(words):
                self.told.append(
                    f"The message has a second form as plain text with other words, which was not read: "
                    f"“{' '.join(missing[:15])}”."
                )

    def close(self) -> None:
        """Close the file: it was read whole."""


def payload(part: Parsed) -> bytes:
    """The bytes of a part. Raises CannotRead where they are too many."""
    data = part.get_payload(decode=True)
    if not isinstance(data, bytes):
        return b""
    if len(data) > MAX_TEXT_BYTES:
        raise CannotRead(f"its text has more than {MAX_TEXT_BYTES >> 20} MiB", "large")
    return data


def say_plain(text: str, composer: Composer) -> Iterator[None]:
    """Tell the composer a text whose paragraphs are divided by blank lines."""
    for paragraph in re.split(r"\n[ \t]*\n", text.replace("\r\n", "\n").replace("\r", "\n")):
        composer.say(paragraph.replace("\f", "\n"))
        composer.end()
        yield


def _charset(part: Parsed) -> str | None:
    try:
        return part.get_content_charset()
    except (ValueError, LookupError, TypeError):
        return None


def _unflowed(text: str) -> str:
    """Text whose lines ending in a blank go on in the next (RFC 3676)."""
    lines: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        line = line.removeprefix(" ") if line.startswith(" ") else line
        before = lines[-1] if lines else ""
        if before.endswith(" ") and before != "-- " and (before[:1] == ">") == (line[:1] == ">"):
            lines[-1] += line.lstrip("> ") if line[:1] == ">" else line
        else:
            lines.append(line)
    return "\n".join(lines)
