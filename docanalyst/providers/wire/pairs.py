"""Joins characters beyond the 16-bit range that a host sent as two separate escapes."""

from __future__ import annotations

import re

_HALF = re.compile("[\ud800-\udfff]")
_HIGH = re.compile("[\ud800-\udbff]\\Z")


class SurrogatePairs:
    """Joins the halves of characters over the steps of a stream; a half that stays alone becomes U+FFFD."""

    def __init__(self) -> None:
        self._held = ""

    def joined(self, text: str) -> str:
        """The text with its characters whole. A first half at its end waits for the next text."""
        if text.isascii() and not self._held:
            return text
        text, self._held = self._held + text, ""
        if not _HALF.search(text):
            return text
        if _HIGH.search(text):
            text, self._held = text[:-1], text[-1]
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
