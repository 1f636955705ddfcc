"""How the lines of a page hang together, a letter each; the parsing process says it, the program reads it."""

from __future__ import annotations

LINE, PARAGRAPH, SPACE, GLUED, CELL = "n", "p", "s", "g", "c"
HYPHEN, HARD_HYPHEN = "h", "k"
"""How a line hangs on the one before it: on a new line; after a blank line; on the same row with a space,
without one, as the next cell of a table; after a line-end hyphen that the parser took out, or left."""

CELL_MARK = " | "
