"""The names of keys, as printed on a keyboard."""

from __future__ import annotations

_KEY_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "space": "Space",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "full_stop": ".",
    "comma": ",",
    "slash": "/",
    "delete": "Del",
    "backspace": "Backspace",
    "tab": "Tab",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "question_mark": "?",
}


def key_name(key: str) -> str:
    """Return a key in a few characters: "^O", "F1", "Enter", "Alt+↑"."""
    *modifiers, name = key.split("+")
    if modifiers == ["ctrl"] and len(name) == 1:
        return f"^{name.upper()}"
    if name[:1] == "f" and name[1:].isdigit():
        name = name.upper()
    name = _KEY_NAMES.get(name, name)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
