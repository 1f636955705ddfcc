"""What an exporter is given and what it gives back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, cast

from docanalyst.domain.answers.pincite import PinStyle
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError
from docanalyst.domain.turns import Session

Box = tuple[float, float, float, float]
"""Left, top, right and bottom, as shares (0 to 1) of a picture's width and height, from its top left."""


MARGIN = 0.09
"""Share of a page's height shown above and below a quote."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a cited page.

    png: the page's picture. boxes: where the quote's words lie in it; with boxes only the part around them is
    shown. marked: the words are coloured in the picture already. page: physical number. width: of the page in
    points, for laying it out; 0 where unknown.
    """

    png: bytes
    page: int
    boxes: tuple[Box, ...] = ()
    marked: bool = False
    width: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; (0, 0) where it is no PNG."""
        if not self.png.startswith(_SIGNATURE) or len(self.png) < 24:
            return 0, 0
        return int.from_bytes(self.png[16:20], "big"), int.from_bytes(self.png[20:24], "big")

    @property
    def sound_boxes(self) -> tuple[Box, ...]:
        """The boxes that lie in the picture."""
        return tuple(box for box in self.boxes if 0 <= box[0] < box[2] <= 1 and 0 <= box[1] < box[3] <= 1)

    @property
    def band(self) -> tuple[float, float]:
        """Top and bottom of the part to show, as shares of the height."""
        boxes = self.sound_boxes
        if not boxes:
            return 0.0, 1.0
        return max(0.0, min(b[1] for b in boxes) - MARGIN), min(1.0, max(b[3] for b in boxes) + MARGIN)


@dataclass(frozen=True, slots=True)
class Report:
    """A session with all that its export may show.

    documents: those whose text is at hand; others are named only. pictures: by turn id and place of the
    citation in `Turn.citations`, one a page of the quote. copies: highlighted PDFs by sha256, made from
    `annotated_pdf.marks`. style: how pin cites are written. version: of docanalyst. exported_at: ISO 8601.
    """

    session: Session
    documents: tuple[Document, ...] = ()
    pictures: Mapping[tuple[str, int], tuple[Picture, ...]] = field(default_factory=dict)
    copies: Mapping[str, bytes] = field(default_factory=dict)
    style: PinStyle = PinStyle.LEGAL
    version: str = ""
    exported_at: str = ""

    def document(self, sha256: str | None) -> Document | None:
        """The document with this digest, where its text is at hand."""
        return next((document for document in self.documents if document.sha256 == sha256), None)

    def source_of(self, citation: Citation) -> Document | None:
        """The document that a citation was found in, else the one it names."""
        return self.document(citation.found_sha256 or citation.sha256)


@dataclass(frozen=True, slots=True)
class Made:
    """One file of an export. ending: what comes between the name that was asked for and its suffix; "" for
    the only or first file."""

    content: bytes
    ending: str = ""


class _Module(Protocol):
    def export(self, report: Report, name: str) -> list[Made]: ...


@dataclass(frozen=True, slots=True)
class Exporter:
    """A format. module: where its `export` is. pictures, copies: what the caller should put into the report.

    extra: the optional dependency it needs, "" for none.
    """

    name: str
    suffix: str
    description: str
    module: str
    pictures: bool = False
    copies: bool = False
    extra: str = ""

    def export(self, report: Report) -> list[Made]:
        """The files of an export, in order. Raises UsageError where the optional dependency is missing."""
        module = cast(_Module, import_module(f"docanalyst.exporters.{self.module}"))
        try:
            return module.export(report, self.name)
        except ModuleNotFoundError as error:
            if not self.extra:
                raise
            raise UsageError(
                f"The {self.suffix} export needs a package that is not installed: {error.name}.",
                f"Install it with: pip install 'docanalyst[{self.extra}]'",
            ) from error
