"""An EPUB book as blocks: its chapters in reading order, each as a web page."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from urllib.parse import unquote

from docanalyst.formats.archive import Archive, CannotRead
from docanalyst.formats.composing import Composer
from docanalyst.formats.web.page import Walker, decode_page, parse
from docanalyst.formats.word.blocks import Block

_OPF = "{http://www.idpf.org/2007/opf}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_CONTAINER = "{urn:oasis:names:tc:opendocument:xmlns:container}"
_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")

MAX_BYTES = 200 << 20
"""Unpacked bytes of all chapters."""


class Book:
    """A book in a file."""

    macros = False

    def __init__(self, path: str, view: str, *, include_hidden: bool) -> None:
        self._archive = Archive(path)
        self._composer = Composer(view, include_hidden=include_hidden)
        self.told: list[str] = []
        self.title = ""
        self._refuse_locked()
        self._chapters = self._order()

    def _refuse_locked(self) -> None:
        if self._archive.has("META-INF/rights.xml") or (
            self._archive.has("META-INF/encryption.xml")
            and b"EncryptedData" in (data := self._archive.bytes("META-INF/encryption.xml"))
            and b"html" in data.lower().partition(b"cipherreference")[2]
        ):
            raise CannotRead("it is locked by its publisher (DRM)", "locked")

    def _order(self) -> list[str]:
        """The parts that are chapters, in reading order."""
        package = ""
        for item in self._archive.xml("META-INF/container.xml").iter(f"{_CONTAINER}rootfile"):
            package = item.get("full-path") or ""
            break
        root = self._archive.xml(package)
        for item in root.iter(f"{_DC}title"):
            self.title = " ".join((item.text or "").split())
            break
        folder = posixpath.dirname(package)
        parts = {}
        for item in root.iter(f"{_OPF}item"):
            if item.get("media-type") in _PAGES:
                target = posixpath.normpath(posixpath.join(folder, unquote(item.get("href") or "")))
                parts[item.get("id")] = (target, "nav" in (item.get("properties") or "").split())
        chapters = []
        for item in root.iter(f"{_OPF}itemref"):
            target, is_contents = parts.get(item.get("idref"), ("", False))
            if target and not (is_contents and item.get("linear") == "no"):
                chapters.append(target)
        if not chapters:
            raise CannotRead("it is damaged: it does not say which chapters it has")
        return list(dict.fromkeys(chapters))

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""
        return self._composer.unread

    def blocks(self) -> Iterator[Block]:
        """Every block, in order; each chapter begins a page."""
        composer = self._composer
        size = 0
        missing = []
        for place, chapter in enumerate(self._chapters):
            if not self._archive.has(chapter):
                missing.append(chapter)
                continue
            data = self._archive.bytes(chapter)
            size += len(data)
            if size > MAX_BYTES:
                raise CannotRead(f"its chapters have more than {MAX_BYTES >> 20} MiB", "large")
            text, told = decode_page(data)
            if place:
                composer.break_page()
                composer.end()
            walker = Walker(parse(text), composer, linked=False)
            for _ in walker.walk():
                yield from composer.take()
            yield from composer.take()
            self.told += (f"{posixpath.basename(chapter)}: {line}" for line in told)
        if missing:
            names = ", ".join(posixpath.basename(name) for name in missing[:5])
            self.told.append(f"The book lists chapters that are missing from the file: {names}.")

    def close(self) -> None:
        """Close the file."""
        self._archive.close()
