"""From which width on panels stand side by side."""

from __future__ import annotations

BREAKPOINTS = [(0, "-narrow"), (96, "-medium"), (128, "-wide")]
"""Columns from which one panel, two, and all three are in view; windows fill a narrow screen."""

WIDE = BREAKPOINTS[-1][0]
"""Columns from which all three panels are in view."""
