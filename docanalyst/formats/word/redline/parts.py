"""The parts of the new version that a redline changes, and what it takes over from the old one."""

from __future__ import annotations

import io
import posixpath
import zipfile
from copy import deepcopy
from typing import Any

from lxml import etree

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.word.names import ID, MAIN, NAMES, RELATIONS, VAL, W, number_of
from docanalyst.formats.word.package import Package
from docanalyst.formats.word.redline.settling import accept
from docanalyst.formats.word.redline.tokens import codes

_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_RELATED = "http://schemas.openxmlformats.org/package/2006/relationships"
_CONTENT = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_UNLIKE = frozenset(("nsid", "tmpl"))
_STYLED = ("pStyle", "rStyle", "tblStyle")


class Side:
    """One of the two versions: its parts, with their tracked changes accepted.

    styled: whether it has styles and lists of its own, as a Word file has.
    """

    def __init__(self, package: Package, *, styled: bool = True) -> None:
        if MAIN.encode() not in package.bytes(package.main):
            raise CannotRead("it is in the strict form of Word's format, of which no redline can be made")
        self.package = package
        self.styled = styled
        self.roots: dict[str, Any] = {}
        self._named: dict[str, str | None] = {}
        self.coded: set[Any] = set()
        self.had_changes = False
        self.main = self.part(package.main)
        self.body = self.main.find(f"{W}body")
        if self.body is None:
            raise CannotRead("it is damaged: it has no body")

    def part(self, name: str) -> Any:
        """Return the root of a part."""
        if name not in self.roots:
            root = self.package.xml(name)
            self.had_changes |= accept(root)
            self.coded |= codes(root)
            self.roots[name] = root
        return self.roots[name]

    def related(self, kind: str) -> Any | None:
        """Return the root of the part of a kind that the main part names, or None."""
        if kind not in self._named:
            self._named[kind] = next(self.package.related(self.package.main, kind), None)
        name = self._named[kind]
        return self.part(name) if name is not None else None

    def note(self, kind: str, identity: str) -> Any | None:
        """Return a footnote or endnote by its id, or None."""
        root = self.related(f"{kind}s")
        if root is None:
            return None
        return next((item for item in root.iterchildren(f"{W}{kind}") if item.get(ID) == identity), None)

    def heads(self) -> list[tuple[tuple[str, str, int], str]]:
        """Return the headers and footers in order: kind, type and count of each, and its part."""
        targets = {
            item.id: item.target
            for item in self.package.relationships(self.package.main)
            if not item.external and self.package.has(item.target)
        }
        found: list[tuple[tuple[str, str, int], str]] = []
        counts: dict[tuple[str, str], int] = {}
        for reference in self.main.iter(f"{W}headerReference", f"{W}footerReference"):
            part = targets.get(reference.get(f"{{{RELATIONS}}}id") or "")
            key = NAMES[reference.tag], reference.get(f"{W}type") or "default"
            if part is not None and part not in [name for _, name in found]:
                counts[key] = counts.get(key, 0) + 1
                found.append(((*key, counts[key]), part))
        return found


class Target(Side):
    """The new version, which becomes the redline."""

    def __init__(self, package: Package, old: Side) -> None:
        self._old = old
        self._added: dict[str, bytes] = {}
        self._new_parts: dict[str, str] = {}
        self._numbers: dict[str, str] = {}
        self._known: set[str] | None = None
        super().__init__(package)

    def finished(self) -> bytes:
        """Return the file."""
        changed = {name: serialised(root) for name, root in self.roots.items()} | self._added
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as copy:
            for info in self.package.zip.infolist():
                name = info.filename
                copy.writestr(name, changed.pop(name) if name in changed else self.package.bytes(name))
            for name, data in changed.items():
                copy.writestr(name, data)
        return made.getvalue()

    # ------------------------------------------------------------------ from the old version

    def taken_over(self, element: Any) -> Any:
        """Return a copy of an old element; this file gets its styles, lists, notes and pictures."""
        copy = deepcopy(element)
        copy.tail = None
        for item in copy.iter(etree.Element):
            name = NAMES[item.tag]
            if name in _STYLED:
                self._take_style(item.get(VAL) or "")
            elif name == "numId":
                item.set(VAL, self.number(item.get(VAL) or ""))
            elif name in ("footnoteReference", "endnoteReference"):
                item.set(ID, self.take_note(name[:-9], item.get(ID) or ""))
            elif name in ("headerReference", "footerReference"):
                item.getparent().remove(item)
            for attribute, value in item.attrib.items():
                if attribute.startswith(f"{{{RELATIONS}}}"):
                    item.set(attribute, self._take_relation(value))
        return copy

    def _take_style(self, style: str) -> None:
        root, source = self.related("styles"), self._old.related("styles")
        if root is None or source is None:
            return
        if self._known is None:
            self._known = {item.get(f"{W}styleId") or "" for item in root.iterchildren(f"{W}style")}
        if style in self._known:
            return
        self._known.add(style)
        for item in source.iterchildren(f"{W}style"):
            if item.get(f"{W}styleId") == style:
                copy = deepcopy(item)
                copy.attrib.pop(f"{W}default", None)
                for number in copy.iter(f"{W}numId"):
                    number.set(VAL, self.number(number.get(VAL) or ""))
                root.append(copy)
                for name in ("basedOn", "link", "next"):
                    for other in copy.iterchildren(f"{W}{name}"):
                        self._take_style(other.get(VAL) or "")

    def number(self, identity: str) -> str:
        """Return this file's id of a list of the old version, which is added if it is missing."""
        if identity in ("", "0"):
            return identity
        if not self._numbers:
            self._match_numbers()
        if identity not in self._numbers:
            self._numbers[identity] = self._take_list(identity)
        return self._numbers[identity]

    def _match_numbers(self) -> None:
        """Pair the lists of both versions that are defined alike: by id, then by order."""
        mine = _lists(self.related("numbering"))
        theirs = _lists(self._old.related("numbering"))
        left = [identity for identity in mine if mine[identity] != theirs.get(identity)]
        for identity, form in theirs.items():
            if mine.get(identity) == form:
                self._numbers[identity] = identity
                continue
            like = next((other for other in left if mine[other] == form), None)
            if like is not None:
                left.remove(like)
                self._numbers[identity] = like
        self._numbers.setdefault("0", "0")

    def _take_list(self, identity: str) -> str:
        source = self._old.related("numbering")
        number = _by_id(source, "num", "numId", identity) if source is not None else None
        if number is None:
            return identity
        root = self.related("numbering")
        if root is None:
            root = self._new_part("numbering", etree.Element(f"{W}numbering", nsmap={"w": MAIN}))
        reference = number.find(f"{W}abstractNumId")
        form = _by_id(source, "abstractNum", "abstractNumId", reference.get(VAL) or "")
        copy = deepcopy(number)
        name = str(1 + max((number_of(item.get(f"{W}numId")) for item in root.iter(f"{W}num")), default=0))
        if form is not None:
            abstract = deepcopy(form)
            used = (number_of(item.get(f"{W}abstractNumId")) for item in root.iter(f"{W}abstractNum"))
            free = str(1 + max(used, default=0))
            abstract.set(f"{W}abstractNumId", free)
            first = root.find(f"{W}num")
            if first is not None:
                first.addprevious(abstract)
            else:
                root.append(abstract)
            copy.find(f"{W}abstractNumId").set(VAL, free)
        copy.set(f"{W}numId", name)
        last = root.findall(f"{W}num")
        if last:
            last[-1].addnext(copy)
        else:
            root.append(copy)
        return name

    def take_note(self, kind: str, identity: str) -> str:
        """Add a note of the old version; return its id in this file."""
        note = self._old.note(kind, identity)
        root = self.related(f"{kind}s")
        if root is None:
            source = self._old.related(f"{kind}s")
            root = etree.Element(f"{W}{kind}s", nsmap=source.nsmap if source is not None else {"w": MAIN})
            for item in source if source is not None else ():
                if item.get(f"{W}type") not in (None, "normal"):
                    root.append(deepcopy(item))
            root = self._new_part(f"{kind}s", root)
        free = str(1 + max((number_of(item.get(ID)) for item in root), default=0))
        if note is not None:
            copy = self.taken_over(note)
            copy.set(ID, free)
            root.append(copy)
        return free

    def _take_relation(self, identity: str) -> str:
        """Add what the main part of the old version names by an id, such as a picture; return its id here."""
        package = self._old.package
        item = next((item for item in package.relationships(package.main) if item.id == identity), None)
        if item is None:
            return identity
        if item.external or not package.has(item.target):
            return self._relate(item.kind, item.target, external=True)
        folder, (stem, ending) = posixpath.dirname(self.package.main), posixpath.splitext(item.target)
        name = posixpath.join(folder, "media", f"earlier_{posixpath.basename(stem)}{ending}")
        if name not in self._added:
            self._added[name] = package.bytes(item.target)
            self._declare_ending(ending.lstrip(".").lower(), item.target)
        return self._relate(item.kind, name)

    # ------------------------------------------------------------------ declarations

    def _new_part(self, kind: str, root: Any) -> Any:
        folder = posixpath.dirname(self.package.main)
        name = posixpath.join(folder, f"{kind}_docanalyst.xml")
        types = self.part("[Content_Types].xml")
        etree.SubElement(
            types, f"{{{_TYPES}}}Override", PartName=f"/{name}", ContentType=f"{_CONTENT}.{kind}+xml"
        )
        self._relate(kind, name)
        self.roots[name] = root
        self._new_parts[kind] = name
        return root

    def related(self, kind: str) -> Any | None:
        """Return the root of the part of a kind that the main part names, or None."""
        name = self._new_parts.get(kind)
        return self.roots[name] if name else super().related(kind)

    def _relate(self, kind: str, part: str, *, external: bool = False) -> str:
        folder, name = posixpath.split(self.package.main)
        where = posixpath.join(folder, "_rels", f"{name}.rels")
        if where not in self.roots and not self.package.has(where):
            self.roots[where] = etree.Element(f"{{{_RELATED}}}Relationships", nsmap={None: _RELATED})
        root = self.part(where)
        target = part if external else posixpath.relpath(part, folder)
        for item in root:
            if item.get("Target") == target:
                return item.get("Id") or ""
        identity = f"rIdDocanalyst{len(root) + 1}"
        made = etree.SubElement(
            root, f"{{{_RELATED}}}Relationship", Id=identity, Type=f"{RELATIONS}/{kind}", Target=target
        )
        if external:
            made.set("TargetMode", "External")
        return identity

    def _declare_ending(self, ending: str, part: str) -> None:
        types = self.part("[Content_Types].xml")
        if any((item.get("Extension") or "").lower() == ending for item in types):
            return
        for item in self._old.part("[Content_Types].xml"):
            if (item.get("Extension") or "").lower() == ending or item.get("PartName") == f"/{part}":
                etree.SubElement(
                    types,
                    f"{{{_TYPES}}}Default",
                    Extension=ending,
                    ContentType=item.get("ContentType") or "application/octet-stream",
                )
                return


def serialised(root: Any) -> bytes:
    """Return a part as it is written."""
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def _by_id(root: Any, name: str, attribute: str, identity: str) -> Any | None:
    return next(
        (item for item in root.iterchildren(f"{W}{name}") if item.get(f"{W}{attribute}") == identity), None
    )


def _lists(root: Any | None) -> dict[str, str]:
    """The definition of each list by its id, without what differs from one saving to the next."""
    if root is None:
        return {}
    forms = {
        item.get(f"{W}abstractNumId") or "": "".join(_form(child) for child in item)
        for item in root.iterchildren(f"{W}abstractNum")
    }
    found = {}
    for item in root.iterchildren(f"{W}num"):
        reference = item.find(f"{W}abstractNumId")
        form = forms.get(reference.get(VAL) or "", "") if reference is not None else ""
        overrides = "".join(_form(child) for child in item if NAMES[child.tag] != "abstractNumId")
        found[item.get(f"{W}numId") or ""] = f"{form}\0{overrides}"
    return found


def _form(item: Any) -> str:
    name = NAMES[item.tag]
    if name in _UNLIKE:
        return ""
    values = ",".join(
        f"{key}={value}" for key, value in sorted(item.attrib.items()) if not key.endswith(("tplc", "rsid"))
    )
    return f"<{name} {values}>{''.join(_form(child) for child in item)}"
