"""The content of a paragraph as text: runs, fields, symbols, equations, notes and tracked changes."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from docanalyst.formats.marks import HIDDEN, NOT_PLAIN, STRUCK, UNSTRUCK, finished
from docanalyst.formats.word.blocks import HARD_BREAK, SAVED_BREAK
from docanalyst.formats.word.names import AUTHOR, ID, NAMES, VAL, W, is_on, number_of
from docanalyst.formats.word.styles import Styles, switches_of
from docanalyst.formats.word.symbols import in_font, symbol

_MARKS = re.compile("[\x01-\x03\f\v]")
_PRIVATE = re.compile("[\uf000-\uf0ff]")
_CONTENTS_PAGE = re.compile(r"\t(?=[\divxlc]{1,6}$)")
_NO_FLAGS: dict[str, bool] = {}


class Note(NamedTuple):
    """A footnote or endnote that a paragraph refers to. number: its place among the notes of its kind."""

    kind: str
    id: str
    number: int
    custom: bool


class _Field:
    """An open field. in_code: what comes now is its code, which nobody sees."""

    __slots__ = ("code", "form", "in_code")

    def __init__(self, form: Any | None) -> None:
        self.in_code = True
        self.code: list[str] = []
        self.form = form


class Content:
    """Turns the content of paragraphs into text, one after the other. Fields may reach over several of them.

    Args:
        styles: Of the document.
        view: One of `VIEWS`.
        include_hidden: Whether hidden text is text.
        mark: Gives the mark in the text of a note, by its kind and number.
    """

    def __init__(
        self, styles: Styles, view: str, *, include_hidden: bool, mark: Callable[[str, int], str]
    ) -> None:
        self._styles = styles
        self.view = view
        self._include_hidden = include_hidden
        self._mark = mark
        self._fields: list[_Field] = []
        self._coding = 0
        self._counts = {"footnote": 0, "endnote": 0}
        self._flags: dict[str, bool] = _NO_FLAGS
        self._style = ""
        self._inside_note = ""
        self.boxes: list[Any] = []
        self.notes: list[Note] = []
        self.comments: list[str] = []
        self.unread: dict[str, int] = {}
        self.out: list[str] = []
        self.hidden: list[str] = []
        self.changes: list[tuple[str, str, str]] = []
        self._change_end = 0
        self._marked = (0, "", "")

    def start_note(self, mark: str) -> None:
        """From now on the paragraphs are those of a note with this mark; "" for none."""
        self._inside_note = mark

    def add(self, paragraph: Any, style: str) -> None:
        """Add the content of a paragraph to the text that is being built."""
        self._flags = self._styles.switches(style) or self._styles.base
        self._style = style
        self._inline(paragraph)

    def take(self) -> tuple[str, tuple[str, ...], tuple[tuple[str, str, str], ...], tuple[str, ...]]:
        """The text built so far, finished, with its hidden words, its changes and its struck words."""
        text = "".join(self.out)
        struck: tuple[str, ...] = ()
        if NOT_PLAIN.search(text) or text[:1] in " \t" or text[-1:] in " \t":
            text, struck = finished(text)
        if "\t" in text:
            text = _CONTENTS_PAGE.sub("    ", text)
        found = text, tuple(self.hidden), tuple(self.changes), struck
        self.out, self.hidden, self.changes = [], [], []
        self._change_end, self._marked = 0, (0, "", "")
        return found

    @property
    def is_empty(self) -> bool:
        """Whether nothing has been added that can be seen."""
        return not any(piece.strip() for piece in self.out)

    # ------------------------------------------------------------------ elements

    def _inline(self, parent: Any) -> None:
        for item in parent:
            name = NAMES[item.tag]
            if name == "r":
                self._run(item)
            elif name in ("pPr", "rPr", "sdtPr", "sdtEndPr", "#"):
                continue
            elif name in ("ins", "moveTo"):
                self._changed(item, "inserted", shown=self.view != "original")
            elif name in ("del", "moveFrom"):
                self._changed(item, "deleted", shown=self.view != "final")
            elif name == "mc:AlternateContent":
                self._inline(branch(item))
            elif name in ("m:oMath", "m:oMathPara"):
                self._emit(_equation(item), self._flags)
            elif name == "altChunk":
                self._miss("embedded document")
            elif len(item):
                # Hyperlinks, controls, smart tags, directions and whatever else may hold runs.
                self._inline(item)

    def _changed(self, item: Any, kind: str, *, shown: bool) -> None:
        author = " ".join((item.get(AUTHOR) or "unknown").split())
        if not shown:
            if self.view == "final" and (words := _words(item)):
                self._note_change(kind, author, words)
            return
        before = len(self.out)
        if self.view == "marked":
            self.out.append(f"[{kind} by {author}: ")
        self._inline(item)
        words = "".join(self.out[before + (self.view == "marked") :])
        if self.view == "marked":
            if words:
                self.out.append("]")
                self._merge_marks(before, (kind, author))
            else:
                del self.out[before:]
        elif self.view == "final" and words.strip():
            self._note_change(kind, author, words, len(self.out) - before)

    def _merge_marks(self, at: int, change: tuple[str, str]) -> None:
        """Make two marked changes of one kind and author that touch one. at: where the second one begins."""
        if self._marked == (at, *change):
            del self.out[at - 1 : at + 1]
        self._marked = (len(self.out), *change)

    def _note_change(self, kind: str, author: str, words: str, pieces: int = 0) -> None:
        """Remember a change; two that touch are one. pieces: of the text that an insertion added."""
        words = _MARKS.sub("", words)
        start = len(self.out) - (pieces if kind == "inserted" else 0)
        if self.changes and self.changes[-1][:2] == (kind, author) and self._change_end == start:
            words = self.changes.pop()[2] + words
        self._change_end = len(self.out)
        self.changes.append((kind, author, words))

    def _run(self, run: Any) -> None:
        flags = self._flags
        properties = None
        if len(run) and run[0].tag == f"{W}rPr" and len(run[0]):
            properties = run[0]
            flags = self._run_flags(properties)
        self._pieces(run, flags, properties)

    def _run_flags(self, properties: Any) -> dict[str, bool]:
        if self.view == "original":
            change = properties.find(f"{W}rPrChange")
            if change is not None and len(change):
                properties = change[0]
        flags = self._flags
        style = properties.find(f"{W}rStyle")
        if style is not None and (switches := self._styles.switches(style.get(VAL) or "")):
            flags = flags | switches
        own = switches_of(properties)
        return flags | own if own else flags

    def _pieces(self, parent: Any, flags: dict[str, bool], properties: Any | None) -> None:
        for item in parent:
            name = NAMES[item.tag]
            if name in ("t", "delText"):
                text = item.text
                if text:
                    if not text.isascii() and _PRIVATE.search(text):
                        text = in_font(text, self._font_of(properties))
                    self._emit(text, flags)
            elif name in _CHARACTERS:
                self._emit(_CHARACTERS[name], flags)
            elif name == "lastRenderedPageBreak":
                self.out.append(SAVED_BREAK)
            elif name == "br":
                page = item.get(f"{W}type") == "page"
                if page:
                    self.out.append(HARD_BREAK)
                else:
                    self._emit("\n", flags)
            elif name == "fldChar":
                self._field(item, flags)
            elif name in ("instrText", "delInstrText"):
                if self._fields and self._fields[-1].in_code:
                    self._fields[-1].code.append(item.text or "")
            elif name not in ("rPr", "#"):
                self._other(item, name, flags, properties)

    def _other(self, item: Any, name: str, flags: dict[str, bool], properties: Any | None) -> None:
        if name == "sym":
            self._emit(symbol(item.get(f"{W}font") or "", _hex(item.get(f"{W}char"))), flags)
        elif name in ("footnoteReference", "endnoteReference"):
            self._refer(name[:-9], item, flags)
        elif name in ("footnoteRef", "endnoteRef"):
            self._emit(self._inside_note, flags)
        elif name == "commentReference":
            self.comments.append(item.get(ID) or "")
        elif name == "mc:AlternateContent":
            self._pieces(branch(item), flags, properties)
        elif name in ("drawing", "pict", "object"):
            if not self._coding and not (flags.get("vanish") and not self._include_hidden):
                self._look_into(item)
        elif name == "ruby":
            for base in item.iterchildren(f"{W}rubyBase"):
                self._inline(base)
        elif name in ("r", "ins", "del", "moveTo", "moveFrom"):
            self._inline([item])

    def _font_of(self, properties: Any | None) -> str:
        fonts = properties.find(f"{W}rFonts") if properties is not None else None
        named = (fonts.get(f"{W}ascii") or fonts.get(f"{W}hAnsi") or "") if fonts is not None else ""
        return named or self._styles.font(self._style)

    def _emit(self, text: str, flags: dict[str, bool]) -> None:
        if self._coding or not text:
            return
        if flags:
            if flags.get("vanish") and not self._include_hidden:
                if text.strip():
                    self.hidden.append(text)
                    self.out.append(HIDDEN)
                return
            if flags.get("caps"):
                text = text.upper()
            if (flags.get("strike") or flags.get("dstrike")) and text.strip():
                if self.out and self.out[-1] == UNSTRUCK:
                    self.out.pop()
                    self.out += (text, UNSTRUCK)
                else:
                    self.out += (STRUCK, text, UNSTRUCK)
                return
        self.out.append(text)

    def _refer(self, kind: str, item: Any, flags: dict[str, bool]) -> None:
        if self._coding or (flags.get("vanish") and not self._include_hidden):
            return
        custom = item.get(f"{W}customMarkFollows")
        own_mark = custom is not None and custom not in ("0", "false", "off")
        if not own_mark:
            self._counts[kind] += 1
            self._emit(self._mark(kind, self._counts[kind]), flags)
        self.notes.append(Note(kind, item.get(ID) or "", self._counts[kind], own_mark))

    # ------------------------------------------------------------------ fields

    def _field(self, item: Any, flags: dict[str, bool]) -> None:
        step = item.get(f"{W}fldCharType")
        if step == "begin":
            self._fields.append(_Field(item.find(f"{W}ffData")))
            self._coding += 1
        elif step == "separate" and self._fields:
            if self._fields[-1].in_code:
                self._fields[-1].in_code = False
                self._coding -= 1
        elif step == "end" and self._fields:
            field = self._fields.pop()
            if field.in_code:
                self._coding -= 1
            shown = _form_value(field.form) if field.form is not None else None
            if shown is None and field.in_code:
                words = "".join(field.code).split(None, 2)
                if len(words) == 3 and words[0].upper() in ("MACROBUTTON", "GOTOBUTTON"):
                    shown = words[2].strip()
            if shown:
                self._emit(shown, flags)

    # ------------------------------------------------------------------ drawings

    def _look_into(self, drawing: Any) -> None:
        """Take the text boxes of a drawing; count what has no text that can be read."""
        for item in _visible(drawing):
            name = NAMES[item.tag]
            if name == "txbxContent" or (name == "v:textpath" and (item.get("string") or "").strip()):
                self.boxes.append(item)
            elif name in ("pic:pic", "v:imagedata"):
                self._miss("picture")
            elif name == "a:graphicData":
                uri = (item.get("uri") or "").rsplit("/", 1)[-1]
                if uri in ("diagram", "chart"):
                    self._miss(uri)

    def _miss(self, what: str) -> None:
        self.unread[what] = self.unread.get(what, 0) + 1


_CHARACTERS = {"tab": "\t", "ptab": "\t", "cr": "\n", "noBreakHyphen": "-"}


def branch(alternatives: Any) -> Any:
    """The one of several alternatives that is read: the first choice, else the fallback."""
    chosen: Any = ()
    for item in alternatives:
        name = NAMES[item.tag]
        if name == "mc:Choice":
            return item
        if name == "mc:Fallback":
            chosen = item
    return chosen


def _visible(parent: Any) -> Any:
    """The elements of a drawing in order: one branch of each alternative, no insides of text boxes."""
    for item in parent:
        name = NAMES[item.tag]
        if name == "mc:AlternateContent":
            yield from _visible(branch(item))
            continue
        yield item
        if name != "txbxContent":
            yield from _visible(item)


def _words(item: Any) -> str:
    """The text inside a change, without anything that nobody reads."""
    return "".join(found.text or "" for found in item.iter(f"{W}delText", f"{W}t"))


def _form_value(form: Any) -> str | None:
    """What a form field shows beside its result: a box, ticked or not, or the chosen entry of a list."""
    box = form.find(f"{W}checkBox")
    if box is not None:
        state = box.find(f"{W}checked")
        if state is None:
            state = box.find(f"{W}default")
        return "☒" if state is not None and is_on(state) else "☐"
    entries = form.find(f"{W}ddList")
    if entries is not None:
        listed = [item.get(VAL) or "" for item in entries.iterchildren(f"{W}listEntry")]
        chosen = entries.find(f"{W}result")
        if chosen is None:
            chosen = entries.find(f"{W}default")
        place = number_of(chosen.get(VAL)) if chosen is not None else 0
        return listed[place] if 0 <= place < len(listed) else None
    return None


def _equation(item: Any) -> str:
    """An equation on one line: fractions with a stroke, raised and lowered parts with ^ and _."""
    pieces: list[str] = []
    for child in item:
        name = NAMES[child.tag]
        if name == "m:t":
            pieces.append(child.text or "")
        elif name in ("m:nary", "m:d"):
            if name == "m:nary":
                pieces.append(_sign(child, "chr", "∫") + _equation(child))
            else:
                pieces.append(f"{_sign(child, 'begChr', '(')}{_equation(child)}{_sign(child, 'endChr', ')')}")
        elif name == "m:rad":
            pieces.append(f"√({_equation(child)})")
        elif name == "m:f":
            parts = [_grouped(_equation(part)) for part in child if NAMES[part.tag] in ("m:num", "m:den")]
            pieces.append("/".join(parts))
        elif name in ("m:sup", "m:sub"):
            inner = _equation(child)
            pieces.append(f"{'^' if name == 'm:sup' else '_'}{_grouped(inner)}" if inner else "")
        elif len(child):
            pieces.append(_equation(child))
    return "".join(pieces)


def _sign(item: Any, wanted: str, usual: str) -> str:
    for child in item.iter():
        if NAMES[child.tag] == f"m:{wanted}":
            return next(iter(child.attrib.values()), "")
        if NAMES[child.tag] == "m:e":
            break
    return usual


def _grouped(words: str) -> str:
    return words if len(words) < 2 or words.isalnum() else f"({words})"


def _hex(value: str | None) -> int:
    try:
        return int(value or "0", 16)
    except ValueError:
        return 0
