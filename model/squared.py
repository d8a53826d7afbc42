"""Scans that were stretched to a square, brought back to about the shape that was written.

Collections of scanned digits come in little squares that each sign was stretched to fill. What was
narrow is then as wide as high: a 1 with its flag looks like a 7.
"""

import cv2
import numpy as np
from numpy.typing import NDArray

_LARGEST = 64  # pixels a side; larger pictures come from cameras and keep their shape
_FILLED = 0.9  # of the side, that ink reaches over in both directions
_HIGHER = 2  # people write digits half to three quarters as wide as high


def stretched(ink: NDArray[np.uint8]) -> int:
    """How many times too wide the ink of a picture is, (height, width) of uint8: 1 or 2."""
    height, width = ink.shape
    if height != width or height > _LARGEST:
        return 1
    _, _, across, down = cv2.boundingRect(np.asarray(ink > 127, np.uint8))
    return _HIGHER if min(across, down) >= _FILLED * width else 1


def restore_height(ink: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """The ink so many times as high."""
    if times == 1:
        return ink
    height, width = ink.shape
    return np.asarray(cv2.resize(ink, (width, times * height)), np.uint8)
