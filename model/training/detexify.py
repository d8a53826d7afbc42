"""Handwritten symbols that are not digits: 34,910 drawings of 865 symbols by many writers.

From Detexify (Kirsch 2010, "Detexify: Erkennung handgemalter LaTeX-Symbole"): Greek letters,
mathematics, arrows, phonetics, zodiac signs. The license and the symbols that were excluded are in
data/README.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import Glyph
from model.training.pen import (
    PATH_ASPECT,
    Stroke,
    is_bar,
    render_glyph,
    sample_pen_width,
    vary_handwriting,
)
from model.training.scans import DATA_FOLDER

Drawing = list[Stroke]


def read_drawings() -> list[Drawing]:
    """Return all drawings, strokes (n, 2) scaled so that the drawing's longer side is 1.

    A stroke has 1 to 10 points.
    """
    with np.load(DATA_FOLDER / "symbols.npz") as arrays:
        points = arrays["points"] / 255.0
        strokes = np.split(points, np.cumsum(arrays["stroke_lengths"])[:-1])
        ends = np.cumsum(arrays["strokes_each"])
    return [strokes[start:end] for start, end in zip([0, *ends[:-1]], ends, strict=True)]


def render_symbols(count: int, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return glyphs (count, 28, 28) of drawings chosen at random, each varied at random."""
    drawings = read_drawings()
    glyphs: list[Glyph] = []
    while len(glyphs) < count:
        path = [_to_knots(stroke, rng) for stroke in drawings[rng.integers(len(drawings))]]
        strokes = vary_handwriting(path, rng, variation=rng.uniform(0, 1))
        glyph = render_glyph(strokes, sample_pen_width(rng))
        if not is_bar(glyph):
            glyphs.append(glyph)
    return np.stack(glyphs)


def _to_knots(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """Return the knots of a smooth curve, or in one case of four of a polyline.

    The data keeps few points of each stroke. If corners were always drawn, or never, the network
    would learn them as evidence for "not a digit".
    """
    knots = stroke / (PATH_ASPECT, 1)
    if len(stroke) == 1:
        return np.concatenate([knots, knots + 0.02])
    return np.repeat(knots, 2, axis=0) if rng.random() < 0.25 else knots
