"""Undo the stretching of small square scans, in which every symbol fills the whole square.

Collections of scanned digits often contain little squares to which each symbol was stretched: a
narrow 1 with its flag then looks like a 7. Its original aspect ratio is unknown, so such a scan is
classified as one symbol at several heights, and unstretched as several digits if it has several
components. The most confident prediction wins. As a scan of few pixels has jagged edges that no pen
draws, it is upscaled and smoothed.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from model.prediction import Prediction
from model.segmentation.connected_components import connected_components
from model.segmentation.segments import ImageSegment, merge_image_segments

Scale = tuple[float, float]  # horizontal and vertical

_MAX_SIDE = 64  # pixels; larger images come from cameras and are not stretched
_MIN_FILL = 0.9  # share of the side that the ink covers in both directions
_STRETCH_FACTORS = (1.5, 2.0, 3.0)  # people write digits a third to two thirds as wide as high
_UPSCALING = 4  # makes edges smooth
_BLUR_SIGMA = 0.7  # in pixels of the scan; removes jagged edges
_BLUR_GAIN = 1.3  # keeps a one-pixel line above the threshold when it is blurred


def vertical_stretch_factors(ink: NDArray[np.uint8]) -> tuple[float, ...]:
    """Return the candidates for original height / height; (1.0,) if it was not stretched.

    ink: uint8 (height, width).
    """
    height, width = ink.shape
    if height != width or height > _MAX_SIDE:
        return (1.0,)
    _, _, ink_width, ink_height = cv2.boundingRect(np.asarray(ink > 127, np.uint8))
    return _STRETCH_FACTORS if min(ink_width, ink_height) >= _MIN_FILL * width else (1.0,)


def segment_hypotheses(ink: NDArray[np.uint8]) -> Iterator[tuple[Scale, list[ImageSegment]]]:
    """Yield each hypothesis about the original shape: its scale and its segments at that scale.

    An image that was not stretched has one hypothesis, with scale 1.
    """
    factors = vertical_stretch_factors(ink)
    if factors == (1.0,):
        yield (1.0, 1.0), connected_components(ink)
        return
    segments = connected_components(_upscale(ink, 1.0))
    if len(segments) > 1:
        yield (_UPSCALING, _UPSCALING), segments
    for factor in factors:
        segments = connected_components(_upscale(ink, factor))
        whole = [merge_image_segments(segments)] if segments else []
        yield (_UPSCALING, _UPSCALING * factor), whole


def _upscale(ink: NDArray[np.uint8], stretch: float) -> NDArray[np.uint8]:
    """Return the ink _UPSCALING times as wide and `stretch` times that as high, smoothed.

    Blur and gain were chosen on MNIST's held-out digits, stretched to 16×16 with thick, thin and
    one-pixel strokes; accuracy hardly depends on them.
    """
    height, width = ink.shape
    size = _UPSCALING * width, round(_UPSCALING * stretch * height)
    upscaled = cv2.resize(ink, size, interpolation=cv2.INTER_NEAREST)
    sigma_x, sigma_y = _BLUR_SIGMA * _UPSCALING, _BLUR_SIGMA * _UPSCALING * stretch
    smooth = cv2.GaussianBlur(
        upscaled, (0, 0), sigma_x, sigmaY=sigma_y, borderType=cv2.BORDER_CONSTANT
    )
    return np.asarray(cv2.convertScaleAbs(smooth, alpha=_BLUR_GAIN), np.uint8)


def most_confident(predictions: Sequence[Prediction]) -> Prediction:
    """Return the prediction whose least confident digit has the highest confidence.

    If another hypothesis gave a different text, its digits become unsure.
    """
    best = max(predictions, key=lambda prediction: prediction.confidence)
    if all(prediction.text == best.text for prediction in predictions):
        return best
    digits = tuple(
        replace(digit, verdict="unsure") if digit.verdict == "digit" else digit
        for digit in best.digits
    )
    return replace(best, digits=digits)
