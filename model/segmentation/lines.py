"""Rows of marks: which belong to one line of writing."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from model.prediction import Box
from model.segmentation.segments import Segment

M = TypeVar("M", bound=Segment)

_TALL = 0.45  # of the tallest mark; smaller ones are bars, dots and pieces that follow a tall one
_SHARED = 0.4  # of the lower of two neighbours' heights that lies beside the other in one row


def group_into_lines(marks: Sequence[M], ties: NDArray[np.float64] | None = None) -> list[list[M]]:
    """The marks in rows from top to bottom, each row ordered by the middle of its marks.

    A row is a chain of neighbours that lie beside one another, so that it may climb or fall.
    ties: log odds (n, n) that two marks are of one digit; what is rather one than not stays in one
    row, such as the halves of an 8.
    """
    if len(marks) < 2:
        return [list(marks)] if marks else []
    boxes = [mark.box for mark in marks]
    units = [[k] for k in range(len(marks))] if ties is None else _connected(ties > 0)
    rows = _chains([_around([boxes[k] for k in unit]) for unit in units])
    numbers = [[k for unit in row for k in units[unit]] for row in rows]
    return [[marks[k] for k in sorted(row, key=lambda k: _middle(boxes[k]))] for row in numbers]


def _middle(box: Box) -> float:
    left, _, width, _ = box
    return left + width / 2


def _chains(boxes: Sequence[Box]) -> list[list[int]]:
    """Which boxes are in one row, the rows from top to bottom."""
    sizes = [max(height, width / 2) for _, _, width, height in boxes]
    least = _TALL * max(sizes)
    tall = [number for number, size in enumerate(sizes) if size >= least]
    rows: list[list[int]] = []
    for number in sorted(tall, key=lambda number: boxes[number][0]):
        near = [_beside(boxes[row[-1]], boxes[number]) for row in rows]
        if near and max(near) >= _SHARED:
            rows[near.index(max(near))].append(number)
        else:
            rows.append([number])
    for number in (number for number, size in enumerate(sizes) if size < least):
        gaps = [min(_distance(boxes[number], boxes[k]) for k in row) for row in rows]
        rows[gaps.index(min(gaps))].append(number)
    rows.sort(key=lambda row: sum(boxes[k][1] + boxes[k][3] / 2 for k in row) / len(row))
    return rows


def _connected(linked: NDArray[np.bool_]) -> list[list[int]]:
    """The connected parts of a graph, given who is linked with whom (n, n)."""
    parts = {number: [number] for number in range(len(linked))}
    part_of = list(range(len(linked)))
    for one, other in np.argwhere(np.triu(linked, 1)).tolist():
        first, second = sorted((part_of[one], part_of[other]))
        if first != second:
            moved = parts.pop(second)
            parts[first] += moved
            for number in moved:
                part_of[number] = first
    return [sorted(part) for _, part in sorted(parts.items())]


def _around(boxes: Sequence[Box]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(left + width for left, _, width, _ in boxes)
    bottom = max(top + height for _, top, _, height in boxes)
    return left, top, right - left, bottom - top


def _beside(one: Box, other: Box) -> float:
    """How much of the lower one's height both share, -inf to 1."""
    shared = min(one[1] + one[3], other[1] + other[3]) - max(one[1], other[1])
    return shared / max(min(one[3], other[3]), 1e-9)


def _distance(one: Box, other: Box) -> float:
    across = max(one[0], other[0]) - min(one[0] + one[2], other[0] + other[2])
    down = max(one[1], other[1]) - min(one[1] + one[3], other[1] + other[3])
    return hypot(max(0.0, across), max(0.0, down))
