"""Marks that are no digit, made without any picture of one: signs, strokes, wrecks of digits.

Each maker takes a random generator and gives a Glyph. What people would read as a digit is kept out
as far as that can be had by construction; the rest drowns among so many other forms.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE, Glyph, normalize_image
from model.training.font_glyphs import draw_sign
from model.training.handwriting import write_letters
from model.training.pen import Stroke, any_pen, draw_fitted, is_upright, smooth


def make_negatives(
    count: int, digits: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.uint8]:
    """Glyphs (count, 28, 28) uint8 that are no digit; some are wrecks of `digits` (n, 28, 28)."""
    letters = [glyph for glyph in write_letters(count * 3 // 10, random) if not is_upright(glyph)]
    marks: list[Glyph] = []
    while len(letters) + len(marks) < count:
        mark = make_mark(digits, random)
        if not is_upright(mark):
            marks.append(mark)
    return np.stack([*letters, *marks])


def make_mark(digits: NDArray[np.uint8], random: np.random.Generator) -> Glyph:
    """A mark of any kind but the letters."""
    kind = random.random()
    if kind < 0.40:
        return draw_sign(random)
    if kind < 0.62:
        return invent_sign(random)
    if kind < 0.72:
        return scribble(random)
    if kind < 0.77:
        return tick_or_dash(random)
    if kind < 0.80:
        return blot(random)
    if kind < 0.92:
        return glue(digits[random.integers(len(digits), size=2)], random)
    return half(digits[random.integers(len(digits))], random)


def scribble(random: np.random.Generator) -> Glyph:
    """One to four long random pen paths, as when a pen is tried out."""
    strokes = []
    for _ in range(random.integers(1, 5)):
        knots = random.uniform(0, 1, (random.integers(5, 12), 2)) * random.uniform(0.4, 1, 2)
        strokes.append(smooth(knots + random.uniform(0, 0.5, 2)))
    return draw_fitted(strokes, any_pen(random))


def invent_sign(random: np.random.Generator) -> Glyph:
    """Three to six lines, bows, loops and dots, most of them joined: letters of no alphabet."""
    strokes: list[Stroke] = []
    for _ in range(random.integers(3, 7)):
        stroke = _part(random)
        if strokes and random.random() < 0.75:
            other = strokes[random.integers(len(strokes))]
            joint = other[random.choice([0, len(other) // 2, len(other) - 1])]
            stroke = stroke - stroke[random.choice([0, len(stroke) // 2, len(stroke) - 1])] + joint
        else:
            stroke = stroke + random.uniform(0, 1, 2)
        strokes.append(stroke)
    return draw_fitted(strokes, any_pen(random))


def _part(random: np.random.Generator) -> Stroke:
    """A line, bow, hook, wave, ring or dot of about unit size around the origin."""
    kind = random.choice(6, p=[0.42, 0.2, 0.12, 0.06, 0.1, 0.1])
    size = random.uniform(0.35, 1.0)
    turn = random.normal(random.integers(8) * np.pi / 4, 0.12)
    along = np.linspace(0, 1, 16)
    if kind == 0:
        points = np.stack([along, along * 0], 1)
    elif kind == 1:
        sweep = random.uniform(1.5, 4.2)
        points = np.stack([np.sin(along * sweep), 1 - np.cos(along * sweep)], 1) * 0.5
    elif kind == 2:
        points = smooth(np.array([[0, 0], [0.8, 0], [1, 0.15], [0.85, 0.35]]))
    elif kind == 3:
        points = np.stack([along, 0.15 * np.sin(along * 2 * np.pi * random.integers(1, 4))], 1)
    elif kind == 4:
        points = np.stack([np.cos(along * 6.4), np.sin(along * 6.4)], 1) * 0.25
    else:
        points = np.array([[0.0, 0.0], [0.03, 0.03]])
    cos, sin = np.cos(turn), np.sin(turn)
    return np.asarray(points * size @ np.array([[cos, sin], [-sin, cos]]), np.float64)


def tick_or_dash(random: np.random.Generator) -> Glyph:
    """A tick, a dash, an underline, a pair or row of bars, a few dots."""
    kind = random.integers(5)
    if kind == 0:
        knots = [[0, 0.6], [0.3, 1], [0.3, 1], [1, random.uniform(-0.2, 0.3)]]
        strokes = [smooth(np.array(knots) + random.normal(0, 0.04, (4, 2)))]
    elif kind in (1, 2):
        rows = np.arange(random.choice([1, 1, 2, 3]))
        bow = random.normal(0, 0.08, (len(rows), 3))
        strokes = [
            smooth(
                np.array([[0, 0.0], [0.5, 0], [1, 0]]) + np.stack([bow[i] * 0, bow[i] + i * 0.4], 1)
            )
            for i in rows
        ]
    elif kind == 3:
        count = random.integers(3, 6)
        lean = random.normal(0, 0.15)
        strokes = [
            np.array([[i * 0.35 + lean, 0], [i * 0.35 + random.normal(0, 0.05), 1.0]])
            for i in range(count)
        ]
    else:
        at = random.uniform(0, 1, (random.integers(2, 5), 2))
        strokes = [np.stack([point, point + 0.02]) for point in at]
    return draw_fitted(strokes, any_pen(random))


def blot(random: np.random.Generator) -> Glyph:
    """A dot, a blot, or specks of paper."""
    noise = random.normal(0, 1, (24, 24)).astype(np.float32)
    cloud = cv2.resize(cv2.GaussianBlur(noise, (0, 0), random.uniform(0.6, 4)), (48, 48))
    level = np.quantile(cloud, random.uniform(0.3, 0.93))
    y, x = np.ogrid[-1:1:48j, -1:1:48j]
    round_off = x**2 + (y * random.uniform(0.7, 1.8)) ** 2 < 1
    return normalize_image(np.where((cloud > level) & round_off, 255, 0).astype(np.uint8))


def glue(pair: NDArray[np.uint8], random: np.random.Generator) -> Glyph:
    """Two digits side by side in one box, touching or almost."""
    left, right = pair
    return normalize_image(_beside(_crop(left), _crop(right), random))


def _beside(
    left: NDArray[np.uint8], right: NDArray[np.uint8], random: np.random.Generator
) -> NDArray[np.uint8]:
    height = max(len(left), len(right)) + 2
    start = max(0, left.shape[1] - int(random.integers(-3, 3)))
    canvas = np.zeros((height, start + right.shape[1] + left.shape[1]), np.uint8)
    top = random.integers(0, height - len(left) + 1)
    canvas[top : top + len(left), : left.shape[1]] = left
    top = random.integers(0, height - len(right) + 1)
    place = canvas[top : top + len(right), start : start + right.shape[1]]
    np.maximum(place, right, out=place)
    return canvas


def half(digit: Glyph, random: np.random.Generator) -> Glyph:
    """A digit's left or right part, twice where it might pass for a one."""
    crop = _crop(digit)
    height, width = crop.shape
    at = int(width * random.uniform(0.4, 0.65))
    part = crop[:, :at] if random.random() < 0.5 else crop[:, width - at :]
    if part.shape[1] < 0.5 * height:
        # Apart, for two halves of a straight one side by side would be a one again.
        gap = np.zeros((height, int(height * random.uniform(0.2, 0.5))), np.uint8)
        part = np.concatenate([part, gap, part], axis=1)
    if random.random() < 0.3:
        part = part[: height // 2] if random.random() < 0.5 else part[height // 2 :]
    return normalize_image(np.ascontiguousarray(part))


def _crop(glyph: Glyph) -> NDArray[np.uint8]:
    x, y, width, height = cv2.boundingRect(glyph)
    return (
        glyph[y : y + height, x : x + width]
        if width
        else np.full((GLYPH_SIDE, GLYPH_SIDE), 255, np.uint8)
    )
