"""Which kind of document a file is, by its bytes: the one place that decides what can be read."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path

from docanalyst.domain.errors import DocumentError

PDF, WORD, TEXT = "pdf", "word", "text"
HTML, MAIL, OUTLOOK, OPENDOCUMENT, EPUB, RTF = "html", "mail", "outlook", "opendocument", "epub", "rtf"

KINDS = "PDF, Word (.docx), .odt, .rtf, .html, .epub, e-mail (.eml, .msg), .txt and .md files"
"""The kinds that are read, in words."""

READABLE = "a PDF, a Word file (.docx), an .odt, .rtf, .html, .epub, .eml, .msg, .txt or .md"
"""What to give instead of a file that cannot be read, in words."""

SUFFIXES = {
    ".pdf": PDF,
    ".docx": WORD,
    ".docm": WORD,
    ".dotx": WORD,
    ".dotm": WORD,
    ".txt": TEXT,
    ".md": TEXT,
    ".markdown": TEXT,
    ".text": TEXT,
    ".html": HTML,
    ".htm": HTML,
    ".xhtml": HTML,
    ".eml": MAIL,
    ".mht": MAIL,
    ".mhtml": MAIL,
    ".msg": OUTLOOK,
    ".odt": OPENDOCUMENT,
    ".ott": OPENDOCUMENT,
    ".fodt": OPENDOCUMENT,
    ".epub": EPUB,
    ".rtf": RTF,
}
"""Endings of the kinds that are read: the one list of them. Bytes decide before endings, which only tell
plain text from other bytes, and what a damaged file was meant to be."""

_HEAD, _TAIL = 8_192, 70_000
"""Bytes looked at: the first part of a file, and the list of the parts of a ZIP archive at its end."""

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AS_DOCX = "Open it in Word or LibreOffice and save it as .docx."
_AS_PDF = "Export it as PDF."
_FROM_PAGES = "In Pages, choose File > Export To > Word or PDF."
_ARCHIVES = (
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument sheet, drawing or slide show", _AS_PDF),
    (b"xl/workbook", "an Excel workbook", _AS_PDF),
    (b"ppt/presentation", "a PowerPoint presentation", _AS_PDF),
    (b".iwa", "an Apple Pages, Numbers or Keynote document", _FROM_PAGES),
)
_ZIPPED = (
    (b"mimetypeapplication/vnd.oasis.opendocument.text", OPENDOCUMENT),
    (b"mimetypeapplication/epub+zip", EPUB),
    (b"META-INF/container.xml", EPUB),
)
_PICTURE = "Save it as a PDF; scans are read by OCR."
_HEADS = (
    (b"\x89PNG", "a picture", _PICTURE),
    (b"\xff\xd8\xff", "a picture", _PICTURE),
    (b"GIF8", "a picture", _PICTURE),
    (b"II*\0", "a picture", _PICTURE),
    (b"MM\0*", "a picture", _PICTURE),
    (b"%!PS", "a PostScript file", "Convert it to PDF with ps2pdf."),
    (b"\xffWPC", "a WordPerfect document", _AS_DOCX),
)
_OLD_OFFICE = (
    ("WordDocument", "in Word's old format (.doc)", _AS_DOCX),
    ("Workbook", "an old Excel workbook (.xls)", _AS_PDF),
    ("PowerPoint Document", "an old PowerPoint presentation (.ppt)", _AS_PDF),
)
"""What streams of old Office files are called, what such a file is, and what to do."""

_PAGE = re.compile(
    rb"^\s*(?:<\?xml\b[^>]*\?>\s*)?(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.DOTALL
)
_HEADER = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{0,60}):[ \t]?.*(?:\r?\n[ \t].*)*\r?\n", re.MULTILINE)
_OF_MAIL = frozenset(
    (b"received", b"mime-version", b"message-id", b"return-path", b"x-mailer", b"delivered-to")
)
_OF_LETTERS = frozenset((b"from", b"to", b"date", b"subject"))


def kind_of(place: Path, given: str = "", *, any_text: bool = False) -> str:
    """The kind of a file, by its bytes: one of those in `SUFFIXES`.

    Args:
        place: The file.
        given: Its path as the user gave it.
        any_text: Whether plain text may have any ending.

    Raises:
        DocumentError: A file of another kind, with what to do.
    """
    try:
        state = place.stat()
    except OSError as error:
        raise unreadable(place, error, given) from error
    # A file is asked about several times while it is read. Of 5,000 text files that took 6 % of planning.
    return _kind(place, given, any_text, (state.st_dev, state.st_ino, state.st_size, state.st_mtime_ns))


@lru_cache(maxsize=64)
def _kind(place: Path, given: str, any_text: bool, state: tuple[int, ...]) -> str:
    """The kind of a file in this state."""
    named = SUFFIXES.get(place.suffix.lower())
    head, tail = _ends(place, given)
    if b"%PDF-" in head[:1024] and not _is_written(head):
        return PDF
    if head.startswith(b"PK\3\4"):
        return _zipped(place, given, head, tail, named)
    if head.startswith(_OLE):
        return _old(place, given, tail)
    if head.startswith(b"{\\rtf"):
        return RTF
    for sign, what, hint in _HEADS:
        if head.startswith(sign):
            raise _refusal(place, given, f"is {what}, which cannot be read", hint)
    if (written := _written(head, named)) is not None:
        return written
    if named in (PDF, WORD, TEXT) or (named == HTML and (b"\0" not in head or head[:2] in _WIDE)):
        return named
    if named == MAIL and _HEADER.match(head.lstrip(b"\xef\xbb\xbf\r\n")):
        return MAIL
    if named is not None and not head:
        return named
    if any_text and b"\0" not in head:
        return TEXT
    if place.suffix.lower() == ".pages":
        raise _refusal(place, given, f"is {_ARCHIVES[-1][1]}, which cannot be read", _FROM_PAGES)
    if named is not None:
        raise _refusal(
            place,
            given,
            f"is not {_CALLED[named]}, whatever its name says",
            "Get the file again, or save it as PDF from the program that made it.",
        )
    raise _refusal(place, given, f"is not {READABLE} file", "Save it as PDF or .docx first.")


_WIDE = (b"\xff\xfe", b"\xfe\xff")
"""Byte order marks of text with two bytes a letter."""

_CALLED = {
    HTML: "a web page",
    MAIL: "an e-mail",
    OUTLOOK: "an Outlook message",
    OPENDOCUMENT: "an OpenDocument text",
    EPUB: "an EPUB book",
    RTF: "an RTF file",
}


def _zipped(place: Path, given: str, head: bytes, tail: bytes, named: str | None) -> str:
    """The kind of a ZIP archive."""
    if _is_word(head, tail):
        return WORD
    for sign, kind in _ZIPPED:
        if sign in head[:200] or (kind == EPUB and sign in tail and b".opf" in tail):
            return kind
    for sign, what, hint in _ARCHIVES:
        if sign in head or sign in tail:
            raise _refusal(place, given, f"is {what}, which cannot be read", hint)
    if named in (WORD, OPENDOCUMENT, EPUB):
        return named
    raise _refusal(place, given, "is a ZIP archive, which cannot be read", "Unpack it and name its folder.")


def _is_written(head: bytes) -> bool:
    """Whether a file is a web page or an e-mail that only speaks of a PDF near its beginning."""
    return not head.lstrip().startswith(b"%PDF-") and _written(head, None) is not None


def _written(head: bytes, named: str | None) -> str | None:
    """The kind of a file that is text: a web page, an e-mail or a flat OpenDocument text; else None."""
    bare = head.removeprefix(b"\xef\xbb\xbf")
    if bare[:2] in _WIDE:
        bare = bare.replace(b"\0", b"")[2:]
    if b"office:document" in bare and b"urn:oasis:names:tc:opendocument" in bare:
        return OPENDOCUMENT
    if _PAGE.match(bare):
        return HTML
    start = bare.lstrip(b"\r\n")
    if start.startswith(b"From "):
        start = start.partition(b"\n")[2]
    names = set()
    at = 0
    while (header := _HEADER.match(start, at)) is not None:
        names.add(header[1].lower())
        at = header.end()
    sure = names & _OF_MAIL
    if sure and len(names & (_OF_MAIL | _OF_LETTERS)) >= 2:
        return MAIL
    return MAIL if named == MAIL and names & _OF_LETTERS else None


def _ends(place: Path, given: str) -> tuple[bytes, bytes]:
    """The first and the last bytes of a file; of a short one the same."""
    try:
        with place.open("rb") as file:
            head = file.read(_HEAD)
            size = file.seek(0, 2)
            file.seek(max(0, size - _TAIL))
            return head, file.read(_TAIL)
    except OSError as error:
        raise unreadable(place, error, given) from error


def _is_word(head: bytes, tail: bytes) -> bool:
    """Whether an archive has a folder of Word's; those of other programs have one of their own."""
    return any(name in head or name in tail for name in (b"word/document", b"word/_rels/", b"word/styles"))


def _old(place: Path, given: str, tail: bytes) -> str:
    """The kind of a file in the container of old Office programs: only messages of Outlook are read."""
    data = _start(place) + tail
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise _refusal(
            place,
            given,
            "is locked with a password",
            "Open it in Word, remove the password (File > Info > Protect Document) and save it.",
        )
    if "__properties_version1.0".encode("utf-16-le") in data:
        return OUTLOOK
    for stream, what, hint in _OLD_OFFICE:
        if stream.encode("utf-16-le") in data:
            raise _refusal(place, given, f"is {what}, which cannot be read", hint)
    if SUFFIXES.get(place.suffix.lower()) == OUTLOOK:
        return OUTLOOK
    raise _refusal(place, given, "is in an old Office format, which cannot be read", _AS_DOCX)


def _start(place: Path) -> bytes:
    try:
        with place.open("rb") as file:
            return file.read(1 << 20)
    except OSError:
        return b""


def _refusal(place: Path, given: str, what: str, hint: str) -> DocumentError:
    return DocumentError(f"{place.name} {what}.", hint, path=given or str(place))


def unreadable(place: Path, error: OSError, given: str = "") -> DocumentError:
    """The error for a file that the system does not let us open."""
    reason = error.strerror or "it cannot be opened"
    return DocumentError(
        f"{place.name} cannot be opened: {reason}.",
        "Check that the file exists and that you have permission to read it.",
        path=given or str(place),
    )
