"""A pen that draws paths as hands do: smooth, slanted, hurried, never twice the same."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import BOX_SIDE, Glyph, center_by_mass, draw_strokes

Stroke = NDArray[np.float64]
PATH_WIDTH = 0.72  # of a pen path, whose knots lie in a square, at height 1
_T = np.linspace(0, 1, 10, endpoint=False)[:, None]


def smooth(knots: Stroke) -> Stroke:
    """The Catmull-Rom curve (m, 2) through knots (n, 2); a repeated knot is a corner."""
    ends = np.concatenate([knots[:1], knots, knots[-1:]])
    a, b, c, d = (ends[i : len(ends) - 3 + i, None] for i in range(4))
    pieces = (
        b
        + _T / 2 * (c - a)
        + _T**2 * (a - 2.5 * b + 2 * c - d / 2)
        + _T**3 * (1.5 * (b - c) + (d - a) / 2)
    )
    moving = (b != c).any(axis=2).ravel()  # between a corner's two knots the pen stands still
    return np.concatenate([pieces[moving].reshape(-1, 2), knots[-1:]])


def write(path: Sequence[Stroke], random: np.random.Generator, wild: float = 1.0) -> list[Stroke]:
    """The path as one hand would write it once, strokes of (n, 2).

    wild: how far knots stray and the whole is slanted, turned and stretched; 1 is an ordinary hand.
    """
    whole = random.normal([0, 0.07, 0], [0.11, 0.2, 0.3]) * wild
    turn, shear, stretch = float(whole[0]), float(whole[1]), float(np.exp(whole[2]))
    matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
    matrix = np.array([[PATH_WIDTH * stretch, 0.0], [-shear, 1.0]]) @ matrix
    rounds = random.random() < 0.35
    careless = 0.12 if random.random() < 0.15 else 0.035  # how far strokes miss their places
    strokes = []
    for number, points in enumerate(path):
        knots = _round_corners(points) if rounds else points
        stray = random.normal(0, 0.034 * wild, knots.shape)
        same = np.flatnonzero((knots[1:] == knots[:-1]).all(axis=1)) + 1
        stray[same] = stray[same - 1]
        apart = random.normal(0, careless * wild, 2) if number else 0.0
        strokes.append(_trim(smooth(knots + stray + apart), random) @ matrix)
    return strokes


def _round_corners(knots: Stroke) -> Stroke:
    single = np.concatenate([[True], (knots[1:] != knots[:-1]).any(axis=1)])
    return np.asarray(knots[single])


def _trim(stroke: Stroke, random: np.random.Generator) -> Stroke:
    """The stroke with up to a tenth missing at its ends."""
    first, last = (random.beta(1, 5, 2) * 0.16 * len(stroke)).astype(int)
    return stroke[first : max(len(stroke) - last, first + 2)]


def draw_fitted(strokes: Sequence[Stroke], pen: float) -> Glyph:
    """Strokes drawn as the pipeline does, but with a pen of so many pixels."""
    every = np.concatenate(strokes)
    low, extent = every.min(axis=0), np.ptp(every, axis=0)
    scale = float((BOX_SIDE - pen) / max(extent.max(), 1e-9))
    width, height = (int(n) for n in np.ceil(extent * scale + pen - 1e-6))
    margin = (np.array([width, height]) - extent * scale) / 2
    return center_by_mass(draw_strokes(strokes, (low, scale, margin), (width, height), pen))


def any_pen(random: np.random.Generator) -> float:
    """A pen width in pixels of 28: mostly the pipeline's own 2.4, from 1.1 to 4.5."""
    return float(np.exp(random.normal(np.log(2.3), 0.22)).clip(1.1, 4.5))


def is_upright(glyph: Glyph) -> bool:
    """Whether a glyph is as narrow as a plain bar, which people read as a one."""
    _, _, width, height = cv2.boundingRect(glyph)
    return bool(width < 0.35 * height)
