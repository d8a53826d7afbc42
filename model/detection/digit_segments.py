"""Cut the ink of each detected digit out of an image."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from model.detection.detector import Detection, Detections, InkMap
from model.prediction import Box
from model.preprocessing.normalize import Glyph, normalize_image

_MARGIN = 0.08  # of a box's longer side, around it: the box is not exact
_MIN_PROBABILITY = 0.35  # from which a pixel may be ink of a digit
_OWN_SHARE = 0.8  # share of a component within the box, from which all of it belongs to the digit

LevelBox = tuple[float, float, float, float]  # left, top, right, bottom in pixels of a level


@dataclass(frozen=True, eq=False)
class DetectedSegment:
    """The ink of one detected digit: a `Segment`.

    ink: uint8 (height, width), ink intensity of this digit alone. box: in pixels of the image.
    """

    ink: NDArray[np.uint8]
    box: Box

    @cached_property
    def glyph(self) -> Glyph:
        return normalize_image(self.ink)

    @cached_property
    def outline(self) -> NDArray[np.float64]:
        """The corners of the box."""
        x, y, width, height = self.box
        return np.array([(x, y), (x + width, y), (x + width, y + height), (x, y + height)])


def cut_digits(detections: Detections) -> list[DetectedSegment]:
    """Return a segment for each detected digit that has ink, in the order of the detections."""
    segments = []
    for digit in detections.digits:
        ink_map = detections.ink_maps[digit.level]
        others = [_to_level(other, ink_map) for other in detections.digits if other is not digit]
        segment = _cut(ink_map, _to_level(digit, ink_map), others)
        if segment is not None:
            segments.append(segment)
    return segments


def _to_level(digit: Detection, ink_map: InkMap) -> LevelBox:
    level = ink_map.level
    (scale_x, scale_y), (left, top, right, bottom) = level.scale, digit.box
    return (
        left * scale_x + level.left,
        top * scale_y + level.top,
        right * scale_x + level.left,
        bottom * scale_y + level.top,
    )


def _cut(ink_map: InkMap, box: LevelBox, others: list[LevelBox]) -> DetectedSegment | None:
    """Return the segment of one box of a level, without the ink of the others."""
    height, width = ink_map.probability.shape
    left, top, right, bottom = box
    margin = 1 + _MARGIN * max(right - left, bottom - top)
    x0, y0 = max(0, int(left - margin)), max(0, int(top - margin))
    x1, y1 = min(width, int(right + margin) + 1), min(height, int(bottom + margin) + 1)
    if x1 <= x0 or y1 <= y0:
        return None
    probability = ink_map.probability[y0:y1, x0:x1]
    owned = _own_pixels(probability, box, others, x0, y0)
    x, y, owned_width, owned_height = cv2.boundingRect(owned)
    if owned_width == 0:
        return None
    window = slice(max(y - 1, 0), y + owned_height + 1), slice(max(x - 1, 0), x + owned_width + 1)
    # Without the faint pixels around it, a stroke would be thinner once it is enlarged.
    is_foreign = (owned[window] == 0) & (probability[window] > _MIN_PROBABILITY)
    ink = np.where(is_foreign, 0, probability[window])
    level = ink_map.level
    scale_x, scale_y = level.scale
    corner = (x0 + x - level.left) / scale_x, (y0 + y - level.top) / scale_y
    image_box = (*corner, owned_width / scale_x, owned_height / scale_y)
    return DetectedSegment(np.asarray(np.rint(ink * 255), np.uint8), image_box)


def _own_pixels(
    probability: NDArray[np.float32], box: LevelBox, others: list[LevelBox], x0: int, y0: int
) -> NDArray[np.uint8]:
    """Return 1 where the ink of a window at (x0, y0) belongs to the box.

    A connected component that is nearly all within the box belongs to it. Another is shared among
    the boxes: each pixel belongs to the box whose center is nearest, in units of the box's size.
    """
    height, width = probability.shape
    mask = np.asarray(probability > _MIN_PROBABILITY, np.uint8)
    near = [
        other
        for other in others
        if other[0] < x0 + width and other[2] > x0 and other[1] < y0 + height and other[3] > y0
    ]
    if not near:
        return mask
    rows, columns = np.mgrid[y0 : y0 + height, x0 : x0 + width] + 0.5
    own_distance = _distance(rows, columns, box)
    other_distance = np.min([_distance(rows, columns, other) for other in near], axis=0)
    nearest = own_distance <= other_distance
    count, labels = cv2.connectedComponents(mask, connectivity=8)
    sizes = np.bincount(labels.ravel(), minlength=count)
    inside = np.bincount(labels[own_distance <= 1.1], minlength=count)
    in_others = np.bincount(labels[other_distance <= 1.1], minlength=count)
    is_own = (inside >= _OWN_SHARE * sizes) & (inside >= in_others)
    is_foreign = (in_others >= _OWN_SHARE * sizes) & (in_others > inside)
    own = mask.astype(np.bool_) & (nearest | is_own[labels]) & ~is_foreign[labels]
    return np.asarray(own, np.uint8)


def _distance(
    rows: NDArray[np.float64], columns: NDArray[np.float64], box: LevelBox
) -> NDArray[np.float64]:
    """Return the distance from the box's center, 1 at its border."""
    left, top, right, bottom = box
    x = np.abs(columns - (left + right) / 2) / max((right - left) / 2, 1.0)
    y = np.abs(rows - (top + bottom) / 2) / max((bottom - top) / 2, 1.0)
    return np.asarray(np.maximum(x, y), np.float64)
