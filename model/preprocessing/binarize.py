"""Separate ink from background, whatever the lighting and the colors."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.background import RgbImage, estimate_background, measure_contrast
from model.preprocessing.small_pictures import MAX_SCAN_SIDE

_MIN_ABSORPTION = 15  # of 255 parts of the background's light; ink absorbs at least this much
_NOISE_ESTIMATE_CAP = (
    8.0  # gray levels (0-255); a larger estimate means that ink covers much of the image
)
_UPPER_QUARTILE = 0.6745  # upper quartile of the standard normal distribution
_NOISE_FACTOR = 6.0  # standard deviations of the background's noise that ink must exceed
_STRONG_INK_SHARE = 0.7  # share of the ink's darkness; darker pixels determine the ink's color


def extract_ink(image: RgbImage) -> NDArray[np.uint8]:
    """Return the ink intensity of each pixel of an RGB image, uint8 (height, width).

    255 is the full darkness of the pen and 0 is background; all 0 if there is no ink.
    """
    dark_on_light, background = estimate_background(image)
    transmission = cv2.divide(dark_on_light, background, scale=255)
    absorption = np.asarray(cv2.bitwise_not(transmission), np.uint8)
    gray = np.asarray(cv2.transform(absorption, np.full((1, 3), 1 / 3)), np.uint8)
    foreground = _find_foreground(gray)
    if not foreground.any():
        return np.zeros(gray.shape, np.uint8)
    pen_level = float(np.percentile(gray[foreground], 90))
    return _project_on_ink_color(absorption, foreground & (gray > _STRONG_INK_SHARE * pen_level))


def _find_foreground(gray: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Return where light is absorbed more than the background's noise explains."""
    contrast = measure_contrast(gray)
    is_scan = max(gray.shape) <= MAX_SCAN_SIDE  # where ink may cover most of the picture
    background = gray
    below_threshold = gray[gray <= contrast.threshold]
    if (contrast.is_evenly_lit or is_scan) and below_threshold.size:  # none in a single color
        background = below_threshold
    median, upper_quartile = np.percentile(background, (50, 75))
    noise = min(_NOISE_ESTIMATE_CAP, (upper_quartile - median) / _UPPER_QUARTILE)
    return np.asarray(gray > median + max(_MIN_ABSORPTION, _NOISE_FACTOR * noise), np.bool_)


def _project_on_ink_color(absorption: RgbImage, strong: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Return the absorption projected on the mean color of the strong ink, which becomes 255."""
    color = absorption[strong].mean(axis=0)
    weights = color * (255 / float(color @ color))
    return np.asarray(cv2.transform(absorption, weights[None]), np.uint8)
