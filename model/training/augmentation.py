"""Data augmentation: vary glyphs as other writers, pens and cameras would."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import SIDE, Glyph, normalize_image

_SCALE = 2  # glyphs are warped at twice their size, which keeps edges smooth
_KNOTS = 5  # elastic displacements are drawn on a grid of 5×5 and interpolated
_KERNELS = [cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (n, n)) for n in (2, 3, 4)]


def augment(
    glyphs: NDArray[np.uint8], rng: np.random.Generator, normalized_share: float = 0.6
) -> NDArray[np.uint8]:
    """Return an augmented copy of each glyph, uint8 (n, 28, 28), in the same order.

    A share `normalized_share` of them also passes through the pipeline's normalization, because
    every glyph does when the network is served; the others keep their position and size.
    """
    maps = sample_distortion_maps(len(glyphs), rng)
    normalize = rng.random(len(glyphs)) < normalized_share
    augmented = np.empty_like(glyphs)
    for index, (glyph, coordinates) in enumerate(zip(glyphs, maps, strict=True)):
        warped = cv2.remap(glyph, coordinates[..., 0], coordinates[..., 1], cv2.INTER_LINEAR)
        large = vary_stroke_width(np.asarray(warped, np.uint8), rng)
        if normalize[index] and large.any():
            image = simulate_coarse_scan(vary_aspect_ratio(large, rng), rng)
            augmented[index] = jitter(normalize_image(image), rng)
        else:
            augmented[index] = cv2.resize(large, (SIDE, SIDE), interpolation=cv2.INTER_AREA)
    return vary_intensity(augmented, rng)


def sample_distortion_maps(count: int, rng: np.random.Generator) -> NDArray[np.float32]:
    """Return source coordinates for cv2.remap: (n, 56, 56, 2), x and y in pixels of 28×28.

    Affine and elastic distortion after Simard et al. 2003
    (https://doi.org/10.1109/ICDAR.2003.1227801). The strength of each map varies from almost
    nothing to as much as people can still read.
    """
    strength = 1.6 * rng.random(count) ** 1.5
    angle = rng.normal(0, 0.17 * strength).clip(-0.5, 0.5)
    shear = rng.normal(0, 0.16 * strength).clip(-0.5, 0.5)
    scale = np.exp(rng.normal(0, 0.1 * strength[:, None], (count, 2)).clip(-0.3, 0.3))
    cos, sin = np.cos(angle), np.sin(angle)
    affine = np.empty((count, 2, 3))
    affine[:, 0, 0], affine[:, 0, 1] = cos * scale[:, 0], (cos * shear - sin) * scale[:, 0]
    affine[:, 1, 0], affine[:, 1, 1] = sin * scale[:, 1], (sin * shear + cos) * scale[:, 1]
    shift = rng.normal(0, 0.7 * strength[:, None], (count, 2)).clip(-2, 2)
    affine[:, :, 2] = (SIDE - 1) / 2 + shift
    amplitude = np.abs(rng.normal(0, 0.85 * strength[:, None, None], (count, 1, 1)))
    elastic = rng.normal(0, 1, (count, 2, _KNOTS**2)) * amplitude
    parameters = np.concatenate([affine, elastic], axis=2).astype(np.float32)
    side = SIDE * _SCALE
    maps = np.matmul(_BASIS, parameters.transpose(0, 2, 1))
    return np.asarray(maps.reshape(count, side, side, 2), np.float32)


def _compute_distortion_basis() -> NDArray[np.float32]:
    """Return (56·56, 3 + 25): the displacement of each pixel by a unit of each parameter.

    The map is linear in its affine and elastic parameters, so one matrix product makes all maps.
    """
    side = SIDE * _SCALE
    axis = (np.arange(side) + 0.5) / _SCALE - SIDE / 2
    y, x = (grid.ravel() for grid in np.meshgrid(axis, axis, indexing="ij"))
    interpolation = cv2.resize(np.eye(_KNOTS), (_KNOTS, side), interpolation=cv2.INTER_CUBIC)
    elastic = np.kron(interpolation, interpolation)
    return np.column_stack([x, y, np.ones_like(x), elastic]).astype(np.float32)


_BASIS = _compute_distortion_basis()


def vary_stroke_width(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Erode or dilate the strokes of a third of the images (56, 56); blur a tenth.

    An erosion that removes most of the strokes is discarded.
    """
    choice = rng.random()
    if choice < 0.12:
        thinner = np.asarray(cv2.erode(image, _KERNELS[rng.integers(0, 2)]), np.uint8)
        image = thinner if thinner.sum() > 0.35 * image.sum() else image
    elif choice < 0.32:
        image = np.asarray(cv2.dilate(image, _KERNELS[rng.integers(0, 3)]), np.uint8)
    if rng.random() < 0.1:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.6, 2.2)), np.uint8)
    return image


def vary_aspect_ratio(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Scale the width: of one image in eight at random, of one in six to a square.

    Scanned digits of some collections are stretched to fill a square. Half of the images that are
    scaled to a square are then made twice as high as wide, which is close to what
    `stretched_scans.py` makes of such scans.
    """
    choice = rng.random()
    if choice < 0.125:
        factor = float(np.exp(rng.normal(0.15, 0.35)).clip(0.5, 2.5))
    elif choice < 0.29:
        _, _, width, height = cv2.boundingRect(image)
        to_square = height / max(width, 1) * np.exp(rng.normal(0, 0.12))
        to_square *= rng.choice([0.5, 1.0])
        factor = float(np.clip(to_square, 0.3, 5))
    else:
        return image
    return np.asarray(cv2.resize(image, None, fx=factor, fy=1.0), np.uint8)


def simulate_coarse_scan(image: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Resample one image in ten to a height of 12 to 20 pixels; binarize half of these."""
    if rng.random() > 0.1:
        return image
    x, y, width, height = cv2.boundingRect(image)
    crop = image[y : y + height, x : x + width]
    rows = int(rng.integers(12, 21))
    columns = max(2, round(rows * width / height)) if rng.random() < 0.5 else rows
    coarse = np.asarray(cv2.resize(crop, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8)
    if rng.random() < 0.5:
        coarse = np.where(coarse > rng.uniform(70, 150), 255, 0).astype(np.uint8)
    if not coarse.any():
        return image
    return np.asarray(cv2.resize(coarse, (width, height)), np.uint8)


def jitter(glyph: Glyph, rng: np.random.Generator) -> Glyph:
    """Shift the glyph by about half a pixel and scale it by about 5 %."""
    scale = np.exp(rng.normal(0, 0.05))
    shift = rng.normal(0, 0.5, 2) + (SIDE - 1) / 2 * (1 - scale)
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    return np.asarray(cv2.warpAffine(glyph, matrix, (SIDE, SIDE)), np.uint8)


def vary_intensity(glyphs: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Change contrast, background or noise of about a quarter of the glyphs (n, 28, 28)."""
    varied = glyphs.copy()
    choice = rng.random(len(glyphs))
    contrast = choice < 0.15
    gain = rng.uniform(0.5, 2.5, (int(contrast.sum()), 1, 1))
    varied[contrast] = np.clip(glyphs[contrast] * gain, 0, 255)
    gray = (choice > 0.15) & (choice < 0.19)
    background = rng.uniform(0, 60, (int(gray.sum()), 1, 1))
    varied[gray] = background + glyphs[gray] * rng.uniform(0.25, 0.7, background.shape)
    speckled = (choice > 0.91) & (choice < 0.94)
    varied[speckled] = add_salt_and_pepper(glyphs[speckled], rng)
    noisy = choice > 0.94
    noise = rng.normal(0, 1, (int(noisy.sum()), SIDE, SIDE))
    noise *= rng.uniform(5, 50, (len(noise), 1, 1))
    varied[noisy] = np.clip(glyphs[noisy] + noise, 0, 255)
    return varied


def add_salt_and_pepper(glyphs: NDArray[np.uint8], rng: np.random.Generator) -> NDArray[np.uint8]:
    """Set up to a tenth of the pixels of each glyph (n, 28, 28) to black or white."""
    share = rng.uniform(0.002, 0.1, (len(glyphs), 1, 1))
    replaced = rng.random(glyphs.shape) < share
    return np.where(replaced, rng.choice([0, 255], glyphs.shape), glyphs).astype(np.uint8)
