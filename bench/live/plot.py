"""Plot a load test as SVG, without a plotting library."""

import math
from collections.abc import Callable, Sequence
from pathlib import Path

from bench.live.load import LoadResult
from bench.table import percentile

WIDTH, HEIGHT, MARGIN = 640, 360, 56
MAX_LATENCY = 500.0  # ms at the top of the logarithmic axis, which begins at 1 ms
COLORS = {0.5: "#2f45c5", 0.95: "#c2571a", 0.99: "#7a7f8c"}  # by percentile


def plot_load(results: Sequence[LoadResult], file: Path) -> None:
    """Write p50, p95 and p99 over the number of pens to `file`."""

    def x(index: int) -> float:
        return MARGIN + index * (WIDTH - 2 * MARGIN) / max(1, len(results) - 1)

    def y(latency: float) -> float:
        share = math.log(max(1.0, latency)) / math.log(MAX_LATENCY)
        return HEIGHT - MARGIN - min(1.0, share) * (HEIGHT - 2 * MARGIN)

    elements = [
        _grid(y),
        *(_label(x(i), HEIGHT - MARGIN + 22, result.pens) for i, result in enumerate(results)),
    ]
    for share, color in COLORS.items():
        values = [percentile(result.latencies, share) for result in results]
        points = " ".join(f"{x(i):.1f},{y(value):.1f}" for i, value in enumerate(values))
        elements.append(
            f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2.5"/>'
        )
        elements.append(
            f'<text x="{WIDTH - MARGIN + 6}" y="{y(values[-1]) + 4:.1f}" fill="{color}">'
            f"p{share * 100:.0f}</text>"
        )
    elements.append(_label(WIDTH / 2, HEIGHT - 12, "pens at 30 messages a second"))
    elements.append(_label(WIDTH / 2, 24, "time to the answer, milliseconds"))
    body = "\n".join(elements)
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
            f'<line x1="{MARGIN}" x2="{WIDTH - MARGIN}" y1="{y(latency):.1f}" y2="{y(latency):.1f}"'
            ' stroke="#ddd"/>'
            f'<text x="{MARGIN - 8}" y="{y(latency) + 4:.1f}" text-anchor="end" fill="#444">'
            f"{latency}</text>"
        )
    return "\n".join(lines)


def _label(x: float, y: float, text: object) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="middle" fill="#444">{text}</text>'
