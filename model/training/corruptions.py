"""MNIST made harder, in kinds of MNIST-C (Mu and Gilmer 2019, https://arxiv.org/abs/1906.02337)."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE, Glyph

Corruption = Callable[[Glyph, np.random.Generator], NDArray[np.generic]]
_CROSS = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))


def corrupt(glyphs: NDArray[np.uint8], kind: str, seed: int = 0) -> NDArray[np.uint8]:
    """Every glyph (n, 28, 28) uint8 corrupted in one of KINDS."""
    random = np.random.default_rng(seed)
    changed = [KINDS[kind](glyph, random) for glyph in glyphs]
    return np.clip(np.stack(changed), 0, 255).astype(np.uint8)


def _warp(glyph: Glyph, matrix: list[list[float]]) -> NDArray[np.generic]:
    """The glyph under a linear map about its middle."""
    middle = (GLYPH_SIDE - 1) / 2
    turn = np.array(matrix)
    shift = middle - turn @ [middle, middle]
    return np.asarray(
        cv2.warpAffine(glyph, np.column_stack([turn, shift]), (GLYPH_SIDE, GLYPH_SIDE))
    )


def _rotate(glyph: Glyph, random: np.random.Generator) -> NDArray[np.generic]:
    angle = np.deg2rad(random.uniform(-30, 30))
    return _warp(glyph, [[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def _smear(glyph: Glyph, random: np.random.Generator) -> NDArray[np.generic]:
    kernel = np.zeros((5, 5), np.float32)
    angle = random.uniform(0, np.pi)
    end = np.rint(2 + 2 * np.array([np.cos(angle), np.sin(angle)])).astype(int)
    cv2.line(kernel, tuple(map(int, 4 - end)), tuple(map(int, end)), 1.0)
    return np.asarray(cv2.filter2D(glyph, -1, kernel / kernel.sum()))


def _impulse(glyph: Glyph, random: np.random.Generator) -> NDArray[np.generic]:
    chance = random.random(glyph.shape)
    return np.where(chance < 0.04, 0, np.where(chance > 0.96, 255, glyph))


KINDS: dict[str, Corruption] = {
    "noise, normal": lambda glyph, random: glyph + random.normal(0, 40, glyph.shape),
    "noise, salt and pepper": _impulse,
    "blur": lambda glyph, random: cv2.GaussianBlur(glyph, (0, 0), random.uniform(0.8, 1.6)),
    "motion blur": _smear,
    "rotation ±30°": _rotate,
    "shear ±0.4": lambda glyph, random: _warp(glyph, [[1, random.uniform(-0.4, 0.4)], [0, 1]]),
    "scale 0.7-1.15": lambda glyph, random: _warp(
        glyph, [[s := random.uniform(0.7, 1.15), 0], [0, s]]
    ),
    "contrast 0.3": lambda glyph, _: (glyph - 127.5) * 0.3 + 127.5 * 0.6,
    "pale 0.35": lambda glyph, _: glyph * 0.35,
    "pen thinner": lambda glyph, _: cv2.resize(
        cv2.erode(cv2.resize(glyph, None, fx=2, fy=2), _CROSS), (GLYPH_SIDE, GLYPH_SIDE)
    ),
    "pen thicker": lambda glyph, _: cv2.dilate(glyph, _CROSS),
}
