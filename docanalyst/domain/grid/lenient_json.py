"""JSON as models write it: in fences, with words around it, with stray commas and quotes, or cut off.

Well-formed JSON is read by the standard library, the rest by json-repair. json-repair takes time by the
square of an unclosed string's length (1.4 s for 100,000 characters, 540 s for 3,000,000) and of the depth of
open braces (1.8 s for 3,000), so both are bounded before it is asked.
"""

from __future__ import annotations

import json
import re
from typing import Any

LONGEST = 200_000
"""Characters that are repaired; 41 fields with a quote of 100 words each have 25,000."""

DEEPEST = 200
"""Braces and brackets inside one another; a grid has five levels."""

_OPENING = re.compile(r"""\{(?=\s*["'“]?[^{}"'“”:]{1,200}["'”]?\s*[:=])|\[(?=\s*\{)""")
"""An object whose first member has a name, or a list of objects; a mark like [^1] or {this} is neither."""


def read_json(text: str) -> Any:
    """Returns the first JSON object or list of a text as far as it can be read; None where there is none.

    Never raises for what a model wrote.
    """
    first = _OPENING.search(text)
    if first is None:
        return None
    for opening in _OPENING.finditer(text):
        try:
            value, _ = json.JSONDecoder(strict=False).raw_decode(text, opening.start())
        except (ValueError, RecursionError):
            break
        if value:
            return value
    return _repaired(text[first.start() :])


def _repaired(text: str) -> Any:
    if len(text) > LONGEST or _depth(text) > DEEPEST:
        return None
    from json_repair import repair_json

    try:
        value = repair_json(text, return_objects=True, skip_json_loads=True)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and text.startswith("{"):
        # Several values in one text: the first object is the reply.
        value = next((item for item in value if isinstance(item, dict) and item), None)
    return value if isinstance(value, dict | list) and value else None


def _depth(text: str) -> int:
    deepest = depth = 0
    for mark in re.findall(r"[{}\[\]]", text):
        depth = depth + 1 if mark in "{[" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest
