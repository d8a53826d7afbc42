"""The small picture of ink that the history shows."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.background import dark_on_light, shrink
from model.preprocessing.normalize import draw_strokes
from model.preprocessing.strokes import Stroke

SIDE = 160  # pixels, the longest side
_MARGIN = 12  # pixels around the ink
_PEN = 5.0  # pixels
_FINE = 2  # smooth enough for what is shown small, and four times quicker than a glyph's 4


NO_THUMBNAIL = np.empty((0, 0), np.uint8)


def strokes_thumbnail(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """Strokes in dark ink on white with a margin; 40×40 white for none."""
    if not strokes:
        return np.full((40, 40), 255, np.uint8)
    every = np.concatenate(strokes)
    low, extent = every.min(axis=0), np.ptp(every, axis=0)
    scale = (SIDE - 2 * _MARGIN) / float(extent.max()) if extent.max() > 0 else 1.0
    width, height = (min(SIDE, int(n)) for n in np.ceil(extent * scale + 2 * _MARGIN))
    margin = (np.array([width, height]) - extent * scale) / 2
    return ~draw_strokes(strokes, (low, scale, margin), (width, height), _PEN, _FINE)


def picture_thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """An RGB picture (height, width, 3) in grey, dark on light, made small."""
    small = dark_on_light(shrink(picture, SIDE))
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
