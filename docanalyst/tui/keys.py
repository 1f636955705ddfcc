"""Every key of the terminal UI: its ID, as used in the keymap of the configuration, its keys and its meaning.

One key means one thing everywhere. Sending, agreeing, deleting and overwriting hang on no letter, because a
sentence typed in the wrong place may contain any letter.
"""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from textual._ansi_sequences import ANSI_SEQUENCES_KEYS
from textual.binding import Binding
from textual.keys import KEY_NAME_REPLACEMENTS, Keys

from docanalyst.domain.errors import UsageError


@dataclass(frozen=True, slots=True)
class Key:
    """The default keys of an action, separated by commas, and what it does."""

    keys: str
    words: str


KEYS: dict[str, dict[str, Key]] = {
    "Everywhere": {
        "help": Key("f1", "Help"),
        "help.letters": Key("question_mark", "Help, outside text fields"),
        "commands": Key("ctrl+p", "Commands"),
        "add": Key("ctrl+o", "Add"),
        "session.list": Key("ctrl+s", "Sessions"),
        "session.new": Key("ctrl+n", "New session"),
        "models": Key("ctrl+l", "Model"),
        "keys": Key("ctrl+k", "API keys"),
        "prompts": Key("f5", "Prompts"),
        "batch": Key("f8", "Batch"),
        "settings": Key("f9", "Settings"),
        "panel.documents": Key("f2", "Documents"),
        "panel.answers": Key("f3", "Answers"),
        "panel.evidence": Key("f4", "Evidence"),
        "ask.again": Key("ctrl+r", "Ask again"),
        "ask.thinking": Key("ctrl+t", "Reasoning"),
        "ask.next_quote": Key("ctrl+g", "Next quotation"),
        "stop": Key("ctrl+c", "Stop the answer"),
        "leave": Key("escape", "Back"),
        "quit": Key("ctrl+q", "Quit"),
    },
    "Writing the question": {
        "prompt.ask": Key("enter", "Ask"),
        "prompt.newline": Key("shift+enter,ctrl+j,alt+enter", "New line"),
    },
    "Documents": {
        "documents.toggle": Key("space", "On / off"),
        "documents.all": Key("asterisk", "All on / off"),
        "documents.folder": Key("d", "Folder on / off"),
        "documents.invert": Key("tilde", "Invert on / off"),
        "documents.fit": Key("equals_sign", "Make it fit"),
        "documents.look": Key("enter", "Read it here"),
        "documents.pages": Key("s", "Select pages"),
        "documents.remove": Key("delete", "Remove"),
        "documents.undo": Key("z", "Undo removal"),
        "documents.up": Key("alt+up", "Move up"),
        "documents.down": Key("alt+down", "Move down"),
        "documents.open": Key("o", "Open file"),
    },
    "Answers": {
        "answers.down": Key("down,j", "Down"),
        "answers.up": Key("up,k", "Up"),
        "answers.first": Key("home,g", "First question"),
        "answers.last": Key("end,G", "Last answer"),
        "answers.before": Key("left_square_bracket", "Previous question"),
        "answers.after": Key("right_square_bracket", "Next question"),
        "answers.next_quote": Key("n", "Next quotation"),
        "answers.previous_quote": Key("p", "Previous quotation"),
        "answers.look": Key("enter", "Go to the page"),
        "answers.number": Key("1,2,3,4,5,6,7,8,9", "Quotation by number"),
        "answers.thinking": Key("t", "Reasoning"),
        "answers.question": Key("u", "Whole question"),
        "answers.fork": Key("f", "Fork here"),
        "answers.branch": Key("b", "Other branch"),
        "answers.more": Key("m", "More passages of an offline answer"),
        "answers.copy": Key("c", "Copy"),
        "answers.receipt": Key("i", "Receipt"),
        "answers.edit": Key("e", "Edit question"),
        "answers.export": Key("x", "Export"),
    },
    "Evidence": {
        "evidence.page": Key("enter", "Go to the page"),
        "evidence.open": Key("o", "Open file"),
        "evidence.picture": Key("v", "Picture of the page"),
        "evidence.copy": Key("c", "Copy"),
        "evidence.accept": Key("ctrl+a", "Accept"),
        "evidence.reject": Key("ctrl+d", "Reject"),
        "evidence.flag": Key("ctrl+f", "Flag"),
        "evidence.note": Key("ctrl+e", "Note"),
        "evidence.next": Key("n", "Next quotation to review"),
        "evidence.previous": Key("p", "Previous quotation to review"),
        "evidence.filter": Key("slash", "Filter by verdict, document or review"),
        "evidence.hide": Key("h", "Hide what is reviewed"),
        "page.down": Key("down,j", "Down"),
        "page.up": Key("up,k", "Up"),
        "page.next": Key("right,full_stop", "Next page"),
        "page.previous": Key("left,comma", "Previous page"),
        "page.lines": Key("w", "Lines as printed"),
    },
    "Windows": {
        "dialog.close": Key("escape", "Back"),
        "receipt.copy": Key("c", "Copy"),
    },
    "Add documents": {
        "files.mark": Key("space", "Mark"),
        "files.open": Key("enter", "Open / add"),
        "files.folder": Key("a", "Add this folder"),
        "files.up": Key("backspace,left", "Parent folder"),
        "files.path": Key("slash", "Type a path"),
    },
    "Sessions": {
        "sessions.search": Key("slash", "Search"),
        "sessions.fork": Key("f", "Fork"),
        "sessions.export": Key("x", "Export"),
        "sessions.rename": Key("r", "Rename"),
        "sessions.delete": Key("delete", "Delete"),
        "sessions.undo": Key("z", "Undo deletion"),
    },
    "Models and API keys": {
        "models.thinking": Key("ctrl+t", "Reasoning"),
        "models.live": Key("f6", "Ask the providers now"),
        "models.all": Key("f10", "Show retired models"),
        "models.keys": Key("ctrl+k", "API keys"),
        "keys.remove": Key("delete", "Remove the key"),
    },
    "Prompts": {
        "prompts.edit": Key("e", "Edit a copy"),
        "prompts.new": Key("ctrl+n", "New prompt"),
        "prompts.delete": Key("delete", "Delete your own"),
        "editor.keep": Key("ctrl+s", "Save"),
    },
    "Batches": {
        "batch.count": Key("f8", "Count (sends nothing)"),
        "batch.earlier": Key("f7", "Earlier batches"),
        "batch.send": Key("ctrl+r", "Ask"),
        "batch.resume": Key("ctrl+r", "Ask the unanswered units"),
        "batch.pause": Key("ctrl+c", "Pause"),
        "batch.open": Key("enter", "Open the result"),
        "batch.gaps": Key("h", "Hide units without a problem"),
        "batch.problems": Key("h", "Hide units without a problem"),
        "batch.plan_cap": Key("dollar_sign", "Change the cost cap"),
        "batch.cap": Key("dollar_sign", "Change the cost cap"),
        "batch.table": Key("o", "Open file"),
        "batch.new": Key("ctrl+n", "New batch"),
        "batches.resume": Key("ctrl+r", "Ask the unanswered units"),
        "batches.delete": Key("delete", "Delete"),
        "unit.open": Key("enter", "Open in the main window"),
        "unit.copy": Key("c", "Copy"),
        "unit.next": Key("right,n", "Next unit"),
        "unit.previous": Key("left,p", "Previous unit"),
    },
}
"""By place and ID."""

BY_ID = {name: key for place in KEYS.values() for name, key in place.items()}


def teach_new_lines() -> None:
    """Make Textual read Alt+Enter as Ctrl+J; it drops the Alt, and the question would be sent."""
    assert isinstance(ANSI_SEQUENCES_KEYS, dict)
    for sequence in ("\x1b\r", "\x1b\n"):
        ANSI_SEQUENCES_KEYS[sequence] = (Keys.ControlJ,)


def bound(name: str, action: str, *, show: bool = True, priority: bool = False) -> Binding:
    """Return the binding of an action by its ID."""
    key = BY_ID[name]
    return Binding(key.keys, action, key.words, show=show, priority=priority, id=name)


def keys_of(name: str, keymap: Mapping[str, str]) -> list[str]:
    """Return the keys of an action by Textual's names, with the user's keymap."""
    return [key.strip() for key in keymap.get(name, BY_ID[name].keys).split(",")]


def shown_keys(name: str, keymap: Mapping[str, str]) -> list[str]:
    """Return the keys of an action as printed on a keyboard, with the user's keymap."""
    return [key_name(key) for key in keys_of(name, keymap)]


def guide() -> str:
    """Return the guide `docanalyst help keys`: every key by place, with its ID."""
    lines = [
        "# Keys of the terminal UI",
        "",
        "F1 shows the keys of the place where you are. A key can be changed in the configuration file:",
        "",
        "```",
        "[keymap]",
        '"session.new" = "f12"',
        "```",
        "",
        "Sending, agreeing, deleting and overwriting need Enter on a button that is not selected first, or a",
        "key with Ctrl. A question that has just opened ignores keys for half a second.",
    ]
    for place, keys in KEYS.items():
        lines += ["", f"## {place}", "", "| key | what it does | ID |", "|---|---|---|"]
        for name, key in keys.items():
            lines.append(f"| {' '.join(shown_keys(name, {}))} | {key.words} | `{name}` |")
    return "\n".join(lines) + "\n"


def check_keymap(keymap: Mapping[str, str]) -> None:
    """Raise UsageError if a keymap names an unknown action or key, with the nearest known one."""
    for name, keys in keymap.items():
        if name not in BY_ID:
            raise UsageError(f"The keymap names an unknown action: {name!r}.", _nearest(name, BY_ID))
        for key in keys.split(","):
            *modifiers, last = key.strip().split("+")
            if not _is_key(last) or not set(modifiers) <= _MODIFIERS:
                raise UsageError(
                    f"The keymap gives {name} an unknown key: {key.strip()!r}.",
                    _nearest(key.strip(), (*_NAMED, *BY_ID[name].keys.split(","))),
                )


def _is_key(name: str) -> bool:
    """Return whether Textual knows a key of this name: a character, its Unicode name or a named key."""
    if len(name) == 1 or name in _NAMED:
        return True
    try:
        unicodedata.lookup(name.replace("_", " "))
    except KeyError:
        return False
    return True


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.5)
    return f"Did you mean {near[0]!r}?" if near else "See them with: docanalyst help keys."


_MODIFIERS = {"ctrl", "alt", "shift", "super", "meta"}

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
    "dollar_sign": "$",
    "asterisk": "*",
    "tilde": "~",
    "equals_sign": "=",
}
_NAMED = {key.value for key in Keys if "+" not in key.value and "<" not in key.value}
_NAMED |= {*_KEY_NAMES, *KEY_NAME_REPLACEMENTS.values()}


def key_name(key: str) -> str:
    """Return a key in a few characters: "^O", "F1", "Enter", "Alt+↑"."""
    *modifiers, name = key.split("+")
    if modifiers == ["ctrl"] and len(name) == 1:
        return f"^{name.upper()}"
    if name[:1] == "f" and name[1:].isdigit():
        name = name.upper()
    name = _KEY_NAMES.get(name, name)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), name])
