"""The parts of an e-mail (.eml): its headers, its text, and its attachments, within limits."""

from __future__ import annotations

import email.policy
import re
from collections.abc import Iterator
from email.header import decode_header
from email.message import Message as Parsed
from email.parser import BytesHeaderParser, BytesParser
from pathlib import Path

from docanalyst.formats.archive import CannotRead

MAX_BYTES = 64 << 20
"""Bytes of a message. Most servers refuse more than 50 MB; parsing takes nine times the size."""

MAX_LINES = 1_500_000

MAX_PARTS = 2_000
MAX_DEPTH = 40
"""Messages and groups of parts inside each other. Real ones reach 12."""

_BOUNDARY = re.compile(rb"boundary\s*=", re.IGNORECASE)
_NESTED = re.compile(rb"content-type:\s*(?:message/rfc822|message/global)", re.IGNORECASE)
_ANOTHER = re.compile(rb"\n\r?\nFrom [^\r\n]{3,200}\d{4}\r?\n[A-Za-z][\w-]{1,60}:")
_ODD_SPACES = re.compile(r"\s+")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f/\\:*?\"<>|\u202a-\u202e\u2066-\u2069]+")


def parse(path: str) -> Parsed:
    """The message in a file. Raises CannotRead for one that is over a limit, or a mailbox of several."""
    place = Path(path)
    if (size := place.stat().st_size) > MAX_BYTES:
        raise CannotRead(f"it has {size >> 20:,} MiB, over the limit of {MAX_BYTES >> 20} MiB", "large")
    data = place.read_bytes()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    if data.startswith(b"From ") and (more := len(_ANOTHER.findall(data))):
        raise CannotRead(f"it is a mailbox of {more + 1:,} messages", "mailbox")
    if (lines := data.count(b"\n")) > MAX_LINES:
        raise CannotRead(f"it has {lines:,} lines, over the limit of {MAX_LINES:,}", "large")
    _check_nesting(data)
    return BytesParser(policy=email.policy.compat32).parsebytes(data)


def _check_nesting(data: bytes) -> None:
    """Refuse what would keep the parser busy: it tries every boundary that is open on every line."""
    if len(_BOUNDARY.findall(data)) > MAX_PARTS or len(_NESTED.findall(data)) > MAX_PARTS:
        raise CannotRead(f"it has more than {MAX_PARTS:,} groups of parts", "large")
    head = BytesHeaderParser(policy=email.policy.compat32).parsebytes(data[: 1 << 20])
    if len(head) > MAX_PARTS:
        raise CannotRead(f"it has {len(head):,} headers", "large")


def header(message: Parsed, name: str) -> str:
    """A header on one line, decoded; several of one name are joined. "" where there is none."""
    found = [str(value) for value in message.get_all(name, [])][:20]
    return _ODD_SPACES.sub(" ", ", ".join(decoded(value) for value in found)).strip()


def decoded(value: str) -> str:
    """The words of a header, whose bytes may be in other encodings."""
    pieces = []
    try:
        split = decode_header(value[:100_000])
    except (ValueError, LookupError, AssertionError):
        return value
    for piece, encoding in split:
        if isinstance(piece, str):
            pieces.append(piece)
            continue
        from docanalyst.formats.encodings import decode

        pieces.append(decode(piece, None if encoding == "unknown-8bit" else encoding)[0])
    return "".join(pieces)


class Attached:
    """A file attached to a message. name: unique in the message, and safe as the name of a file."""

    __slots__ = ("inline", "is_message", "name", "part")

    def __init__(self, name: str, part: Parsed, *, is_message: bool, inline: bool) -> None:
        self.name, self.part, self.is_message, self.inline = name, part, is_message, inline

    def content(self) -> bytes:
        """Its bytes."""
        if self.is_message:
            inner = self.part.get_payload()
            parts = [item for item in inner if isinstance(item, Parsed)] if isinstance(inner, list) else []
            return b"\n".join(item.as_bytes() for item in parts)
        found = self.part.get_payload(decode=True)
        return found if isinstance(found, bytes) else b""


class Parts:
    """The parts of a message: the one that is its text, the same text in other forms, and the attachments."""

    def __init__(self, message: Parsed) -> None:
        self.bodies: list[Parsed] = []
        self.alternatives: list[Parsed] = []
        self.attached: list[Attached] = []
        self._names: set[str] = set()
        self._count = 0
        self._sort(message, 0, top=True)

    def _sort(self, part: Parsed, depth: int, *, top: bool = False) -> None:
        self._count += 1
        if depth > MAX_DEPTH:
            raise CannotRead("its parts are nested too deeply", "large")
        if self._count > MAX_PARTS:
            raise CannotRead(f"it has more than {MAX_PARTS:,} parts", "large")
        kind = part.get_content_type()
        inner = part.get_payload()
        if kind.startswith("message/") and isinstance(inner, list):
            self._attach(part, is_message=True)
        elif part.is_multipart() and isinstance(inner, list):
            children = [item for item in inner if isinstance(item, Parsed)]
            if kind == "multipart/alternative":
                self._choose(children, depth)
                return
            for child in children:
                self._sort(child, depth + 1)
        elif self._is_text(part, kind, top=top):
            self.bodies.append(part)
        else:
            self._attach(part)

    def _choose(self, children: list[Parsed], depth: int) -> None:
        """Take the last of the forms that can be shown, as mail programs do."""
        shown = [child for child in children if _can_show(child)]
        chosen = shown[-1] if shown else None
        for child in children:
            if child is chosen:
                self._sort(child, depth + 1)
            elif child in shown:
                self.alternatives.append(child)
            else:
                self._sort(child, depth + 1)

    @staticmethod
    def _is_text(part: Parsed, kind: str, *, top: bool) -> bool:
        if kind not in ("text/plain", "text/html") and not (top and kind.startswith("text/")):
            return False
        disposition = (part.get_content_disposition() or "") if "content-disposition" in part else ""
        return top or (disposition != "attachment" and not _name_of(part))

    def _attach(self, part: Parsed, *, is_message: bool = False) -> None:
        inner = part.get_payload()
        name = _name_of(part)
        if part.get_content_type() == "message/delivery-status":
            name = "delivery-status.txt"
        elif is_message and not name:
            first = inner[0] if isinstance(inner, list) and inner else None
            name = header(first, "subject") if isinstance(first, Parsed) else ""
        if is_message and not name.lower().endswith((".eml", ".txt")):
            name = f"{name or 'message'}.eml"
        if not name:
            name = f"attachment.{_ENDINGS.get(part.get_content_type(), 'bin')}"
        name = self._unique(safe_name(name))
        inline = part.get_content_disposition() == "inline" or "content-id" in part
        self.attached.append(Attached(name, part, is_message=is_message, inline=inline))

    def _unique(self, name: str) -> str:
        stem, dot, ending = name.rpartition(".")
        number, found = 1, name
        while found.lower() in self._names:
            number += 1
            found = f"{stem} ({number}).{ending}" if dot else f"{name} ({number})"
        self._names.add(found.lower())
        return found


_ENDINGS = {
    "application/pdf": "pdf",
    "text/html": "html",
    "text/plain": "txt",
    "text/calendar": "ics",
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "application/rtf": "rtf",
    "text/rtf": "rtf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.oasis.opendocument.text": "odt",
}


def _name_of(part: Parsed) -> str:
    try:
        name = part.get_filename()
    except (ValueError, TypeError, LookupError, AttributeError):
        return ""
    return decoded(name) if name else ""


def _can_show(part: Parsed) -> bool:
    kind = part.get_content_type()
    if kind in ("text/plain", "text/html"):
        return True
    inner = part.get_payload()
    return (
        kind.startswith("multipart/")
        and isinstance(inner, list)
        and any(
            isinstance(item, Parsed) and item.get_content_type() in ("text/plain", "text/html")
            for item in inner
        )
    )


def safe_name(name: str) -> str:
    """The name of an attachment as one name of a file: no folders, no control characters, not too long."""
    name = " ".join(_UNSAFE.sub("_", name).replace("›", "_").split()).strip(". ")
    if len(name) > 120:
        stem, _, ending = name.rpartition(".")
        name = f"{stem[:100]}.{ending[:10]}" if stem else name[:120]
    return name or "attachment"


def members(path: str) -> Iterator[tuple[str, bytes]]:
    """The attachments of a message, each with its name and bytes. Raises CannotRead."""
    for item in Parts(parse(path)).attached:
        yield item.name, item.content()
