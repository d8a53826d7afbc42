"""Pictures of what is no digit, for evaluation: handwritten signs on paper, and printed letters."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

from model.training.evaluation_sets import ImageSet, StrokeSet

# Without the letters that people read as a digit, such as I, l, O, S, Z, b, g and q.
_LETTERS = "ACEFHKLMNPRTUVWXYacdefhkmnprtuvwxy"
_PAPER, _PEN = 245, 40  # gray values
_LONGER_SIDE = 160  # pixels of a sign
_MARGIN = 40  # pixels of paper around a sign or a word
_PEN_WIDTHS = (4, 8, 14)  # pixels
_FONT_SIZES = (18, 100)  # pixels


def draw_signs(signs: StrokeSet) -> ImageSet:
    """Return the signs of a set of drawings as pictures, drawn with pens of several widths."""
    pictures = []
    for index, strokes in enumerate(signs.samples):
        points = np.concatenate(strokes)
        scale = _LONGER_SIDE / max(1.0, float(np.ptp(points, axis=0).max()))
        shift = _MARGIN - points.min(axis=0) * scale
        width, height = np.ptp(points, axis=0) * scale + 2 * _MARGIN
        paper = np.full((int(height), int(width)), _PAPER, np.uint8)
        lines = [np.rint(stroke * scale + shift).astype(np.int32) for stroke in strokes]
        pen_width = _PEN_WIDTHS[index % len(_PEN_WIDTHS)]
        cv2.polylines(paper, lines, False, _PEN, pen_width, cv2.LINE_AA)
        pictures.append(Image.fromarray(paper))
    return ImageSet(pictures, signs.labels)


def print_words(count: int = 400, seed: int = 0) -> ImageSet:
    """Return printed words of one to six letters that look like no digit; each label is "?"."""
    rng = np.random.default_rng(seed)
    pictures = []
    for _ in range(count):
        word = "".join(rng.choice(list(_LETTERS), rng.integers(1, 7)))
        font = ImageFont.load_default(float(rng.integers(*_FONT_SIZES)))
        left, top, right, bottom = (round(side) for side in font.getbbox(word))
        size = right - left + 2 * _MARGIN, bottom - top + 2 * _MARGIN
        paper = Image.new("L", size, _PAPER)
        position = _MARGIN - left, _MARGIN - top
        ImageDraw.Draw(paper).text(position, word, fill=_PEN, font=font)
        pictures.append(paper)
    return ImageSet(pictures, ["?"] * count)
