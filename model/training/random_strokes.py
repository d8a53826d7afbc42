"""Random strokes that are no digit: scribbles and invented symbols."""

from __future__ import annotations

import numpy as np

from model.training.pen import Stroke, spline


def make_scribble(rng: np.random.Generator) -> list[Stroke]:
    """Return one to four long random curves, as people draw to try out a pen."""
    strokes = []
    for _ in range(rng.integers(1, 5)):
        knots = rng.uniform(0, 1, (rng.integers(5, 12), 2)) * rng.uniform(0.4, 1, 2)
        strokes.append(spline(knots + rng.uniform(0, 0.5, 2)))
    return strokes


def make_random_symbol(rng: np.random.Generator) -> list[Stroke]:
    """Return three to six random strokes, most of them joined, like an invented letter."""
    strokes: list[Stroke] = []
    for _ in range(rng.integers(3, 7)):
        stroke = _make_random_stroke(rng)
        if strokes and rng.random() < 0.75:
            other = strokes[rng.integers(len(strokes))]
            joint = other[rng.choice([0, len(other) // 2, len(other) - 1])]
            stroke = stroke - stroke[rng.choice([0, len(stroke) // 2, len(stroke) - 1])] + joint
        else:
            stroke = stroke + rng.uniform(0, 1, 2)
        strokes.append(stroke)
    return strokes


def _make_random_stroke(rng: np.random.Generator) -> Stroke:
    """Return a line, arc, hook, wave, ring or dot of about unit size around the origin."""
    kind = rng.choice(6, p=[0.42, 0.2, 0.12, 0.06, 0.1, 0.1])
    size = rng.uniform(0.35, 1.0)
    angle = rng.normal(rng.integers(8) * np.pi / 4, 0.12)
    t = np.linspace(0, 1, 16)
    if kind == 0:
        points = np.stack([t, t * 0], 1)
    elif kind == 1:
        sweep = rng.uniform(1.5, 4.2)
        points = np.stack([np.sin(t * sweep), 1 - np.cos(t * sweep)], 1) * 0.5
    elif kind == 2:
        points = spline(np.array([[0, 0], [0.8, 0], [1, 0.15], [0.85, 0.35]]))
    elif kind == 3:
        points = np.stack([t, 0.15 * np.sin(t * 2 * np.pi * rng.integers(1, 4))], 1)
    elif kind == 4:
        points = np.stack([np.cos(t * 6.4), np.sin(t * 6.4)], 1) * 0.25
    else:
        points = np.array([[0.0, 0.0], [0.03, 0.03]])
    cos, sin = np.cos(angle), np.sin(angle)
    return np.asarray(points * size @ np.array([[cos, sin], [-sin, cos]]), np.float64)
