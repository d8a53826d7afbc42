"""Synthetic handwriting: digits and letters from pen paths, in forms that are rare in MNIST."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import SIDE
from model.training.mnist import Images
from model.training.pen import render_glyph, sample_pen_width, vary_handwriting
from model.training.pen_paths import DIGITS_FILE, LETTERS_FILE, PenPath, read_pen_paths


def synthesize_digits(count: int, rng: np.random.Generator) -> Images:
    """Return `count` digits, all ten classes about equally often, in all forms of digits.txt."""
    paths = read_pen_paths(DIGITS_FILE)
    totals: defaultdict[str, float] = defaultdict(float)
    for path in paths:
        totals[path.symbol] += path.weight
    indices = _sample(count, [path.weight / totals[path.symbol] for path in paths], rng)
    labels = np.array([int(paths[index].symbol) for index in indices])
    return Images(_render([paths[index] for index in indices], rng), labels)


def synthesize_letters(count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return `count` glyphs (28, 28) of the letters and symbols in letters.txt, none a digit."""
    paths = read_pen_paths(LETTERS_FILE)
    indices = _sample(count, [path.weight for path in paths], rng)
    return _render([paths[index] for index in indices], rng)


def _sample(count: int, weights: Sequence[float], rng: np.random.Generator) -> NDArray[np.int64]:
    """Return `count` indices of weights, drawn in proportion to them."""
    return rng.choice(len(weights), count, p=np.array(weights) / sum(weights))


def _render(paths: Sequence[PenPath], rng: np.random.Generator) -> NDArray[np.uint8]:
    glyphs = np.empty((len(paths), SIDE, SIDE), np.uint8)
    for index, path in enumerate(paths):
        strokes = vary_handwriting(path.strokes, rng, variation=rng.uniform(0.4, 1.7))
        glyphs[index] = render_glyph(strokes, sample_pen_width(rng))
    return glyphs
