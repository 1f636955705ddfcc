"""The evidence of an answer: each quote with its verdict and page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from docanalyst.exporters.presentation.marks import mark_of
from docanalyst.exporters.presentation.places import place
from docanalyst.tui.keys import bound
from docanalyst.tui.panels.finding import finding_of, line_of
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import one_line

if TYPE_CHECKING:
    from docanalyst.domain.citations import Citation
    from docanalyst.domain.documents import Document
    from docanalyst.domain.turns import Turn
    from docanalyst.tui.host import Host
    from docanalyst.tui.panels.page import PageView
    from docanalyst.tui.text.markdown import Span

Finder = Callable[[str], "Document | None"]
"""Finds a document by its SHA-256."""

EMPTY = "The quotations of an answer are listed here, each checked against its page."
"""The text of an empty panel."""


class EvidencePanel(Vertical):
    """The quotes, the finding of the selected one, and its page."""

    if TYPE_CHECKING:
        app: Host

    BINDINGS: ClassVar[list[BindingType]] = [
        bound("evidence.page", "page", show=False),
        bound("evidence.accept", "review('accept')"),
        bound("evidence.reject", "review('reject')"),
        bound("evidence.open", "open"),
        bound("evidence.picture", "picture"),
        bound("evidence.copy", "copy"),
        bound("evidence.flag", "review('flag')", show=False),
        bound("evidence.note", "note", show=False),
        bound("evidence.next", "to_review(1)", show=False),
        bound("evidence.previous", "to_review(-1)", show=False),
        bound("evidence.filter", "filter", show=False),
        bound("evidence.hide", "hide", show=False),
    ]

    class OpenWanted(Message):
        """The user wants to open a document at a page in the PDF viewer."""

        def __init__(self, document: Document, page: int) -> None:
            super().__init__()
            self.document = document
            self.page = page

    class PictureWanted(Message):
        """The user wants to see the picture of a page.

        Args:
            quotes: Spans to highlight.
        """

        def __init__(self, document: Document, page: int, quotes: Sequence[Span]) -> None:
            super().__init__()
            self.document = document
            self.page = page
            self.quotes = quotes

    class CopyWanted(Message):
        """The user wants to copy a quote with its page reference."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class ReviewWanted(Message):
        """The user judges a citation.

        Args:
            mark: "accept", "reject" or "flag"; None to take an earlier review back.
            asks: Whether a note is asked for first.
        """

        def __init__(self, turn: Turn, citation: Citation, mark: str | None, *, asks: bool = False) -> None:
            super().__init__()
            self.turn = turn
            self.citation = citation
            self.mark = mark
            self.asks = asks

    class FilterWanted(Message):
        """The user wants to see only some citations."""

    class Stood(Message):
        """The user selected a citation."""

        def __init__(self, citation: Citation) -> None:
            super().__init__()
            self.citation = citation

    def __init__(self, find: Finder, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self._find = find
        self.quotes = OptionList(id="quotes")
        self._heading = Static(id="page-title", markup=False)
        self._view: PageView | None = None
        self.turn: Turn | None = None
        self.citations: list[Citation] = []
        self.document: Document | None = None
        self.page_number = 0
        self._label = ""
        self._placed: int | None = None
        self.only_to_review = False
        self.words: list[str] = []

    def compose(self) -> ComposeResult:
        """Show an introduction; the other parts are created with the first page."""
        yield Static(Content.styled(EMPTY, look("quiet")), id="finding", markup=False)

    def on_mount(self) -> None:
        """Name the panel."""
        self.border_title = "Evidence"

    def _furnish(self) -> PageView:
        """Create the list, the heading and the page, once."""
        if self._view is None:
            from docanalyst.tui.panels.page import PageView

            self._view = PageView(id="page")
            self.mount(self.quotes, before=0)
            self.mount(self._heading, self._view)
        return self._view

    @property
    def view(self) -> PageView:
        """The page."""
        return self._furnish()

    @property
    def entrance(self) -> Widget:
        """The widget to focus first."""
        return self.quotes if self.citations else self.view

    @property
    def current(self) -> Citation | None:
        """The selected quote."""
        place = self.quotes.highlighted if self.citations else None
        return self.citations[place] if place is not None and place < len(self.citations) else None

    def show_turn(self, turn: Turn | None, number: int | None = None) -> None:
        """Show the evidence of a turn and select the citation with this number, else the first."""
        self._furnish()
        if turn is not self.turn or turn is None:
            self._list(turn)
        self.quotes.display = bool(self.citations)
        self.set_class(bool(self.citations), "-quotes")
        if not self.citations:
            self.query_one("#finding").display = False
            if self.document is None or turn is not None:
                self._say_nothing()
            return
        place = next((n for n, item in enumerate(self.citations) if item.number == number), 0)
        self.show_citation(self.citations[place])
        if self.quotes.highlighted != place:
            self._placed = place
            self.quotes.highlighted = place

    def _list(self, turn: Turn | None) -> None:
        """List the citations of a turn, or those to review."""
        self.turn = turn
        given = list(turn.citations) if turn else []
        left = [citation for citation in given if citation.to_review]
        shown = left if self.only_to_review and left else given
        found = [citation for citation in shown if self._matches(citation)]
        self.citations = found or shown
        self.quotes.clear_options()
        self.quotes.add_options(Option(line_of(citation)) for citation in self.citations)
        verified = sum(citation.verified for citation in given)
        self.border_title = f"Evidence · {len(left)} of {len(given)} to review" if given else "Evidence"
        words = [f"{verified} of {len(given)} verified"] if given else []
        if self.words and not found:
            words.insert(0, f"no quotation has {' '.join(self.words)}")
        elif self.words:
            words.insert(0, f"{len(found)} with {' '.join(self.words)}")
        if self.only_to_review and left:
            words.append("only those to review")
        self.border_subtitle = " · ".join(words)

    def _matches(self, citation: Citation) -> bool:
        """Return whether a citation has all the words of the filter: its verdict, document and review."""
        if not self.words:
            return True
        document = self._find(citation.found_sha256 or citation.sha256)
        review = f"{citation.review.mark} {citation.review.note}" if citation.review else "unreviewed"
        names = f"{citation.found_document or citation.document} {document.name if document else ''}"
        text = f"{mark_of(citation).word} {names} {review}".casefold()
        return all(word in text for word in self.words)

    def take_filter(self, text: str) -> None:
        """Show only the citations with all these words; none shows all."""
        self.words = text.casefold().split()
        citation = self.current
        if self.turn is not None and self.turn.citations:
            self.take_review(self.turn, citation.number if citation else 0, goes_on=False)

    def action_filter(self) -> None:
        """Ask for the words of the filter."""
        self.post_message(self.FilterWanted())

    def take_review(self, turn: Turn, number: int, *, goes_on: bool) -> None:
        """Show a turn after a review and stay on its citation, or go to the next one to review."""
        place = self.quotes.highlighted or 0
        self._list(turn)
        numbers = [citation.number for citation in self.citations]
        if number in numbers:
            place = numbers.index(number)
            later = [*range(place + 1, len(numbers)), *range(place)]
            if goes_on:
                place = next((n for n in later if self.citations[n].to_review), place)
        self._stand_on(min(place, len(self.citations) - 1))

    def _stand_on(self, place: int) -> None:
        """Select a citation and mark it in the answer."""
        self._placed = place
        self.quotes.highlighted = place
        self.show_citation(self.citations[place])
        self.post_message(self.Stood(self.citations[place]))

    def _say_nothing(self) -> None:
        self.document = None
        self._heading.update("")
        self.view.show(None)
        words = EMPTY if self.turn is None else "This answer has no citations, so nothing in it is verified."
        finding = self.query_one("#finding", Static)
        finding.display = True
        finding.update(Content.styled(words, look("quiet")))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the selected quote."""
        event.stop()
        placed, self._placed = self._placed, None
        if event.option_index < len(self.citations) and event.option_index != placed:
            citation = self.citations[event.option_index]
            self.show_citation(citation)
            self.post_message(self.Stood(citation))

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the page of the quote."""
        event.stop()
        self.action_page()

    def show_citation(self, citation: Citation) -> None:
        """Show the finding of a quote, and its page with the quote marked."""
        finding = self.query_one("#finding", Static)
        finding.display = bool(
            not citation.verified
            or citation.note
            or citation.differences
            or citation.occurrences > 1
            or citation.review
        )
        finding.update(finding_of(citation))
        document = self._find(citation.found_sha256 or citation.sha256)
        number = citation.found_page or citation.page
        if document is None or number is None:
            self.document = None
            self._heading.update("")
            self.view.show(None)
            return
        from docanalyst.tui.text.markdown import Span

        spans = [
            Span(span.start, span.end, "quote")
            for span in (citation.spans or ((citation.span,) if citation.span else ()))
            if span.page_number == number and span.document_sha256 == document.sha256
        ]
        name = citation.found_document or citation.document
        self.show_page(document, number, spans, name)

    def show_page(self, document: Document, number: int, spans: list[Span], name: str = "") -> None:
        """Show a page of a document."""
        self.document = document
        self.page_number = number
        self._label = name
        page = document.page(number)
        label = page.label if page else None
        title = f"{place(name, number, label)} of {document.page_count:,}"
        notes = " · read by OCR" if page is not None and page.ocr else ""
        notes += " · this page was not sent" if page is None else ""
        heading = Content.styled(one_line(title), look("strong"))
        heading += Content.styled(f"{notes} · {one_line(document.name)}", look("quiet"))
        self._heading.update(heading)
        self.view.show(page, spans)

    def show_document(self, document: Document, name: str, page: int | None = None) -> None:
        """Show a document from a page on, without a quote, below the reader's notes."""
        finding = self.query_one("#finding", Static)
        finding.display = bool(document.warnings)
        told = [self.app.worded(note) for note in document.warnings]
        notes = [Content.styled(f"! {one_line(note, 400)}", look("doubt")) for note in told]
        finding.update(Content("\n").join(notes))
        self.show_page(document, page or document.pages[0].number, [], name)

    def on_page_view_turned(self, event: PageView.Turned) -> None:
        """Turn to another page of those sent."""
        event.stop()
        if self.document is None:
            return
        numbers = [page.number for page in self.document.pages]
        later = [number for number in numbers if number > self.page_number]
        earlier = [number for number in numbers if number < self.page_number]
        number = (later[0] if later else None) if event.step > 0 else (earlier[-1] if earlier else None)
        if number is None:
            self.app.bell()
            return
        from docanalyst.tui.text.markdown import Span

        spans = []
        if self.current is not None:
            spans = [
                Span(span.start, span.end, "quote")
                for span in self.current.spans
                if span.page_number == number and span.document_sha256 == self.document.sha256
            ]
        self.show_page(self.document, number, spans, self._label)

    def action_page(self) -> None:
        """Focus the page."""
        self.view.focus()

    def action_open(self) -> None:
        """Open the PDF viewer at the page shown."""
        if self.document is not None:
            self.post_message(self.OpenWanted(self.document, self.page_number))

    def action_picture(self) -> None:
        """Show a picture of the page shown."""
        if self.document is not None:
            self.post_message(self.PictureWanted(self.document, self.page_number, self.view.spans))

    def action_review(self, mark: str) -> None:
        """Save a review of the selected citation; the same mark again takes it back."""
        citation, turn = self.current, self.turn
        if citation is not None and turn is not None:
            again = citation.review is not None and citation.review.mark == mark
            self.post_message(self.ReviewWanted(turn, citation, None if again else mark))

    def action_note(self) -> None:
        """Write a note; a citation without a review is flagged."""
        citation, turn = self.current, self.turn
        if citation is not None and turn is not None:
            mark = citation.review.mark if citation.review else "flag"
            self.post_message(self.ReviewWanted(turn, citation, mark, asks=True))

    def action_to_review(self, step: int) -> None:
        """Go to the next or previous citation that is neither accepted nor rejected."""
        place, count = self.quotes.highlighted or 0, len(self.citations)
        others = [(place + step * number) % count for number in range(1, count + 1)] if count else []
        found = next((other for other in others if self.citations[other].to_review), None)
        if found is None:
            self.app.bell()
        else:
            self._stand_on(found)

    def action_hide(self) -> None:
        """Toggle between the citations to review and all."""
        self.only_to_review = not self.only_to_review
        citation = self.current
        if self.turn is not None and self.turn.citations:
            self.take_review(self.turn, citation.number if citation else 0, goes_on=False)

    def action_copy(self) -> None:
        """Copy the quote with its page reference."""
        from docanalyst.domain.answers.pincite import pin_cite

        citation = self.current
        if citation is not None:
            document = self._find(citation.found_sha256 or citation.sha256)
            quote = " ".join(citation.quote.split())
            self.post_message(self.CopyWanted(f"“{quote}” ({pin_cite(citation, document)})"))
