"""An image at several sizes, so that digits of any size are about as large as in training."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

RgbImage = NDArray[np.uint8]  # (height, width, 3)

MAX_SIDE = 624  # pixels of the longer side of the largest level; with its margin it becomes 640
_SMALLEST_SIDE = 92  # a digit that fills a picture of this size is as large as the detector finds
_ENLARGED_SIDE = 80  # an image smaller than this is enlarged to it
_BLOCK = 32  # pixels; width and height of the detector's input are multiples of it
_MARGIN = 4  # least pixels around the image, for digits that touch its border
_BACKGROUND_SIDE = 15  # pixels of the window whose mean is taken for the background
_NOISE = 24  # gray levels (0-255) by which a pixel may deviate from its block without being ink


@dataclass(frozen=True, slots=True)
class Level:
    """The image at one size.

    pixels: uint8 (height, width, 3), with its margin; both sides are multiples of 32.
    scale: pixels of this level for a pixel of the image, in x and in y.
    size: height and width of the image in `pixels`. left, top: where it starts.
    """

    pixels: RgbImage
    scale: tuple[float, float]
    size: tuple[int, int]
    left: int
    top: int


def build_pyramid(image: RgbImage) -> list[Level]:
    """Return the image at its own size, or at MAX_SIDE, and at each half of that; largest first."""
    height, width = image.shape[:2]
    longer = max(height, width)
    target = min(max(longer, _ENLARGED_SIDE), MAX_SIDE)
    shrunk = _resize(image, target / longer)
    levels = [_add_margin(shrunk, width, height)]
    while max(shrunk.shape[:2]) > _SMALLEST_SIDE:
        shrunk = _halve(shrunk)
        levels.append(_add_margin(shrunk, width, height))
    return levels


def _resize(image: RgbImage, scale: float) -> RgbImage:
    if scale == 1:
        return image
    height, width = image.shape[:2]
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=method), np.uint8)


def _halve(image: RgbImage) -> RgbImage:
    """Return the image at half its size, with thin lines as dark as before.

    A mean of four pixels fades a line that is one pixel wide. Each block becomes the pixel that
    deviates most from the background instead, less what noise may deviate.
    """
    height, width = image.shape[:2]
    even = np.pad(image, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    blocks = even.reshape(even.shape[0] // 2, 2, even.shape[1] // 2, 2, 3)
    quarters = [blocks[:, y, :, x] for y in (0, 1) for x in (0, 1)]
    size = blocks.shape[2], blocks.shape[0]
    mean = np.asarray(cv2.resize(even, size, interpolation=cv2.INTER_AREA), np.uint8)
    background = np.asarray(cv2.blur(mean, (_BACKGROUND_SIDE, _BACKGROUND_SIDE)), np.uint8)
    low, high = (np.asarray(f.reduce(quarters), np.uint8) for f in (np.minimum, np.maximum))
    noise = np.full(mean.shape, _NOISE, np.uint8)
    is_dark = _sum(cv2.subtract(background, low)) >= _sum(cv2.subtract(high, background))
    darker = cv2.subtract(mean, cv2.subtract(cv2.subtract(mean, low), noise))
    lighter = cv2.add(mean, cv2.subtract(cv2.subtract(high, mean), noise))
    return np.asarray(np.where(is_dark[..., None], darker, lighter), np.uint8)


def _sum(image: cv2.typing.MatLike) -> NDArray[np.float32]:
    """Return the sum of the channels."""
    return np.asarray(cv2.transform(image, np.ones((1, 3), np.float32)), np.float32)


def _add_margin(image: RgbImage, full_width: int, full_height: int) -> Level:
    """Return a level: the image with an even margin of its border's median color."""
    height, width = image.shape[:2]
    border = np.concatenate([image[0], image[-1], image[:, 0], image[:, -1]])
    padded_height, padded_width = (
        -(-(side + 2 * _MARGIN) // _BLOCK) * _BLOCK for side in (height, width)
    )
    top, left = (padded_height - height) // 2, (padded_width - width) // 2
    pixels = np.empty((padded_height, padded_width, 3), np.uint8)
    pixels[:] = np.median(border, axis=0)
    pixels[top : top + height, left : left + width] = image
    scale = width / full_width, height / full_height
    return Level(pixels, scale, (height, width), left, top)
