"""Convert decoded images of any mode to RGB, strip by strip, so that the memory is bounded."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.preprocessing.transparency import Backdrop, choose_backdrop, flatten

TARGET_SIDE = 1_000  # pixels; larger images are reduced while the longer side stays above it
_STRIP_PIXELS = 2**20  # pixels converted to RGB at a time
_GRAY_DEPTHS = (8, 10, 12, 14, 16)  # bits a pixel that cameras have, in files of 16 or 32 bits


def to_rgb(image: Image.Image) -> NDArray[np.uint8]:
    """Return an image of any mode as RGB, uint8 (height, width, 3), on a contrasting ground.

    A large image is reduced by an integer factor, its longer side staying above TARGET_SIDE.
    """
    factor = max(1, max(image.size) // TARGET_SIDE)
    if image.mode == "LAB":
        image = image.getchannel("L")
    if image.mode in ("L", "RGB") and not image.has_transparency_data:
        return np.asarray(image.reduce(factor).convert("RGB"))
    gray_range = _gray_range(image) if _is_high_bit_depth(image) else None
    backdrop = choose_backdrop(image) if image.has_transparency_data else None
    return np.concatenate(
        [
            np.asarray(_strip_to_rgb(strip, gray_range, backdrop).reduce(factor))
            for strip in _strips(image, factor)
        ]
    )


def _strips(image: Image.Image, factor: int = 1) -> Iterator[Image.Image]:
    """Yield the image from top to bottom in strips of a multiple of `factor` rows.

    Converting strip by strip bounds the memory, however large the image is.
    """
    rows = factor * max(1, _STRIP_PIXELS // (image.width * factor))
    for top in range(0, image.height, rows):
        yield image.crop((0, top, image.width, min(top + rows, image.height)))


def _strip_to_rgb(
    strip: Image.Image, gray_range: tuple[float, float] | None, backdrop: Backdrop | None
) -> Image.Image:
    """Return a strip as RGB.

    gray_range: black and span of a high-bit-depth image. backdrop: of a transparent image.
    """
    if gray_range is not None:
        return Image.fromarray(_to_8_bit(strip, *gray_range)).convert("RGB")
    return strip.convert("RGB") if backdrop is None else flatten(strip, backdrop)


def _is_high_bit_depth(image: Image.Image) -> bool:
    """Return whether the image is gray with 16 or 32 bits a pixel."""
    return image.mode.startswith(("I", "F"))


def _gray_range(image: Image.Image) -> tuple[float, float]:
    """Return the value of black and the span from black to white of a high-bit-depth image.

    The file does not say how many of its bits are used: the smallest of _GRAY_DEPTHS in which all
    values fit is assumed, and the range from the lowest to the highest value if there is none.
    """
    extremes = [(values.min(), values.max()) for values in map(_gray_values, _strips(image))]
    low, high = min(low for low, _ in extremes), max(high for _, high in extremes)
    white = next((2.0**depth - 1 for depth in _GRAY_DEPTHS if high < 2**depth), 0.0)
    if low < 0 or not white or high <= 1.0:
        return float(low), float(max(high - low, 1e-9))
    return 0.0, white


def _gray_values(strip: Image.Image) -> NDArray[np.float64]:
    return np.nan_to_num(np.asarray(strip, np.float64), nan=0.0, posinf=0.0, neginf=0.0)


def _to_8_bit(strip: Image.Image, black: float, span: float) -> NDArray[np.uint8]:
    """Return gray values in 0-255, where `black` becomes 0 and `black + span` becomes 255."""
    gray = (_gray_values(strip) - black) / span
    return np.rint(np.clip(gray, 0, 1) * 255).astype(np.uint8)
