"""A synthetic page, and what a picture shows of it: a cut, a margin, fewer pixels."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray


@dataclass
class Page:
    """A synthetic page.

    picture: uint8 (side, side, 3), RGB. boxes: left, top, right, bottom of each digit in pixels.
    values: 0-9, its class. ink: uint8 (side, side), 255 where ink belongs to a digit.
    """

    picture: NDArray[np.uint8]
    ink: NDArray[np.uint8]
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)
    values: list[int] = field(default_factory=list)


def place(page: Page, side: int, rng: np.random.Generator) -> Page:
    """Return a smaller page with a margin of its border's median color, as in serving."""
    height, width = page.ink.shape
    border = np.concatenate(
        [page.picture[0], page.picture[-1], page.picture[:, 0], page.picture[:, -1]]
    )
    picture = np.empty((side, side, 3), np.uint8)
    picture[:] = np.median(border, axis=0)
    ink = np.zeros((side, side), np.uint8)
    # In serving the margin is even; a random one serves the training as well.
    top, left = (int(rng.integers(0, side - n + 1)) for n in (height, width))
    picture[top : top + height, left : left + width] = page.picture
    ink[top : top + height, left : left + width] = page.ink
    boxes = [(x0 + left, y0 + top, x1 + left, y1 + top) for x0, y0, x1, y1 in page.boxes]
    return Page(picture, ink, boxes, page.values)


def crop_page(page: Page, rng: np.random.Generator) -> Page:
    """Return a page cut close to its digits, which then fill the picture."""
    side = page.ink.shape[0]
    boxes = np.array(page.boxes)
    margin = rng.uniform(-1, 12, 4)
    left, top = np.maximum(np.floor(boxes[:, :2].min(axis=0) - margin[:2]), 0).astype(int)
    right, bottom = np.minimum(np.ceil(boxes[:, 2:].max(axis=0) + margin[2:]), side).astype(int)
    cut = np.clip(boxes, (left, top, left, top), (right, bottom, right, bottom))
    cut -= (left, top, left, top)
    window = slice(top, bottom), slice(left, right)
    inner = Page(
        page.picture[window], page.ink[window], [tuple(b) for b in cut.tolist()], page.values
    )
    return place(inner, side, rng)


def coarsen(picture: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture of fewer pixels enlarged to the same size."""
    side = picture.shape[0]
    small = int(side / rng.uniform(1.3, 3))
    reduced = cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA)
    method = int(rng.choice([cv2.INTER_LINEAR, cv2.INTER_CUBIC]))
    return np.asarray(cv2.resize(reduced, (side, side), interpolation=method), np.uint8)
