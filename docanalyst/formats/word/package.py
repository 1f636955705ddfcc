"""A Word file as a package of parts: opened within limits, with parts found by their relationships."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from typing import IO

from docanalyst.formats.archive import Archive, CannotRead

_STRICT = (
    (
        b"http://purl.oclc.org/ooxml/wordprocessingml/main",
        b"http://schemas.openxmlformats.org/wordprocessingml/2006/main",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    ),
    (
        b"http://purl.oclc.org/ooxml/officeDocument/math",
        b"http://schemas.openxmlformats.org/officeDocument/2006/math",
    ),
)
"""Namespaces of the strict form of the standard, and those that everybody writes."""

_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class Relationship:
    """A relationship of a part: its id, the last word of its type, and the part or address it points to."""

    __slots__ = ("external", "id", "kind", "target")

    def __init__(self, identity: str, kind: str, target: str, external: bool) -> None:
        self.id, self.kind, self.target, self.external = identity, kind, target, external


class Package(Archive):
    """An open Word file. Raises CannotRead for what is not one, or is over a limit."""

    usual = _STRICT

    def __init__(self, path: str | IO[bytes]) -> None:
        super().__init__(path)
        found = next(self.related("", "officeDocument"), None)
        if found is None:
            raise CannotRead("it is damaged: it does not say which part is the document")
        self.main = found

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

    def related(self, part: str, kind: str) -> Iterator[str]:
        """The parts of this kind that a part is related to and that exist."""
        for item in self.relationships(part):
            if item.kind == kind and not item.external and self.has(item.target):
                yield item.target
