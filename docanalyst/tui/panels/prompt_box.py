"""The question box: the text field with its picker of prompts and documents."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.message import Message
from textual.widgets import OptionList, TextArea
from textual.widgets.option_list import Option

from docanalyst.tui.desk.desk import Desk
from docanalyst.tui.messages import PathsGiven, QuestionAsked, QuestionChanged
from docanalyst.tui.panels.prompt_input import PromptInput, paths_in
from docanalyst.tui.text.plain import one_line
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.domain.prompts import Prompt

_PROMPT = re.compile(r"\A/([\w.-]*)\Z")
_DOCUMENT = re.compile(r"(?:^|(?<=\s))@([^\s@]*)\Z")


@dataclass(frozen=True, slots=True)
class Offer:
    """An entry of the picker.

    Attributes:
        insert: Text to insert into the question.
        prompt: Prompt to choose.
    """

    title: str
    detail: str
    insert: str = ""
    prompt: str = ""


class PromptBox(Vertical):
    """The question and its picker."""

    BORDER: ClassVar[str] = "Ask"

    class PromptChosen(Message):
        """A prompt was chosen for the next question; "" for none."""

        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    def __init__(self, desk: Desk, *, id: str | None = None) -> None:
        super().__init__(id=id)
        self.desk = desk
        self.prompts: Sequence[Prompt] = ()
        self._offers: list[Offer] = []
        self._picker = OptionList(id="picker")

    def compose(self) -> ComposeResult:
        """Show the text field; the picker is created above it on first use."""
        yield PromptInput(id="prompt")

    def on_mount(self) -> None:
        """Name the box."""
        self.show_prompt()

    @property
    def input(self) -> PromptInput:
        """The text field."""
        return self.query_one("#prompt", PromptInput)

    @property
    def picker(self) -> OptionList:
        """The list of entries to choose from."""
        if not self._picker.is_attached:
            self._picker.can_focus = False
            self.mount(self._picker, before=0)
        return self._picker

    @property
    def text(self) -> str:
        """The text of the question."""
        return self.input.text

    def take(self, text: str) -> None:
        """Put a question into the field for editing."""
        self.input.text = text
        self.input.move_cursor(self.input.document.end)
        self.input.focus()

    def give_back(self, text: str) -> None:
        """Put a question that was not sent back into the field, before what was typed since."""
        if not text:
            return
        self.input.text = "\n".join(part for part in (text, self.input.text) if part)
        self.input.move_cursor(self.input.document.end)

    def show_prompt(self) -> None:
        """Show the prompt of the next question."""
        name = self.desk.choice.prompt
        self.border_title = f"Ask with the prompt {one_line(name, 40)}" if name else "Ask"
        self.border_subtitle = "Backspace removes it" if name else ""

    # The picker

    def on_text_area_changed(self, event: TextArea.Changed) -> None:
        """Offer entries that match the last word."""
        event.stop()
        text = self.text
        self._offers = self._find(text)
        if self._offers:
            self._open()
        else:
            self._close()
        self.post_message(QuestionChanged(text))

    def _find(self, text: str) -> list[Offer]:
        if match := _PROMPT.match(text):
            word = match.group(1).lower()
            found = [item for item in self.prompts if word in item.name.lower() or word in item.title.lower()]
            found.sort(key=lambda item: (not item.name.lower().startswith(word), item.name))
            return [Offer(f"/{item.name}", item.summary or item.title, prompt=item.name) for item in found]
        row, column = self.input.cursor_location
        before = self.input.document.get_line(row)[:column]
        if match := _DOCUMENT.search(before):
            word = match.group(1).lower()
            ids = self.desk.ids()
            return [
                Offer(ids[id(entry)], one_line(entry.name), insert=ids[id(entry)] + " ")
                for entry in self.desk.sent
                if word in entry.name.lower() or word in ids[id(entry)].lower()
            ]
        return []

    def _open(self) -> None:
        self.picker.clear_options()
        self.picker.add_options(
            Option(Spread(([(f"{offer.title}  ", "strong"), (offer.detail, "quiet")], [])))
            for offer in self._offers
        )
        self.picker.highlighted = 0
        self.picker.display = True
        self.input.picker_open = True

    def _close(self) -> None:
        self._picker.display = False
        self.input.picker_open = False

    def on_prompt_input_picker_key(self, event: PromptInput.PickerKey) -> None:
        """Move in the picker, choose its selected entry, or close it."""
        event.stop()
        if event.key == "up":
            self.picker.action_cursor_up()
        elif event.key == "down":
            self.picker.action_cursor_down()
        elif event.key == "escape":
            self._close()
        elif self.picker.highlighted is not None:
            self._take_offer(self._offers[self.picker.highlighted])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose the clicked entry."""
        event.stop()
        self._take_offer(self._offers[event.option_index])
        self.input.focus()

    def _take_offer(self, offer: Offer) -> None:
        self._close()
        if offer.prompt:
            self.input.text = ""
            self.desk.choice.prompt = offer.prompt
            self.show_prompt()
            self.post_message(self.PromptChosen(offer.prompt))
            return
        row, column = self.input.cursor_location
        before = self.input.document.get_line(row)[:column]
        match = _DOCUMENT.search(before)
        start = match.start() if match else column
        self.input.replace(offer.insert, (row, start), (row, column))

    # Asking

    def on_prompt_input_submitted(self, event: PromptInput.Submitted) -> None:
        """Ask the question, or open the typed PATHs."""
        event.stop()
        text = event.text.strip()
        self._close()
        if paths := paths_in(text):
            self.post_message(PathsGiven(paths))
        elif text or self.desk.choice.prompt:
            self.post_message(QuestionAsked(text))

    def on_prompt_input_paths_pasted(self, event: PromptInput.PathsPasted) -> None:
        """Open the dropped files."""
        event.stop()
        self.post_message(PathsGiven(event.paths))

    def on_prompt_input_backspace_on_empty(self, event: PromptInput.BackspaceOnEmpty) -> None:
        """Remove the prompt."""
        event.stop()
        if self.desk.choice.prompt:
            self.desk.choice.prompt = None
            self.show_prompt()
            self.post_message(self.PromptChosen(""))
