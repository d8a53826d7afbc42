"""Separate the strokes of digits from other marks: specks, points, commas, dashes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Literal

import numpy as np

from model.prediction import Box
from model.segmentation.segments import StrokeSegment
from model.segmentation.underlines import fit_line

_SPECK_SIZE = 0.12  # share of a typical segment; the same as for noise in images
_DOT_SIZE = 0.05  # share of a typical segment, up to which a speck is never a part of a digit
_SPECK_CLEARANCE = 0.08  # share of a typical segment; larger specks that are closer are parts
_SMALL_SIZE = 0.3  # share of a typical segment, up to which a lone segment is a mark
_DASH_HEIGHT = 0.25, 0.8  # share of the digit next to it, from its top
_MAX_DASH_LENGTH = 0.7  # share of a typical segment
_DASH_CLEARANCE = 0.04  # share of a typical segment between a dash and the digits next to it
_MIN_CLEARANCE = 0.06  # share of a typical segment between another mark and a digit next to it
_MIN_VERTICAL_CLEARANCE = 0.12  # and above or below it
_SEPARATOR_TOP = 0.3  # share of the digits' height from their top; above it no mark separates
_SEPARATOR_BOTTOM = 1.1  # and of the top of a mark; a tap below the digits separates none
_OVERHANG = 0.8  # share of a digit's height below which a point may be under its overhang
_BAND = 0.1  # share of the digits' height around a mark in which it has to be between them


@dataclass(frozen=True)
class PenMarks:
    """The segments of digits; marks to leave out unless they separate two digits; and dashes."""

    digits: list[StrokeSegment]
    marks: list[StrokeSegment]
    dashes: list[StrokeSegment]


def separate_marks(segments: Sequence[StrokeSegment]) -> PenMarks:
    """Return the segments, sorted into digits, small marks and dashes by size and position."""
    sizes = [_size(segment) for segment in segments]
    if max(sizes) == 0.0:  # only taps
        return PenMarks(list(segments), [], [])
    typical = median(size for size in sizes if size > _SMALL_SIZE * max(sizes))
    digits: list[StrokeSegment] = []
    marks: list[StrokeSegment] = []
    dashes: list[StrokeSegment] = []
    for segment, size in zip(segments, sizes, strict=True):
        if size > _SMALL_SIZE * typical and segment.box[3] > 0.7 * segment.box[2]:
            digits.append(segment)  # most strokes: neither small nor flat
            continue
        others = [
            other
            for other, other_size in zip(segments, sizes, strict=True)
            if other is not segment and other_size > _SPECK_SIZE * typical
        ]
        kind = _classify(segment, others, size / typical, typical) if others else "digit"
        {"digit": digits, "mark": marks, "dash": dashes}[kind].append(segment)
    return PenMarks(digits, marks, dashes) if digits else PenMarks(list(segments), [], [])


def _classify(
    segment: StrokeSegment, others: Sequence[StrokeSegment], size: float, typical: float
) -> Literal["digit", "mark", "dash"]:
    """Return what a segment is; `size` is its size as a share of the typical size, in pixels."""
    if size <= _SPECK_SIZE:
        is_dot = size <= _DOT_SIZE or _is_clear(segment, others, _SPECK_CLEARANCE * typical)
        return "mark" if is_dot else "digit"
    is_between = _is_between(segment, others, typical)
    is_apart = max(segment.box[2:]) <= _SMALL_SIZE * typical and _is_apart(segment, others, typical)
    if not is_between and not is_apart:
        return "digit"
    height = _relative_height(segment, others, typical)
    if _DASH_HEIGHT[0] < height < _DASH_HEIGHT[1] and fit_line(segment):
        is_dash = is_between and segment.box[2] <= _MAX_DASH_LENGTH * typical
        return "dash" if is_dash else "digit"
    return "mark" if is_apart and not 0 < height < _DASH_HEIGHT[1] else "digit"


def _size(segment: StrokeSegment) -> float:
    """Return the height of a segment, or half of its width if that is more."""
    _, _, width, height = segment.box
    return max(height, width / 2)


def _gaps(segment: StrokeSegment, other: StrokeSegment) -> tuple[float, float]:
    """Return the horizontal and the vertical gap between two boxes; negative where they overlap."""
    left, top, width, height = segment.box
    other_left, other_top, other_width, other_height = other.box
    return (
        max(left - (other_left + other_width), other_left - (left + width)),
        max(top - (other_top + other_height), other_top - (top + height)),
    )


def _is_clear(segment: StrokeSegment, others: Sequence[StrokeSegment], clearance: float) -> bool:
    """Return whether a speck is in no other segment's box, and not closer to its ink."""
    left, top, width, height = segment.box
    x, y = left + width / 2, top + height / 2
    return not any(
        _is_inside(x, y, other.box)
        or float(np.hypot(*(other.ink_points - (x, y)).T).min()) < clearance
        for other in others
    )


def _relative_height(
    segment: StrokeSegment, others: Sequence[StrokeSegment], typical: float
) -> float:
    """Return the height of a segment's middle: 0 at the top of the nearest digit, 1 at its foot."""
    tall = [other for other in others if other.box[3] > 0.5 * typical]
    _, nearest_top, _, nearest_height = min(
        tall or others, key=lambda other: _gaps(segment, other)[0]
    ).box
    _, top, _, height = segment.box
    return (top + height / 2 - nearest_top) / max(nearest_height, 1e-9)


def _is_between(segment: StrokeSegment, others: Sequence[StrokeSegment], typical: float) -> bool:
    """Return whether a segment is between others or before them, and next to all of them."""
    return any(other.box[0] > segment.box[0] for other in others) and all(
        _gaps(segment, other)[0] >= _DASH_CLEARANCE * typical for other in others
    )


def _is_apart(segment: StrokeSegment, others: Sequence[StrokeSegment], typical: float) -> bool:
    """Return whether no other segment is close to a segment."""
    for other in others:
        gap, vertical_gap = _gaps(segment, other)
        if gap < _MIN_CLEARANCE * typical and vertical_gap < _MIN_VERTICAL_CLEARANCE * typical:
            return False
    return True


def insert_separators(
    lines: Sequence[Sequence[StrokeSegment]], marks: PenMarks
) -> tuple[list[list[StrokeSegment]], list[StrokeSegment]]:
    """Return the lines of digits with the marks that are signs, and these signs.

    lines: the digits of each line from left to right. A dash in a line is a sign; another mark
    is one where it separates two digits, as a decimal point or a colon does.
    """
    result = [list(line) for line in lines]
    signs: list[StrokeSegment] = []
    gaps: set[tuple[int, int]] = set()
    for mark in sorted(marks.marks, key=lambda mark: mark.box[0]):
        place = _find_gap(mark, lines)
        if place and place not in gaps:  # both points of a colon are one sign
            gaps.add(place)
            signs.append(mark)
            result[place[0]].append(mark)
    for dash in marks.dashes:
        index = _find_line(dash, lines)
        if index is not None:
            signs.append(dash)
            result[index].append(dash)
    for line in result:
        line.sort(key=lambda segment: segment.box[0] + segment.box[2] / 2)
    return result, signs


def _find_line(mark: StrokeSegment, lines: Sequence[Sequence[StrokeSegment]]) -> int | None:
    """Return the index of the line at the height of a mark, or None."""
    _, top, _, height = mark.box
    middle = top + height / 2
    for index, line in enumerate(lines):
        line_top = min(digit.box[1] for digit in line)
        line_height = max(digit.box[1] + digit.box[3] for digit in line) - line_top
        if (
            line_top + _SEPARATOR_TOP * line_height < middle
            and top < line_top + _SEPARATOR_BOTTOM * line_height
        ):
            return index
    return None


def _find_gap(
    mark: StrokeSegment, lines: Sequence[Sequence[StrokeSegment]]
) -> tuple[int, int] | None:
    """Return the line and the index of the digit to the right of a mark between two digits."""
    left, top, width, height = mark.box
    x, y = left + width / 2, top + height / 2
    index = _find_line(mark, lines)
    if index is None:
        return None
    line = lines[index]
    for right in range(1, len(line)):
        before, after = line[right - 1], line[right]
        if any(_is_inside(x, y, digit.box) for digit in (before, after)):
            continue
        tall = max(before.box[3], after.box[3])
        low = min(before.box[1], after.box[1])
        if not (low + _SEPARATOR_TOP * tall < y and top < low + _SEPARATOR_BOTTOM * tall):
            continue
        if (
            _edge_at(before, y, tall, rightmost=True)
            < x
            < _edge_at(after, y, tall, rightmost=False)
        ):
            return index, right
    return None


def _is_inside(x: float, y: float, box: Box) -> bool:
    """Return whether a position is in a box above its lowest part, where a decimal point may be."""
    left, top, width, height = box
    return left < x < left + width and y < top + _OVERHANG * height


def _edge_at(digit: StrokeSegment, y: float, tall: float, *, rightmost: bool) -> float:
    """Return the right or left edge of a digit's ink near a height, else its middle."""
    points = digit.ink_points
    near = points[np.abs(points[:, 1] - y) < _BAND * tall, 0]
    if not len(near):
        left, _, width, _ = digit.box
        return left + width / 2
    return float(near.max() if rightmost else near.min())
