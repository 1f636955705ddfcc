"""The offline answer: the closest passages of the documents, word for word, in the citation grammar."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from docanalyst.domain.answers.body import NOTICE, more_passages
from docanalyst.domain.answers.grammar import read_quotes
from docanalyst.domain.documents import Document, Span, document_id, format_ranges, page_reference
from docanalyst.domain.language.sentences import divide, split_page
from docanalyst.domain.retrieval.places import told_by
from docanalyst.domain.retrieval.questions import names_concept
from docanalyst.domain.retrieval.ranking import Band, Passage, Ranking, RetrievalIndex
from docanalyst.domain.verification.vocabulary import DATE_WORDS, MONEY_WORDS, NUMBER_WORDS, SCALES, UNITS

SHORT = 3
"""Passages of a short answer: the best in full, the others in a line or two."""
NEAR = 0.35
"""Share of the best score from which a passage is shown. Measured: below it lie 1 % of the answers."""
LINE_WORDS = 32
"""Words of a passage shown by one line or two."""
RANKED = 10
"""Passages ranked, of which a short answer tells how many more there are."""
QUOTE_WORDS = 60
"""Words of the longest quote; a longer passage is cited by several."""

_BANDS = {
    Band.STRONG: "**Closest passage**",
    Band.POSSIBLE: "**Possible passage**, which shares words with the question and may not answer it",
    Band.NOTHING: "**No close passage found.** That does not show that the documents are silent. Nearest",
}
_ITEM = re.compile(
    r"^\s*[-*]\s+(?P<title>[^\n:(]{2,80}?)\s*(?:\([^)\n]{0,120}\))?:[ \t]*(?P<wanted>[^\n]*)$", re.MULTILINE
)
# Only where they would be markup, for the answer is also read as it is, on a terminal.
_MARKUP = re.compile(r"([\\`*\[\]~]|(?<![^\W_])_|_(?![^\W_])|<(?=[A-Za-z/!?])|&(?=#?\w{1,32};))")
_TOUCHING_START = re.compile(r"^(?![^\W\d_]+[.,;:]?(?:\s|$))\S+")
_TOUCHING_END = re.compile(r"(?<!\S)(?![^\W\d_]+[.,;:]?$)\S+$")
_MARKS = re.compile('["＂“”„‟«»‹›「」『』《》]')
MEASURES = frozenset(word.lower() for word in (*NUMBER_WORDS, *SCALES, *UNITS, *MONEY_WORDS, *DATE_WORDS))
_LINE_START = re.compile(r"^(\d{1,9})([.)])(?=\s|$)|^([-+=#>|:])")


@dataclass(frozen=True, slots=True)
class _Quote:
    """A quote to be cited: id of the document, the physical page, exact words on one line."""

    document: str
    page: int
    text: str


class _Citations:
    """Numbers the quotes of an answer and writes their definitions."""

    def __init__(self) -> None:
        self.quotes: list[_Quote] = []

    def cite(self, quotes: Sequence[_Quote]) -> str:
        """The marks of these quotes; the same quote keeps its number."""
        marks = []
        for quote in quotes:
            if quote not in self.quotes:
                self.quotes.append(quote)
            marks.append(f"[^{self.quotes.index(quote) + 1}]")
        return "".join(marks)

    def definitions(self) -> str:
        """One line a quote, as the citation grammar asks."""
        return "".join(
            f"[^{number}]: {quote.document} p.{quote.page} {in_quotation_marks(quote.text)}\n"
            for number, quote in enumerate(self.quotes, 1)
        )


def answer(
    index: RetrievalIndex, question: str, history: Sequence[str] = (), *, passages: int | None = None
) -> Iterator[str]:
    """The answer as Markdown, passage by passage; the definitions of its citations come last.

    A question that lists fields ("- title (kind): definition") is answered field by field. passages: how many
    to show in full; None for a short answer.
    """
    yield f"{NOTICE}\n\n"
    if not index.sentences:
        yield _no_text(index.documents)
        return
    citations = _Citations()
    items = [(match["title"].strip(), match["wanted"]) for match in _ITEM.finditer(question)]
    if len(items) > 1:
        yield from _field_by_field(index, items, citations)
    else:
        ranking = index.rank(question, limit=max(passages or 0, RANKED), history=history)
        yield from _one_answer(index, ranking, citations, passages)
    yield from _unsearched(index.documents)
    yield "\n" + citations.definitions()


def _one_answer(
    index: RetrievalIndex, ranking: Ranking, citations: _Citations, passages: int | None
) -> Iterator[str]:
    if not ranking.passages:
        searched = _searched(index.documents)
        yield f"**Nothing found.** No passage of the {searched} shares a word with the question.\n"
        return
    yield _absent(ranking)
    near = _at_least(ranking, NEAR)
    best, *others = near
    yield from _in_full(index, best, citations, f"{_BANDS[ranking.band]}: ")
    for number, passage in enumerate(others[: (passages or SHORT) - 1], 2):
        if passages is None:
            yield from _in_a_line(index, passage, citations)
        else:
            yield from _in_full(index, passage, citations, f"**{number}.** ")
    left = len(others) - (passages or SHORT) + 1
    if passages is None and left > 0:
        yield f"\n{more_passages(left, len(near))}\n"


def _in_full(index: RetrievalIndex, passage: Passage, citations: _Citations, lead: str) -> Iterator[str]:
    spans = _shown(index, passage)
    marks = citations.cite(quotes_of(index, passage, spans))
    place = _place(index, passage, spans)
    yield f"{lead}{place} {marks}\n\n> {_with_best_marked(index, passage, spans)}\n\n"


def _in_a_line(index: RetrievalIndex, passage: Passage, citations: _Citations) -> Iterator[str]:
    """A passage by the part of its best sentence that fits in a line or two."""
    quotes = quotes_of(index, passage, passage.best[:1], LINE_WORDS)[:1]
    text = escape(" ".join(quote.text for quote in quotes))
    yield f"- {_place(index, passage, passage.best[:1])} {citations.cite(quotes)}\n  > {text}\n"


def _at_least(ranking: Ranking, share: float) -> list[Passage]:
    """The passages with this share of the best score; of a comparison the best of each document too."""
    best = max(passage.score for passage in ranking.passages)
    kept = []
    seen: set[str] = set()
    for passage in ranking.passages:
        leads = ranking.compares and passage.document not in seen
        seen.add(passage.document)
        if leads or passage.score >= share * best:
            kept.append(passage)
    return kept


def _field_by_field(
    index: RetrievalIndex, items: Sequence[tuple[str, str]], citations: _Citations
) -> Iterator[str]:
    yield f"The closest passage for each of the {len(items)} fields, in the {_searched(index.documents)}:\n\n"
    for title, wanted in items:
        ranking = max(
            (index.rank(form, limit=1) for form in forms_of(title, wanted)),
            key=lambda found: found.confidence,
        )
        if not ranking.passages or ranking.band is not Band.STRONG:
            yield f"- **{escape(title)}**: no close passage found.\n"
            continue
        passage = ranking.passages[0]
        quotes = quotes_of(index, passage, passage.best)
        text = escape(" ".join(quote.text for quote in quotes))
        yield f"- **{escape(title)}**: {_page(index, passage)} {citations.cite(quotes)}\n\n  > {text}\n\n"


def forms_of(title: str, definition: str) -> tuple[str, ...]:
    """What to ask for a field: its name where that names a concept, else the name with its definition too."""
    if not definition or names_concept(title) or told_by(title):
        return (title,)
    return title, f"{title}. {definition}"


def quotes_of(
    index: RetrievalIndex, passage: Passage, spans: Sequence[Span], longest: int = QUOTE_WORDS
) -> list[_Quote]:
    """Stretches of a passage as quotes of at most 60 words, divided at sentence ends where possible."""
    document = index.documents[int(passage.document[1:]) - 1]
    quotes = []
    for span in spans:
        page = document.page(span.page_number)
        if page is None:
            continue
        for start, end in _quotable(page.text, span.start, span.end, longest):
            text = collapse(page.text[start:end])
            readable = [text] if in_quotation_marks(text) else list(_between_marks(text))
            quotes += [
                _Quote(passage.document, span.page_number, piece.strip())
                for piece in readable
                # A single letter or digit names no place.
                if sum(map(str.isalnum, piece)) > 1
            ]
    return quotes


def _between_marks(text: str) -> Iterator[str]:
    """Yield the text between its quotation marks.

    What touches a mark and is no plain word, such as a figure with its sign or unit, is left out: cut there,
    it would say something else.
    """
    pieces = _MARKS.split(text)
    for number, piece in enumerate(pieces):
        if number > 0:
            piece = _TOUCHING_START.sub("", piece)
        if number < len(pieces) - 1:
            piece = _TOUCHING_END.sub("", piece)
        yield piece


def _quotable(text: str, start: int, end: int, longest: int) -> Iterator[tuple[int, int]]:
    """A stretch of text in parts of at most so many words: whole sentences where they fit, alike in size.

    No border falls between a figure and a word that may belong to it, where another will do.
    """
    pieces = [
        piece for first, last in split_page(text, start, end) for piece in divide(text, first, last, longest)
    ]
    even = _even(pieces, longest)
    part: list[tuple[int, int, int]] = []
    for piece in pieces:
        size = sum(words for _, _, words in part)
        if part and (size + piece[2] > longest or size + piece[2] / 2 > even):
            sure = [n for n in range(1, len(part) + 1) if not _cuts_number(text, part[n - 1][1])]
            kept = sure[-1] if sure else len(part)
            yield part[0][0], part[kept - 1][1]
            part = part[kept:]
            if part and sum(words for _, _, words in part) + piece[2] > longest:
                yield part[0][0], part[-1][1]
                part = []
        part.append(piece)
    if part:
        yield part[0][0], part[-1][1]


def _shown(index: RetrievalIndex, passage: Passage) -> list[Span]:
    """The stretches of a passage without rows at its ends whose figures may go on in what is left out."""
    document = index.documents[int(passage.document[1:]) - 1]
    shown = []
    for span in passage.spans:
        page = document.page(span.page_number)
        pieces = split_page(page.text, span.start, span.end) if page else []
        while page and len(pieces) > 1 and _cuts_number(page.text, pieces[0][0]):
            pieces.pop(0)
        while page and len(pieces) > 1 and _cuts_number(page.text, pieces[-1][1]):
            pieces.pop()
        if pieces:
            shown.append(Span(span.document_sha256, span.page_number, pieces[0][0], pieces[-1][1]))
    return shown


def _even(pieces: Sequence[tuple[int, int, int]], longest: int) -> float:
    """Words of each of the fewest parts that hold these pieces."""
    total = sum(words for _, _, words in pieces)
    return total / max(1, -(-total // longest))


def _cuts_number(text: str, border: int) -> bool:
    """Whether a border divides a figure from a word that may belong to it ("400 | M", "4 | May")."""
    before = re.search(r"(\w+)\W{0,3}$", text[max(0, border - 40) : border])
    after = re.match(r"\W{0,3}(\w+)", text[border : border + 40])
    if before is None or after is None:
        return False
    left, right = before[1].lower(), after[1].lower()
    return (
        (left[-1].isdigit() and right in MEASURES)
        or (right[0].isdigit() and left in MEASURES)
        or (left[-1].isdigit() and right[0].isdigit())
    )


def in_quotation_marks(text: str) -> str:
    """The text between marks with which it reads back whole; "" where its own marks are not paired."""
    for opening, closing in ('""', "“”", "«»"):
        if opening not in text and closing not in text:
            marked = f"{opening}{text}{closing}"
            if not _MARKS.search(text):
                return marked
            if [quote.text for quote in read_quotes(f"[^1]: D1 p.1 {marked}")] == [text]:
                return marked
    return ""


def collapse(text: str) -> str:
    """The text on one line: each run of blanks becomes one space."""
    return " ".join(text.split())


def escape(text: str) -> str:
    """Text of a document as Markdown that shows it as it is."""
    return _LINE_START.sub(lambda m: f"{m[1]}\\{m[2]}" if m[1] else f"\\{m[3]}", _MARKUP.sub(r"\\\1", text))


def _with_best_marked(index: RetrievalIndex, passage: Passage, spans: Sequence[Span]) -> str:
    """The passage on one line with its most relevant sentence in bold."""
    document = index.documents[int(passage.document[1:]) - 1]
    best = {span.page_number: span for span in passage.best}
    pieces = []
    for span in spans:
        page = document.page(span.page_number)
        if page is None:
            continue
        marked = best.get(span.page_number)
        if marked is None or marked.start < span.start or marked.end > span.end:
            pieces.append(escape(collapse(page.text[span.start : span.end])))
            continue
        before = escape(collapse(page.text[span.start : marked.start]))
        bold = escape(collapse(page.text[marked.start : marked.end]))
        after = escape(collapse(page.text[marked.end : span.end]))
        pieces += [before, f"**{bold}**" if bold else "", after]
    return " ".join(piece for piece in pieces if piece)


def _place(index: RetrievalIndex, passage: Passage, spans: Sequence[Span]) -> str:
    """Where it stands: "D2 p. 12 (printed 9), lease.pdf"; without the name where there is one document."""
    if len(index.documents) == 1:
        return _page(index, passage, spans)
    name = index.documents[int(passage.document[1:]) - 1].name
    return f"{_page(index, passage, spans)}, {escape(collapse(name))}"


def _page(index: RetrievalIndex, passage: Passage, spans: Sequence[Span] = ()) -> str:
    """The pages of stretches of a passage, of its best sentence where none are given."""
    numbers = [span.page_number for span in spans or passage.best]
    page = index.documents[int(passage.document[1:]) - 1].page(numbers[0])
    last = index.documents[int(passage.document[1:]) - 1].page(numbers[-1])
    place = page_reference(
        numbers[0], page.label if page else None, numbers[-1], last.label if last else None
    )
    return f"{passage.document} {escape(place)}"


def _absent(ranking: Ranking) -> str:
    words = [f"“{escape(word)}”" for word in ranking.absent[:6]]
    if not words:
        return ""
    return f"{'Word' if len(words) == 1 else 'Words'} not found in the documents: {', '.join(words)}.\n\n"


def _searched(documents: Sequence[Document]) -> str:
    pages = sum(len(document.pages) for document in documents)
    several = f" of {len(documents)} documents" if len(documents) > 1 else ""
    return f"{pages} page{'' if pages == 1 else 's'}{several}"


def _unsearched(documents: Sequence[Document]) -> Iterator[str]:
    """The pages that hold no text: they were not searched."""
    for position, document in enumerate(documents):
        if document.pages_without_text:
            pages = format_ranges(list(document.pages_without_text))
            yield f"\nNot searched, for want of text: {document_id(position)} p. {pages}.\n"


def _no_text(documents: Sequence[Document]) -> str:
    if not documents:
        return "There are no documents to search.\n"
    return f"**Nothing could be searched:** the {_searched(documents)} hold no text.\n"
