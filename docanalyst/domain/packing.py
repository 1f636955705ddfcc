"""How whole documents are written into one context, and how a place in it is found again.

The packed context is a document index, then each document in one block, each page under a marker line:

    <documents mark="3f9ac21b">
    D1 | Services Agreement | agreement.pdf | 24 pages
    </documents>
    <document id="D1" title="Services Agreement" pages="1-24" mark="3f9ac21b">
    [D1 p.1 · 3f9ac21b]
    …text of the page…

    </document>

Every part begins with a visible character and ends with a newline, so the token counts of the parts add up
to the count of the whole exactly (the split pattern of Qwen3 never joins across such a border). The mark is
a keyed hash of the document set: the same in every turn, and not forgeable by a document.
"""

from __future__ import annotations

import bisect
import hashlib
import hmac
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from docanalyst.domain.documents import Document, Span, document_id, marker_label
from docanalyst.domain.text import clean_text

MARK_LENGTH = 8
NO_TEXT = "(no text on this page)"


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of the packed text: start and end are offsets into it; tokens counted alone.

    kind: index, open, page or close. text_start: where the page's own text begins (page parts only).
    """

    kind: str
    start: int
    end: int
    tokens: int
    document: str | None = None
    document_sha256: str | None = None
    page_number: int | None = None
    text_start: int = 0
    text_length: int = 0


@dataclass(frozen=True, slots=True)
class PackedContext:
    """Whole documents in one text. token_count: tokens of the text. sha256: hex digest of its UTF-8 bytes."""

    text: str
    parts: tuple[Part, ...]
    token_count: int
    sha256: str
    mark: str
    _starts: tuple[int, ...] = field(default=(), repr=False, compare=False)

    def locate(self, offset: int) -> Span | None:
        """The place in a page's text behind an offset of the packed text; None between pages."""
        if not 0 <= offset < len(self.text):
            return None
        part = self.parts[bisect.bisect_right(self._starts, offset) - 1]
        inside = offset - part.text_start
        if part.kind != "page" or not 0 <= inside < part.text_length:
            return None
        return Span(part.document_sha256 or "", part.page_number or 0, inside, inside + 1)

    def recounted(self, change: Callable[[int], int]) -> PackedContext:
        """The same context with the tokens of each part counted otherwise."""
        parts = tuple(replace(part, tokens=change(part.tokens)) for part in self.parts)
        return replace(self, parts=parts, token_count=sum(part.tokens for part in parts))

    def document_tokens(self) -> dict[str, int]:
        """Tokens of each document by id, its fences and markers included."""
        shares: dict[str, int] = {}
        for part in self.parts:
            if part.document is not None:
                shares[part.document] = shares.get(part.document, 0) + part.tokens
        return shares


def document_mark(documents: Sequence[Document], secret: bytes) -> str:
    """The mark of a document set: a keyed hash of what is packed, hex."""
    identity = "\n".join(f"{document.sha256}:{document.pages_sent}" for document in documents)
    return hmac.new(secret, identity.encode(), hashlib.sha256).hexdigest()[:MARK_LENGTH]


def pack(documents: Sequence[Document], *, mark: str, count: Callable[[str], int]) -> PackedContext:
    """Write whole documents into one context.

    documents: in pack order, each at most once. mark: from `document_mark`. count: tokens of a text.
    Nothing is shortened, and no page is left out: a page without text says so under its marker.
    """
    writer = _Writer(count)
    index = [f'<documents mark="{mark}">\n']
    for position, document in enumerate(documents):
        title = _attribute(document.title)
        index.append(f"{document_id(position)} | {title} | {_describe_pages(document)}\n")
    writer.add("index", "".join(index) + "</documents>\n")
    for position, document in enumerate(documents):
        _write_document(writer, document_id(position), document, mark)

    text = "".join(writer.pieces)
    return PackedContext(
        text=text,
        parts=tuple(writer.parts),
        token_count=sum(part.tokens for part in writer.parts),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        mark=mark,
        _starts=tuple(part.start for part in writer.parts),
    )


class _Writer:
    """Collects parts and keeps their offsets."""

    def __init__(self, count: Callable[[str], int]) -> None:
        self.pieces: list[str] = []
        self.parts: list[Part] = []
        self._count = count
        self._position = 0

    def add(
        self,
        kind: str,
        text: str,
        owner: Document | None = None,
        name: str | None = None,
        page: tuple[int, int, int] = (0, 0, 0),
    ) -> None:
        """Add a part. page: its number, and where its own text begins in the part, and its length."""
        number, lead, length = page
        start = self._position
        self._position += len(text)
        part = Part(
            kind,
            start,
            self._position,
            self._count(text),
            document=name,
            document_sha256=owner.sha256 if owner else None,
            page_number=number or None,
            text_start=start + lead if number else 0,
            text_length=length,
        )
        self.pieces.append(text)
        self.parts.append(part)


def _write_document(writer: _Writer, name: str, document: Document, mark: str) -> None:
    title, pages = _attribute(document.title), document.pages_sent
    writer.add(
        "open", f'<document id="{name}" title="{title}" pages="{pages}" mark="{mark}">\n', document, name
    )
    for page in document.pages:
        marker = page_marker(name, page.number, page.label, mark, ocr=page.ocr)
        has_text = bool(page.text.strip())
        text = page.text if has_text else NO_TEXT
        lead = len(marker) + 1
        shown = (page.number, lead, len(text) if has_text else 0)
        writer.add("page", f"{marker}\n{text}\n\n", document, name, shown)
    writer.add("close", f'</document id="{name}" mark="{mark}">\n', document, name)


def page_marker(document: str, page_number: int, label: str | None, mark: str, *, ocr: bool = False) -> str:
    """The line above a page: "[D2 p.17 · 3f9ac21b]", with the printed number where it differs, or the
    paragraphs of a Word file, and "OCR" where the text was recognised from a picture."""
    printed = f" ({marker_label(_attribute(label))})" if label and label != str(page_number) else ""
    return f"[{document} p.{page_number}{printed}{' · OCR' if ocr else ''} · {mark}]"


def _describe_pages(document: Document) -> str:
    if not document.pages:
        return f"nothing found on {document.page_count} page{'' if document.page_count == 1 else 's'}"
    if document.is_selection:
        return f"pages {document.pages_sent} of {document.page_count}"
    return f"{len(document.pages)} page{'' if len(document.pages) == 1 else 's'}"


def _attribute(value: str) -> str:
    """A title or label on one line, as clean as the text, without the characters that fences are made of."""
    clean = clean_text(value)[0]
    return re.sub(r"\s+", " ", re.sub(r'[<>"|\[\]]', " ", clean)).strip()[:200] or "untitled"
