"""Scans that were stretched to a square, brought back to about the shape that was written.

Collections of scanned digits come in little squares that each sign was stretched to fill. What was
narrow is then as wide as high: a 1 with its flag looks like a 7. How narrow it was nobody knows, so
such a scan is read as one sign at several heights. As it is it may be several digits, which were
stretched little if at all. The surest reading is taken. Its few pixels leave stairs that no pen
drew, so that it is enlarged softly.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.prediction import Prediction
from model.segmentation.connected_components import connected_components
from model.segmentation.segments import ImageSegment, merge_image_segments

Scale = tuple[float, float]  # across and down

_LARGEST = 64  # pixels a side; larger pictures come from cameras and keep their shape
_FILLED = 0.9  # of the side, that ink reaches over in both directions
_HEIGHTS = (1.5, 2.0, 3.0)  # people write digits a third to two thirds as wide as high
_FINE = 4  # times as wide it is read, for smooth edges
_BLUR = 0.7  # of its pixels, the deviation that rounds the stairs of its edges
_GAIN = 1.3  # with which a line of single pixels stays a line when it is blurred


def possible_heights(ink: NDArray[np.uint8]) -> tuple[float, ...]:
    """How many times as high as in the picture its ink, (height, width) of uint8, may have been."""
    height, width = ink.shape
    if height != width or height > _LARGEST:
        return (1.0,)
    _, _, across, down = cv2.boundingRect(np.asarray(ink > 127, np.uint8))
    return _HEIGHTS if min(across, down) >= _FILLED * width else (1.0,)


def guesses(ink: NDArray[np.uint8]) -> Iterator[tuple[Scale, list[ImageSegment]]]:
    """How much larger than in the picture its ink may be read, and its marks then."""
    heights = possible_heights(ink)
    if heights == (1.0,):
        yield (1.0, 1.0), connected_components(ink)
        return
    pieces = connected_components(_enlarge(ink, 1.0))
    if len(pieces) > 1:
        yield (_FINE, _FINE), pieces
    for times in heights:
        pieces = connected_components(_enlarge(ink, times))
        yield (_FINE, _FINE * times), [merge_image_segments(pieces)] if pieces else []


def _enlarge(ink: NDArray[np.uint8], times: float) -> NDArray[np.uint8]:
    """The ink _FINE times as wide and `times` that as high, its pixels no longer to be seen.

    Blur and gain are those with which MNIST's held-out digits, squared to 16×16 with thick pens,
    thin ones and lines of single pixels, are read best; a little more or less hardly matters.
    """
    height, width = ink.shape
    size = _FINE * width, round(_FINE * times * height)
    large = cv2.resize(ink, size, interpolation=cv2.INTER_NEAREST)
    across, down = _BLUR * _FINE, _BLUR * _FINE * times
    soft = cv2.GaussianBlur(large, (0, 0), across, sigmaY=down, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(cv2.convertScaleAbs(soft, alpha=_GAIN), np.uint8)


def surest(readings: Sequence[Prediction]) -> Prediction:
    """The reading whose least sure digit is the surest; unsure where another says otherwise."""
    best = max(readings, key=lambda r: min((digit.confidence for digit in r.digits), default=0.0))
    if all(reading.text == best.text for reading in readings):
        return best
    digits = tuple(
        replace(digit, verdict="unsure") if digit.verdict == "digit" else digit
        for digit in best.digits
    )
    return replace(best, digits=digits)
