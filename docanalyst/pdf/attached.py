"""The PDFs attached to a file, and those of a portfolio, read like any other."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from docanalyst.domain.errors import DocumentError
from docanalyst.pdf import limits
from docanalyst.pdf.enclosures.members import local_file
from docanalyst.pdf.reader import inspect_document
from docanalyst.pdf.reports import Reading
from docanalyst.pdf.sandbox import process

Attached = tuple[str, Reading | DocumentError]
"""Name of an attached file, and what was read of it, or why it was not."""


def read_attached(
    path: str | Path,
    names: Sequence[str],
    *,
    password: str | None = None,
    cache_dir: Path | None = None,
    include_hidden: bool = False,
    ocr: str = "auto",
) -> Iterator[Attached]:
    """Read the PDFs attached to a file.

    Args:
        path: The file that they are attached to.
        names: All its attached files, from `Reading.attachments`.
        password: Of that file.
        cache_dir: Where readings are kept; None keeps none.
        include_hidden: Take in text that nobody sees.
        ocr: As for `read_document`.

    Yields:
        The name of each attached file with its reading, or with the error that says why it was not read.
    """
    place = local_file(path)
    with tempfile.TemporaryDirectory(prefix="docanalyst-") as folder:
        for number, name in enumerate(names):
            stem = Path(name.replace("\\", "/")).name or "attachment"
            try:
                data = _content(place, number, name, password)
                copy = Path(folder) / f"{number}" / (stem if stem.lower().endswith(".pdf") else f"{stem}.pdf")
                copy.parent.mkdir(mode=0o700)
                copy.write_bytes(data)
                yield (
                    name,
                    inspect_document(copy, cache_dir=cache_dir, include_hidden=include_hidden, ocr=ocr),
                )
            except OSError as error:
                yield name, _refusal(place, name, f"its copy cannot be written ({error.strerror})")
            except DocumentError as error:
                yield name, error


def _content(place: Path, number: int, name: str, password: str | None) -> bytes:
    """The bytes of an attached PDF. Raises DocumentError."""
    request = {"task": "attachment", "path": str(place), "password": password, "number": number}
    data = b""
    try:
        for answer, payload in process.ask_once(request):
            if answer["event"] == "file":
                data = payload
    except process.ProcessDied as died:
        raise _refusal(place, name, f"it {died.reason}") from died
    if not data:
        raise _refusal(place, name, f"it is empty or larger than {limits.MAX_FRAME_BYTES >> 20} MB")
    if b"%PDF-" not in data[:1024]:
        raise _refusal(place, name, "it is not a PDF")
    return data


def _refusal(place: Path, name: str, reason: str) -> DocumentError:
    return DocumentError(
        f"The file “{name}” attached to {place.name} cannot be read: {reason}.",
        "Save it from a PDF program and read it by itself.",
        path=str(place),
    )
