"""Synthetic strokes for the stroke network: digits and other symbols from pen paths."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from model.preprocessing.stroke_features import (
    FEATURE_POINTS,
    features_of_points,
    resample_strokes,
)
from model.training import NOT_A_DIGIT
from model.training.detexify import read_drawings
from model.training.pen import PATH_ASPECT, Stroke, vary_handwriting
from model.training.pen_paths import DIGITS_FILE, LETTERS_FILE, PenPath, read_pen_paths
from model.training.random_strokes import make_random_symbol, make_scribble

NEGATIVE_SHARE = 0.25
_WAVES = 3  # of the random displacement of a drawing


class StrokeExamples(NamedTuple):
    """Resampled drawings (n, FEATURE_POINTS, 2), the starts of strokes, and labels (n,).

    is_start: bool (n, FEATURE_POINTS). labels: 0-9, NOT_A_DIGIT for other symbols.
    """

    points: NDArray[np.float32]
    is_start: NDArray[np.bool_]
    labels: NDArray[np.int64]


def generate_examples(count: int, rng: np.random.Generator) -> StrokeExamples:
    """Return `count` examples in random order; a share of NEGATIVE_SHARE are not digits."""
    digits = read_pen_paths(DIGITS_FILE)
    totals: defaultdict[str, float] = defaultdict(float)
    for path in digits:
        totals[path.symbol] += path.weight
    # Flatter than the weights, so that rare ways to write a digit are learned as well.
    weights = np.array([(path.weight / totals[path.symbol]) ** 0.7 for path in digits])
    weights /= weights.sum()
    letters = read_pen_paths(LETTERS_FILE)
    drawings = read_drawings()
    points = np.empty((count, FEATURE_POINTS, 2), np.float32)
    is_start = np.empty((count, FEATURE_POINTS), np.bool_)
    labels = np.empty(count, np.int64)
    for index in range(count):
        if rng.random() < NEGATIVE_SHARE:
            labels[index] = NOT_A_DIGIT
            strokes = _make_negative(letters, drawings, digits, rng)
        else:
            path = digits[rng.choice(len(digits), p=weights)]
            labels[index] = int(path.symbol)
            strokes = _vary(path.strokes, rng)
        points[index], is_start[index] = resample_strokes(vary_pen_lifts(strokes, rng))
    return StrokeExamples(points, is_start, labels)


def _vary(path: Sequence[Stroke], rng: np.random.Generator) -> list[Stroke]:
    return vary_handwriting(path, rng, variation=rng.uniform(0.4, 1.7))


def _make_negative(
    letters: Sequence[PenPath],
    drawings: Sequence[Sequence[Stroke]],
    digits: Sequence[PenPath],
    rng: np.random.Generator,
) -> list[Stroke]:
    """Return a letter, a handwritten symbol, two digits, a random symbol or a scribble."""
    kind = rng.random()
    if kind < 0.35:
        weights = np.array([path.weight for path in letters])
        index = int(rng.choice(len(letters), p=weights / weights.sum()))
        return _vary(letters[index].strokes, rng)
    if kind < 0.75:
        drawing = drawings[int(rng.integers(len(drawings)))]
        knots = [stroke / (PATH_ASPECT, 1) for stroke in drawing]
        knots = [np.concatenate([k, k + 0.02]) if len(k) == 1 else k for k in knots]
        return vary_handwriting(knots, rng, variation=rng.uniform(0, 1))
    if kind < 0.87:
        first, second = (
            _vary(digits[int(rng.integers(len(digits)))].strokes, rng) for _ in range(2)
        )
        right = max(float(stroke[:, 0].max()) for stroke in first)
        left = min(float(stroke[:, 0].min()) for stroke in second)
        gap = np.array([right - left + rng.uniform(-0.1, 0.15), rng.normal(0, 0.06)])
        return [*first, *(stroke + gap for stroke in second)]
    return make_random_symbol(rng) if kind < 0.95 else make_scribble(rng)


def vary_pen_lifts(strokes: list[Stroke], rng: np.random.Generator) -> list[Stroke]:
    """Return the strokes with other pen lifts, order and directions, as other people draw them."""
    strokes = list(strokes)
    if len(strokes) > 1 and rng.random() < 0.12:
        index = int(rng.integers(len(strokes) - 1))
        strokes[index : index + 2] = [np.concatenate(strokes[index : index + 2])]
    if rng.random() < 0.05:
        index = int(rng.integers(len(strokes)))
        stroke = strokes[index]
        if len(stroke) > 8:
            cut = int(rng.integers(3, len(stroke) - 3))
            strokes[index : index + 1] = [stroke[: cut + 1], stroke[cut:]]
    if len(strokes) > 1 and rng.random() < 0.12:
        rng.shuffle(strokes)
    return [_add_hook(stroke[::-1] if rng.random() < 0.08 else stroke, rng) for stroke in strokes]


def _add_hook(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """Add a short stroke in any direction where the pen touches the paper or leaves it."""
    start, end = (
        rng.normal(0, 0.06, (1, 2)) if rng.random() < 0.15 else np.empty((0, 2)) for _ in range(2)
    )
    return np.concatenate([stroke[:1] + start, stroke, stroke[-1:] + end])


def distort(
    points: NDArray[np.float32], is_start: NDArray[np.bool_], rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return features of drawings, each rotated, stretched and displaced by random waves.

    points: (n, FEATURE_POINTS, 2). is_start: (n, FEATURE_POINTS).
    """
    count = len(points)
    low, high = points.min(axis=1, keepdims=True), points.max(axis=1, keepdims=True)
    size = np.maximum((high - low).max(axis=2, keepdims=True), 1e-9)
    position = (points - (low + high) / 2) / size
    angle, shear = rng.normal(0, [[0.1], [0.12]], (2, count))
    stretch = np.exp(rng.normal(0, 0.12, count))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.stack([np.stack([cos * stretch, -sin], 1), np.stack([sin + shear, cos], 1)], axis=1)
    moved = position @ matrix
    for _ in range(_WAVES):
        frequency = rng.normal(0, 3.5, (count, 2, 1))
        phase = rng.uniform(0, 2 * np.pi, (count, 1, 1))
        amplitude = rng.normal(0, 0.035, (count, 1, 2))
        moved = moved + np.sin(position @ frequency + phase) * amplitude
    moved = moved + rng.normal(0, 0.004, moved.shape)
    return features_of_points(moved, is_start)
