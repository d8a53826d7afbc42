"""The result of recognizing a drawing or an image."""

from base64 import b64encode
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, TypedDict

import cv2
import numpy as np
from numpy.typing import NDArray

Verdict = Literal["digit", "unsure", "not_a_digit"]
Box = tuple[float, float, float, float]  # x, y, width, height in pixels of the input


class DigitMessage(TypedDict):
    """One digit of a PredictionMessage; `glyph` is 28×28 bytes in base64."""

    value: int
    verdict: Verdict
    confidence: float
    probabilities: list[float]
    box: Box
    glyph: str


class PredictionMessage(TypedDict):
    """A prediction as plain types for JSON, as the live bars show it."""

    text: str
    digits: list[DigitMessage]


@dataclass(frozen=True, eq=False)
class DigitPrediction:
    """One digit of a prediction: a segment and the network's output for it.

    value: 0-9, the most likely digit, whatever the verdict is.
    verdict: "digit", "unsure" or "not_a_digit" (the reject option of Chow 1970).
    confidence: calibrated probability in [0, 1] that `value` is right.
    probabilities: float32 (10,), calibrated, over the ten digits alone: they sum to 1.
    box: x, y, width, height of the segment in pixels of the input, y down.
    glyph: uint8 (28, 28), the network's input, ink 255 on 0.
    embedding: float32 (64,), unit length; similar glyphs have nearby embeddings.
    attention: float32 (7, 7), evidence for `value` by position; negative is evidence against it.
        0 everywhere if the network does not tell.
    """

    value: int
    verdict: Verdict
    confidence: float
    probabilities: NDArray[np.float32]
    box: Box
    glyph: NDArray[np.uint8]
    embedding: NDArray[np.float32]
    attention: NDArray[np.float32]

    @cached_property
    def heat(self) -> NDArray[np.uint8] | None:
        """Heat map, uint8 (28, 28), of the evidence for `value` by position; the maximum is 255.

        None if the network does not tell. Class activation mapping (Zhou et al. 2016), upsampled
        with cubic interpolation.
        """
        if not self.attention.any():
            return None
        evidence = np.maximum(self.attention, 0)
        scaled = evidence * (255 / max(float(evidence.max()), 1e-9))
        large = cv2.resize(scaled, self.glyph.shape, interpolation=cv2.INTER_CUBIC)
        return np.clip(large, 0, 255).astype(np.uint8)


@dataclass(frozen=True, slots=True, eq=False)
class Prediction:
    """The model's prediction for one drawing or image.

    text: the digits left to right, "?" for a segment that is not a digit, lines joined by a line
        feed, "" for a blank input.
    digits: in the order of `text` (line feeds left out).
    image: uint8 (height, width), thumbnail of the drawing or image, dark on light, longer side at
        most 160 pixels.
    """

    text: str
    digits: tuple[DigitPrediction, ...]
    image: NDArray[np.uint8]

    @property
    def confidence(self) -> float:
        """The lowest confidence of the digits, 0 if there are none."""
        return min((digit.confidence for digit in self.digits), default=0.0)

    def to_message(self) -> PredictionMessage:
        """Return the text and digits as plain types for JSON, without image and embeddings."""
        return {
            "text": self.text,
            "digits": [
                {
                    "value": digit.value,
                    "verdict": digit.verdict,
                    "confidence": float(digit.confidence),
                    "probabilities": digit.probabilities.tolist(),
                    "box": digit.box,
                    "glyph": b64encode(digit.glyph.tobytes()).decode(),
                }
                for digit in self.digits
            ],
        }
