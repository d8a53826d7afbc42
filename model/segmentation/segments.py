"""Segments: strokes or image components that are taken together as one candidate symbol."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.prediction import Box
from model.preprocessing.normalize import (
    Glyph,
    center_by_mass,
    normalize_image,
    normalize_strokes,
    scale_to_box,
)
from model.preprocessing.strokes import Stroke

MAX_SEGMENTS = 400  # limit per input; a page of 200 digits, some of them broken, has fewer
MAX_SEGMENT_PIXELS = 16_000_000  # limit for all bounding boxes, about four of the largest images
OUTLINE_POINTS = 24  # points that represent a segment when distances are measured
_POINTS_PER_STROKE = 72  # points that represent a stroke when marks are distinguished from digits
_MAX_SEPARATE_STROKES = 40  # more are hatching, where positions tell little
_RASTER_SIDE = 512  # pixels of the longer side at which touching strokes are found


class Segment(Protocol):
    """A candidate symbol. Coordinates are in pixels of the drawing or of the ink image."""

    @property
    def box(self) -> Box:
        """x, y, width and height, y down."""

    @property
    def glyph(self) -> Glyph:
        """The network's input, uint8 (28, 28)."""

    @property
    def outline(self) -> NDArray[np.float64]:
        """Points along the segment, (OUTLINE_POINTS, 2)."""


SegmentT = TypeVar("SegmentT", bound=Segment)


@dataclass(frozen=True, eq=False)
class StrokeSegment:
    """One or more pen strokes."""

    strokes: tuple[Stroke, ...]

    @cached_property
    def box(self) -> Box:
        points = np.concatenate(self.strokes) if len(self.strokes) > 1 else self.strokes[0]
        corner = points.min(axis=0)
        (left, top), (width, height) = corner.tolist(), (points.max(axis=0) - corner).tolist()
        return left, top, width, height

    @cached_property
    def glyph(self) -> Glyph:
        return normalize_strokes(self.strokes)

    @cached_property
    def outline(self) -> NDArray[np.float64]:
        return _resample(np.concatenate(self.strokes), OUTLINE_POINTS)

    @cached_property
    def ink_points(self) -> NDArray[np.float64]:
        """Points evenly along each stroke, (n, 2), none where the pen was lifted."""
        return np.concatenate([_resample(stroke, _POINTS_PER_STROKE) for stroke in self.strokes])


@dataclass(frozen=True, eq=False)
class ImageSegment:
    """One or more connected components of an ink image, or a part of one.

    ink: uint8 (height, width), ink intensity 0-255 of this segment alone.
    left, top: position of its top left corner in the ink image.
    """

    ink: NDArray[np.uint8]
    left: int
    top: int

    @cached_property
    def box(self) -> Box:
        height, width = self.ink.shape
        return float(self.left), float(self.top), float(width), float(height)

    @cached_property
    def glyph(self) -> Glyph:
        return normalize_image(self.ink)

    @cached_property
    def outline(self) -> NDArray[np.float64]:
        contours, _ = cv2.findContours(
            np.asarray(self.ink > 127, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        longest = max(contours, key=len, default=np.zeros((1, 1, 2), np.int32))
        corner = np.array([self.left, self.top])
        return _resample(np.asarray(longest[:, 0], np.float64) + corner, OUTLINE_POINTS)


@dataclass(frozen=True, eq=False)
class WholePictureSegment(ImageSegment):
    """All ink of a small picture; its glyph keeps the gray levels of the edges."""

    @cached_property
    def glyph(self) -> Glyph:
        return center_by_mass(scale_to_box(self.ink))


def _resample(points: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """Return `count` equidistant points along the polyline through points (n, 2)."""
    step_lengths = np.hypot(*np.diff(points, axis=0).T)
    arc_length = np.concatenate([[0.0], np.cumsum(step_lengths)])
    positions = np.linspace(0, arc_length[-1], count)
    x, y = (np.interp(positions, arc_length, points[:, axis]) for axis in (0, 1))
    return np.stack([x, y], axis=1)


def check_segment_count(count: int, limit: int = MAX_SEGMENTS) -> None:
    """Raise InputError for more than `limit`: the work grows with the square of the count."""
    if count > limit:
        raise InputError(
            "too_many_symbols",
            f"There are {count:,} separate shapes, far more than digits on a page; send a part "
            f"with at most {limit}, or a cleaner image.",
        )


def merged_pixel_count(segments: Sequence[Segment]) -> int:
    """Return the pixels of the image that merging would create; 0 for strokes or one segment."""
    if len(segments) < 2 or not isinstance(segments[0], ImageSegment):
        return 0
    boxes = [segment.box for segment in segments]
    width = max(box[0] + box[2] for box in boxes) - min(box[0] for box in boxes)
    height = max(box[1] + box[3] for box in boxes) - min(box[1] for box in boxes)
    return int(width * height)


def segments_from_strokes(strokes: Sequence[Stroke]) -> list[StrokeSegment]:
    """Return a segment for each stroke; for many strokes, one for each group that touches.

    Raises InputError "too_many_symbols" for more than MAX_SEGMENTS.
    """
    if len(strokes) <= _MAX_SEPARATE_STROKES:
        return [StrokeSegment((stroke,)) for stroke in strokes]
    points = np.concatenate(strokes)
    origin, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    scale = _RASTER_SIDE / max(extent, 1e-9)
    canvas = np.zeros((_RASTER_SIDE + 1, _RASTER_SIDE + 1), np.uint8)
    paths = [np.rint((stroke - origin) * scale).astype(np.int32) for stroke in strokes]
    paths = [np.repeat(path, 2, axis=0) if len(path) == 1 else path for path in paths]
    cv2.polylines(canvas, paths, False, 255, 3)
    _, labels = cv2.connectedComponents(canvas)
    groups: dict[int, list[Stroke]] = {}
    for stroke, path in zip(strokes, paths, strict=True):
        x, y = path[0]
        groups.setdefault(int(labels[y, x]), []).append(stroke)
    check_segment_count(len(groups))
    return [StrokeSegment(tuple(group)) for group in groups.values()]


def merge_stroke_segments(segments: Sequence[StrokeSegment]) -> StrokeSegment:
    """Return one segment with the strokes of all."""
    return StrokeSegment(tuple(stroke for segment in segments for stroke in segment.strokes))


def merge_image_segments(segments: Sequence[ImageSegment]) -> ImageSegment:
    """Return one segment with the ink of all, which are from the same image."""
    if len(segments) == 1:
        return segments[0]
    left, top = min(segment.left for segment in segments), min(segment.top for segment in segments)
    right = max(segment.left + segment.ink.shape[1] for segment in segments)
    bottom = max(segment.top + segment.ink.shape[0] for segment in segments)
    ink = np.zeros((bottom - top, right - left), np.uint8)
    for segment in segments:
        height, width = segment.ink.shape
        y, x = segment.top - top, segment.left - left
        window = ink[y : y + height, x : x + width]
        np.maximum(window, segment.ink, out=window)
    return ImageSegment(ink, left, top)
