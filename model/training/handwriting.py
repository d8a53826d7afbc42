"""Digits and letters written from pen paths, in forms that MNIST's writers seldom used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE
from model.training.mnist import Images
from model.training.pen import any_pen, draw_fitted, write
from model.training.pen_paths import DIGITS, LETTERS, Form, read_forms


def write_digits(count: int, random: np.random.Generator) -> Images:
    """`count` digits of all ten classes, about as many of each, in every form of digits.txt."""
    forms = read_forms(DIGITS)
    totals: defaultdict[str, float] = defaultdict(float)
    for form in forms:
        totals[form.sign] += form.weight
    chosen = _choose(count, [form.weight / totals[form.sign] for form in forms], random)
    labels = np.array([int(forms[number].sign) for number in chosen])
    return Images(_write_each([forms[number] for number in chosen], random), labels)


def write_letters(count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """`count` glyphs (28, 28) of letters and signs that are no digit, as letters.txt has them."""
    forms = read_forms(LETTERS)
    chosen = _choose(count, [form.weight for form in forms], random)
    return _write_each([forms[number] for number in chosen], random)


def _choose(count: int, weights: Sequence[float], random: np.random.Generator) -> NDArray[np.int64]:
    return random.choice(len(weights), count, p=np.array(weights) / sum(weights))


def _write_each(forms: Sequence[Form], random: np.random.Generator) -> NDArray[np.uint8]:
    glyphs = np.empty((len(forms), GLYPH_SIDE, GLYPH_SIDE), np.uint8)
    for i, form in enumerate(forms):
        wild = random.uniform(0.4, 1.7)
        glyphs[i] = draw_fitted(write(form.strokes, random, wild), any_pen(random))
    return glyphs
