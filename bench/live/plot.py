"""The plot of a load test, as an SVG without any library."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.live.load import Load
from bench.table import percentile

WIDTH, HEIGHT, EDGE = 640, 360, 56
TOP = 500.0  # ms at the upper edge of a logarithmic scale that begins at 1 ms
COLOURS = {0.5: "#2f45c5", 0.95: "#c2571a", 0.99: "#7a7f8c"}


def plot_load(loads: Sequence[Load], file: Path) -> None:
    """Write p50, p95 and p99 over the number of pens to `file`."""

    def x(place: int) -> float:
        return EDGE + place * (WIDTH - 2 * EDGE) / max(1, len(loads) - 1)

    def y(latency: float) -> float:
        share = math.log(max(1.0, latency)) / math.log(TOP)
        return HEIGHT - EDGE - min(1.0, share) * (HEIGHT - 2 * EDGE)

    parts = [_grid(y), *(_text(x(n), HEIGHT - EDGE + 22, one.pens) for n, one in enumerate(loads))]
    for share, colour in COLOURS.items():
        values = [percentile(one.latencies, share) for one in loads]
        points = " ".join(f"{x(n):.1f},{y(value):.1f}" for n, value in enumerate(values))
        parts.append(
            f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="2.5"/>'
        )
        parts.append(
            f'<text x="{WIDTH - EDGE + 6}" y="{y(values[-1]) + 4:.1f}" fill="{colour}">'
            f"p{share * 100:.0f}</text>"
        )
    parts.append(_text(WIDTH / 2, HEIGHT - 12, "pens at 30 messages a second"))
    parts.append(_text(WIDTH / 2, 24, "time to the answer, milliseconds"))
    body = "\n".join(parts)
    file.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
        f' font-family="system-ui, sans-serif" font-size="13">\n'
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>\n{body}\n</svg>\n',
        encoding="utf-8",
    )


def _grid(y: Callable[[float], float]) -> str:
    lines = []
    for latency in (1, 3, 10, 30, 100, 300):
        lines.append(
            f'<line x1="{EDGE}" x2="{WIDTH - EDGE}" y1="{y(latency):.1f}" y2="{y(latency):.1f}"'
            ' stroke="#ddd"/>'
            f'<text x="{EDGE - 8}" y="{y(latency) + 4:.1f}" text-anchor="end" fill="#444">'
            f"{latency}</text>"
        )
    return "\n".join(lines)


def _text(x: float, y: float, text: object) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="#444">{text}</text>'
