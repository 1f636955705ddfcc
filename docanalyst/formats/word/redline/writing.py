"""Writes the changes from one version to another into the new version, as tracked changes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from docanalyst.domain.language.block_diff import Group, groups, moved, number_length
from docanalyst.domain.language.word_diff import Edit, edits
from docanalyst.formats.word.content import branch
from docanalyst.formats.word.names import NAMES, VAL, XML_SPACE, W
from docanalyst.formats.word.redline.marks import Marks, cut_after, cut_before
from docanalyst.formats.word.redline.parts import Side, Target
from docanalyst.formats.word.redline.tokens import (
    Leaf,
    Token,
    boxes,
    note_identity,
    seen_text,
    style_of,
    tokens,
)
from docanalyst.formats.word.stories import children

_END = "\x03"
"""Key of the token that ends a paragraph."""
_NO_PROPERTIES = ("rPr", "sectPr", "pPrChange")


class Writer:
    """Marks the changes from `old` to `target` in the parts of `target`.

    moves: how many paragraphs were moved.
    """

    def __init__(self, old: Side, target: Target, date: str) -> None:
        self._old, self._target = old, target
        self._marks = Marks(target.main, date)
        self.moves = 0

    def write(self) -> None:
        """Mark the body, with its notes and text boxes, then headers and footers."""
        self._container(self._old.body, self._target.body)
        mine = dict(self._target.heads())
        theirs = dict(self._old.heads())
        for key, part in mine.items():
            root = self._target.part(part)
            if key in theirs:
                self._container(self._old.part(theirs[key]), root)
            else:
                for block in list(_blocks(root)):
                    self._insert(block)

    # ------------------------------------------------------------------ blocks

    def _container(self, old: Any, new: Any) -> None:
        """Mark the changes of a body, a cell, a note, a box, a header or a footer."""
        before, after = list(_blocks(old)), list(_blocks(new))
        first = [self._text(block, self._old.coded) for block in before]
        second = [self._text(block, self._target.coded) for block in after]
        kinds = [NAMES[block.tag] for block in before], [NAMES[block.tag] for block in after]
        found = groups(first, second, kinds)
        moves = self._moves(first, second, found, kinds)
        arrived = dict(moves.values())
        last: Any = None
        for group in found:
            if group.i1 == group.i2:
                for place in range(group.j1, group.j2):
                    self._insert(after[place], move=arrived.get(place, ""))
            elif group.j1 == group.j2:
                for place in range(group.i1, group.i2):
                    made = self._deleted(before[place], move=moves[place][1] if place in moves else "")
                    last = self._place(made, last, after, new)
            else:
                same = second[group.j1] if first[group.i1] == second[group.j1] else None
                self._paired(before, after, group, same)
            if group.j1 < group.j2:
                last = after[group.j2 - 1]

    def _moves(
        self,
        first: Sequence[str],
        second: Sequence[str],
        found: Sequence[Group],
        kinds: tuple[Sequence[str], Sequence[str]],
    ) -> dict[int, tuple[int, str]]:
        """The new place of each old paragraph that moved, and the name of the move.

        Only plain text is moved: a note or a drawing cannot be in two places.
        """
        named: dict[int, tuple[int, str]] = {}
        for place, other in moved(first, second, found).items():
            plain = not {"\x01", "\x02"} & set(first[place])
            if kinds[0][place] == kinds[1][other] == "p" and plain:
                self.moves += 1
                named[place] = other, f"docanalyst{self.moves}"
        return named

    def _text(self, block: Any, coded: set[Any]) -> str:
        if NAMES[block.tag] == "p":
            return seen_text(block, coded)
        return "\n".join(self._row_text(row, coded) for row in children(block, "tr"))

    def _row_text(self, row: Any, coded: set[Any]) -> str:
        return " | ".join(
            " ".join(self._text(block, coded) for block in _blocks(cell)) for cell in children(row, "tc")
        )

    def _place(self, made: Any, last: Any, after: Sequence[Any], container: Any) -> Any:
        """Put a deleted block behind the last one, or first. Returns the last block that was put."""
        if last is not None:
            last.addnext(made)
        elif after:
            after[0].addprevious(made)
        else:
            section = container.find(f"{W}sectPr")
            if section is not None:
                section.addprevious(made)
            else:
                container.append(made)
        following = made.getnext()
        if NAMES[made.tag] == "tbl" and (following is None or NAMES[following.tag] == "sectPr"):
            # Word takes no table at the end of a cell or a document.
            end = self._marks.new("p")
            self._marks.mark_paragraph(end, "ins")
            made.addnext(end)
            return end
        return made

    def _paired(self, before: Sequence[Any], after: Sequence[Any], group: Group, same: str | None) -> None:
        """Mark the changes of blocks that belong together. same: the text of both, if it is the same."""
        if NAMES[before[group.i1].tag] == "tbl":
            self._table(before[group.i1], after[group.j1])
            return
        old, new = before[group.i1 : group.i2], after[group.j1 : group.j2]
        if same is not None and len(old) == len(new) == 1:
            if "\x01" in same:
                for mine, theirs in self._special(old[0], new[0]):
                    self._inside(mine, theirs)
            self._properties(old[0], new[0])
            return
        self._paragraphs(old, new)

    def _special(self, old: Any, new: Any) -> Iterator[tuple[Token, Token]]:
        """Yield the pairs of notes and drawings of two paragraphs that read alike."""
        first = [token for token in tokens(old, self._old.coded) if token.key[0] == "\x01"]
        second = [token for token in tokens(new, self._target.coded) if token.key[0] == "\x01"]
        yield from zip(first, second, strict=True)

    def _inside(self, old: Token, new: Token) -> None:
        """Mark the changes inside a note or a drawing that both versions have."""
        mine, theirs = old.leaves[0], new.leaves[0]
        if mine.kind in ("footnoteReference", "endnoteReference"):
            kind = mine.kind[:-9]
            first = self._old.note(kind, note_identity(mine.item))
            second = self._target.note(kind, note_identity(theirs.item))
            if first is not None and second is not None:
                self._container(first, second)
            return
        for first, second in zip(boxes(mine.item), boxes(theirs.item), strict=False):
            self._container(first, second)

    # ------------------------------------------------------------------ whole blocks

    def _insert(self, block: Any, *, move: str = "") -> None:
        """Mark a block of the new version as inserted; with the name of a move, as moved here."""
        if NAMES[block.tag] == "tbl":
            for row in children(block, "tr"):
                self._insert_row(row)
            return
        number = self._cut_number(block) if move else 0
        runs = list(_runs(block))
        self._marks.wrap(runs[number:], "moveTo" if move else "ins")
        if move:
            self._marks.move_range(block, "moveTo", move)
        self._marks.wrap(runs[:number], "ins")
        self._marks.mark_paragraph(block, "moveTo" if move else "ins")

    def _cut_number(self, paragraph: Any) -> int:
        """Let the number in front of a paragraph end a run; return how many runs it has. It does not move."""
        found = _number(tokens(paragraph, self._target.coded))
        if not found:
            return 0
        cut_after(found[-1].leaves[-1], self._marks)
        runs = list(_runs(paragraph))
        return runs.index(found[-1].leaves[-1].run) + 1

    def _insert_row(self, row: Any) -> None:
        for cell in children(row, "tc"):
            for block in _blocks(cell):
                self._insert(block)
        self._marks.mark_row(row, "ins")

    def _deleted(self, block: Any, *, move: str = "") -> Any:
        """Return a block of the old version as deleted; with the name of a move, as moved away."""
        if NAMES[block.tag] == "tbl":
            table = self._target.taken_over(block)
            for copy, row in zip(children(table, "tr"), children(block, "tr"), strict=True):
                self._delete_row(copy, row)
            return table
        paragraph = self._marks.new("p")
        properties = self._old_properties(block)
        if properties is not None:
            paragraph.append(properties)
        found = tokens(block, self._old.coded)
        number = _number(found) if move else []
        paragraph.extend(self._gone(found[len(number) :], "moveFrom" if move else "del"))
        if move:
            self._marks.move_range(paragraph, "moveFrom", move)
        place = 0 if properties is None else 1
        for item in self._gone(number):
            paragraph.insert(place, item)
        self._marks.mark_paragraph(paragraph, "moveFrom" if move else "del")
        return paragraph

    def _delete_row(self, copy: Any, row: Any) -> None:
        for cell, source in zip(children(copy, "tc"), children(row, "tc"), strict=True):
            for block, original in zip(list(_blocks(cell)), list(_blocks(source)), strict=True):
                block.getparent().replace(block, self._deleted(original))
        self._marks.mark_row(copy, "del")

    def _gone(self, found: Sequence[Token], kind: str = "del") -> list[Any]:
        """Return the changes that hold tokens of the old version."""
        if not found:
            return []
        change = self._marks.change(kind)
        last: Any = None
        run: Any = None
        for leaf in (leaf for token in found for leaf in token.leaves):
            if leaf.kind.startswith("m:"):
                change.append(self._target.taken_over(leaf.item))
                last = None
                continue
            if run is None or last is not leaf.run:
                last = leaf.run
                run = self._marks.new("r")
                properties = last.find(f"{W}rPr")
                if properties is not None:
                    run.append(self._target.taken_over(properties))
                change.append(run)
            if leaf.kind != "t":
                run.append(self._target.taken_over(leaf.item))
                continue
            words = leaf.item.text[leaf.start : leaf.end]
            name = "delText" if kind == "del" else "t"
            text = run[-1] if len(run) and NAMES[run[-1].tag] == name else None
            if text is None:
                text = self._marks.new(name)
                text.set(XML_SPACE, "preserve")
                text.text = ""
                run.append(text)
            text.text += words
        return [change]

    # ------------------------------------------------------------------ properties

    def _old_properties(self, paragraph: Any) -> Any | None:
        """The properties of a paragraph of the old version, as this file has them."""
        properties = paragraph.find(f"{W}pPr")
        if properties is None or not self._old.styled:
            return None
        copy = self._target.taken_over(properties)
        for name in _NO_PROPERTIES:
            for item in copy.findall(f"{W}{name}"):
                copy.remove(item)
        return copy

    def _properties(self, old: Any, new: Any) -> None:
        """Track a change of style or list: the number of a clause hangs on it.

        A version without styles of its own says nothing of them.
        """
        if not self._old.styled:
            return
        mine, theirs = old.find(f"{W}pPr"), new.find(f"{W}pPr")
        if self._form(mine, old=True) == self._form(theirs):
            return
        properties = self._marks.properties(new)
        change = self._marks.change("pPrChange")
        earlier = self._old_properties(old)
        change.append(earlier if earlier is not None else self._marks.new("pPr"))
        properties.append(change)

    def _form(self, properties: Any | None, *, old: bool = False) -> tuple[str, str, str]:
        if properties is None:
            return "", "", ""
        number, level = properties.find(f"{W}numPr/{W}numId"), properties.find(f"{W}numPr/{W}ilvl")
        identity = (number.get(VAL) or "") if number is not None else ""
        return (
            style_of(properties, "pStyle"),
            self._target.number(identity) if old else identity,
            (level.get(VAL) or "0") if level is not None else "0",
        )

    # ------------------------------------------------------------------ tables

    def _table(self, old: Any, new: Any) -> None:
        before, after = list(children(old, "tr")), list(children(new, "tr"))
        first = [self._row_text(row, self._old.coded) for row in before]
        second = [self._row_text(row, self._target.coded) for row in after]
        last: Any = None
        for group in groups(first, second, (["r"] * len(first), ["r"] * len(second))):
            if group.i1 == group.i2:
                for row in after[group.j1 : group.j2]:
                    self._insert_row(row)
            elif group.j1 == group.j2:
                for row in before[group.i1 : group.i2]:
                    last = self._put_deleted_row(row, last, after)
            else:
                mine, theirs = before[group.i1], after[group.j1]
                pairs = list(children(mine, "tc")), list(children(theirs, "tc"))
                if len(pairs[0]) == len(pairs[1]):
                    for cell, other in zip(*pairs, strict=True):
                        self._container(cell, other)
                else:
                    self._put_deleted_row(mine, last, [theirs])
                    self._insert_row(theirs)
            if group.j1 < group.j2:
                last = after[group.j2 - 1]

    def _put_deleted_row(self, row: Any, last: Any, after: Sequence[Any]) -> Any:
        copy = self._target.taken_over(row)
        self._delete_row(copy, row)
        if last is not None:
            last.addnext(copy)
        else:
            after[0].addprevious(copy)
        return copy

    # ------------------------------------------------------------------ words

    def _paragraphs(self, old: Sequence[Any], new: Sequence[Any]) -> None:
        """Mark the changes of a paragraph, word by word; of one that was split or joined, with its ends."""
        mine, ends = _stream(old, self._old.coded)
        theirs, _ = _stream(new, self._target.coded)
        changes = edits([token.key for token in mine], [token.key for token in theirs])
        alike = list(_equal(mine, theirs, changes))
        self._properties(old[-1], new[-1])
        for edit in reversed(changes):
            self._edit(edit, mine, theirs, new, (old, ends))
        for first, second in alike:
            if first.key[0] == "\x01":
                self._inside(first, second)

    def _edit(
        self,
        edit: Edit,
        mine: Sequence[Token],
        theirs: Sequence[Token],
        new: Sequence[Any],
        old: tuple[Sequence[Any], dict[int, int]],
    ) -> None:
        place = sum(token.key == _END for token in theirs[: edit.j1])
        paragraph = new[place]
        anchor: Any = None
        for at in range(edit.j1, edit.j2):
            if theirs[at].key == _END:
                count = sum(token.key == _END for token in theirs[:at])
                self._marks.mark_paragraph(new[count], "ins")
        for part in _stretches(theirs, edit.j1, edit.j2):
            changes = self._wrapped([leaf for token in part for leaf in token.leaves])
            if part[0] is theirs[edit.j1]:
                anchor = changes[0]
        if edit.j1 == edit.j2 < len(theirs) and theirs[edit.j1].key != _END:
            leaf = theirs[edit.j1].leaves[0]
            cut_before(leaf, theirs[edit.j1].leaves, self._marks)
            anchor = leaf.run
        end = edit.i2
        for at in reversed(range(edit.i1 - 1, edit.i2)):
            # The deleted words from behind, divided where a paragraph ended.
            if at >= edit.i1 and mine[at].key != _END:
                continue
            for gone in self._gone(mine[at + 1 : end]):
                if anchor is None:
                    paragraph.append(gone)
                else:
                    anchor.addprevious(gone)
                anchor = gone
            if at >= edit.i1:
                paragraph = self._split(anchor, paragraph, old[0][old[1][at]])
                anchor = None
            end = at

    def _split(self, anchor: Any, paragraph: Any, old: Any) -> Any:
        """Divide a paragraph where an old one ended; return the first part, its end marked deleted."""
        first = self._marks.new("p")
        properties = self._old_properties(old)
        if properties is not None:
            first.append(properties)
        while anchor is not None and NAMES[anchor.getparent().tag] != "p":
            anchor = anchor.getparent()
        paragraph = paragraph if anchor is None else anchor.getparent()
        for item in list(paragraph):
            if item is anchor:
                break
            if NAMES[item.tag] != "pPr":
                first.append(item)
        paragraph.addprevious(first)
        self._marks.mark_paragraph(first, "del")
        return first

    def _wrapped(self, leaves: list[Leaf]) -> list[Any]:
        """Mark leaves as inserted; return the changes."""
        cut_after(leaves[-1], self._marks)
        cut_before(leaves[0], leaves, self._marks)
        runs: list[Any] = []
        for leaf in leaves:
            run = leaf.run
            if not runs or runs[-1] is not run:
                runs.append(run)
        return self._marks.wrap(runs, "ins")


def _blocks(container: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of a container, through controls and other wrappers."""
    for item in container:
        name = NAMES[item.tag]
        if name in ("p", "tbl"):
            yield item
        elif name == "mc:AlternateContent":
            yield from _blocks(branch(item))
        elif len(item) and not name.endswith("Pr") and name != "r":
            yield from _blocks(item)


def _runs(parent: Any) -> Iterator[Any]:
    """Yield the runs and equations of a paragraph, those of its text boxes aside."""
    for item in list(parent):
        name = NAMES[item.tag]
        if name == "r" or name in ("m:oMath", "m:oMathPara"):
            yield item
        elif not name.endswith("Pr") and len(item):
            yield from _runs(item)


def _stream(paragraphs: Sequence[Any], coded: set[Any]) -> tuple[list[Token], dict[int, int]]:
    """The tokens of paragraphs, with one for each end but the last, and the paragraph of each end."""
    found: list[Token] = []
    ends: dict[int, int] = {}
    for count, paragraph in enumerate(paragraphs):
        if count:
            ends[len(found)] = count - 1
            found.append(Token(_END))
        found += tokens(paragraph, coded)
    return found, ends


def _stretches(found: Sequence[Token], first: int, last: int) -> Iterator[list[Token]]:
    """Yield the tokens first:last by paragraph, from behind."""
    stretch: list[Token] = []
    for token in reversed(found[first:last]):
        if token.key != _END:
            stretch.insert(0, token)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def _equal(
    mine: Sequence[Token], theirs: Sequence[Token], changes: Sequence[Edit]
) -> Iterator[tuple[Token, Token]]:
    i = j = 0
    for edit in [*changes, Edit(len(mine), len(mine), len(theirs), len(theirs))]:
        yield from zip(mine[i : edit.i1], theirs[j : edit.j1], strict=True)
        i, j = edit.i2, edit.j2


def _number(found: Sequence[Token]) -> list[Token]:
    """The first tokens of a paragraph, those of the number in front of it."""
    length = number_length("".join(token.key for token in found))
    number: list[Token] = []
    for token in found:
        if length <= 0:
            break
        length -= len(token.key)
        number.append(token)
    return number
