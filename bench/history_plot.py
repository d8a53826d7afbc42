"""Plot time against rows, both logarithmic, as an SVG."""

import math
from html import escape
from pathlib import Path

_WIDTH, _HEIGHT = 760, 440
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 250, 40, 50
_COLORS = ("#0b5fa5", "#d1495b", "#2a7f62", "#8d5a97", "#b07d12", "#444444")
_SHOWN = (
    ("Cassandra", "newest page of 50"),
    ("Cassandra", "text (1 in 100)"),
    ("Cassandra", "summary"),
    ("Cassandra", "similar"),
    ("SQLite", "newest page of 50"),
    ("The table before", "newest page of 50"),
)


def draw_plot(path: Path, results: dict[str, dict[int, dict[str, dict[str, float]]]]) -> None:
    """Write the plot of the p50 in `results` (store, rows, operation) to an SVG file."""
    lines = [
        (f"{store}: {operation}", points)
        for store, operation in _SHOWN
        if (points := _points(results.get(store, {}), operation))
    ]
    rows = [row for _, points in lines for row, _ in points]
    times = [time for _, points in lines for _, time in points]
    x_range = math.log10(min(rows)), math.log10(max(rows)) or 1.0
    y_range = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))

    def x(value: float) -> float:
        share = (math.log10(value) - x_range[0]) / max(x_range[1] - x_range[0], 1e-9)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(value: float) -> float:
        share = (math.log10(value) - y_range[0]) / max(y_range[1] - y_range[0], 1)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="12">',
        '<rect width="100%" height="100%" fill="white"/>',
        f'<text x="{_LEFT}" y="22" font-size="15">Median time against rows, one node</text>',
    ]
    for exponent in range(y_range[0], y_range[1] + 1):
        level = y(10.0**exponent)
        parts.append(_line(_LEFT, level, _WIDTH - _RIGHT, level, "#dddddd"))
        parts.append(_text(_LEFT - 8, level + 4, f"{10.0**exponent:g} ms", "end"))
    for row in sorted(set(rows)):
        parts.append(_line(x(row), _TOP, x(row), _HEIGHT - _BOTTOM, "#dddddd"))
        parts.append(_text(x(row), _HEIGHT - _BOTTOM + 20, f"{row:,}", "middle"))
    parts.append(_text((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, "rows", "middle"))
    for number, (name, points) in enumerate(lines):
        color = _COLORS[number]
        path_points = " ".join(f"{x(row):.1f},{y(time):.1f}" for row, time in points)
        parts.append(
            f'<polyline points="{path_points}" fill="none" stroke="{color}" stroke-width="2"/>'
        )
        parts += [
            f'<circle cx="{x(row):.1f}" cy="{y(time):.1f}" r="3.5" fill="{color}"/>'
            for row, time in points
        ]
        level = _TOP + 16 + 24 * number
        parts.append(_line(_WIDTH - _RIGHT + 18, level, _WIDTH - _RIGHT + 40, level, color))
        parts.append(_text(_WIDTH - _RIGHT + 46, level + 4, name, "start"))
    path.write_text("\n".join([*parts, "</svg>\n"]), encoding="utf-8")


def _points(
    by_size: dict[int, dict[str, dict[str, float]]], operation: str
) -> list[tuple[int, float]]:
    return [
        (size, by_size[size][operation]["p50"])
        for size in sorted(by_size)
        if operation in by_size[size]
    ]


def _line(x1: float, y1: float, x2: float, y2: float, color: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
