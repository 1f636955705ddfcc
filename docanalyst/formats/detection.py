"""Which kind of document a file is, by its bytes: the one place that decides what can be read."""

from __future__ import annotations

from pathlib import Path

from docanalyst.domain.errors import DocumentError

PDF, WORD, TEXT = "pdf", "word", "text"
READABLE = "a PDF, a Word file (.docx), .txt or .md"
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
}
"""Endings of the kinds that are read. Bytes decide before them: they only tell plain text from other bytes,
and what a damaged file was meant to be."""

_HEAD, _TAIL = 4_096, 70_000
"""Bytes looked at: the first part of a ZIP archive, and the list of its parts at its end."""

_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_AS_DOCX = "Open it in Word or LibreOffice and save it as .docx."
_AS_PDF = "Export it as PDF."
_FROM_PAGES = "In Pages, choose File > Export To > Word or PDF."
_ARCHIVES = (
    (b"mimetypeapplication/vnd.oasis.opendocument.text", "an OpenDocument text", _AS_DOCX),
    (b"mimetypeapplication/vnd.oasis.opendocument", "an OpenDocument file", _AS_PDF),
    (b"mimetypeapplication/epub+zip", "an EPUB book", _AS_PDF),
    (b"xl/workbook", "an Excel workbook", _AS_PDF),
    (b"ppt/presentation", "a PowerPoint presentation", _AS_PDF),
    (
        b".iwa",
        "an Apple Pages, Numbers or Keynote document",
        "In Pages, choose File > Export To > Word or PDF.",
    ),
)
_HEADS = (
    (b"{\\rtf", "an RTF file", _AS_DOCX),
    (b"\x89PNG", "a picture", "Save it as a PDF; scans are read by OCR."),
    (b"\xff\xd8\xff", "a picture", "Save it as a PDF; scans are read by OCR."),
    (b"II*\0", "a picture", "Save it as a PDF; scans are read by OCR."),
    (b"MM\0*", "a picture", "Save it as a PDF; scans are read by OCR."),
    (b"%!PS", "a PostScript file", "Convert it to PDF with ps2pdf."),
    (b"\xffWPC", "a WordPerfect document", _AS_DOCX),
)


def kind_of(place: Path, given: str = "", *, any_text: bool = False) -> str:
    """The kind of a file: PDF, WORD or TEXT.

    Args:
        place: The file.
        given: Its path as the user gave it.
        any_text: Whether plain text may have any ending.

    Raises:
        DocumentError: A file of another kind, with what to do.
    """
    named = SUFFIXES.get(place.suffix.lower())
    head, tail = _ends(place, given)
    if b"%PDF-" in head[:1024]:
        return PDF
    if head.startswith(b"PK\3\4"):
        if _is_word(head, tail):
            return WORD
        for sign, what, hint in _ARCHIVES:
            if sign in head or sign in tail:
                raise _refusal(place, given, f"is {what}, which cannot be read", hint)
        if named == WORD:
            return WORD
        raise _refusal(
            place, given, "is a ZIP archive, which cannot be read", "Unpack it and name its folder."
        )
    if head.startswith(_OLD_OFFICE):
        raise _old_office(place, given, tail)
    for sign, what, hint in _HEADS:
        if head.startswith(sign):
            raise _refusal(place, given, f"is {what}, which cannot be read", hint)
    if named is not None:
        return named
    if any_text and b"\0" not in head:
        return TEXT
    if place.suffix.lower() == ".pages":
        raise _refusal(place, given, f"is {_ARCHIVES[-1][1]}, which cannot be read", _ARCHIVES[-1][2])
    raise _refusal(place, given, f"is not {READABLE} file", "Save it as PDF or .docx first.")


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


def _old_office(place: Path, given: str, tail: bytes) -> DocumentError:
    data = tail if b"E\0n\0c\0r\0y\0p\0t" in tail else _start(place)
    if b"E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e" in data:
        return _refusal(
            place,
            given,
            "is locked with a password",
            "Open it in Word, remove the password (File > Info > Protect Document) and save it.",
        )
    return _refusal(place, given, "is in Word's old format (.doc) or another old Office format", _AS_DOCX)


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
