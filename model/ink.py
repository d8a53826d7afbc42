"""Pictures to ink: even light, one polarity, nothing left but what the pen made.

The paper's brightness is a grey-scale closing wider than any pen line (Serra 1982); ink is what is
darker than its paper by Otsu's threshold (1979), along the colour that the ink differs in.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]

_THUMBNAIL = 128  # pixels of the longer side at which paper and polarity are judged
_FAINTEST = 0.06  # share of the paper's light that ink must at least take away
_NOISE_FACTOR = 6.0  # ink stands out of the paper's noise by so many standard deviations
_INK_LEVEL = 0.45  # share of the pen's full darkness from which a pixel is ink


def find_ink(picture: NDArray[np.uint8]) -> Grey:
    """How much ink is on each pixel of an RGB picture (height, width, 3), uint8 (height, width).

    255 is the pen's full darkness, 0 paper; all 0 where there is no ink.
    """
    light = dark_on_light(picture)
    taken = 1.0 - light / paper(light)
    return _ink_share(taken.astype(np.float32))


def dark_on_light(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The picture, turned into its negative where its ink is lighter than what it lies on."""
    grey = cv2.cvtColor(_shrink(picture, _THUMBNAIL), cv2.COLOR_RGB2GRAY)
    if _is_light_on_dark(np.asarray(grey, np.uint8)):
        return np.asarray(255 - picture, np.uint8)
    return picture


def _is_light_on_dark(grey: Grey) -> bool:
    """Whether the darker class of two (Otsu) is the background: most of the border and all."""
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    dark = grey <= threshold
    border = np.concatenate([dark[0], dark[-1], dark[:, 0], dark[:, -1]])
    return bool(border.mean() + dark.mean() > 1.0)


def paper(light: NDArray[np.uint8]) -> NDArray[np.float32]:
    """The paper under the ink of a dark-on-light picture: float32 of its shape, 1-255."""
    small = cv2.medianBlur(_shrink(light, _THUMBNAIL), 3)
    reach = max(small.shape[:2]) // 3 | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_RECT, (reach, reach))
    closed = cv2.morphologyEx(small, cv2.MORPH_CLOSE, kernel)
    smooth = cv2.blur(closed, (9, 9)).astype(np.float32)
    height, width = light.shape[:2]
    whole = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(whole, 24.0), np.float32)


def _ink_share(taken: NDArray[np.float32]) -> Grey:
    grey = cv2.GaussianBlur(taken.mean(axis=2), (0, 0), 0.7)
    noise = 1.4826 * float(np.median(np.abs(grey - np.median(grey))))
    floor = max(_FAINTEST, _NOISE_FACTOR * noise)
    strong = grey > floor
    if not strong.any():
        return np.zeros(grey.shape, np.uint8)
    level = np.percentile(grey[strong], 90)
    pen = taken[grey > 0.7 * level].mean(axis=0)
    along = taken @ (pen / float(pen @ pen))
    return np.asarray(np.clip(along * 255, 0, 255), np.uint8)


def _shrink(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    scale = side / max(picture.shape[:2])
    if scale >= 1:
        return picture
    height, width = picture.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
