"""Names of elements and attributes of OpenDocument, with their namespaces."""

from __future__ import annotations

_URN = "urn:oasis:names:tc:opendocument:xmlns:"

TEXT = f"{{{_URN}text:1.0}}"
TABLE = f"{{{_URN}table:1.0}}"
OFFICE = f"{{{_URN}office:1.0}}"
STYLE = f"{{{_URN}style:1.0}}"
FO = f"{{{_URN}xsl-fo-compatible:1.0}}"
DRAW = f"{{{_URN}drawing:1.0}}"
FORM = f"{{{_URN}form:1.0}}"
DC = "{http://purl.org/dc/elements/1.1/}"
XML = "{http://www.w3.org/XML/1998/namespace}"
LOEXT = "{urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0}"
