"""What happened to the ink on its way to the network, in pictures for people."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.normalise import BOX
from model.reading import Reading

_GREY = 96


@dataclass(frozen=True, slots=True, eq=False)
class Steps:
    """The stations of one digit's ink, uint8 (height, width) each, in the order they happen.

    found: the thumbnail, dark on light, with a box around every digit and a thick one around this.
    crop: this digit alone, ink bright on 0. box: its ink in 20×20. glyph: 28×28, by centre of mass.
    """

    found: NDArray[np.uint8]
    crop: NDArray[np.uint8]
    box: NDArray[np.uint8]
    glyph: NDArray[np.uint8]


def explain_steps(reading: Reading, index: int = 0) -> Steps:
    """The steps of the digit at `index` of a reading with an image.

    Raises IndexError where the reading has no such digit.
    """
    digit = reading.digits[index]
    return Steps(_found(reading, index), digit.crop, _box(digit.glyph), digit.glyph)


def _found(reading: Reading, index: int) -> NDArray[np.uint8]:
    found = reading.image.copy()
    for number, digit in enumerate(reading.digits):
        x, y, width, height = digit.box
        corners = np.array([[x, y], [x + width, y + height]])
        low, high = np.rint((corners - reading.origin) * reading.scale).astype(int).tolist()
        cv2.rectangle(found, low, high, _GREY, 2 if number == index else 1)
    return found


def _box(glyph: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The 20×20 around the glyph's ink, before it went to its centre of mass."""
    x, y, width, height = cv2.boundingRect(glyph)
    box = np.zeros((BOX, BOX), np.uint8)
    width, height = min(width, BOX), min(height, BOX)
    left, top = (BOX - width) // 2, (BOX - height) // 2
    box[top : top + height, left : left + width] = glyph[y : y + height, x : x + width]
    return box
