"""Estimate an image's polarity (dark on light or light on dark) and its background."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.small_pictures import flat_background, scan_polarity

RgbImage = NDArray[np.uint8]  # (height, width, 3)

_ANALYSIS_SIDE = 192  # pixels of the longer side at which polarity and background are estimated
_GRAY_LEVELS = np.arange(256.0)
_EVEN_LIGHT_BIMODALITY = 0.95  # least share of the variance that two classes explain in even light
_MIN_CLASS_GAP = 20.0  # gray levels (0-255) between the classes' means; less may be noise
_TIGHT_CROP_BIMODALITY = 0.8  # the same where only the strokes' edges have intermediate grays
_MIN_TIGHT_CROP_SIDES = 3  # sides on which both classes touch the border in a tight crop
_PEN_DIVISOR = 16  # a pen stroke in a photo is thinner than the longer side divided by this
_THICK_PEN_DIVISOR = 3  # a thick stroke is thinner than the longer side divided by this
_MIN_SHADOW_RATIO = 0.5  # brightness of a shadow relative to its surroundings; strokes are darker
_MIN_BACKGROUND = 24  # gray level (0-255); a darker background carries no information


@dataclass(frozen=True, slots=True)
class Contrast:
    """How the gray levels of an image split into a dark and a light class (Otsu 1979).

    threshold: the lightest gray level of the dark class.
    class_gap: difference between the means of the classes.
    bimodality: share of the variance that the classes explain, 0-1; 1 for two flat colors.
    darkness: share of the border in the dark class plus share of all pixels in it, 0-2.
    """

    threshold: float
    class_gap: float
    bimodality: float
    darkness: float

    @property
    def is_evenly_lit(self) -> bool:
        """Whether the light is even, as on a screen: nearly all variance comes from the ink."""
        return self.bimodality > _EVEN_LIGHT_BIMODALITY and self.class_gap > _MIN_CLASS_GAP


def measure_contrast(gray: NDArray[np.uint8]) -> Contrast:
    """Return the contrast of a gray image (height, width); a blank one has none."""
    threshold, _ = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    histogram = cv2.calcHist([gray], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    dark = threshold >= _GRAY_LEVELS
    dark_share = float(histogram[dark].sum() / gray.size)
    border = np.concatenate([gray[0], gray[-1], gray[:, 0], gray[:, -1]]) <= threshold
    if dark_share in (0.0, 1.0):
        return Contrast(threshold, 0.0, 0.0, dark_share * 2)
    histogram /= gray.size
    dark_sum = histogram[dark] @ _GRAY_LEVELS[dark]
    light_sum = histogram[~dark] @ _GRAY_LEVELS[~dark]
    class_gap = float(light_sum / (1 - dark_share) - dark_sum / dark_share)
    variance = float(histogram @ (_GRAY_LEVELS - dark_sum - light_sum) ** 2)
    bimodality = dark_share * (1 - dark_share) * class_gap**2 / variance
    return Contrast(threshold, class_gap, bimodality, dark_share + float(border.mean()))


def is_light_on_dark(gray: NDArray[np.uint8]) -> bool:
    """Return whether a small gray image shows light ink on a dark background.

    In even light, the background is the class with most of the border and most pixels. In a tight
    crop it need not be: there, the ink is the class that is nowhere as wide as the other. Otherwise
    the sign of the skewness decides, after the background (a wide median) has been subtracted.
    """
    polarity = scan_polarity(gray)
    if polarity is not None:
        return polarity
    contrast = measure_contrast(gray)
    if contrast.is_evenly_lit:
        return contrast.darkness > 1.0
    dark = np.asarray(gray <= contrast.threshold, np.uint8)
    bimodal = contrast.bimodality > _TIGHT_CROP_BIMODALITY and contrast.class_gap > _MIN_CLASS_GAP
    if bimodal and _is_tight_crop(dark):
        return _largest_radius(dark) > _largest_radius(1 - dark)
    kernel_size = min(255, max(3, max(gray.shape) // 3 | 1))
    residual = gray.astype(np.float32) - cv2.medianBlur(gray, kernel_size)
    return bool((residual**3).sum() > 0)


def _is_tight_crop(dark: NDArray[np.uint8]) -> bool:
    """Return whether both classes reach the border on most sides."""
    sides = (dark[0], dark[-1], dark[:, 0], dark[:, -1])
    return sum(bool(side.any() and not side.all()) for side in sides) >= _MIN_TIGHT_CROP_SIDES


def _largest_radius(mask: NDArray[np.uint8]) -> float:
    """Return the radius in pixels of the largest disk in the mask; it may cross the border."""
    return float(cv2.distanceTransform(mask, cv2.DIST_L2, 5).max())


def to_dark_on_light(image: RgbImage) -> RgbImage:
    """Return a small image, inverted if its ink is lighter than its background."""
    return _invert(image) if is_light_on_dark(_to_gray(image)) else image


def estimate_background(image: RgbImage) -> tuple[RgbImage, RgbImage]:
    """Return the image as dark on light, and the color of its background at each pixel."""
    small = downscale(image, _ANALYSIS_SIDE)
    if is_light_on_dark(_to_gray(small)):
        image, small = _invert(image), _invert(small)
    return image, _estimate_from_small(small, *image.shape[:2])


def _estimate_from_small(small: RgbImage, height: int, width: int) -> RgbImage:
    """Return the background of a small dark-on-light image, enlarged to (height, width, 3).

    In even light it is the mean color of the light class. Otherwise a grayscale closing (Serra
    1982) that is wider than a pen stroke removes the strokes and follows shading and shadows. Where
    the result is still much darker than its surroundings, there is a thick stroke, and a much wider
    closing is used.
    """
    gray = _to_gray(small)
    flat = flat_background(small, gray)
    if flat is not None:
        return np.full((height, width, 3), flat, np.uint8)
    contrast = measure_contrast(gray)
    if contrast.is_evenly_lit:
        color = small[gray > contrast.threshold].mean(axis=0)
        return np.full((height, width, 3), np.rint(color), np.uint8)
    small = np.asarray(cv2.medianBlur(small, 3), np.uint8)
    longer = max(gray.shape)
    narrow = _close_beyond_border(small, longer // (2 * _PEN_DIVISOR))
    wide = _close(small, longer // (2 * _THICK_PEN_DIVISOR))
    thick_stroke = narrow < _MIN_SHADOW_RATIO * wide
    smooth = cv2.blur(np.where(thick_stroke, wide, narrow), (5, 5))
    background = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(background, _MIN_BACKGROUND), np.uint8)


def downscale(image: NDArray[np.uint8], max_side: int) -> NDArray[np.uint8]:
    """Return the image with at most `max_side` pixels on its longer side."""
    height, width = image.shape[:2]
    scale = max_side / max(height, width)
    if scale >= 1:
        return image
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _invert(image: RgbImage) -> RgbImage:
    return np.asarray(cv2.bitwise_not(image), np.uint8)


def _to_gray(image: RgbImage) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)


def _close(image: NDArray[np.uint8], radius: int) -> NDArray[np.uint8]:
    kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
    return np.asarray(cv2.morphologyEx(image, cv2.MORPH_CLOSE, kernel), np.uint8)


def _close_beyond_border(image: NDArray[np.uint8], radius: int) -> NDArray[np.uint8]:
    """Return the closing of the image, with shading extrapolated beyond the border."""
    height, width = image.shape[:2]
    radius = min(radius, height - 1, width - 1)
    padding = ((radius, radius), (radius, radius), (0, 0))
    padded = np.pad(image.astype(np.int16), padding, mode="reflect", reflect_type="odd")
    closed = _close(np.clip(padded, 0, 255).astype(np.uint8), radius)
    return closed[radius : radius + height, radius : radius + width]
