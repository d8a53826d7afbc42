"""The small picture of ink that the history shows."""

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.normalise import draw_strokes
from model.strokes import Stroke

SIDE = 160  # pixels, the longest side
_MARGIN = 12  # pixels around the ink
_PEN = 5.0  # pixels


def strokes_thumbnail(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """uint8 (height, width): strokes in dark ink on white with a margin; 40×40 white for none."""
    if not strokes:
        return np.full((40, 40), 255, np.uint8)
    every = np.concatenate(strokes)
    low, extent = every.min(axis=0), np.ptp(every, axis=0)
    scale = (SIDE - 2 * _MARGIN) / max(float(extent.max()), 1e-9) if extent.max() > 0 else 0.0
    width, height = (int(n) for n in np.ceil(extent * scale + 2 * _MARGIN))
    margin = (np.array([width, height]) - extent * scale) / 2
    return ~draw_strokes(strokes, (low, scale, margin), (width, height), _PEN)


def picture_thumbnail(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """uint8 (height, width): a dark-on-light RGB picture (height, width, 3) in grey, made small."""
    height, width = picture.shape[:2]
    scale = min(1.0, SIDE / max(height, width))
    size = max(1, round(width * scale)), max(1, round(height * scale))
    small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
