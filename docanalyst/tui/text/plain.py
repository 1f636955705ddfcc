"""Makes text of documents, models, names and errors safe for a terminal."""

from __future__ import annotations

from rich.cells import cell_len, get_character_cell_size

ELLIPSIS = "…"
_REPLACED = "\ufffd"
_TABLE: dict[int, str] = {
    **dict.fromkeys((*range(0x20), *range(0x7F, 0xA0)), _REPLACED),
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A)), _REPLACED),
    **dict.fromkeys((0x2028, 0x2029, 0x0B, 0x0C, 0x85), " "),
    0x1B: "␛",
    0x09: " ",
    0x0A: "\n",
    0x0D: " ",
}
_SURROGATES = range(0xD800, 0xE000)


def plain(text: str) -> str:
    """The same text, character for character, with nothing in it that could steer a terminal.

    Control characters, bidi overrides and lone surrogates become a visible mark, so that nothing vanishes;
    line feeds stay. Offsets into the text stay valid.
    """
    if text.isascii() and text.isprintable():
        return text
    shown = text.translate(_TABLE)
    try:
        shown.encode("utf-8")
    except UnicodeEncodeError:
        shown = "".join(_REPLACED if ord(character) in _SURROGATES else character for character in shown)
    return shown


def one_line(text: str, width: int | None = None) -> str:
    """Text on one line, cut to so many terminal cells with an ellipsis."""
    line = " ".join(plain(text[: 8 * width] if width else text).split())
    return line if width is None else fit(line, width)


def fit(line: str, width: int) -> str:
    """One line of plain text, cut to at most so many cells; an ellipsis shows the cut."""
    if len(line) <= width and line.isascii():
        return line
    if cell_len(line) <= width:
        return line
    if width <= 1:
        return ELLIPSIS[: max(width, 0)]
    used = 0
    for place, character in enumerate(line):
        used += get_character_cell_size(character)
        if used > width - 1:
            return line[:place].rstrip() + ELLIPSIS
    return line


def fit_path(path: str, width: int) -> str:
    """A path cut in its middle, so that the file's name stays."""
    line = one_line(path)
    if cell_len(line) <= width:
        return line
    name = line.replace("\\", "/").rsplit("/", 1)[-1]
    room = width - cell_len(name) - 2
    if room < 3:
        return fit(name, width)
    return fit(line, room + 1) + "/" + name
