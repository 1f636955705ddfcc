"""Makes e-mails (.eml) and messages of Outlook (.msg) for tests."""

from __future__ import annotations

import struct
from email.message import EmailMessage

SECTOR = 512
_FREE, _END, _FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_CUTOFF = 4096


def mail(
    subject: str, text: str = "", page: str = "", files: tuple[tuple[str, bytes], ...] = ()
) -> EmailMessage:
    """An e-mail with a text, the same as a page, and attachments."""
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Ann <ann@example.org>", "bo@example.org", subject
    message["Date"] = "Mon, 02 Mar 2026 10:00:00 +0100"
    message["MIME-Version"] = "1.0"
    message.set_content(text or "See the page.")
    if page:
        message.add_alternative(page, subtype="html")
    for name, data in files:
        message.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    return message


Tree = dict[str, "bytes | Tree"]


def container(tree: Tree) -> bytes:
    """A container of old Office programs with these storages and streams; streams are padded with zeros."""
    entries: list[list[object]] = [["Root Entry", 5, _FREE, _FREE, b""]]
    _place(tree, 0, entries)
    data = b""
    sectors: list[int] = []
    starts: list[tuple[int, int]] = []
    for entry in entries:
        body = entry[4]
        assert isinstance(body, bytes)
        if not body:
            starts.append((_END, 0))
            continue
        body = body.ljust(_CUTOFF, b"\0")
        count = -(-len(body) // SECTOR)
        first = len(sectors)
        sectors += [first + step + 1 for step in range(count - 1)] + [_END]
        data += body.ljust(count * SECTOR, b"\0")
        starts.append((first, len(body)))
    directory = b"".join(
        _entry(*entry[:4], *start)  # type: ignore[arg-type]
        for entry, start in zip(entries, starts, strict=True)
    )
    count = -(-len(directory) // SECTOR)
    at = len(sectors)
    sectors += [at + step + 1 for step in range(count - 1)] + [_END]
    data += directory.ljust(count * SECTOR, b"\0")
    table = -(-(len(sectors) + 8) // (SECTOR // 4))
    first_table = len(sectors)
    sectors += [_FAT] * table
    sectors += [_FREE] * (table * SECTOR // 4 - len(sectors))
    data += struct.pack(f"<{len(sectors)}I", *sectors)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    head += bytes(6) + struct.pack("<IIIIIIIII", 0, table, at, 0, _CUTOFF, _END, 0, _END, 0)
    places = [first_table + step for step in range(table)]
    head += struct.pack("<109I", *places, *[_FREE] * (109 - table))
    return head + data


def _place(tree: Tree, parent: int, entries: list[list[object]]) -> None:
    before = -1
    for name, item in tree.items():
        number = len(entries)
        inner = isinstance(item, dict)
        entries.append([name, 1 if inner else 2, _FREE, _FREE, b"" if inner else item])
        if before < 0:
            entries[parent][3] = number
        else:
            entries[before][2] = number
        before = number
        if isinstance(item, dict):
            _place(item, number, entries)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    wide = name.encode("utf-16-le") + b"\0\0"
    head = wide.ljust(64, b"\0") + struct.pack("<HBBIII", len(wide), kind, 1, _FREE, right, child)
    return head + bytes(36) + struct.pack("<IQ", start, size)


def message_tree(subject: str, page: str = "", text: str = "", files: tuple[Tree, ...] = ()) -> Tree:
    """The streams of a message of Outlook."""
    tree: Tree = {
        "__properties_version1.0": bytes(32) + struct.pack("<IIQ", 0x00390040, 6, 134_168_400_000_000_000),
        "__substg1.0_0037001F": subject.encode("utf-16-le"),
        "__substg1.0_0C1A001F": "Ann Lee".encode("utf-16-le"),
        "__substg1.0_0C1F001F": "ann@example.org".encode("utf-16-le"),
        "__substg1.0_0E04001F": "Bo; Cy".encode("utf-16-le"),
    }
    if page:
        tree["__substg1.0_10130102"] = page.encode().ljust(_CUTOFF)
    if text:
        tree["__substg1.0_1000001F"] = text.encode("utf-16-le")
    for number, file in enumerate(files):
        tree[f"__attach_version1.0_#{number:08X}"] = file
    return tree
