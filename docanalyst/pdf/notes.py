"""The notes on a document for its user, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from docanalyst.domain.documents import format_ranges
from docanalyst.pdf.kinds import GIBBERISH, LAYER, REPLACED, THIN_LAYER
from docanalyst.pdf.records import ReadPage, Record
from docanalyst.pdf.tasks import Checked

EXCERPT = 100
EXCERPTS = 3
ATTACHMENTS = 10
"""Names of attached files, or values of a form, that a sentence lists."""
UNSURE = 60.0
"""Mean confidence of a recognised page, of 100, under which people are told to look."""


def warnings(
    record: Record, pages: Sequence[ReadPage], *, include_hidden: bool, can_recognise: bool
) -> list[str]:
    """Sentences about a document, for the pages taken of it."""
    notes = list(_about_file(record))
    notes += _about_failures(pages)
    notes += _about_layout(pages)
    notes += _about_pictures(pages, can_recognise)
    notes += _about_hidden(pages, include_hidden)
    notes += _about_marks(pages)
    for page in pages:
        if page.instruction:
            notes.append(
                f"Page {page.number} has words that read like an instruction to a language model; they "
                f"were kept as part of the document's text: “{_excerpt(page.instruction)}”."
            )
    notes += _about_characters(pages)
    return notes


def page_warnings(page: ReadPage, *, include_hidden: bool, can_recognise: bool) -> tuple[str, ...]:
    """Sentences about one page."""
    alone = Record(1, "", (page,))
    return tuple(warnings(alone, (page,), include_hidden=include_hidden, can_recognise=can_recognise))


def about_contradictions(checked: Checked) -> list[str]:
    """Sentences about what pages show against their text."""
    told = [
        f"Page {number}: {item.sentence}."
        for number, found in sorted(checked.items())
        for item in found or ()
    ]
    failed = [number for number, found in sorted(checked.items()) if found is None]
    if failed:
        told.append(f"{_on(failed)} could not be compared with its picture, so it was not double-checked.")
    return told


def _about_file(record: Record) -> Iterable[str]:
    if record.encrypted and not record.needed_password:
        yield "The file is encrypted against changes; it opens without a password."
    if record.attachments:
        count = len(record.attachments)
        names = ", ".join(f"“{_excerpt(name)}”" for name in record.attachments[:ATTACHMENTS])
        more = f" and {count - ATTACHMENTS:,} more" if count > ATTACHMENTS else ""
        yield (
            f"The file contains {count:,} attached file{'' if count == 1 else 's'}, which {_is(count)} not "
            f"in the context: {names}{more}. To read the PDFs among them: `docanalyst read --attachments`."
        )
    if record.form_data:
        count = len(record.form_data)
        shown = "; ".join(f"{name} = {value}" for name, value in record.form_data[:ATTACHMENTS])
        yield (
            f"The file contains XFA form data; {count:,} value{'' if count == 1 else 's'} "
            f"{_is(count)} not on its pages: “{_excerpt(shown, 400)}”."
        )
    if record.unread:
        yield (
            "Parts of the file are compressed with Brotli and were not read, so words may be missing. To "
            "read them, run `pip install brotli`."
        )
    if record.fallback:
        yield "The file is damaged and was read by a second parser, so quotes cannot be highlighted."


def _about_failures(pages: Sequence[ReadPage]) -> Iterable[str]:
    reasons: dict[str, list[int]] = {}
    for page in pages:
        if page.failed:
            reasons.setdefault(page.failed, []).append(page.number)
    for reason, numbers in reasons.items():
        yield f"{_on(numbers)} could not be read: it {reason}. Its words are not in the context."


def _about_layout(pages: Sequence[ReadPage]) -> Iterable[str]:
    plain = [page.number for page in pages if page.unlaid]
    if plain:
        yield f"{_on(plain)} was read line by line: its layout is unknown. Check for hidden text."


def _about_pictures(pages: Sequence[ReadPage], can_recognise: bool) -> Iterable[str]:
    recognised = [page.number for page in pages if page.ocr]
    if recognised:
        yield f"{_on(recognised)} was read by OCR; check quotes against the page."
    unsure = [page.number for page in pages if page.ocr and page.text.strip() and page.confidence < UNSURE]
    if unsure:
        yield f"{_on(unsure)} is hard to read by OCR; expect wrong letters."
    layered = [page.number for page in pages if page.kind in (LAYER, THIN_LAYER) and not page.ocr]
    if layered:
        yield (
            f"{_on(layered)} is a scan with a text layer of unknown OCR; check quotes against the page. "
            "To read it again, use --reread-scans."
        )
    shifted = [page.number for page in pages if page.shift and not page.ocr]
    if shifted:
        yield (
            f"{_on(shifted)} has a font whose stored letters differ from those shown by a constant "
            "shift; they were corrected, so check quotes against the page."
        )
    broken = [page.number for page in pages if page.kind == GIBBERISH and not page.ocr and not page.shift]
    if broken:
        yield (
            f"{_on(broken)} has text in no known language, perhaps from a broken font; check the page."
            f"{_way_out('it', can_recognise)}"
        )
    waiting = [page for page in pages if page.needs_recognition and page.kind not in REPLACED]
    yield from _about_shown(pages, can_recognise)
    way_out = _way_out("them", can_recognise)
    without = [page.number for page in waiting if page.kind == "picture" and not page.garbled]
    if without:
        yield f"{_on(without)} has no text layer, so its words are not in the context.{way_out}"
    stamped = [page.number for page in waiting if page.kind == "stamped"]
    if stamped:
        yield f"{_on(stamped)} is a scan; only its stamp or header is text.{way_out}"
    garbled = [page.number for page in waiting if page.garbled]
    if garbled:
        yield (
            f"{_on(garbled)} has a font that does not say which letters it draws, so its words are "
            f"not in the context.{way_out}"
        )
    partly = [page.number for page in pages if page.garbled and page.text.strip() and not page.ocr]
    if partly:
        yield (
            f"{_on(partly)} has lines in a font that does not say which letters it draws. They were left out."
        )


def _about_shown(pages: Sequence[ReadPage], can_recognise: bool) -> Iterable[str]:
    """Sentences about words that pictures on pages of text show."""
    shown = [page for page in pages if page.shown]
    if shown:
        words = " ".join(text for text, *_ in shown[0].shown)
        yield (
            f"Words of a picture {_where([page.number for page in shown])} were read by OCR; check quotes "
            f"against the page: “{_excerpt(words)}”."
        )
    unread = [page for page in pages if page.pictures and not page.ocr]
    worded = [page for page in pages if ("picture", "") in page.remarks and not page.ocr]
    numbers = sorted({page.number for page in (*unread, *worded)})
    if numbers:
        way_out = _way_out("pictures of text", can_recognise or not unread)
        yield (
            f"A picture {_where(numbers)} may contain words, which were not read; check the page.{way_out}"
        )


def _way_out(what: str, can_recognise: bool) -> str:
    """How to have pages read that cannot be read here."""
    if can_recognise:
        return ""
    from docanalyst.pdf.ocr.words import INSTALL_OCR

    return f" To read {what}, {INSTALL_OCR}."


def _about_hidden(pages: Sequence[ReadPage], include_hidden: bool) -> Iterable[str]:
    fate = "included as requested" if include_hidden else "left out"
    reasons: dict[str, list[tuple[int, str]]] = {}
    for page in pages:
        for reason, words in page.hidden:
            reasons.setdefault(reason, []).append((page.number, words))
    for reason, found in reasons.items():
        count = sum(len(words.split()) for _, words in found)
        numbers = list(dict.fromkeys(number for number, _ in found))
        plural = "word" if count == 1 else "words"
        yield (
            f"Hidden text ({reason}) {_where(numbers)}: {count:,} {plural} {fate}: “{_excerpt(found[0][1])}”."
        )


_MARKED = {
    "struck": ("Struck-through text", "marked as [struck: …] in the text"),
    "inked": ("Ink drawn over text", "perhaps struck out; check it against the page"),
    "inserted": ("Underlined text beside struck text", "perhaps insertions of a redline"),
    "substituted": ("Text that the file gives in place of other words", "read as the page shows it"),
    "attached": ("File attached to the page", "not in the context"),
    "doubtful": ("Text that the file gives in place of what is drawn", "check it against the page"),
}
"""Kind of remark → what was found, and what was done."""


def _about_marks(pages: Sequence[ReadPage]) -> Iterable[str]:
    remarks: dict[str, list[tuple[int, str]]] = {}
    for page in pages:
        for kind, words in page.remarks:
            remarks.setdefault(kind, []).append((page.number, words))
    if redacted := remarks.get("redacted"):
        count = sum(int(words) for _, words in redacted)
        numbers = list(dict.fromkeys(number for number, _ in redacted))
        places = "1 place" if count == 1 else f"{count:,} places"
        yield f"Text is blacked out in {places} {_where(numbers)}, marked as [redacted]."
    if bars := remarks.get("bars"):
        numbers = [number for number, _ in bars]
        yield (
            f"Black boxes beside words {_where(numbers)} were taken for bars of a chart, not for redactions; "
            "check the page."
        )
    for kind, (what, fate) in _MARKED.items():
        if found := remarks.get(kind):
            numbers = list(dict.fromkeys(number for number, _ in found))
            words = "; ".join(f"“{_excerpt(words)}”" for _, words in found[:EXCERPTS])
            more = f" and {len(found) - EXCERPTS:,} more" if len(found) > EXCERPTS else ""
            yield f"{what} {_where(numbers)} ({fate}): {words}{more}."
    if unchecked := remarks.get("unchecked"):
        numbers = [number for number, _ in unchecked]
        yield (
            f"The check for hidden text would have taken too long {_where(numbers)} and was not done there; "
            "check quotes against the page."
        )


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _about_characters(pages: Sequence[ReadPage]) -> Iterable[str]:
    unknown = [page for page in pages if "\ufffd" in page.text]
    if unknown:
        count = sum(page.text.count("\ufffd") for page in unknown)
        where = _where([page.number for page in unknown])
        yield (
            f"{count:,} character{'' if count == 1 else 's'} {where} could not be decoded and "
            f"{_is(count)} shown as “\ufffd”; check the page."
        )
    invisible = [page for page in pages if page.invisible]
    if invisible:
        count = sum(page.invisible for page in invisible)
        yield (
            f"{count:,} invisible control character{'' if count == 1 else 's'} "
            f"{_where([page.number for page in invisible])} {'was' if count == 1 else 'were'} left out."
        )
    imitating = [page.number for page in pages if page.imitations]
    if imitating:
        yield f"{_on(imitating)} imitates the control tokens of a language model; they were broken up."
    mixed = [page for page in pages if page.look_alikes]
    if mixed:
        words = ", ".join(mixed[0].look_alikes[:5])
        numbers = [page.number for page in mixed]
        yield f"{_on(numbers)} has words with look-alike letters: {words}."


def _on(numbers: Sequence[int]) -> str:
    """Return "Page 3" or "Each of the pages 3-5": the subject of a sentence, always singular."""
    if len(numbers) == 1:
        return f"Page {numbers[0]}"
    return f"Each of the pages {format_ranges(list(numbers), ', ')}"


def _where(numbers: Sequence[int]) -> str:
    return f"on page {numbers[0]}" if len(numbers) == 1 else f"on pages {format_ranges(list(numbers), ', ')}"


def _excerpt(text: str, most: int = EXCERPT) -> str:
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
