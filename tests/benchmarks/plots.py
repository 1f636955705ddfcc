"""Growth as a picture: lines over sizes, in a small SVG that reads on light and on dark pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, log10

WIDTH, HEIGHT = 640, 330
LEFT, TOP, RIGHT, BOTTOM = 56, 34, 170, 44
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Told apart by people who see colours differently (Okabe and Ito)."""


def growth(
    title: str, across: str, sizes: Sequence[float], lines: Mapping[str, Sequence[float]], unit: str
) -> str:
    """An SVG of lines over sizes, both axes from zero.

    across: the name of the sizes. lines: name → a value for each size. unit: of the values.
    """
    top = _round_up(max(max(values) for values in lines.values()))
    wide, high = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM

    def place(size: float, value: float) -> tuple[float, float]:
        return LEFT + wide * size / max(sizes), TOP + high * (1 - value / top)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="12">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="20" font-size="14" fill="#222222">{escape(title)}</text>',
    ]
    for step in range(5):
        value = top * step / 4
        _, y = place(0, value)
        parts.append(
            f'<line x1="{LEFT}" y1="{y:.1f}" x2="{LEFT + wide}" y2="{y:.1f}" stroke="#dddddd"/>'
            f'<text x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end" fill="#444444">{value:g}</text>'
        )
    parts.append(
        f'<text x="{LEFT - 6}" y="{TOP - 10}" text-anchor="end" fill="#444444">{escape(unit)}</text>'
    )
    for size in sizes:
        x, y = place(size, 0)
        parts.append(
            f'<text x="{x:.1f}" y="{y + 17:.1f}" text-anchor="middle" fill="#444444">{size:,g}</text>'
        )
    parts.append(
        f'<text x="{LEFT + wide / 2:.1f}" y="{HEIGHT - 8}" text-anchor="middle" fill="#444444">'
        f"{escape(across)}</text>"
    )
    ends = _spread([place(sizes[-1], values[-1])[1] for values in lines.values()])
    for number, (name, values) in enumerate(lines.items()):
        colour = COLOURS[number % len(COLOURS)]
        points = [place(size, value) for size, value in zip(sizes, values, strict=True)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in points]
        x, y = points[-1][0] + 8, ends[number] + 4
        parts.append(f'<text x="{x:.1f}" y="{y:.1f}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _round_up(value: float) -> float:
    """The next of 1, 2, 4, 8 and 10 times a power of ten, so that quarters of it are round."""
    power = 10.0 ** ceil(log10(value) - 1) if value > 0 else 1.0
    return next(step * power for step in (1, 2, 4, 8, 10, 20) if step * power >= value)


def _spread(heights: Sequence[float], apart: float = 14.0) -> list[float]:
    """Heights of the names at the lines' ends, moved down until none covers another."""
    placed = [0.0] * len(heights)
    last = float("-inf")
    for number in sorted(range(len(heights)), key=lambda number: heights[number]):
        last = placed[number] = max(heights[number], last + apart)
    return placed
