"""What the model says about ink: a Reading of Digits."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

Verdict = Literal["digit", "unsure", "not_a_digit"]
Box = tuple[float, float, float, float]  # x, y, width, height in pixels of the input


@dataclass(frozen=True, eq=False)
class Digit:
    """One mark and what the network makes of it.

    value: 0-9, the likeliest digit, also where the verdict is not "digit".
    verdict: "digit", "unsure" or "not_a_digit".
    confidence: calibrated chance in [0, 1] that `value` is right.
    probabilities: float32 (10,), calibrated, over the ten digits alone: they sum to 1.
    box: x, y, width, height of the mark in pixels of the input, y down.
    glyph: uint8 (28, 28), what the network saw, ink 255 on 0.
    embedding: float32 (64,), unit length; near for similar ink.
    attention: float32 (7, 7), what spoke for `value`, and where; below 0 what spoke against it.
    draw: gives `crop`, when it is asked for.
    """

    value: int
    verdict: Verdict
    confidence: float
    probabilities: NDArray[np.float32]
    box: Box
    glyph: NDArray[np.uint8]
    embedding: NDArray[np.float32]
    attention: NDArray[np.float32]
    draw: Callable[[], NDArray[np.uint8]] = field(
        default=lambda: np.zeros((1, 1), np.uint8), repr=False
    )

    @cached_property
    def crop(self) -> NDArray[np.uint8]:
        """uint8 (height, width), ink bright on 0: the mark alone as it was written, large."""
        return self.draw()

    @cached_property
    def heat(self) -> NDArray[np.uint8]:
        """uint8 (28, 28): how much each part of the glyph spoke for `value`; the most is 255.

        Class activation mapping (Zhou et al. 2016), smoothly enlarged.
        """
        spoke = np.maximum(self.attention, 0)
        scaled = spoke * (255 / max(float(spoke.max()), 1e-9))
        large = cv2.resize(scaled, self.glyph.shape, interpolation=cv2.INTER_CUBIC)
        return np.clip(large, 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """What was read.

    text: the digits left to right, "?" for a mark that is no digit, lines joined by a line feed,
        "" for blank ink.
    digits: in the order of `text` (line feeds left out).
    image: uint8 (height, width), the ink or picture as people see it, dark on light, longest side
        at most 160 pixels: what the history shows.
    origin, scale: a point of the input lies at (point - origin) * scale of the image.
    """

    text: str
    digits: tuple[Digit, ...]
    image: NDArray[np.uint8]
    origin: tuple[float, float] = (0.0, 0.0)
    scale: float = 1.0
