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
from dataclasses import dataclass, field

from docanalyst.domain.documents import Document, Span, document_id

MARK_LENGTH = 8


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
    pieces: list[str] = []
    parts: list[Part] = []
    position = 0

    def add(kind: str, text: str, **place: object) -> None:
        nonlocal position
        offset = place.pop("text_offset", 0)
        parts.append(
            Part(
                kind,
                position,
                position + len(text),
                count(text),
                text_start=position + int(str(offset)),
                **place,
            )  # type: ignore[arg-type]
        )
        pieces.append(text)
        position += len(text)

    index = [f'<documents mark="{mark}">\n']
    for number, document in enumerate(documents):
        index.append(f"{document_id(number)} | {_attribute(document.title)} | {_describe_pages(document)}\n")
    add("index", "".join(index) + "</documents>\n")

    for number, document in enumerate(documents):
        name = document_id(number)
        fence = f'<document id="{name}" title="{_attribute(document.title)}" pages="{document.pages_sent}" mark="{mark}">\n'
        add("open", fence, document=name, document_sha256=document.sha256)
        for page in document.pages:
            marker = page_marker(name, page.number, page.label, mark)
            body = page.text if page.text.strip() else "(no text on this page)"
            add(
                "page",
                f"{marker}\n{body}\n\n",
                document=name,
                document_sha256=document.sha256,
                page_number=page.number,
                text_offset=len(marker) + 1,
                text_length=len(page.text) if page.text.strip() else 0,
            )
        add(
            "close",
            f'</document id="{name}" mark="{mark}">\n',
            document=name,
            document_sha256=document.sha256,
        )

    text = "".join(pieces)
    return PackedContext(
        text=text,
        parts=tuple(parts),
        token_count=sum(part.tokens for part in parts),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
        mark=mark,
        _starts=tuple(part.start for part in parts),
    )


def page_marker(document: str, page_number: int, label: str | None, mark: str) -> str:
    """The line above a page: "[D2 p.17 · 3f9ac21b]", with the printed number where it differs."""
    printed = f" (printed {_attribute(label)})" if label and label != str(page_number) else ""
    return f"[{document} p.{page_number}{printed} · {mark}]"


def _describe_pages(document: Document) -> str:
    if document.is_selection:
        return f"pages {document.pages_sent} of {document.page_count}"
    return f"{len(document.pages)} page{'' if len(document.pages) == 1 else 's'}"


def _attribute(value: str) -> str:
    """A title or label on one line, without the characters that fences are made of."""
    return re.sub(r"\s+", " ", re.sub(r'[<>"|\[\]]', " ", value)).strip()[:200] or "untitled"
