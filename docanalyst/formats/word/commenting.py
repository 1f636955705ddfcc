"""A copy of a Word file with comments at places of its body. The original is never written."""

from __future__ import annotations

import io
import posixpath
import zipfile
from copy import deepcopy
from typing import Any

from lxml import etree

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.word.names import AUTHOR, ID, MAIN, NAMES, XML_SPACE, W, number_of
from docanalyst.formats.word.package import Package

NAME, INITIALS = "docanalyst", "da"
_COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.comments+xml"
_COMMENTS_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/comments"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_AHEAD, _BACK = 80, 6
"""Paragraphs around the one named in which words are looked for: those of a row, and of joined ones."""
_LEAST = 6
"""Letters and digits from which words are looked for in a paragraph; fewer may be anywhere."""


def write(request: dict[str, Any], send: Any) -> None:
    """Send the bytes of the copy as `file`; `refused` with a reason where none can be made.

    The request has `path`, `date` (ISO 8601, UTC) and `comments`: each an anchor as of `Block.anchor`, the
    words to mark, "" for the whole paragraph, and the lines of the comment.
    """
    try:
        package = Package(request["path"])
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
        return
    try:
        send("file", _Copy(package, request["date"]).with_comments(request["comments"]))
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
    finally:
        package.close()


class _Copy:
    def __init__(self, package: Package, date: str) -> None:
        if MAIN.encode() not in package.bytes(package.main):
            raise CannotRead("it is in the strict form of Word's format, of which no copy can be made")
        self._package, self._date = package, date
        self._main = package.xml(package.main)
        self._paragraphs = list(self._main.iter(f"{W}p"))
        existing = next(package.related(package.main, "comments"), None)
        self._is_new = existing is None
        folder = posixpath.dirname(package.main)
        self._part = existing or posixpath.join(folder, "comments_docanalyst.xml")
        self._comments = (
            package.xml(existing) if existing else etree.Element(f"{W}comments", nsmap={"w": MAIN})
        )
        used = [number_of(item.get(ID), -1) for item in self._comments]
        self._next = max(used, default=-1) + 1

    def with_comments(self, comments: list[tuple[int, str, list[str]]]) -> bytes:
        """The copy with these comments, in their order."""
        for anchor, words, lines in comments:
            paragraph, runs = self._target(anchor, words)
            if paragraph is not None:
                self._mark(paragraph, runs, self._add(lines))
        changed = {self._package.main: _serialised(self._main), self._part: _serialised(self._comments)}
        if self._is_new:
            changed |= self._declared()
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
            for info in self._package.zip.infolist():
                if info.filename not in changed:
                    copy.writestr(info.filename, self._package.bytes(info.filename))
                else:
                    copy.writestr(info.filename, changed.pop(info.filename))
            for name, data in changed.items():
                copy.writestr(name, data)
        return made.getvalue()

    def _declared(self) -> dict[str, bytes]:
        """The parts that name a new part of comments: content types and relationships of the main part."""
        types = self._package.xml("[Content_Types].xml")
        etree.SubElement(
            types, f"{{{_TYPES}}}Override", PartName=f"/{self._part}", ContentType=_COMMENTS_TYPE
        )
        folder, name = posixpath.split(self._package.main)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if self._package.has(where):
            relations = self._package.xml(where)
        else:
            relations = etree.Element(f"{{{_RELATIONS}}}Relationships", nsmap={None: _RELATIONS})
        etree.SubElement(
            relations,
            f"{{{_RELATIONS}}}Relationship",
            Id="rIdDocanalystComments",
            Type=_COMMENTS_RELATION,
            Target=posixpath.basename(self._part),
        )
        return {"[Content_Types].xml": _serialised(types), where: _serialised(relations)}

    def _add(self, lines: list[str]) -> str:
        identity = str(self._next)
        self._next += 1
        comment = etree.SubElement(self._comments, f"{W}comment")
        comment.set(ID, identity)
        comment.set(AUTHOR, NAME)
        comment.set(f"{W}date", self._date)
        comment.set(f"{W}initials", INITIALS)
        for line in lines:
            run = etree.SubElement(etree.SubElement(comment, f"{W}p"), f"{W}r")
            text = etree.SubElement(run, f"{W}t")
            text.set(XML_SPACE, "preserve")
            text.text = line
        return identity

    def _target(self, anchor: int, words: str) -> tuple[Any | None, list[Any]]:
        """The paragraph to comment on, and its runs that have the words; no runs for all of it."""
        if not 0 <= anchor < len(self._paragraphs):
            return next(iter(self._main.iterfind(f"{W}body/{W}p")), None), []
        wanted = _letters(words)
        if len(wanted) >= _LEAST:
            places = [*range(anchor, anchor + _AHEAD), *range(anchor - 1, anchor - _BACK, -1)]
            for place in places:
                if 0 <= place < len(self._paragraphs):
                    found = _runs_with(self._paragraphs[place], wanted)
                    if found:
                        return self._paragraphs[place], found
        return self._paragraphs[anchor], []

    def _mark(self, paragraph: Any, runs: list[Any], identity: str) -> None:
        """Put the range of a comment around runs, and its reference behind them."""
        inside = [item for item in paragraph if NAMES[item.tag] != "pPr"]
        first = _child_of(paragraph, runs[0]) if runs else (inside[0] if inside else None)
        last = _child_of(paragraph, runs[-1]) if runs else (inside[-1] if inside else None)
        start, end = etree.Element(f"{W}commentRangeStart"), etree.Element(f"{W}commentRangeEnd")
        start.set(ID, identity)
        end.set(ID, identity)
        reference = etree.Element(f"{W}r")
        etree.SubElement(reference, f"{W}commentReference").set(ID, identity)
        if first is None or last is None:
            paragraph.extend([start, end, reference])
            return
        first.addprevious(start)
        last.addnext(end)
        end.addnext(reference)


def _runs_with(paragraph: Any, wanted: str) -> list[Any]:
    """The runs of a paragraph whose text is the words, after dividing those that have more; [] for none."""
    letters: list[str] = []
    owners: list[tuple[Any, Any, int]] = []
    for text in paragraph.iter(f"{W}t"):
        run = text.getparent()
        if run is None or NAMES[run.tag] != "r" or _in_another(run, paragraph):
            continue
        for at, letter in enumerate(text.text or ""):
            for folded in letter.casefold() if letter.isalnum() else "":
                letters.append(folded)
                owners.append((run, text, at))
    start = "".join(letters).find(wanted)
    if start < 0:
        return []
    first, last = owners[start], owners[start + len(wanted) - 1]
    between: list[Any] = []
    for run, _, _ in owners[start : start + len(wanted)]:
        if not between or between[-1] is not run:
            between.append(run)
    _divide(last[0], last[1], last[2] + 1)
    moved = _divide(first[0], first[1], first[2])
    if moved is not None:
        between[0] = moved
    return between


def _divide(run: Any, text: Any, at: int) -> Any | None:
    """Divide a run before a character of its only text. Returns the run with the second part, if it was."""
    content = text.text or ""
    if not 0 < at < len(content) or [NAMES[item.tag] for item in run if NAMES[item.tag] != "rPr"] != ["t"]:
        return None
    second = deepcopy(run)
    second.tail = None
    text.text = content[:at]
    text.set(XML_SPACE, "preserve")
    rest = second.find(f"{W}t")
    rest.text = content[at:]
    rest.set(XML_SPACE, "preserve")
    run.addnext(second)
    return second


def _in_another(run: Any, paragraph: Any) -> bool:
    """Whether a run is deleted, or in a text box of the paragraph and not in the paragraph itself."""
    for item in run.iterancestors():
        if item is paragraph:
            return False
        if NAMES[item.tag] in ("p", "del", "moveFrom"):
            return True
    return True


def _child_of(paragraph: Any, run: Any) -> Any:
    """The child of a paragraph that a run is, or is in."""
    item = run
    while item.getparent() is not paragraph:
        item = item.getparent()
    return item


def _letters(words: str) -> str:
    return "".join(letter.casefold() for letter in words if letter.isalnum())


def _serialised(root: Any) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made
