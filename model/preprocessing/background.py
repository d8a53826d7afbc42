"""The paper under the ink: which way the picture's contrast goes, and how bright the paper is."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]  # (height, width, 3), RGB

_SMALL = 192  # pixels of the longer side at which the paper is judged
_LEVELS = np.arange(256.0)  # of grey
_EVEN = 0.95  # share of the variance that two classes explain in even light
_LEAST_GAP = 20.0  # of 255, between ink and paper that are no noise
_SOFT = 0.8  # share of the variance that ink and paper explain where nothing but edges is soft
_TIGHT_SIDES = 3  # on which ink and paper both reach the border of a picture cut at its ink
_PEN_REACH = 16  # a pen line in a photo is thinner than this part of the longer side
_FAR_REACH = 3  # a thick line in a drawing is thinner than this part
_DEEPEST_SHADE = 0.5  # share of the light around it that a shadow's inside still has
_DIMMEST = 24  # of 255; darker paper tells nothing


@dataclass(frozen=True, slots=True)
class Contrast:
    """How a picture's lightness splits into two classes (Otsu 1979).

    threshold: the lightest of the dark class. gap: between the means of both. bimodality: share of
    the variance that the two classes explain, 1 for a drawing of two colours in even light.
    dark: share of the border and of all pixels in the dark class, added up, 0-2.
    """

    threshold: float
    gap: float
    bimodality: float
    dark: float

    @property
    def is_even(self) -> bool:
        """Whether the light is even, as on a screen: hardly anything but ink makes a difference."""
        return self.bimodality > _EVEN and self.gap > _LEAST_GAP


def contrast_of(grey: NDArray[np.uint8]) -> Contrast:
    """The contrast of a picture (height, width); a blank one has none."""
    threshold, _ = cv2.threshold(grey, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    counts = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    dark = threshold >= _LEVELS
    share = float(counts[dark].sum() / grey.size)
    border = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]]) <= threshold
    if share in (0.0, 1.0):
        return Contrast(threshold, 0.0, 0.0, share * 2)
    counts /= grey.size
    sum_dark, sum_light = counts[dark] @ _LEVELS[dark], counts[~dark] @ _LEVELS[~dark]
    gap = float(sum_light / (1 - share) - sum_dark / share)
    variance = float(counts @ (_LEVELS - sum_dark - sum_light) ** 2)
    explained = share * (1 - share) * gap**2 / variance
    return Contrast(threshold, gap, explained, share + float(border.mean()))


def is_light_on_dark(grey: NDArray[np.uint8]) -> bool:
    """Whether the ink of a small picture is lighter than what it lies on.

    In even light the background holds the border and most pixels. In a tight crop it need not:
    there ink is what is nowhere as wide as the rest. Elsewhere ink is what stands out: the skewness
    of what is left of the picture without its background, a wide median.
    """
    contrast = contrast_of(grey)
    if contrast.is_even:
        return contrast.dark > 1.0
    dark = np.asarray(grey <= contrast.threshold, np.uint8)
    if contrast.bimodality > _SOFT and contrast.gap > _LEAST_GAP and _is_tight(dark):
        return _widest(dark) > _widest(1 - dark)
    reach = min(255, max(3, max(grey.shape) // 3 | 1))
    rest = grey.astype(np.float32) - cv2.medianBlur(grey, reach)
    return bool((rest**3).sum() > 0)


def _is_tight(dark: NDArray[np.uint8]) -> bool:
    """Whether both classes reach the border on most sides."""
    sides = (dark[0], dark[-1], dark[:, 0], dark[:, -1])
    return sum(bool(side.any() and not side.all()) for side in sides) >= _TIGHT_SIDES


def _widest(mask: NDArray[np.uint8]) -> float:
    """The radius in pixels of the largest circle in a class, which may go on beyond the border."""
    return float(cv2.distanceTransform(mask, cv2.DIST_L2, 5).max())


def dark_on_light(small: Pixels) -> Pixels:
    """A small picture, turned into its negative where its ink is lighter than what it lies on."""
    return _negative(small) if is_light_on_dark(_grey(small)) else small


def estimate_background(picture: Pixels) -> tuple[Pixels, Pixels]:
    """The picture dark on light, and its paper's own colour at each pixel."""
    small = shrink(picture, _SMALL)
    if is_light_on_dark(_grey(small)):
        picture, small = _negative(picture), _negative(small)
    return picture, _paper(small, *picture.shape[:2])


def _paper(small: Pixels, height: int, width: int) -> Pixels:
    """The paper of a small dark-on-light picture, as if nothing were on it, enlarged.

    In even light that is the mean colour of the lighter class. Elsewhere a grey-scale closing
    (Serra 1982) wider than a pen line follows shade and shadows; where even that is much darker
    than all around, a thick line lies, and a much wider closing bridges it.
    """
    grey = _grey(small)
    contrast = contrast_of(grey)
    if contrast.is_even:
        colour = small[grey > contrast.threshold].mean(axis=0)
        return np.full((height, width, 3), np.rint(colour), np.uint8)
    small = np.asarray(cv2.medianBlur(small, 3), np.uint8)
    longer = max(grey.shape)
    near = _close_shaded(small, longer // (2 * _PEN_REACH))
    far = _close(small, longer // (2 * _FAR_REACH))
    thick = near < _DEEPEST_SHADE * far
    smooth = cv2.blur(np.where(thick, far, near), (5, 5))
    whole = cv2.resize(smooth, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(whole, _DIMMEST), np.uint8)


def shrink(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """The picture with at most `side` pixels on its longer side."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    if scale >= 1:
        return picture
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _negative(picture: Pixels) -> Pixels:
    return np.asarray(cv2.bitwise_not(picture), np.uint8)


def _grey(picture: Pixels) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)


def _close(picture: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    kernel = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.morphologyEx(picture, cv2.MORPH_CLOSE, kernel), np.uint8)


def _close_shaded(picture: NDArray[np.uint8], reach: int) -> NDArray[np.uint8]:
    """The closing, with the shade going on beyond the border as it went up to it."""
    height, width = picture.shape[:2]
    reach = min(reach, height - 1, width - 1)
    around = ((reach, reach), (reach, reach), (0, 0))
    larger = np.pad(picture.astype(np.int16), around, mode="reflect", reflect_type="odd")
    closed = _close(np.clip(larger, 0, 255).astype(np.uint8), reach)
    return closed[reach : reach + height, reach : reach + width]
