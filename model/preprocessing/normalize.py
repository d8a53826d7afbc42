"""Ink to the 28×28 picture the network was trained on.

MNIST's own normalisation: the ink fills a box of 20×20 on its longer side, its aspect kept, and its
centre of mass lies at the middle of 28×28 (LeCun et al. 1998, http://yann.lecun.com/exdb/mnist).
"""

from collections.abc import Sequence
from math import ceil

import cv2
import numpy as np
from numpy.typing import NDArray

from model.preprocessing.strokes import Stroke

Glyph = NDArray[np.uint8]  # (28, 28), ink 255 on 0

SIDE = 28
BOX = 20
PEN = 2.4  # pixels of 28, the median pen width of MNIST's digits
THINNEST = 1.8  # pixels of 28; thinner lines of a picture are drawn anew with PEN
_WORK = 120  # pixels of the longer side at which a picture's pen width is measured
_FINE = 4  # strokes are drawn this much larger and averaged, for smooth edges
_SHIFT = 4  # fractional bits of cv2 coordinates


def normalize_image(ink: NDArray[np.uint8]) -> Glyph:
    """The glyph of an ink crop (height, width), uint8, ink bright on 0; blank for no ink.

    A line thinner than the network knows is drawn with a pen of PEN pixels.
    """
    crop = crop_to_ink(ink)
    if crop is None:
        return np.zeros((SIDE, SIDE), np.uint8)
    return center_by_mass(fit_in_box(even_pen(crop)))


def crop_to_ink(ink: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """The ink's own rectangle of the picture; None for no ink."""
    x, y, width, height = cv2.boundingRect(np.asarray(ink > 127, np.uint8))
    if width == 0:
        return None
    around = 1
    return ink[max(y - around, 0) : y + height + around, max(x - around, 0) : x + width + around]


def even_pen(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink sharp, 0 or 255, _WORK pixels on its longer side, with a line of at least THINNEST.

    A line's width is four times the mean distance of its pixels from its edge.
    """
    longer = max(ink.shape)
    if longer > _WORK:
        reach = longer // _WORK
        ink = np.asarray(cv2.dilate(ink, np.ones((reach, reach), np.uint8)), np.uint8)
    scale = _WORK / longer
    size = max(1, round(ink.shape[1] * scale)), max(1, round(ink.shape[0] * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    large = cv2.copyMakeBorder(
        cv2.resize(ink, size, interpolation=method), 12, 12, 12, 12, cv2.BORDER_CONSTANT
    )
    darkest = int(large.max())
    # Specks so few that making them smaller has blurred them are as sharp as their own darkness.
    level = 127 if darkest > 127 else darkest / 2
    _, sharp = cv2.threshold(large, level, 255, cv2.THRESH_BINARY)
    depth = cv2.distanceTransform(sharp, cv2.DIST_L2, 3)
    unit = _WORK / BOX
    pen = 4 * float(depth[depth > 0].mean()) / unit if sharp.any() else PEN
    if pen < THINNEST:
        width = round((PEN - pen) * unit) | 1
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (width, width))
        sharp = cv2.dilate(sharp, kernel)
    x, y, width, height = cv2.boundingRect(sharp)
    return np.asarray(sharp[y : y + height, x : x + width], np.uint8)


def fit_in_box(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The ink scaled so that its longer side is 20 pixels, its aspect kept."""
    height, width = ink.shape
    scale = BOX / max(width, height)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(ink, size, interpolation=method), np.uint8)


def center_by_mass(box: NDArray[np.uint8]) -> Glyph:
    """The box (at most 28×28, not blank) placed so that its centre of mass is mid-picture.

    It moves by whole pixels, as MNIST's did, and never over the edge.
    """
    height, width = box.shape
    moments = cv2.moments(box)
    mass = moments["m00"]
    left = _place(moments["m10"] / mass, width)
    top = _place(moments["m01"] / mass, height)
    glyph = np.zeros((SIDE, SIDE), np.uint8)
    glyph[top : top + height, left : left + width] = box
    return glyph


def _place(centre: float, length: int) -> int:
    return min(max(round((SIDE - 1) / 2 - centre), 0), SIDE - length)


def normalize_strokes(strokes: Sequence[Stroke]) -> Glyph:
    """The glyph of pen strokes, drawn with a round pen of PEN pixels whatever the pad's pen was."""
    return center_by_mass(draw_in_box(strokes))


def draw_in_box(strokes: Sequence[Stroke]) -> NDArray[np.uint8]:
    """Strokes drawn so that ink, pen width included, is 20 pixels on its longer side."""
    every = np.concatenate(strokes) if len(strokes) > 1 else strokes[0]
    low = every.min(axis=0)
    across, down = (every.max(axis=0) - low).tolist()
    longer = max(across, down)
    scale = (BOX - PEN) / max(longer, 1e-9) if longer > 0 else 0.0
    width, height = ceil(across * scale + PEN - 1e-6), ceil(down * scale + PEN - 1e-6)
    margin = np.array([(width - across * scale) / 2, (height - down * scale) / 2])
    return draw_strokes(strokes, (low, scale, margin), (width, height), PEN)


def draw_strokes(
    strokes: Sequence[Stroke],
    placing: tuple[NDArray[np.float64], float, NDArray[np.float64]],
    size: tuple[int, int],
    pen: float,
    fine: int = _FINE,
) -> NDArray[np.uint8]:
    """A picture (height, width) of strokes, ink 255 on 0, with a round pen and smooth edges.

    placing: origin, scale and margin; a point p lands at (p - origin) * scale + margin.
    size: width and height. pen: width in pixels. fine: how many steps of an edge's grey there are
    in each direction.
    """
    origin, scale, margin = placing
    width, height = size
    canvas = np.zeros((height * fine, width * fine), np.uint8)
    grow = fine * 2**_SHIFT
    shift = (margin - 0.5 / fine - origin * scale) * grow
    paths = [np.rint(stroke * (scale * grow) + shift).astype(np.int32) for stroke in strokes]
    paths = [np.repeat(path, 2, axis=0) if len(path) == 1 else path for path in paths]
    cv2.polylines(canvas, paths, False, 255, round(pen * fine), cv2.LINE_8, _SHIFT)
    return np.asarray(cv2.resize(canvas, size, interpolation=cv2.INTER_AREA), np.uint8)
