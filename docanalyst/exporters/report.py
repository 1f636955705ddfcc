"""The input and output of an exporter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Protocol, cast

from docanalyst.domain.answers.pincite import PinStyle
from docanalyst.domain.citations import Citation
from docanalyst.domain.documents import Document
from docanalyst.domain.errors import UsageError, install_extra
from docanalyst.domain.turns import Session

Box = tuple[float, float, float, float]
"""Left, top, right and bottom as shares (0 to 1) of a picture's width and height, from the top left."""


MARGIN = 0.09
"""Share of a page's height shown above and below a quote."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of a cited page.

    Attributes:
        png: The picture of the page.
        boxes: Positions of the quote's words; if given, only the part around them is shown.
        marked: Whether the words are already highlighted.
        page: PDF page number.
        width: Width of the page in points; 0 if unknown.
    """

    png: bytes
    page: int
    boxes: tuple[Box, ...] = ()
    marked: bool = False
    width: float = 0.0

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels; (0, 0) if it is not a PNG."""
        if not self.png.startswith(_SIGNATURE) or len(self.png) < 24:
            return 0, 0
        return int.from_bytes(self.png[16:20], "big"), int.from_bytes(self.png[20:24], "big")

    @property
    def sound_boxes(self) -> tuple[Box, ...]:
        """The boxes inside the picture."""
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
    """A session with everything that its export may show.

    Attributes:
        documents: Documents whose text is available; others are only named.
        pictures: Pictures by turn ID and index in `Turn.citations`, one for each page of the quote.
        copies: Highlighted PDFs by SHA-256, made from `annotated_pdf.marks`.
        style: Style of pin cites.
        version: Version of docanalyst.
        exported_at: ISO 8601 time.
    """

    session: Session
    documents: tuple[Document, ...] = ()
    pictures: Mapping[tuple[str, int], tuple[Picture, ...]] = field(default_factory=dict)
    copies: Mapping[str, bytes] = field(default_factory=dict)
    style: PinStyle = PinStyle.LEGAL
    version: str = ""
    exported_at: str = ""

    def document(self, sha256: str | None) -> Document | None:
        """Return the document with this digest, or None if its text is not available."""
        return next((document for document in self.documents if document.sha256 == sha256), None)

    def source_of(self, citation: Citation) -> Document | None:
        """Return the document in which a citation was found, else the document it names."""
        return self.document(citation.found_sha256 or citation.sha256)


@dataclass(frozen=True, slots=True)
class Made:
    """One file of an export.

    Attributes:
        ending: Text between the given name and its suffix; "" for the first file.
    """

    content: bytes
    ending: str = ""


class _Module(Protocol):
    def export(self, report: Report, name: str) -> list[Made]: ...


@dataclass(frozen=True, slots=True)
class Exporter:
    """An export format.

    Attributes:
        module: Module with its `export`.
        pictures, copies: What the caller must put into the report.
        extra: The extra it needs, "" for none.
    """

    name: str
    suffix: str
    description: str
    module: str
    pictures: bool = False
    copies: bool = False
    extra: str = ""

    def export(self, report: Report) -> list[Made]:
        """Return the files of an export, in order.

        Raises:
            UsageError: The extra is not installed.
        """
        module = cast(_Module, import_module(f"docanalyst.exporters.{self.module}"))
        try:
            return module.export(report, self.name)
        except ModuleNotFoundError as error:
            if not self.extra:
                raise
            raise UsageError(
                f"Exporting {self.suffix} needs the package {error.name}, which is not installed.",
                install_extra(self.extra),
            ) from error
