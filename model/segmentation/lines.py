"""Order segments into lines of text."""

from __future__ import annotations

from collections.abc import Sequence
from math import hypot

import numpy as np
from numpy.typing import NDArray

from model.prediction import Box
from model.segmentation.segments import SegmentT

_MIN_TALL_RATIO = 0.45  # share of the tallest; smaller ones (bars, dots) join the nearest line
_MIN_VERTICAL_OVERLAP = 0.4  # share of the lower height, for two neighbors in one line


def group_into_lines(
    segments: Sequence[SegmentT], affinity: NDArray[np.float64] | None = None
) -> list[list[SegmentT]]:
    """Return the segments in lines from top to bottom, each line from left to right.

    A line is a chain of neighbors that overlap vertically, so it may rise or fall.
    affinity: log odds (n, n) that two segments belong to one digit. Pairs with positive log odds,
    such as the halves of an 8, stay in one line.
    """
    if len(segments) < 2:
        return [list(segments)] if segments else []
    boxes = [segment.box for segment in segments]
    if affinity is None:
        units = [[index] for index in range(len(segments))]
    else:
        units = _connected_groups(affinity > 0)
    unit_boxes = [_bounding_box([boxes[index] for index in unit]) for unit in units]
    lines = [
        [index for unit_index in line for index in units[unit_index]]
        for line in _chain_boxes(unit_boxes)
    ]
    return [
        [segments[index] for index in sorted(line, key=lambda index: _center_x(boxes[index]))]
        for line in lines
    ]


def _chain_boxes(boxes: Sequence[Box]) -> list[list[int]]:
    """Return the indices of the boxes in each line, the lines from top to bottom."""
    sizes = [max(height, width / 2) for _, _, width, height in boxes]
    min_size = _MIN_TALL_RATIO * max(sizes)
    tall = [index for index, size in enumerate(sizes) if size >= min_size]
    small = [index for index, size in enumerate(sizes) if size < min_size]
    lines: list[list[int]] = []
    for index in sorted(tall, key=lambda index: boxes[index][0]):
        overlaps = [_vertical_overlap(boxes[line[-1]], boxes[index]) for line in lines]
        if overlaps and max(overlaps) >= _MIN_VERTICAL_OVERLAP:
            lines[overlaps.index(max(overlaps))].append(index)
        else:
            lines.append([index])
    for index in small:
        distances = [min(_distance(boxes[index], boxes[other]) for other in line) for line in lines]
        lines[distances.index(min(distances))].append(index)
    lines.sort(key=lambda line: sum(_center_y(boxes[index]) for index in line) / len(line))
    return lines


def _connected_groups(linked: NDArray[np.bool_]) -> list[list[int]]:
    """Return the connected components of a graph, given its symmetric adjacency matrix (n, n)."""
    groups = {index: [index] for index in range(len(linked))}
    group_of = list(range(len(linked)))
    for first, second in np.argwhere(np.triu(linked, 1)).tolist():
        target, source = sorted((group_of[first], group_of[second]))
        if target != source:
            moved = groups.pop(source)
            groups[target] += moved
            for index in moved:
                group_of[index] = target
    return [sorted(group) for _, group in sorted(groups.items())]


def _bounding_box(boxes: Sequence[Box]) -> Box:
    left, top = min(box[0] for box in boxes), min(box[1] for box in boxes)
    right = max(left + width for left, _, width, _ in boxes)
    bottom = max(top + height for _, top, _, height in boxes)
    return left, top, right - left, bottom - top


def _center_x(box: Box) -> float:
    left, _, width, _ = box
    return left + width / 2


def _center_y(box: Box) -> float:
    _, top, _, height = box
    return top + height / 2


def _vertical_overlap(first: Box, second: Box) -> float:
    """Return the share of the lower height that both have in common; negative for a gap."""
    top, bottom = max(first[1], second[1]), min(first[1] + first[3], second[1] + second[3])
    return (bottom - top) / max(min(first[3], second[3]), 1e-9)


def _distance(first: Box, second: Box) -> float:
    gap_x = max(first[0], second[0]) - min(first[0] + first[2], second[0] + second[2])
    gap_y = max(first[1], second[1]) - min(first[1] + first[3], second[1] + second[3])
    return hypot(max(0.0, gap_x), max(0.0, gap_y))
