"""Bytes of text as characters: by byte order mark, by what the file declares, else UTF-8."""

from __future__ import annotations

import codecs

_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_AS_WRITTEN = {
    "iso8859-1": "cp1252",
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
}
"""Encodings that browsers and mail programs read as their wider successors
(https://encoding.spec.whatwg.org/#names-and-labels)."""


def decode(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The text of bytes, and sentences about what is doubtful in it.

    A byte order mark decides before a declaration. Without both it is UTF-8, and failing that Windows-1252.
    A declaration is checked: bytes that are UTF-8 where it says otherwise are read as UTF-8, since no text of
    another encoding is UTF-8 by chance.

    Args:
        data: The bytes.
        declared: The encoding that the file names.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _decoded(data[len(mark) :], encoding), ()
    known = _known(declared)
    if data.isascii() and (known is None or _is_wide_ascii(known)):
        return data.decode("ascii"), ()
    if known is not None and known != "utf-8":
        try:
            text = data.decode("utf-8") if _is_wide_ascii(known) else ""
        except UnicodeDecodeError:
            text = ""
        if text:
            return text, (f"The file says that it is in {declared}, but it is UTF-8 and was read as such.",)
        return _decoded(data, known), ()
    try:
        return data.decode("utf-8"), ()
    except UnicodeDecodeError:
        pass
    if known == "utf-8" and _share_of_utf8(data) > 0.5:
        return _decoded(data, known), ()
    said = f"says that it is in {declared}, but is not" if declared else "is not UTF-8"
    told = f"The file {said}; it was read as Windows-1252 (Western European)."
    return _decoded(data, "cp1252"), (told,)


def _known(name: str | None) -> str | None:
    """The name of an encoding as Python has it; None for one that is not known or is no encoding of text."""
    try:
        found = codecs.lookup((name or "").strip().strip("\"'"))
    except (LookupError, ValueError):
        return None
    if not found._is_text_encoding or found.name in ("idna", "punycode", "unicode_escape", "undefined"):
        return None
    return _AS_WRITTEN.get(found.name, found.name)


def _is_wide_ascii(encoding: str) -> bool:
    """Whether letters of ASCII are themselves in an encoding."""
    try:
        return encoding != "utf-7" and b"az<&+~".decode(encoding) == "az<&+~"
    except UnicodeDecodeError:
        return False


def _decoded(data: bytes, encoding: str) -> str:
    """The text of bytes; � stands for what cannot be decoded, which the notes on its page tell."""
    try:
        return data.decode(encoding, "replace")
    except UnicodeError:
        return data.decode("cp1252", "replace")


def _share_of_utf8(data: bytes) -> float:
    """Which share of the bytes above ASCII are part of a character in UTF-8."""
    above = sum(1 for byte in data[:1_000_000] if byte > 127)
    sound = data[:1_000_000].decode("utf-8", "ignore")
    good = sum(len(letter.encode()) for letter in sound if letter > "\x7f")
    return good / max(above, 1)
