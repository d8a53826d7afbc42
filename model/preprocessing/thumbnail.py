"""Thumbnails of drawings and images for the history."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.background import RgbImage, downscale, to_dark_on_light
from model.preprocessing.normalize import draw_strokes
from model.preprocessing.strokes import Stroke

THUMBNAIL_SIDE = 160  # pixels of the longer side
EMPTY_THUMBNAIL = np.empty((0, 0), np.uint8)
_MARGIN = 12  # pixels around the strokes
_PEN_WIDTH = 5.0  # pixels
_SUPERSAMPLING = 2  # smooth enough at this size, and four times as fast as a glyph's 4


def strokes_thumbnail(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """Return strokes drawn dark on white with a margin; 40×40 white if there are none."""
    if not strokes:
        return np.full((40, 40), 255, np.uint8)
    points = np.concatenate(strokes)
    origin, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = (THUMBNAIL_SIDE - 2 * _MARGIN) / float(extent.max()) if extent.max() > 0 else 1.0
    width, height = (
        min(THUMBNAIL_SIDE, int(side)) for side in np.ceil(extent * scale + 2 * _MARGIN)
    )
    margin = (np.array([width, height]) - extent * scale) / 2
    transform = origin, scale, margin
    return ~draw_strokes(strokes, transform, (width, height), _PEN_WIDTH, _SUPERSAMPLING)


def image_thumbnail(image: RgbImage) -> NDArray[np.uint8]:
    """Return an RGB image in gray, dark on light, at most THUMBNAIL_SIDE pixels a side."""
    small = to_dark_on_light(downscale(image, THUMBNAIL_SIDE))
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
