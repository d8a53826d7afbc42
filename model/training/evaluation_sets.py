"""Real handwriting for evaluation, never for training; the sets are not part of the repository."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.training.pad_marks import MARKS, SEPARATORS, draw_with_mark
from model.training.pen import Stroke

ROOT = Path(__file__).resolve().parents[2]


class StrokeSet(NamedTuple):
    """Drawings as lists of strokes (n, 2), y down, and their labels."""

    samples: list[list[Stroke]]
    labels: list[str]


class ImageSet(NamedTuple):
    """Photos, scans or screenshots, and their labels."""

    samples: list[Image.Image]
    labels: list[str]


def find_data_folder() -> Path:
    """Return the folder of the sets: $INKLING_DATA, or ../shared/data next to the checkout."""
    return Path(os.environ.get("INKLING_DATA") or ROOT.parent / "shared" / "data")


def read_stroke_set(name: str) -> StrokeSet | None:
    """Return the set of drawings with that name, or None if its file does not exist."""
    arrays = _read_arrays(name)
    if arrays is None:
        return None
    points, stroke_starts, sample_starts = (
        arrays[key] for key in ("xy", "stroke_ptr", "sample_ptr")
    )
    samples = [
        [
            points[stroke_starts[index] : stroke_starts[index + 1]].astype(float)
            for index in range(start, end)
        ]
        for start, end in pairwise(sample_starts)
    ]
    return StrokeSet(samples, arrays["label"].astype(str).tolist())


def read_image_set(name: str) -> ImageSet | None:
    """Return the set of images with that name, or None if its file does not exist."""
    arrays = _read_arrays(name)
    if arrays is None:
        return None
    if "images" in arrays:
        images = list(arrays["images"])
    else:  # images of different sizes, one after the other in a flat array
        flat, starts = arrays["flat"], arrays["offset"]
        shapes = [tuple(shape if shape[2] > 1 else shape[:2]) for shape in arrays["shape"]]
        images = [
            flat[starts[index] : starts[index + 1]].reshape(shape)
            for index, shape in enumerate(shapes)
        ]
    labels = arrays["label"].astype(str).tolist()
    return ImageSet([Image.fromarray(image) for image in images], labels)


def _read_arrays(name: str) -> dict[str, NDArray[np.generic]] | None:
    file = find_data_folder() / "handwriting" / f"{name}.npz"
    if not file.is_file():
        return None
    with np.load(file) as arrays:
        return dict(arrays)


def compose_numbers(
    digits: StrokeSet, count: int = 400, seed: int = 0, samples_per_writer: int = 250
) -> StrokeSet:
    """Compose `count` numbers of 2 to 8 digits, each by one writer, with natural spacing.

    The set has to be ordered by writer, with about `samples_per_writer` samples each.
    """
    rng = np.random.default_rng(seed)
    samples, labels = [], []
    for _ in range(count):
        start = rng.integers(len(digits.labels) - samples_per_writer)
        indices = start + rng.choice(samples_per_writer, rng.integers(2, 9), replace=False)
        samples.append(_arrange_in_line([digits.samples[index] for index in indices], rng))
        labels.append("".join(digits.labels[index] for index in indices))
    return StrokeSet(samples, labels)


def draw_marked_numbers(count: int = 30, seed: int = 0) -> StrokeSet:
    """Draw numbers of 1 to 3 digits with each kind of mark that is no digit, `count` of each."""
    rng = np.random.default_rng(seed)
    samples, labels = [], []
    for kind in MARKS:
        for _ in range(count):
            length = rng.integers(2 if kind in SEPARATORS else 1, 4)
            text = "".join(rng.choice(list("0123456789"), length))
            digits, marks, label = draw_with_mark(kind, text, rng)
            samples.append([*digits, *marks])
            labels.append(label)
    return StrokeSet(samples, labels)


def _arrange_in_line(digits: list[list[Stroke]], rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes of all digits, left to right, with gaps of about a quarter of a height."""
    heights = [float(np.ptp(np.concatenate(strokes)[:, 1])) for strokes in digits]
    height = float(np.median(heights))
    arranged, right = [], 0.0
    for strokes in digits:
        points = np.concatenate(strokes)
        low, high = points.min(axis=0), points.max(axis=0)
        shift = np.array([right - low[0], rng.normal(0, 0.05) * height - high[1]])
        arranged += [stroke + shift for stroke in strokes]
        right += high[0] - low[0] + height * max(0.12, rng.normal(0.28, 0.08))
    return arranged
