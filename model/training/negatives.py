"""Negative examples: synthetic symbols, scribbles and digit fragments that are not digits.

Each function that renders an example takes a random generator and returns a Glyph. Shapes that
people read as a digit are excluded by construction as far as possible; the few that remain are
rare among so many other forms.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE, Glyph, normalize_image
from model.training.font_glyphs import render_font_glyph
from model.training.handwriting import synthesize_letters
from model.training.pen import (
    Stroke,
    is_bar,
    render_glyph,
    sample_pen_width,
    spline,
)
from model.training.random_strokes import make_random_symbol, make_scribble


def generate_negatives(
    count: int, digits: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    """Return glyphs (count, 28, 28) uint8 that are not digits.

    digits: glyphs (n, 28, 28) of digits, from which fragments and touching pairs are made.
    """
    letters = [glyph for glyph in synthesize_letters(count * 3 // 10, rng) if not is_bar(glyph)]
    others: list[Glyph] = []
    while len(letters) + len(others) < count:
        glyph = generate_negative(digits, rng)
        if not is_bar(glyph):
            others.append(glyph)
    return np.stack([*letters, *others])


def generate_negative(digits: NDArray[np.uint8], rng: np.random.Generator) -> Glyph:
    """Return one negative example of any kind except letters from pen paths."""
    kind = rng.random()
    if kind < 0.40:
        return render_font_glyph(rng)
    if kind < 0.62:
        return render_random_symbol(rng)
    if kind < 0.72:
        return render_scribble(rng)
    if kind < 0.77:
        return render_tick_dash_or_dots(rng)
    if kind < 0.80:
        return render_blob(rng)
    if kind < 0.92:
        return merge_two_digits(digits[rng.integers(len(digits), size=2)], rng)
    return cut_digit(digits[rng.integers(len(digits))], rng)


def render_scribble(rng: np.random.Generator) -> Glyph:
    """Return a scribble, rendered with a random pen."""
    return render_glyph(make_scribble(rng), sample_pen_width(rng))


def render_random_symbol(rng: np.random.Generator) -> Glyph:
    """Return a random symbol, rendered with a random pen."""
    return render_glyph(make_random_symbol(rng), sample_pen_width(rng))


def render_tick_dash_or_dots(rng: np.random.Generator) -> Glyph:
    """Return a tick, one to three horizontal lines, tally marks or a few dots."""
    kind = rng.integers(5)
    if kind == 0:
        strokes = _make_tick(rng)
    elif kind in (1, 2):
        strokes = _make_horizontal_lines(rng)
    elif kind == 3:
        strokes = _make_tally_marks(rng)
    else:
        points = rng.uniform(0, 1, (rng.integers(2, 5), 2))
        strokes = [np.stack([point, point + 0.02]) for point in points]
    return render_glyph(strokes, sample_pen_width(rng))


def _make_tick(rng: np.random.Generator) -> list[Stroke]:
    knots = [[0, 0.6], [0.3, 1], [0.3, 1], [1, rng.uniform(-0.2, 0.3)]]
    return [spline(np.array(knots) + rng.normal(0, 0.04, (4, 2)))]


def _make_horizontal_lines(rng: np.random.Generator) -> list[Stroke]:
    count = rng.choice([1, 1, 2, 3])
    offsets = rng.normal(0, 0.08, (count, 3)) + 0.4 * np.arange(count)[:, None]
    return [spline(np.stack([np.array([0, 0.5, 1]), y], 1)) for y in offsets]


def _make_tally_marks(rng: np.random.Generator) -> list[Stroke]:
    count = rng.integers(3, 6)
    slant = rng.normal(0, 0.15)
    return [
        np.array([[i * 0.35 + slant, 0], [i * 0.35 + rng.normal(0, 0.05), 1.0]])
        for i in range(count)
    ]


def render_blob(rng: np.random.Generator) -> Glyph:
    """Return a blot or specks: thresholded smooth noise inside an ellipse."""
    noise = rng.normal(0, 1, (24, 24)).astype(np.float32)
    smooth = cv2.resize(cv2.GaussianBlur(noise, (0, 0), rng.uniform(0.6, 4)), (48, 48))
    level = np.quantile(smooth, rng.uniform(0.3, 0.93))
    y, x = np.ogrid[-1:1:48j, -1:1:48j]
    ellipse = x**2 + (y * rng.uniform(0.7, 1.8)) ** 2 < 1
    return normalize_image(np.where((smooth > level) & ellipse, 255, 0).astype(np.uint8))


def merge_two_digits(pair: NDArray[np.uint8], rng: np.random.Generator) -> Glyph:
    """Return two digits (2, 28, 28) side by side in one glyph, touching or almost touching."""
    left, right = pair
    return normalize_image(_place_side_by_side(_crop(left), _crop(right), rng))


def _place_side_by_side(
    left: NDArray[np.uint8], right: NDArray[np.uint8], rng: np.random.Generator
) -> NDArray[np.uint8]:
    height = max(len(left), len(right)) + 2
    start = max(0, left.shape[1] - int(rng.integers(-3, 3)))
    canvas = np.zeros((height, start + right.shape[1] + left.shape[1]), np.uint8)
    top = rng.integers(0, height - len(left) + 1)
    canvas[top : top + len(left), : left.shape[1]] = left
    top = rng.integers(0, height - len(right) + 1)
    window = canvas[top : top + len(right), start : start + right.shape[1]]
    np.maximum(window, right, out=window)
    return canvas


def cut_digit(digit: Glyph, rng: np.random.Generator) -> Glyph:
    """Return the left or right part of a digit, repeated where it might pass for a one."""
    crop = _crop(digit)
    height, width = crop.shape
    column = int(width * rng.uniform(0.4, 0.65))
    part = crop[:, :column] if rng.random() < 0.5 else crop[:, width - column :]
    if part.shape[1] < 0.5 * height:
        # The gap keeps two halves of a straight stroke from touching, which would make a one again.
        gap = np.zeros((height, int(height * rng.uniform(0.2, 0.5))), np.uint8)
        part = np.concatenate([part, gap, part], axis=1)
    if rng.random() < 0.3:
        part = part[: height // 2] if rng.random() < 0.5 else part[height // 2 :]
    return normalize_image(np.ascontiguousarray(part))


def _crop(glyph: Glyph) -> NDArray[np.uint8]:
    """Return the glyph without its blank margin; a white square if it is blank."""
    x, y, width, height = cv2.boundingRect(glyph)
    return (
        glyph[y : y + height, x : x + width]
        if width
        else np.full((GLYPH_SIDE, GLYPH_SIDE), 255, np.uint8)
    )
