"""Conversion of the canvas's drawing to pen strokes."""

import math
from collections.abc import Sequence
from typing import Any

from model import InputError

Point = tuple[float, float]
Stroke = tuple[Point, ...]
MAX_POINTS = 20_000  # as of a live drawing; a hand draws some hundred
PathCommand = Sequence[Any]  # "M", "Q" or "L" and its coordinates


def strokes_from_canvas(drawing: dict[str, Any] | None) -> tuple[Stroke, ...]:
    """Return the strokes of a canvas drawing (`json_data`) in whole canvas pixels, y down.

    fabric.js smooths a stroke into quadratic curves whose control points are the pen's positions,
    and moves both ends outwards by a thousandth of the pen's width, which is undone here.
    Raises InputError for more than MAX_POINTS.
    """
    objects = (drawing or {}).get("objects", [])
    count = sum(len(item.get("path", [])) for item in objects)
    if count > MAX_POINTS:  # before they are converted, which takes a second for a million
        raise InputError(
            "too_many_points", f"The drawing has {count:,} points; draw at most {MAX_POINTS:,}."
        )
    return tuple(
        _stroke(item["path"], item.get("strokeWidth", 0) / 1000)
        for item in objects
        if str(item.get("type", "")).lower() == "path" and len(item.get("path", [])) >= 2
    )


def _stroke(path: Sequence[PathCommand], shift: float) -> Stroke:
    points = [(float(command[1]), float(command[2])) for command in path if command[0] == "Q"]
    end = (float(path[-1][1]), float(path[-1][2]))
    if not points:  # a dot: both ends are the same point
        points = [(float(path[0][1]) + shift, float(path[0][2]))]
    if len(points) == 1:
        points.append((end[0] - shift, end[1]))
    else:
        previous = points[-1]
        points.append(
            (_undo_shift(end[0], previous[0], shift), _undo_shift(end[1], previous[1], shift))
        )
    return tuple((_round_half_up(x), _round_half_up(y)) for x, y in points)


def _undo_shift(end: float, previous: float, shift: float) -> float:
    return end - shift * ((end > previous) - (end < previous))


def _round_half_up(value: float) -> float:
    """Round as brush.js does: halves go up, even with floating-point noise."""
    return float(math.floor(value + 0.5 + 1e-6))
