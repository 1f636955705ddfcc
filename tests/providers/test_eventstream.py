"""AWS's binary event stream, decoded in any portions, and refused when it is corrupt."""

from __future__ import annotations

import json
import struct
from itertools import pairwise
from zlib import crc32

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wires import aws_event

from docanalyst.providers.dialects.eventstream import Corrupt, EventDecoder

PAYLOADS = [{"delta": {"text": "für 合同"}}, {}, {"n": list(range(300))}]
STREAM = b"".join(aws_event("contentBlockDelta", payload) for payload in PAYLOADS)


def decode(*portions: bytes) -> list[object]:
    decoder = EventDecoder()
    found = [json.loads(event.payload) for portion in portions for event in decoder.feed(portion)]
    assert decoder.pending == 0
    return found


@given(st.sets(st.integers(0, len(STREAM)), max_size=8))
def test_portions_do_not_matter(cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(STREAM)]
    portions = [STREAM[a:b] for a, b in pairwise(edges)]
    assert decode(*portions) == PAYLOADS


def test_the_headers_are_read() -> None:
    (event,) = EventDecoder().feed(aws_event("throttlingException", {}, exception=True))
    assert event.headers[":exception-type"] == "throttlingException"
    assert event.headers[":message-type"] == "exception"


def test_headers_of_every_kind_are_passed_over() -> None:
    def header(name: str, kind: int, value: bytes) -> bytes:
        return bytes([len(name)]) + name.encode() + bytes([kind]) + value

    head = b"".join(
        [
            header("t", 0, b""),
            header("f", 1, b""),
            header("b", 2, b"\x01"),
            header("s", 3, b"\x00\x01"),
            header("i", 4, b"\x00" * 4),
            header("l", 5, b"\x00" * 8),
            header("raw", 6, b"\x00\x02ab"),
            header("when", 8, b"\x00" * 8),
            header("uuid", 9, b"\x00" * 16),
            header(":event-type", 7, b"\x00\x04stop"),
        ]
    )
    (event,) = EventDecoder().feed(message(head, b"{}"))
    assert event.headers == {":event-type": "stop"}


def message(head: bytes, body: bytes) -> bytes:
    prelude = struct.pack(">II", 12 + len(head) + len(body) + 4, len(head))
    prelude += struct.pack(">I", crc32(prelude))
    return prelude + head + body + struct.pack(">I", crc32(prelude + head + body))


@given(st.integers(0, len(STREAM) - 1), st.integers(1, 255))
def test_a_changed_byte_is_never_taken_for_good(place: int, change: int) -> None:
    broken = bytearray(STREAM)
    broken[place] ^= change
    decoder = EventDecoder()
    try:
        found = [json.loads(event.payload) for event in decoder.feed(bytes(broken))]
    except Corrupt:
        return
    assert found != PAYLOADS and decoder.pending > 0


@pytest.mark.parametrize(
    "data",
    [
        b"\x00" * 64,
        b"<html>not an event stream</html>",
        struct.pack(">II", 2**31, 0) + struct.pack(">I", crc32(struct.pack(">II", 2**31, 0))),
        struct.pack(">II", 13, 4) + struct.pack(">I", crc32(struct.pack(">II", 13, 4))),
        message(b"\x05:type\x0a", b"{}"),
        message(b"\xff", b"{}"),
        message(b"\x01a\x07\x00\xffx", b"{}"),
        message(b"\x01\xff\x00", b"{}"),
    ],
)
def test_what_is_no_event_stream(data: bytes) -> None:
    with pytest.raises(Corrupt):
        list(EventDecoder().feed(data))
