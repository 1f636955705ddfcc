"""Messages between the program and a parsing process: a length in four bytes, then JSON in UTF-8."""

from __future__ import annotations

import json
import struct

from docanalyst.pdf.limits import MAX_FRAME_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO

_LENGTH = struct.Struct(">I")
_encode = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


class BrokenFrame(Exception):
    """The other side sent something that is not a message."""


def write_frame(stream: BinaryIO, message: dict[str, Any], payload: bytes = b"") -> None:
    """Send one message, and bytes after it where it has a `payload` of that length."""
    if payload:
        message = {**message, "payload": len(payload)}
    data = _encode(message).encode("utf-8", "surrogatepass")
    stream.write(_LENGTH.pack(len(data)) + data + payload)
    stream.flush()


def read_frame(stream: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    """The next message and its payload, or None at the end of the stream. Raises BrokenFrame."""
    head = stream.read(4)
    if len(head) < 4:
        return None
    message = _message(_read_exactly(stream, _LENGTH.unpack(head)[0]))
    payload = message.get("payload", 0)
    return message, _read_exactly(stream, payload) if isinstance(payload, int) and payload > 0 else b""


def _read_exactly(stream: BinaryIO, length: int) -> bytes:
    if length > MAX_FRAME_BYTES:
        raise BrokenFrame(f"a message of {length} bytes")
    data = stream.read(length)
    if len(data) < length:
        raise BrokenFrame("a message that breaks off")
    return data


def _message(data: bytes) -> dict[str, Any]:
    try:
        message = json.loads(data.decode("utf-8", "surrogatepass"))
    except ValueError as error:
        raise BrokenFrame("a message that is not JSON") from error
    if not isinstance(message, dict):
        raise BrokenFrame("a message that is not an object")
    return message
