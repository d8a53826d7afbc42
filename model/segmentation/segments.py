"""Marks: pieces of ink that may be a digit, a part of one, or several that touch."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from model.errors import InputError
from model.prediction import Box
from model.preprocessing.normalize import Glyph, normalize_image, normalize_strokes
from model.preprocessing.strokes import Stroke

_SEPARATE_STROKES = 40  # more make hatching, where place tells too little
_TOUCH_SIDE = 512  # pixels of the longer side at which strokes touch
MAX_MARKS = 400  # of one input; a page of 200 digits, some of them in pieces, has fewer
MAX_MARK_PIXELS = 16_000_000  # of all marks' boxes together, about four times the largest picture
OUTLINE = 24  # points that stand for a mark where distances are measured


class Segment(Protocol):
    """A piece of ink with its box, in the pixels it was found in."""

    @property
    def box(self) -> Box:
        """x, y, width, height, y down."""

    @property
    def glyph(self) -> Glyph:
        """The 28×28 picture of it for the network."""

    @property
    def outline(self) -> NDArray[np.float64]:
        """(OUTLINE, 2) points along its ink."""


@dataclass(frozen=True, eq=False)
class StrokeSegment:
    """Pen strokes of one mark."""

    strokes: tuple[Stroke, ...]

    @cached_property
    def box(self) -> Box:
        points = np.concatenate(self.strokes) if len(self.strokes) > 1 else self.strokes[0]
        low = points.min(axis=0)
        (left, top), (width, height) = low.tolist(), (points.max(axis=0) - low).tolist()
        return left, top, width, height

    @cached_property
    def glyph(self) -> Glyph:
        return normalize_strokes(self.strokes)

    @cached_property
    def outline(self) -> NDArray[np.float64]:
        return _evenly(np.concatenate(self.strokes))


@dataclass(frozen=True, eq=False)
class ImageSegment:
    """A piece of a picture's ink.

    ink: uint8 (height, width), how dark each pixel is, 255 the pen's full darkness, 0 elsewhere;
    only this mark's pixels. left, top: where its corner lies in the picture it was found in.
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
        found, _ = cv2.findContours(
            np.asarray(self.ink > 127, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE
        )
        longest = max(found, key=len, default=np.zeros((1, 1, 2), np.int32))
        return _evenly(np.asarray(longest[:, 0], np.float64) + np.array([self.left, self.top]))


def _evenly(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """OUTLINE points at even steps along the line through points (n, 2)."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    way = np.concatenate([[0.0], np.cumsum(steps)])
    at = np.linspace(0, way[-1], OUTLINE)
    return np.stack([np.interp(at, way, points[:, 0]), np.interp(at, way, points[:, 1])], axis=1)


def check_count(count: int) -> None:
    """Raise InputError for more than MAX_MARKS: what follows compares each mark with each."""
    if count > MAX_MARKS:
        raise InputError(
            "too_many_symbols",
            f"There are {count:,} separate marks, far more than digits on a page; send a part with "
            f"at most {MAX_MARKS}, or a cleaner picture.",
        )


def joined_pixels(marks: Sequence[Segment]) -> int:
    """How many pixels the picture of marks together has; 0 for pen strokes, which are not drawn."""
    if len(marks) < 2 or not isinstance(marks[0], ImageSegment):
        return 0
    boxes = [mark.box for mark in marks]
    width = max(box[0] + box[2] for box in boxes) - min(box[0] for box in boxes)
    height = max(box[1] + box[3] for box in boxes) - min(box[1] for box in boxes)
    return int(width * height)


def segments_from_strokes(strokes: Sequence[Stroke]) -> list[StrokeSegment]:
    """Each stroke a mark; where there are more than a number has, those that touch are one.

    Raises InputError for more than MAX_MARKS.
    """
    if len(strokes) <= _SEPARATE_STROKES:
        return [StrokeSegment((stroke,)) for stroke in strokes]
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), float(np.ptp(points, axis=0).max())
    scale = _TOUCH_SIDE / max(extent, 1e-9)
    canvas = np.zeros((_TOUCH_SIDE + 1, _TOUCH_SIDE + 1), np.uint8)
    paths = [np.rint((stroke - low) * scale).astype(np.int32) for stroke in strokes]
    paths = [np.repeat(path, 2, axis=0) if len(path) == 1 else path for path in paths]
    cv2.polylines(canvas, paths, False, 255, 3)
    _, labels = cv2.connectedComponents(canvas)
    together: dict[int, list[Stroke]] = {}
    for stroke, path in zip(strokes, paths, strict=True):
        x, y = path[0]
        together.setdefault(int(labels[y, x]), []).append(stroke)
    check_count(len(together))
    return [StrokeSegment(tuple(group)) for group in together.values()]


def merge_stroke_segments(marks: Sequence[StrokeSegment]) -> StrokeSegment:
    """The mark that several marks of strokes make together."""
    return StrokeSegment(tuple(stroke for mark in marks for stroke in mark.strokes))


def merge_image_segments(marks: Sequence[ImageSegment]) -> ImageSegment:
    """The mark that several marks of one picture make together."""
    if len(marks) == 1:
        return marks[0]
    left, top = min(mark.left for mark in marks), min(mark.top for mark in marks)
    right = max(mark.left + mark.ink.shape[1] for mark in marks)
    bottom = max(mark.top + mark.ink.shape[0] for mark in marks)
    ink = np.zeros((bottom - top, right - left), np.uint8)
    for mark in marks:
        height, width = mark.ink.shape
        y, x = mark.top - top, mark.left - left
        window = ink[y : y + height, x : x + width]
        np.maximum(window, mark.ink, out=window)
    return ImageSegment(ink, left, top)
