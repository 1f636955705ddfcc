"""Draws a bar chart of evaluations as SVG."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_COLOURS = ("#2f6f9f", "#d98a2b", "#4f8f5b", "#a0527a", "#6b6b6b", "#8c6d31")
_WIDTH, _HEIGHT, _LEFT, _TOP, _FLOOR = 900, 380, 50, 30, 300


def bars(title: str, groups: Sequence[str], series: Mapping[str, Sequence[float | None]]) -> str:
    """Return a bar chart as an SVG document.

    Args:
        groups: Label of each group of bars.
        series: Shares (0 to 1) by name, one for each group; None leaves a gap.
    """
    step = (_WIDTH - _LEFT - 20) / max(1, len(groups))
    width = min(46.0, step * 0.8 / max(1, len(series)))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img"><title>{escape(title)}</title>'
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>'
        f'<text x="{_LEFT}" y="18" font-size="15" font-weight="bold">{escape(title)}</text>'
    ]
    for percent in range(0, 101, 25):
        y = _FLOOR - (_FLOOR - _TOP) * percent / 100
        parts.append(
            f'<line x1="{_LEFT}" x2="{_WIDTH - 20}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end" fill="#555">{percent} %</text>'
        )
    for place, (name, values) in enumerate(series.items()):
        colour = _COLOURS[place % len(_COLOURS)]
        for group, value in enumerate(values):
            if value is None:
                continue
            x = _LEFT + step * group + (step - width * len(series)) / 2 + width * place
            height = (_FLOOR - _TOP) * max(0.0, min(1.0, value))
            parts.append(
                f'<rect x="{x:.1f}" y="{_FLOOR - height:.1f}" width="{width - 2:.1f}" height="{height:.1f}" '
                f'fill="{colour}"><title>{escape(name)}: {value:.1%}</title></rect>'
            )
        y = _FLOOR + 50 + 18 * (place // 3)
        x = _LEFT + 280 * (place % 3)
        parts.append(
            f'<rect x="{x}" y="{y - 10}" width="11" height="11" fill="{colour}"/>'
            f'<text x="{x + 17}" y="{y}">{escape(name[:40])}</text>'
        )
    for group, name in enumerate(groups):
        x = _LEFT + step * (group + 0.5)
        parts.append(f'<text x="{x:.1f}" y="{_FLOOR + 20}" text-anchor="middle">{escape(name)}</text>')
    return "".join(parts) + "</svg>\n"
