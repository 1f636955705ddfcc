"""The stories of an OpenDocument text: body, notes, text boxes, headers, footers and comments, as blocks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from docanalyst.formats.archive import Archive, CannotRead, parse_xml
from docanalyst.formats.composing import UNKNOWN_AUTHOR, Composer, Look
from docanalyst.formats.opendocument.names import DC, DRAW, FORM, OFFICE, TABLE, TEXT, XML
from docanalyst.formats.opendocument.numbering import Counter
from docanalyst.formats.opendocument.styles import Appearance, Styles
from docanalyst.formats.word.blocks import Block
from docanalyst.formats.word.numerals import raised

_RAISED = str.maketrans("0123456789+-−", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻")
_LOWERED = str.maketrans("0123456789+-−", "₀₁₂₃₄₅₆₇₈₉₊₋₋")
_MAX_REPEATS = 1_000
_SILENT = frozenset(
    (
        f"{TEXT}tracked-changes",
        f"{TEXT}variable-decls",
        f"{TEXT}sequence-decls",
        f"{TEXT}user-field-decls",
        f"{TEXT}dde-connection-decls",
        f"{TEXT}alphabetical-index-auto-mark-file",
        f"{OFFICE}forms",
        f"{OFFICE}scripts",
        f"{TEXT}bookmark",
        f"{TEXT}bookmark-start",
        f"{TEXT}bookmark-end",
        f"{TEXT}note-citation",
        f"{TEXT}ruby-text",
        f"{OFFICE}annotation-end",
        f"{TEXT}number",
        f"{TABLE}table-column",
        f"{TABLE}table-columns",
        f"{TABLE}covered-table-cell",
        f"{TEXT}table-of-content-source",
        f"{TEXT}alphabetical-index-source",
        f"{TEXT}illustration-index-source",
        f"{TEXT}table-index-source",
        f"{TEXT}object-index-source",
        f"{TEXT}user-index-source",
        f"{TEXT}bibliography-source",
    )
)


class OpenDocument:
    """A text in a file: a package (.odt) or one flat XML file (.fodt)."""

    def __init__(self, path: str, view: str, *, include_hidden: bool) -> None:
        self._archive: Archive | None = None
        self.told: list[str] = []
        with Path(path).open("rb") as file:
            is_package = file.read(2) == b"PK"
        if is_package:
            self._archive = Archive(path)
            self._refuse_locked()
            roots = [self._part(name) for name in ("styles.xml", "content.xml", "meta.xml")]
        else:
            roots = [parse_xml(Path(path).read_bytes(), "document")]
        self._roots = [root for root in roots if root is not None]
        self._styles = Styles()
        for root in self._roots:
            self._styles.add(root)
        self._composer = Composer(view, include_hidden=include_hidden)
        self._lists: dict[str, Counter] = {}
        self._by_style: dict[str, Counter] = {}
        self._outline = Counter(self._styles.outline)
        self._open_lists: list[tuple[Counter, str]] = []
        self._start: str | None = None
        self._pending = False
        self._change: tuple[str, str] | None = None
        self._changes: dict[str, tuple[str, str, Any]] = {}
        self._remarks: list[Block] = []
        self._hidden = ""

    def close(self) -> None:
        """Close the file."""
        if self._archive is not None:
            self._archive.close()

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, by its name."""
        return self._composer.unread

    @property
    def macros(self) -> bool:
        """Whether the file has macros."""
        return self._archive is not None and self._archive.has("Basic/script-lc.xml")

    @property
    def title(self) -> str:
        """The title in the properties of the file."""
        for root in self._roots:
            for meta in root.iter(f"{OFFICE}meta"):
                for item in meta.iter(f"{DC}title"):
                    return " ".join((item.text or "").split())
        return ""

    def _part(self, name: str) -> Any | None:
        assert self._archive is not None
        if not self._archive.has(name):
            if name == "content.xml":
                raise CannotRead("it is damaged: its part content.xml is missing")
            return None
        return self._archive.xml(name)

    def _refuse_locked(self) -> None:
        assert self._archive is not None
        if self._archive.has("META-INF/manifest.xml"):
            data = self._archive.bytes("META-INF/manifest.xml")
            if b"encryption-data" in data and b"content.xml" in data:
                raise CannotRead("it is locked with a password", "locked")

    # ------------------------------------------------------------------ blocks

    def blocks(self) -> Iterator[Block]:
        """Every block: the body in order, then headers and footers, then comments."""
        composer = self._composer
        body = next((found for root in self._roots for found in root.iter(f"{OFFICE}text")), None)
        if body is None:
            raise CannotRead("it has no text: it is another kind of OpenDocument file")
        self._read_changes(body)
        for item in body:
            self._block(item)
            if composer.has_blocks:
                yield from composer.take()
        composer.end()
        yield from composer.take()
        yield from self._heads()
        yield from self._remarks

    def _read_changes(self, body: Any) -> None:
        for region in body.iter(f"{TEXT}changed-region"):
            identity = region.get(f"{TEXT}id") or region.get(f"{XML}id") or ""
            for change in region:
                if change.tag not in (f"{TEXT}insertion", f"{TEXT}deletion"):
                    continue
                author = next((item.text for item in change.iter(f"{DC}creator")), None)
                kind = "inserted" if change.tag == f"{TEXT}insertion" else "deleted"
                self._changes[identity] = kind, " ".join((author or UNKNOWN_AUTHOR).split()), change

    def _heads(self) -> Iterator[Block]:
        known: set[tuple[str, str]] = set()
        for kind in ("header", "footer"):
            for master in self._styles.masters:
                for item in master:
                    name = str(item.tag).rpartition("}")[2]
                    if name not in (kind, f"{kind}-left", f"{kind}-first"):
                        continue
                    self._composer.begin_aside(kind, kind)
                    for child in item:
                        self._block(child)
                    for block in self._composer.end_aside(hangs=False):
                        if (block.kind, block.shown) not in known:
                            known.add((block.kind, block.shown))
                            yield block

    def _block(self, item: Any) -> None:
        """Read an element between paragraphs."""
        tag = item.tag
        if not isinstance(tag, str) or tag in _SILENT:
            return
        if tag in (f"{TEXT}p", f"{TEXT}h"):
            self._paragraph(item)
        elif tag == f"{TEXT}list":
            self._list(item)
        elif tag == f"{TABLE}table":
            self._table(item)
        elif tag in (f"{TEXT}change-start", f"{TEXT}change-end", f"{TEXT}change"):
            self._track(item)
        elif tag == f"{TEXT}soft-page-break":
            self._composer.break_page(saved=True)
        elif tag.startswith(DRAW):
            self._drawing(item)
        elif tag == f"{TEXT}section" and item.get(f"{TEXT}display") == "none":
            before, self._hidden = self._hidden, "in a hidden section"
            for child in item:
                self._block(child)
            self._hidden = before
        else:
            for child in item:
                self._block(child)

    def _paragraph(self, item: Any) -> None:
        composer = self._composer
        style = item.get(f"{TEXT}style-name")
        look = self._styles.appearance("paragraph", style)
        if self._styles.breaks_before(style) and composer.kind == "paragraph" and not composer.depth:
            composer.break_page()
        heading = 0
        if item.tag == f"{TEXT}h":
            level = item.get(f"{TEXT}outline-level") or "1"
            heading = min(max(int(level) if level.isdecimal() else 1, 1), 9)
        self._number(item, style, heading)
        self._inline(item, look)
        is_quotation = any("quotation" in name.lower() for name in self._styles.names(style))
        composer.end(heading=heading, quotation=is_quotation)
        if composer.kind == "paragraph":
            composer.number = ""
        if self._styles.breaks_after(style) and composer.kind == "paragraph" and not composer.depth:
            composer.break_page()

    def _number(self, item: Any, style: str | None, heading: int) -> None:
        shown = item.find(f"{TEXT}number")
        if self._open_lists:
            if self._pending:
                counter, _ = self._open_lists[-1]
                number = counter.next(len(self._open_lists), self._start)
                self._composer.number += (shown.text + " ") if shown is not None and shown.text else number
            self._pending, self._start = False, None
        elif heading and item.get(f"{TEXT}is-list-header") != "true":
            named = self._styles.list_of(style)
            if named and (found := self._styles.lists.get(named)) is not None:
                counter = self._by_style.setdefault(named, Counter(found))
                self._composer.number = counter.next(heading, item.get(f"{TEXT}start-value"))
            else:
                self._composer.number = self._outline.next(heading, item.get(f"{TEXT}start-value"))

    def _list(self, item: Any) -> None:
        style = item.get(f"{TEXT}style-name") or (self._open_lists[-1][1] if self._open_lists else "")
        if self._open_lists:
            counter = self._open_lists[-1][0]
            if item.get(f"{TEXT}style-name") and style != self._open_lists[-1][1]:
                counter = self._by_style.setdefault(style, Counter(self._styles.lists.get(style)))
        else:
            counter = self._counter(item, style)
        if identity := item.get(f"{XML}id"):
            self._lists[identity] = counter
        self._open_lists.append((counter, style))
        for child in item:
            if child.tag == f"{TEXT}list-item":
                self._pending, self._start = True, child.get(f"{TEXT}start-value")
                for inner in child:
                    self._block(inner)
                self._pending = False
            elif child.tag == f"{TEXT}list-header":
                self._pending = False
                for inner in child:
                    self._block(inner)
        self._open_lists.pop()

    def _counter(self, item: Any, style: str) -> Counter:
        """The counting that a list goes on with, or a new one."""
        found = self._styles.lists.get(style)
        before = self._lists.get(item.get(f"{TEXT}continue-list") or "")
        if before is None and item.get(f"{TEXT}continue-numbering") == "true":
            before = self._by_style.get(style)
        if before is not None:
            before.use(found)
        counter = before or Counter(found)
        self._by_style[style] = counter
        return counter

    def _table(self, table: Any) -> None:
        composer = self._composer
        lists, self._open_lists = self._open_lists, []
        composer.begin_table()
        self._rows(table)
        composer.end_table()
        self._open_lists = lists

    def _rows(self, parent: Any) -> None:
        for item in parent:
            if item.tag == f"{TABLE}table-row":
                self._composer.begin_row()
                for cell in item.iterchildren(f"{TABLE}table-cell"):
                    self._composer.begin_cell()
                    for child in cell:
                        self._block(child)
                    self._composer.end_cell()
                self._composer.end_row()
            elif item.tag in (
                f"{TABLE}table-rows",
                f"{TABLE}table-header-rows",
                f"{TABLE}table-row-group",
            ):
                self._rows(item)
            elif item.tag == f"{TEXT}soft-page-break":
                self._composer.break_page(saved=True)

    # ------------------------------------------------------------------ content of paragraphs

    def _say(self, words: str | None, look: Appearance) -> None:
        if not words:
            return
        if look.capitals:
            words = words.upper()
        if look.shift:
            words = words.translate(_RAISED if look.shift == "super" else _LOWERED)
        self._composer.say(
            words, Look(self._hidden or look.reason, bool(look.struck), self._change), collapse=True
        )

    def _inline(self, parent: Any, look: Appearance) -> None:
        self._say(parent.text, look)
        for item in parent:
            if isinstance(item.tag, str) and item.tag not in _SILENT:
                self._element(item, look)
            self._say(item.tail, look)

    def _element(self, item: Any, look: Appearance) -> None:
        composer = self._composer
        tag = item.tag
        plain = Look(self._hidden or look.reason, False, self._change)
        if tag in (f"{TEXT}span", f"{TEXT}a"):
            family = self._styles.appearance("text", item.get(f"{TEXT}style-name"))
            self._inline(item, family.over(look))
        elif tag == f"{TEXT}s":
            count = item.get(f"{TEXT}c") or "1"
            composer.say(" " * min(int(count) if count.isdecimal() else 1, _MAX_REPEATS), plain)
        elif tag == f"{TEXT}tab":
            composer.say("\t", plain)
        elif tag == f"{TEXT}line-break":
            composer.say("\n", plain)
        elif tag == f"{TEXT}soft-page-break":
            composer.break_page(saved=True)
        elif tag == f"{TEXT}note":
            self._note(item, look)
        elif tag == f"{OFFICE}annotation":
            self._annotation(item)
        elif tag in (f"{TEXT}change-start", f"{TEXT}change-end", f"{TEXT}change"):
            self._track(item)
        elif tag.startswith(DRAW):
            self._drawing(item)
        elif tag in (f"{TEXT}hidden-text", f"{TEXT}hidden-paragraph"):
            is_hidden = item.get(f"{TEXT}is-hidden") == "true"
            words = item.get(f"{TEXT}string-value") or "".join(item.itertext())
            composer.say(words, Look("in a hidden field" if is_hidden else plain.hidden, False, self._change))
        elif tag.startswith(FORM):
            return
        else:
            self._inline(item, look)

    def _track(self, item: Any) -> None:
        kind, author, change = self._changes.get(item.get(f"{TEXT}change-id") or "", ("", "", None))
        if item.tag == f"{TEXT}change-end":
            self._change = None
        elif kind == "inserted":
            self._change = (kind, author) if item.tag == f"{TEXT}change-start" else None
        elif kind == "deleted":
            words = " ".join(
                "".join(part.itertext())
                for part in change
                if part.tag in (f"{TEXT}p", f"{TEXT}h", f"{TEXT}list")
            )
            self._composer.say(words, Look("", False, (kind, author)))

    def _note(self, item: Any, look: Appearance) -> None:
        kind = "endnote" if item.get(f"{TEXT}note-class") == "endnote" else "footnote"
        citation = item.find(f"{TEXT}note-citation")
        shown = "".join(citation.itertext()).strip() if citation is not None else "*"
        is_number = shown.isdecimal() and shown.isascii() and len(shown) < 9
        mark = raised(int(shown)) if is_number else shown
        self._say(mark, look._replace(shift=None))
        if look.reason and not self._hidden:
            before, self._hidden = self._hidden, look.reason
            self._aside(item.find(f"{TEXT}note-body"), kind, f"{kind} {shown}", f"{mark} ")
            self._hidden = before
        else:
            self._aside(item.find(f"{TEXT}note-body"), kind, f"{kind} {shown}", f"{mark} ")

    def _annotation(self, item: Any) -> None:
        author = next((found.text for found in item.iterchildren(f"{DC}creator")), None)
        composer = self._composer
        composer.begin_aside("comment", "comment")
        for child in item:
            if child.tag in (f"{TEXT}p", f"{TEXT}list"):
                self._block(child)
        found = composer.end_aside(hangs=False)
        text = " ".join(block.shown for block in found if block.shown.strip())
        if text:
            name = " ".join((author or UNKNOWN_AUTHOR).split())
            self._remarks.append(Block("comment", text, place="comment", author=name))

    def _aside(self, parent: Any | None, kind: str, place: str, number: str = "") -> None:
        """Read what hangs on a paragraph: a note or a text box."""
        if parent is None:
            return
        kept = self._open_lists, self._pending, self._start
        self._open_lists, self._pending, self._start = [], False, None
        inside = self._composer.kind if self._composer.kind in ("header", "footer") else kind
        self._composer.begin_aside(inside, place)
        self._composer.number = number
        for child in parent:
            self._block(child)
        self._composer.end_aside()
        self._open_lists, self._pending, self._start = kept

    def _drawing(self, item: Any) -> None:
        """Take the text boxes of a drawing, and count what has no text that can be read."""
        name = item.tag.rpartition("}")[2]
        if name == "frame":
            kinds = {
                child.tag.rpartition("}")[2]: child for child in reversed(item) if isinstance(child.tag, str)
            }
            if "text-box" in kinds:
                self._aside(kinds["text-box"], "box", "text box")
            elif "object" in kinds or "object-ole" in kinds:
                self._composer.miss("embedded object")
            elif "image" in kinds:
                self._composer.miss("picture")
        elif name in ("g", "a"):
            for child in item:
                if isinstance(child.tag, str) and child.tag.startswith(DRAW):
                    self._drawing(child)
        elif any(child.tag in (f"{TEXT}p", f"{TEXT}list") for child in item):
            self._aside(item, "box", "text box")
