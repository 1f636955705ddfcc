"""Makes a redline of two versions, checks it by reading it, and sends it."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from docanalyst.formats.archive import CannotRead
from docanalyst.formats.word.blocks import HARD_BREAK, SAVED_BREAK, Block
from docanalyst.formats.word.package import Package
from docanalyst.formats.word.redline.parts import Side, Target
from docanalyst.formats.word.redline.plain import plain_file
from docanalyst.formats.word.redline.writing import Writer
from docanalyst.formats.word.stories import Stories

_RUNNING = ("paragraph", "row", "footnote", "endnote", "box")


def make(request: dict[str, Any], send: Any) -> None:
    """Send the bytes of a redline as `file`, with what is to be told of it; `refused` where none can be made.

    The request has `date` (ISO 8601, UTC), and `old` and `new`, each with `path`, of a Word file or "", and
    `paragraphs`, as `plain.plain_file` takes them, of the text as it was read.
    """
    try:
        notes: list[str] = []
        data = None
        if request["new"]["path"]:
            data = _redline(request, notes, plain=False)
        if data is None:
            if request["new"]["path"]:
                notes[:] = ["layout"]
            data = _redline(request, notes, plain=True)
        if data is None:
            raise CannotRead("its changes could not be written so that both versions return", "large")
        send("file", data, notes=notes)
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
    except RecursionError:
        send("refused", reason="its elements are nested too deeply", kind="large")


def _redline(request: dict[str, Any], notes: list[str], *, plain: bool) -> bytes | None:
    """The redline, or None where reading it does not give both versions back. plain: with a layout of our
    own."""
    old_file, new_file = (_source(request[name], plain=plain) for name in ("old", "new"))
    if plain or not request["old"]["path"]:
        old_file = io.BytesIO(
            plain_file(request["old"]["paragraphs"], tables=bool(request["new"]["path"]) and not plain)
        )
    before, after = Package(old_file), Package(new_file)
    try:
        old = Side(before, styled=plain or bool(request["old"]["path"]))
        target = Target(after, old)
        writer = Writer(old, target, request["date"])
        writer.write()
        data = target.finished()
        wanted = _read(before, "final"), _read(after, "final")
    finally:
        before.close()
        after.close()
    made = Package(io.BytesIO(data))
    try:
        got = _read(made, "original"), _read(made, "final")
    finally:
        made.close()
    for one, other in zip(got, wanted, strict=True):
        if _texts(one, _RUNNING) != _texts(other, _RUNNING):
            return None
    if any(_numbers(one) != _numbers(other) for one, other in zip(got, wanted, strict=True)):
        notes.append("numbers")
    if any(
        _texts(one, ("header", "footer")) != _texts(other, ("header", "footer"))
        for one, other in zip(got, wanted, strict=True)
    ):
        notes.append("heads")
    for name, side in (("old", old), ("new", target)):
        if side.had_changes:
            notes.append(f"changes {name}")
    notes.append(f"moves {writer.moves}")
    return data


def _source(version: dict[str, Any], *, plain: bool) -> Any:
    if plain or not version["path"]:
        return io.BytesIO(plain_file(version["paragraphs"]))
    return version["path"]


def _read(package: Package, view: str) -> list[Block]:
    return list(Stories(package, view, include_hidden=True).blocks())


def _texts(blocks: Iterable[Block], kinds: tuple[str, ...]) -> list[str]:
    """The words of blocks in one sequence, whatever their breaks."""
    words: list[str] = []
    for block in blocks:
        if block.kind in kinds:
            words += block.text.replace(SAVED_BREAK, "").replace(HARD_BREAK, " ").split()
    return words


def _numbers(blocks: Iterable[Block]) -> list[str]:
    return [block.number.strip() for block in blocks if block.kind in _RUNNING and block.text.strip()]
