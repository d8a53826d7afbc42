"""From the canvas's own drawing to pen strokes."""

import math
from collections.abc import Sequence
from typing import Any

Point = tuple[float, float]
Stroke = tuple[Point, ...]
Segment = Sequence[Any]  # "M", "Q" or "L" and its coordinates


def strokes_of(drawing: dict[str, Any] | None) -> tuple[Stroke, ...]:
    """The strokes of a canvas drawing (`json_data`), in whole pixels of the pad, y down.

    The canvas smooths a stroke into quadratic curves whose control points are where the pen was;
    the ends it moves outwards by a thousandth of the pen's width, which is taken back here.
    """
    objects = (drawing or {}).get("objects", [])
    return tuple(
        _stroke(item["path"], item.get("strokeWidth", 0) / 1000)
        for item in objects
        if str(item.get("type", "")).lower() == "path" and len(item.get("path", [])) >= 2
    )


def _stroke(path: Sequence[Segment], shift: float) -> Stroke:
    pen = [(float(segment[1]), float(segment[2])) for segment in path if segment[0] == "Q"]
    end = (float(path[-1][1]), float(path[-1][2]))
    if not pen:  # a dot: both ends are the one point
        pen = [(float(path[0][1]) + shift, float(path[0][2]))]
    if len(pen) == 1:
        pen.append((end[0] - shift, end[1]))
    else:
        pen.append((_pull_back(end[0], pen[-1][0], shift), _pull_back(end[1], pen[-1][1], shift)))
    return tuple((_whole(x), _whole(y)) for x, y in pen)


def _pull_back(end: float, before: float, shift: float) -> float:
    return end - shift * ((end > before) - (end < before))


def _whole(value: float) -> float:
    """The nearest whole number, as ink.js has it: halves go up, even with noise on them."""
    return float(math.floor(value + 0.5 + 1e-6))
