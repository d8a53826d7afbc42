"""Validate and simplify pen strokes."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import InputError

Stroke = NDArray[np.float64]  # (n, 2) of x and y in pixels, y down, n >= 1

MAX_STROKES = 2_000
MAX_POINTS = 200_000
MAX_COORDINATE = 1e6  # pixels; no pad is wider, and float32 still resolves half a pixel there
_GRID_STEPS = 512  # along the longer side of the drawing; finer detail is not visible on the page


def clean_strokes(strokes: Sequence[ArrayLike]) -> list[Stroke]:
    """Return the non-empty strokes as float64 (n, 2), without points too close to tell apart.

    Raises InputError for strokes that are not lists of (n, 2) finite numbers, for coordinates
    beyond ±MAX_COORDINATE, and for more than MAX_STROKES or MAX_POINTS.
    """
    if len(strokes) > MAX_STROKES:
        raise InputError(
            "too_many_strokes",
            f"The drawing has {len(strokes):,} strokes; send at most {MAX_STROKES:,}.",
        )
    arrays = [_to_points(number, stroke) for number, stroke in enumerate(strokes, start=1)]
    arrays = [points for points in arrays if len(points)]
    if not arrays:
        return []
    count = sum(map(len, arrays))
    if count > MAX_POINTS:
        raise InputError(
            "too_many_points", f"The drawing has {count:,} points; send at most {MAX_POINTS:,}."
        )
    return _simplify(arrays, count)


def _to_points(number: int, stroke: ArrayLike) -> Stroke:
    """Return a stroke as float64 (n, 2), n >= 0; `number` names it in errors."""
    try:
        points = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty((1, 1))  # fails the check of the shape below
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError(
            "invalid_strokes",
            f"Stroke {number} is not a list of points; send each point as two numbers, [x, y].",
        )
    largest = np.abs(points).max()
    if not np.isfinite(largest):
        raise InputError(
            "invalid_strokes",
            f"Stroke {number} has a coordinate that is not finite; send pixels of the pad.",
        )
    if largest > MAX_COORDINATE:
        raise InputError(
            "invalid_strokes",
            f"Stroke {number} has a coordinate of {largest:.3g} pixels; "
            f"send coordinates within ±{MAX_COORDINATE:,.0f}.",
        )
    return points


def _simplify(strokes: list[Stroke], count: int) -> list[Stroke]:
    """Drop points in the same cell of a grid as the point before them; no stroke becomes empty."""
    if count < _GRID_STEPS:
        return strokes
    points = np.concatenate(strokes)
    cell_size = float(np.ptp(points, axis=0).max()) / _GRID_STEPS
    if cell_size == 0.0:
        return [stroke[:1] for stroke in strokes]
    return [_drop_repeated_cells(stroke, cell_size) for stroke in strokes]


def _drop_repeated_cells(stroke: Stroke, cell_size: float) -> Stroke:
    cells = np.floor(stroke / cell_size)
    changed = np.any(cells[1:] != cells[:-1], axis=1)
    simplified: Stroke = stroke[np.concatenate(([True], changed))]
    return simplified
