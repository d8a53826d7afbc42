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


def rows_of(marks: Sequence[M], ties: NDArray[np.float64] | None = None) -> list[list[M]]:
    """The marks in rows from top to bottom, each row ordered by the middle of its marks.

    A row is a chain of neighbours that lie beside one another, so that it may climb or fall.
    ties: log odds (n, n) that two marks are of one digit; what is rather one than not stays in one
    row, such as the halves of an 8.
    """
    if len(marks) < 2:
        return [list(marks)] if marks else []
    boxes = np.array([mark.box for mark in marks])
    middle = boxes[:, 0] + boxes[:, 2] / 2
    units = [[k] for k in range(len(marks))] if ties is None else _connected(ties > 0)
    rows = _chains(np.array([_around(boxes[unit]) for unit in units]))
    numbers = [[k for unit in row for k in units[unit]] for row in rows]
    return [[marks[k] for k in sorted(row, key=middle.__getitem__)] for row in numbers]


def _chains(boxes: NDArray[np.float64]) -> list[list[int]]:
    """Which boxes (n, 4) are in one row, the rows from top to bottom."""
    size = np.maximum(boxes[:, 3], boxes[:, 2] / 2)
    tall = size >= _TALL * size.max()
    rows: list[list[int]] = []
    for number in sorted(np.flatnonzero(tall).tolist(), key=lambda number: boxes[number, 0]):
        near = [_beside(boxes[row[-1]], boxes[number]) for row in rows]
        if near and max(near) >= _SHARED:
            rows[int(np.argmax(near))].append(number)
        else:
            rows.append([number])
    for number in np.flatnonzero(~tall).tolist():
        gaps = [min(_distance(boxes[number], boxes[k]) for k in row) for row in rows]
        rows[int(np.argmin(gaps))].append(number)
    rows.sort(key=lambda row: float(np.mean(boxes[row, 1] + boxes[row, 3] / 2)))
    return rows


def _connected(linked: NDArray[np.bool_]) -> list[list[int]]:
    """The connected parts of a graph, given who is linked with whom (n, n)."""
    left = set(range(len(linked)))
    parts = []
    while left:
        part, new = [], [min(left)]
        left.remove(new[0])
        while new:
            part.append(new.pop())
            near = left.intersection(np.flatnonzero(linked[part[-1]]).tolist())
            left -= near
            new += near
        parts.append(sorted(part))
    return parts


def _around(boxes: NDArray[np.float64]) -> NDArray[np.float64]:
    low, high = boxes[:, :2].min(axis=0), (boxes[:, :2] + boxes[:, 2:]).max(axis=0)
    return np.concatenate([low, high - low])


def _beside(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    """How much of the lower one's height both share, -inf to 1."""
    shared = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return float(shared / max(min(one[3], other[3]), 1e-9))


def _distance(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    gaps = np.maximum(
        0, np.maximum(one[:2], other[:2]) - np.minimum(one[:2] + one[2:], other[:2] + other[2:])
    )
    return float(np.hypot(*gaps))
