"""Digits by hands that MNIST does not know: two small sets of scans, squared as forms are.

Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits (https://doi.org/10.24432/C50P49),
5,620 by 43 writers; Duin, Multiple Features (https://doi.org/10.24432/C5HC70), 2,000 cut from Dutch
utility maps. data/README.md says how they are kept.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import normalize_image
from model.training.mnist import Images

DATA = Path(__file__).with_name("data")
_LARGE = 48  # pixels of a height to which they are enlarged
_GAINS = (0.8, 1.0, 1.2)  # how thick the pen comes out once the enlarged digit is ink or paper


def read_scans(name: str, widths: tuple[int, ...]) -> Images:
    """Every digit of `name`.npz as a glyph, once with each of three pens and in each width.

    widths: in pixels at a height of 48.
    """
    with np.load(DATA / f"{name}.npz") as arrays:
        pictures, labels = arrays["pictures"], arrays["labels"].astype(np.int64)
    glyphs = [
        normalize_image(_enlarge(picture, width, gain * 255 / pictures.max()))
        for width in widths
        for gain in _GAINS
        for picture in pictures
    ]
    return Images(np.stack(glyphs), np.tile(labels, len(widths) * len(_GAINS)))


def _enlarge(small: NDArray[np.uint8], width: int, gain: float) -> NDArray[np.uint8]:
    """uint8 (48, width) of a small picture, smooth between its pixels."""
    ink = small.astype(np.float32) * gain
    large = cv2.resize(ink, (width, _LARGE), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large, 0, 255), np.uint8)
