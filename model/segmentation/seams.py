"""Cut touching digits along the seams, from top to bottom, that cross the least ink."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from model.segmentation.segments import ImageSegment

_WORKING_HEIGHT = 40  # pixels at which seams are searched
_DIAGONAL_COST = 3.0  # gray levels, full ink is 255: favors straight seams over oblique ones
_MIN_SLICE_WIDTH = 0.15  # share of the segment's height
_BASE_CUTS = 3  # cuts allowed for every segment
_CUTS_PER_ASPECT = 3  # additional cuts per unit of width / height
MAX_SLICES = 24  # limit per segment: about ten touching digits


def cut_at_seams(segment: ImageSegment) -> list[ImageSegment]:
    """Return the slices of a segment, left to right; the segment itself if it is too narrow.

    Seams are paths of least ink (seam carving, Avidan and Shamir 2007), each the best one through
    its column at half height.
    """
    height, width = segment.ink.shape
    scale = _WORKING_HEIGHT / height
    size = max(1, round(width * scale)), _WORKING_HEIGHT
    small = cv2.resize(segment.ink, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    seams = _find_seams(small)
    if not seams:
        return [segment]
    rows = np.minimum(np.arange(height) * scale, _WORKING_HEIGHT - 1).astype(np.intp)
    cuts = [seam[rows] / scale for seam in seams]
    bounds = [np.zeros(height), *cuts, np.full(height, float(width))]
    slices = [_slice_between(segment, left, right) for left, right in pairwise(bounds)]
    return [piece for piece in slices if piece is not None]


def _find_seams(ink: NDArray[np.float32]) -> list[NDArray[np.intp]]:
    """Return the column at each row (height,) of each seam, left to right."""
    height, width = ink.shape
    max_cuts = min(int(_BASE_CUTS + _CUTS_PER_ASPECT * width / height), MAX_SLICES - 1)
    min_distance = max(2, round(_MIN_SLICE_WIDTH * height))
    if width < 3 * min_distance:
        return []
    middle = height // 2
    upper = _path_costs(ink[: middle + 1])
    lower = _path_costs(ink[middle:][::-1])
    costs = upper[-1] + lower[-1] - ink[middle]
    seams: list[tuple[float, NDArray[np.intp]]] = []
    available = np.zeros(width, np.bool_)
    available[min_distance : width - min_distance] = True
    while available.any() and len(seams) < max_cuts:
        column = int(np.where(available, costs, np.inf).argmin())
        seam = np.concatenate([_trace_path(upper, column), _trace_path(lower, column)[::-1][1:]])
        seams.append((float(seam[middle]), seam))
        available[max(0, column - min_distance) : column + min_distance + 1] = False
    return [seam for _, seam in sorted(seams, key=lambda positioned: positioned[0])]


def _path_costs(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the cost (height, width) of the cheapest path from the first row to each pixel."""
    costs = ink.copy()
    for row in range(1, len(costs)):
        previous = np.pad(costs[row - 1], 1, constant_values=np.inf)
        diagonal = np.minimum(previous[:-2], previous[2:]) + _DIAGONAL_COST
        costs[row] += np.minimum(previous[1:-1], diagonal)
    return costs


def _trace_path(costs: NDArray[np.float32], column: int) -> NDArray[np.intp]:
    """Return the columns of the cheapest path to `column` in the last row, from the first row."""
    path = [column]
    for row in costs[-2::-1]:
        start = max(0, path[-1] - 1)
        neighbors = row[start : path[-1] + 2] + _DIAGONAL_COST * np.abs(
            np.arange(start, min(path[-1] + 2, len(row))) - path[-1]
        )
        path.append(start + int(neighbors.argmin()))
    return np.array(path[::-1], np.intp)


def _slice_between(
    segment: ImageSegment, left: NDArray[np.float64], right: NDArray[np.float64]
) -> ImageSegment | None:
    """Return the ink between two columns (height,) for each row; None if there is none."""
    first, last = max(0, floor(left.min())), ceil(right.max())
    window = segment.ink[:, first:last]
    columns = np.arange(first, first + window.shape[1])
    inside = (columns >= left[:, None]) & (columns < right[:, None])
    ink = np.where(inside, window, 0).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0:
        return None
    cropped = ink[y : y + height, x : x + width]
    return ImageSegment(cropped, segment.left + first + x, segment.top + y)
