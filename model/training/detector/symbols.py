"""Render digits and distractors as antialiased ink masks for synthetic pages.

A mask is uint8 (height, width), ink 255 on 0, cropped to its ink.
"""

from __future__ import annotations

from collections import defaultdict

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.normalize import draw_strokes
from model.training.mnist import Images
from model.training.pen import PATH_ASPECT, Stroke, spline, vary_handwriting
from model.training.pen_paths import DIGITS_FILE, LETTERS_FILE, PenPath, read_pen_paths

Mask = NDArray[np.uint8]

_BROKEN_SHARE = 0.1
_PRINTED_LETTERS = "ABCDEFHKLMNPRTUVWXYacdefhkmnprtuvwxy"
_FONTS = (
    cv2.FONT_HERSHEY_SIMPLEX,
    cv2.FONT_HERSHEY_DUPLEX,
    cv2.FONT_HERSHEY_COMPLEX,
    cv2.FONT_HERSHEY_TRIPLEX,
    cv2.FONT_HERSHEY_SCRIPT_SIMPLEX,
)


class SymbolSource:
    """Renders random digits, letters and scribbles at any size."""

    def __init__(self, mnist: Images) -> None:
        self._glyphs = mnist.glyphs
        self._labels = mnist.labels
        self._digits: defaultdict[int, list[PenPath]] = defaultdict(list)
        for path in read_pen_paths(DIGITS_FILE):
            self._digits[int(path.symbol)].append(path)
        self._letters = read_pen_paths(LETTERS_FILE)
        self._by_label = [np.flatnonzero(self._labels == value) for value in range(10)]

    def digit(self, value: int, height: float, pen: float, rng: np.random.Generator) -> Mask:
        """Return a digit about `height` pixels high, with a pen of about `pen` pixels."""
        mask = self._whole_digit(value, height, pen, rng)
        return cut_gaps(mask, rng) if rng.random() < _BROKEN_SHARE else mask

    def straight_one(self, height: float, pen: float, rng: np.random.Generator) -> Mask:
        """Return a 1 that is a single stroke, nearly straight."""
        slant = np.tan(np.radians(rng.normal(8, 9)))
        y = np.linspace(0, 1, 5)
        points = np.stack([-slant * y + rng.normal(0, 0.012, 5), y], axis=1)
        return render_strokes([points], height, pen)

    def mnist_glyph(self, value: int, rng: np.random.Generator) -> Mask:
        """Return a glyph of MNIST as it is, (28, 28) with its margin."""
        candidates = self._by_label[value]
        return np.asarray(self._glyphs[candidates[rng.integers(len(candidates))]], np.uint8)

    def word(self, height: float, pen: float, rng: np.random.Generator) -> Mask:
        """Return printed letters in a row, none of which looks like a digit."""
        text = "".join(rng.choice(list(_PRINTED_LETTERS), rng.integers(2, 9)))
        font = int(rng.choice(_FONTS))
        thickness = max(1, round(0.6 * pen))
        scale = cv2.getFontScaleFromHeight(font, max(round(0.7 * height), 5), thickness)
        (width, tall), below = cv2.getTextSize(text, font, scale, thickness)
        mask = np.zeros((tall + below + 2 * thickness + 4, width + 2 * thickness + 4), np.uint8)
        origin = thickness + 2, tall + thickness + 2
        cv2.putText(mask, text, origin, font, scale, 255, thickness, cv2.LINE_AA)
        return crop(mask)

    def _whole_digit(self, value: int, height: float, pen: float, rng: np.random.Generator) -> Mask:
        if rng.random() < 0.55:
            return self._mnist_digit(value, height, pen, rng)
        if value == 1 and rng.random() < 0.3:
            return self.straight_one(height, pen, rng)
        paths = self._digits[value]
        weights = np.array([path.weight for path in paths])
        path = paths[rng.choice(len(paths), p=weights / weights.sum())]
        strokes = vary_handwriting(path.strokes, rng, variation=rng.uniform(0.3, 1.5))
        return render_strokes(strokes, height, pen)

    def letter(self, height: float, pen: float, rng: np.random.Generator) -> Mask:
        """Return a letter or symbol that is no digit."""
        path = self._letters[rng.integers(len(self._letters))]
        strokes = vary_handwriting(path.strokes, rng, variation=rng.uniform(0.3, 1.4))
        return render_strokes(strokes, height, pen)

    def _mnist_digit(self, value: int, height: float, pen: float, rng: np.random.Generator) -> Mask:
        candidates = self._by_label[value]
        glyph = self._glyphs[candidates[rng.integers(len(candidates))]]
        x, y, width, tall = cv2.boundingRect(glyph)
        glyph = np.pad(glyph[y : y + tall, x : x + width], 2)
        scale = height / tall
        size = max(2, round(glyph.shape[1] * scale)), max(2, round(glyph.shape[0] * scale))
        if scale > 1.2:  # sharpen the edge that enlarging has blurred
            soft = cv2.resize(glyph, size, interpolation=cv2.INTER_CUBIC).astype(np.float32)
            soft = np.asarray(cv2.GaussianBlur(soft, (0, 0), max(0.18 * scale, 0.4)), np.float32)
            gain = min(1.0 + 0.6 * scale, 4.0)
            mask = np.clip((soft - 128) * gain + 128, 0, 255).astype(np.uint8)
        else:
            mask = np.asarray(cv2.resize(glyph, size, interpolation=cv2.INTER_AREA), np.uint8)
        drawn = height / 9  # pen width that MNIST digits have on average
        change = round((pen - drawn) / 2)
        if abs(change) >= 1:
            side = 2 * min(abs(change), 6) + 1
            kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
            mask = np.pad(mask, side)
            changed = np.asarray((cv2.dilate if change > 0 else cv2.erode)(mask, kernel), np.uint8)
            if np.count_nonzero(changed > 127) > 6:
                mask = changed
        return crop(mask)


def render_strokes(strokes: list[Stroke], height: float, pen: float) -> Mask:
    """Return strokes scaled so that their longer side is about `height` pixels."""
    points = np.concatenate(strokes)
    low, extent = points.min(axis=0), np.ptp(points, axis=0)
    longer = max(float(extent[1]), float(extent[0]) * PATH_ASPECT, 1e-6)
    scale = max(height - pen, 1.0) / longer
    size = tuple(int(n) for n in np.ceil(extent * scale + pen + 2))
    margin = np.full(2, pen / 2 + 1)
    return crop(draw_strokes(strokes, (low, scale, margin), (size[0], size[1]), pen))


def render_scribble(size: float, pen: float, rng: np.random.Generator) -> Mask:
    """Return one to three random curves."""
    strokes = []
    for _ in range(rng.integers(1, 4)):
        knots = rng.uniform(0, 1, (rng.integers(4, 12), 2)) * rng.uniform(0.4, 1, 2)
        strokes.append(spline(knots))
    return render_strokes(strokes, size, pen)


def render_bars(side: int, rng: np.random.Generator) -> Mask:
    """Return (side, side) with at least six parallel bars: a barcode, hatching, a ruler."""
    count, spacing = int(rng.integers(6, 30)), rng.uniform(3, 14)
    height, x, y = rng.uniform(6, 80), *rng.uniform(0, 0.7 * side, 2)
    shear = rng.choice([0, rng.uniform(-1, 1)])
    width = max(1, round(spacing * rng.uniform(0.1, 0.7)))
    mask = np.zeros((side, side), np.uint8)
    for index in range(count):
        left = x + index * spacing * rng.uniform(0.97, 1.03)
        start, end = (round(left), round(y)), (round(left + shear * height), round(y + height))
        cv2.line(mask, start, end, 255, width, cv2.LINE_AA)
    return np.ascontiguousarray(mask.T) if rng.random() < 0.3 else mask


def cut_gaps(mask: Mask, rng: np.random.Generator) -> Mask:
    """Return the mask with two to eight thin gaps, like a drying pen."""
    cut = mask.copy()
    height, width = mask.shape
    thickness = max(1, round(rng.uniform(0.03, 0.1) * height))
    for _ in range(rng.integers(2, 9)):
        center = rng.uniform(0, 1, 2) * (width, height)
        angle = rng.uniform(0, np.pi)
        reach = np.array([np.cos(angle), np.sin(angle)]) * 0.2 * height
        start, end = (center - reach).astype(int), (center + reach).astype(int)
        cv2.line(cut, start.tolist(), end.tolist(), 0, thickness)
    return crop(cut) if np.count_nonzero(cut > 127) > 0.55 * np.count_nonzero(mask > 127) else mask


def lengthen(mask: Mask, factor: float) -> Mask:
    """Return the mask with its lower half stretched, as the tail of a 9 is at times."""
    half = mask.shape[0] // 2
    size = mask.shape[1], max(1, round((mask.shape[0] - half) * factor))
    tail = cv2.resize(mask[half:], size, interpolation=cv2.INTER_LINEAR)
    return np.concatenate([mask[:half], np.asarray(tail, np.uint8)])


def slant(mask: Mask, shear: float) -> Mask:
    """Return the mask sheared to the right by `shear` of its height, at its top."""
    height, width = mask.shape
    reach = int(np.ceil(abs(shear) * height))
    matrix = np.array([[1, -shear, reach if shear < 0 else shear * height], [0, 1, 0]])
    if shear < 0:
        matrix[0, 2] = 0
    size = (width + reach + 1, height)
    return crop(np.asarray(cv2.warpAffine(mask, matrix, size), np.uint8))


def kern(previous: Mask, mask: Mask) -> float:
    """Return how far the mask can move left until its ink meets that of the previous one."""
    height = max(previous.shape[0], mask.shape[0])
    right, left = np.zeros(height), np.full(height, 1e3)
    for target, source, flip in ((right, previous, True), (left, mask, False)):
        ink = source > 100
        rows = np.flatnonzero(ink.any(axis=1))
        line = ink[rows]
        first = (line[:, ::-1] if flip else line).argmax(axis=1)
        offset = height - source.shape[0]
        target[rows + offset] = (source.shape[1] - first) if flip else first
    right = cv2.dilate(right.reshape(-1, 1), np.ones((5, 1))).ravel()
    gaps = previous.shape[1] - right + left
    return float(np.clip(gaps.min(), 0, 0.6 * mask.shape[1]))


def crop(mask: Mask) -> Mask:
    """Return the bounding box of the ink; a single pixel for an empty mask."""
    x, y, width, height = cv2.boundingRect((mask > 24).astype(np.uint8))
    if width == 0:
        return np.full((1, 1), 255, np.uint8)
    return mask[y : y + height, x : x + width]
