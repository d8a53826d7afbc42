"""Digits by hands that MNIST does not know: the set that scikit-learn carries with it.

Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits (https://doi.org/10.24432/C50P49):
1,797 digits by 13 writers, 8×8 pixels with 17 shades, squared.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_digits

from model.normalise import normalise_picture
from model.training.mnist import Images

_LARGE = 48  # pixels of a side to which they are enlarged
_GAINS = (0.8, 1.0, 1.2)  # how thick the pen comes out once the enlarged digit is ink or paper


def read_optdigits() -> Images:
    """Every digit of the set as a glyph, once with each of three pens: 5,391 in all."""
    digits = load_digits()
    glyphs = [
        normalise_picture(_enlarge(small, gain)) for gain in _GAINS for small in digits.images
    ]
    return Images(np.stack(glyphs), np.tile(digits.target, len(_GAINS)).astype(np.int64))


def _enlarge(small: NDArray[np.float64], gain: float) -> NDArray[np.uint8]:
    """uint8 (48, 48) of an 8×8 digit in 0-16, smooth between its pixels."""
    large = cv2.resize(small * (255 / 16), (_LARGE, _LARGE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large * gain, 0, 255), np.uint8)
