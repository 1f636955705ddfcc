"""A Word file as a package of parts: opened within limits, with parts found by their relationships."""

from __future__ import annotations

import posixpath
import zipfile
import zlib
from collections.abc import Iterator
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
_STRICT = {
    b"http://purl.oclc.org/ooxml/wordprocessingml/main": b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    b"http://purl.oclc.org/ooxml/officeDocument/relationships": b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    b"http://purl.oclc.org/ooxml/officeDocument/math": b"http://schemas.openxmlformats.org/officeDocument/2006/math",
}
"""Namespaces of the strict form of the standard, and those that everybody writes."""

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class CannotRead(Exception):
    """The file cannot be read as a Word document.

    The text is the end of a sentence for people. kind: "damaged", "unsafe" or "large".
    """

    def __init__(self, reason: str, kind: str = "damaged") -> None:
        super().__init__(reason)
        self.kind = kind


class Relationship:
    """A relationship of a part: its id, the last word of its type, and the part or address it points to."""

    __slots__ = ("external", "id", "kind", "target")

    def __init__(self, identity: str, kind: str, target: str, external: bool) -> None:
        self.id, self.kind, self.target, self.external = identity, kind, target, external


class Package:
    """An open Word file. Raises CannotRead for what is not one, or is over a limit."""

    def __init__(self, path: str | IO[bytes]) -> None:
        try:
            self.zip = zipfile.ZipFile(path)
            self._infos = {info.filename: info for info in self.zip.infolist()}
        except (zipfile.BadZipFile, ValueError, OSError, RuntimeError) as error:
            raise CannotRead("it is damaged: its ZIP archive cannot be opened") from error
        if len(self._infos) > MAX_PARTS:
            raise CannotRead(f"it has {len(self._infos):,} parts, over the limit of {MAX_PARTS:,}", "large")
        self._folded = {name.lower(): name for name in self._infos}
        found = next(self.related("", "officeDocument"), None)
        if found is None:
            raise CannotRead("it is damaged: it does not say which part is the document")
        self.main = found

    def close(self) -> None:
        """Close the file."""
        self.zip.close()

    def has(self, part: str) -> bool:
        """Whether there is such a part."""
        return part.lower() in self._folded

    def relationships(self, part: str) -> list[Relationship]:
        """The relationships of a part; "" for those of the package."""
        folder, name = posixpath.split(part)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if not self.has(where):
            return []
        found = []
        for item in self.xml(where).iter(_RELATIONSHIP):
            external = item.get("TargetMode") == "External"
            target = item.get("Target") or ""
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            found.append(
                Relationship(
                    item.get("Id") or "", (item.get("Type") or "").rsplit("/", 1)[-1], target, external
                )
            )
        return found

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
        if b"<!DOCTYPE" in data[:16_384].replace(b"\0", b"").upper():
            raise CannotRead("it declares a document type, as no Word file does", "unsafe")
        tags = data.count(b"<")
        if tags > MAX_TAGS:
            raise CannotRead(f"its part {part} has {tags:,} tags, over the limit of {MAX_TAGS:,}", "large")
        for strict, usual in _STRICT.items():
            if strict in data:
                data = data.replace(strict, usual)
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
                raise CannotRead(
                    f"its part {part} has more than 10 MB of text in one piece", "large"
                ) from error
            if "depth" in str(error) or "nest" in str(error).lower():
                raise CannotRead("its elements are nested too deeply", "large") from error
            raise CannotRead(f"it is damaged: its part {part} is not valid XML") from error
        if root is None or root.getroottree().docinfo.doctype:
            raise CannotRead("it declares a document type, as no Word file does", "unsafe")
        return root

    def related(self, part: str, kind: str) -> Iterator[str]:
        """The parts of this kind that a part is related to and that exist."""
        for item in self.relationships(part):
            if item.kind == kind and not item.external and self.has(item.target):
                yield item.target
