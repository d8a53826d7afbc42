"""Affinity: the log odds, from positions alone, that two segments belong to one digit."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.segmentation.segments import Segment

# Weights of a logistic regression on numbers and letters that `model.training.pen` wrote, adjusted
# by trial. Lengths are divided by the height of the tallest segment.
_BIAS = -1.0
_DISTANCE_WEIGHT = -20.0  # weight of the distance between the ink of both
_GAP_WEIGHT = -30.0  # weight of the horizontal gap between the boxes
_OVERLAP_WEIGHT = 6.0  # weight of the shared part of the narrower box's width
_VERTICAL_GAP_WEIGHT = -20.0  # weight of the vertical gap between the boxes
_MISALIGNMENT_WEIGHT = 4.0  # weight of differing tops and bottoms; separate digits are aligned
_CONTACT_WEIGHT = 2.0  # weight of strokes that meet
_CONTACT_DISTANCE = 0.05  # strokes farther apart do not meet
_MAX_DISTANCE = 0.6  # larger distances count as this
_MAX_GAP = 0.3  # larger gaps count as this
_MIN_WIDTH = 0.03  # least width of a box; that of a vertical stroke may be 0
_MAX_MEASURED_SEGMENTS = 60  # above it, distances are measured between boxes instead of ink


def affinity_matrix(segments: Sequence[Segment], cutoff: float) -> NDArray[np.float64]:
    """Return the log odds (n, n), symmetric, that each pair of segments belongs to one digit.

    cutoff: below -cutoff only an upper bound is returned, from the distance between the boxes. For
    more than _MAX_MEASURED_SEGMENTS that holds for all pairs.
    """
    boxes = np.array([segment.box for segment in segments])
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    tallest = max(float(np.maximum(boxes[:, 3], boxes[:, 2] / 2).max()), 1e-9)
    separation = (np.maximum(low[:, None], low) - np.minimum(high[:, None], high)) / tallest
    gap, vertical_gap = np.clip(separation, 0, _MAX_GAP).transpose(2, 0, 1)
    narrower = np.maximum(np.minimum(boxes[:, None, 2], boxes[:, 2]) / tallest, _MIN_WIDTH)
    overlap = np.clip(-separation[..., 0] / narrower, 0, 1)
    offset = np.hypot(low[:, None, 1] - low[:, 1], high[:, None, 1] - high[:, 1]) / tallest
    misalignment = np.minimum(offset, 1.0)
    box_distance = np.hypot(*np.maximum(separation, 0).transpose(2, 0, 1))
    distance = np.minimum(box_distance, _MAX_DISTANCE)

    def log_odds(distance: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            _BIAS
            + _DISTANCE_WEIGHT * distance
            + _GAP_WEIGHT * gap
            + _OVERLAP_WEIGHT * overlap
            + _VERTICAL_GAP_WEIGHT * vertical_gap
            + _MISALIGNMENT_WEIGHT * misalignment
            + _CONTACT_WEIGHT * np.maximum(0, 1 - distance / _CONTACT_DISTANCE)
        )

    # The ink is at least as far apart as the boxes: where those already rule out one digit, the
    # distance need not be measured.
    candidates = np.argwhere(np.triu(log_odds(distance) > -cutoff, 1))
    if len(candidates) and len(segments) <= _MAX_MEASURED_SEGMENTS:
        indices, pairs = np.unique(candidates, return_inverse=True)
        outlines = np.stack([segments[index].outline for index in indices])
        measured = _outline_distances(outlines, pairs.reshape(candidates.shape)) / tallest
        distance[candidates[:, 0], candidates[:, 1]] = np.minimum(measured, _MAX_DISTANCE)
        distance[candidates[:, 1], candidates[:, 0]] = np.minimum(measured, _MAX_DISTANCE)
    return log_odds(distance)


def _outline_distances(
    outlines: NDArray[np.float64], pairs: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return the distance (m,) of each pair (m, 2) of the outlines (n, OUTLINE_POINTS, 2)."""
    first, second = outlines[pairs[:, 0]], outlines[pairs[:, 1]]
    return np.minimum(_to_polyline(first, second), _to_polyline(second, first))


def _to_polyline(
    points: NDArray[np.float64], polylines: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the shortest distance (m,) from points to polylines, both (m, OUTLINE_POINTS, 2)."""
    start = polylines[:, None, :-1]
    direction = polylines[:, None, 1:] - start
    offset = points[:, :, None] - start
    squared_length = np.maximum((direction**2).sum(-1), 1e-12)
    fraction = np.clip((offset * direction).sum(-1) / squared_length, 0, 1)
    perpendicular = offset - fraction[..., None] * direction
    return np.asarray(np.sqrt((perpendicular**2).sum(-1).min(axis=(1, 2))))
