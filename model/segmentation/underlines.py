"""Find lines that were drawn below a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import hypot, tan
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from model.segmentation.segments import StrokeSegment

ReadsAsNumber = Callable[[Sequence[StrokeSegment]], bool]

_MAX_LINES_EXAMINED = 12  # bounds the work
_MAX_SLOPE = tan(0.45)  # of an underline; radians
_MAX_THICKNESS = 0.22  # share of its length across which its points lie
_MIN_SHARE_ABOVE = 0.85  # share of a digit's points above the line; a 9 may cross it
_MIN_LENGTH = 0.3  # share of the digits' height
_MAX_LENGTH = 8.0  # in heights of the digits, of which a long line has one above it
_MAX_GAP = 0.9  # share of the digits' height between them and the line
_MIN_GAP = 0.05  # a line closer than this touches a digit and may be a part of it
_MIN_OVERLINE_GAP = (
    0.15  # share of the height between digits and another line; less is the bar of a 5
)
_MIN_OVERHANG = 1.2  # length of such a line / width of the digits


@dataclass(frozen=True, slots=True)
class Line:
    """The straight line y = y + slope * (x - left), from `left` to `right`."""

    left: float
    right: float
    y: float
    slope: float

    def height_above(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return by how much each point (n, 2) is above the line, in pixels (n,)."""
        return np.asarray(self.y + self.slope * (points[:, 0] - self.left) - points[:, 1])


def fit_line(segment: StrokeSegment) -> Line | None:
    """Return the line along which a segment was drawn, or None if it is no flat line."""
    if not _is_flat(segment):
        return None
    left, _, width, _ = segment.box
    points = segment.ink_points
    offsets = points - points.mean(axis=0)
    variance_x, variance_y = (offsets**2).sum(axis=0)
    covariance = float((offsets[:, 0] * offsets[:, 1]).sum())
    slope = tan(0.5 * np.arctan2(2 * covariance, variance_x - variance_y))
    if abs(slope) > _MAX_SLOPE:
        return None
    across = (offsets[:, 1] - slope * offsets[:, 0]) / hypot(1, slope)
    if np.ptp(across) > _MAX_THICKNESS * width:
        return None
    y = float(points[:, 1].mean() + slope * (left - points[:, 0].mean()))
    return Line(left, left + width, y, slope)


def _is_flat(segment: StrokeSegment) -> bool:
    """Return whether the box of a segment is as flat as that of a line."""
    _, _, width, height = segment.box
    return width > 0 and height <= (_MAX_SLOPE + _MAX_THICKNESS) * width


def remove_underlines(
    segments: Sequence[StrokeSegment], reads_as_number: ReadsAsNumber
) -> list[StrokeSegment]:
    """Return the segments without lines below digits.

    reads_as_number: whether segments alone are predicted as digits; it decides about lines that
    touch a digit, which may be the foot of a 1 or a part of a letter.
    """
    flat = [segment for segment in segments if _is_flat(segment)]
    digits = [segment for segment in segments if segment not in flat]
    flat = [segment for segment in flat if not _is_bar(segment, digits)]
    if not flat or not digits:
        return list(segments)
    lines = [(segment, line) for segment in flat if (line := fit_line(segment))]
    tallest = max(segment.box[3] for segment in digits)
    digits = [segment for segment in digits if segment.box[3] > 0.25 * tallest]
    remaining = list(segments)
    for segment, line in lines[:_MAX_LINES_EXAMINED]:
        others = [other for other in remaining if other is not segment]
        others_flat = [other for _, other in lines if other is not line]
        place = _place(line, digits, others_flat)
        if place == "below" or (
            place == "touching" and reads_as_number(others) and not reads_as_number(remaining)
        ):
            remaining = others
    return remaining


def _is_bar(flat: StrokeSegment, digits: Sequence[StrokeSegment]) -> bool:
    """Return whether a digit reaches from above to below a flat segment, as a 7 with a bar does."""
    left, top, width, height = flat.box
    return any(
        digit_left < left + width
        and left < digit_left + digit_width
        and digit_top + 0.15 * digit_height < top
        and digit_top + 0.85 * digit_height > top + height
        for digit_left, digit_top, digit_width, digit_height in (digit.box for digit in digits)
    )


def _place(
    line: Line, digits: Sequence[StrokeSegment], others: Sequence[Line]
) -> Literal["below", "touching", ""]:
    """Return where a line is: below digits, so close that it may be a part of one, or elsewhere.

    others: the other flat lines. One above the digits makes them a part of a letter.
    """
    length = line.right - line.left
    above, gap = [], np.inf
    for digit in digits:
        left, _, width, _ = digit.box
        if left > line.right or left + width < line.left:
            continue
        heights = line.height_above(digit.ink_points)
        share = float(np.mean(heights > 0))
        if share >= _MIN_SHARE_ABOVE:
            above.append(digit.box)
            gap = min(gap, float(heights.min()))
        elif share > 1 - _MIN_SHARE_ABOVE or heights.max() > -_MIN_GAP * digit.box[3]:
            return ""  # it crosses the line, or hangs on it
    if not above:
        return ""
    height = max(height for _, _, _, height in above)
    if not _MIN_LENGTH * height <= length <= _MAX_LENGTH * height * len(above):
        return ""
    top = min(top for _, top, _, _ in above)
    for other in others:
        overlap = min(line.right, other.right) - max(line.left, other.left)
        if overlap > 0.5 * length and other.y < top - _MIN_OVERLINE_GAP * height:
            return ""
    if gap >= _MIN_GAP * height:
        return "below" if gap <= _MAX_GAP * height else ""
    left = min(left for left, _, _, _ in above)
    right = max(left + width for left, _, width, _ in above)
    return "touching" if length >= _MIN_OVERHANG * (right - left) else ""
