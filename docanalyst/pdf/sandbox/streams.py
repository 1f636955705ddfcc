"""Files with streams compressed by Brotli, which pdfium cannot read: the same file with plain streams.

Written in memory by pypdf, which needs the library brotli for it; the file itself stays as it is.
"""

from __future__ import annotations

import io
import logging
from typing import Any

_BROTLI = "/BrotliDecode"


def without_brotli(path: str, password: str | None) -> bytes:
    """The file with its Brotli streams decompressed. Raises whatever pypdf raises."""
    logging.disable(logging.CRITICAL)
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import StreamObject

    reader = PdfReader(path)
    if reader.is_encrypted:
        reader.decrypt(password or "")
    writer = PdfWriter(clone_from=reader)
    for item in writer._objects:
        if isinstance(item, StreamObject):
            _decompress(item)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def _decompress(stream: Any) -> None:
    """Take the first coding off a stream where that is Brotli; others, as of a picture, stay."""
    from pypdf.filters import BrotliDecode
    from pypdf.generic import ArrayObject

    found = stream.get("/Filter")
    found = found.get_object() if found is not None else None
    codings = list(found) if isinstance(found, list) else [found]
    if codings[0] != _BROTLI:
        return
    stream._data = BrotliDecode.decode(stream._data)
    parameters = stream.pop("/DecodeParms", None)
    parameters = parameters.get_object() if parameters is not None else None
    del stream["/Filter"]
    if codings[1:]:
        stream[_name("/Filter")] = ArrayObject(codings[1:])
        if isinstance(parameters, list):
            stream[_name("/DecodeParms")] = ArrayObject(parameters[1:])


def _name(name: str) -> Any:
    from pypdf.generic import NameObject

    return NameObject(name)
