"""Rows of marks: which belong to one line of writing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.marks import Mark

M = TypeVar("M", bound=Mark)

_TALL = 0.45  # of the tallest mark; smaller ones are bars, dots and pieces that follow a tall one
_SHARED = 0.4  # of the lower of two neighbours' heights that lies beside the other in one row
_STACKED = 0.5  # of the narrower's width that one has over the other when it stands on it


def rows_of(marks: Sequence[M], touching: float = 0.0) -> list[list[M]]:
    """The marks in rows from top to bottom, each row ordered by the middle of its marks.

    A row is a chain of neighbours that lie beside one another, so that it may climb or fall.
    touching: marks stay in one row that stand on one another with at most such a gap, as a share of
    the taller's height: the halves of an 8.
    """
    if not marks:
        return []
    boxes = np.array([mark.box for mark in marks])
    size = np.maximum(boxes[:, 3], boxes[:, 2] / 2)
    tall = size >= _TALL * size.max()
    rows: list[list[int]] = []
    for number in sorted(np.flatnonzero(tall).tolist(), key=lambda number: boxes[number, 0]):
        near = [_in_row(boxes[row], boxes[number], touching) for row in rows]
        if near and max(near) >= _SHARED:
            rows[int(np.argmax(near))].append(number)
        else:
            rows.append([number])
    for number in np.flatnonzero(~tall).tolist():
        gaps = [min(_distance(boxes[number], boxes[k]) for k in row) for row in rows]
        rows[int(np.argmin(gaps))].append(number)
    rows.sort(key=lambda row: float(np.mean(boxes[row, 1] + boxes[row, 3] / 2)))
    middle = boxes[:, 0] + boxes[:, 2] / 2
    return [[marks[number] for number in sorted(row, key=middle.__getitem__)] for row in rows]


def _in_row(row: NDArray[np.float64], box: NDArray[np.float64], touching: float) -> float:
    """How much of the lower one's height the row's last box and this one share, -inf to 1."""
    last = row[-1]
    lower = max(min(last[3], box[3]), 1e-9)
    beside = (min(last[1] + last[3], box[1] + box[3]) - max(last[1], box[1])) / lower
    above = min(last[0] + last[2], box[0] + box[2]) - max(last[0], box[0])
    stands_on = above > _STACKED * min(last[2], box[2])
    if stands_on and -beside * lower < touching * max(last[3], box[3]):
        return 1.0
    return float(beside)


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    gaps = np.maximum(
        0, np.maximum(one[:2], other[:2]) - np.minimum(one[:2] + one[2:], other[:2] + other[2:])
    )
    return float(np.hypot(*gaps))
