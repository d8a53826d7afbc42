"""The digit detector, run by LiteRT without TensorFlow."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from ai_edge_litert.interpreter import Interpreter
from numpy.typing import NDArray

from model.detection.pyramid import Level, RgbImage, build_pyramid
from model.prediction import Box

DETECTOR_FILE = Path(__file__).resolve().parents[1] / "detector.tflite"
STRIDE = 4  # pixels between the positions at which centers and boxes are predicted
_MIN_SCORE = 0.3
_MIN_BEST_SCORE = 0.5  # of the clearest digit; on empty paper, folds and shadows score less
_MIN_RELATIVE_SCORE = (
    0.65  # compared with the clearest digit; next to digits, other marks score less
)
_SMALL_DIGIT, _LARGE_DIGIT = 9.0, 110.0  # pixels of the longer side that a level's digits have
_MIN_INK = 0.35  # least share of a box's height that its ink has to cover
_MAX_OVERLAP = 0.4  # intersection over union of two boxes from which they are the same digit
_MAX_CONTAINMENT = 0.72  # intersection over the smaller box from which one is a part of the other
_EDGE_MARGIN = 0.015  # share of the image's height from its edge at which a line reaches it
_LINE_WIDTH = 0.15  # share of the image's width below which an upright box may be a line
_PEAK_PERCENTILE = 99.95  # of the ink map's probabilities; its peak without outliers
_MIN_PEAK = 0.55  # peak of an image with any digit
_MAX_CANDIDATES = 600  # best peaks to look at, over all levels
MAX_DETECTIONS = 250


@dataclass(frozen=True, slots=True)
class Detection:
    """A digit that was found.

    box: left, top, right and bottom in pixels of the image. score: 0-1. level: index of the level
    in which it was found.
    """

    box: tuple[float, float, float, float]
    score: float
    level: int


@dataclass(frozen=True, slots=True)
class InkMap:
    """Where ink belongs to digits, at one level: probability 0-1, float32 (height, width)."""

    probability: NDArray[np.float32]
    level: Level

    def inside(self) -> NDArray[np.float32]:
        """Return the part that shows the image, without the margin."""
        level = self.level
        height, width = level.size
        return self.probability[level.top : level.top + height, level.left : level.left + width]


@dataclass(frozen=True, slots=True)
class Detections:
    """All digits in an image, best first, and the ink map of each level, largest first.

    image_size: height and width.
    """

    digits: tuple[Detection, ...]
    ink_maps: tuple[InkMap, ...]
    image_size: tuple[int, int]

    @property
    def is_blank(self) -> bool:
        """Whether nothing in the image looks like ink of a digit, at any size."""
        return all(
            np.percentile(ink_map.inside(), _PEAK_PERCENTILE) < _MIN_PEAK
            for ink_map in self.ink_maps
        )

    def ink_height(self, box: Box) -> float:
        """Return the share of a box's rows that hold ink of digits, 0-1.

        box: x, y, width, height in pixels of the image. The level is the one at which the box is
        as large as digits in training.
        """
        x, y, width, height = box
        for ink_map in self.ink_maps:
            level = ink_map.level
            if max(width * level.scale[0], height * level.scale[1]) <= _LARGE_DIGIT:
                break
        corner = x * level.scale[0] + level.left, y * level.scale[1] + level.top
        size = width * level.scale[0], height * level.scale[1]
        corners = (*corner, corner[0] + size[0], corner[1] + size[1])
        return _ink_extent(ink_map.probability, corners)


class Detector:
    """The exported detector. Safe to use from any thread."""

    def __init__(self, file: Path | None = None) -> None:
        self._content = (file or DETECTOR_FILE).read_bytes()
        self._idle_runners: list[list[_LevelRunner]] = []

    def detect(self, image: RgbImage) -> Detections:
        """Return the digits in an RGB image, uint8 (height, width, 3)."""
        runners = self._take_runners()
        levels = build_pyramid(image)
        candidates: list[Detection] = []
        ink_maps = []
        for index, level in enumerate(levels):
            if index == len(runners):
                runners.append(_LevelRunner(self._content))
            center, box, ink = runners[index].run(level.pixels)
            ink_map = InkMap(_sigmoid(ink), level)
            ink_maps.append(ink_map)
            smallest = 0.0 if index == 0 else _SMALL_DIGIT
            largest = np.inf if index == len(levels) - 1 else _LARGE_DIGIT
            candidates += _find_peaks(_sigmoid(center), box, ink_map, index, smallest, largest)
        self._idle_runners.append(runners)
        size = image.shape[0], image.shape[1]
        digits = [
            digit
            for digit in _drop_doubtful(_suppress_duplicates(candidates))
            if not crosses_image(_to_box(digit.box), size)
        ]
        return Detections(tuple(digits), tuple(ink_maps), size)

    def _take_runners(self) -> list[_LevelRunner]:
        """Return runners that no other thread uses; the pool grows to the peak concurrency."""
        try:
            return self._idle_runners.pop()
        except IndexError:
            return []


class _LevelRunner:
    """An interpreter for one level, which keeps the buffers of the size that it saw last.

    Allocating buffers takes as long as running the network, so levels do not share an interpreter.
    """

    def __init__(self, content: bytes) -> None:
        self._interpreter = Interpreter(model_content=content, num_threads=1)
        signature = self._interpreter.get_signature_runner("serving_default")
        (self._input,) = (detail["index"] for detail in signature.get_input_details().values())
        outputs = signature.get_output_details()
        self._outputs = [outputs[name]["index"] for name in ("center", "box", "ink")]
        self._shape: tuple[int, ...] = ()

    def run(
        self, pixels: RgbImage
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return logits of centers (h, w), boxes (h, w, 4) and logits of ink (height, width)."""
        shape = (1, *pixels.shape)
        if shape != self._shape:
            self._interpreter.resize_tensor_input(self._input, shape)
            self._interpreter.allocate_tensors()
            self._shape = shape
        self._interpreter.set_tensor(self._input, (pixels * np.float32(1 / 255))[None])
        self._interpreter.invoke()
        center, box, ink = (self._interpreter.get_tensor(index)[0] for index in self._outputs)
        return center[..., 0], box, ink[..., 0]


def crosses_image(box: Box, image_size: tuple[int, int]) -> bool:
    """Return whether a box is that of an upright line from edge to edge: a fold, a margin.

    box: x, y, width, height in pixels of the image of that height and width.
    """
    height, width = image_size
    _, y, box_width, box_height = box
    margin = _EDGE_MARGIN * height
    reaches_edges = y <= margin and y + box_height >= height - margin
    return reaches_edges and box_width < _LINE_WIDTH * width


def _to_box(corners: tuple[float, float, float, float]) -> Box:
    left, top, right, bottom = corners
    return left, top, right - left, bottom - top


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1 / (1 + np.exp(-logits)), np.float32)


def _find_peaks(
    score: NDArray[np.float32],
    box: NDArray[np.float32],
    ink_map: InkMap,
    index: int,
    smallest: float,
    largest: float,
) -> list[Detection]:
    """Return the digits of one level whose longer side is within the limits."""
    highest = cv2.dilate(score, np.ones((3, 3), np.uint8))
    rows, columns = np.nonzero((score == highest) & (score > _MIN_SCORE))
    order = np.argsort(-score[rows, columns])[:_MAX_CANDIDATES]
    level = ink_map.level
    found = []
    for row, column in zip(rows[order].tolist(), columns[order].tolist(), strict=True):
        left, top, right, bottom = np.exp(np.minimum(box[row, column], 5.0)) * STRIDE
        x, y = (column + 0.5) * STRIDE, (row + 0.5) * STRIDE
        corners = x - left, y - top, x + right, y + bottom
        longer = max(left + right, top + bottom)
        if not smallest <= longer <= largest:
            continue
        if _ink_extent(ink_map.probability, corners) < _MIN_INK:
            continue
        scale_x, scale_y = level.scale
        found.append(
            Detection(
                (
                    float((corners[0] - level.left) / scale_x),
                    float((corners[1] - level.top) / scale_y),
                    float((corners[2] - level.left) / scale_x),
                    float((corners[3] - level.top) / scale_y),
                ),
                float(score[row, column]),
                index,
            )
        )
    return found


def _ink_extent(probability: NDArray[np.float32], corners: tuple[float, ...]) -> float:
    """Return the share of a box's rows that hold ink."""
    left, top, right, bottom = (max(0, round(float(c))) for c in corners)
    window = probability[top : max(bottom, top + 1), left : max(right, left + 1)]
    return float((window > 0.5).any(axis=1).mean()) if window.size else 0.0


def _drop_doubtful(digits: list[Detection]) -> list[Detection]:
    """Return the digits that are clear enough, compared with the clearest, which is the first."""
    if not digits or digits[0].score < _MIN_BEST_SCORE:
        return []
    least = _MIN_RELATIVE_SCORE * digits[0].score
    return [digit for digit in digits if digit.score >= least]


def _suppress_duplicates(candidates: list[Detection]) -> list[Detection]:
    """Return the candidates, best first, without those that overlap a better one."""
    candidates = sorted(candidates, key=lambda candidate: -candidate.score)[:_MAX_CANDIDATES]
    kept: list[Detection] = []
    boxes = np.empty((len(candidates), 4))
    for candidate in candidates:
        box = np.array(candidate.box)
        others = boxes[: len(kept)]
        overlap = np.clip(
            np.minimum(others[:, 2:], box[2:]) - np.maximum(others[:, :2], box[:2]), 0, None
        ).prod(axis=1)
        area, areas = (box[2:] - box[:2]).prod(), (others[:, 2:] - others[:, :2]).prod(axis=1)
        is_same = overlap > _MAX_OVERLAP * (area + areas - overlap)
        is_part = overlap > _MAX_CONTAINMENT * np.minimum(area, areas)
        if not (is_same | is_part).any():
            boxes[len(kept)] = box
            kept.append(candidate)
    return kept[:MAX_DETECTIONS]
