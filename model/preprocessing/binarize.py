"""Pictures to ink: how dark the pen is at each pixel, whatever the light and the colours."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.background import Pixels, contrast_of, estimate_background
from model.preprocessing.ruled_lines import find_ruled_lines

_FAINTEST = 15  # of 255: ink takes at least so much of the paper's light
_MOST_NOISE = 8.0  # of 255; a paper that seems noisier is half covered with ink
_QUARTILE = 0.6745  # standard deviations from the middle to the upper quartile of normal noise
_NOISE_FACTOR = 6.0  # ink stands out of the paper's noise by so many standard deviations


def find_ink(picture: Pixels) -> NDArray[np.uint8]:
    """How much ink is on each pixel of an RGB picture: uint8 (height, width).

    255 is the pen's full darkness, 0 paper; all 0 where there is no ink.
    """
    light, bare = estimate_background(picture)
    taken = np.asarray(cv2.bitwise_not(cv2.divide(light, bare, scale=255)), np.uint8)
    grey = np.asarray(cv2.transform(taken, np.full((1, 3), 1 / 3)), np.uint8)
    strong = _stands_out(grey)
    if not strong.any():
        return np.zeros(grey.shape, np.uint8)
    level = float(np.percentile(grey[strong], 90))
    rules = find_ruled_lines(grey, level)
    if rules is not None and (strong & ~rules).any():
        strong &= ~rules
        level = float(np.percentile(grey[strong], 90))
        taken[rules] = 0
    return _along_pen(taken, strong & (grey > 0.7 * level))


def _stands_out(grey: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Where light is taken that the paper's own noise does not explain."""
    contrast = contrast_of(grey)
    bare = grey[grey <= contrast.threshold] if contrast.is_even else grey
    middle, upper = np.percentile(bare, (50, 75))
    noise = min(_MOST_NOISE, (upper - middle) / _QUARTILE)
    return np.asarray(grey > middle + max(_FAINTEST, _NOISE_FACTOR * noise), np.bool_)


def _along_pen(taken: Pixels, darkest: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """The light taken along the colour the pen takes it in, 255 where it is darkest."""
    pen = taken[darkest].mean(axis=0)
    weights = pen * (255 / float(pen @ pen))
    return np.asarray(cv2.transform(taken, weights[None]), np.uint8)
