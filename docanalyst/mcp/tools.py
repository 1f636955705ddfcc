"""What each tool returns, as JSON data: the same objects as the command line's `--json`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from docanalyst.domain.errors import DocumentError, UsageError

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst
    from docanalyst.analyst.documents.reading import Progress
    from docanalyst.domain.citations import Quote
    from docanalyst.domain.documents import Document, Page
    from docanalyst.mcp.roots import Roots

Data = dict[str, Any]

MOST_HITS = 50
"""Hits of a search that one call returns at most."""

_AROUND = 80
"""Characters shown on each side of words found in a document."""


class Tools:
    """The tools over documents in some folders.

    Args:
        reader: Reads and checks; saves nothing but the cache of read documents.
        asker: Asks with the user's settings and saves the turn.
        roots: Folders that may be read.
    """

    def __init__(self, reader: Analyst, asker: Analyst, roots: Roots) -> None:
        self._reader = reader
        self._asker = asker
        self._roots = roots

    def read_document(self, path: str, pages: str = "", progress: Progress | None = None) -> Data:
        """Return the text of a document page by page."""
        (document, *others), notes = self._read([f"{path}:{pages}" if pages else path], progress)
        if others:
            raise DocumentError(f"{path} is a folder.", "Call this tool for each document.")
        return self._document(document) | {
            "pages": [_page(page) for page in document.pages],
            "warnings": [*notes, *document.warnings],
        }

    def list_documents(self, folder: str = "") -> Data:
        """Return the documents in the folders, without reading them."""
        folders = [folder] if folder else [str(root) for root in self._roots.folders]
        found = [file for place in folders for file in self._files_or_none(place)]
        return {"documents": [{"path": file, "resource": self._resource(file)} for file in found]}

    def pack_plan(self, paths: Sequence[str], question: str = "", progress: Progress | None = None) -> Data:
        """Return what a question about the documents would send: tokens, window, cost. Sends nothing."""
        from docanalyst.analyst.planning import plan_record, suggest

        documents, notes = self._read(paths, progress)
        plan = self._reader.plan(documents, question)
        record = plan_record(plan) | {"warnings": [*notes, *plan.warnings]}
        return record if plan.budget.fits else record | {"suggestion": suggest(plan)}

    def verify_quotes(
        self, paths: Sequence[str], quotes: Sequence[str | Data], progress: Progress | None = None
    ) -> Data:
        """Return the check of each quote, in order."""
        from docanalyst.domain.records.turns import citation_record

        wanted = [replace(_quote(quote), number=place) for place, quote in enumerate(quotes, 1)]
        if not wanted:
            raise UsageError("No quotes given.", "Give at least one quote.")
        documents, _ = self._read(paths, progress)
        citations = self._reader.verify(wanted, documents)
        return {
            "documents": [self._document(document, place) for place, document in enumerate(documents, 1)],
            "citations": [citation_record(citation) for citation in citations],
            "verified": sum(citation.verified for citation in citations),
        }

    def check_brief(
        self, sources: Sequence[str], brief: str = "", text: str = "", progress: Progress | None = None
    ) -> Data:
        """Return the check of every quotation in a brief or other text.

        Args:
            brief: A file in the folders (.md, .txt, .docx, .pdf).
            text: The text itself, instead of a file.
        """
        from docanalyst.analyst.review.briefs import apart_line, check_brief, read_brief
        from docanalyst.domain.records.turns import citation_record

        if bool(brief) == bool(text):
            raise UsageError("Give either `brief` or `text`.", "`brief` names a file; `text` is the text.")
        if brief:
            (file,) = self._roots.files([brief])
            text = read_brief(file, self._reader.cache_dir)
        documents, _ = self._read(sources, progress)
        checked = check_brief(text, documents)
        return {
            "documents": [self._document(document, place) for place, document in enumerate(documents, 1)],
            "citations": [
                citation_record(citation) | {"end": end, "line": text.count("\n", 0, end) + 1}
                for citation, end in zip(checked.citations, checked.ends, strict=True)
            ],
            "not_checked": [apart_line(item) for item in checked.apart],
            "verified": sum(citation.verified for citation in checked.citations),
        }

    def search_documents(
        self, paths: Sequence[str], text: str, limit: int = 20, progress: Progress | None = None
    ) -> Data:
        """Return the places where words occur, ignoring case, spacing and line ends."""
        words = " ".join(text.split()).casefold()
        if not words:
            raise UsageError("No text given.", "Give the words to find.")
        documents, _ = self._read(paths, progress)
        hits = [
            {"document": f"D{place}", "path": document.path, "page": page.number, "page_label": page.label}
            | {"snippet": snippet}
            for place, document in enumerate(documents, 1)
            for page in document.pages
            for snippet in _occurrences(page.text, words)
        ]
        most = max(1, min(limit, MOST_HITS))
        return {"hits": hits[:most], "total": len(hits)}

    def search_sessions(self, text: str, limit: int = 20) -> Data:
        """Return saved questions, answers and pages with these words, from sessions about allowed files."""
        store = self._asker.store
        hits = store.reports.search(text, limit=max(1, min(limit, MOST_HITS)))
        allowed: dict[str, bool] = {}
        shown = []
        for hit in hits:
            if hit.session_id and hit.session_id not in allowed:
                members = store.sessions.get(hit.session_id).documents
                allowed[hit.session_id] = all(self._roots.holds(member.path) for member in members)
            if hit.path and not self._roots.holds(hit.path):
                continue
            if hit.session_id and not allowed[hit.session_id]:
                continue
            shown.append({name: value for name, value in asdict(hit).items() if value is not None})
        return {"hits": shown}

    async def find_passages(self, documents: Sequence[Document], question: str, limit: int = 5) -> Data:
        """Return the passages closest to a question, by the offline analyst; no model reads them."""
        from docanalyst.analyst import AskOptions

        most = max(1, limit)
        options = AskOptions(provider="extractive", passages=most)
        turn = await self._turn(self._reader, documents, question, options)
        return {
            "reader": "extractive",
            "question": question,
            "passages": [
                {
                    name: record[name]
                    for name in ("document", "path", "page", "page_label", "quote", "verdict")
                }
                for record in turn["citations"][:most]
            ],
        }

    async def ask(self, documents: Sequence[Document], question: str, provider: str | None = None) -> Data:
        """Return a saved turn, as `ask --json` prints it."""
        from docanalyst.analyst import AskOptions

        return await self._turn(self._asker, documents, question, AskOptions(provider=provider))

    def documents(self, paths: Sequence[str], progress: Progress | None = None) -> list[Document]:
        """Return the documents at PATHs in the folders."""
        return self._read(paths, progress)[0]

    def page_text(self, name: str, number: int) -> str:
        """Return the text of a page. name: path within a folder, percent-encoded."""
        from urllib.parse import unquote

        return self.documents([f"{unquote(name)}:{number}"])[0].pages[0].text

    async def _turn(
        self, analyst: Analyst, documents: Sequence[Document], question: str, options: Any
    ) -> Data:
        from contextlib import aclosing

        from docanalyst.domain.events import Finished
        from docanalyst.domain.records.turns import turn_record

        record: Data = {}
        async with aclosing(analyst.ask(documents, question, options=options)) as events:
            async for event in events:
                if isinstance(event, Finished):
                    record = turn_record(event.turn)
        return record

    def _read(
        self, paths: Sequence[str], progress: Progress | None = None
    ) -> tuple[list[Document], list[str]]:
        return self._reader.read(self._roots.files(paths), progress=progress)

    def _files_or_none(self, place: str) -> list[str]:
        try:
            return self._roots.files([place])
        except DocumentError:
            if not self._roots.holds(place):
                raise
            return []

    def _resource(self, path: str) -> str:
        return f"document://{self._roots.address(path)}/1"

    def _document(self, document: Document, place: int | None = None) -> Data:
        known: Data = {} if place is None else {"id": f"D{place}"}
        return known | {
            "path": document.path,
            "title": document.title,
            "sha256": document.sha256,
            "page_count": document.page_count,
        }


def _page(page: Page) -> Data:
    return {"number": page.number, "label": page.label, "text": page.text, "ocr": page.ocr}


def _quote(given: str | Data) -> Quote:
    """Return a quote from its words, or from {quote, document?, page?}. Raises UsageError."""
    from docanalyst.domain.citations import Quote

    if isinstance(given, str):
        return Quote(given)
    words, document, page = given.get("quote"), given.get("document"), given.get("page")
    if not isinstance(words, str):
        raise UsageError("A quote has no words.", 'Give a text, or {"quote", "document", "page"}.')
    if page is not None and not isinstance(page, int):
        raise UsageError(f"{page!r} is not a page number.", "`page` is the PDF page, from 1.")
    return Quote(words, document=document if isinstance(document, str) else None, page=page)


def _occurrences(text: str, words: str) -> list[str]:
    """Return the surroundings of each place where words occur in a page."""
    flat = " ".join(text.split())
    folded = flat.casefold()
    if len(folded) != len(flat):  # a letter that folds to two, such as ß: compare without folding those
        folded = flat.lower() if len(flat.lower()) == len(flat) else flat
    found, start = [], folded.find(words)
    while start >= 0:
        end = start + len(words)
        found.append(flat[max(0, start - _AROUND) : end + _AROUND])
        start = folded.find(words, end)
    return found
