"""A ZIP archive of parts, as Word, OpenDocument and EPUB files are, opened within limits.

No DTD, entity or address that a file names is ever fetched.
"""

from __future__ import annotations

import zipfile
import zlib
from typing import IO

from lxml import etree

MAX_PART_BYTES = 100 << 20
"""Unpacked bytes of one part. The largest of 35 real files has 6 MB."""

MAX_RATIO = 200
"""Unpacked to packed bytes of a part of more than a megabyte. Real files reach 32."""

MAX_TAGS = 2_000_000
"""Opening and closing tags of one part: about 2,000 pages, or 250,000 cells."""

MAX_PARTS = 20_000

_FREE_RATIO_BYTES = 1 << 20


class CannotRead(Exception):
    """The file cannot be read. The text is the end of a sentence for people. kind: "damaged", "unsafe",
    "large" or "locked"."""

    def __init__(self, reason: str, kind: str = "damaged") -> None:
        super().__init__(reason)
        self.kind = kind


class Archive:
    """An open archive. Raises CannotRead for what is not one, or is over a limit."""

    usual: tuple[tuple[bytes, bytes], ...] = ()
    """Namespaces of other editions of a format, and those that everybody writes."""

    def __init__(self, path: str | IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
            self._infos = {info.filename: info for info in self.zip.infolist()}
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
            raise CannotRead("it is damaged: its ZIP archive cannot be opened") from error
        if len(self._infos) > MAX_PARTS:
            raise CannotRead(f"it has {len(self._infos):,} parts, over the limit of {MAX_PARTS:,}", "large")
        self._folded = {name.lower(): name for name in self._infos}

    def close(self) -> None:
        """Close the file."""
        self.zip.close()

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.lower() in self._folded

    def bytes(self, part: str) -> bytes:
        """The bytes of a part. Raises CannotRead where they are over a limit or damaged."""
        info = self._infos.get(self._folded.get(part.lower(), ""))
        if info is None:
            raise CannotRead(f"it is damaged: its part {part} is missing")
        size, packed = info.file_size, max(info.compress_size, 1)
        if size > MAX_PART_BYTES:
            most = f"{MAX_PART_BYTES >> 20} MiB"
            raise CannotRead(
                f"its part {part} unpacks to {size >> 20:,} MiB, over the limit of {most}", "large"
            )
        if size > _FREE_RATIO_BYTES and size > MAX_RATIO * packed:
            raise CannotRead(
                f"its part {part} unpacks to {size // packed:,} times its size, as only a ZIP bomb does",
                "large",
            )
        try:
            return self.zip.read(info)
        except (
            zipfile.BadZipFile,
            zlib.error,
            EOFError,
            OSError,
            RuntimeError,
            NotImplementedError,
        ) as error:
            raise CannotRead(f"it is damaged: its part {part} cannot be unpacked") from error

    def xml(self, part: str) -> etree._Element:
        """The root element of a part. Raises CannotRead."""
        data = self.bytes(part)
        for other, usual in self.usual:
            if other in data:
                data = data.replace(other, usual)
        return parse_xml(data, part)


def parse_xml(data: bytes, part: str) -> etree._Element:
    """The root element of XML. Raises CannotRead.

    Args:
        data: Its bytes.
        part: What it is called in an error.
    """
    if b"<!DOCTYPE" in data[:16_384].replace(b"\0", b"").upper():
        raise CannotRead("it declares a document type, as no such file does", "unsafe")
    tags = data.count(b"<")
    if tags > MAX_TAGS:
        raise CannotRead(f"its part {part} has {tags:,} tags, over the limit of {MAX_TAGS:,}", "large")
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        if "huge text" in str(error).lower() or "too long" in str(error).lower():
            raise CannotRead(f"its part {part} has more than 10 MB of text in one piece", "large") from error
        if "depth" in str(error) or "nest" in str(error).lower():
            raise CannotRead("its elements are nested too deeply", "large") from error
        raise CannotRead(f"it is damaged: its part {part} is not valid XML") from error
    if root is None or root.getroottree().docinfo.doctype:
        raise CannotRead("it declares a document type, as no such file does", "unsafe")
    return root
