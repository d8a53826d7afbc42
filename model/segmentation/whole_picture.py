"""Take all ink of a small picture as one digit, as data sets of digits have it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.small_pictures import MAX_SIDE
from model.preprocessing.stretched_scans import vertical_stretch_factors
from model.segmentation.segments import WholePictureSegment

_MIN_INK = 70  # of 255; fainter pixels at the border of the ink are noise or interpolation


def whole_picture(ink: NDArray[np.uint8]) -> WholePictureSegment | None:
    """Return all ink, uint8 (height, width), of a small picture as one segment.

    Returns None for a larger or blank picture, and for a stretched scan, whose shape has to be
    restored first.
    """
    if max(ink.shape) > MAX_SIDE or vertical_stretch_factors(ink) != (1.0,):
        return None
    x, y, width, height = cv2.boundingRect(np.asarray(ink > _MIN_INK, np.uint8))
    return WholePictureSegment(ink[y : y + height, x : x + width], x, y) if width else None
