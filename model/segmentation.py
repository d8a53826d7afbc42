"""Which marks are one digit: rows of marks, and in a row the grouping the network likes best."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from model.marks import Mark, PictureMark, StrokeMark
from model.strokes import Stroke


def pieces_of_ink(ink: NDArray[np.uint8]) -> list[PictureMark]:
    """The connected pieces of a picture's ink, without specks."""
    mask = (ink > 115).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    if count == 1:
        return []
    areas = stats[1:, cv2.CC_STAT_AREA]
    marks = []
    for number in 1 + np.flatnonzero(areas >= max(4, 0.03 * areas.max())):
        left, top, width, height, _ = stats[number].tolist()
        window = slice(top, top + height), slice(left, left + width)
        marks.append(PictureMark(np.where(labels[window] == number, ink[window], 0), left, top))
    return marks


def pieces_of_strokes(strokes: Sequence[Stroke]) -> list[StrokeMark]:
    """Each stroke a mark."""
    return [StrokeMark((stroke,)) for stroke in strokes]


_M = TypeVar("_M", bound=Mark)


def join_overlapping(marks: Sequence[_M]) -> list[_M]:
    """Marks above one another joined, left to right."""
    groups: list[_M] = []
    for mark in sorted(marks, key=lambda mark: mark.box[0]):
        if groups and _overlap(groups[-1], mark) > 0.4:
            groups[-1] = groups[-1].joined([mark])
        else:
            groups.append(mark)
    return groups


def _overlap(one: Mark, other: Mark) -> float:
    left, _, width, _ = one.box
    second, _, narrow, _ = other.box
    shared = min(left + width, second + narrow) - max(left, second)
    return shared / max(min(width, narrow), 1.0)
