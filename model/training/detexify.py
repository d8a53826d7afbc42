"""Symbols that people drew, none of them a digit: 34,910 drawings of 865 signs by many hands.

From Detexify (Kirsch 2010, Detexify: Erkennung handgemalter LaTeX-Symbole): Greek, mathematics,
arrows, phonetics, zodiac and so on. data/README.md has licence and what was left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import Glyph
from model.training.pen import PATH_WIDTH, Stroke, any_pen, draw_fitted, is_upright, write
from model.training.scans import DATA

Drawing = list[Stroke]


def read_symbols() -> list[Drawing]:
    """Every drawing, strokes of (n, 2) whose longer side is 1; a stroke has 1 to 10 points."""
    with np.load(DATA / "symbols.npz") as arrays:
        points = arrays["points"] / 255.0
        strokes = np.split(points, np.cumsum(arrays["stroke_lengths"])[:-1])
        ends = np.cumsum(arrays["strokes_each"])
    return [strokes[a:b] for a, b in zip([0, *ends[:-1]], ends, strict=True)]


def draw_symbols(count: int, random: np.random.Generator) -> NDArray[np.uint8]:
    """Glyphs (count, 28, 28) of drawings chosen at random, each drawn anew."""
    drawings = read_symbols()
    glyphs: list[Glyph] = []
    while len(glyphs) < count:
        path = [_knots(stroke, random) for stroke in drawings[random.integers(len(drawings))]]
        strokes = write(path, random, wild=random.uniform(0, 1))
        glyph = draw_fitted(strokes, any_pen(random))
        if not is_upright(glyph):
            glyphs.append(glyph)
    return np.stack(glyphs)


def _knots(stroke: Stroke, random: np.random.Generator) -> Stroke:
    """The stroke to be drawn smooth or, now and then, with a corner at every point.

    Few points are left of each stroke. Were it always drawn with corners, corners would give a sign
    away.
    """
    knots = stroke / (PATH_WIDTH, 1)
    if len(stroke) == 1:
        return np.concatenate([knots, knots + 0.02])
    return np.repeat(knots, 2, axis=0) if random.random() < 0.25 else knots
