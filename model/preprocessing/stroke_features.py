"""Describe the path of the pen, which a glyph does not show: order and direction of the strokes."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.preprocessing.strokes import Stroke

FEATURE_POINTS = 64  # points along all strokes of a symbol
FEATURE_CHANNELS = 5  # x, y, step in x, step in y, start of a stroke
_STEP_SCALE = 10.0  # brings the steps between points to about the range of the positions
_MAX_STEP = 2.0  # larger steps, where the pen was lifted, count as this


def stroke_features(strokes: Sequence[Stroke]) -> NDArray[np.float32]:
    """Return features, float32 (FEATURE_POINTS, FEATURE_CHANNELS), of strokes (n, 2).

    They do not depend on the position and size of the strokes, nor on the speed of the pen.
    """
    return features_of_points(*resample_strokes(strokes))


def resample_strokes(
    strokes: Sequence[Stroke],
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Return FEATURE_POINTS equidistant points (n, 2) along strokes, and which start a stroke (n,).

    Each stroke has at least one point, so that dots are not lost; of more than FEATURE_POINTS
    strokes, the first ones.
    """
    strokes = strokes[:FEATURE_POINTS]
    lengths = [np.hypot(*np.diff(stroke, axis=0).T) for stroke in strokes]
    total = sum(float(steps.sum()) for steps in lengths)
    # The pen rests at the start of each stroke for the distance of one sample.
    rest = max(total, 1e-9) / FEATURE_POINTS
    points = np.concatenate([part for stroke in strokes for part in (stroke[:1], stroke)])
    steps = np.concatenate([part for steps in lengths for part in ([0.0, rest], steps)])
    arc = np.cumsum(steps)
    samples = np.linspace(rest / 2, arc[-1], FEATURE_POINTS)
    resampled = np.stack([np.interp(samples, arc, points[:, axis]) for axis in (0, 1)], axis=1)
    starts_at = arc[np.cumsum([0, *(len(stroke) + 1 for stroke in strokes[:-1])])]
    is_start = np.zeros(FEATURE_POINTS, np.bool_)
    is_start[np.minimum(np.searchsorted(samples, starts_at), FEATURE_POINTS - 1)] = True
    return resampled, is_start


def features_of_points(
    points: NDArray[np.float64], is_start: NDArray[np.bool_]
) -> NDArray[np.float32]:
    """Return features (…, FEATURE_CHANNELS) of resampled points (…, 2) and starts (…)."""
    low, high = points.min(axis=-2, keepdims=True), points.max(axis=-2, keepdims=True)
    size = np.maximum((high - low).max(axis=-1, keepdims=True), 1e-9)
    position = (points - (low + high) / 2) / size
    steps = np.diff(position, axis=-2, prepend=position[..., :1, :]) * _STEP_SCALE
    steps = np.clip(steps, -_MAX_STEP, _MAX_STEP)
    return np.concatenate([position, steps, is_start[..., None]], axis=-1, dtype=np.float32)
