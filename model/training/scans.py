"""Scanned digits by other writers than MNIST's, from two small sets.

Alpaydin and Kaynak 1998, Optical Recognition of Handwritten Digits (https://doi.org/10.24432/C50P49),
5,620 digits by 43 writers; Duin, Multiple Features (https://doi.org/10.24432/C5HC70), 2,000 digits
from Dutch utility maps. data/README.md describes the files.
"""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import normalize_image
from model.training.mnist import Images

DATA_FOLDER = Path(__file__).with_name("data")
_HEIGHT = 48  # pixels to which scans are enlarged
_GAINS = (0.8, 1.0, 1.2)  # a higher gain makes thicker strokes once the image is binarized


def read_scans(name: str, widths: tuple[int, ...]) -> Images:
    """Return each digit of `name`.npz with each of three stroke widths in each image width.

    widths: in pixels, for a height of 48.
    """
    with np.load(DATA_FOLDER / f"{name}.npz") as arrays:
        scans, labels = arrays["pictures"], arrays["labels"].astype(np.int64)
    glyphs = [
        normalize_image(_enlarge(scan, width, gain * 255 / scans.max()))
        for width in widths
        for gain in _GAINS
        for scan in scans
    ]
    return Images(np.stack(glyphs), np.tile(labels, len(widths) * len(_GAINS)))


def _enlarge(scan: NDArray[np.uint8], width: int, gain: float) -> NDArray[np.uint8]:
    """Return the scan times `gain` as uint8 (48, width), with cubic interpolation."""
    scaled = scan.astype(np.float32) * gain
    large = cv2.resize(scaled, (width, _HEIGHT), interpolation=cv2.INTER_CUBIC)
    return np.asarray(np.clip(large, 0, 255), np.uint8)
