"""Pictures of paper without ink, of ten kinds, to measure what is found where nothing is."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

_HEIGHT, _WIDTH = 480, 640  # pixels
Paper = NDArray[np.float32]  # (height, width, 3), 0 to 255


def make_blank_page(kind: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Return a picture of that kind, one of BLANK_KINDS, uint8 (480, 640, 3).

    Drawn by other code than the training pages, with other sizes, lighting and lines.
    """
    paper = np.full((_HEIGHT, _WIDTH, 3), rng.uniform(190, 250), np.float32)
    paper += rng.normal(0, 4, 3).astype(np.float32)
    paper += rng.normal(0, rng.uniform(1, 5), paper.shape).astype(np.float32)
    paper = BLANK_KINDS[kind](paper, rng)
    picture = np.clip(paper, 0, 255).astype(np.uint8)
    encoded = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(60, 95))])[
        1
    ]
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)


def _plain(paper: Paper, _: np.random.Generator) -> Paper:
    return paper


def _ruled(paper: Paper, rng: np.random.Generator) -> Paper:
    tilt = rng.normal(0, 8)
    for y in np.arange(rng.uniform(10, 40), _HEIGHT, rng.uniform(18, 60)):
        _line(paper, (0, y), (_WIDTH, y + tilt), rng)
    return paper


def _squared(paper: Paper, rng: np.random.Generator) -> Paper:
    pitch = rng.uniform(10, 40)
    for y in np.arange(pitch / 2, _HEIGHT, pitch):
        _line(paper, (0, y), (_WIDTH, y), rng)
    for x in np.arange(pitch / 3, _WIDTH, pitch):
        _line(paper, (x, 0), (x, _HEIGHT), rng)
    return paper


def _dotted(paper: Paper, rng: np.random.Generator) -> Paper:
    pitch = rng.uniform(14, 40)
    for y in np.arange(pitch / 2, _HEIGHT, pitch):
        for x in np.arange(pitch / 2, _WIDTH, pitch):
            cv2.circle(paper, (round(x), round(y)), 1, (150, 140, 130), -1, cv2.LINE_AA)
    return paper


def _folded(paper: Paper, rng: np.random.Generator) -> Paper:
    x = int(rng.uniform(0.2, 0.8) * _WIDTH)
    distance = np.abs(np.arange(_WIDTH) - x) / rng.uniform(2, 8)
    shade = 1 - rng.uniform(0.1, 0.4) * np.exp(-(distance**2))
    shade[x:] *= rng.uniform(0.85, 1.0)
    shaded = np.asarray(paper * shade[None, :, None], np.float32)
    if rng.random() < 0.5:
        return np.asarray(cv2.resize(np.rot90(shaded).copy(), (_WIDTH, _HEIGHT)), np.float32)
    return shaded


def _on_a_table(paper: Paper, rng: np.random.Generator) -> Paper:
    table = rng.uniform(20, 120, 3) + rng.normal(0, 8, paper.shape)
    corners = np.array([(0, 0), (_WIDTH, 0), (_WIDTH, _HEIGHT), (0, _HEIGHT)], np.float64)
    shift = np.array([0.1 * _WIDTH, 0.1 * _HEIGHT])
    corners = 0.8 * corners + shift + rng.normal(0, 12, (4, 2))
    mask = np.zeros((_HEIGHT, _WIDTH), np.uint8)
    cv2.fillPoly(mask, [np.rint(corners).astype(np.int32)], 255, cv2.LINE_AA)
    share = (mask / 255)[..., None]
    return np.asarray(paper * share + table * (1 - share), np.float32)


def _shadowed(paper: Paper, rng: np.random.Generator) -> Paper:
    shade = np.ones((_HEIGHT, _WIDTH), np.float32)
    points = rng.uniform(-0.2, 1.2, (4, 2)) * (_WIDTH, _HEIGHT)
    cv2.fillPoly(shade, [np.rint(points).astype(np.int32)], float(rng.uniform(0.4, 0.8)))
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), rng.uniform(2, 30)), np.float32)
    return np.asarray(paper * shade[..., None], np.float32)


def _crumpled(paper: Paper, rng: np.random.Generator) -> Paper:
    shade = np.ones((_HEIGHT, _WIDTH), np.float32)
    for _ in range(rng.integers(8, 25)):
        points = rng.uniform(0, 1, (3, 2)) * (_WIDTH, _HEIGHT)
        facet = np.zeros_like(shade)
        cv2.fillPoly(facet, [np.rint(points).astype(np.int32)], 1.0, cv2.LINE_AA)
        shade *= 1 + rng.uniform(-0.12, 0.08) * facet
    shade = np.asarray(cv2.GaussianBlur(shade, (0, 0), 1.5), np.float32)
    return np.asarray(paper * shade[..., None], np.float32)


def _noisy(paper: Paper, rng: np.random.Generator) -> Paper:
    paper = paper * rng.uniform(0.2, 0.8)
    grain = rng.normal(0, rng.uniform(10, 25), paper.shape)
    return np.asarray(paper + cv2.GaussianBlur(grain, (0, 0), rng.uniform(0.3, 1.2)), np.float32)


def _wooden(paper: Paper, rng: np.random.Generator) -> Paper:
    y, x = np.mgrid[0:_HEIGHT, 0:_WIDTH].astype(np.float32)
    bend = 12 * np.sin(x / rng.uniform(60, 200)) + y
    grain = np.sin(bend / rng.uniform(2, 12)) + 0.5 * np.sin(bend / rng.uniform(12, 40))
    color = np.array([rng.uniform(120, 200), rng.uniform(80, 140), rng.uniform(40, 90)])
    return np.asarray(paper * 0.1 + color * (1 + 0.12 * grain[..., None]), np.float32)


def _line(
    paper: Paper, start: tuple[float, float], end: tuple[float, float], rng: np.random.Generator
) -> None:
    width = 1 if rng.random() < 0.8 else 2
    color = (rng.uniform(120, 180), rng.uniform(140, 190), rng.uniform(170, 225))
    points = [tuple(round(16 * value) for value in point) for point in (start, end)]
    cv2.line(paper, points[0], points[1], color, width, cv2.LINE_AA, 4)


BLANK_KINDS: dict[str, Callable[[Paper, np.random.Generator], Paper]] = {
    "plain": _plain,
    "ruled": _ruled,
    "squared": _squared,
    "dotted": _dotted,
    "folded": _folded,
    "on a table": _on_a_table,
    "shadowed": _shadowed,
    "crumpled": _crumpled,
    "noisy": _noisy,
    "wooden": _wooden,
}
