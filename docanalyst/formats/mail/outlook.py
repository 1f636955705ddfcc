"""A message of Outlook (.msg) as blocks, and its attachments. The container is read by olefile.

Streams are named by the numbers of MAPI's properties
(https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxmsg).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.composing import Composer
from docanalyst.formats.encodings import decode
from docanalyst.formats.mail.message import say_plain
from docanalyst.formats.mail.parts import MAX_BYTES, MAX_DEPTH, safe_name
from docanalyst.formats.rtf.compressed import decompress
from docanalyst.formats.web.page import Walker, decode_page, parse
from docanalyst.formats.word.blocks import Block

_SUBJECT, _BODY, _HTML, _RTF = "0037", "1000", "1013", "1009"
_SENDER, _SENDER_ADDRESS, _SENDER_SMTP = "0C1A", "0C1F", "5D01"
_TO, _CC, _BCC = "0E04", "0E03", "0E02"
_SENT, _DELIVERED, _CODEPAGE = 0x0039, 0x0E06, 0x3FFD
_ATTACHED, _LONG_NAME, _NAME, _DATA = "__attach_version1.0_", "3707", "3704", "3701"
_TITLE = "3001"
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class _Folder:
    """A storage in the container: the message, an attachment, or a message inside an attachment."""

    def __init__(self, file: Any, path: tuple[str, ...], codepage: str | None = None) -> None:
        self.file, self.path = file, path
        self.codepage = codepage

    def stream(self, name: str) -> bytes:
        """The bytes of a stream; none where it is missing."""
        place = [*self.path, name]
        if not self.file.exists(place):
            return b""
        try:
            if self.file.get_size(place) > MAX_BYTES:
                raise CannotRead(f"a part of it has more than {MAX_BYTES >> 20} MiB", "large")
            return bytes(self.file.openstream(place).read())
        except (OSError, ValueError, IndexError, struct.error) as error:
            raise CannotRead("it is damaged: a part of it cannot be read") from error

    def words(self, number: str) -> str:
        """A property that is text."""
        wide = self.stream(f"__substg1.0_{number}001F")
        if wide:
            return wide.decode("utf-16-le", "replace").rstrip("\0")
        return decode(self.stream(f"__substg1.0_{number}001E"), self.codepage)[0].rstrip("\0")

    def fixed(self, number: int, head: int) -> int | None:
        """A property of eight bytes, of the stream of those of fixed length. head: bytes before them."""
        data = self.stream("__properties_version1.0")
        for at in range(head, len(data) - 15, 16):
            if struct.unpack_from("<H", data, at + 2)[0] == number:
                return int(struct.unpack_from("<Q", data, at + 8)[0])
        return None

    def attachments(self) -> list[_Folder]:
        """The storages of the attachments, in order."""
        depth = len(self.path)
        names = {
            entry[depth]
            for entry in self.file.listdir(streams=True, storages=True)
            if len(entry) > depth and tuple(entry[:depth]) == self.path and entry[depth].startswith(_ATTACHED)
        }
        return [_Folder(self.file, (*self.path, name), self.codepage) for name in sorted(names)]


def _open(path: str) -> Any:
    import olefile

    if Path(path).stat().st_size > MAX_BYTES:
        raise CannotRead(f"it has more than {MAX_BYTES >> 20} MiB", "large")
    try:
        return olefile.OleFileIO(path)
    except (OSError, ValueError, IndexError, struct.error) as error:
        raise CannotRead("it is damaged: its parts cannot be found") from error


class OutlookMessage:
    """A message in a file."""

    macros = False

    def __init__(self, path: str, view: str, *, include_hidden: bool) -> None:
        self._file = _open(path)
        self._message = _Folder(self._file, ())
        page = self._message.fixed(_CODEPAGE, 32)
        self._message.codepage = f"cp{page & 0xFFFF}" if page and page != 1200 else None
        self._composer = Composer(view, include_hidden=include_hidden)
        self.title = self._message.words(_SUBJECT)
        self.told: list[str] = []

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""
        return self._composer.unread

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def blocks(self) -> Iterator[Block]:
        """The headers as one paragraph, then the text."""
        composer = self._composer
        composer.say("\n".join(_headers(self._message)))
        composer.end()
        for _ in self._body(self._message):
            yield from composer.take()
        yield from composer.take()

    def _body(self, message: _Folder) -> Iterator[None]:
        page = message.stream(f"__substg1.0_{_HTML}0102") or message.words(_HTML).encode()
        plain = message.words(_BODY)
        if page:
            text, told = decode_page(page)
            self.told += told
            yield from Walker(parse(text), self._composer).walk()
        elif plain:
            yield from say_plain(plain, self._composer)
        elif packed := message.stream(f"__substg1.0_{_RTF}0102"):
            from docanalyst.formats.rtf.story import RichText

            story = RichText.of(decompress(packed), self._composer)
            for block in story.blocks():
                self._composer.add(block)
                yield


def _headers(message: _Folder) -> list[str]:
    address = message.words(_SENDER_SMTP) or message.words(_SENDER_ADDRESS)
    sender = message.words(_SENDER)
    if "@" in address and address not in sender:
        sender = f"{sender} <{address}>".strip()
    head = 32 if not message.path else 24
    moment = message.fixed(_SENT, head) or message.fixed(_DELIVERED, head)
    date = ""
    if moment and moment < 1 << 62:
        try:
            date = f"{_EPOCH + timedelta(microseconds=moment // 10):%a, %d %b %Y %H:%M:%S} +0000"
        except OverflowError:
            date = ""
    names = [name for name, _ in _named(message)]
    lines = {
        "From": sender,
        "To": message.words(_TO),
        "Cc": message.words(_CC),
        "Bcc": message.words(_BCC),
        "Date": date,
        "Subject": message.words(_SUBJECT),
        "Attachments": ", ".join(names),
    }
    return [f"{name}: {' '.join(value.split())}" for name, value in lines.items() if value.strip()]


def _named(message: _Folder) -> list[tuple[str, _Folder]]:
    """The attachments of a message with the names that they are given: unique and safe."""
    found: list[tuple[str, _Folder]] = []
    known: set[str] = set()
    for folder in message.attachments():
        name = folder.words(_LONG_NAME) or folder.words(_NAME) or folder.words(_TITLE) or "attachment"
        if _inner(folder) and not name.lower().endswith(".eml"):
            name += ".eml"
        name = safe_name(name)
        stem, dot, ending = name.rpartition(".")
        number, unique = 1, name
        while unique.lower() in known:
            number += 1
            unique = f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
        known.add(unique.lower())
        found.append((unique, folder))
    return found


def _inner(folder: _Folder) -> _Folder | None:
    """The message that an attachment is; None for a file."""
    place = (*folder.path, f"__substg1.0_{_DATA}000D")
    return _Folder(folder.file, place, folder.codepage) if folder.file.exists(list(place)) else None


def members(path: str) -> Iterator[tuple[str, bytes]]:
    """The attachments of a message, each with its name and bytes; a message as an .eml. Raises CannotRead."""
    file = _open(path)
    try:
        for name, folder in _named(_Folder(file, ())):
            inner = _inner(folder)
            if inner is not None:
                yield name, _as_mail(inner, 0)
            else:
                yield name, folder.stream(f"__substg1.0_{_DATA}0102")
    finally:
        file.close()


def _as_mail(message: _Folder, depth: int) -> bytes:
    """A message inside another one as an e-mail of its own."""
    from email.message import EmailMessage

    if depth > MAX_DEPTH:
        raise CannotRead("its messages are nested too deeply", "large")
    mail = EmailMessage()
    for line in _headers(message):
        name, _, value = line.partition(": ")
        if name != "Attachments":
            # A name of a person in a display list is no address, so it is written as plain words.
            mail[f"{name}"] = value if name in ("Subject", "Date") else _plain(value)
    page = message.stream(f"__substg1.0_{_HTML}0102")
    if page:
        mail.set_content(decode_page(page)[0], subtype="html")
    else:
        mail.set_content(message.words(_BODY))
    for name, folder in _named(message):
        inner = _inner(folder)
        data = _as_mail(inner, depth + 1) if inner else folder.stream(f"__substg1.0_{_DATA}0102")
        mail.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return mail.as_bytes()


def _plain(value: str) -> str:
    return value.replace("<", "(").replace(">", ")").replace(";", ",").replace(":", " ")
