"""Compare a candidate with the served network: figures, confusions, differing drawings, speed.

What is compared is written as plain values for JSON; services/model_comparison.py reads them.
"""

from __future__ import annotations

import time
import zlib
from base64 import b64encode
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from model.network import Network
from model.preprocessing.normalize import Glyph
from model.preprocessing.thumbnail import strokes_thumbnail
from model.training.compare import CORRECTIONS
from model.training.corrections import held_out_mask
from model.training.differences import (
    Disagreement,
    ResultPair,
    count_confusions,
    count_outcomes,
    find_disagreements,
    select_disagreements,
)
from model.training.mnist import Images, read_images
from model.training.standard_sets import StandardSets, count_changes, evaluate_network

_DRAWING_SIDE = 84  # pixels of a differing drawing
_SPEED_ROUNDS = 100
_SPEED_GLYPHS = 8  # in a round: so few that other processes seldom interrupt it


@dataclass(frozen=True, slots=True)
class Corrections:
    """Corrections and where they come from: lists as long as `images`, empty if unknown.

    prediction_ids: of the stored predictions. digit_indices: of the digits in these.
    """

    images: Images
    prediction_ids: list[str]
    digit_indices: list[int]


def read_held_out(file: Path) -> Corrections:
    """Return the held-out corrections of a job, none if there are too few to hold some out."""
    images = read_images(file, "train")
    with np.load(file) as arrays:
        ids, digits = (
            arrays.get(name, np.empty(0, int)) for name in ("prediction_ids", "digit_indices")
        )
    return hold_out(images, ids.astype(str).tolist(), digits.tolist())


def hold_out(images: Images, prediction_ids: list[str], digit_indices: list[int]) -> Corrections:
    """Return the corrections that are held out, none if there are too few to hold some out.

    prediction_ids, digit_indices: where the images come from, empty if unknown.
    """
    try:
        mask = held_out_mask(images)
    except ValueError:
        mask = np.zeros(len(images.labels), bool)
    held_out = Images(images.glyphs[mask], images.labels[mask])
    if len(prediction_ids) != len(mask):  # prepared by a version that did not write them
        return Corrections(held_out, [], [])
    return Corrections(
        held_out,
        [id for id, is_held_out in zip(prediction_ids, mask, strict=True) if is_held_out],
        [index for index, is_held_out in zip(digit_indices, mask, strict=True) if is_held_out],
    )


def compare_networks(
    served: Network, candidate: Network, sets: StandardSets, corrections: Corrections
) -> tuple[dict[str, dict[str, int]], dict[str, Any]]:
    """Return the figures of each set (`count_changes`), and the whole comparison for JSON."""
    served_results, candidate_results = (
        evaluate_network(served, sets),
        evaluate_network(candidate, sets),
    )
    pairs = {name: (result, candidate_results[name]) for name, result in served_results.items()}
    figures = {name: count_changes(*pair) for name, pair in pairs.items()}
    disagreements = [item for pair in pairs.values() for item in find_disagreements(*pair)]
    speed = measure_speed(served, candidate, _glyphs_to_time(sets))
    details = {
        "served": _describe(served, speed[0]),
        "candidate": _describe(candidate, speed[1]),
        "sets": [{"name": name, **counts} for name, counts in figures.items()],
        "confusions": {
            "corrections": _confusions(pairs, corrections=True),
            "standard": _confusions(pairs, corrections=False),
        },
        "outcomes": count_outcomes(disagreements),
        "drawings": [
            {**asdict(item), "confidence": round(item.confidence, 4)}
            | _picture_of(item, sets, corrections)
            for item in select_disagreements(disagreements)
        ],
    }
    return figures, details


def measure_speed(
    served: Network, candidate: Network, glyphs: NDArray[np.uint8]
) -> tuple[float, float]:
    """Return the microseconds that each network takes for a glyph in its fastest round.

    The networks take turns. The fastest round is the one that other work on the machine has slowed
    down least.
    """
    seconds: tuple[list[float], list[float]] = [], []
    for _ in range(_SPEED_ROUNDS):
        for network, measured in zip((served, candidate), seconds, strict=True):
            started = time.perf_counter()
            network.classify(list(glyphs))
            measured.append((time.perf_counter() - started) / len(glyphs))
    return min(seconds[0]) * 1e6, min(seconds[1]) * 1e6


def _glyphs_to_time(sets: StandardSets) -> NDArray[np.uint8]:
    """Return some glyphs of the largest set of glyphs."""
    return max(sets.glyphs.values(), key=lambda samples: len(samples.labels)).glyphs[:_SPEED_GLYPHS]


def _describe(network: Network, microseconds: float) -> dict[str, Any]:
    return {
        "version": network.version,
        "microseconds": round(microseconds, 1),
        "bytes": len(network.content),
    }


def _confusions(
    pairs: dict[str, ResultPair], *, corrections: bool
) -> list[tuple[str, str, int, int]]:
    chosen = [pair for name, pair in pairs.items() if (name == CORRECTIONS) == corrections]
    return count_confusions(chosen)


def _picture_of(item: Disagreement, sets: StandardSets, corrections: Corrections) -> dict[str, Any]:
    """Return the picture of a sample, or where it is stored.

    The glyph of a correction is not copied, so that deleting the prediction also deletes it; its
    checksum tells whether the prediction has another drawing by now.
    """
    if item.set in sets.drawings:
        return {"picture": _encode(draw_square(sets.drawings[item.set].samples[item.index]))}
    glyph = sets.glyphs[item.set].glyphs[item.index]
    if item.set != CORRECTIONS:
        return {"picture": _encode(glyph)}
    if not corrections.prediction_ids:
        return {}
    return {
        "id": corrections.prediction_ids[item.index],
        "digit": corrections.digit_indices[item.index],
        "checksum": zlib.crc32(glyph.tobytes()),
    }


def draw_square(strokes: list[NDArray[np.float64]]) -> Glyph:
    """Return strokes as light on dark, uint8 (84, 84), in the middle."""
    drawing = ~strokes_thumbnail(strokes)
    height, width = drawing.shape
    side = max(height, width)
    square = np.zeros((side, side), np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    square[top : top + height, left : left + width] = drawing
    size = _DRAWING_SIDE, _DRAWING_SIDE
    return np.asarray(cv2.resize(square, size, interpolation=cv2.INTER_AREA), np.uint8)


def _encode(picture: NDArray[np.uint8]) -> str:
    return b64encode(picture.tobytes()).decode()
