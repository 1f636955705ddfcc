"""Words the receipt of a turn: what was sent, counted, billed and used."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from docanalyst.domain.documents import file_name, format_ranges
from docanalyst.exporters.presentation import figures
from docanalyst.exporters.presentation.marks import status_mark

if TYPE_CHECKING:
    from docanalyst.domain.receipt import Receipt, ReceiptDocument
    from docanalyst.domain.turns import Turn


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the receipt.

    Attributes:
        role: "" for plain text, else a role of `Mark`.
    """

    name: str
    value: str
    role: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """Lines of the receipt under a title, "" for none."""

    title: str
    rows: tuple[Row, ...]


def receipt_sections(turn: Turn) -> tuple[Section, ...]:
    """Return the full receipt, without unknown values."""
    sections = [Section("", tuple(_answered(turn))), Section("What it rests on", tuple(_parts(turn)))]
    if turn.receipt is not None:
        sections.append(Section("What was sent", tuple(_sent(turn.receipt))))
        sections.append(Section("What was counted", tuple(_counted(turn.receipt))))
    sections.append(Section("What was used", tuple(_used(turn))))
    return tuple(section for section in sections if section.rows)


def receipt_rows(turn: Turn) -> Iterator[Row]:
    """Yield the full receipt without titles, for formats that show one list."""
    for section in receipt_sections(turn):
        yield from section.rows


def _answered(turn: Turn) -> Iterator[Row]:
    yield Row("Answered by", figures.model_name(turn.provider, turn.model))
    if turn.started_at:
        yield Row("Asked", figures.moment(turn.started_at))
    if turn.prompt is not None:
        yield Row("Prompt", f"{turn.prompt.name} · sha256 {turn.prompt.sha256[:16]}…")
    status = status_mark(turn)
    reason = f" (provider: “{turn.finish_reason}”)" if turn.finish_reason else ""
    yield Row("Status", f"{status}{reason}", "" if turn.status == "complete" else status.role)


def pages_words(document: ReceiptDocument) -> str:
    """Return the pages sent, such as "all 38 pages" or "pages 3-40 of 112"."""
    if document.is_whole:
        return f"all {document.pages:,} pages" if document.pages != 1 else "1 page"
    return f"pages {document.pages_sent} of {document.pages:,}"


def _parts(turn: Turn) -> Iterator[Row]:
    """Yield the requests that an answer over evidence rests on."""
    for part in turn.parts:
        name = (
            ", ".join(part.documents)
            if len(part.documents) <= 4
            else (f"{part.documents[0]} … {part.documents[-1]}")
        )
        words = [
            "read whole" if part.level == 0 else "evidence merged",
            f"{figures.tokens(part.tokens)} tokens",
            figures.money(part.cost),
            figures.count(part.passages, "verified passage"),
        ]
        if part.unverified:
            words.append(f"{figures.count(part.unverified, 'unverified quotation')} not used")
        if part.doubt_micros:
            words.append(f"up to {figures.amount(part.doubt_micros)} in doubt")
        if part.is_whole:
            yield Row(name, " · ".join(words))
        else:
            yield Row(
                name, f"! {part.status}: {part.error or 'not wholly read'} · {' · '.join(words[1:])}", "doubt"
            )


def parts_words(turn: Turn) -> str:
    """Return what an answer over evidence rests on, on one line; "" for any other answer."""
    read = [part for part in turn.parts if part.level == 0]
    if not read:
        return ""
    merged = len(turn.parts) - len(read)
    costs = [part.cost.micros if part.cost else None for part in turn.parts]
    known = [cost for cost in (*costs, turn.cost.micros if turn.cost else None) if cost is not None]
    whole = sum(part.is_whole for part in read)
    words = [f"{whole} of {figures.count(len(read), 'part')} read whole"]
    words += [f"merged in {figures.count(merged, 'request')} before"] if merged else []
    words.append(figures.count(sum(part.passages for part in read), "verified passage"))
    words.append(f"{figures.tokens(sum(part.tokens for part in turn.parts))} tokens in the parts")
    if any(known):
        least = "" if len(known) == len(costs) + 1 else "at least "
        words.append(f"{least}{figures.amount(sum(known))} in all")
    return ", ".join(words)


def _sent(receipt: Receipt) -> Iterator[Row]:
    for document in receipt.documents:
        share = f"{pages_words(document)} · {figures.count(document.tokens, 'token')}"
        yield Row(document.id, f"{share} · {document.path}")
        yield Row("sha256", document.sha256, "quiet")
        if document.pages_without_text:
            yield Row("No text", f"! {_pages(document.pages_without_text)}", "doubt")
        if document.pages_ocr:
            yield Row("Read by OCR", f"! {_pages(document.pages_ocr)}", "doubt")
    if receipt.left_out:
        names = ", ".join(file_name(path) for path in receipt.left_out)
        yield Row(
            "Not read", f"! {figures.count(len(receipt.left_out), 'file')} in the folders: {names}", "doubt"
        )
    yield Row("Context sha256", receipt.context_sha256, "quiet")


def _pages(numbers: tuple[int, ...]) -> str:
    return f"page{'' if len(numbers) == 1 else 's'} {format_ranges(list(numbers), ', ')}"


def _counted(receipt: Receipt) -> Iterator[Row]:
    yield Row("Sent", figures.counted(receipt.counted_tokens, receipt.token_count))
    yield Row("Context window", f"{figures.tokens(receipt.window)} tokens")
    yield Row("Reserved for answer", f"{figures.tokens(receipt.reserved_output)} tokens")
    billed = receipt.billed_tokens
    yield Row("Billed", "not reported" if not billed else f"{figures.tokens(billed)} tokens by the provider")
    yield Row("Received", *received(receipt))


def received(receipt: Receipt) -> tuple[str, str]:
    """Return whether the provider received everything that was sent, in words, and their role."""
    if receipt.context_complete is None:
        return "unknown: the provider reported no count", "quiet"
    if receipt.context_complete:
        return "✓ the provider counted everything that was sent", "good"
    return f"✗ {cut_short(receipt)}", "bad"


def cut_short(receipt: Receipt) -> str:
    """Return the warning that the provider counted fewer tokens than were sent."""
    return (
        f"the provider counted {figures.tokens(receipt.billed_tokens or 0)} tokens, but "
        f"{figures.tokens(receipt.counted_tokens)} were sent: it may not have read all of the documents"
    )


def _used(turn: Turn) -> Iterator[Row]:
    usage, timings = turn.usage, turn.timings
    if usage is not None:
        who = " (estimated here)" if usage.estimated else ""
        yield Row("Input", f"{_part(usage.input_tokens, usage.cached_tokens, 'cached')}{who}")
        yield Row("Output", f"{_part(usage.output_tokens, usage.reasoning_tokens, 'reasoning')}{who}")
    yield Row("Cost", figures.money(turn.cost))
    if timings.total_s:
        yield Row("Time", time_words(turn))


def time_words(turn: Turn) -> str:
    """Return the times, such as "3.2 s in total, first token after 0.4 s, 95 tokens/s"; "" for none."""
    timings = turn.timings
    words = [f"{figures.seconds(timings.total_s)} in total"] if timings.total_s else []
    if timings.first_token_s is not None:
        words.append(f"first token after {figures.seconds(timings.first_token_s)}")
    if timings.tokens_per_s:
        words.append(f"{timings.tokens_per_s:,.0f} tokens/s")
    return ", ".join(words)


def _part(whole: int, part: int, name: str) -> str:
    """Return a count with its part, such as "41,210 tokens, 38,000 of them cached"."""
    return figures.count(whole, "token") + (f", {figures.tokens(part)} of them {name}" if part else "")


def receipt_parts(turn: Turn) -> list[str]:
    """Return the parts of the one-line receipt: documents, tokens, model, cost, time."""
    receipt, parts = turn.receipt, []
    if receipt is not None:
        whole = all(document.is_whole for document in receipt.documents)
        documents = figures.count(len(receipt.documents), "document")
        if turn.parts:
            parts.append(f"{documents}: {parts_words(turn)}")
        else:
            parts.append(f"{documents}, {'whole' if whole else 'selected pages'}")
        if without := sum(len(document.pages_without_text) for document in receipt.documents):
            parts.append(f"{figures.count(without, 'page')} without text")
        sent = figures.counted(receipt.counted_tokens, receipt.token_count)
        billed = f", {figures.tokens(receipt.billed_tokens)} billed" if receipt.billed_tokens else ""
        parts.append(f"{sent} of {figures.tokens(receipt.window)}{billed}")
    parts.append(figures.model_name(turn.provider, turn.model))
    if turn.cost is not None:
        parts.append(figures.money(turn.cost))
    if turn.timings.total_s:
        parts.append(figures.seconds(turn.timings.total_s))
    return parts
