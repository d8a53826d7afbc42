"""Glyphs as other hands, pens and cameras would have made them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import GLYPH_SIDE, Glyph, normalize_image

_FINE = 2  # glyphs are bent at this scale, so that edges stay smooth
_KNOTS = 5  # elastic displacements are drawn on 5×5 knots and spread smoothly between
_PENS = [cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (n, n)) for n in (2, 3, 4)]


def augment(
    glyphs: NDArray[np.uint8], random: np.random.Generator, renormalised: float = 0.6
) -> NDArray[np.uint8]:
    """Every glyph of (n, 28, 28) uint8 bent, inked and placed anew, in the same order.

    A share `renormalised` of them goes through the pipeline's own normalisation, as everything that
    is read does; the others keep their place.
    """
    maps = bending_maps(len(glyphs), random)
    normalise = random.random(len(glyphs)) < renormalised
    out = np.empty_like(glyphs)
    for i, (glyph, bend) in enumerate(zip(glyphs, maps, strict=True)):
        bent = cv2.remap(glyph, bend[..., 0], bend[..., 1], cv2.INTER_LINEAR)
        fine = change_pen(np.asarray(bent, np.uint8), random)
        if normalise[i] and fine.any():
            out[i] = jitter(normalize_image(scan(stretch(fine, random), random)), random)
        else:
            out[i] = cv2.resize(fine, (GLYPH_SIDE, GLYPH_SIDE), interpolation=cv2.INTER_AREA)
    return change_light(out, random)


def bending_maps(count: int, random: np.random.Generator) -> NDArray[np.float32]:
    """Where each pixel of a bent glyph comes from: (n, 56, 56, 2) x and y in pixels of 28×28.

    Affine and elastic distortion after Simard et al. 2003, from hardly any to as much as people
    still read; the elastic part is drawn on knots.
    """
    strength = 1.6 * random.random(count) ** 1.5
    angle = random.normal(0, 0.17 * strength).clip(-0.5, 0.5)
    shear = random.normal(0, 0.16 * strength).clip(-0.5, 0.5)
    scale = np.exp(random.normal(0, 0.1 * strength[:, None], (count, 2)).clip(-0.3, 0.3))
    cos, sin = np.cos(angle), np.sin(angle)
    affine = np.empty((count, 2, 3))
    affine[:, 0, 0], affine[:, 0, 1] = cos * scale[:, 0], (cos * shear - sin) * scale[:, 0]
    affine[:, 1, 0], affine[:, 1, 1] = sin * scale[:, 1], (sin * shear + cos) * scale[:, 1]
    shift = random.normal(0, 0.7 * strength[:, None], (count, 2)).clip(-2, 2)
    affine[:, :, 2] = (GLYPH_SIDE - 1) / 2 + shift
    amount = np.abs(random.normal(0, 0.85 * strength[:, None, None], (count, 1, 1)))
    elastic = random.normal(0, 1, (count, 2, _KNOTS**2)) * amount
    parameters = np.concatenate([affine, elastic], axis=2).astype(np.float32)
    side = GLYPH_SIDE * _FINE
    maps = np.matmul(_BASIS, parameters.transpose(0, 2, 1))
    return np.asarray(maps.reshape(count, side, side, 2), np.float32)


def _bending_basis() -> NDArray[np.float32]:
    """(56·56, 3 + 25): what a unit of each affine and elastic parameter moves each pixel by."""
    side = GLYPH_SIDE * _FINE
    line = (np.arange(side) + 0.5) / _FINE - GLYPH_SIDE / 2
    y, x = (axis.ravel() for axis in np.meshgrid(line, line, indexing="ij"))
    spread = cv2.resize(np.eye(_KNOTS), (_KNOTS, side), interpolation=cv2.INTER_CUBIC)
    elastic = np.kron(spread, spread)
    return np.column_stack([x, y, np.ones_like(x), elastic]).astype(np.float32)


_BASIS = _bending_basis()


def change_pen(fine: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """The drawing (56, 56) with a thinner or thicker pen, now and then out of focus."""
    chance = random.random()
    if chance < 0.12:
        thinner = np.asarray(cv2.erode(fine, _PENS[random.integers(0, 2)]), np.uint8)
        fine = thinner if thinner.sum() > 0.35 * fine.sum() else fine
    elif chance < 0.32:
        fine = np.asarray(cv2.dilate(fine, _PENS[random.integers(0, 3)]), np.uint8)
    if random.random() < 0.1:
        fine = np.asarray(cv2.GaussianBlur(fine, (0, 0), random.uniform(0.6, 2.2)), np.uint8)
    return fine


def stretch(fine: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """The drawing, one in eight wider or narrower than hands write, one in six squared.

    Scanners of forms have squared their digits: each fills its box in both directions. Half of the
    squared ones are then made twice as high, much as `squared.py` leaves them.
    """
    chance = random.random()
    if chance < 0.125:
        factor = float(np.exp(random.normal(0.15, 0.35)).clip(0.5, 2.5))
    elif chance < 0.29:
        _, _, width, height = cv2.boundingRect(fine)
        square = height / max(width, 1) * np.exp(random.normal(0, 0.12))
        square *= random.choice([0.5, 1.0])
        factor = float(np.clip(square, 0.3, 5))
    else:
        return fine
    return np.asarray(cv2.resize(fine, None, fx=factor, fy=1.0), np.uint8)


def scan(fine: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """The drawing, one in ten a coarse scan of 12 to 20 pixels, half of these black and white."""
    if random.random() > 0.1:
        return fine
    x, y, width, height = cv2.boundingRect(fine)
    ink = fine[y : y + height, x : x + width]
    lines = int(random.integers(12, 21))
    columns = max(2, round(lines * width / height)) if random.random() < 0.5 else lines
    coarse = np.asarray(cv2.resize(ink, (columns, lines), interpolation=cv2.INTER_AREA), np.uint8)
    if random.random() < 0.5:
        coarse = np.where(coarse > random.uniform(70, 150), 255, 0).astype(np.uint8)
    if not coarse.any():
        return fine
    return np.asarray(cv2.resize(coarse, (width, height)), np.uint8)


def jitter(glyph: Glyph, random: np.random.Generator) -> Glyph:
    """The glyph moved by about half a pixel and scaled by about a twentieth."""
    scale = np.exp(random.normal(0, 0.05))
    move = random.normal(0, 0.5, 2) + (GLYPH_SIDE - 1) / 2 * (1 - scale)
    matrix = np.array([[scale, 0, move[0]], [0, scale, move[1]]])
    return np.asarray(cv2.warpAffine(glyph, matrix, (GLYPH_SIDE, GLYPH_SIDE)), np.uint8)


def change_light(glyphs: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """A quarter of the glyphs (n, 28, 28) paler or harsher, some greyed, some with noise."""
    out = glyphs.copy()
    chance = random.random(len(glyphs))
    harsher = chance < 0.15
    gain = random.uniform(0.5, 2.5, (int(harsher.sum()), 1, 1))
    out[harsher] = np.clip(glyphs[harsher] * gain, 0, 255)
    greyed = (chance > 0.15) & (chance < 0.19)
    grey = random.uniform(0, 60, (int(greyed.sum()), 1, 1))
    out[greyed] = grey + glyphs[greyed] * random.uniform(0.25, 0.7, grey.shape)
    specked = (chance > 0.91) & (chance < 0.94)
    out[specked] = add_specks(glyphs[specked], random)
    noisy = chance > 0.94
    noise = random.normal(0, 1, (int(noisy.sum()), GLYPH_SIDE, GLYPH_SIDE))
    noise *= random.uniform(5, 50, (len(noise), 1, 1))
    out[noisy] = np.clip(glyphs[noisy] + noise, 0, 255)
    return out


def add_specks(glyphs: NDArray[np.uint8], random: np.random.Generator) -> NDArray[np.uint8]:
    """Glyphs (n, 28, 28) with up to a tenth of their pixels black or white."""
    share = random.uniform(0.002, 0.1, (len(glyphs), 1, 1))
    hit = random.random(glyphs.shape) < share
    return np.where(hit, random.choice([0, 255], glyphs.shape), glyphs).astype(np.uint8)
