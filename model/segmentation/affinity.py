"""Ties: how likely two marks are parts of one digit, from where they lie alone."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.segmentation.segments import Segment

# Log odds, found by logistic regression and trial on numbers and letters that `model.training.pen`
# wrote; lengths are shares of the tallest mark's height.
_USUAL = -1.0
_DISTANCE = -20.0  # between their ink
_GAP = -30.0  # between their sides
_SHARED = 6.0  # of the narrower's width that lies over or under the other
_ABOVE = -20.0  # between one and what stands over it
_MISALIGNED = 4.0  # neighbours in a number stand on one line and are of one height
_MEETING = 2.0  # pen lines that meet
_MEETS = 0.05  # distance from which lines do not meet
_FARTHEST = 0.6  # beyond which distance tells no more
_WIDEST = 0.3  # beyond which a gap tells no more
_THINNEST = 0.03  # width of a stroke that goes straight down
_OUTLINED = 60  # of more marks the boxes alone tell how far apart they are


def affinity_matrix(marks: Sequence[Segment], certain: float) -> NDArray[np.float64]:
    """Log odds (n, n) that each two marks are of one digit; their order does not matter.

    certain: log odds against one digit from which it is all the same how large they are.
    """
    boxes = np.array([mark.box for mark in marks])
    low, high = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    tall = max(float(np.maximum(boxes[:, 3], boxes[:, 2] / 2).max()), 1e-9)
    apart = (np.maximum(low[:, None], low) - np.minimum(high[:, None], high)) / tall
    gap, above = np.clip(apart, 0, _WIDEST).transpose(2, 0, 1)
    narrower = np.maximum(np.minimum(boxes[:, None, 2], boxes[:, 2]) / tall, _THINNEST)
    shared = np.clip(-apart[..., 0] / narrower, 0, 1)
    offset = np.hypot(low[:, None, 1] - low[:, 1], high[:, None, 1] - high[:, 1]) / tall
    misaligned = np.minimum(offset, 1.0)
    distance = np.minimum(np.hypot(*np.maximum(apart, 0).transpose(2, 0, 1)), _FARTHEST)

    def odds(distance: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.asarray(
            _USUAL
            + _DISTANCE * distance
            + _GAP * gap
            + _SHARED * shared
            + _ABOVE * above
            + _MISALIGNED * misaligned
            + _MEETING * np.maximum(0, 1 - distance / _MEETS)
        )

    # The ink is at least as far apart as the boxes: what these rule out need not be measured.
    near = np.argwhere(np.triu(odds(distance) > -certain, 1))
    if len(near) and len(marks) <= _OUTLINED:
        used, pairs = np.unique(near, return_inverse=True)
        outlines = np.stack([marks[number].outline for number in used])
        found = _distances(outlines, pairs.reshape(near.shape)) / tall
        distance[near[:, 0], near[:, 1]] = np.minimum(found, _FARTHEST)
        distance[near[:, 1], near[:, 0]] = np.minimum(found, _FARTHEST)
    return odds(distance)


def _distances(outlines: NDArray[np.float64], pairs: NDArray[np.intp]) -> NDArray[np.float64]:
    """How far apart the lines (n, OUTLINE, 2) of each pair (m, 2) are."""
    one, other = outlines[pairs[:, 0]], outlines[pairs[:, 1]]
    return np.minimum(_to_line(one, other), _to_line(other, one))


def _to_line(points: NDArray[np.float64], lines: NDArray[np.float64]) -> NDArray[np.float64]:
    start = lines[:, None, :-1]
    along = lines[:, None, 1:] - start
    way = points[:, :, None] - start
    length = np.maximum((along**2).sum(-1), 1e-12)
    part = np.clip((way * along).sum(-1) / length, 0, 1)
    rest = way - part[..., None] * along
    return np.asarray(np.sqrt((rest**2).sum(-1).min(axis=(1, 2))))
