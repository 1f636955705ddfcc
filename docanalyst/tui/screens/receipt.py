"""The receipt of a turn: what was sent, counted, billed and received, in full."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from docanalyst.domain.documents import format_ranges
from docanalyst.domain.turns import Turn
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.text import figures
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.marks import STATUSES, verdict_summary
from docanalyst.tui.text.plain import fit_path, one_line, plain


class ReceiptScreen(Dialog[None]):
    """Shows a receipt, which can be copied."""

    HELP = (
        "What was sent, what was counted here and billed by the provider, and what it cost. “Complete” says "
        "whether the provider counted everything that was sent."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "copy", "Copy", show=False, id="receipt.copy"),
        Binding("i,q", "close", "Close", show=False),
    ]

    def __init__(self, turn: Turn) -> None:
        super().__init__()
        self.turn = turn

    def compose(self) -> ComposeResult:
        """Show the receipt."""
        with Vertical(classes="window") as window:
            window.border_title = "Receipt"
            with VerticalScroll():
                yield Static(receipt_of(self.turn), id="receipt", markup=False)
            yield KeyLine(("receipt.copy", "copies"), ("escape", "closes"))

    def on_mount(self) -> None:
        """Focus the text, so that the arrow keys scroll."""
        self.query_one(VerticalScroll).focus()

    def action_copy(self) -> None:
        """Copy the receipt as text."""
        self.app.copy_to_clipboard(receipt_of(self.turn).plain)
        self.app.tell("The receipt was copied.")


def of(whole: int, part: int, name: str) -> str:
    """ "41,210 tokens, 38,000 of them cached"."""
    return f"{figures.tokens(whole)} tokens" + (f", {figures.tokens(part)} of them {name}" if part else "")


def receipt_of(turn: Turn) -> Content:
    """Everything that is known of how an answer came about."""
    lines: list[Content] = [Content.styled(one_line(turn.question, 400), look("heading")), Content("")]

    def say(name: str, value: str, role: str = "") -> None:
        style = look(role)
        lines.append(Content.assemble((f"{name:<16}", look("quiet")), (plain(value), style)))

    def digest(sha256: str) -> None:
        lines.append(Content.styled(f"    sha256 {sha256}", look("quiet")))

    status = STATUSES[turn.status]
    say("status", f"{status.sign} {status.word}" + (f" ({turn.finish_reason})" if turn.finish_reason else ""))
    if turn.error:
        say("error", turn.error, "bad")
    say("answered by", figures.model_name(turn.provider, turn.model))
    if turn.prompt is not None:
        say("prompt", f"{turn.prompt.name}  sha256 {turn.prompt.sha256[:16]}…")
    if turn.answer:
        mark, words = verdict_summary(turn)
        say("quotes", f"{mark.sign} {words}", mark.role)
    for remark in turn.remarks:
        say("remark", f"! {remark.text}", "doubt")
    receipt = turn.receipt
    if receipt is not None:
        lines.append(Content(""))
        lines.append(Content.styled("What was sent", look("strong")))
        for item in receipt.documents:
            path = fit_path(item.path, 56)
            pages = (
                f"all {figures.count(item.pages, 'page')}"
                if item.is_whole
                else f"pages {item.pages_sent} of {item.pages:,}"
            )
            say(
                item.id,
                f"{figures.tokens(item.tokens)} tokens · {pages}",
            )
            say("", path)
            digest(item.sha256)
            if item.pages_without_text:
                say("", f"! no text on page {format_ranges(list(item.pages_without_text))}", "doubt")
            if item.pages_ocr:
                say("", f"recognised by OCR: page {format_ranges(list(item.pages_ocr))}", "doubt")
        lines.append(Content.styled("the whole context", look("quiet")))
        digest(receipt.context_sha256)
        lines.append(Content(""))
        lines.append(Content.styled("What was counted", look("strong")))
        say("sent", f"{figures.tokens(receipt.counted_tokens)} tokens ({receipt.token_count})")
        say("kept for answer", f"{figures.tokens(receipt.reserved_output)} tokens")
        say("window", f"{figures.tokens(receipt.window)} tokens")
        billed = (
            f"{figures.tokens(receipt.billed_tokens)} tokens" if receipt.billed_tokens else "not reported"
        )
        say("counted there", billed)
        complete = {
            True: ("✓ the provider counted all that was sent", "good"),
            False: ("✗ the provider counted fewer tokens than were sent: it did not read everything", "bad"),
            None: ("unknown: the provider reported no count", "quiet"),
        }[receipt.context_complete]
        say("complete", *complete)
    if turn.usage is not None:
        usage = turn.usage
        about = " (counted here)" if usage.estimated else ""
        lines.append(Content(""))
        lines.append(Content.styled("What was used", look("strong")))
        say(
            "input",
            f"{of(usage.input_tokens, usage.cached_tokens, 'cached')}{about}",
        )
        say(
            "output",
            f"{of(usage.output_tokens, usage.reasoning_tokens, 'thinking')}{about}",
        )
    say("cost", figures.money(turn.cost))
    times = turn.timings
    if times.total_s:
        first = (
            f"first word after {figures.seconds(times.first_token_s)}, "
            if times.first_token_s is not None
            else ""
        )
        rate = f", {times.tokens_per_s:,.0f} tokens a second" if times.tokens_per_s else ""
        say("time", f"{first}{figures.seconds(times.total_s)} in all{rate}")
    lines.append(Content(""))
    say("started", turn.started_at)
    say("session", turn.session_id)
    say("turn", turn.id)
    return Content("\n").join(lines)
