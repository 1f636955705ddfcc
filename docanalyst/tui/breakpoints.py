"""The widths from which panels are shown side by side."""

from __future__ import annotations

BREAKPOINTS = [(0, "-narrow"), (96, "-medium"), (128, "-wide")]
"""Columns from which one, two and all three panels are shown; windows fill a narrow screen."""

WIDE = BREAKPOINTS[-1][0]
"""Columns from which all three panels are shown."""
