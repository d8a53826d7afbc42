"""Pen simulation: vary pen paths as handwriting varies, and render strokes as glyphs."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import BOX_SIDE, Glyph, center_by_mass, draw_strokes

Stroke = NDArray[np.float64]
PATH_ASPECT = 0.72  # width over height of a symbol whose pen path is drawn in a unit square
_T = np.linspace(0, 1, 10, endpoint=False)[:, None]  # the points of each curve segment


def spline(knots: Stroke) -> Stroke:
    """Return the Catmull-Rom spline (m, 2) through knots (n, 2); a repeated knot is a corner."""
    padded = np.concatenate([knots[:1], knots, knots[-1:]])
    a, b, c, d = (padded[i : len(padded) - 3 + i, None] for i in range(4))
    curves = (
        b
        + _T / 2 * (c - a)
        + _T**2 * (a - 2.5 * b + 2 * c - d / 2)
        + _T**3 * (1.5 * (b - c) + (d - a) / 2)
    )
    moving = (b != c).any(axis=2).ravel()  # there is no curve between a corner's two knots
    return np.concatenate([curves[moving].reshape(-1, 2), knots[-1:]])


def vary_handwriting(
    path: Sequence[Stroke], rng: np.random.Generator, variation: float = 1.0
) -> list[Stroke]:
    """Return the strokes (n, 2) of a pen path as a person might write it once.

    path: the knots (n, 2) of each stroke. variation: how much the knots move and how much the
    whole is slanted, rotated and stretched; 1 is ordinary handwriting.
    """
    transform = rng.normal([0, 0.07, 0], [0.11, 0.2, 0.3]) * variation
    angle, shear, stretch = float(transform[0]), float(transform[1]), float(np.exp(transform[2]))
    matrix = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    matrix = np.array([[PATH_ASPECT * stretch, 0.0], [-shear, 1.0]]) @ matrix
    round_corners = rng.random() < 0.35
    offset_scale = 0.12 if rng.random() < 0.15 else 0.035  # offset of strokes against each other
    strokes = []
    for index, points in enumerate(path):
        knots = _remove_corners(points) if round_corners else points
        noise = rng.normal(0, 0.034 * variation, knots.shape)
        repeated = np.flatnonzero((knots[1:] == knots[:-1]).all(axis=1)) + 1
        noise[repeated] = noise[repeated - 1]  # both knots of a corner move together
        offset = rng.normal(0, offset_scale * variation, 2) if index else 0.0
        strokes.append(_trim_ends(spline(knots + noise + offset), rng) @ matrix)
    return strokes


def _remove_corners(knots: Stroke) -> Stroke:
    """Return the knots without repetitions, so that the curve is smooth everywhere."""
    distinct = np.concatenate([[True], (knots[1:] != knots[:-1]).any(axis=1)])
    return np.asarray(knots[distinct])


def _trim_ends(stroke: Stroke, rng: np.random.Generator) -> Stroke:
    """Remove up to 16 % of the points, typically 3 %, from each end of the stroke."""
    first, last = (rng.beta(1, 5, 2) * 0.16 * len(stroke)).astype(int)
    return stroke[first : max(len(stroke) - last, first + 2)]


def render_glyph(strokes: Sequence[Stroke], pen_width: float) -> Glyph:
    """Render strokes as the pipeline does, with a pen of `pen_width` pixels of the glyph."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    scale = float((BOX_SIDE - pen_width) / max(extent.max(), 1e-9))
    width, height = (int(n) for n in np.ceil(extent * scale + pen_width - 1e-6))
    margin = (np.array([width, height]) - extent * scale) / 2
    return center_by_mass(draw_strokes(strokes, (low, scale, margin), (width, height), pen_width))


def sample_pen_width(rng: np.random.Generator) -> float:
    """Return a pen width of 1.1 to 4.5 pixels of the glyph, mostly near the pipeline's 2.4."""
    return float(np.exp(rng.normal(np.log(2.3), 0.22)).clip(1.1, 4.5))


def is_bar(glyph: Glyph) -> bool:
    """Return whether a glyph is as narrow as a vertical bar, which people read as a one."""
    _, _, width, height = cv2.boundingRect(glyph)
    return bool(width < 0.35 * height)
