"""Copies of PDFs with highlights and notes. The copy is made in a limited process, as everything with PDFs.

pypdf appends the annotations to the original bytes, which keeps signatures valid and everything else as it
was; an encrypted file, and one that pypdf refuses, is written by pdfium, which keeps the encryption.
"""

from __future__ import annotations

import ctypes
import json
import subprocess
import sys
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docanalyst.pdf import limits
from docanalyst.pdf.enclosures.members import local_file

if TYPE_CHECKING:
    from docanalyst.pdf.marks.geometry import Box

SECONDS = 120.0
"""Wall-clock time for one copy."""

CPU_SECONDS = 60.0
"""Processor time for one copy; a file of 619 pages takes about 1 s."""

MAX_NOTE = 4_000
"""Characters of one note; a longer one ends with an ellipsis. The report has all of it."""

_OPACITY = 0.45
_BOOT = "import sys; sys.path[:0] = sys.argv[1:]; from docanalyst.pdf.marks.highlights import main; main()"


@dataclass(frozen=True, slots=True)
class Highlight:
    """Rectangles of one page to highlight, with a note. page_number: physical, 1-based. boxes: as from
    `locate`. note: plain text. colour: RRGGBB."""

    page_number: int
    boxes: tuple[Box, ...]
    note: str
    colour: str = "ffd400"


def write_highlights(
    path: str | Path, output: str | Path, highlights: Iterable[Highlight], *, password: str | None = None
) -> int:
    """Write a copy of a PDF with these highlights. Returns how many annotations it got.

    The original is not touched; the copy appears whole or not at all. Raises DocumentError: the file cannot
    be read, or the copy cannot be written; UsageError: the copy would replace the original.
    """
    from docanalyst.domain.errors import DocumentError, UsageError
    from docanalyst.pdf.sandbox import process

    source, target = local_file(path), Path(output).expanduser()
    if target.exists() and source.exists() and target.samefile(source):
        raise UsageError(f"{target.name} is the original itself.", "Give the copy another name.")
    partial = target.with_name(target.name + ".part")
    request = {
        "path": str(source),
        "output": str(partial),
        "password": password,
        "highlights": [asdict(item) for item in highlights if item.boxes],
    }
    reason = "it is damaged"
    try:
        done = subprocess.run(
            [sys.executable, "-I", "-S", "-X", "utf8", "-c", _BOOT, *process._roots()],
            input=json.dumps(request).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=process._environment(),
            timeout=SECONDS,
            check=False,
        )
        answer: dict[str, Any] = json.loads(done.stdout) if done.stdout else {"failed": "limits"}
        if "written" in answer:
            partial.replace(target)
            return int(answer["written"])
        reason = _REASONS.get(answer["failed"], reason)
    except subprocess.TimeoutExpired:
        reason = "it takes too long"
    except OSError as error:
        reason = error.strerror or "it cannot be written"
    finally:
        partial.unlink(missing_ok=True)
    raise DocumentError(
        f"No highlighted copy of {source.name} could be made: {reason}.",
        "Export to .html to see the quotes in the pages.",
        path=str(source),
    )


def highlighted_copy(
    path: str | Path, highlights: Iterable[Highlight], *, password: str | None = None
) -> bytes:
    """As `write_highlights`, with the copy in memory."""
    import tempfile

    with tempfile.TemporaryDirectory(prefix="docanalyst-") as folder:
        target = Path(folder) / "copy.pdf"
        write_highlights(path, target, highlights, password=password)
        return target.read_bytes()


_REASONS = {
    "password": "a password is needed",
    "limits": "it exceeds the limits of memory or time",
    "file": "it cannot be opened",
    "write": "the copy cannot be written",
    "security": "its encryption is not supported",
}


def main() -> None:
    """The limited process: one request from the input, one answer to the output."""
    request = json.load(sys.stdin.buffer)
    limits.limit_this_process()
    limits.limit_processor_time(CPU_SECONDS)
    answer: dict[str, Any]
    try:
        answer = {"written": _write(request)}
    except MemoryError:
        answer = {"failed": "limits"}
    except OSError:
        answer = {"failed": "write"}
    except Exception as error:
        answer = {"failed": getattr(error, "kind", "damaged")}
    sys.stdout.write(json.dumps(answer))


def _write(request: dict[str, Any]) -> int:
    try:
        return _with_pypdf(request)
    except (OSError, MemoryError):
        raise
    except Exception:
        return _with_pdfium(request)


def _with_pypdf(request: dict[str, Any]) -> int:
    """Append the annotations. Raises what pypdf raises, and ValueError for an encrypted file."""
    import logging

    logging.disable(logging.CRITICAL)
    from pypdf import PdfReader, PdfWriter
    from pypdf.annotations import Highlight as Annotation
    from pypdf.generic import ArrayObject, FloatObject, NameObject, NumberObject, TextStringObject

    reader = PdfReader(request["path"])
    if reader.is_encrypted:
        raise ValueError("encrypted")
    pages = len(reader.pages)
    writer = PdfWriter(reader, incremental=True)
    written = 0
    for item in request["highlights"]:
        if not 1 <= item["page_number"] <= pages:
            continue
        boxes = item["boxes"]
        points = [FloatObject(value) for box in boxes for value in _corners(box)]
        annotation = Annotation(
            rect=_around(boxes),
            quad_points=ArrayObject(points),
            highlight_color=item["colour"],
            printing=True,
        )
        annotation[NameObject("/Contents")] = TextStringObject(_note(item))
        annotation[NameObject("/T")] = TextStringObject("docanalyst")
        annotation[NameObject("/NM")] = TextStringObject(f"docanalyst-{written + 1}")
        annotation[NameObject("/CA")] = FloatObject(_OPACITY)
        annotation[NameObject("/F")] = NumberObject(4)
        writer.add_annotation(page_number=item["page_number"] - 1, annotation=annotation)
        written += 1
    with Path(request["output"]).open("wb") as output:
        writer.write(output)
    return written


def _with_pdfium(request: dict[str, Any]) -> int:
    """Add the annotations by pdfium's own functions. Raises pdfium.CannotOpen."""
    import pypdfium2_raw as raw

    from docanalyst.pdf.pdfium.document import CannotOpen, File

    raw.FPDF_InitLibrary()
    written = 0
    with File(request["path"], request["password"]) as file:
        document = ctypes.cast(file.handle, raw.FPDF_DOCUMENT)
        for item in request["highlights"]:
            if not 1 <= item["page_number"] <= file.page_count:
                continue
            page = raw.FPDF_LoadPage(document, item["page_number"] - 1)
            if not page:
                continue
            written += _annotate(raw, page, item, written + 1)
            raw.FPDF_ClosePage(page)
        with Path(request["output"]).open("wb") as output:

            def write(_: Any, data: Any, size: int) -> int:
                output.write(ctypes.string_at(data, size))
                return 1

            sink = raw.FPDF_FILEWRITE(version=1)
            sink.WriteBlock = type(sink.WriteBlock)(write)
            if not raw.FPDF_SaveAsCopy(document, ctypes.byref(sink), 0):
                raise CannotOpen("damaged")
    return written


def _annotate(raw: Any, page: Any, item: dict[str, Any], number: int) -> int:
    annotation = raw.FPDFPage_CreateAnnot(page, raw.FPDF_ANNOT_HIGHLIGHT)
    if not annotation:
        return 0
    left, bottom, right, top = _around(item["boxes"])
    raw.FPDFAnnot_SetRect(
        annotation, ctypes.byref(raw.FS_RECTF(left=left, top=top, right=right, bottom=bottom))
    )
    for box in item["boxes"]:
        quad = raw.FS_QUADPOINTSF(*_corners(box))
        raw.FPDFAnnot_AppendAttachmentPoints(annotation, ctypes.byref(quad))
    red, green, blue = (int(item["colour"][at : at + 2], 16) for at in (0, 2, 4))
    raw.FPDFAnnot_SetColor(annotation, raw.FPDFANNOT_COLORTYPE_Color, red, green, blue, round(255 * _OPACITY))
    raw.FPDFAnnot_SetFlags(annotation, 4)
    for key, value in (("Contents", _note(item)), ("T", "docanalyst"), ("NM", f"docanalyst-{number}")):
        encoded = (value + "\0").encode("utf-16-le")
        text = ctypes.cast(ctypes.create_string_buffer(encoded), raw.FPDF_WIDESTRING)
        raw.FPDFAnnot_SetStringValue(annotation, key.encode(), text)
    raw.FPDFPage_CloseAnnot(annotation)
    return 1


def _note(item: dict[str, Any]) -> str:
    note: str = item["note"]
    return note if len(note) <= MAX_NOTE else note[: MAX_NOTE - 1] + "…"


def _corners(box: dict[str, float]) -> tuple[float, ...]:
    """Left top, right top, left bottom, right bottom: the order that viewers read."""
    return (
        box["left"], box["top"], box["right"], box["top"],
        box["left"], box["bottom"], box["right"], box["bottom"],
    )  # fmt: skip


def _around(boxes: Sequence[dict[str, float]]) -> tuple[float, float, float, float]:
    return (
        min(box["left"] for box in boxes),
        min(box["bottom"] for box in boxes),
        max(box["right"] for box in boxes),
        max(box["top"] for box in boxes),
    )
