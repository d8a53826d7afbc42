"""Touching digits cut apart: along the paths from top to bottom that cross the least ink."""

from __future__ import annotations

from itertools import pairwise
from math import ceil, floor

import cv2
import numpy as np
from numpy.typing import NDArray

from model.segmentation.segments import ImageSegment

_HEIGHT = 40  # pixels at which paths are looked for
_STEP_COST = 3.0  # of a pixel's full ink 255: a path may lean, but a straight one is better
_NARROWEST = 0.15  # of the mark's height, that lies between two cuts
_MOST_CUTS = 3, 3  # at least, and for each time the mark is as wide as high
MAX_SLICES = 24  # of a mark however wide: about ten digits that touch


def cut_at_seams(mark: ImageSegment) -> list[ImageSegment]:
    """The mark cut where little ink holds it together, left to right; alone where nothing does.

    The paths are seams of least ink (Avidan and Shamir 2007), each the best through its column at
    half height.
    """
    height, width = mark.ink.shape
    scale = _HEIGHT / height
    size = max(1, round(width * scale)), _HEIGHT
    small = cv2.resize(mark.ink, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    seams = _seams(small)
    if not seams:
        return [mark]
    rows = np.minimum(np.arange(height) * scale, _HEIGHT - 1).astype(np.intp)
    cuts = [seam[rows] / scale for seam in seams]
    bounds = [np.zeros(height), *cuts, np.full(height, float(width))]
    parts = [_between(mark, left, right) for left, right in pairwise(bounds)]
    return [part for part in parts if part is not None]


def _seams(ink: NDArray[np.float32]) -> list[NDArray[np.intp]]:
    """The column at each row of up to as many seams as _MOST_CUTS allows, left to right."""
    height, width = ink.shape
    most = min(int(_MOST_CUTS[0] + _MOST_CUTS[1] * width / height), MAX_SLICES - 1)
    apart = max(2, round(_NARROWEST * height))
    if width < 3 * apart:
        return []
    half = height // 2
    above = _cheapest(ink[: half + 1])
    below = _cheapest(ink[half:][::-1])
    price = above[-1] + below[-1] - ink[half]
    seams: list[tuple[float, NDArray[np.intp]]] = []
    free = np.zeros(width, np.bool_)
    free[apart : width - apart] = True
    while free.any() and len(seams) < most:
        column = int(np.where(free, price, np.inf).argmin())
        seam = np.concatenate([_traced(above, column), _traced(below, column)[::-1][1:]])
        seams.append((float(seam[half]), seam))
        free[max(0, column - apart) : column + apart + 1] = False
    return [seam for _, seam in sorted(seams, key=lambda found: found[0])]


def _cheapest(ink: NDArray[np.float32]) -> NDArray[np.float32]:
    """What the cheapest path from the first row to each pixel costs."""
    cost = ink.copy()
    for row in range(1, len(cost)):
        last = np.pad(cost[row - 1], 1, constant_values=np.inf)
        lean = np.minimum(last[:-2], last[2:]) + _STEP_COST
        cost[row] += np.minimum(last[1:-1], lean)
    return cost


def _traced(cost: NDArray[np.float32], column: int) -> NDArray[np.intp]:
    """The columns of the cheapest path that ends at `column` of the last row, from the first."""
    path = [column]
    for row in cost[-2::-1]:
        low = max(0, path[-1] - 1)
        near = row[low : path[-1] + 2] + _STEP_COST * np.abs(
            np.arange(low, min(path[-1] + 2, len(row))) - path[-1]
        )
        path.append(low + int(near.argmin()))
    return np.array(path[::-1], np.intp)


def _between(
    mark: ImageSegment, left: NDArray[np.float64], right: NDArray[np.float64]
) -> ImageSegment | None:
    """The mark's ink between two columns (height,) for each row; None where there is none."""
    first, last = max(0, floor(left.min())), ceil(right.max())
    window = mark.ink[:, first:last]
    columns = np.arange(first, first + window.shape[1])
    inside = (columns >= left[:, None]) & (columns < right[:, None])
    ink = np.where(inside, window, 0).astype(np.uint8)
    x, y, width, height = cv2.boundingRect(ink)
    if width == 0:
        return None
    return ImageSegment(ink[y : y + height, x : x + width], mark.left + first + x, mark.top + y)
