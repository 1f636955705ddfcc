"""Lines of a response, split at line feeds alone and never at a character inside a text."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator


async def lines_of(body: AsyncIterator[bytes]) -> AsyncGenerator[bytes, None]:
    """Each line that is not blank, without its end. The last one needs no line feed."""
    parts: list[bytes] = []
    async for data in body:
        head, *rest = data.split(b"\n")
        parts.append(head)
        for piece in rest:
            line = b"".join(parts).strip()
            parts = [piece]
            if line:
                yield line
    line = b"".join(parts).strip()
    if line:
        yield line
