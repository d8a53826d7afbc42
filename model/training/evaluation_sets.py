"""Real handwriting for measuring, where it lies beside the checkout; never for training."""

from __future__ import annotations

import os
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from model.training.pen import Stroke

ROOT = Path(__file__).resolve().parents[2]


class StrokeSet(NamedTuple):
    """Samples as lists of strokes (n, 2), y down, and their labels."""

    samples: list[list[Stroke]]
    labels: list[str]


class PictureSet(NamedTuple):
    """Pictures as people took them and their labels."""

    samples: list[Image.Image]
    labels: list[str]


def folder() -> Path:
    """Where the sets are: INKLING_DATA, else ../shared/data beside the checkout."""
    return Path(os.environ.get("INKLING_DATA") or ROOT.parent / "shared" / "data")


def read_strokes(name: str) -> StrokeSet | None:
    """The stroke set of that name, None where it is not here."""
    arrays = _arrays(name)
    if arrays is None:
        return None
    points, pen, sample = arrays["xy"], arrays["stroke_ptr"], arrays["sample_ptr"]
    samples = [
        [points[pen[j] : pen[j + 1]].astype(float) for j in range(first, last)]
        for first, last in pairwise(sample)
    ]
    return StrokeSet(samples, arrays["label"].astype(str).tolist())


def read_pictures(name: str) -> PictureSet | None:
    """The picture set of that name, None where it is not here."""
    arrays = _arrays(name)
    if arrays is None:
        return None
    if "images" in arrays:
        pictures = list(arrays["images"])
    else:
        flat, starts = arrays["flat"], arrays["offset"]
        shapes = [tuple(s if s[2] > 1 else s[:2]) for s in arrays["shape"]]
        pictures = [
            flat[starts[i] : starts[i + 1]].reshape(shape) for i, shape in enumerate(shapes)
        ]
    labels = arrays["label"].astype(str).tolist()
    return PictureSet([Image.fromarray(picture) for picture in pictures], labels)


def _arrays(name: str) -> dict[str, NDArray[np.generic]] | None:
    file = folder() / "handwriting" / f"{name}.npz"
    if not file.is_file():
        return None
    with np.load(file) as arrays:
        return dict(arrays)


def numbers_of_one_writer(
    digits: StrokeSet, count: int = 400, seed: int = 0, writer: int = 250
) -> StrokeSet:
    """Numbers of 2 to 8 digits by one writer each, at a natural distance.

    The writers of the set follow each other, about `writer` samples each.
    """
    random = np.random.default_rng(seed)
    samples, labels = [], []
    for _ in range(count):
        first = random.integers(len(digits.labels) - writer)
        chosen = first + random.choice(writer, random.integers(2, 9), replace=False)
        samples.append(_side_by_side([digits.samples[i] for i in chosen], random))
        labels.append("".join(digits.labels[i] for i in chosen))
    return StrokeSet(samples, labels)


def _side_by_side(digits: list[list[Stroke]], random: np.random.Generator) -> list[Stroke]:
    """Strokes of all digits left to right: gaps of about a quarter of their height."""
    heights = [float(np.ptp(np.concatenate(strokes)[:, 1])) for strokes in digits]
    height = float(np.median(heights))
    strokes, right = [], 0.0
    for digit in digits:
        every = np.concatenate(digit)
        low, high = every.min(axis=0), every.max(axis=0)
        shift = np.array([right - low[0], random.normal(0, 0.05) * height - high[1]])
        strokes += [stroke + shift for stroke in digit]
        right += high[0] - low[0] + height * max(0.12, random.normal(0.28, 0.08))
    return strokes
