"""Find the lines of ruled and squared paper, without the pen strokes that cross them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_MIN_SIDE = 200  # pixels; in a smaller image a line is as likely a pen stroke
_THICKNESS_DIVISOR = 60  # a line is thinner than its length divided by this
_MIN_DARKNESS = 0.2  # least share of the pen's darkness for a pixel of a ruled line
_MAX_TILT = 10.0  # degrees
_ANGLE_STEP = 0.25  # degrees
_MIN_COVERAGE = 0.6  # share of a line's length that is visible
_MIN_END_COVERAGE = 0.4  # the same for its first and last tenth: it runs from edge to edge
_MIN_SEPARATION = 8  # pixels between two lines
_MIN_LINES = 2  # a single line may be a pen stroke, such as a tall 1
_MAX_LINES = 80  # lines to examine; a sheet has fewer
_SEARCH_RADIUS = 2  # pixels that a line may deviate from a straight line


def find_ruled_lines(gray: NDArray[np.uint8], pen_level: float) -> NDArray[np.bool_] | None:
    """Return the pixels (height, width) of ruled lines, without the strokes that cross them.

    gray: uint8 (height, width), the light absorbed at each pixel. pen_level: how much the pen
    absorbs, 0-255. Returns None if there are no ruled lines.
    """
    if min(gray.shape) < _MIN_SIDE:
        return None
    mask = np.asarray(gray > _MIN_DARKNESS * pen_level, np.uint8)
    horizontal = _find_horizontal_lines(mask)
    vertical = _find_horizontal_lines(np.ascontiguousarray(mask.T))
    if horizontal is None and vertical is None:
        return None
    ruled = np.zeros(mask.shape, np.bool_)
    if horizontal is not None:
        ruled |= horizontal
    if vertical is not None:
        ruled |= vertical.T
    return ruled


def _find_horizontal_lines(mask: NDArray[np.uint8]) -> NDArray[np.bool_] | None:
    """Return the pixels of nearly horizontal lines; None for fewer than _MIN_LINES."""
    width = mask.shape[1]
    max_thickness = max(3, width // _THICKNESS_DIVISOR)
    thick = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((max_thickness + 1, 1), np.uint8))
    candidates = cv2.HoughLines(
        cv2.subtract(mask, thick),
        rho=2,
        theta=np.radians(_ANGLE_STEP),
        threshold=int(_MIN_COVERAGE / 2 * width),
        min_theta=np.radians(90 - _MAX_TILT),
        max_theta=np.radians(90 + _MAX_TILT),
    )
    if candidates is None:
        return None
    ruled = np.zeros(mask.shape, np.bool_)
    positions: list[float] = []  # rows where distinct lines cross the middle column
    for distance, angle in candidates[:_MAX_LINES, 0].tolist():
        if _add_line(ruled, mask, distance, angle, max_thickness):
            position = (distance - width / 2 * np.cos(angle)) / np.sin(angle)
            if all(abs(position - other) > _MIN_SEPARATION for other in positions):
                positions.append(position)
    return ruled if len(positions) >= _MIN_LINES else None


def _add_line(
    ruled: NDArray[np.bool_],
    mask: NDArray[np.uint8],
    distance: float,
    angle: float,
    max_thickness: int,
) -> bool:
    """Set the pixels of the line x cos(angle) + y sin(angle) = distance in `ruled`.

    The strip along the line is straightened. Columns in which it is hardly thicker than its median
    belong to the line, thicker ones to a stroke that crosses it. Returns False, and sets nothing,
    if too little of the line is visible.
    """
    height, width = mask.shape
    x = np.arange(width)
    line_y = np.rint((distance - x * np.cos(angle)) / np.sin(angle)).astype(np.intp)
    center = 2 * max_thickness
    rows = np.arange(2 * center + 1)[:, None]
    y = line_y + rows - center
    inside = (y >= 0) & (y < height)
    y = np.clip(y, 0, height - 1)
    near = slice(center - _SEARCH_RADIUS, center + _SEARCH_RADIUS + 1)
    near_line = mask[y[near], x] * inside[near]
    visible = near_line.any(axis=0)
    tenth = max(1, width // 10)
    end_coverage = min(visible[:tenth].mean(), visible[-tenth:].mean())
    if end_coverage < _MIN_END_COVERAGE or visible.mean() < _MIN_COVERAGE:
        return False
    strip = mask[y, x] * inside
    start = center - _SEARCH_RADIUS + near_line.argmax(axis=0)
    above, below = _run_lengths(strip, start, -1), _run_lengths(strip, start, 1)
    thickness = above + below - 1
    median = float(np.median(thickness[visible]))
    uncrossed = visible & (thickness <= median + max(1.0, 0.5 * median))
    pixels = uncrossed & inside & (rows >= start - above) & (rows <= start + below)
    ruled[y[pixels], np.broadcast_to(x, y.shape)[pixels]] = True
    return True


def _run_lengths(strip: NDArray[np.uint8], start: NDArray[np.intp], step: int) -> NDArray[np.intp]:
    """Return the number of consecutive set pixels in each column from `start`, up or down."""
    rows = np.arange(len(strip), dtype=np.int16)[:, None]
    start = start.astype(np.int16)
    ahead = rows >= start if step > 0 else rows <= start
    gaps = np.where(ahead & (strip == 0), np.abs(rows - start), np.int16(len(strip)))
    return np.asarray(gaps.min(axis=0), np.intp)
