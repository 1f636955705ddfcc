"""A web page as blocks: what a browser shows of it, in the order of its source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.composing import PLAIN, UNKNOWN_AUTHOR, Composer, Look
from docanalyst.formats.encodings import decode
from docanalyst.formats.web.notes import Note, find_notes, is_back_link
from docanalyst.formats.web.styles import State, Styles, changed
from docanalyst.formats.word.blocks import Block
from docanalyst.formats.word.numerals import raised, written

MAX_BYTES = 64 << 20
MAX_TAGS = 1_500_000
"""Tags of one page. The largest page known, a manual of 3,000 pages in one file, has 600,000."""

_DECLARED = re.compile(rb"""<meta\s[^>]{0,200}?charset\s*=\s*["']?\s*([\w:.-]{2,40})""", re.IGNORECASE)
_XML_DECLARED = re.compile(rb"""^\s*<\?xml\s[^>]{0,100}?encoding\s*=\s*["']([\w:.-]{2,40})""")
_XML_HEAD = re.compile(r"^\s*<\?xml\s[^>]*\?>")
_CONDITION = re.compile(r"^\s*\[if\b|^\s*<?!?\[endif|^[\s\W\d]*$")
_FIGURES = re.compile(r"^[\s0-9+−-]+$")
_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_BLOCKS = frozenset(
    (
        "address", "article", "aside", "blockquote", "body", "center", "dd", "details", "dialog", "dir",
        "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4",
        "h5", "h6", "header", "hr", "html", "legend", "li", "main", "menu", "nav", "ol", "optgroup", "p",
        "pre", "section", "summary", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul", "caption",
        "xmp", "listing", "plaintext", "frameset",
    )
)  # fmt: skip
_SKIPPED = {
    "script": "script",
    "iframe": "embedded page",
    "frame": "embedded page",
    "object": "embedded object",
    "embed": "embedded object",
    "applet": "embedded object",
    "video": "video",
    "audio": "sound",
    "canvas": "drawing",
    "svg": "drawing",
    "img": "picture",
}
"""Elements of which nothing is read, and what to call them."""

_SILENT = frozenset(
    (
        "style", "head", "title", "meta", "link", "base", "template", "rt", "rp", "datalist", "map",
    )
)  # fmt: skip
_LIST_FORMS = {
    "1": "decimal",
    "a": "lowerLetter",
    "A": "upperLetter",
    "i": "lowerRoman",
    "I": "upperRoman",
    "decimal": "decimal",
    "decimal-leading-zero": "decimalZero",
    "lower-alpha": "lowerLetter",
    "lower-latin": "lowerLetter",
    "upper-alpha": "upperLetter",
    "upper-latin": "upperLetter",
    "lower-roman": "lowerRoman",
    "upper-roman": "upperRoman",
}
_TEXT_INPUTS = (
    "text",
    "email",
    "url",
    "tel",
    "number",
    "date",
    "search",
    "submit",
    "button",
    "time",
    "month",
)


def parse(text: str) -> Any:
    """The tree of a page. Raises CannotRead for one that is over a limit or has nothing in it."""
    tags = text.count("<")
    if tags > MAX_TAGS:
        raise CannotRead(f"it has {tags:,} tags, over the limit of {MAX_TAGS:,}", "large")
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, no_network=True, remove_pis=True)
    try:
        root = etree.fromstring(_XML_HEAD.sub("", text).encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise CannotRead("it is damaged: nothing in it can be read as a web page") from error
    if root is None:
        raise CannotRead("it has no words")
    if any("depth" in entry.message.lower() for entry in parser.error_log.filter_from_fatals()):
        raise CannotRead("its elements are nested too deeply", "large")
    return root


def decode_page(data: bytes, declared: str | None = None) -> tuple[str, tuple[str, ...]]:
    """The text of the bytes of a page, by the encoding that it declares.

    Args:
        data: The bytes.
        declared: The encoding that something outside the page names, such as the header of a message.
    """
    if declared is None:
        found = _XML_DECLARED.search(data[:200]) or _DECLARED.search(data[:8192])
        declared = found[1].decode("ascii", "replace") if found else None
        if declared is not None and declared.lower().startswith("utf-16"):
            declared = None  # A page whose declaration can be read as ASCII is not in UTF-16.
    return decode(data, declared)


class WebPage:
    """A page in a file."""

    macros = False

    def __init__(self, path: str, view: str, *, include_hidden: bool) -> None:
        data = Path(path).read_bytes()
        if len(data) > MAX_BYTES:
            raise CannotRead(
                f"it has {len(data) >> 20} MiB, over the limit of {MAX_BYTES >> 20} MiB", "large"
            )
        text, told = decode_page(data)
        del data
        self._composer = Composer(view, include_hidden=include_hidden)
        self._walker = Walker(parse(text), self._composer)
        self.title = self._walker.title
        self.told = [*told, *self._walker.told]

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""
        return self._composer.unread

    def blocks(self) -> Iterator[Block]:
        """Every block, in order."""
        for _ in self._walker.walk():
            yield from self._composer.take()
        yield from self._composer.take()

    def close(self) -> None:
        """Close the file: it was read whole."""


class _List:
    __slots__ = ("form", "number", "step")

    def __init__(self, form: str, number: int, step: int) -> None:
        self.form, self.number, self.step = form, number, step


class _Frame:
    """An open element: its style, whether it ends a paragraph, and what else ends with it."""

    __slots__ = ("block", "change", "ends", "heading", "quotation", "reason", "shift", "state")

    def __init__(self, state: State, outer: _Frame | None) -> None:
        self.state = state
        self.reason: str = outer.reason if outer and outer.state is state else state.reason
        self.block = False
        self.ends = ""
        self.heading: int = outer.heading if outer else 0
        self.quotation: bool = outer.quotation if outer else False
        self.change: tuple[str, str] | None = outer.change if outer else None
        self.shift: str = outer.shift if outer else ""


class Walker:
    """Walks over a page and tells a composer what is seen.

    Args:
        root: The tree of the page.
        composer: What makes the blocks.
        linked: Whether style sheets in other files are told of; those of a book only set its type.
    """

    def __init__(self, root: Any, composer: Composer, *, linked: bool = True) -> None:
        self._root, self._composer = root, composer
        self._styles = Styles()
        self.title = ""
        self.told: list[str] = []
        elsewhere = False
        for item in root.iter("style", "title", "link"):
            if item.tag == "style":
                self._styles.add("".join(item.itertext()))
            elif item.tag == "title":
                self.title = self.title or " ".join("".join(item.itertext()).split())
            elif "stylesheet" in (item.get("rel") or "").lower().split():
                elsewhere = True
        self._first = State(behind=None) if elsewhere else State()
        if elsewhere and linked:
            self.told.append(
                "The style of the page is in other files, which were not read, so words that it hides may be "
                "in the text."
            )
        self._layouts = _layout_tables(root)
        self._notes, self._note_roots = find_notes(root)
        self._waiting: list[Note] = []
        self._noted: set[Any] = set()
        self._lists: list[_List] = []
        self._tables: list[bool] = []
        self._in_note = False
        self._stack: list[_Frame] = []

    def walk(self) -> Iterator[None]:
        """Tell the composer everything; stops now and then so that its blocks can be taken."""
        yield from self._walk(self._root)
        self._end(None)

    def _walk(self, root: Any) -> Iterator[None]:
        composer = self._composer
        events = etree.iterwalk(root, events=("start", "end", "comment"))
        base = len(self._stack)
        self._stack.append(_Frame(self._stack[-1].state if self._stack else self._first, None))
        for event, element in events:
            if event == "start":
                if self._start(element, root):
                    frame = self._stack[-1]
                    if element.text:
                        self._say(element.text, frame)
                    continue
                events.skip_subtree()
                self._stack.append(self._stack[-1])
            elif event == "end":
                frame = self._stack.pop()
                if frame is not self._stack[-1]:
                    self._finish(element, frame)
                if element.tail and element is not root:
                    self._say(element.tail, self._stack[-1])
                if composer.has_blocks:
                    yield
                if self._waiting and not self._in_note and composer.is_empty:
                    yield from self._read_notes()
            else:
                words = element.text or ""
                if not _CONDITION.search(words):
                    composer.hide(words, "in a comment in the source")
                if element.tail and element is not root:
                    self._say(element.tail, self._stack[-1])
        del self._stack[base:]

    def _say(self, words: str, frame: _Frame) -> None:
        state = frame.state
        if frame.shift and _FIGURES.match(words):
            words = words.translate(_RAISED if frame.shift == "sup" else _LOWERED)
        if frame.reason or state.struck or frame.change is not None:
            look = Look(frame.reason, state.struck, frame.change)
        else:
            look = PLAIN
        if state.lines:
            self._composer.say(words.replace("\r\n", "\n"), look)
        else:
            self._composer.say(words, look, collapse=True)

    # ------------------------------------------------------------------ elements

    def _start(self, element: Any, root: Any) -> bool:
        """Open an element. Returns whether what is in it is read."""
        tag = element.tag
        if not isinstance(tag, str):
            return False
        if ":" in tag or "}" in tag:
            tag = tag.rsplit(":", 1)[-1].rsplit("}", 1)[-1].lower()
        outer = self._stack[-1]
        if tag in _SILENT or (element in self._note_roots and element is not root):
            if tag == "head" and any(item.tag == "script" for item in element):
                self._composer.unread["script"] = self._composer.unread.get("script", 0) + sum(
                    item.tag == "script" for item in element
                )
            return False
        if tag in _SKIPPED:
            if tag != "img" or not _is_pixel(element):
                self._composer.miss(_SKIPPED[tag])
            return False
        if self._in_note and tag == "a" and is_back_link(element):
            return False
        frame = _Frame(self._style(element, tag, outer), outer)
        if tag == "br":
            self._composer.say("\n", Look(frame.reason))
            return False
        if tag in ("input", "select"):
            self._field(element, tag, frame)
            return False
        frame.block = tag in _BLOCKS
        display = self._says.get("display", "")
        if display in ("inline", "inline-block") and tag not in ("td", "th", "tr", "table"):
            frame.block = False
        elif display in ("block", "flex", "grid", "list-item", "table", "table-row"):
            frame.block = True
        if frame.block:
            self._end(outer)
        self._open(element, tag, frame)
        self._stack.append(frame)
        return True

    def _style(self, element: Any, tag: str, outer: _Frame) -> State:
        """The style of an element."""
        self._says: dict[str, str] = {}
        state = outer.state
        attributes = element.attrib
        if attributes or self._styles:
            says = self._styles.of(element, tag)
            if "bgcolor" in attributes:
                says = {"background": attributes["bgcolor"]} | says
            if tag == "font" and "color" in attributes:
                says = {"color": attributes["color"]} | says
            if tag == "body" and "text" in attributes:
                says = {"color": attributes["text"]} | says
            if attributes.get("background"):
                says = {"background": "url()"} | says
            if ("hidden" in attributes and "display" not in says) or (
                tag == "dialog" and "open" not in attributes
            ):
                says = says | {"display": "none"}
            if says:
                self._says = says
                state = changed(state, says)
        if tag in ("s", "strike"):
            state = state._replace(struck=True)
        elif tag in ("pre", "textarea", "xmp", "listing", "plaintext"):
            state = state._replace(lines=True)
        elif tag == "noscript":
            state = state._replace(hidden=state.hidden or "shown only where scripts do not run")
        return state

    def _open(self, element: Any, tag: str, frame: _Frame) -> None:
        if tag in ("del", "ins"):
            frame.change = ("deleted" if tag == "del" else "inserted", UNKNOWN_AUTHOR)
        elif tag in ("sup", "sub"):
            frame.shift = tag
        elif tag == "q":
            self._say("“", frame)
            frame.ends = "q"
        elif tag == "a":
            self._refer(element, frame)
        elif tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
            frame.heading = int(tag[1])
        elif tag == "blockquote":
            frame.quotation = True
        elif tag in ("ol", "ul", "menu", "dir"):
            self._lists.append(self._list(element, tag))
            frame.ends = "list"
        elif tag == "li":
            self._item(element)
            frame.ends = "item"
        else:
            self._table(element, tag, frame)

    def _table(self, element: Any, tag: str, frame: _Frame) -> None:
        composer = self._composer
        if tag == "table":
            is_data = element not in self._layouts
            self._tables.append(is_data)
            if is_data:
                composer.begin_table()
            frame.ends = "table"
        elif self._tables and self._tables[-1]:
            if tag == "tr":
                composer.begin_row()
                frame.ends = "row"
            elif tag in ("td", "th"):
                composer.begin_cell()
                frame.ends = "cell"

    def _finish(self, element: Any, frame: _Frame) -> None:
        """Close an element."""
        composer = self._composer
        if frame.ends == "q":
            self._say("”", frame)
        if frame.block:
            self._end(frame)
        if frame.ends == "list":
            self._lists.pop()
        elif frame.ends == "item":
            composer.number = ""
        elif frame.ends == "table":
            if self._tables.pop():
                composer.end_table()
        elif frame.ends == "row":
            composer.end_row()
        elif frame.ends == "cell":
            composer.end_cell()

    def _end(self, frame: _Frame | None) -> None:
        self._composer.end(
            heading=frame.heading if frame else 0, quotation=frame.quotation if frame else False
        )

    # ------------------------------------------------------------------ lists and fields

    def _list(self, element: Any, tag: str) -> _List:
        named = (self._says.get("list-style-type") or self._says.get("list-style") or "").split()
        if "none" in named:
            return _List("", 1, 1)
        form = next((_LIST_FORMS[name] for name in named if name in _LIST_FORMS), "")
        if tag != "ol":
            return _List(form or "bullet", 1, 1)
        form = form or _LIST_FORMS.get(element.get("type") or "1", "decimal")
        back = "reversed" in element.attrib
        first = sum(1 for item in element if item.tag == "li") if back else 1
        return _List(form, _int(element.get("start"), first), -1 if back else 1)

    def _item(self, element: Any) -> None:
        if not self._lists:
            self._composer.number = "• "
            return
        own = self._lists[-1]
        form = own.form
        if (self._says.get("list-style-type") or self._says.get("list-style") or "") == "none":
            form = ""
        if form == "bullet":
            self._composer.number += "• "
        else:
            own.number = _int(element.get("value"), own.number)
            if form:
                self._composer.number += f"{written(own.number, form)}. "
            own.number += own.step

    def _field(self, element: Any, tag: str, frame: _Frame) -> None:
        if tag == "select":
            options = list(element.iter("option"))
            chosen = [item for item in options if "selected" in item.attrib] or options[:1]
            self._say(", ".join(" ".join("".join(item.itertext()).split()) for item in chosen), frame)
            return
        kind = (element.get("type") or "text").lower()
        if kind in ("checkbox", "radio"):
            self._say("☒ " if "checked" in element.attrib else "☐ ", frame)
        elif kind in _TEXT_INPUTS:
            self._say(element.get("value") or "", frame)
        elif kind == "hidden":
            self._composer.hide(element.get("value") or "", "in a hidden field")

    # ------------------------------------------------------------------ notes

    def _refer(self, element: Any, frame: _Frame) -> None:
        note = self._notes.get(element)
        if note is not None and note.root not in self._noted and not self._in_note:
            self._noted.add(note.root)
            self._waiting.append(note)
        if note is not None and note.mark.isdecimal():
            frame.shift = "sup"

    def _read_notes(self) -> Iterator[None]:
        """Read the notes that the paragraph before refers to."""
        composer = self._composer
        waiting, self._waiting = self._waiting, []
        for note in waiting:
            outer = composer.begin_inside("footnote", f"footnote {note.mark}")
            lists, tables, stack = self._lists, self._tables, self._stack
            self._lists, self._tables, self._in_note = [], [], True
            self._stack = [_Frame(self._first, None)]
            mark = raised(int(note.mark)) if note.mark.isdecimal() and note.mark.isascii() else note.mark
            composer.number = f"{mark} "
            yield from self._walk(note.root)
            self._end(None)
            self._lists, self._tables, self._stack, self._in_note = lists, tables, stack, False
            composer.end_inside(outer)
            yield


def _layout_tables(root: Any) -> set[Any]:
    """The tables that only place things: with tables inside, of one column, or said to be so."""
    found: set[Any] = set()
    widest: dict[Any, int] = {}
    for table in root.iter("table"):
        if (table.get("role") or "").lower() in ("presentation", "none"):
            found.add(table)
        widest[table] = 0
        parent = table.getparent()
        while parent is not None and parent.tag != "table":
            parent = parent.getparent()
        if parent is not None:
            found.add(parent)
    for row in root.iter("tr"):
        parent = row.getparent()
        if parent is not None and parent.tag != "table":
            parent = parent.getparent()
        if parent in widest:
            widest[parent] = max(widest[parent], sum(1 for cell in row if cell.tag in ("td", "th")))
    found.update(table for table, columns in widest.items() if columns < 2)
    return found


def _is_pixel(image: Any) -> bool:
    """Whether a picture is too small to be seen, as those that count readers are."""
    return any(
        (image.get(side) or "").removesuffix("px").strip() in ("0", "1") for side in ("width", "height")
    )


def _int(value: str | None, otherwise: int) -> int:
    try:
        number = int(value or "")
    except ValueError:
        return otherwise
    return number if abs(number) < 1_000_000_000 else otherwise
