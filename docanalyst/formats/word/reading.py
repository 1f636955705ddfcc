"""Reads a Word file in the limited process and sends its blocks."""

from __future__ import annotations

from typing import Any

from docanalyst.formats.word.blocks import Block
from docanalyst.formats.word.package import CannotRead, Package
from docanalyst.formats.word.stories import Stories

BLOCKS_IN_A_MESSAGE = 500


def read(request: dict[str, Any], send: Any) -> None:
    """Send the blocks of the file in messages `blocks`, then `facts`: its properties and what was not read.

    Sends `refused` with a reason for a file that cannot be read.
    """
    try:
        package = Package(request["path"])
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
        return
    try:
        stories = Stories(
            package,
            request["view"],
            include_hidden=request["include_hidden"],
            anchored=request.get("anchored", False),
        )
        waiting: list[Block] = []
        for block in stories.blocks():
            waiting.append(block)
            if len(waiting) == BLOCKS_IN_A_MESSAGE:
                send("blocks", blocks=waiting)
                waiting = []
        send("blocks", blocks=waiting)
        send("facts", title=_title(package), unread=stories.unread, macros=_has_macros(package))
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
    except RecursionError:
        send("refused", reason="its elements are nested too deeply", kind="large")
    finally:
        package.close()


def _title(package: Package) -> str:
    for part in package.related("", "core-properties"):
        for item in package.xml(part).iter("{http://purl.org/dc/elements/1.1/}title"):
            return " ".join((item.text or "").split())
    return ""


def _has_macros(package: Package) -> bool:
    return any(item.kind == "vbaProject" for item in package.relationships(package.main))
