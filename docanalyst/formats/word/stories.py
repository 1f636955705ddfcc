"""The stories of a Word file: body, notes, text boxes, headers, footers and comments, as blocks in order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.word.blocks import Block, row_of
from docanalyst.formats.word.content import Content, Note, branch
from docanalyst.formats.word.names import AUTHOR, ID, NAMES, RELATION, VAL, W, is_on, number_of
from docanalyst.formats.word.numbering import Numbering
from docanalyst.formats.word.numerals import raised, written
from docanalyst.formats.word.package import Package
from docanalyst.formats.word.styles import QUOTATION_INDENT, Styles, indents_of

ENDNOTES = 10_000
"""What is added to the number of an endnote, so that no footnote has the same mark."""

_DEEPEST = 60
"""Text boxes, tables and notes inside each other; Word nests a few."""


class Stories:
    """Reads the stories of a package. `blocks` gives the text; the other attributes are known after it.

    Args:
        package: The open file.
        view: How tracked changes are read: "final", "original" or "marked".
        include_hidden: Whether hidden text is text.
        anchored: Whether it is a brief: blocks tell the paragraph of the main part that they are in, and
            marks of notes are those of Markdown.
    """

    def __init__(self, package: Package, view: str, *, include_hidden: bool, anchored: bool = False) -> None:
        self._package = package
        self._view = view
        self.main = package.xml(package.main)
        self._styles = Styles(self._part("styles"))
        self._numbering = Numbering(self._part("numbering"), self._styles)
        self._mark = footnote_mark if anchored else raised_mark
        self._content = Content(self._styles, view, include_hidden=include_hidden, mark=self._mark)
        self._settings = self._part("settings")
        self._notes = {kind: self._noted(kind) for kind in ("footnote", "endnote")}
        self._forms = {
            "footnote": self._note_form("footnote", "decimal"),
            "endnote": self._note_form("endnote", "lowerRoman"),
        }
        self._commented = self._all_comments()
        self._sections: list[Any] = []
        self._tables = 0
        self._depth = 0
        self._place = ""
        self._kind = "paragraph"
        self._ordinals: dict[Any, int] = {}
        self._anchor = -1
        self._colon = ":" if anchored else ""
        if anchored:
            self._ordinals = {item: at for at, item in enumerate(self.main.iter(f"{W}p"))}

    @classmethod
    def open(cls, path: str, view: str, *, include_hidden: bool, anchored: bool = False) -> Stories:
        """The stories of the file at a path. Raises CannotRead."""
        package = Package(path)
        try:
            return cls(package, view, include_hidden=include_hidden, anchored=anchored)
        except BaseException:
            package.close()
            raise

    def close(self) -> None:
        """Close the file."""
        self._package.close()

    @property
    def title(self) -> str:
        """The title in the properties of the file."""
        for part in self._package.related("", "core-properties"):
            for item in self._package.xml(part).iter("{http://purl.org/dc/elements/1.1/}title"):
                return " ".join((item.text or "").split())
        return ""

    @property
    def macros(self) -> bool:
        """Whether the file has macros."""
        return any(item.kind == "vbaProject" for item in self._package.relationships(self._package.main))

    @property
    def told(self) -> Sequence[str]:
        """Sentences about the file: none."""
        return ()

    @property
    def unread(self) -> dict[str, int]:
        """What was met and not read, such as pictures, by its name."""
        return self._content.unread

    def blocks(self) -> Iterator[Block]:
        """Every block of the file: the body in order, then headers and footers, then comments."""
        body = self.main.find(f"{W}body")
        if body is not None:
            yield from self._container(body)
        yield from self._heads()
        yield from self._remarks()

    # ------------------------------------------------------------------ parts

    def _part(self, kind: str) -> Any | None:
        for name in self._package.related(self._package.main, kind):
            return self._package.xml(name)
        return None

    def _noted(self, kind: str) -> dict[str, Any]:
        root = self._part(f"{kind}s")
        if root is None:
            return {}
        return {
            item.get(ID) or "": item
            for item in root.iterchildren(f"{W}{kind}")
            if item.get(f"{W}type") in (None, "normal")
        }

    def _note_form(self, kind: str, usual: str) -> str:
        for root in (self.main, self._settings):
            found = root.find(f".//{W}{kind}Pr/{W}numFmt") if root is not None else None
            if found is not None:
                return found.get(VAL) or usual
        return usual

    def _all_comments(self) -> dict[str, Any]:
        root = self._part("comments")
        if root is None:
            return {}
        return {item.get(ID) or "": item for item in root.iterchildren(f"{W}comment")}

    # ------------------------------------------------------------------ blocks

    def _container(self, parent: Any) -> Iterator[Block]:
        """The blocks of a body, a cell, a note or a box. Paragraphs whose mark is gone join the next."""
        if self._depth > _DEEPEST:
            raise CannotRead("its tables, notes or text boxes are nested too deeply", "large")
        self._depth += 1
        waiting: list[Any] = []
        for item in self._level(parent):
            name = NAMES[item.tag]
            if name == "p":
                waiting.append(item)
                if self._joins_next(item):
                    continue
            elif waiting:
                yield from self._paragraph(waiting, ended=False)
                waiting = []
            if name == "p":
                yield from self._paragraph(waiting)
                waiting = []
            elif name == "tbl":
                yield from self._table(item)
            elif name == "sectPr":
                self._sections.append(item)
        if waiting:
            yield from self._paragraph(waiting, ended=False)
        self._depth -= 1

    def _level(self, parent: Any) -> Iterator[Any]:
        """Paragraphs, tables and sections below an element, through controls and other wrappers."""
        for item in parent:
            name = NAMES[item.tag]
            if name in ("p", "tbl", "sectPr"):
                yield item
            elif name == "mc:AlternateContent":
                yield from self._level(branch(item))
            elif name == "altChunk":
                self.unread["embedded document"] = self.unread.get("embedded document", 0) + 1
            elif name in ("tcPr", "sdtPr", "sdtEndPr", "tblPr", "trPr") or self._is_gone(name):
                continue
            elif name == "r" or name in ("m:oMathPara", "m:oMath", "hyperlink"):
                yield _Loose(item)
            elif len(item):
                yield from self._level(item)

    def _is_gone(self, name: str) -> bool:
        """Whether a change around blocks is not part of this view."""
        if self._view == "original":
            return name in ("ins", "moveTo")
        return self._view == "final" and name in ("del", "moveFrom")

    def _joins_next(self, paragraph: Any) -> bool:
        """Whether the mark of a paragraph does not stand in this view, or is hidden, as between a heading and
        the text that runs on behind it."""
        if isinstance(paragraph, _Loose):
            return False
        mark = paragraph.find(f"{W}pPr/{W}rPr")
        if mark is None:
            return False
        gone = ("del", "moveFrom") if self._view == "final" else ("ins", "moveTo")
        for item in mark:
            name = NAMES[item.tag]
            if self._view != "marked" and name in gone:
                return True
            if name == "specVanish" and is_on(item):
                return True
        return False

    def _paragraph(self, parts: list[Any], *, ended: bool = True) -> Iterator[Block]:
        """The block of a paragraph, or of several that are one, and what hangs on it.

        Args:
            parts: The paragraphs; the last one gives style and number.
            ended: Whether the mark of the last one stands; without it a paragraph without text is gone.
        """
        content = self._content
        last = parts[-1]
        properties = last.find(f"{W}pPr")
        if properties is not None:
            section = properties.find(f"{W}sectPr")
            if section is not None:
                self._sections.append(section)
            if self._view == "original":
                properties = _before(properties)
        style = self._style_of(properties)
        outer = content.boxes, content.notes
        content.boxes, content.notes = [], []
        runs_on = len(parts) > 1 and any(_runs_on(part) for part in parts[:-1])
        number = ""
        if runs_on:
            number = self._number(parts[0].find(f"{W}pPr"), self._style_of(parts[0].find(f"{W}pPr")))
        for place, part in enumerate(parts):
            own = part.find(f"{W}pPr")
            content.add(part, style if own is None else self._style_of(own))
            if runs_on and place < len(parts) - 1 and content.out and not content.out[-1].endswith(" "):
                content.out.append(" ")
        text, hidden, changes, struck = content.take()
        if not runs_on and (ended or text.strip()) and not (hidden and not text.strip()):
            number = self._number(properties, style)
        boxes, notes = content.boxes, content.notes
        content.boxes, content.notes = outer
        if self._ordinals and self._kind == "paragraph":
            self._anchor = self._ordinals.get(last, self._anchor)
        if text or number.strip() or hidden or changes:
            heading = self._styles.heading(style) or _outline(properties)
            yield Block(
                self._kind,
                text,
                number,
                heading if heading <= 9 else 0,
                self._is_quotation(properties, style),
                self._place,
                "",
                hidden,
                changes,
                struck,
                self._anchor,
            )
        yield from self._hanging(boxes, notes)

    def _hanging(self, boxes: list[Any], notes: list[Note]) -> Iterator[Block]:
        """The text boxes and notes of a paragraph, behind it."""
        kind = self._kind if self._kind in ("header", "footer") else "box"
        for box in boxes:
            if NAMES[box.tag] == "v:textpath":
                yield Block(kind, box.get("string").strip(), place="text box", anchor=self._anchor)
            else:
                yield from self._inside(box, kind, "text box")
        for note in notes:
            item = self._notes[note.kind].get(note.id)
            if item is None:
                continue
            mark = "" if note.custom else self._mark(note.kind, note.number)
            shown = "*" if note.custom else written(note.number, self._forms[note.kind])
            self._content.start_note(mark)
            first = True
            for block in self._inside(item, note.kind, f"{note.kind} {shown}"):
                if first and mark and block.kind == note.kind:
                    block = block._replace(
                        text=f"{mark}{self._colon} {block.text.removeprefix(mark).lstrip()}"
                    )
                first = False
                yield block
            self._content.start_note("")

    def _inside(self, item: Any, kind: str, place: str) -> Iterator[Block]:
        outer = self._kind, self._place
        self._kind, self._place = kind, place
        yield from self._container(item)
        self._kind, self._place = outer

    def _style_of(self, properties: Any | None) -> str:
        style = properties.find(f"{W}pStyle") if properties is not None else None
        return (style.get(VAL) or "") if style is not None else self._styles.default_paragraph

    def _number(self, properties: Any | None, style: str) -> str:
        place = self._numbering.place(properties, style, original=self._view == "original")
        return self._numbering.next(*place) if place is not None else ""

    def _is_quotation(self, properties: Any | None, style: str) -> bool:
        if self._styles.is_quotation(style):
            return True
        own = indents_of(properties) if properties is not None else (None, None)
        left, right = (
            inherited if value is None else value
            for value, inherited in zip(own, self._styles.indents(style), strict=True)
        )
        return left >= QUOTATION_INDENT and right >= QUOTATION_INDENT

    # ------------------------------------------------------------------ tables

    def _table(self, table: Any) -> Iterator[Block]:
        """The rows of a table. A row with one cell that has words gives the paragraphs of that cell."""
        nested = self._place.startswith("table ")
        if not nested:
            self._tables += 1
        number, outer, kind = self._tables, self._place, self._kind
        for row, cells in enumerate(self._rows(table), 1):
            here = outer if outer else f"table {number}, row {row}"
            self._place = here
            filled: list[tuple[list[Block], list[Block]]] = []
            for cell in cells:
                own: list[Block] = []
                others: list[Block] = []
                for block in self._container(cell):
                    (own if block.kind in (kind, "row") else others).append(block)
                filled.append((own, others))
            with_words = [own for own, _ in filled if any(block.shown.strip() for block in own)]
            if len(with_words) == 1:
                yield from (block._replace(place=here) for block in with_words[0])
            elif with_words:
                yield row_of([own for own, _ in filled], kind, here)
            for _, others in filled:
                yield from others
            self._place = outer

    def _rows(self, table: Any) -> Iterator[list[Any]]:
        """The cells of each row that stands in this view."""
        for row in children(table, "tr"):
            properties = row.find(f"{W}trPr")
            if properties is not None and not self._stands(properties, "ins", "del"):
                continue
            cells = []
            for cell in children(row, "tc"):
                own = cell.find(f"{W}tcPr")
                if own is not None and (not self._stands(own, "cellIns", "cellDel") or self._continues(own)):
                    continue
                cells.append(cell)
            if cells:
                yield cells

    def _stands(self, properties: Any, inserted: str, deleted: str) -> bool:
        if self._view == "original":
            return properties.find(f"{W}{inserted}") is None
        return self._view == "marked" or properties.find(f"{W}{deleted}") is None

    def _continues(self, properties: Any) -> bool:
        """Whether a cell goes on with the one above it, whose text is shown alone."""
        change = properties.find(f"{W}cellMerge")
        if change is not None:
            kind = change.get(f"{W}vMergeOrig" if self._view == "original" else f"{W}vMerge")
            return bool(kind == "cont")
        merge = properties.find(f"{W}vMerge")
        return merge is not None and merge.get(VAL) in (None, "continue")

    # ------------------------------------------------------------------ apart

    def _heads(self) -> Iterator[Block]:
        """Headers and footers that pages show, each text once, in the order of the sections."""
        related = self._package.relationships(self._package.main)
        targets = {item.id: item.target for item in related if not item.external}
        even = self._settings.find(f"{W}evenAndOddHeaders") if self._settings is not None else None
        evens = {"even"} if even is not None and is_on(even) else set()
        seen: set[str] = set()
        texts: set[tuple[str, str]] = set()
        for kind, section in ((kind, section) for kind in ("header", "footer") for section in self._sections):
            title = section.find(f"{W}titlePg")
            firsts = {"first"} if title is not None and is_on(title) else set()
            for reference in section.iterchildren(f"{W}{kind}Reference"):
                part = targets.get(reference.get(RELATION) or "", "")
                shown = reference.get(f"{W}type", "default") in {"default"} | evens | firsts
                if not shown or part in seen or not self._package.has(part):
                    continue
                seen.add(part)
                self._anchor = -1
                for block in self._inside(self._package.xml(part), kind, kind):
                    if (kind, block.shown) not in texts:
                        texts.add((kind, block.shown))
                        yield block

    def _remarks(self) -> Iterator[Block]:
        """The comments in the order of their places in the text; those without a place last."""
        order = [name for name in dict.fromkeys(self._content.comments) if name in self._commented]
        order += [name for name in self._commented if name not in order]
        for name in order:
            item = self._commented[name]
            blocks = list(self._inside(item, "comment", "comment"))
            text = " ".join(block.shown for block in blocks if block.shown.strip())
            if text:
                author = " ".join((item.get(AUTHOR) or "unknown").split())
                yield Block("comment", text, place="comment", author=author)


def raised_mark(_: str, number: int) -> str:
    """The mark of a note in the text of a page: a raised figure."""
    return raised(number)


def footnote_mark(kind: str, number: int) -> str:
    """The mark of a note in a brief, in the form of Markdown; endnotes are numbered apart."""
    return f"[^{number if kind == 'footnote' else ENDNOTES + number}]"


class _Loose:
    """A run that a container holds without a paragraph around it; it is read as a paragraph of its own."""

    __slots__ = ("run", "tag")

    def __init__(self, run: Any) -> None:
        self.run = run
        self.tag = f"{W}p"

    def __iter__(self) -> Iterator[Any]:
        yield self.run

    def __len__(self) -> int:
        return 1

    def find(self, _: str) -> None:
        """It has no properties."""


def children(parent: Any, wanted: str) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, through controls and other wrappers."""
    for item in parent:
        name = NAMES[item.tag]
        if name == wanted:
            yield item
        elif name == "mc:AlternateContent":
            yield from children(branch(item), wanted)
        elif len(item) and not name.endswith("Pr") and name not in ("p", "tbl"):
            yield from children(item, wanted)


def _before(properties: Any) -> Any:
    """The properties of a paragraph before a tracked change of them."""
    change = properties.find(f"{W}pPrChange")
    if change is None or not len(change):
        return properties
    return change[0]


def _runs_on(paragraph: Any) -> bool:
    mark = paragraph.find(f"{W}pPr/{W}rPr/{W}specVanish")
    return mark is not None and is_on(mark)


def _outline(properties: Any | None) -> int:
    level = properties.find(f"{W}outlineLvl") if properties is not None else None
    depth = number_of(level.get(VAL), 9) if level is not None else 9
    return depth + 1 if 0 <= depth < 9 else 0
