"""The small picture of ink that the history shows."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.normalise import draw_strokes
from model.paper import dark_on_light, shrink
from model.strokes import Stroke

SIDE = 160  # pixels, the longest side
_MARGIN = 12  # pixels around the ink
_PEN = 5.0  # pixels
_FINE = 2  # smooth enough for what is shown small, and four times quicker than a glyph's 4


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """A small picture; a point of the input lies at (point - origin) * scale of it."""

    image: NDArray[np.uint8]
    origin: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0


NO_THUMBNAIL = Thumbnail(np.empty((0, 0), np.uint8))


def strokes_thumbnail(strokes: Sequence[Stroke]) -> Thumbnail:
    """Strokes in dark ink on white with a margin; 40×40 white for none."""
    if not strokes:
        return Thumbnail(np.full((40, 40), 255, np.uint8))
    every = np.concatenate(strokes)
    low, extent = every.min(axis=0), np.ptp(every, axis=0)
    scale = (SIDE - 2 * _MARGIN) / float(extent.max()) if extent.max() > 0 else 1.0
    width, height = (min(SIDE, int(n)) for n in np.ceil(extent * scale + 2 * _MARGIN))
    margin = (np.array([width, height]) - extent * scale) / 2
    image = ~draw_strokes(strokes, (low, scale, margin), (width, height), _PEN, _FINE)
    left, top = (low - margin / scale).tolist()
    return Thumbnail(image, (left, top), scale)


def picture_thumbnail(picture: NDArray[np.uint8], full_width: int) -> Thumbnail:
    """An RGB picture (height, width, 3) in grey, dark on light, made small.

    full_width: how many pixels of the input, whose thumbnail it is, the picture's width stands for.
    """
    small = dark_on_light(shrink(picture, SIDE))
    image = np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), np.uint8)
    return Thumbnail(image, scale=image.shape[1] / full_width)
