"""An RTF file as blocks, in the order of its text."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import copy
from pathlib import Path

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.composing import UNKNOWN_AUTHOR, Composer, Look
from docanalyst.formats.rtf import tokens as rtf
from docanalyst.formats.word.blocks import Block
from docanalyst.formats.word.numerals import raised

MAX_BYTES = 128 << 20
MAX_DEPTH = 20_000
"""Groups inside each other; real files reach 30."""

_CHARACTERS = {
    "line": "\n", "lbr": "\n", "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’",
    "ldblquote": "“", "rdblquote": "”", "bullet": "•", "emspace": "\u2003", "enspace": "\u2002",
    "qmspace": "\u2005",
}  # fmt: skip
_SIGNS = {"~": "\xa0", "_": "-", "\\": "\\", "{": "{", "}": "}", "\t": "\t"}
_SKIPPED = frozenset(
    (
        "filetbl", "listtable", "listoverridetable", "rsidtbl", "generator", "fldinst", "datafield",
        "nonshppict", "objdata", "objclass", "objname", "shprslt", "sn", "sv", "picprop", "blipuid",
        "bkmkstart", "bkmkend", "xe", "tc", "rxe", "txe", "tcf", "pnseclvl", "template", "themedata",
        "colorschememapping", "latentstyles", "datastore", "xmlnstbl", "mmathPr", "wgrffmtfilter", "defchp",
        "defpap", "pgdsctbl", "userprops", "docvar", "private1", "atnref", "atnicn", "atrfstart", "atrfend",
        "atndate", "atnparent", "ftnsep", "ftnsepc", "ftncn", "aftnsep", "aftnsepc", "aftncn",
        "nesttableprops", "nonesttables", "background", "falt", "panose", "pntxtb", "pntxta",
        "passwordhash", "protusertbl", "stylerestrictions", "listname",
    )
)  # fmt: skip
_HEADS = {
    "header": "header", "headerl": "header", "headerr": "header", "headerf": "header",
    "footer": "footer", "footerl": "footer", "footerr": "footer", "footerf": "footer",
}  # fmt: skip
_ENTERED = frozenset(("shppict", "shpinst", "shptxt", "ud", "fldrslt", "listtext", "pntext", "footnote"))
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")
_LOWERED = str.maketrans("0123456789+-", "₀₁₂₃₄₅₆₇₈₉₊₋")


class _State:
    """What holds inside a group: where its words go, and how they look."""

    __slots__ = (
        "author", "authordel", "background", "caps", "colour", "deleted", "encoding", "ends", "hidden",
        "inserted", "shift", "skip", "struck", "target", "tiny", "unicode_skip",
    )  # fmt: skip

    def __init__(self) -> None:
        self.encoding: str | None = None
        self.unicode_skip = 1
        self.skip = False
        self.target = ""
        self.ends = ""
        self.plain()

    def plain(self) -> None:
        """Set words as usual again."""
        self.hidden = self.struck = self.inserted = self.deleted = self.caps = self.tiny = False
        self.background = False
        self.author = self.authordel = self.colour = 0
        self.shift = ""


class RichText:
    """An RTF file."""

    macros = False

    def __init__(self, path: str, view: str, *, include_hidden: bool) -> None:
        place = Path(path)
        if (size := place.stat().st_size) > MAX_BYTES:
            raise CannotRead(f"it has {size >> 20} MiB, over the limit of {MAX_BYTES >> 20} MiB", "large")
        self._begin(place.read_bytes(), Composer(view, include_hidden=include_hidden))

    @classmethod
    def of(cls, data: bytes, composer: Composer) -> RichText:
        """The story of bytes. composer: what makes its blocks."""
        story = cls.__new__(cls)
        story._begin(data, composer)
        return story

    def _begin(self, data: bytes, composer: Composer) -> None:
        self._text = data.decode("latin-1")
        self._composer = composer
        self.title = ""
        self.told: list[str] = []
        self._encoding = "cp1252"
        self._fonts: dict[int, str | None] = {}
        self._authors: list[str] = []
        self._colours: list[tuple[int, int, int] | None] = []
        self._headings: dict[int, int] = {}
        self._gathered: dict[str, list[str]] = {}
        self._heading = 0
        self._in_table = self._quotation = False
        self._cell_open = False
        self._shaded = False
        self._bytes: list[int] = []
        self._units: list[int] = []
        self._skip_next = 0
        self._counts = {"footnote": 0, "endnote": 0}
        self._marked = False
        self._heads: list[Block] = []
        self._remarks: list[Block] = []
        self._font = 0
        self._triple = [0, 0, 0]
        self._author_of_note = ""
        self._kept: list[tuple[int, bool, bool, bool]] = []

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""
        return self._composer.unread

    def close(self) -> None:
        """Close the file: it was read whole."""

    def blocks(self) -> Iterator[Block]:
        """Every block: the text in order, then headers and footers, then comments."""
        composer = self._composer
        state = _State()
        stack: list[_State] = []
        starred = False
        fresh = False
        for kind, word, number in rtf.tokens(self._text):
            if kind == rtf.TEXT:
                if not state.skip:
                    self._words(word, state)
                starred = fresh = False
            elif kind == rtf.WORD:
                if fresh or starred:
                    self._destination(word, state, starred=starred)
                if not state.skip:
                    self._word(word, number, state)
                starred = fresh = False
                if composer.has_blocks:
                    yield from composer.take()
            elif kind == rtf.BYTE:
                if not state.skip:
                    self._byte(int(word, 16), state)
                starred = fresh = False
            elif kind == rtf.OPEN:
                self._flush(state)
                if len(stack) > MAX_DEPTH:
                    raise CannotRead("its groups are nested too deeply", "large")
                stack.append(state)
                state = copy(state)
                state.ends = ""
                fresh, starred = True, False
            elif kind == rtf.CLOSE:
                self._flush(state)
                if state.ends:
                    self._close(state)
                if not stack:
                    break
                state = stack.pop()
                fresh = starred = False
                self._skip_next = 0
            elif word == "*":
                starred = True
            else:
                fresh = starred = False
                if not state.skip:
                    self._sign(word, state)
        self._flush(state)
        self._leave_table()
        self._end()
        yield from composer.take()
        yield from self._heads
        yield from self._remarks
        if stack:
            self.told.append("The file breaks off: groups are open at its end. Words may be missing.")

    # ------------------------------------------------------------------ groups

    def _destination(self, word: str, state: _State, *, starred: bool) -> None:
        """A group that begins with this word."""
        composer = self._composer
        if state.skip:
            if word == "ud" and state.target == "upr":
                state.skip, state.target = False, ""
            elif word == "title" and state.target == "info":
                state.skip, state.target, state.ends = False, "title", "title"
            return
        if word in ("fonttbl", "colortbl", "stylesheet", "revtbl"):
            state.target, state.ends = word, word
        elif word == "info":
            state.skip, state.target = True, "info"
        elif word == "upr":
            state.skip, state.target = True, "upr"
        elif word == "pict":
            composer.miss("picture")
            state.skip = True
        elif word in _HEADS or word in ("footnote", "annotation"):
            self._aside(word, state)
        elif word == "shptxt":
            composer.begin_aside("box", "text box")
            state.ends = "box"
        elif word in ("listtext", "pntext"):
            state.target, state.ends = "number", "number"
            self._gathered["number"] = []
        elif word in ("atnauthor", "atnid"):
            state.target = state.ends = word
            self._gathered[word] = []
        elif word in _SKIPPED or (starred and word not in _ENTERED):
            state.skip = True

    def _aside(self, word: str, state: _State) -> None:
        kind = "comment" if word == "annotation" else _HEADS.get(word, "footnote")
        self._composer.begin_aside(kind, kind)
        outer = self._heading, self._in_table, self._cell_open, self._quotation
        self._kept.append(outer)
        self._heading, self._in_table, self._cell_open, self._quotation = 0, False, False, False
        state.plain()
        state.ends = kind
        if kind == "footnote":
            number = self._counts["footnote"]
            mark = raised(number) if self._marked and number else "*"
            shown = str(number) if self._marked else "*"
            self._composer.place = f"footnote {shown}"
            self._composer.number = f"{mark} "
            self._marked = False

    def _close(self, state: _State) -> None:
        """What ends with a group."""
        composer = self._composer
        words = "".join(self._gathered.pop(state.ends, ())) if state.ends in self._gathered else ""
        if state.ends == "number":
            bare = " ".join(words.split())
            if any(letter.isalnum() for letter in bare) and not (len(bare) == 1 and ord(bare) > 0xF000):
                composer.number = f"{bare} "
            elif bare:
                composer.number = "• "
        elif state.ends == "title":
            self.title = " ".join(words.split())
        elif state.ends == "atnauthor":
            self._author_of_note = " ".join(words.split())
        elif state.ends == "box":
            composer.end_aside()
        elif state.ends in ("footnote", "header", "footer", "comment"):
            self._leave_table()
            self._end()
            found = composer.end_aside(hangs=state.ends == "footnote")
            self._heading, self._in_table, self._cell_open, self._quotation = self._kept.pop()
            if state.ends == "comment":
                text = " ".join(block.shown for block in found if block.shown.strip())
                author = self._author_of_note or UNKNOWN_AUTHOR
                if text:
                    self._remarks.append(Block("comment", text, place="comment", author=author))
            elif state.ends != "footnote":
                known = {(block.kind, block.shown) for block in self._heads}
                self._heads += (block for block in found if (block.kind, block.shown) not in known)

    # ------------------------------------------------------------------ words

    def _words(self, text: str, state: _State) -> None:
        if self._skip_next:
            cut = min(self._skip_next, len(text))
            self._skip_next -= cut
            text = text[cut:]
            if not text:
                return
        if not text.isascii():
            for letter in text:
                self._byte(ord(letter), state)
            return
        self._flush(state)
        self._say(text, state)

    def _byte(self, value: int, state: _State) -> None:
        if self._skip_next:
            self._skip_next -= 1
            return
        if self._units:
            self._flush(state)
        self._bytes.append(value)

    def _flush(self, state: _State) -> None:
        """Say the letters that waited for the rest of their bytes."""
        if self._bytes:
            data, self._bytes = bytes(self._bytes), []
            text = data.decode(state.encoding or self._encoding, "replace")
            self._say(text, state)
        if self._units:
            units, self._units = self._units, []
            data = b"".join(unit.to_bytes(2, "little") for unit in units)
            text = data.decode("utf-16-le", "replace")
            self._say(text, state)

    def _say(self, text: str, state: _State) -> None:
        if state.skip:
            return
        if state.target:
            self._gather(text, state)
            return
        if state.caps:
            text = text.upper()
        if state.shift:
            text = text.translate(_RAISED if state.shift == "super" else _LOWERED)
        if self._in_table and not self._cell_open:
            self._open_cell()
        elif not self._in_table and self._composer.depth:
            self._leave_table()
        change = None
        if state.deleted:
            change = ("deleted", self._author(state.authordel))
        elif state.inserted:
            change = ("inserted", self._author(state.author))
        reason = ""
        if state.hidden:
            reason = "set as hidden"
        elif state.tiny:
            reason = "too small to be seen"
        elif state.colour and not state.background and not self._shaded and self._is_white(state.colour):
            reason = "white on white"
        if reason or change or state.struck:
            self._composer.say(text, Look(reason, state.struck, change))
        else:
            self._composer.say(text)

    def _is_white(self, number: int) -> bool:
        colour = self._colours[number] if number < len(self._colours) else None
        return colour is not None and min(colour) >= 240

    def _author(self, number: int) -> str:
        return self._authors[number] if 0 < number < len(self._authors) else UNKNOWN_AUTHOR

    def _gather(self, text: str, state: _State) -> None:
        """Words of a table or a property of the file."""
        if state.target == "colortbl":
            for _ in range(text.count(";")):
                self._colours.append((self._triple[0], self._triple[1], self._triple[2]))
                self._triple = [0, 0, 0]
        elif state.target == "revtbl":
            self._authors += (name.strip() for name in text.split(";")[:-1])
        elif state.target == "stylesheet":
            name = text.strip("; ").lower()
            if name.startswith("heading ") and name[8:].isdecimal():
                self._headings[self._font] = min(int(name[8:]), 9)
        elif state.target in ("title", "number", "atnauthor", "atnid"):
            self._gathered.setdefault(state.target, []).append(text)

    # ------------------------------------------------------------------ control words

    def _sign(self, sign: str, state: _State) -> None:
        if sign in "\r\n":
            self._flush(state)
            self._paragraph()
        elif sign in _SIGNS:
            if self._skip_next:
                self._skip_next -= 1
                return
            self._flush(state)
            self._say(_SIGNS[sign], state)

    def _word(self, word: str, number: int | None, state: _State) -> None:
        if word == "u" and number is not None:
            if self._bytes:
                self._flush(state)
            self._units.append(number & 0xFFFF)
            self._skip_next = state.unicode_skip
            return
        if self._skip_next and word not in ("uc",):
            self._skip_next = 0
        self._flush(state)
        if word in _CHARACTERS:
            self._say(_CHARACTERS[word], state)
        elif state.target in ("fonttbl", "colortbl", "stylesheet"):
            self._in_head(word, number)
        elif (act := _ACTS.get(word)) is not None:
            act(self, state, number)
        elif word in _SWITCHES:
            setattr(state, _SWITCHES[word], number != 0)

    def _in_head(self, word: str, number: int | None) -> None:
        if word in ("red", "green", "blue"):
            self._triple[("red", "green", "blue").index(word)] = number or 0
        elif word in ("f", "s"):
            self._font = number or 0
        elif word == "fcharset":
            self._fonts[self._font] = rtf.encoding_of_charset(number or 0)
        elif word == "cpg" and number:
            self._fonts[self._font] = rtf.encoding_of_codepage(number)

    def _end(self) -> None:
        self._composer.end(heading=self._heading, quotation=self._quotation)

    def _paragraph(self) -> None:
        if self._in_table and not self._cell_open:
            self._open_cell()
        self._end()

    def _open_cell(self) -> None:
        composer = self._composer
        if not composer.depth:
            composer.begin_table()
        composer.begin_cell()
        self._cell_open = True

    def _end_cell(self) -> None:
        if not self._cell_open:
            self._open_cell()
        self._end()
        self._composer.end_cell()
        self._cell_open = False

    def _end_row(self) -> None:
        if self._composer.depth:
            self._composer.end_row()
        self._cell_open = False

    def _leave_table(self) -> None:
        while self._composer.depth:
            self._composer.end_table()
        self._cell_open = False

    def _act_pard(self, _: _State, __: int | None) -> None:
        self._in_table, self._heading, self._quotation = False, 0, False

    def _act_style(self, _: _State, number: int | None) -> None:
        self._heading = self._headings.get(number or 0, 0)

    def _act_outline(self, _: _State, number: int | None) -> None:
        self._heading = min((number or 0) + 1, 9)

    def _act_page(self, _: _State, __: int | None) -> None:
        self._composer.break_page()

    def _act_mark(self, state: _State, _: int | None) -> None:
        if self._composer.kind == "footnote":
            return
        self._counts["footnote"] += 1
        self._marked = True
        self._say(raised(self._counts["footnote"]), state)

    def _act_encoding(self, _: _State, number: int | None) -> None:
        self._encoding = rtf.encoding_of_codepage(number or 1252)

    def _act_font(self, state: _State, number: int | None) -> None:
        state.encoding = self._fonts.get(number or 0)

    def _act_skip(self, state: _State, number: int | None) -> None:
        state.unicode_skip = max(0, min(number if number is not None else 1, 20))

    def _act_size(self, state: _State, number: int | None) -> None:
        state.tiny = number is not None and number <= 2

    def _act_colour(self, state: _State, number: int | None) -> None:
        state.colour = number or 0

    def _act_background(self, state: _State, number: int | None) -> None:
        state.background = bool(number)

    def _act_author(self, state: _State, number: int | None) -> None:
        state.author = number or 0

    def _act_deleter(self, state: _State, number: int | None) -> None:
        state.authordel = number or 0

    def _act_shift(self, state: _State, shift: str) -> None:
        state.shift = shift

    def _act_row(self) -> None:
        self._shaded = False

    def _act_shade(self) -> None:
        self._shaded = True

    def _act_table(self) -> None:
        self._in_table = True


_SWITCHES = {
    "v": "hidden", "strike": "struck", "striked": "struck", "revised": "inserted", "deleted": "deleted",
    "caps": "caps",
}  # fmt: skip
_ACTS: dict[str, Callable[[RichText, _State, int | None], None]] = {
    "par": lambda story, state, number: story._paragraph(),
    "sect": lambda story, state, number: story._paragraph(),
    "pard": RichText._act_pard,
    "plain": lambda story, state, number: state.plain(),
    "s": RichText._act_style,
    "outlinelevel": RichText._act_outline,
    "page": RichText._act_page,
    "pagebb": RichText._act_page,
    "chftn": RichText._act_mark,
    "ansicpg": RichText._act_encoding,
    "f": RichText._act_font,
    "uc": RichText._act_skip,
    "fs": RichText._act_size,
    "cf": RichText._act_colour,
    "highlight": RichText._act_background,
    "cb": RichText._act_background,
    "chcbpat": RichText._act_background,
    "cbpat": RichText._act_background,
    "revauth": RichText._act_author,
    "revauthdel": RichText._act_deleter,
    "super": lambda story, state, number: story._act_shift(state, "super" if number != 0 else ""),
    "sub": lambda story, state, number: story._act_shift(state, "sub" if number != 0 else ""),
    "nosupersub": lambda story, state, number: story._act_shift(state, ""),
    "trowd": lambda story, state, number: story._act_row(),
    "clcbpat": lambda story, state, number: story._act_shade(),
    "intbl": lambda story, state, number: story._act_table(),
    "cell": lambda story, state, number: story._end_cell(),
    "row": lambda story, state, number: story._end_row(),
    "nestcell": lambda story, state, number: story._say(" | ", state),
    "nestrow": lambda story, state, number: story._paragraph(),
    "mac": lambda story, state, number: setattr(story, "_encoding", "mac_roman"),
    "pc": lambda story, state, number: setattr(story, "_encoding", "cp437"),
    "pca": lambda story, state, number: setattr(story, "_encoding", "cp850"),
}
