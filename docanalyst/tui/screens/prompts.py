"""The window of prompts: choose one, or edit a copy."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import OptionList, Static, TextArea
from textual.widgets.option_list import Option

from docanalyst.domain.prompts import Prompt
from docanalyst.exporters.presentation import figures
from docanalyst.tui.desk.threads import in_thread
from docanalyst.tui.keys import bound
from docanalyst.tui.screens.dialog import Dialog
from docanalyst.tui.screens.key_line import KeyLine
from docanalyst.tui.screens.line import LineScreen
from docanalyst.tui.text.looks import look
from docanalyst.tui.text.plain import one_line, plain
from docanalyst.tui.text.spread import Spread

if TYPE_CHECKING:
    from docanalyst.analyst import Analyst


class PromptsScreen(Dialog[str]):
    """A list with a preview; returns the name of the chosen prompt."""

    HELP = (
        "A prompt is a reusable task, such as a contract review or a literature table. It is sent before "
        "your question, and its name and hash are saved with each answer. A prompt with fields makes a table."
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        bound("prompts.edit", "edit", show=False),
        bound("prompts.new", "new", show=False),
        bound("prompts.delete", "remove", show=False),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.prompts: list[Prompt] = []

    def compose(self) -> ComposeResult:
        """Show the list and the preview."""
        with Vertical(classes="window") as window:
            window.border_title = "Prompts"
            with Horizontal(id="prompt-columns"):
                yield OptionList(id="prompt-list")
                with VerticalScroll(id="prompt-preview"):
                    yield Static(id="prompt-text", markup=False)
            yield KeyLine(
                ("enter", "asks with it"),
                ("prompts.edit", "edits a copy"),
                ("prompts.new", "writes a new one"),
                ("prompts.delete", "deletes your own"),
                ("tab", "goes to the preview"),
                ("escape", "closes"),
            )

    def on_mount(self) -> None:
        """Read the prompts."""
        self.listed.focus()
        self.fetch()

    @property
    def listed(self) -> OptionList:
        """The list of prompts."""
        return self.query_one("#prompt-list", OptionList)

    @property
    def current(self) -> Prompt | None:
        """The selected prompt."""
        place = self.listed.highlighted
        return self.prompts[place] if place is not None and place < len(self.prompts) else None

    def fetch(self, stand_on: str = "") -> None:
        """Refresh the list."""

        async def look() -> None:
            from docanalyst.tui.desk.surroundings import list_prompts

            analyst = await self.app.ready()
            self.prompts = await in_thread(list_prompts, analyst)
            self.app.main.prompt.prompts = self.prompts
            own = {prompt.name for prompt in self.prompts if _is_own(analyst, prompt)}
            self.listed.clear_options()
            self.listed.add_options(Option(_line(prompt, prompt.name in own)) for prompt in self.prompts)
            names = [prompt.name for prompt in self.prompts]
            self.listed.highlighted = names.index(stand_on) if stand_on in names else 0 if names else None
            window = self.query_one(".window", Vertical)
            window.border_subtitle = f"{figures.count(len(names), 'prompt')}, {len(own)} your own"

        self.app.go(look(), self)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Show the preview of a prompt."""
        event.stop()
        if self.current is not None:
            self.query_one("#prompt-text", Static).update(preview_of(self.current))
            self.query_one("#prompt-preview").scroll_home(animate=False)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Choose a prompt."""
        event.stop()
        if self.current is not None:
            self.dismiss(self.current.name)

    def action_edit(self) -> None:
        """Edit this prompt; a built-in prompt is copied first."""
        prompt = self.current
        if prompt is None:
            return

        async def edit() -> None:
            from docanalyst.analyst.setup.own_prompts import is_own, read_source

            analyst = await self.app.ready()
            source = await in_thread(read_source, prompt)
            name = prompt.name if is_own(analyst.settings, prompt) else f"my-{prompt.name}"
            await self._edit(analyst, name, source)

        self.app.go(edit(), self)

    def action_new(self) -> None:
        """Write a new prompt."""

        async def edit() -> None:
            taken = {prompt.name for prompt in self.prompts}
            names = ("my-prompt", *(f"my-prompt-{number}" for number in range(2, 1_000)))
            name = next(name for name in names if name not in taken)
            start = '+++\ntitle = "My prompt"\nsummary = ""\n+++\n\n{question}\n'
            await self._edit(await self.app.ready(), name, start)

        self.app.go(edit(), self)

    async def _edit(self, analyst: Analyst, name: str, source: str) -> None:
        from docanalyst.analyst.setup.own_prompts import save_prompt
        from docanalyst.domain.errors import DocanalystError

        while True:
            text = await self.app.wait_for(EditorScreen(f"Prompt {name}", source))
            if text is None:
                return
            chosen = await self.app.wait_for(
                LineScreen("Save the prompt", "Its name, as typed after the slash:", value=name)
            )
            if chosen is None:
                source = text
                continue
            try:
                if not await self._may_replace(analyst, chosen, name):
                    source = text
                    continue
                saved = await in_thread(save_prompt, analyst.settings, chosen, text)
            except DocanalystError as error:
                self.app.tell(error.message, error.hint, severity="error")
                source = text
                continue
            self.app.tell(f"Saved as /{saved.name}.")
            self.fetch(saved.name)
            return

    async def _may_replace(self, analyst: Analyst, chosen: str, edited: str) -> bool:
        """Return whether a prompt may be saved under a name; ask if it is another prompt's."""
        from docanalyst.analyst.setup.own_prompts import own_name
        from docanalyst.tui.screens.question import QuestionScreen

        name = own_name(chosen)
        taken = {prompt.name for prompt in self.prompts if _is_own(analyst, prompt)}
        if name == edited or name not in taken:
            return True
        question = QuestionScreen(
            f"Replace your prompt {name}?",
            "Its present text would be lost.",
            yes="Replace",
            no="Choose another name",
        )
        agreed = await self.app.wait_for(question)
        return agreed is True

    def action_remove(self) -> None:
        """Delete a prompt of the user's own."""
        prompt = self.current
        if prompt is None:
            return

        async def remove() -> None:
            from docanalyst.analyst.setup.own_prompts import delete_prompt
            from docanalyst.tui.screens.question import QuestionScreen

            analyst = await self.app.ready()
            if _is_own(analyst, prompt) and not await self.app.wait_for(
                QuestionScreen(f"Delete the prompt {prompt.name}?", prompt.path, yes="Delete", no="Keep")
            ):
                return
            await in_thread(delete_prompt, analyst.settings, prompt)
            self.fetch()

        self.app.go(remove(), self)


class EditorScreen(Dialog[str]):
    """A text editor: Ctrl+S saves, Esc cancels."""

    BINDINGS: ClassVar[list[BindingType]] = [bound("editor.keep", "keep", priority=True)]

    def __init__(self, title: str, text: str) -> None:
        super().__init__()
        self._headline = title
        self._source = text

    def compose(self) -> ComposeResult:
        """Show the text."""
        with Vertical(classes="window") as window:
            window.border_title = Content(self._headline)
            window.border_subtitle = (
                f"{self.app.key('editor.keep')} saves · {self.app.key('dialog.close')} cancels"
            )
            yield TextArea(self._source, id="editor", compact=True, highlight_cursor_line=False)

    def on_mount(self) -> None:
        """Focus the text."""
        self.query_one("#editor").focus()

    def action_keep(self) -> None:
        """Close and return the text."""
        self.dismiss(self.query_one("#editor", TextArea).text)


def _is_own(analyst: Analyst, prompt: Prompt) -> bool:
    from docanalyst.analyst.setup.own_prompts import is_own

    return is_own(analyst.settings, prompt)


def _line(prompt: Prompt, own: bool) -> Spread:
    right = [("your own", "good")] if own else []
    return Spread(
        ([(f"/{prompt.name}", "strong")], right), ([(f"  {one_line(prompt.title, 80)}", "quiet")], [])
    )


def preview_of(prompt: Prompt) -> Content:
    """Return the purpose, the fields and the text of a prompt."""
    lines = [Content.styled(one_line(prompt.title), look("heading"))]
    if prompt.summary:
        lines.append(Content(plain(prompt.summary)))
    if prompt.audience:
        lines.append(Content.styled(f"For {plain(prompt.audience)}", look("quiet")))
    if prompt.fields:
        lines += [Content(""), Content.styled(figures.count(len(prompt.fields), "field"), look("strong"))]
        names = ", ".join(field.title for field in prompt.fields)
        lines.append(Content.styled(plain(names), look("quiet")))
    lines += [Content(""), Content.styled("Wording", look("strong")), Content(plain(prompt.body))]
    return Content("\n").join(lines)
