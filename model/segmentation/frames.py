"""Find rings and boxes that were drawn around a number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import tau

import numpy as np
from numpy.typing import NDArray

from model.segmentation.segments import StrokeSegment

ReadsAsNumber = Callable[[Sequence[StrokeSegment]], bool]

_DIRECTIONS = 36  # in which the frame is looked for, from the middle of what it encloses
_MIN_DIRECTIONS = 30  # with a frame; a ring may stay open a little
_MAX_CROSSED_DIRECTIONS = 3  # in which the number may reach beyond the frame
_MIN_INNER_HEIGHT = 0.2  # share of the frame's height; less is a dot inside a zero
_MAX_FRAME_STROKES = 6
_MAX_FRAMES = 3  # nested or next to each other
_MAX_RINGS_EXAMINED = 4  # of the largest segments; bounds the work
# Distances of a frame's strokes from the sides of the drawing, as shares of its shorter side:
_MAX_SIDE_GAP = 0.06  # of the nearest point of each stroke
_MAX_BULGE = 0.25  # of its farthest point; a ring is farther from the corners than a box
# A zero with a slash is no ring around a one: its slash leans, or reaches the zero.
_MAX_BAR_BULGE = 0.25  # width / length of a bar
_MAX_BAR_SLOPE = 0.36  # tangent of the angle by which a one leans at most
_MIN_BAR_CLEARANCE = 0.03  # share of the frame's height above and below a one


def remove_frames(
    segments: Sequence[StrokeSegment], reads_as_number: ReadsAsNumber
) -> list[StrokeSegment]:
    """Return the segments without those that are a frame around a number.

    reads_as_number: whether segments alone are predicted as digits. Nested frames are removed from
    the outside to the inside.
    """
    remaining = list(segments)
    for _ in range(_MAX_FRAMES):
        frame = _find_frame(remaining, reads_as_number)
        if not frame:
            break
        remaining = [segment for segment in remaining if segment not in frame]
    return remaining


def _find_frame(
    segments: Sequence[StrokeSegment], reads_as_number: ReadsAsNumber
) -> list[StrokeSegment]:
    """Return the segments of one frame, the largest; none if there is no frame."""
    largest = sorted(segments, key=lambda item: -item.box[2] * item.box[3])
    for segment in largest[:_MAX_RINGS_EXAMINED]:
        inner = [other for other in segments if other is not segment and _is_around(segment, other)]
        if inner and _encloses([segment], inner) and reads_as_number(inner):
            return [segment]
    if len(segments) < 3:  # two strokes of a frame, and one inside
        return []
    outer = _along_the_sides(segments)
    inner = [segment for segment in segments if segment not in outer]
    if 2 <= len(outer) <= _MAX_FRAME_STROKES and inner and _encloses(outer, inner):
        return outer if reads_as_number(inner) else []
    return []


def _is_around(segment: StrokeSegment, other: StrokeSegment) -> bool:
    """Return whether the middle of `other` is in the box of `segment`, which is larger."""
    left, top, width, height = segment.box
    x, y, other_width, other_height = other.box
    return (
        left < x + other_width / 2 < left + width
        and top < y + other_height / 2 < top + height
        and width > other_width
        and height > 0.9 * other_height
    )


def _along_the_sides(segments: Sequence[StrokeSegment]) -> list[StrokeSegment]:
    """Return the segments that lie along the sides of the whole drawing."""
    boxes = np.array([segment.box for segment in segments])
    lows, highs = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    low, high = lows.min(axis=0), highs.max(axis=0)
    shorter = float((high - low).min())
    side_gaps = np.minimum(lows - low, high - highs).min(axis=1)
    at_a_side = np.flatnonzero(side_gaps <= _MAX_SIDE_GAP * shorter).tolist()
    if len(at_a_side) == len(segments):  # as digits of the same height: they enclose nothing
        return []
    along = []
    for index in at_a_side:
        points = segments[index].ink_points
        distances = np.minimum(points - low, high - points).min(axis=1)
        if distances.max() <= _MAX_BULGE * shorter:
            along.append(segments[index])
    return along


def _height(segments: Sequence[StrokeSegment]) -> float:
    boxes = [segment.box for segment in segments]
    return max(top + height for _, top, _, height in boxes) - min(top for _, top, _, _ in boxes)


def _encloses(frame: Sequence[StrokeSegment], inner: Sequence[StrokeSegment]) -> bool:
    """Return whether the frame is around `inner` in almost all directions."""
    if _height(inner) < _MIN_INNER_HEIGHT * _height(frame):
        return False
    outer_points = np.concatenate([segment.ink_points for segment in frame])
    inner_points = np.concatenate([segment.ink_points for segment in inner])
    low, high = inner_points.min(axis=0), inner_points.max(axis=0)
    extent = np.maximum(np.ptp(outer_points, axis=0), 1e-9)
    if _is_slash(inner_points, outer_points):
        return False
    # In units of the frame's extent, so that directions are evenly covered in a wide frame.
    middle = (low + high) / 2
    outer_radius = _radius_by_direction((outer_points - middle) / extent, np.minimum, np.inf)
    inner_radius = _radius_by_direction((inner_points - middle) / extent, np.maximum, 0.0)
    covered = np.isfinite(outer_radius)
    crossed = covered & (inner_radius > outer_radius)
    return int(covered.sum()) >= _MIN_DIRECTIONS and int(crossed.sum()) <= _MAX_CROSSED_DIRECTIONS


def _is_slash(inner: NDArray[np.float64], frame: NDArray[np.float64]) -> bool:
    """Return whether points (n, 2) are a bar that leans, or reaches the ends of a frame."""
    axes = np.linalg.svd(inner - inner.mean(axis=0), full_matrices=False)[2]
    length, bulge = np.ptp(inner @ axes.T, axis=0).tolist()
    if bulge > _MAX_BAR_BULGE * length:
        return False
    along_x, along_y = np.abs(axes[0]).tolist()
    margin = _MIN_BAR_CLEARANCE * float(np.ptp(frame[:, 1]))
    reaches = (
        inner[:, 1].min() < frame[:, 1].min() + margin
        or inner[:, 1].max() > frame[:, 1].max() - margin
    )
    return bool(along_x > _MAX_BAR_SLOPE * along_y or reaches)


def _radius_by_direction(
    points: NDArray[np.float64], choose: np.ufunc, initial: float
) -> NDArray[np.float64]:
    """Return the smallest or largest radius (_DIRECTIONS,) of points (n, 2) by direction."""
    angles = np.arctan2(points[:, 1], points[:, 0])
    directions = np.floor(angles * (_DIRECTIONS / tau)).astype(np.intp) % _DIRECTIONS
    radius = np.full(_DIRECTIONS, initial)
    choose.at(radius, directions, np.hypot(points[:, 0], points[:, 1]))
    return radius
