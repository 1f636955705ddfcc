"""Sends the attachments of an e-mail from the limited process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docanalyst.formats.archive import CannotRead

PIECE = 8 << 20
"""Bytes in one message."""


def send_members(request: dict[str, Any], send: Any) -> None:
    """Send each attachment in messages `member`, or `refused` for an e-mail that cannot be read."""
    try:
        for name, data in _members(request["kind"], request["path"]):
            for start in range(0, max(len(data), 1), PIECE):
                send("member", data[start : start + PIECE], name=name)
    except CannotRead as error:
        send("refused", reason=str(error), kind=error.kind)
    except RecursionError:
        send("refused", reason="its parts are nested too deeply", kind="large")


def _members(kind: str, path: str) -> Iterator[tuple[str, bytes]]:
    if kind == "outlook":
        from docanalyst.formats.mail.outlook import members
    else:
        from docanalyst.formats.mail.parts import members
    return members(path)
