"""Pen strokes as the pipeline wants them: checked, thinned, in float64."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from model.errors import InputError

Stroke = NDArray[np.float64]  # (n, 2) of x and y, y down, n >= 1

MAX_STROKES = 2_000
MAX_POINTS = 200_000
MAX_COORDINATE = 1e6  # pixels; no pad is wider, and float32 still tells half pixels apart there
_RESOLUTION = 512  # steps over the longer side of all ink, more than the page can show


def clean_strokes(strokes: Sequence[ArrayLike]) -> list[Stroke]:
    """The strokes that hold ink, each (n, 2) float64, without points closer than the eye can see.

    Raises InputError for ink that is no list of (n, 2) finite numbers, that lies further than
    MAX_COORDINATE pixels from the origin, or that has more than MAX_STROKES or MAX_POINTS.
    """
    if len(strokes) > MAX_STROKES:
        raise InputError(
            "too_many_strokes",
            f"The drawing has {len(strokes):,} strokes; send at most {MAX_STROKES:,}.",
        )
    arrays = [_as_points(number, stroke) for number, stroke in enumerate(strokes, start=1)]
    arrays = [points for points in arrays if len(points)]
    if not arrays:
        return []
    count = sum(map(len, arrays))
    if count > MAX_POINTS:
        raise InputError(
            "too_many_points", f"The drawing has {count:,} points; send at most {MAX_POINTS:,}."
        )
    return _thin(arrays, count)


def _as_points(number: int, stroke: ArrayLike) -> Stroke:
    try:
        points = np.asarray(stroke, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty((1, 1))
    if points.size == 0:
        return np.empty((0, 2))
    if points.ndim != 2 or points.shape[1] != 2:
        raise InputError(
            "invalid_strokes",
            f"Stroke {number} is no list of points; send each point as two numbers, [x, y].",
        )
    largest = np.abs(points).max()
    if not np.isfinite(largest):
        raise InputError(
            "invalid_strokes",
            f"Stroke {number} has a coordinate that is no finite number; send pixels of the pad.",
        )
    if largest > MAX_COORDINATE:
        raise InputError(
            "invalid_strokes",
            f"Stroke {number} reaches {largest:.3g} pixels from the origin, further than any pad; "
            f"send coordinates within ±{MAX_COORDINATE:,.0f}.",
        )
    return points


def _thin(strokes: list[Stroke], count: int) -> list[Stroke]:
    """Drop points that repeat the one before on a grid of _RESOLUTION steps; keeps every stroke."""
    if count < _RESOLUTION:
        return strokes
    every = np.concatenate(strokes)
    step = float(np.ptp(every, axis=0).max()) / _RESOLUTION
    if step == 0.0:
        return [stroke[:1] for stroke in strokes]
    return [_without_repeats(stroke, step) for stroke in strokes]


def _without_repeats(stroke: Stroke, step: float) -> Stroke:
    cells = np.floor(stroke / step)
    moved = np.any(cells[1:] != cells[:-1], axis=1)
    kept: Stroke = stroke[np.concatenate(([True], moved))]
    return kept
