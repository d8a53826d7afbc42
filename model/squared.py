"""Scans that were stretched to a square, brought back to about the shape that was written.

Collections of scanned digits come in little squares that each sign was stretched to fill. What was
narrow is then as wide as high: a 1 with its flag looks like a 7. How narrow it was nobody knows, so
such a scan is read at several heights, its pieces apart and as one sign, and the surest is taken.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.marks import PictureMark, join_pictures
from model.pieces import pieces_of_ink
from model.reading import Reading

_LARGEST = 64  # pixels a side; larger pictures come from cameras and keep their shape
_FILLED = 0.9  # of the side, that ink reaches over in both directions
_HEIGHTS = (1.5, 2.0, 3.0)  # people write digits a third to two thirds as wide as high


def possible_heights(ink: NDArray[np.uint8]) -> tuple[float, ...]:
    """How many times as high as in the picture its ink, (height, width) of uint8, may have been."""
    height, width = ink.shape
    if height != width or height > _LARGEST:
        return (1.0,)
    _, _, across, down = cv2.boundingRect(np.asarray(ink > 127, np.uint8))
    return _HEIGHTS if min(across, down) >= _FILLED * width else (1.0,)


def guesses(ink: NDArray[np.uint8]) -> Iterator[tuple[float, list[PictureMark]]]:
    """How many times as high the ink may have been, and its marks then; of a scan also as one."""
    for times in possible_heights(ink):
        pieces = pieces_of_ink(_restore_height(ink, times))
        yield times, pieces
        if times > 1 and len(pieces) > 1:
            yield times, [join_pictures(pieces)]


def _restore_height(ink: NDArray[np.uint8], times: float) -> NDArray[np.uint8]:
    if times == 1:
        return ink
    height, width = ink.shape
    return np.asarray(cv2.resize(ink, (width, round(times * height))), np.uint8)


def surest(readings: Sequence[Reading]) -> Reading:
    """The reading whose least sure digit is the surest; unsure where another says otherwise."""
    best = max(readings, key=lambda r: min((digit.confidence for digit in r.digits), default=0.0))
    if all(reading.text == best.text for reading in readings):
        return best
    digits = tuple(
        replace(digit, verdict="unsure") if digit.verdict == "digit" else digit
        for digit in best.digits
    )
    return replace(best, digits=digits)
