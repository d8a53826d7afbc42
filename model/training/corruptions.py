"""Corruptions like those of MNIST-C (Mu and Gilmer 2019, https://arxiv.org/abs/1906.02337)."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import SIDE, Glyph

Corruption = Callable[[Glyph, np.random.Generator], NDArray[np.generic]]
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def corrupt(glyphs: NDArray[np.uint8], kind: str, seed: int = 0) -> NDArray[np.uint8]:
    """Apply a corruption, one of the keys of CORRUPTIONS, to each glyph (n, 28, 28) uint8."""
    rng = np.random.default_rng(seed)
    corrupted = [CORRUPTIONS[kind](glyph, rng) for glyph in glyphs]
    return np.clip(np.stack(corrupted), 0, 255).astype(np.uint8)


def _transform(glyph: Glyph, matrix: list[list[float]]) -> NDArray[np.generic]:
    """Apply a linear map (2, 2) about the center of the glyph."""
    center = (SIDE - 1) / 2
    linear = np.array(matrix)
    shift = center - linear @ [center, center]
    return np.asarray(cv2.warpAffine(glyph, np.column_stack([linear, shift]), (SIDE, SIDE)))


def _rotate(glyph: Glyph, rng: np.random.Generator) -> NDArray[np.generic]:
    angle = np.deg2rad(rng.uniform(-30, 30))
    return _transform(glyph, [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _blur_motion(glyph: Glyph, rng: np.random.Generator) -> NDArray[np.generic]:
    kernel = np.zeros((5, 5), np.float32)
    angle = rng.uniform(0, np.pi)
    end = np.rint(2 + 2 * np.array([np.cos(angle), np.sin(angle)])).astype(int)
    cv2.line(kernel, tuple(map(int, 4 - end)), tuple(map(int, end)), 1.0)
    return np.asarray(cv2.filter2D(glyph, -1, kernel / kernel.sum()))


def _add_salt_and_pepper(glyph: Glyph, rng: np.random.Generator) -> NDArray[np.generic]:
    value = rng.random(glyph.shape)
    return np.where(value < 0.04, 0, np.where(value > 0.96, 255, glyph))


CORRUPTIONS: dict[str, Corruption] = {
    "Gaussian noise": lambda glyph, rng: glyph + rng.normal(0, 40, glyph.shape),
    "salt-and-pepper noise": _add_salt_and_pepper,
    "Gaussian blur": lambda glyph, rng: cv2.GaussianBlur(glyph, (0, 0), rng.uniform(0.8, 1.6)),
    "motion blur": _blur_motion,
    "rotation ±30°": _rotate,
    "shear ±0.4": lambda glyph, rng: _transform(glyph, [[1, rng.uniform(-0.4, 0.4)], [0, 1]]),
    "scale 0.7-1.15": lambda glyph, rng: _transform(
        glyph, [[s := rng.uniform(0.7, 1.15), 0], [0, s]]
    ),
    "contrast 0.3": lambda glyph, _: (glyph - 127.5) * 0.3 + 127.5 * 0.6,
    "brightness 0.35": lambda glyph, _: glyph * 0.35,
    "thinner strokes": lambda glyph, _: cv2.resize(
        cv2.erode(cv2.resize(glyph, None, fx=2, fy=2), _CROSS), (SIDE, SIDE)
    ),
    "thicker strokes": lambda glyph, _: cv2.dilate(glyph, _CROSS),
}
