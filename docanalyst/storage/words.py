"""Word splitting for scripts that put no spaces between words.

The full-text index splits words at spaces and punctuation. A run of Chinese would be one word there, found
only whole. So the index reads such text with a space after each character, and a query gets the same
treatment: a word of two characters becomes a phrase of two, and is found wherever it stands.
"""

from __future__ import annotations

import re
from typing import Any

# Thai, Lao, Burmese, Khmer; kana; Han with extensions and compatibility forms; Hangul; half-width kana.
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
    "\u3005-\u3007\u3040-\u30ff\u3100-\u312f\u31a0-\u31bf\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
    "\uac00-\ud7af\u1100-\u11ff\u3130-\u318f\uff66-\uff9f"
)
_CHARACTER = re.compile(f"([{_UNSPACED}])")
_GAP = re.compile(f"(?<=[{_UNSPACED}]) (?=[{_UNSPACED}])")
_EDGE = re.compile(f"(?<=[{_UNSPACED}]) ")


def spread(text: str | None) -> str | None:
    """The text with a space after each character of an unspaced script; None where it has none."""
    if not text or text.isascii() or not _CHARACTER.search(text):
        return None
    return _CHARACTER.sub(r" \1 ", text).replace("  ", " ")


def gather(text: str) -> str:
    """Spread text for reading again: the spaces between its characters taken out."""
    return _GAP.sub("", text)


def storable(value: Any) -> Any:
    """Text that UTF-8 can hold: a lone half of a surrogate pair becomes U+FFFD. Other values as they are."""
    if isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:
            return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return value
